/** FltLockUserBuffer and the swapped-buffer helpers, FltDecodeParameters. */
import {
  FLTFL_CALLBACK_DATA_DIRTY, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_QUERY_EA,
  IRP_MJ_QUERY_QUOTA, IRP_MJ_QUERY_SECURITY, IRP_MJ_READ, IRP_MJ_SET_EA, IRP_MJ_SET_QUOTA, IRP_MJ_WRITE, IRP_MN_MDL, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { memberOfBlock, bufferFields, rememberMdl, swappedMdlOf } from './buffers.ts';
import type { FLT_CALLBACK_DATA } from './callbackData.ts';
import type { Core } from './core.ts';
import { memberOfIopb } from './describeIopb.ts';
import type { Operation } from './operation.ts';
import { isReadOrWrite } from './operationFacts.ts';
import { iopbFriend } from './parameters.ts';

const lockable = new Set<number>([
  IRP_MJ_DEVICE_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_QUERY_EA, IRP_MJ_SET_EA,
  IRP_MJ_QUERY_QUOTA, IRP_MJ_SET_QUOTA, IRP_MJ_QUERY_SECURITY,
]);

export function lockUserBuffer(core: Core, operation: Operation, data: FLT_CALLBACK_DATA): number {
  const { major } = operation;
  const { Iopb: iopb } = data;
  if (!lockable.has(major) || (isReadOrWrite(major) && (iopb.MinorFunction & IRP_MN_MDL) !== 0)) return STATUS_INVALID_PARAMETER;
  const block = iopbFriend.block(iopb);
  const fields = bufferFields(operation, block);
  const place = memberOfBlock(operation, block)?.mdl;
  if (fields === undefined || place === undefined || fields.buffer === null) return STATUS_INVALID_PARAMETER;
  if (fields.mdl !== null) return STATUS_SUCCESS;
  const known = operation.lockedMdls?.get(fields.buffer);
  const mdl = known ?? core.options.makeMdl?.(fields.buffer) ?? Object.freeze({ id: `MDL(${String(fields.buffer)})`, buffer: fields.buffer });
  rememberMdl(operation, fields.buffer, mdl);
  if (operation.hold !== null) operation.hold.lockedMdl = mdl;
  iopbFriend.setSlot(iopb, place, `Parameters.${memberOfIopb(iopb)?.name ?? ''}.${place.name}`, mdl);
  if (operation.hold?.phase === 'pre') data.Flags = (data.Flags | FLTFL_CALLBACK_DATA_DIRTY) >>> 0;
  return STATUS_SUCCESS;
}

/** In post, or in the safe routine of one. */
function inPost(core: Core): boolean {
  const kind = core.activation?.kind;
  return kind === 'post' || kind === 'safe' || kind === 'drain';
}

function violateOutsidePost(core: Core, operation: Operation | null, api: string): void {
  core.violate('FV-033', { filter: core.activation?.filter ?? null, instance: core.activation?.instance ?? null, operation }, { api });
}

export function swappedBufferMdl(core: Core, operation: Operation): unknown {
  if (!inPost(core)) {
    violateOutsidePost(core, operation, 'FltGetSwappedBufferMdlAddress');
    return null;
  }
  const node = operation.hold?.node ?? null;
  return node === null ? null : swappedMdlOf(operation, node);
}

export function retainSwappedBufferMdl(core: Core, operation: Operation): void {
  if (!inPost(core)) violateOutsidePost(core, operation, 'FltRetainSwappedBufferMdlAddress');
  else if (operation.hold !== null) operation.hold.retainMdl = true;
}

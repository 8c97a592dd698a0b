/** FltLockUserBuffer and the swapped-buffer helpers, FltDecodeParameters. */
import {
  FLTFL_CALLBACK_DATA_DIRTY, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_QUERY_EA,
  IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_QUOTA, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ, IRP_MJ_SET_EA, IRP_MJ_SET_QUOTA, IRP_MJ_WRITE, IRP_MN_MDL, STATUS_ACCESS_VIOLATION, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { memberOfBlock, bufferFields, rememberMdl, swappedMdlOf } from './buffers.ts';
import type { FLT_CALLBACK_DATA } from './callbackData.ts';
import type { Core } from './core.ts';
import { memberOfIopb } from './describeIopb.ts';
import type { Ref } from './handles.ts';
import type { Filter } from './instance.ts';
import type { Hold, Operation } from './operation.ts';
import { isReadOrWrite } from './operationFacts.ts';
import type { FieldPlace, ParameterMember } from './parameterBlock.ts';
import { type FLT_IO_PARAMETER_BLOCK, iopbState } from './parameters.ts';

const lockable = new Set<number>([
  IRP_MJ_DEVICE_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_QUERY_EA, IRP_MJ_SET_EA,
  IRP_MJ_QUERY_QUOTA, IRP_MJ_SET_QUOTA, IRP_MJ_QUERY_SECURITY,
]);

export function lockUserBuffer(core: Core, operation: Operation, data: FLT_CALLBACK_DATA): number {
  const { major } = operation;
  const { Iopb: iopb } = data;
  if (!lockable.has(major) || (isReadOrWrite(major) && (iopb.MinorFunction & IRP_MN_MDL) !== 0)) return STATUS_INVALID_PARAMETER;
  const block = iopbState(iopb).block;
  const fields = bufferFields(operation, block);
  const place = memberOfBlock(operation, block)?.mdl;
  if (fields === undefined || place === undefined || fields.buffer === null) return STATUS_INVALID_PARAMETER;
  if (fields.mdl !== null) return STATUS_SUCCESS;
  // Probing memory that is gone raises an exception, whose code is the answer.
  if (isGone(fields.buffer)) return STATUS_ACCESS_VIOLATION;
  const known = operation.lockedMdls?.get(fields.buffer);
  const mdl = known ?? core.options.makeMdl?.(fields.buffer) ?? Object.freeze({ id: `MDL(${String(fields.buffer)})`, buffer: fields.buffer });
  rememberMdl(operation, fields.buffer, mdl);
  if (operation.hold !== null) operation.hold.lockedMdl = mdl;
  iopbState(iopb).setSlot(place, `Parameters.${memberOfIopb(iopb)?.name ?? ''}.${place.name}`, mdl);
  if (operation.hold?.phase === 'pre') data.Flags = (data.Flags | FLTFL_CALLBACK_DATA_DIRTY) >>> 0;
  return STATUS_SUCCESS;
}

/** The program has freed it, or it never was there. */
const isGone = (buffer: unknown): boolean => typeof buffer === 'object' && buffer !== null && 'freed' in buffer && buffer.freed === true;

/** A pointer to a field of the Iopb: reading and writing `value` goes through. */
function fieldPointer(iopb: FLT_IO_PARAMETER_BLOCK, member: ParameterMember, place: FieldPlace | undefined): Ref<unknown> | null {
  if (place === undefined) return null;
  return {
    get value() {
      return iopbState(iopb).slot(place);
    },
    set value(value: unknown) {
      iopbState(iopb).setSlot(place, `Parameters.${member.name}.${place.name}`, value);
    },
  };
}

/** IoReadAccess 0: the buffer is read from; IoWriteAccess 1: it is written to. */
const fillsBuffer = new Set<number>([IRP_MJ_READ, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_QUOTA, IRP_MJ_QUERY_SECURITY]);

const lengthNames = ['OutputBufferLength', 'Length'];

/** FltDecodeParameters: pointers into the Iopb; null for an operation without a buffer. */
export function decodeParameters(iopb: FLT_IO_PARAMETER_BLOCK): { readonly mdl: Ref<unknown> | null; readonly buffer: Ref<unknown> | null; readonly length: Ref<unknown> | null; readonly access: number } | null {
  const member = memberOfIopb(iopb);
  if (member?.buffer === undefined) return null;
  const length = lengthNames.map((name) => member.fieldByName.get(name)).find((place) => place !== undefined) ?? member.fields.find(({ role }) => role === 'length');
  return {
    mdl: fieldPointer(iopb, member, member.mdl), buffer: fieldPointer(iopb, member, member.buffer), length: fieldPointer(iopb, member, length),
    access: fillsBuffer.has(iopb.MajorFunction) ? 1 : 0,
  };
}

/**
 * A driver is about to free a buffer or an MDL. False when it may not: FltMgr or the caller owns it.
 *
 * An MDL that the filter swapped in itself is FltMgr's from then on, unless it is retained; freed once by mistake, the engine does
 * not free it again.
 */
export function mayFree(core: Core, object: unknown): boolean {
  const { activation } = core;
  if (activation === null || object === null || typeof object !== 'object') return true;
  const { filter, instance } = activation;
  for (let operation = core.lastActive; operation !== null; operation = operation.previousActive) {
    const rule = takesOwned(operation, filter, object);
    if (rule === null) continue;
    core.violate('FV-029', { filter, instance, operation }, { mdl: describe(object) }, core.site(), rule);
    return false;
  }
  return true;
}

/** The rule that makes the object another's than the filter's, or null; an MDL that FltMgr would free later is then left alone. */
function takesOwned(operation: Operation, filter: Filter, object: object): string | null {
  const { hold } = operation;
  const own = hold?.instance.filter === filter ? hold : null;
  if (own !== null && isCallers(operation, own, object)) return 'R-6.15';
  // In post it is the filter's once it has said so.
  if (own?.phase === 'post' && own.node?.swapped?.mdl === object) {
    if (own.retainMdl) return null;
    own.retainMdl = true;
    return 'R-6.17';
  }
  if (own?.phase === 'pre' && bufferFields(operation, operation.shown.block)?.mdl === object) {
    own.freedMdl = object;
    return 'R-6.15';
  }
  for (let call = operation.current; call !== null; call = call.upper) {
    for (let node = call.lowestNode; node !== null; node = node.above) {
      if (node.instance.filter !== filter || node.swapped?.mdl !== object) continue;
      node.swapped.mdl = null;
      return 'R-6.15';
    }
  }
  return null;
}

function isCallers(operation: Operation, hold: Hold, object: object): boolean {
  const fields = bufferFields(operation, hold.received);
  return fields !== undefined && (fields.buffer === object || fields.mdl === object);
}

const describe = (object: unknown): string => (typeof object === 'object' && object !== null && 'id' in object ? String(object.id) : String(object));

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

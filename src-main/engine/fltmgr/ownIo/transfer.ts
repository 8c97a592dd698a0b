/**
 * FltReadFile, FltReadFileEx, FltWriteFile, FltWriteFileEx.
 *
 * GEN-020 to GEN-025 of filter-manager-objects.md (FltReadFile; FltWriteFile; PFLT_COMPLETED_ASYNC_IO_CALLBACK).
 */
import {
  FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET, FLTFL_IO_OPERATION_NON_CACHED, FLTFL_IO_OPERATION_PAGING, FLTFL_IO_OPERATION_SYNCHRONOUS_PAGING, FO_SYNCHRONOUS_IO, IRP_MJ_READ, IRP_NOCACHE,
  IRP_PAGING_IO, IRP_SYNCHRONOUS_PAGING_IO, STATUS_INVALID_PARAMETER, STATUS_PENDING,
} from '../../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { CallRecord, Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import type { Instance } from '../instance.ts';
import type { Operation } from '../operation.ts';
import { AllocatedData, runCompletion } from './allocatedData.ts';
import { store } from './arguments.ts';
import { checkOpen } from './fileChecks.ts';
import { dying, ownOperation, start, startingPlace, untilCompleted, whenCompleted, type Caller } from './send.ts';

export interface Transfer {
  readonly routine: string;
  readonly major: number;
  readonly instance: Instance;
  readonly fileObject: FILE_OBJECT;
  /** Null: at the current position. */
  readonly offset: bigint | null;
  readonly length: number;
  readonly buffer: unknown;
  readonly mdl: unknown;
  readonly key: number;
  /** FLTFL_IO_OPERATION_* */
  readonly flags: number;
  readonly transferred: Ref<unknown> | null;
  readonly callback: ((...args: unknown[]) => unknown) | null;
  readonly context: unknown;
}

/** FILE_USE_FILE_POINTER_POSITION as a 64-bit offset: HighPart -1, LowPart -2. */
const currentPosition = -2n;

const irpFlagsOf = (flags: number): number =>
  ((flags & FLTFL_IO_OPERATION_NON_CACHED) === 0 ? 0 : IRP_NOCACHE) | ((flags & FLTFL_IO_OPERATION_PAGING) === 0 ? 0 : IRP_PAGING_IO)
  | ((flags & FLTFL_IO_OPERATION_SYNCHRONOUS_PAGING) === 0 ? 0 : IRP_SYNCHRONOUS_PAGING_IO);

/** GEN-021. Null: there is no position to use. */
function offsetOf(core: Core, { offset, fileObject }: Transfer): bigint | null {
  if (offset !== null && offset !== currentPosition) return offset;
  const synchronous = (fileObject.Flags & FO_SYNCHRONOUS_IO) !== 0;
  return synchronous || core.is('GEN-021', 'position-anyway') ? fileObject.CurrentByteOffset.QuadPart : null;
}

/** GEN-023 where the routine is taken to check alignment itself (INFERRED). */
function isMisaligned(core: Core, { instance, flags, length }: Transfer, offset: bigint): boolean {
  if ((flags & FLTFL_IO_OPERATION_NON_CACHED) === 0 || !core.is('GEN-023', 'by-the-routine')) return false;
  const { sectorSize } = instance.volume;
  return length % sectorSize !== 0 || offset % BigInt(sectorSize) !== 0n;
}

function refusalOf(core: Core, transfer: Transfer, offset: bigint | null, caller: Caller): number {
  const refused = dying(transfer.instance, null) || checkOpen(core, transfer.fileObject, caller, 'transfer');
  if (refused !== 0) return refused;
  return offset === null || isMisaligned(core, transfer, offset) ? STATUS_INVALID_PARAMETER : 0;
}

export function* transferFile(core: Core, transfer: Transfer, caller: Caller, call: CallRecord | null): Blocking<number> {
  core.logCall(call);
  const { instance, fileObject, length, buffer, mdl, key, major } = transfer;
  const offset = offsetOf(core, transfer);
  const refused = refusalOf(core, transfer, offset, caller);
  if (refused !== 0) return refuse(core, transfer, refused, caller);
  const values = { Length: length, Key: key, ByteOffset: offset ?? 0n, [major === IRP_MJ_READ ? 'ReadBuffer' : 'WriteBuffer']: buffer, MdlAddress: mdl };
  const operation = ownOperation(core, { major, irpFlags: irpFlagsOf(transfer.flags), fileObject, member: major === IRP_MJ_READ ? 'Read' : 'Write', values }, instance.volume, instance, caller.thread, caller.irql);
  keepPosition(transfer, operation);
  if (transfer.callback !== null) return sendAsynchronously(core, transfer, operation, caller);
  start(core, operation, startingPlace(core, instance, fileObject));
  yield* untilCompleted(operation, `${transfer.routine} on ${fileObject.id}`);
  store(transfer.transferred, operation.information);
  return operation.status;
}

/** GEN-022: the position is put back when the call ends; the file system has moved it in between. */
function keepPosition({ flags, fileObject }: Transfer, operation: Operation): void {
  if ((flags & FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET) === 0) return;
  const before = fileObject.CurrentByteOffset.QuadPart;
  whenCompleted(operation, () => {
    fileObject.CurrentByteOffset.QuadPart = before;
  });
}

/** GEN-024: the callback runs once, also for a request that is refused. */
function refuse(core: Core, transfer: Transfer, status: number, caller: Caller): number {
  store(transfer.transferred, 0);
  const { callback, context } = transfer;
  if (callback !== null) runCompletion(core, new AllocatedData(transfer.instance, transfer.fileObject, caller), callback, context, status, 0, caller);
  return status;
}

function sendAsynchronously(core: Core, transfer: Transfer, operation: Operation, caller: Caller): number {
  const { callback, context, instance, fileObject } = transfer;
  const allocated = new AllocatedData(instance, fileObject, caller);
  allocated.operation = operation;
  if (callback !== null) operation.asyncCallback = { routine: callback, context, data: allocated.data };
  start(core, operation, startingPlace(core, instance, fileObject));
  if (operation.state !== 'completed') return STATUS_PENDING;
  store(transfer.transferred, operation.information);
  return operation.status;
}

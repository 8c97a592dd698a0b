/**
 * Sending a request of a filter's own, and waiting for it.
 *
 * GEN-001 to GEN-006 of filter-manager-objects.md; of filter-manager-core.md.
 */
import { FLTFL_CALLBACK_DATA_GENERATED_IO, FLTFL_CALLBACK_DATA_IRP_OPERATION, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER, STATUS_FLT_DELETING_OBJECT } from '../../../nt/values.generated.ts';
import { fileObjectFriend, type FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { Irql } from '../../kernel/irql.ts';
import type { EngineThread } from '../../kernel/thread.ts';
import { Wait, type Blocking } from '../../kernel/wait.ts';
import { compareAltitudes } from '../altitude.ts';
import type { Core } from '../core.ts';
import { describeOperation } from '../core.ts';
import type { Filter, Instance, Volume } from '../instance.ts';
import { startAtTop, startBelow } from '../issue.ts';
import { Operation } from '../operation.ts';
import { ParameterBlock, parameterSlots } from '../parameterBlock.ts';

/** Who calls, as far as a request shows it. Kept across waits, in which other routines run. */
export interface Caller {
  readonly filter: Filter;
  readonly instance: Instance | null;
  readonly operation: Operation | null;
  readonly thread: EngineThread;
  readonly irql: Irql;
}

export interface OwnRequest {
  readonly major: number;
  readonly minor?: number;
  readonly irpFlags?: number;
  readonly operationFlags?: number;
  readonly fileObject: FILE_OBJECT | null;
  readonly member: string | null;
  readonly values: Readonly<Record<string, unknown>>;
  /** FLTFL_CALLBACK_DATA_SYSTEM_BUFFER */
  readonly systemBuffer?: boolean;
  /** It is a request of the I/O manager on the filter's behalf (create, cleanup, close), not one with Flt-allocated callback data (GEN-005). */
  readonly ioManager?: boolean;
}

/** GEN-003: a file object that was opened below an instance stays below it; of two places the lower one counts. */
export function startingPlace(core: Core, caller: Instance | null, fileObject: FILE_OBJECT | null): Instance | null {
  const tied = fileObject === null ? null : (fileObjectFriend.below(fileObject) as Instance | null);
  if (tied === null || (caller !== null && core.is('GEN-003', 'caller'))) return caller;
  if (caller === null || caller.volume !== tied.volume) return tied;
  return compareAltitudes(caller.altitude, tied.altitude) < 0 ? caller : tied;
}

/** Prepares a request that starts below `initiator`, or at the top of the stack. Always an IRP (GEN-006). */
export function ownOperation(core: Core, request: OwnRequest, volume: Volume, initiator: Instance | null, thread: EngineThread, irql: Irql): Operation {
  const { fileObject, member, values } = request;
  const block = new ParameterBlock(request.irpFlags ?? 0, request.major, request.minor ?? 0, request.operationFlags ?? 0, 0, fileObject, parameterSlots(member, values));
  const flags = FLTFL_CALLBACK_DATA_IRP_OPERATION | (request.ioManager === true ? 0 : FLTFL_CALLBACK_DATA_GENERATED_IO) | (request.systemBuffer === true ? FLTFL_CALLBACK_DATA_SYSTEM_BUFFER : 0);
  return new Operation(core.nextIndex(true), { kind: 'irp', thread, irql, requestorMode: 0 }, block, volume, initiator, flags, null);
}

/** GEN-004: the place of an instance that is gone still counts. */
export function start(core: Core, operation: Operation, below: Instance | null): void {
  const gone = below !== null && below.state === 'none' && core.is('GEN-004', 'from-the-top');
  if (below === null || below.volume !== operation.volume || gone) startAtTop(core, operation);
  else startBelow(core, operation, below);
}

function holderOf(operation: Operation): string {
  const { hold } = operation;
  if (hold !== null) return `${hold.instance.filter.name}, which holds ${describeOperation(operation)}`;
  return operation.atDevice ? `the file system, which holds ${describeOperation(operation)}` : describeOperation(operation);
}

/** Calls a function once the operation is completed; several are called in the order in which they were given. */
export function whenCompleted(operation: Operation, then: () => void): void {
  const { onCompleted } = operation;
  operation.onCompleted = (done) => {
    onCompleted?.(done);
    then();
  };
}

/** The caller waits until its request is completed. */
export function* untilCompleted(operation: Operation, what: string): Blocking<void> {
  if (operation.state === 'completed') return;
  const wait = new Wait({ what, ownRequest: true, external: true, holders: () => [holderOf(operation)] });
  whenCompleted(operation, () => wait.settle(undefined));
  yield wait;
}

/** Sends a request and waits for it. */
export function* perform(core: Core, request: OwnRequest, volume: Volume, initiator: Instance | null, caller: Caller, what: string): Blocking<Operation> {
  const below = startingPlace(core, initiator, request.fileObject);
  const operation = ownOperation(core, request, volume, initiator, caller.thread, caller.irql);
  start(core, operation, below);
  yield* untilCompleted(operation, what);
  return operation;
}

/** STATUS_FLT_DELETING_OBJECT for an instance or a filter on its way out; 0 when there is nothing against a request. */
export const dying = (instance: Instance | null, filter: Filter | null): number =>
  ((instance !== null && instance.state !== 'attached') || filter?.unloading === true ? STATUS_FLT_DELETING_OBJECT : 0);

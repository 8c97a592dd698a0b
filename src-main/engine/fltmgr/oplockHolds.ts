/**
 * Operations that the oplock package of a filter keeps: granted requests, and operations that wait for the end of a break.
 *
 * Source: filter-manager-objects.md OPL-010, OPL-061, OPL-071, OPL-072. The filter has pended them; the package hands them back
 * itself when a request ends, and runs the filter's wait routine when an operation may go on.
 */
import { FLT_PREOP_COMPLETE } from '../../nt/values.generated.ts';
import { assertExists } from '../../base/assert.ts';
import type { OplockAnswer } from '../fsrtl/oplock.ts';
import { PASSIVE_LEVEL, type Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Core } from './core.ts';
import { resumeDown } from './dispatch.ts';
import type { Operation } from './operation.ts';
import { handBack } from './preOperation.ts';

/** What cancelling an operation means to the package that keeps it; true: it has dealt with it. */
type GiveUp = () => boolean;

const kept = new WeakMap<Operation, GiveUp>();

export function keepOperation(operation: Operation, giveUp: GiveUp): void {
  kept.set(operation, giveUp);
}

export function releaseOperation(operation: Operation): void {
  kept.delete(operation);
}

/** Asked when an operation is cancelled. False: no oplock package keeps it. */
export function cancelKept(operation: Operation): boolean {
  const giveUp = kept.get(operation);
  kept.delete(operation);
  return giveUp?.() ?? false;
}

/** Where the package's own work runs: in the thread that caused it. */
export function context(core: Core): { readonly thread: EngineThread; readonly irql: Irql } {
  const { activation } = core;
  return activation === null ? { thread: core.systemThread, irql: PASSIVE_LEVEL } : { thread: activation.thread, irql: activation.irql };
}

/** Completes a request that the filter had pended (OPL-024, OPL-061). */
export function completeKept(core: Core, operation: Operation, { status, information }: OplockAnswer): void {
  releaseOperation(operation);
  const { hold } = operation;
  if (hold === null || hold.phase !== 'pre' || hold.early !== null) return;
  operation.data.IoStatus.Status = status;
  operation.data.IoStatus.Information = information;
  const { thread, irql } = context(core);
  if (!hold.pended) {
    hold.early = { status: FLT_PREOP_COMPLETE, context: null, thread, irql };
    return;
  }
  const { instance, frameCall } = hold;
  const entry = assertExists(instance.filter.entries[operation.major]);
  handBack(core, frameCall, hold, entry, FLT_PREOP_COMPLETE, null, false);
  resumeDown(core, frameCall, instance, 'complete', thread, irql);
}

/** The end of an operation: its final IoStatus stands, and whoever waited for it goes on. */
import { fallbackGoesOn, fallbackMajors } from '../iomgr/fallback.ts';
import { IRP_MJ_CLOSE } from '../../nt/values.generated.ts';
import type { Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Core } from './core.ts';
import type { Operation } from './operation.ts';
import { comesAgain, sendAgain } from './ownIo/reparse.ts';
import { iopbState } from './parameters.ts';
import { completeTeardowns } from './teardown.ts';

export function operationDone(core: Core, operation: Operation, thread: EngineThread, irql: Irql): void {
  operation.state = 'completed';
  if (operation.rare !== null) operation.cancelRoutine = null;
  operation.shown.close();
  core.unlink(operation);
  core.observer?.operationCompleted(operation);
  if (operation.major === IRP_MJ_CLOSE) core.contexts.fileObjectClosed(operation.initial.targetFileObject, 'after-close', thread, irql);
  if (operation.rare !== null) {
    if (operation.asyncCallback !== null) runAsyncCallback(core, operation, thread, irql);
    operation.onCompleted?.(operation);
  }
  if (operation.request !== null && operation.kind !== 'irp' && core.options.fallback !== undefined) planFallback(core, operation);
  if (comesAgain(core, operation)) {
    core.afterEvent.push(() => sendAgain(core, operation));
  } else if (operation.rare !== null && operation.followUp !== null) {
    const { followUp } = operation;
    core.afterEvent.push(() => followUp(operation));
  }
  if (core.readings.teardownImmediately) completeTeardowns(core);
}

/** FltPerformAsynchronousIo: the callback always runs, after the posts of the lower filters. */
function runAsyncCallback(core: Core, operation: Operation, thread: EngineThread, irql: Irql): void {
  const { asyncCallback, initiator } = operation;
  if (asyncCallback === null || initiator === null) return;
  const { data, routine, context } = asyncCallback;
  iopbState(data.Iopb).assign(operation.status, operation.information);
  const record = core.enter('async', '', operation, initiator.filter, initiator, thread, irql);
  record.data = data;
  record.routine = routine;
  core.run(record, () => routine(data, context));
}

/** the I/O manager comes again, one request after the other. */
function planFallback(core: Core, operation: Operation): void {
  if (core.is('FIO-011', 'issuer-decides')) return;
  const majors = fallbackMajors(operation.kind, operation.major, operation.status);
  if (majors.length > 0) core.afterEvent.push(() => sendFallback(core, operation, majors));
}

function sendFallback(core: Core, refused: Operation, majors: readonly number[]): void {
  const [major, ...rest] = majors;
  const { fallback } = core.options;
  if (major === undefined || fallback === undefined || core.issue === null) return;
  const request = fallback(refused, major);
  if (request === null) return;
  core.event({ kind: 'fallback', operation: refused, major, rule: 'R-2.32' });
  core.issue(request, (done) => {
    if (rest.length > 0 && fallbackGoesOn(major, done.status)) sendFallback(core, refused, rest);
  });
}

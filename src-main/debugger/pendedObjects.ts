/**
 * Operations that wait: where, whose, since when, and who can end it.
 *
 * Rules: to R-4.34 (pending, work items, cancel-safe queues) of filter-manager-core.md. What is on its way through callbacks at
 * this very moment is not among them.
 */
import type { Engine, Operation, ThreadView } from '../engine/index.ts';
import { nameOfOperation, pathOfOperation, listOf, placeOf } from './objectRows.ts';
import type { ObjectList, PendedObject } from './objectsData.ts';

type Whereabouts = Pick<PendedObject, 'where' | 'by' | 'altitude' | 'completes' | 'place' | 'since' | 'point'>;

export function pendedOf(operations: readonly Operation[], engine: Engine): ObjectList<PendedObject> {
  const { threads } = engine.inspect();
  const found = operations.flatMap((operation) => {
    const where = whereaboutsOf(operation, threads, engine);
    return where === null ? [] : [{ operation, where }];
  });
  return listOf(found, ({ operation, where }) => ({
    operation: operation.index, name: nameOfOperation(operation), path: pathOfOperation(operation), thread: operation.thread.name, cancelled: operation.canceled, cancelRoutine: operation.cancelRoutine !== null, ...where,
  }));
}

function whereaboutsOf(operation: Operation, threads: readonly ThreadView[], engine: Engine): Whereabouts | null {
  const { hold } = operation;
  if (hold?.pended === true) return heldBy(operation, hold);
  const waiting = threads.find(({ state, routines }) => state === 'waiting' && routines.some((routine) => routine.operation === operation.index));
  if (waiting?.waits !== undefined && waiting.waits !== null) {
    const { waits } = waiting;
    const routine = waiting.routines.find((one) => one.operation === operation.index);
    return {
      where: 'waiting thread', by: routine?.filter ?? waiting.thread.name, altitude: hold?.instance.altitude ?? null, completes: `${waiting.thread.name} goes on after ${waits.what}`,
      place: waits.driver === null || waits.line === null ? null : { driver: waits.driver, line: waits.line }, since: null, point: null,
    };
  }
  const running = engine.activation?.operation === operation;
  if ((operation.atDevice || operation.inDevice) && !running) {
    const completes = operation.inDevice ? 'the file system: its thread is inside' : 'the file system';
    return { where: 'file system', by: 'file system', altitude: null, completes, place: null, since: null, point: null };
  }
  return null;
}

function heldBy(operation: Operation, hold: NonNullable<Operation['hold']>): Whereabouts {
  const { filter, altitude } = hold.instance;
  const since = hold.pendedSince;
  const common = { by: filter.name, altitude, since: since === null ? null : String(since.time), point: since?.point ?? null };
  const callOf = (kind: 'queue' | 'cancel') => placeOf(operation.callSites?.get(`${kind} ${filter.name}`) ?? null);
  const item = operation.workItems?.[0];
  if (operation.queue !== null) return { ...common, where: 'cancel-safe queue', completes: `${filter.name}, when it takes it out of its queue, or the queue's CompleteCanceledIo`, place: callOf('queue') };
  if (item !== undefined) return { ...common, where: 'work queue', completes: `the work item ${item.routine.name}`, place: callOf('queue') };
  const completes = hold.phase === 'pre' ? `${filter.name}, by FltCompletePendedPreOperation` : `${filter.name}, by FltCompletePendedPostOperation`;
  return { ...common, where: hold.phase === 'pre' ? 'pre callback' : 'post callback', completes, place: callOf('cancel') };
}

/**
 * Waits and what they wait for: events, semaphores, mutexes, queues, delays.
 *
 * Source: wdm.h and fltkernel.h, the page of each routine; driver-api-usage.md 5.6 and H-04.
 */
import { STATUS_CANCELLED, STATUS_SUCCESS, STATUS_TIMEOUT } from '../../../nt/values.generated.ts';
import { DispatcherObject, KernelEvent, KernelMutex, KernelQueue, KernelSemaphore, waitForObjects, type WaitLimits } from '../../kernel/dispatcher.ts';
import { APC_LEVEL, DISPATCH_LEVEL } from '../../kernel/irql.ts';
import { quadPartOf } from '../../kernel/largeInteger.ts';
import { Wait, type Blocking } from '../../kernel/wait.ts';
import type { ActivationRecord } from '../activation.ts';
import { checkIrql, refusedStatus } from '../callChecks.ts';
import type { Core } from '../core.ts';
import type { Operation } from '../operation.ts';
import { callerArg, operationArg, type Definition } from './definition.ts';

/** POOL of WaitAll and WaitAny */
const waitAll = 0;
/** THREAD_WAIT_OBJECTS and MAXIMUM_WAIT_OBJECTS */
const withoutBlocks = 3;
const mostObjects = 64;

const eventOf = (core: Core, routine: string, storage: unknown): KernelEvent => core.threads.kernel.get(routine, 'Event', storage, KernelEvent, 'KEVENT', 'KeInitializeEvent');
const mutexOf = (core: Core, routine: string, storage: unknown): KernelMutex => core.threads.kernel.get(routine, 'Mutex', storage, KernelMutex, 'KMUTEX', 'KeInitializeMutex');
const semaphoreOf = (core: Core, routine: string, storage: unknown): KernelSemaphore => core.threads.kernel.get(routine, 'Semaphore', storage, KernelSemaphore, 'KSEMAPHORE', 'KeInitializeSemaphore');
const queueOf = (core: Core, routine: string, storage: unknown): KernelQueue => core.threads.kernel.get(routine, 'Queue', storage, KernelQueue, 'KQUEUE', 'KeInitializeQueue');

/** Anything one can wait for: an initialized object, or a thread. */
function waitable(core: Core, routine: string, parameter: string, storage: unknown): DispatcherObject {
  const { kernel } = core.threads;
  return kernel.threadObject(storage) ?? kernel.get(routine, parameter, storage, DispatcherObject, 'kernel object one can wait for', 'its own routine (KeInitializeEvent, KeInitializeTimer ...)');
}

/** A time as Ke routines take it: negative from now, positive since 1601, in 100 ns; NULL without limit. */
export function limitsOf(core: Core, routine: string, timeout: unknown): WaitLimits {
  if (timeout === null || timeout === undefined) return { deadline: null, poll: false };
  const quad = quadPartOf(typeof timeout === 'object' && 'value' in timeout ? timeout.value : timeout);
  if (quad === undefined) throw new TypeError(`${routine}: Timeout is neither NULL nor a LARGE_INTEGER; a relative time of 1 ms is -10000n.`);
  const { time } = core.threads.scheduler;
  if (quad === 0n) return { deadline: null, poll: true };
  const deadline = quad < 0n ? time - quad : quad;
  return { deadline, poll: deadline <= time };
}

/** H-04: waiting at DISPATCH_LEVEL needs a time-out of zero. */
const mayWait = (core: Core, routine: string, activation: ActivationRecord, limits: WaitLimits): boolean =>
  checkIrql(core, routine, activation.operation, limits.poll ? DISPATCH_LEVEL : APC_LEVEL);

function* waitFor(core: Core, routine: string, objects: readonly DispatcherObject[], all: boolean, timeout: unknown, activation: ActivationRecord | null, operation: Operation | null = null): Blocking<number> {
  const record = callerArg(activation);
  const limits = limitsOf(core, routine, timeout);
  if (!mayWait(core, routine, record, limits)) return refusedStatus;
  if (operation !== null && operation.canceled) return STATUS_CANCELLED;
  const cancellable = operation === null ? {} : { begun: (wait: Wait) => void (operation.cancelWaits ??= new Set()).add(wait) };
  const status = yield* waitForObjects(objects, all, record.thread, { ...limits, ...cancellable });
  if (status !== STATUS_TIMEOUT && status !== STATUS_CANCELLED) noteMutexes(core, objects, all, status, record);
  return status;
}

/** Mutexes are locks of the thread from now on. */
function noteMutexes(core: Core, objects: readonly DispatcherObject[], all: boolean, status: number, record: ActivationRecord): void {
  const taken = all ? objects : objects.slice(status & 0x7f, (status & 0x7f) + 1);
  for (const object of taken) if (object instanceof KernelMutex) core.threads.kernel.took(object, record, record.thread);
}

function objectList(core: Core, routine: string, count: unknown, list: unknown, blocks: unknown): DispatcherObject[] {
  if (!Array.isArray(list) || typeof count !== 'number' || list.length < count || count < 1) throw new TypeError(`${routine}: Count and Object must name one object or more in an array.`);
  if (count > mostObjects || (count > withoutBlocks && (blocks === null || blocks === undefined))) {
    throw new RangeError(`${routine}: ${count} objects need a WaitBlockArray (more than ${withoutBlocks}), and ${mostObjects} are the most (MAXIMUM_WAIT_OBJECTS_EXCEEDED).`);
  }
  return list.slice(0, count).map((storage: unknown) => waitable(core, routine, 'Object', storage));
}

/** An interval, as KeDelayExecutionThread takes it. */
function* delay(core: Core, interval: unknown, activation: ActivationRecord | null): Blocking<number> {
  const record = callerArg(activation);
  const limits = limitsOf(core, 'KeDelayExecutionThread', interval ?? 0n);
  if (!checkIrql(core, 'KeDelayExecutionThread', record.operation, APC_LEVEL)) return refusedStatus;
  const { time } = core.threads.scheduler;
  const deadline = limits.poll ? time : limits.deadline;
  yield new Wait({ what: limits.poll ? 'its next turn' : `time ${String(deadline)}`, deadline, timedOut: () => STATUS_SUCCESS });
  return STATUS_SUCCESS;
}

const number = (value: boolean): number => (value ? 1 : 0);
const silent = true;
const ofCaller = true;

const eventRoutines: Record<string, Definition> = {
  KeInitializeEvent: {
    silent, run: (core, [event, type, state]) => void core.threads.kernel.initialize('KeInitializeEvent', 'Event', event, 'KEVENT', (label) => new KernelEvent(label, Number(type) === 1, state === true || state === 1)),
  },
  KeSetEvent: { ofCaller, run: (core, [event]) => number(eventOf(core, 'KeSetEvent', event).set()) },
  KeResetEvent: { ofCaller, run: (core, [event]) => number(eventOf(core, 'KeResetEvent', event).reset()) },
  KeClearEvent: { ofCaller, run: (core, [event]) => void eventOf(core, 'KeClearEvent', event).reset() },
  KePulseEvent: { ofCaller, run: (core, [event]) => number(eventOf(core, 'KePulseEvent', event).pulse()) },
  KeReadStateEvent: { silent, run: (core, [event]) => number(eventOf(core, 'KeReadStateEvent', event).isSignalled()) },
};

const semaphoreRoutines: Record<string, Definition> = {
  KeInitializeSemaphore: {
    silent, run: (core, [semaphore, count, limit]) => void core.threads.kernel.initialize('KeInitializeSemaphore', 'Semaphore', semaphore, 'KSEMAPHORE', (label) => new KernelSemaphore(label, Number(count), Number(limit))),
  },
  KeReleaseSemaphore: {
    ofCaller, run: (core, [semaphore, , adjustment]) => {
      const object = semaphoreOf(core, 'KeReleaseSemaphore', semaphore);
      const before = object.release(Number(adjustment));
      if (before === null) throw new RangeError(`KeReleaseSemaphore: ${object.label} has ${object.count} of at most ${object.limit}; releasing it by ${String(adjustment)} raises STATUS_SEMAPHORE_LIMIT_EXCEEDED.`);
      return before;
    },
  },
  KeReadStateSemaphore: { silent, run: (core, [semaphore]) => semaphoreOf(core, 'KeReadStateSemaphore', semaphore).count },
};

const mutexRoutines: Record<string, Definition> = {
  KeInitializeMutex: { silent, run: (core, [mutex]) => void core.threads.kernel.initialize('KeInitializeMutex', 'Mutex', mutex, 'KMUTEX', (label) => new KernelMutex(label)) },
  KeReleaseMutex: {
    ofCaller, run: (core, [mutex]) => {
      const object = mutexOf(core, 'KeReleaseMutex', mutex);
      const { kernel } = core.threads;
      if (object.owner() !== kernel.thread) throw new TypeError(`KeReleaseMutex: ${object.label} is not owned by ${kernel.thread.name} (STATUS_MUTANT_NOT_OWNED); only the thread that waited for it may release it.`);
      const before = object.state;
      kernel.gaveBack(object);
      object.release();
      return before;
    },
  },
  KeReadStateMutex: { silent, run: (core, [mutex]) => mutexOf(core, 'KeReadStateMutex', mutex).state },
};

const queueRoutines: Record<string, Definition> = {
  KeInitializeQueue: { silent, run: (core, [queue]) => void core.threads.kernel.initialize('KeInitializeQueue', 'Queue', queue, 'KQUEUE', (label) => new KernelQueue(label)) },
  KeInsertQueue: { ofCaller, run: (core, [queue, entry]) => queueOf(core, 'KeInsertQueue', queue).insert(entry, false) },
  KeInsertHeadQueue: { ofCaller, run: (core, [queue, entry]) => queueOf(core, 'KeInsertHeadQueue', queue).insert(entry, true) },
  KeReadStateQueue: { silent, run: (core, [queue]) => queueOf(core, 'KeReadStateQueue', queue).entries.length },
  /** The entry, or STATUS_TIMEOUT, or STATUS_ABANDONED once the queue is run down. */
  KeRemoveQueue: {
    ofCaller, ownIrql: true, *blocks(core, [queue, , timeout], _call, activation) {
      const object = queueOf(core, 'KeRemoveQueue', queue);
      const status = yield* waitFor(core, 'KeRemoveQueue', [object], false, timeout, activation);
      if (status !== STATUS_SUCCESS) return status;
      return object.entries.length > 0 ? object.entries.shift() : 0x80;
    },
  },
  KeRemoveQueueEx: {
    ofCaller, ownIrql: true, *blocks(core, [queue, , , timeout, array, count], _call, activation) {
      const object = queueOf(core, 'KeRemoveQueueEx', queue);
      if (!Array.isArray(array)) throw new TypeError('KeRemoveQueueEx: EntryArray is no array.');
      const status = yield* waitFor(core, 'KeRemoveQueueEx', [object], false, timeout, activation);
      if (status !== STATUS_SUCCESS) return status;
      if (object.entries.length === 0) return 0x80;
      const entries = object.entries.splice(0, Number(count));
      entries.forEach((entry, at) => {
        array[at] = entry;
      });
      return entries.length;
    },
  },
  /** What was left in the queue; null when nothing was. C gives the first entry of a ring. */
  KeRundownQueue: {
    ofCaller, run: (core, [queue]) => {
      const object = queueOf(core, 'KeRundownQueue', queue);
      const rest = object.entries.splice(0);
      object.rundown = true;
      object.wake();
      return rest[0] ?? null;
    },
  },
};

export const waitRoutines: Record<string, Definition> = {
  ...eventRoutines, ...semaphoreRoutines, ...mutexRoutines, ...queueRoutines,
  KeWaitForSingleObject: {
    ofCaller, ownIrql: true, refused: refusedStatus,
    blocks: (core, [object, , , , timeout], _call, activation) => waitFor(core, 'KeWaitForSingleObject', [waitable(core, 'KeWaitForSingleObject', 'Object', object)], false, timeout, activation),
  },
  KeWaitForMultipleObjects: {
    ofCaller, ownIrql: true, refused: refusedStatus,
    blocks: (core, [count, list, type, , , , timeout, waitBlocks], _call, activation) =>
      waitFor(core, 'KeWaitForMultipleObjects', objectList(core, 'KeWaitForMultipleObjects', count, list, waitBlocks), Number(type) === waitAll, timeout, activation),
  },
  FltCancellableWaitForSingleObject: {
    ownIrql: true, refused: refusedStatus,
    blocks: (core, [object, timeout, data], _call, activation) =>
      waitFor(core, 'FltCancellableWaitForSingleObject', [waitable(core, 'FltCancellableWaitForSingleObject', 'Object', object)], false, timeout, activation, data === null || data === undefined ? null : operationArg(data)),
  },
  FltCancellableWaitForMultipleObjects: {
    ownIrql: true, refused: refusedStatus,
    blocks: (core, [count, list, type, timeout, waitBlocks, data], _call, activation) =>
      waitFor(core, 'FltCancellableWaitForMultipleObjects', objectList(core, 'FltCancellableWaitForMultipleObjects', count, list, waitBlocks), Number(type) === waitAll, timeout, activation,
        data === null || data === undefined ? null : operationArg(data)),
  },
  KeDelayExecutionThread: { ofCaller, ownIrql: true, refused: refusedStatus, blocks: (core, [, , interval], _call, activation) => delay(core, interval, activation) },
};

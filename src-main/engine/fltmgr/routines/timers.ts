/**
 * Timers, deferred procedure calls, system threads, work items of the I/O manager and the executive.
 *
 * Source: wdm.h, the page of each routine; driver-api-usage.md 5.6 (virtual threads, virtual time).
 */
import { KernelTimer } from '../../kernel/dispatcher.ts';
import type { DueTime } from '../../kernel/dueTimes.ts';
import type { EngineThread } from '../../kernel/thread.ts';
import type { ActivationRecord } from '../activation.ts';
import type { Core } from '../core.ts';
import type { Filter } from '../instance.ts';
import { KernelDpc, ThreadExit } from '../kernelObjects.ts';
import type { WorkItem } from '../workItems.ts';
import { callerArg, type Definition } from './definition.ts';
import { limitsOf } from './waits.ts';

const silent = true;
const ofCaller = true;
/** 100 ns in a millisecond */
const millisecond = 10_000n;

type AnyRoutine = (...args: unknown[]) => unknown;

const routineArg = (routine: string, parameter: string, value: unknown): AnyRoutine => {
  if (typeof value === 'function') return value as AnyRoutine;
  throw new TypeError(`${routine}: ${parameter} is no routine.`);
};

// -- timers

/** The time a timer is set for. */
const armed = new WeakMap<KernelTimer, DueTime>();

const timerOf = (core: Core, routine: string, storage: unknown): KernelTimer => core.threads.kernel.get(routine, 'Timer', storage, KernelTimer, 'KTIMER', 'KeInitializeTimer');
const dpcOf = (core: Core, routine: string, storage: unknown): KernelDpc => core.threads.kernel.get(routine, 'Dpc', storage, KernelDpc, 'KDPC', 'KeInitializeDpc');

function cancelTimer(core: Core, timer: KernelTimer): boolean {
  const due = armed.get(timer);
  if (due === undefined) return false;
  armed.delete(timer);
  core.threads.kernel.alive.delete(timer);
  return core.threads.scheduler.cancel(due);
}

/** True when the timer was set already. */
function setTimer(core: Core, routine: string, timer: KernelTimer, dueTime: unknown, period: number, expired: () => void): boolean {
  const before = cancelTimer(core, timer);
  const { scheduler } = core.threads;
  const limits = limitsOf(core, routine, dueTime ?? 0n);
  timer.reset();
  const filter = core.activation?.filter ?? null;
  const arm = (time: bigint): void => {
    if (filter !== null) core.threads.kernel.alive.set(timer, { filter, what: timer.label, due: time, period });
    armed.set(timer, scheduler.at(time, () => {
      armed.delete(timer);
      core.threads.kernel.alive.delete(timer);
      if (period > 0) arm(scheduler.time + BigInt(period) * millisecond);
      timer.expire();
      expired();
    }));
  };
  arm(limits.deadline ?? scheduler.time);
  return before;
}

const queueing = (core: Core, dpc: KernelDpc | null) => (): void => {
  if (dpc !== null) core.threads.kernel.queueDpc(dpc, null, null);
};

const optionalDpc = (core: Core, routine: string, storage: unknown): KernelDpc | null => (storage === null || storage === undefined ? null : dpcOf(core, routine, storage));

const initializeTimer = (core: Core, routine: string, storage: unknown, type: unknown): void =>
  void core.threads.kernel.initialize(routine, 'Timer', storage, 'KTIMER', (label) => new KernelTimer(label, Number(type ?? 0) === 1));

const timerRoutines: Record<string, Definition> = {
  KeInitializeTimer: { silent, run: (core, [timer]) => initializeTimer(core, 'KeInitializeTimer', timer, 0) },
  KeInitializeTimerEx: { silent, run: (core, [timer, type]) => initializeTimer(core, 'KeInitializeTimerEx', timer, type) },
  KeSetTimer: { ofCaller, run: (core, [timer, dueTime, dpc]) => setTimer(core, 'KeSetTimer', timerOf(core, 'KeSetTimer', timer), dueTime, 0, queueing(core, optionalDpc(core, 'KeSetTimer', dpc))) },
  KeSetTimerEx: {
    ofCaller, run: (core, [timer, dueTime, period, dpc]) => setTimer(core, 'KeSetTimerEx', timerOf(core, 'KeSetTimerEx', timer), dueTime, Number(period ?? 0), queueing(core, optionalDpc(core, 'KeSetTimerEx', dpc))),
  },
  KeSetCoalescableTimer: {
    ofCaller, run: (core, [timer, dueTime, period, , dpc]) =>
      setTimer(core, 'KeSetCoalescableTimer', timerOf(core, 'KeSetCoalescableTimer', timer), dueTime, Number(period ?? 0), queueing(core, optionalDpc(core, 'KeSetCoalescableTimer', dpc))),
  },
  KeCancelTimer: { ofCaller, run: (core, [timer]) => cancelTimer(core, timerOf(core, 'KeCancelTimer', timer)) },
  KeReadStateTimer: { silent, run: (core, [timer]) => timerOf(core, 'KeReadStateTimer', timer).isSignalled() },
};

// -- EX_TIMER: a timer with a callback at DISPATCH_LEVEL

const exTimerOf = (core: Core, routine: string, storage: unknown): { readonly timer: KernelTimer; readonly dpc: KernelDpc } => {
  const entry = typeof storage === 'object' && storage !== null ? exTimers.get(storage) : undefined;
  if (entry === undefined || core.threads.kernel.find(storage) === undefined) throw new TypeError(`${routine}: Timer is none that ExAllocateTimer gave, or is deleted.`);
  return entry;
};

const exTimers = new WeakMap<object, { readonly timer: KernelTimer; readonly dpc: KernelDpc }>();

const exTimerRoutines: Record<string, Definition> = {
  ExAllocateTimer: {
    ofCaller, refused: null, run: (core, [callback, context], _call, activation) => {
      const { filter } = callerArg(activation);
      const storage = core.newHandle('EX_TIMER');
      const timer = core.threads.kernel.initialize('ExAllocateTimer', 'Timer', storage, 'EX_TIMER', (label) => new KernelTimer(label, false));
      const routine = typeof callback === 'function' ? (callback as AnyRoutine) : null;
      const dpc = new KernelDpc(storage.id, storage, filter, (one, given) => routine?.(one, given), context ?? null);
      exTimers.set(storage, { timer, dpc });
      return storage;
    },
  },
  ExSetTimer: {
    ofCaller, refused: false, run: (core, [storage, dueTime, period]) => {
      const { timer, dpc } = exTimerOf(core, 'ExSetTimer', storage);
      // DueTime and Period are LONGLONG here, in 100 ns.
      const every = Number(BigInt(typeof period === 'bigint' || typeof period === 'number' ? period : 0) / millisecond);
      return setTimer(core, 'ExSetTimer', timer, dueTime, every, queueing(core, dpc));
    },
  },
  ExCancelTimer: { ofCaller, refused: false, run: (core, [storage]) => cancelTimer(core, exTimerOf(core, 'ExCancelTimer', storage).timer) },
  ExDeleteTimer: {
    ofCaller, refused: false, run: (core, [storage]) => {
      const { timer, dpc } = exTimerOf(core, 'ExDeleteTimer', storage);
      core.threads.kernel.removeDpc(dpc);
      const cancelled = cancelTimer(core, timer);
      core.threads.kernel.forget(storage);
      return cancelled;
    },
  },
};

// -- DPCs

const dpcRoutines: Record<string, Definition> = {
  KeInitializeDpc: {
    silent, run: (core, [dpc, routine, context], _call, activation) => {
      const { filter } = callerArg(activation);
      const deferred = routineArg('KeInitializeDpc', 'DeferredRoutine', routine);
      core.threads.kernel.initialize('KeInitializeDpc', 'Dpc', dpc, 'KDPC', (label) => new KernelDpc(label, dpc as object, filter, deferred, context ?? null));
    },
  },
  KeInsertQueueDpc: { ofCaller, run: (core, [dpc, first, second]) => core.threads.kernel.queueDpc(dpcOf(core, 'KeInsertQueueDpc', dpc), first ?? null, second ?? null) },
  KeRemoveQueueDpc: { ofCaller, run: (core, [dpc]) => core.threads.kernel.removeDpc(dpcOf(core, 'KeRemoveQueueDpc', dpc)) },
  KeFlushQueuedDpcs: { ofCaller, run: (core) => core.threads.kernel.runDpcs() },
  KeSetImportanceDpc: { silent, run: (core, [dpc]) => void dpcOf(core, 'KeSetImportanceDpc', dpc) },
  KeSetTargetProcessorDpc: { silent, run: (core, [dpc]) => void dpcOf(core, 'KeSetTargetProcessorDpc', dpc) },
};

// -- system threads

/** PsCreateSystemThread without its handle, which is the driver API's. */
export function createSystemThread(core: Core, routine: unknown, context: unknown): EngineThread {
  const { filter } = callerArg(core.activation);
  return core.threads.kernel.startThread(filter, routineArg('PsCreateSystemThread', 'StartRoutine', routine), context ?? null);
}

const threadRoutines: Record<string, Definition> = {
  PsTerminateSystemThread: {
    ofCaller, run: (core, [status]) => {
      const record = callerArg(core.activation);
      if (record.kind !== 'thread') throw new TypeError('PsTerminateSystemThread: only a thread that PsCreateSystemThread made may end itself.');
      throw new ThreadExit(Number(status) >>> 0);
    },
  },
};

// -- work items of others

interface IoItem {
  readonly id: string;
  readonly object: unknown;
}

const ioItems = new WeakMap<object, IoItem>();
/** Work items that ExInitializeWorkItem or IoInitializeWorkItem has prepared, by the driver's object. */
const exItems = new WeakMap<object, { readonly routine: AnyRoutine; readonly context: unknown }>();

function queue(core: Core, filter: Filter, item: Pick<WorkItem, 'kind' | 'routine' | 'context' | 'handle' | 'queueType' | 'arguments'>): void {
  core.queueWorkItem({ filter, instance: null, operation: null, ...item });
}

function queueIo(core: Core, routineName: string, args: readonly unknown[], activation: ActivationRecord | null, extended: boolean): void {
  const [item, routine, queueType, context] = args;
  const entry = typeof item === 'object' && item !== null ? ioItems.get(item) : undefined;
  if (entry === undefined) throw new TypeError(`${routineName}: IoWorkItem is none that IoAllocateWorkItem or IoInitializeWorkItem has prepared.`);
  const work = routineArg(routineName, 'WorkerRoutine', routine) as WorkItem['routine'];
  queue(core, callerArg(activation).filter, {
    kind: 'io', routine: work, context: context ?? null, handle: entry, queueType: Number(queueType), arguments: extended ? [entry.object, context ?? null, item] : [entry.object, context ?? null],
  });
}

const workRoutines: Record<string, Definition> = {
  IoAllocateWorkItem: {
    ofCaller, refused: null, run: (core, [object], _call, activation) => {
      if (core.options.allocate?.('IoAllocateWorkItem') === false) return null;
      const handle = core.newHandle('IO_WORKITEM');
      core.allocatedItems.set(handle, { filter: callerArg(activation).filter });
      ioItems.set(handle, { id: handle.id, object });
      return handle;
    },
  },
  IoInitializeWorkItem: {
    silent, run: (core, [object, item]) => {
      if (typeof item !== 'object' || item === null) throw new TypeError('IoInitializeWorkItem: IoWorkItem is no object; {} will do.');
      ioItems.set(item, { id: core.newHandle('IO_WORKITEM').id, object });
    },
  },
  IoUninitializeWorkItem: { silent, run: (_core, [item]) => void (typeof item === 'object' && item !== null && ioItems.delete(item)) },
  IoFreeWorkItem: {
    ofCaller, run: (core, [item], _call, activation) => {
      const entry = typeof item === 'object' && item !== null ? ioItems.get(item) : undefined;
      const queued = core.workItems.some(({ handle }) => handle === entry);
      if (entry !== undefined && !queued && core.allocatedItems.delete(item as { readonly id: string })) return void ioItems.delete(item as object);
      core.violate('FV-068', { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation: null }, { id: entry?.id ?? String(item) });
      return undefined;
    },
  },
  IoQueueWorkItem: { ofCaller, run: (core, args, _call, activation) => queueIo(core, 'IoQueueWorkItem', args, activation, false) },
  IoQueueWorkItemEx: { ofCaller, run: (core, args, _call, activation) => queueIo(core, 'IoQueueWorkItemEx', args, activation, true) },
  ExInitializeWorkItem: {
    silent, run: (_core, [item, routine, context]) => {
      if (typeof item !== 'object' || item === null) throw new TypeError('ExInitializeWorkItem: Item is no object; {} will do.');
      exItems.set(item, { routine: routineArg('ExInitializeWorkItem', 'Routine', routine), context: context ?? null });
    },
  },
  ExQueueWorkItem: {
    ofCaller, run: (core, [item, queueType], _call, activation) => {
      const entry = typeof item === 'object' && item !== null ? exItems.get(item) : undefined;
      if (entry === undefined) throw new TypeError('ExQueueWorkItem: WorkItem is none that ExInitializeWorkItem has prepared.');
      queue(core, callerArg(activation).filter, { kind: 'ex', routine: entry.routine, context: entry.context, handle: null, queueType: Number(queueType), arguments: [entry.context] });
    },
  },
};

export const timerAndThreadRoutines: Record<string, Definition> = { ...timerRoutines, ...exTimerRoutines, ...dpcRoutines, ...threadRoutines, ...workRoutines };

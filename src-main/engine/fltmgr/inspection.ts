/**
 * What there is at this moment, for a debugger: threads with what they wait for, locks, timers, ports, files of drivers.
 *
 * Looking changes nothing that a run could tell: no reference is taken, nobody is told. Lists are made when they are asked for.
 */
import type { Lock } from '../kernel/locks.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { ActivationRecord } from './activation.ts';
import type { Core } from './core.ts';
import type { Filter } from './instance.ts';
import type { AliveObject } from './kernelObjects.ts';
import type { Holding } from './ledger.ts';
import { openFilesOf, type OpenFile } from './ownIo/openFiles.ts';
import type { Connection, ServerPort } from './ports/connection.ts';
import { portsOf } from './ports/portTable.ts';

/** A routine on a thread: on the stack, set aside while it waits, or a piece of work that has not begun. */
export interface ThreadRoutine {
  readonly filter: string;
  /** Its name, else its kind. */
  readonly routine: string;
  readonly operation: number | null;
  readonly irql: number;
}

export interface ThreadView {
  readonly thread: EngineThread;
  /** `ready`: its wait is over, or it has not begun, and it will go on. */
  readonly state: 'running' | 'waiting' | 'ready' | 'idle';
  /** Innermost first. */
  readonly routines: readonly ThreadRoutine[];
  /** Waiting: for what, who could end it, the line of the routine, and when it ends by itself. */
  readonly waits: { readonly what: string; readonly holders: readonly string[]; readonly driver: string | null; readonly line: number | null; readonly deadline: bigint | null } | null;
  /** In the order in which they were taken. */
  readonly locks: readonly string[];
  readonly criticalRegions: number;
  readonly guardedRegions: number;
}

export interface LockView {
  readonly label: string;
  readonly holders: readonly { readonly thread: string; readonly times: number }[];
  readonly exclusive: boolean | null;
  readonly waiters: readonly { readonly thread: string; readonly exclusive: boolean | null }[];
}

export interface EngineInspection {
  readonly threads: readonly ThreadView[];
  readonly locks: readonly LockView[];
  /** Timers that are set; threads are among `threads`. */
  readonly timers: readonly AliveObject[];
  readonly ports: readonly ServerPort[];
  readonly connections: readonly Connection[];
  /** Opened by drivers and not closed yet. */
  readonly openFiles: readonly OpenFile[];
  /** What a filter has taken and not given back. */
  holdings(filter: Filter): readonly Holding[];
}

const routineOf = ({ filter, name, kind, routine, operation, irql }: ActivationRecord): ThreadRoutine => ({
  filter: filter.name, routine: routine !== null && routine.name !== '' ? routine.name : name === '' ? kind : name, operation: operation?.index ?? null, irql,
});

export function inspect(core: Core): EngineInspection {
  const { ports, connections } = portsSeen(core);
  return {
    threads: threadsOf(core), locks: locksOf(core), timers: [...core.threads.kernel.alive.values()].filter(({ due }) => due !== null), ports, connections,
    openFiles: openFilesOf(core).open, holdings: (filter) => core.ledger.of(filter),
  };
}

function portsSeen(core: Core): { readonly ports: readonly ServerPort[]; readonly connections: readonly Connection[] } {
  const table = portsOf(core);
  return { ports: table.servers, connections: [...table.connections] };
}

class ThreadList {
  readonly #byThread = new Map<EngineThread, { -readonly [Key in keyof ThreadView]: ThreadView[Key] }>();

  at(thread: EngineThread): { -readonly [Key in keyof ThreadView]: ThreadView[Key] } {
    let entry = this.#byThread.get(thread);
    if (entry === undefined) {
      entry = { thread, state: 'idle', routines: [], waits: null, locks: [], criticalRegions: 0, guardedRegions: 0 };
      this.#byThread.set(thread, entry);
    }
    return entry;
  }

  get list(): ThreadView[] {
    return [...this.#byThread.values()];
  }
}

function threadsOf(core: Core): ThreadView[] {
  const list = new ThreadList();
  const { scheduler, kernel } = core.threads;
  for (let one = core.activation; one !== null; one = one.parent) {
    const entry = list.at(one.thread);
    entry.state = 'running';
    entry.routines = [...entry.routines, routineOf(one)];
  }
  for (const record of core.parked) {
    const entry = list.at(record.thread);
    entry.routines = [...entry.routines, routineOf(record)];
  }
  for (const { thread, wait, subject } of scheduler.waiting) {
    const entry = list.at(thread);
    const record = subject ?? [...core.parked].findLast((one) => one.thread === thread) ?? null;
    entry.state = 'waiting';
    entry.waits = { what: wait.what, holders: wait.holders(), driver: record?.waitSite?.driver ?? record?.filter.name ?? null, line: record?.waitSite?.line ?? null, deadline: wait.deadline };
  }
  for (const { thread } of scheduler.ready) {
    const entry = list.at(thread);
    if (entry.state === 'idle') entry.state = 'ready';
  }
  for (const [object, { filter, what, due }] of kernel.alive) {
    if (due !== null) continue;
    const entry = list.at(object as EngineThread);
    if (entry.routines.length === 0) entry.routines = [{ filter: filter.name, routine: what.replace(/^system thread ?/, ''), operation: null, irql: 0 }];
  }
  for (const [thread, state] of kernel.states.all()) {
    const entry = list.at(thread);
    entry.locks = state.locks.map(({ label }) => label);
    entry.criticalRegions = state.criticalRegions;
    entry.guardedRegions = state.guardedRegions;
  }
  return list.list;
}

/** A lock that somebody waits for is held, so those that are held are all there is to tell. */
function locksOf(core: Core): LockView[] {
  const found = new Map<Lock, EngineThread[]>();
  for (const [thread, { locks }] of core.threads.kernel.states.all()) {
    for (const lock of locks) {
      const holders = found.get(lock);
      if (holders === undefined) found.set(lock, [thread]);
      else holders.push(thread);
    }
  }
  return [...found].map(([lock, threads]) => {
    const first = threads[0];
    const times = new Map<string, number>();
    for (const { name } of threads) times.set(name, (times.get(name) ?? 0) + 1);
    return {
      label: lock.label, exclusive: first === undefined ? null : (lock.isExclusive?.(first) ?? null),
      holders: [...times].map(([thread, count]) => ({ thread, times: count })),
      waiters: (lock.waiters ?? []).map(({ thread, exclusive }) => ({ thread: thread.name, exclusive: exclusive ?? null })),
    };
  });
}

/**
 * The kernel objects of drivers: what stands behind their KEVENTs, ERESOURCEs, timers and locks; and what a thread's IRQL is.
 *
 * Source: driver-api-usage.md 5.6, 5.12: a driver keeps any object where C keeps the structure (`{}` passed to
 * ExInitializeResourceLite); what the engine knows of it is found by identity.
 */
import { DISPATCH_LEVEL, irqlName, type Irql } from '../kernel/irql.ts';
import { KernelThreadObject } from '../kernel/dispatcher.ts';
import { ThreadStates, type Lock } from '../kernel/locks.ts';
import { createThread, threadOf, type EngineThread } from '../kernel/thread.ts';
import type { ActivationRecord } from './activation.ts';
import type { Core } from './core.ts';
import { describeOperation } from './core.ts';
import type { Filter } from './instance.ts';

/** KDPC */
export class KernelDpc {
  readonly label: string;
  readonly storage: object;
  readonly filter: Filter;
  readonly routine: (...args: unknown[]) => unknown;
  readonly context: unknown;
  queued = false;
  arguments: readonly [unknown, unknown] = [null, null];

  constructor(label: string, storage: object, filter: Filter, routine: (...args: unknown[]) => unknown, context: unknown) {
    this.label = label;
    this.storage = storage;
    this.filter = filter;
    this.routine = routine;
    this.context = context;
  }
}

/** PsTerminateSystemThread does not return; this is how it leaves. */
export class ThreadExit extends Error {
  readonly status: number;
  constructor(status: number) {
    super('PsTerminateSystemThread does not return.');
    this.status = status;
  }
}

/** A timer that is set, or a system thread that has not ended. */
export interface AliveObject {
  readonly filter: Filter;
  readonly what: string;
  /** Timers: virtual time at which it expires, 100 ns since 1601; null for threads. */
  readonly due: bigint | null;
  /** Timers: milliseconds; 0 for one that expires once. */
  readonly period: number;
}

type Constructor<T> = abstract new (...args: never[]) => T;

const nameOf = (storage: object): string | null => {
  for (const key of ['id', 'Name', 'name'] as const) {
    const value: unknown = (storage as Record<string, unknown>)[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
};

export class KernelObjects {
  readonly states = new ThreadStates();
  readonly #core: Core;
  readonly #behind = new WeakMap<object, object>();
  readonly #numbers = new Map<string, number>();
  readonly #named = new Map<string, object>();
  readonly #dpcs: KernelDpc[] = [];
  readonly #dpcThread: EngineThread;
  #systemThreads = 0;

  constructor(core: Core) {
    this.#core = core;
    this.#dpcThread = createThread({ tid: 0, pid: 0, process: 'Idle', kind: 'arbitrary', name: 'DPC' });
  }

  // -- objects

  /** `KEVENT ScanDone` where the driver's object has a name, else `KEVENT 3`. */
  label(kind: string, storage: object): string {
    const name = nameOf(storage);
    if (name !== null) return `${kind} ${name}`;
    const number = (this.#numbers.get(kind) ?? 0) + 1;
    this.#numbers.set(kind, number);
    return `${kind} ${number}`;
  }

  /** Puts an object behind the driver's own; one that was initialized before begins anew. */
  initialize<T extends object>(routine: string, parameter: string, storage: unknown, kind: string, make: (label: string) => T): T {
    if (!isStorage(storage)) throw new TypeError(`${routine}: ${parameter} is ${describe(storage)}; an object that stands for the ${kind} is wanted, {} will do.`);
    const object = make(this.label(kind, storage));
    this.#behind.set(storage, object);
    return object;
  }

  get<T extends object>(routine: string, parameter: string, storage: unknown, type: Constructor<T>, kind: string, initializer: string): T {
    const object = isStorage(storage) ? this.#behind.get(storage) : undefined;
    if (object instanceof type) return object;
    throw new TypeError(`${routine}: ${parameter} is ${describe(storage)}; a ${kind} that ${initializer} has prepared is wanted.`);
  }

  find(storage: unknown): object | undefined {
    return isStorage(storage) ? this.#behind.get(storage) : undefined;
  }

  /** For locks that need no preparation in C either, because they begin as zeroes. */
  getOrMake<T extends object>(routine: string, parameter: string, storage: unknown, type: Constructor<T>, kind: string, make: (label: string) => T): T {
    const object = isStorage(storage) ? this.#behind.get(storage) : undefined;
    return object instanceof type ? object : this.initialize(routine, parameter, storage, kind, make);
  }

  forget(storage: unknown): boolean {
    return isStorage(storage) && this.#behind.delete(storage);
  }

  /** An object by name: IoCreateNotificationEvent gives the same one to all who ask. */
  named(name: string, make: () => object): object {
    let object = this.#named.get(name);
    if (object === undefined) {
      object = make();
      this.#named.set(name, object);
    }
    return object;
  }

  /** The object one waits for behind a PETHREAD. */
  threadObject(ethread: unknown): KernelThreadObject | undefined {
    const thread = threadOf(ethread);
    if (thread === undefined || !isStorage(ethread)) return undefined;
    const known = this.#behind.get(ethread);
    if (known instanceof KernelThreadObject) return known;
    const object = new KernelThreadObject(thread);
    this.#behind.set(ethread, object);
    return object;
  }

  // -- threads

  /** The thread that calls: that of the running routine. */
  get thread(): EngineThread {
    return this.#core.activation?.thread ?? this.#core.systemThread;
  }

  get irql(): Irql {
    return this.#core.activation?.irql ?? 0;
  }

  /** Timers that are set and system threads that have not ended, with who made them: they must not outlive their driver (H-18). */
  readonly alive = new Map<object, AliveObject>();

  /** PsCreateSystemThread: the thread begins when it is its turn. */
  startThread(filter: Filter, routine: (context: unknown) => unknown, context: unknown): EngineThread {
    const core = this.#core;
    const number = ++this.#systemThreads;
    const { pid, process, eprocess } = core.systemThread;
    const thread = createThread({ tid: 1000 + number * 4, pid, process, eprocess, kind: 'system', name: `System thread ${number}` });
    const object = this.threadObject(thread.ethread);
    const { threads } = core;
    const body = function* () {
      const record = core.enter('thread', routine.name, null, filter, null, thread, 0);
      record.routine = routine;
      return yield* threads.invoke(record, () => routine(context));
    };
    this.alive.set(thread, { filter, what: `system thread ${routine.name}`.trimEnd(), due: null, period: 0 });
    threads.scheduler.enqueue(thread, null, body(), (result) => {
      this.alive.delete(thread);
      object?.end(typeof result === 'number' ? result >>> 0 : 0);
    });
    return thread;
  }

  // -- IRQL

  setIrql(irql: Irql): void {
    const record = this.#core.activation;
    if (record === null) return;
    const before = record.irql;
    record.enteredIrql ??= before;
    record.irql = irql;
    if (record.enteredIrql === irql) record.enteredIrql = null;
    if (before >= DISPATCH_LEVEL && irql < DISPATCH_LEVEL) this.runDpcs();
  }

  /** A routine has returned at another IRQL than it was called at (H-03): told, and put right. */
  checkReturn(record: ActivationRecord): void {
    const entered = record.enteredIrql;
    if (entered === null) return;
    // The lock callbacks of a cancel-safe queue are there to leave a lock held, and to give it back.
    if (record.kind !== 'queue' || (record.name !== 'Acquire' && record.name !== 'Release')) this.#tellLevel(record, entered);
    record.irql = entered;
    record.enteredIrql = null;
    if (entered < DISPATCH_LEVEL) this.runDpcs();
  }

  #tellLevel(record: ActivationRecord, entered: Irql): void {
    const held = this.states.heldBy(record.thread).map(({ label }) => label);
    this.#core.hint('H-03', { filter: record.filter, instance: record.instance, operation: record.operation },
      { routine: record.name === '' ? record.kind : record.name, irql: irqlName(record.irql), entered: irqlName(entered), locks: held.length === 0 ? 'no lock' : held.join(', ') }, null);
  }

  // -- locks

  /** A lock was taken: tells of an order that differs from an earlier one (H-06). */
  took(lock: Lock, record: ActivationRecord | null, thread = this.thread): void {
    const conflict = this.states.take(thread, lock);
    if (conflict === null) return;
    this.#core.hint('H-06', { filter: record?.filter ?? null, instance: record?.instance ?? null, operation: record?.operation ?? null }, { second: lock.label, first: conflict.label });
  }

  gaveBack(lock: Lock, thread = this.thread): void {
    this.states.of(thread).giveBack(lock);
  }

  /** Normal kernel APCs are off: in a critical or guarded region, at APC_LEVEL or above. */
  apcsDisabled(thread = this.thread): boolean {
    const state = this.states.of(thread);
    return state.criticalRegions > 0 || state.guardedRegions > 0 || this.irql >= 1;
  }

  // -- DPCs

  /** False when it is in the queue already. */
  queueDpc(dpc: KernelDpc, first: unknown, second: unknown): boolean {
    if (dpc.queued) return false;
    dpc.queued = true;
    dpc.arguments = [first, second];
    this.#dpcs.push(dpc);
    if (this.irql < DISPATCH_LEVEL) this.runDpcs();
    return true;
  }

  removeDpc(dpc: KernelDpc): boolean {
    const at = this.#dpcs.indexOf(dpc);
    if (at < 0) return false;
    this.#dpcs.splice(at, 1);
    dpc.queued = false;
    return true;
  }

  runDpcs(): void {
    const core = this.#core;
    for (let dpc = this.#dpcs.shift(); dpc !== undefined; dpc = this.#dpcs.shift()) {
      dpc.queued = false;
      const { filter, routine, storage, context, arguments: [first, second] } = dpc;
      const record = core.enter('dpc', routine.name, null, filter, null, this.#dpcThread, DISPATCH_LEVEL);
      record.routine = routine;
      core.run(record, () => routine(storage, context, first, second));
    }
  }

  describe(record: ActivationRecord): string {
    return `${record.filter.name} in ${record.operation === null ? record.kind : describeOperation(record.operation)}`;
  }
}

const isStorage = (value: unknown): value is object => (typeof value === 'object' || typeof value === 'function') && value !== null;

function describe(value: unknown): string {
  if (value === null) return 'NULL';
  if (value === undefined) return 'missing';
  if (typeof value === 'object') return 'an object that is none';
  return typeof value === 'string' ? 'a text' : `${typeof value} ${String(value)}`;
}

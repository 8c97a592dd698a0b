/**
 * Objects that threads wait for: events, semaphores, mutexes, timers, threads, queues.
 *
 * Source: wdm.h, the page of each routine (KeWaitForMultipleObjects decides how waits are satisfied); driver-api-usage.md 5.6.
 * Waiters are served in the order in which they came. What an object signals may come from any later request, so waits for
 * objects without an owner count as external.
 */
import { Wait, type Blocking } from './wait.ts';
import type { EngineThread } from './thread.ts';

/** STATUS_ABANDONED_WAIT_0, STATUS_TIMEOUT */
const abandonedWait = 0x80;
const timedOut = 0x102;

class Waiter {
  readonly thread: EngineThread;
  readonly objects: readonly DispatcherObject[];
  readonly all: boolean;
  wait: Wait | null = null;

  constructor(thread: EngineThread, objects: readonly DispatcherObject[], all: boolean) {
    this.thread = thread;
    this.objects = objects;
    this.all = all;
  }

  /** Takes what the wait needs, if it is there: the status, else null. */
  take(): number | null {
    const { thread, objects } = this;
    if (!this.all) {
      const at = objects.findIndex((object) => object.isSignalled(thread));
      return at < 0 ? null : at + (objects[at]?.acquire(thread) === true ? abandonedWait : 0);
    }
    if (!objects.every((object) => object.isSignalled(thread))) return null;
    const abandoned = objects.filter((object) => object.acquire(thread));
    return abandoned.length > 0 ? abandonedWait : 0;
  }

  trySatisfy(): void {
    if (this.wait === null || this.wait.settled) return;
    const status = this.take();
    if (status !== null) this.wait.settle(status);
  }
}

export abstract class DispatcherObject {
  /** For people: `KEVENT ScanDone`. */
  readonly label: string;
  readonly #waiters: Waiter[] = [];

  constructor(label: string) {
    this.label = label;
  }

  abstract isSignalled(thread: EngineThread): boolean;

  /** A wait of the thread is satisfied. True when the object had been abandoned. */
  acquire(_thread: EngineThread): boolean {
    return false;
  }

  /** The thread that will have to release it. */
  owner(): EngineThread | null {
    return null;
  }

  /** Threads that wait for it, first come first. */
  get waiters(): readonly { readonly thread: EngineThread }[] {
    return this.#waiters;
  }

  get waiting(): number {
    return this.#waiters.length;
  }

  enqueue(waiter: Waiter): void {
    this.#waiters.push(waiter);
  }

  dequeue(waiter: Waiter): void {
    const at = this.#waiters.indexOf(waiter);
    if (at >= 0) this.#waiters.splice(at, 1);
  }

  /** The object may be signalled: serves who waits, first come first served. */
  wake(): void {
    for (const waiter of [...this.#waiters]) waiter.trySatisfy();
  }
}

export interface WaitLimits {
  /** Virtual time; null waits without limit. */
  readonly deadline: bigint | null;
  /** Do not wait at all: a time-out of zero. */
  readonly poll: boolean;
  /** Told of the wait, so that something else can end it too. */
  readonly begun?: (wait: Wait) => void;
}

/** Waits for one or all of the objects. Gives the index of the one that ended it, STATUS_ABANDONED + index, STATUS_TIMEOUT, or what ended it otherwise. */
export function* waitForObjects(objects: readonly DispatcherObject[], all: boolean, thread: EngineThread, limits: WaitLimits): Blocking<number> {
  const waiter = new Waiter(thread, objects, all);
  const now = waiter.take();
  if (now !== null) return now;
  if (limits.poll) return timedOut;
  const owners = (): EngineThread[] => objects.flatMap((object) => object.owner() ?? []);
  const wait = new Wait({
    what: objects.map(({ label }) => label).join(all ? ' and ' : ' or '), owners, external: objects.some((object) => object.owner() === null), deadline: limits.deadline,
    timedOut: () => timedOut,
  });
  waiter.wait = wait;
  for (const object of objects) object.enqueue(waiter);
  limits.begun?.(wait);
  yield wait;
  for (const object of objects) object.dequeue(waiter);
  return Number(wait.result);
}

/** KEVENT. A synchronization event lets one thread through and is reset by it. */
export class KernelEvent extends DispatcherObject {
  readonly #synchronization: boolean;
  #signalled: boolean;

  constructor(label: string, synchronization: boolean, signalled: boolean) {
    super(label);
    this.#synchronization = synchronization;
    this.#signalled = signalled;
  }

  override isSignalled(): boolean {
    return this.#signalled;
  }

  override acquire(): boolean {
    if (this.#synchronization) this.#signalled = false;
    return false;
  }

  /** Previous state. */
  set(): boolean {
    const before = this.#signalled;
    this.#signalled = true;
    this.wake();
    return before;
  }

  reset(): boolean {
    const before = this.#signalled;
    this.#signalled = false;
    return before;
  }

  pulse(): boolean {
    const before = this.set();
    this.#signalled = false;
    return before;
  }
}

/** KSEMAPHORE */
export class KernelSemaphore extends DispatcherObject {
  count: number;
  readonly limit: number;

  constructor(label: string, count: number, limit: number) {
    super(label);
    this.count = count;
    this.limit = limit;
  }

  override isSignalled(): boolean {
    return this.count > 0;
  }

  override acquire(): boolean {
    this.count--;
    return false;
  }

  /** Previous count; null where the limit would be exceeded. */
  release(adjustment: number): number | null {
    const before = this.count;
    if (adjustment < 1 || before + adjustment > this.limit) return null;
    this.count += adjustment;
    this.wake();
    return before;
  }
}

/** KMUTEX: recursive; abandoned when its owner ends. */
export class KernelMutex extends DispatcherObject {
  #owner: EngineThread | null = null;
  #depth = 0;
  #abandoned = false;
  readonly owners = (): readonly EngineThread[] => (this.#owner === null ? [] : [this.#owner]);

  override isSignalled(thread: EngineThread): boolean {
    return this.#owner === null || this.#owner === thread;
  }

  override acquire(thread: EngineThread): boolean {
    const abandoned = this.#abandoned;
    this.#abandoned = false;
    this.#owner = thread;
    this.#depth++;
    return abandoned;
  }

  override owner(): EngineThread | null {
    return this.#owner;
  }

  /** 1 free, 0 owned, negative owned several times. */
  get state(): number {
    return 1 - this.#depth;
  }

  /** True when the mutex is free afterwards. */
  release(abandoned = false): boolean {
    this.#depth = abandoned ? 0 : this.#depth - 1;
    if (this.#depth > 0) return false;
    this.#owner = null;
    this.#abandoned = abandoned;
    this.wake();
    return true;
  }
}

/** KTIMER. When it expires is the business of whoever sets it. */
export class KernelTimer extends DispatcherObject {
  readonly #synchronization: boolean;
  #signalled = false;

  constructor(label: string, synchronization: boolean) {
    super(label);
    this.#synchronization = synchronization;
  }

  override isSignalled(): boolean {
    return this.#signalled;
  }

  override acquire(): boolean {
    if (this.#synchronization) this.#signalled = false;
    return false;
  }

  reset(): void {
    this.#signalled = false;
  }

  expire(): void {
    this.#signalled = true;
    this.wake();
  }
}

/** A thread object: signalled once the thread has ended. */
export class KernelThreadObject extends DispatcherObject {
  readonly thread: EngineThread;
  exitStatus: number | null = null;

  constructor(thread: EngineThread) {
    super(`thread ${thread.name}`);
    this.thread = thread;
  }

  override isSignalled(): boolean {
    return this.exitStatus !== null;
  }

  override owner(): EngineThread | null {
    return this.exitStatus === null ? this.thread : null;
  }

  end(status: number): void {
    this.exitStatus = status;
    this.wake();
  }
}

/** KQUEUE: entries for whoever removes one. */
export class KernelQueue extends DispatcherObject {
  readonly entries: unknown[] = [];
  rundown = false;

  override isSignalled(): boolean {
    return this.entries.length > 0 || this.rundown;
  }

  /** Previous number of entries. */
  insert(entry: unknown, first: boolean): number {
    const before = this.entries.length;
    if (first) this.entries.unshift(entry);
    else this.entries.push(entry);
    this.wake();
    return before;
  }
}

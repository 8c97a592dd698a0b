/**
 * Virtual threads, their ready order, and the virtual clock.
 *
 * Source: driver-api-usage.md 5.6 (scheduling rules); SIM-001, SIM-003 of filter-manager-objects.md. A task is a piece of a
 * simulated thread whose rest is a generator. Tasks run one at a time, on the stack of whoever settles the system or waits nested;
 * nothing here is ever run by the host's event loop.
 */
import { DueTimes, type DueTime } from './dueTimes.ts';
import type { EngineThread } from './thread.ts';
import type { Blocking, Wait } from './wait.ts';

/** Part of a simulated thread that can be set aside. `subject` says what it does, for whoever reports about it. */
export class Task<S> {
  readonly thread: EngineThread;
  readonly subject: S;
  readonly body: Blocking<unknown>;
  readonly #ended: (result: unknown) => void;
  /** Counts up in the order in which tasks began. */
  readonly sequence: number;
  wait: Wait | null = null;
  started = false;
  done = false;
  /** A dead wait is reported once. */
  reported = false;

  constructor(sequence: number, thread: EngineThread, subject: S, body: Blocking<unknown>, ended: (result: unknown) => void) {
    this.sequence = sequence;
    this.thread = thread;
    this.subject = subject;
    this.body = body;
    this.#ended = ended;
  }

  end(result: unknown): void {
    this.done = true;
    this.#ended(result);
  }
}

/** One thread that waits. `nested`: it waits on the stack, in a plain function. */
export interface WaitingThread<S> {
  readonly thread: EngineThread;
  readonly wait: Wait;
  readonly subject: S;
  readonly nested: boolean;
}

export interface SchedulerHost<S> {
  /** Runs a part of a simulated thread, and what follows from it, as an event of its own. */
  event(body: () => void): void;
  /** Starts the next work item that has a free worker. False when there is none. */
  startWork(): boolean;
  /** Lets the host make something happen for a nested wait. False when it has nothing. */
  pump(): boolean;
  /** A nested wait that nothing can end; `endless`: others ran on and on, and it has not ended. Does not return. */
  stuck(waiting: WaitingThread<S>, endless: boolean): never;
  /** So many things happened in one moment of virtual time that there is no end to it. Does not return. */
  livelock(steps: number): never;
  /** Index of the ready task that runs next, of `count`. */
  choose(count: number): number;
}

/** A driver that queues work or timers without end must not hang the host: so many steps without time moving on are a livelock. */
const mostSteps = 100_000;

export class Scheduler<S> {
  readonly #host: SchedulerHost<S>;
  /** 100 ns since 1601. */
  #time: bigint;
  readonly #due = new DueTimes();
  readonly #ready: Task<S>[] = [];
  readonly #blocked = new Set<Task<S>>();
  readonly #nested: WaitingThread<S>[] = [];
  #sequence = 0;

  constructor(host: SchedulerHost<S>, startTime: bigint) {
    this.#host = host;
    this.#time = startTime;
  }

  get time(): bigint {
    return this.#time;
  }

  /** Tasks begun so far, for `startedSince`. */
  get mark(): number {
    return this.#sequence;
  }

  get hasTasks(): boolean {
    return this.#ready.length > 0 || this.#blocked.size > 0;
  }

  // -- tasks

  /** Runs the first part of a task. True when that was all of it. */
  start(thread: EngineThread, subject: S, body: Blocking<unknown>, ended: (result: unknown) => void): boolean {
    const task = new Task(++this.#sequence, thread, subject, body, ended);
    this.#step(task);
    return task.done;
  }

  /** A task that begins when it is its turn. */
  enqueue(thread: EngineThread, subject: S, body: Blocking<unknown>, ended: (result: unknown) => void): void {
    this.#ready.push(new Task(++this.#sequence, thread, subject, body, ended));
  }

  #step(task: Task<S>): void {
    task.started = true;
    let step = task.body.next();
    while (step.done !== true && step.value.settled) step = task.body.next();
    if (step.done === true) {
      task.end(step.value);
      return;
    }
    const wait = step.value;
    task.wait = wait;
    this.#blocked.add(task);
    this.#arm(wait, () => {
      task.wait = null;
      this.#blocked.delete(task);
      this.#ready.push(task);
    });
  }

  /** Calls `ended` once, when the wait is over, by itself or by its deadline. */
  #arm(wait: Wait, ended: () => void): void {
    const { deadline } = wait;
    let due: DueTime | null = null;
    wait.onSettled = () => {
      wait.onSettled = null;
      if (due !== null) this.cancel(due);
      ended();
    };
    if (deadline === null) return;
    if (deadline <= this.#time) wait.settle(wait.timedOut());
    else due = this.at(deadline, () => wait.settle(wait.timedOut()), false);
  }

  // -- time

  at(time: bigint, fire: () => void, signals = true): DueTime {
    return this.#due.add(time, fire, signals);
  }

  /** False when it has happened, or was cancelled. */
  cancel(entry: DueTime): boolean {
    return this.#due.cancel(entry);
  }

  /** The clock moves; what is due on the way happens in order, and everybody who can run does. */
  advanceTo(time: bigint): void {
    let now = this.#time;
    let steps = 0;
    for (let next = this.#due.first; next !== null && next.time <= time; next = this.#due.first) {
      this.#fireNext();
      this.settle();
      if (this.#time !== now) {
        now = this.#time;
        steps = 0;
      } else if (++steps >= mostSteps) this.#host.livelock(steps);
    }
    if (time > this.#time) this.#time = time;
  }

  #fireNext(): boolean {
    const next = this.#due.take();
    if (next === null) return false;
    if (next.time > this.#time) this.#time = next.time;
    this.#host.event(next.fire);
    return true;
  }

  // -- running

  /** Runs until no thread can go on and no worker is free for what is queued. */
  settle(): void {
    for (let steps = 0; this.#runOne();) {
      if (++steps >= mostSteps) this.#host.livelock(steps);
    }
  }

  #runOne(): boolean {
    if (this.#ready.length === 0) return this.#host.startWork();
    const at = this.#ready.length === 1 ? 0 : this.#host.choose(this.#ready.length);
    const [task] = this.#ready.splice(at, 1);
    if (task !== undefined) this.#host.event(() => this.#step(task));
    return true;
  }

  /** The caller is on the stack and waits: others run, then the clock moves, until the wait is over. */
  waitNested(wait: Wait, thread: EngineThread, subject: S): void {
    if (wait.settled) return;
    this.#arm(wait, () => undefined);
    const waiting: WaitingThread<S> = { thread, wait, subject, nested: true };
    this.#nested.push(waiting);
    try {
      for (let steps = 0; !wait.settled; steps++) {
        const endless = steps >= mostSteps;
        if (!endless && (this.#runOne() || this.#host.pump() || this.#fireNext())) continue;
        this.#host.stuck(waiting, endless);
      }
    } finally {
      this.#nested.splice(this.#nested.indexOf(waiting), 1);
    }
  }

  /** Lets tasks of `thread` that began after `mark` end, as far as anything can run. */
  finishInner(thread: EngineThread, mark: number): void {
    const inner = (): boolean => {
      for (const task of this.#blocked) if (task.thread === thread && task.sequence > mark) return true;
      return this.#ready.some((task) => task.started && task.thread === thread && task.sequence > mark);
    };
    for (let steps = 0; inner();) {
      if (!this.#runOne() && !this.#host.pump() && !this.#fireNext()) return;
      if (++steps >= mostSteps) this.#host.livelock(steps);
    }
  }

  // -- who waits for what

  /** Nested waits outermost first, then the threads that were set aside, oldest first. */
  get waiting(): readonly WaitingThread<S>[] {
    return [...this.#nested, ...this.#blockedTasks().map((task) => waitingOf(task))];
  }

  /** Threads that could go on, in the order in which they became ready. */
  get ready(): readonly { readonly thread: EngineThread; readonly subject: S; readonly started: boolean }[] {
    return this.#ready;
  }

  #blockedTasks(): Task<S>[] {
    return [...this.#blocked].sort((a, b) => a.sequence - b.sequence);
  }

  /**
   * Threads whose wait nothing can end any more (SIM-003). Alive are waits that end by themselves, that something outside can
   * end, whose owner is not waiting at all or is alive itself, and, without known owners, all of them as long as a timer or an
   * alive thread could do something.
   */
  deadTasks(): Task<S>[] {
    if (this.#ready.length > 0 || this.#nested.length > 0) return [];
    const tasks = this.#blockedTasks();
    const alive = new Set(tasks.filter(({ wait }) => wait !== null && (wait.external || wait.deadline !== null)));
    const timers = this.#due.signals;
    const canEnd = ({ wait }: Task<S>): boolean => {
      const owners = wait?.owners() ?? [];
      if (owners.length === 0) return timers || alive.size > 0;
      return owners.some((owner) => {
        const own = tasks.filter((other) => other.thread === owner);
        return own.length === 0 || own.some((other) => alive.has(other));
      });
    };
    for (let before = -1; before !== alive.size;) {
      before = alive.size;
      for (const task of tasks) if (!alive.has(task) && canEnd(task)) alive.add(task);
    }
    return tasks.filter((task) => !alive.has(task));
  }

  /** Everything that was set aside and has not ended. */
  unfinished(): readonly Task<S>[] {
    return this.#blockedTasks();
  }

  nextDue(): bigint | null {
    return this.#due.first?.time ?? null;
  }
}

const waitingOf = <S>(task: Task<S>): WaitingThread<S> => {
  const { thread, subject, wait } = task;
  if (wait === null) throw new RangeError(`Thread ${thread.name} does not wait.`);
  return { thread, subject, wait, nested: false };
};

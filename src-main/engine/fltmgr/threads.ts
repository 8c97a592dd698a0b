/**
 * Driver routines and the threads they run in: setting a generator aside, waiting nested, telling who waits for whom.
 *
 * Source: driver-api-usage.md 5.6 (A and B together); SIM-003 and VOL-020 of filter-manager-objects.md.
 *
 * | Routine | When it is a generator and has to wait |
 * | --- | --- |
 * | pre, post, work item, safe routine in a worker, host routine, system thread, unload | is set aside; its thread goes on later |
 * | every other (status callback, drain, cancel, queue, safe routine inside a post ...) | waits nested: others run meanwhile |
 * | DPC | may not wait at all (H-04) |
 *
 * A plain function always waits nested.
 */
import { Deadlock, waitChain, waitGraphText, type WaitGraphLine } from '../kernel/bugCheck.ts';
import type { Chooser } from '../kernel/choices.ts';
import { Scheduler, type SchedulerHost, type Task, type WaitingThread } from '../kernel/scheduler.ts';
import type { EngineThread } from '../kernel/thread.ts';
import { isGenerator, Wait, type Blocking } from '../kernel/wait.ts';
import { Workers } from '../kernel/workers.ts';
import { siteText, type CallSite } from '../observer.ts';
import type { ActivationRecord } from './activation.ts';
import type { Core } from './core.ts';
import { KernelObjects, ThreadExit } from './kernelObjects.ts';
import type { WorkItem } from './workItems.ts';

type Subject = ActivationRecord | null;

/** Workers in each pool: few enough that starvation shows, as on a machine of two processors. */
const workersPerQueue = 4;

/** Timers that may expire after the end of the trace. */
const mostExpirations = 1000;

function nestedAdvice({ subject }: WaitingThread<Subject>): string {
  const routine = subject === null ? 'the routine' : `${routineText(subject)} routine`;
  return `either ${routine} has to be a generator function (function*, with yield* before the routine that blocks), so that what lies below it on the stack can go on, or it is a real deadlock.`;
}

const placeText = ({ waitSite }: ActivationRecord): string | null => (waitSite === null ? null : siteText(waitSite));

const graphLine = ({ thread, wait }: WaitingThread<Subject>, subject: Subject): WaitGraphLine => ({
  thread: thread.name, what: wait.what, holders: wait.holders(), ...(subject === null ? {} : { routine: routineText(subject), place: placeText(subject), operation: subject.operation?.index ?? null }),
});

/** `scanner's post`, `scanner's ScanWorker` */
const routineText = ({ filter, name, kind }: ActivationRecord): string => `${filter.name}'s ${name === '' ? kind : name}`;

/** `scanner's ScanWorker` */
const workText = ({ filter, routine }: WorkItem): string => `${filter.name}'s ${routine.name === '' ? 'work routine' : routine.name}`;

export class Threads implements SchedulerHost<Subject> {
  readonly scheduler: Scheduler<Subject>;
  readonly workers: Workers;
  readonly kernel: KernelObjects;
  readonly #core: Core;
  /** Runs an event and what follows from it; installed by the Filter Manager. */
  event: (body: () => void) => void = (body) => body();
  /** Runs a work item that was taken out of its queue; installed by the Filter Manager. */
  runWork: (item: WorkItem, thread: EngineThread) => void = () => undefined;
  /** A blocking routine was called in a generator and its result has not been used with yield* yet. */
  #unstarted: Error | null = null;
  #random: number;
  /** Work items that begin when the next recorded operation has been issued, and those that have waited for it already. */
  readonly #delayed = new Set<WorkItem>();
  readonly #undelayed = new WeakSet<WorkItem>();

  constructor(core: Core) {
    this.#core = core;
    this.scheduler = new Scheduler<Subject>(this, core.options.startTime ?? 0n);
    this.kernel = new KernelObjects(core);
    this.workers = new Workers(core.systemThread, core.options.workersPerQueue ?? workersPerQueue);
    this.#random = (core.options.scheduleSeed ?? 0) >>> 0;
  }

  // -- driver routines

  /** Goes on with a driver routine that is a generator, to its end. Yields what the thread has to wait for. */
  *finish(record: ActivationRecord, body: Generator<unknown, unknown, void>): Blocking<unknown> {
    const core = this.#core;
    record.body = body;
    for (;;) {
      const step = this.#next(record, body);
      if (step.done === true) {
        record.body = null;
        return core.leave(record, step.value);
      }
      const wait = step.value;
      if (!(wait instanceof Wait)) return core.failed(record, new TypeError('A driver routine yielded something that is no wait: use yield* with a routine that can block, and nothing else.'));
      if (wait.settled) continue;
      this.#beginWait(record, wait, false);
      core.park(record);
      yield wait;
      core.unpark(record);
      core.event({ kind: 'resume', activation: record, what: wait.what, nested: false, rule: 'SIM-001' });
    }
  }

  #next(record: ActivationRecord, body: Generator<unknown, unknown, void>): IteratorResult<unknown, unknown> {
    const core = this.#core;
    try {
      core.driverRuns = true;
      const step = body.next();
      core.driverRuns = false;
      this.checkStarted();
      return step;
    } catch (error) {
      record.body = null;
      if (error instanceof ThreadExit && record.kind === 'thread') return { done: true, value: error.status };
      return core.failed(record, error);
    }
  }

  /** Calls a driver routine from engine code that is a generator itself. */
  *invoke(record: ActivationRecord, routine: () => unknown): Blocking<unknown> {
    const result = this.#core.callRoutine(record, routine);
    if (isGenerator(result)) return yield* this.finish(record, result);
    const given = result instanceof ThreadExit ? result.status : result;
    return this.#core.leave(record, given);
  }

  /**
   * Calls a driver routine; `then` gets its result: now, or when a generator that had to wait has ended. True when that is now.
   */
  runThen(record: ActivationRecord, routine: () => unknown, then: (result: unknown) => void): boolean {
    const result = this.#core.callRoutine(record, routine);
    if (isGenerator(result)) return this.setAside(record, result, then);
    then(this.#core.leave(record, result));
    return true;
  }

  /** The rest of a driver routine that turned out to be a generator. */
  setAside(record: ActivationRecord, body: Generator<unknown, unknown, void>, then: (result: unknown) => void): boolean {
    return this.scheduler.start(record.thread, record, this.finish(record, body), then);
  }

  /** Runs a generator of the engine's own as a piece of `thread`. True when it has ended. */
  runSystem(thread: EngineThread, body: Blocking<unknown>, then: (result: unknown) => void = () => undefined): boolean {
    return this.scheduler.start(thread, null, body, then);
  }

  /** Runs a driver routine that is a generator to its end; others run while it waits. */
  drain(record: ActivationRecord, body: Generator<unknown, unknown, void>): unknown {
    const rest = this.finish(record, body);
    for (let step = rest.next(); ; step = rest.next()) {
      if (step.done === true) return step.value;
      this.scheduler.waitNested(step.value, record.thread, record);
    }
  }

  // -- routines that block

  /** What a driver gets for calling a routine that can block: its result, or, in a generator, something for yield*. */
  block(name: string, routine: Blocking<unknown>): unknown {
    const core = this.#core;
    const { activation } = core;
    if (activation !== null && activation.body !== null) {
      // Made here, so that its stack names the line of the call.
      this.#unstarted = new TypeError(`The result of ${name} was dropped: this routine can block, so in a generator function it is called with yield*, as in "yield* ${name}(...)".`);
      return this.#delegated(routine);
    }
    for (let step = routine.next(); ; step = routine.next()) {
      if (step.done === true) return step.value;
      const wait = step.value;
      if (wait.settled) continue;
      if (activation !== null) {
        activation.waitSite = core.site();
        this.#beginWait(activation, wait, true);
      }
      this.scheduler.waitNested(wait, activation?.thread ?? core.systemThread, activation);
      if (activation !== null) core.event({ kind: 'resume', activation, what: wait.what, nested: true, rule: 'SIM-001' });
    }
  }

  *#delegated(routine: Blocking<unknown>): Blocking<unknown> {
    const core = this.#core;
    this.#unstarted = null;
    for (;;) {
      core.driverRuns = false;
      const step = routine.next();
      if (step.done === true) {
        core.driverRuns = true;
        return step.value;
      }
      // The driver is on the stack here, and will not be once it has been set aside.
      if (core.activation !== null && !step.value.settled) core.activation.waitSite = core.site();
      yield step.value;
    }
  }

  /** Fails where a blocking routine was called without yield*. */
  checkStarted(): void {
    if (this.#unstarted === null) return;
    const error = this.#unstarted;
    this.#unstarted = null;
    throw error;
  }

  /** A routine that returns at once has started callbacks in the caller's thread that wait: so does the caller. */
  finishInner(activation: ActivationRecord | null, mark: number): void {
    if (this.scheduler.mark !== mark && activation !== null) this.scheduler.finishInner(activation.thread, mark);
  }

  #beginWait(record: ActivationRecord, wait: Wait, nested: boolean): void {
    const core = this.#core;
    core.event({ kind: 'wait', activation: record, what: wait.what, holders: wait.holders(), nested, rule: 'SIM-003' });
    core.hints?.waits(record, wait.what);
    const held = this.kernel.states.heldBy(record.thread);
    if (held.length > 0 && wait.owners().length === 0) {
      core.hint('H-01', { filter: record.filter, instance: record.instance, operation: record.operation }, { what: wait.what, locks: held.map(({ label }) => label).join(', ') });
    }
    if (wait.ownRequest || (wait.deadline !== null && !wait.external && wait.holders().length === 0)) return;
    for (let one: ActivationRecord | null = record; one !== null; one = one.parent) {
      if (one.kind === 'setup' && one.thread === record.thread) core.violate('OV-020', { filter: one.filter, instance: one.instance, operation: null }, { what: wait.what });
    }
  }

  // -- the scheduler's host

  startWork(): boolean {
    const core = this.#core;
    const item = core.options.chooser === undefined ? core.workItems.find(({ queueType }) => this.workers.free(queueType) !== null) : this.#chosenWork(core.options.chooser);
    const thread = item === undefined ? null : this.workers.free(item.queueType);
    if (item === undefined || thread === null || !core.takeWorkItem(item)) return false;
    this.event(() => this.runWork(item, thread));
    return true;
  }

  /** Of those with a free worker, without the ones that were told to begin later. */
  #chosenWork(chooser: Chooser): WorkItem | undefined {
    const ready = this.#core.workItems.filter((item) => !this.#delayed.has(item) && this.workers.free(item.queueType) !== null);
    while (ready.length > 0) {
      const at = ready.length === 1 ? 0 : chooser.choose('work', ready.length, 'work items');
      const [item] = ready.splice(at, 1);
      if (item === undefined || this.#undelayed.has(item) || chooser.choose('delay', 2, workText(item)) === 0) return item;
      this.#delayed.add(item);
    }
    return undefined;
  }

  /** Work items that were told to begin later may begin; false when there are none. */
  endDelays(): boolean {
    if (this.#delayed.size === 0) return false;
    for (const item of this.#delayed) this.#undelayed.add(item);
    this.#delayed.clear();
    return true;
  }

  pump(): boolean {
    // Who waits on the stack cannot wait for the next operation.
    return this.#core.options.pump?.() === true || this.endDelays();
  }

  /** SIM-001 leaves the order of ready threads to the run. */
  choose(count: number): number {
    const { chooser } = this.#core.options;
    if (chooser !== undefined) return chooser.choose('thread', count, 'ready threads');
    if (!this.#core.is('SIM-001', 'shuffled')) return 0;
    // xorshift32: repeatable, and good enough to stir an order.
    let x = this.#random === 0 ? 0x9e3779b9 : this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x >>> 0;
    return this.#random % count;
  }

  /** OV-002 for a wait on the stack: nothing else can run, so the run ends here. */
  stuck(waiting: WaitingThread<Subject>, endless: boolean): never {
    const core = this.#core;
    const { subject, thread, wait } = waiting;
    this.#report(subject, thread, wait, core.site());
    const why = endless ? 'others have run on and on without ending that wait, so the run was ended' : `nothing can end that wait: ${nestedAdvice(waiting)}`;
    this.#endRun(`${thread.name} waits for ${wait.what}, and ${why.replace(/\.$/, '')}.`);
  }

  /** Timers, work items or threads that go on for ever in one moment of virtual time. */
  livelock(steps: number): never {
    const core = this.#core;
    const busy = [...new Set(core.workItems.map(workText))];
    const queued = busy.length === 0 ? '' : ` Waiting in the work queues: ${busy.join(', ')}.`;
    const last = core.lastRoutine === null ? '' : ` The last to run was ${core.lastRoutine}.`;
    this.#endRun(`Work items, timers and threads have run ${steps} times without the virtual clock moving on, so there is no end to it: something queues itself again each time it runs.${last}${queued}`);
  }

  #endRun(sentence: string): never {
    const graph = this.graph();
    const core = this.#core;
    core.deadlock = new Deadlock(`${sentence}${graph.length === 0 ? '' : ` Wait graph: ${waitGraphText(graph)}.`}`, graph);
    throw core.deadlock;
  }

  #report(subject: Subject, thread: EngineThread, wait: Wait, site: CallSite | null): void {
    const holders = wait.holders();
    this.#core.violate('OV-002', { filter: subject?.filter ?? null, instance: subject?.instance ?? null, operation: subject?.operation ?? null },
      { thread: thread.name, what: wait.what, holders: holders.length === 0 ? 'nobody' : holders.join(', '), graph: waitGraphText(waitChain(this.graph(), thread.name)) }, site);
  }

  // -- reports

  graph(): WaitGraphLine[] {
    return this.scheduler.waiting.map((waiting) => graphLine(waiting, this.#routineOf(waiting)));
  }

  /** The driver routine that waits; a system thread's task was made before its routine was called. */
  #routineOf({ subject, thread }: Pick<WaitingThread<Subject>, 'subject' | 'thread'>): Subject {
    if (subject !== null) return subject;
    let found: Subject = null;
    for (const record of this.#core.parked) if (record.thread === thread) found = record;
    return found;
  }

  /** OV-002 for threads that were set aside and can never go on. */
  reportDead(): void {
    for (const task of this.scheduler.deadTasks()) this.#reportTask(task);
  }

  /** The run is over, but time goes on for callbacks that wait for it, as far as that leads anywhere. */
  waitOut(): void {
    const { scheduler } = this;
    for (let steps = 0; steps < mostExpirations; steps++) {
      const next = scheduler.nextDue();
      if (next === null || !scheduler.unfinished().some(({ subject, wait }) => subject?.kind !== 'thread' && wait?.idle !== true)) return;
      scheduler.advanceTo(next);
    }
  }

  /** The run is over: whoever still waits will wait for ever. A system thread that waits for something to do is no finding. */
  reportUnfinished(): void {
    for (const task of this.scheduler.unfinished()) {
      const idle = task.wait?.idle === true || (task.subject?.kind === 'thread' && task.wait?.external === true);
      if (!idle && (task.wait?.deadline ?? null) === null) this.#reportTask(task);
    }
  }

  #reportTask(task: Task<Subject>): void {
    if (task.reported || task.wait === null) return;
    task.reported = true;
    const subject = this.#routineOf(task);
    this.#report(subject, task.thread, task.wait, subject?.waitSite ?? null);
  }
}

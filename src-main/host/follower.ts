/**
 * An engine host that runs a recorded run again, to stand where somebody looks.
 *
 * It goes forward only. `at` is the last event that it is known to have passed; everything behind that can still be reached.
 */
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import { visitsBetween } from '../debugger/lineSteps.ts';
import type { EventPlace, FollowGoal, RunLayer, StopInfo, SurveyNote } from '../engine-host/messages.ts';
import type { EngineHostListener, EngineHostOptions, NotedLines, Tape, TapePlace } from '../engine-host/process.ts';
import type { FollowedRun } from './followRequest.ts';
import type { FollowerSurface } from './hostOptions.ts';
import type { AtLine } from './travelPlace.ts';

export interface FollowerListener {
  /** The operation it has come to. */
  progress(operation: number): void;
  /** It has passed a page of events. */
  chain(first: number, count: number, chain: string): void;
  /** It stops, with so much of a page. */
  prefix(first: number, count: number, hash: string): void;
  ended(): void;
}

export const precedes = (a: EventPlace, b: EventPlace): boolean => a.issued < b.issued || (a.issued === b.issued && a.sequence < b.sequence);

/** A routine whose lines are being noted runs slower. */
const watchdogMilliseconds = 30_000;

/** A way of so many operations takes no time worth a word. */
export const shortWay = 200;

/** Lines that are noted in one go: about a second of a driver's code, as every one is a breakpoint with a condition. */
export const mostNotes = 20_000;
const notingMilliseconds = 2000;

/** Goals are told apart by number. */
let goals = 0;

const isInEntry = ({ target }: FollowGoal): boolean => target?.issued === 0;

/** What ends a movement of a follower without its having arrived. */
export class FollowerLost extends Error {}

export class Follower {
  phase: 'going' | 'parked' | 'stopped' | 'ended' = 'going';
  at: EventPlace = { issued: 0, sequence: 0 };
  stop: StopInfo | null = null;
  /** It stands somewhere behind the event `at`, and not at it. */
  isBehind = true;
  listener: FollowerListener;
  /** Where it was told to go. */
  goal: FollowGoal;
  usedAt = performance.now();
  layers: readonly RunLayer[] = [];
  /** Somebody has looked into it, and an expression may have changed something; or it has looked for breakpoints. */
  #isTouched = false;
  /** The operation before which it waits. */
  #next = 0;
  #host: FollowerSurface | null = null;
  #waiting: { resolve: (stop: StopInfo | null) => void; reject: (error: Error) => void } | null = null;
  #isDisposed = false;
  /** Settled when it waits after `hold`. */
  held: Promise<void> = Promise.resolve();
  /** Rejected when it has ended: what an engine host is asked may never be answered then. */
  readonly #lost: Promise<never>;
  #lose: (error: Error) => void = () => undefined;
  /** It can be talked to. */
  #isUp = false;
  /** The line at which it stands. */
  #line: AtLine | null = null;
  isNoting = false;
  /** Where it stops first may be before its goal: at a line, or at a hit. */
  #mayStopBefore = false;

  constructor(goal: FollowGoal, listener: FollowerListener) {
    this.goal = { ...goal, id: ++goals };
    this.listener = listener;
    this.#lost = new Promise((_resolve, reject) => (this.#lose = reject));
    this.#lost.catch(() => undefined);
  }

  async start(create: (options: EngineHostOptions) => Promise<FollowerSurface>, { request, readOperations }: FollowedRun): Promise<void> {
    const host = await create({
      watchdogMilliseconds,
      readOperations,
      listener: {
        sandbox: () => undefined, loaded: (layers) => void (this.layers = layers), eventPage: () => undefined, resultPage: () => undefined, continued: () => undefined, breakpointVerified: () => undefined, problem: () => undefined,
        progress: ({ operation }) => {
          if (this.phase !== 'going') return;
          if (operation > this.at.issued + 1) this.at = { issued: operation - 1, sequence: 0 };
          this.listener.progress(operation);
        },
        chain: (first, count, chain) => this.listener.chain(first, count, chain),
        prefix: (first, count, hash) => this.listener.prefix(first, count, hash),
        parked: (at, next, missed, goal) => {
          // It was on its way to a goal that is not its own any more.
          if (goal !== this.goal.id) return;
          this.phase = 'parked';
          this.at = at;
          this.#next = next;
          this.isBehind = true;
          this.#settle(null, missed);
        },
        stopped: (stop) => {
          // It has come to the event before it heard of the one behind that.
          if (this.#isOnItsWay({ issued: stop.point.operation, sequence: stop.point.sequence })) return void host.follow(this.goal).catch(() => undefined);
          this.phase = 'stopped';
          this.#mayStopBefore = false;
          this.at = { issued: stop.point.operation, sequence: stop.point.sequence };
          this.isBehind = stop.atLine;
          this.stop = stop;
          this.#settle(stop, false);
        },
        ended: () => this.#ended(),
      },
    });
    this.#host = host;
    if (this.#isDisposed) host.dispose();
    else {
      const { goal } = this;
      // It waits before the first operation, as its goal may be another one by then; only events of DriverEntry come before that.
      const follow = isInEntry(goal) ? goal : { ...goal, id: 0, target: null, parkBefore: 0 };
      await host.start({ ...request, stopsWhenBroken: false, follow });
      this.#isUp = true;
      if (this.goal !== follow) await host.follow(this.goal);
    }
  }

  /** Whether it can still come to an event. */
  canReach(target: EventPlace): boolean {
    if (this.phase === 'ended') return false;
    // It has yet to begin.
    if (!this.#isUp) return target.issued > 0;
    // One that is told to wait wherever it is may be anywhere.
    if (this.phase === 'going') return this.#heads(target);
    return this.#isBefore(target) || (!this.isBehind && this.at.issued === target.issued && this.at.sequence === target.sequence);
  }

  /** Goes to an event. */
  async goTo(target: EventPlace): Promise<StopInfo> {
    this.usedAt = performance.now();
    if (this.phase === 'stopped' && !this.isBehind && this.stop !== null && this.at.issued === target.issued && this.at.sequence === target.sequence) return this.stop;
    const arrived = this.#arrival();
    if (this.phase !== 'going' || this.#mayStopBefore || this.goal.target?.issued !== target.issued || this.goal.target.sequence !== target.sequence) await this.#follow({ target, parkBefore: null });
    const stop = await arrived;
    if (stop === null) throw new FollowerLost('The moment was not met when the run was run again.');
    return stop;
  }

  /** It is on its way to somewhere before an event, or to that event. */
  #heads(event: EventPlace): boolean {
    const { target, parkBefore } = this.goal;
    if (this.#mayStopBefore) return false;
    if (target !== null) return !precedes(event, target);
    return parkBefore !== null && parkBefore > 0 && parkBefore <= event.issued;
  }

  /** To an event, and `at` lies before that. */
  #isOnItsWay(at: EventPlace): boolean {
    return this.phase === 'going' && !this.#mayStopBefore && this.goal.target !== null && precedes(at, this.goal.target);
  }

  #isBefore(target: EventPlace): boolean {
    return precedes(this.at, target);
  }

  /** Arrives where it was told to go when it was made. */
  async arrive(): Promise<StopInfo | null> {
    return this.#arrival();
  }

  /** Whoever waits for it has given up. A short way it goes to its end, as somebody who steps on wants it there. */
  giveUp(target: EventPlace): void {
    if (this.#isUp && this.phase === 'going' && this.at.issued >= target.issued - shortWay) {
      this.#waiting?.reject(new FollowerLost('cancelled'));
      this.#waiting = null;
    } else this.hold();
  }

  /** Waits at the next operation, wherever it is; one that has not come up yet, before the first. */
  hold(): void {
    this.#waiting?.reject(new FollowerLost('cancelled'));
    this.#waiting = null;
    if (this.phase !== 'going') return;
    this.held = this.#arrival().then(() => undefined, () => undefined);
    void this.#follow({ target: null, parkBefore: 0 }).catch(() => undefined);
  }

  /** The operation before which it waits; null where it does not. */
  get next(): number | null {
    return this.phase === 'parked' ? this.#next : null;
  }

  /** Goes to the boundary before an operation and waits there. */
  async park(parkBefore: number): Promise<void> {
    const arrived = this.#arrival();
    await this.#follow({ target: null, parkBefore });
    await arrived;
  }

  /**
   * Goes to the boundary before an operation and gives the lines of every routine on the way; where it is held, those up to there.
   * It is held where it takes too long.
   */
  async note(before: number): Promise<{ readonly noted: NotedLines; readonly isDone: boolean }> {
    this.isNoting = true;
    try {
      return await this.#note(before);
    } finally {
      this.isNoting = false;
    }
  }

  async #note(before: number): Promise<{ readonly noted: NotedLines; readonly isDone: boolean }> {
    const host = this.#running();
    const goal = (this.goal = { target: null, parkBefore: before, id: ++goals });
    this.phase = 'going';
    await this.#unlessLost(host.beginNotes(this.layers.flatMap(({ driverId, name }) => (driverId === null ? [] : [name])), mostNotes));
    let isDone = false;
    const patience = setTimeout(() => {
      isDone = true;
      this.hold();
    }, notingMilliseconds);
    // It may have been told otherwise meanwhile.
    if (this.goal === goal) await this.park(before).then(() => (isDone = true), () => undefined);
    clearTimeout(patience);
    return { noted: await this.#unlessLost(host.endNotes()), isDone };
  }

  #unlessLost<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#lost]);
  }

  /** Goes on to an event, or to the first hit before it, or to the end; answers the first or the last hit on the way. */
  async survey(breakpoints: readonly Breakpoint[], mode: 'first' | 'last', until: EventPlace | null, after: EventPlace | null = null): Promise<SurveyNote | null> {
    // What breakpoints have counted stays with it.
    this.#isTouched = true;
    const host = this.#running();
    await host.setBreakpoints(breakpoints);
    await host.survey(mode, after);
    const arrived = this.#arrival();
    const followed = this.#follow({ target: until, parkBefore: null });
    this.#mayStopBefore = true;
    await followed;
    await arrived;
    const noted = await host.survey(null);
    await host.setBreakpoints([]);
    return noted;
  }

  async tape(driver: string): Promise<Tape> {
    const tape = await this.#unlessLost(this.#running().tape(driver));
    this.#line = null;
    this.at = tape.end;
    this.isBehind = true;
    return tape;
  }

  /** From the event of a line to the line, or on from an earlier line of the routine. */
  async goToLine(driver: string, line: AtLine): Promise<StopInfo> {
    const step = line.tape.steps[line.index];
    if (step === undefined) throw new FollowerLost('missed');
    const visits = this.#waysTo(line);
    if (visits === 0 && this.stop !== null) return this.stop;
    const stop = await this.goToPlace(driver, step.place, visits ?? step.placeVisits);
    this.#line = line;
    return stop;
  }

  /** It stands at an earlier line of the routine, or at that one. */
  standsBefore(line: AtLine): boolean {
    return this.#waysTo(line) !== null;
  }

  /** How often it will come to the place of a line on its way there; null where it does not stand in the routine before it. */
  #waysTo({ tape, index }: AtLine): number | null {
    const own = this.phase === 'stopped' ? this.#line : null;
    return own?.tape !== tape || own.index > index ? null : visitsBetween(tape, own.index, index);
  }

  async goToPlace(driver: string, place: TapePlace, visits: number): Promise<StopInfo> {
    const arrived = this.#arrival();
    this.phase = 'going';
    this.#line = null;
    this.#mayStopBefore = true;
    await this.#running().runToPlace(driver, place, visits);
    const stop = await arrived;
    if (stop === null) throw new FollowerLost('The line was not met when the run was run again.');
    return stop;
  }

  get host(): FollowerSurface {
    this.#isTouched = true;
    return this.#running();
  }

  /** It waits before an operation up to `before`, or is on its way to one, as it was recorded: how far it is. Null where it may be farther on, or another. */
  leadTo(before: number): number | null {
    if (this.#isTouched || !this.#isUp) return null;
    if (this.phase === 'parked') return this.#next <= before ? this.#next : null;
    const { target, parkBefore } = this.goal;
    // One that is told to wait wherever it is may be anywhere.
    return this.phase === 'going' && target === null && parkBefore !== null && parkBefore > 0 && parkBefore <= before ? this.at.issued : null;
  }

  /** The engine host is somebody else's from here on. */
  handOver(listener: EngineHostListener): FollowerSurface {
    const host = this.#running();
    this.#host = null;
    this.#ended();
    host.handOver(listener);
    return host;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#host?.dispose();
    this.#ended();
  }

  #running(): FollowerSurface {
    if (this.#host === null || this.phase === 'ended') throw new FollowerLost('The engine host that rebuilt this moment has ended.');
    return this.#host;
  }

  #arrival(): Promise<StopInfo | null> {
    this.#waiting?.reject(new FollowerLost('cancelled'));
    const arrived = new Promise<StopInfo | null>((resolve, reject) => {
      if (this.phase === 'ended') reject(new FollowerLost('ended'));
      else this.#waiting = { resolve, reject };
    });
    // It may be given up before anybody listens: while the engine host is being told where to go.
    arrived.catch(() => undefined);
    return arrived;
  }

  async #follow(goal: FollowGoal): Promise<void> {
    this.goal = { ...goal, id: ++goals };
    this.phase = 'going';
    this.stop = null;
    this.#line = null;
    this.#mayStopBefore = false;
    // Until it is up, `start` tells it.
    if (this.#isUp) await this.#running().follow(this.goal);
  }

  #settle(stop: StopInfo | null, missed: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (missed) waiting?.reject(new FollowerLost('missed'));
    else waiting?.resolve(stop);
  }

  #ended(): void {
    if (this.phase === 'ended') return;
    this.phase = 'ended';
    this.#lose(new FollowerLost('ended'));
    this.#waiting?.reject(new FollowerLost('ended'));
    this.#waiting = null;
    this.listener.ended();
  }
}

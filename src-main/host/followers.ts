/**
 * The followers of one recorded run: a few engine hosts that stand at different places of it, so that most moments are near one.
 *
 * At most one of them is at work beside the run that the user has under way.
 */
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import type { EventPlace, FollowGoal, StopInfo, SurveyNote } from '../engine-host/messages.ts';
import type { EngineHostOptions, NotedLines } from '../engine-host/process.ts';
import type { RunReader } from '../session/index.ts';
import { prefixHash } from '../replay/eventHash.ts';
import { Follower, FollowerLost, mostNotes, precedes, shortWay } from './follower.ts';
import type { FollowedRun } from './followRequest.ts';
import type { FollowerSurface } from './hostOptions.ts';
import type { AtLine } from './travelPlace.ts';
import { firstDifference, notTheSame } from './runDivergence.ts';

const mostFollowers = 3;
/** The second place at which one waits is so many operations before the first: what somebody looks at goes back and forth. */
const stride = 2000;
const idleMilliseconds = 300;
/** Lines are noted as soon as nobody waits: the next step may be one by line. */
const soonMilliseconds = 20;
/** Lines of so many operations are noted at once; of fewer where much runs in each. */
const mostReach = 100;
const leastReach = 2;
const notesAtOnce = 6000;
/** What is prepared for one place: lines, and who waits before it. */
const mostTurns = 6;
const heldMilliseconds = 200;
const disposeMilliseconds = 10 * 60_000;

const numbersPerNote = 4;
/** Operations from the first one up to before the second. */
interface Span {
  readonly from: number;
  readonly before: number;
}

/** A line of a driver's routine. */
export interface LineAim {
  readonly driver: string;
  readonly at: AtLine;
}

export interface FollowersOptions {
  readonly followed: FollowedRun;
  readonly runs: () => RunReader;
  readonly create: (options: EngineHostOptions) => Promise<FollowerSurface>;
  readonly noted: (noted: NotedLines) => void;
  /** The run is not the same when it is run again; one sentence that says where. */
  readonly diverged: (sentence: string) => void;
}

export class Followers {
  readonly #options: FollowersOptions;
  #list: Follower[] = [];
  /** The one whose stop is shown: left where it is. */
  #shown: Follower | null = null;
  #refill: NodeJS.Timeout | null = null;
  readonly #tidy = setInterval(() => this.#disposeIdle(), 60_000);
  #diverged: string | null = null;
  /** Operations all of whose routines' lines are noted: from the first one up to before the second. */
  #noted: Span | null = null;
  #noting: { readonly span: Span; readonly done: Promise<void> } | null = null;
  /** That an operation takes, as far as is known. */
  #notesEach = 100;
  #isDisposed = false;

  constructor(options: FollowersOptions) {
    this.#options = options;
    this.#tidy.unref();
  }

  get run(): number {
    return this.#options.followed.run;
  }

  /** Stands at an event, or at a line behind it. `progress`: the operation on the way. Cancelled by `signal`, which leaves the follower where it is. */
  async goTo(target: EventPlace, progress: (operation: number) => void, signal: AbortSignal, line: LineAim | null = null): Promise<{ readonly follower: Follower; readonly stop: StopInfo }> {
    if (this.#diverged !== null) throw new FollowerLost(this.#diverged);
    this.#stopRefill();
    // Who was held a moment ago says where it is, before another one is started.
    await Promise.race([Promise.all(this.#list.map(({ held }) => held)), new Promise((resolve) => void setTimeout(resolve, heldMilliseconds).unref())]);
    // Somebody else may be on the way by now, and is not to be held by one who has given up.
    if (signal.aborted) throw new FollowerLost('cancelled');
    const near = (line === null ? undefined : this.#list.find((one) => one.standsBefore(line.at))) ?? this.#list.filter((one) => one.canReach(target)).sort((a, b) => (precedes(a.at, b.at) ? 1 : -1))[0];
    // A short way is nothing to others.
    if (near === undefined || near.at.issued < target.issued - shortWay) for (const one of this.#list) if (one !== near && one.phase === 'going' && !one.isNoting) one.hold();
    try {
      return await this.#lead(near, target, progress, signal, line);
    } catch (error) {
      // An engine host that has ended on its way is replaced, once.
      if (near === undefined || near.phase !== 'ended' || signal.aborted || this.#isDisposed || this.#diverged !== null) throw error;
      return this.#lead(undefined, target, progress, signal, line);
    }
  }

  async #lead(near: Follower | undefined, target: EventPlace, progress: (operation: number) => void, signal: AbortSignal, line: LineAim | null): Promise<{ readonly follower: Follower; readonly stop: StopInfo }> {
    const follower = near ?? this.#start({ target, parkBefore: null });
    this.#shown = follower;
    follower.listener = { ...this.#listener(follower), progress };
    const cancel = (): void => follower.giveUp(target);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const isInRoutine = line !== null && follower.standsBefore(line.at);
      const stop = isInRoutine ? null : near === undefined ? await follower.arrive() : await follower.goTo(target);
      if (line !== null && (isInRoutine || stop !== null)) return { follower, stop: await follower.goToLine(line.driver, line.at) };
      if (stop === null) throw new FollowerLost('parked');
      return { follower, stop };
    } catch (error) {
      if (this.#diverged !== null) throw new FollowerLost(this.#diverged, { cause: error });
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      // What it does next is no part of that movement.
      follower.listener = this.#listener(follower);
    }
  }

  /**
   * The last hit before an event. What lies behind the nearest follower comes first; where that has none, the run from its start.
   *
   * `counts`: breakpoints that count or wait for others are looked at from the start of the run on.
   */
  async lastHit(breakpoints: readonly Breakpoint[], until: EventPlace, counts: boolean, progress: (operation: number) => void, signal: AbortSignal): Promise<SurveyNote | null> {
    const near = counts ? undefined : this.#list.filter((one) => one.phase !== 'going' && precedes(one.at, until) && one.canReach(until)).sort((a, b) => (precedes(a.at, b.at) ? 1 : -1))[0];
    const noted = near === undefined ? null : await this.#surveyed(near, breakpoints, 'last', until, progress, signal);
    return noted ?? this.#surveyed(await this.#atStart(signal), breakpoints, 'last', until, progress, signal);
  }

  /** The first hit behind where a follower stands, and before another one or the end; null: none. */
  async firstHit(breakpoints: readonly Breakpoint[], from: () => Promise<Follower>, after: EventPlace, until: EventPlace, counts: boolean, progress: (operation: number) => void, signal: AbortSignal): Promise<SurveyNote | null> {
    const follower = counts ? await this.#atStart(signal) : await from();
    return this.#surveyed(follower, breakpoints, 'first', until, progress, signal, counts ? after : null);
  }

  async #atStart(signal: AbortSignal): Promise<Follower> {
    this.#stopRefill();
    for (const one of this.#list) if (one.phase === 'going') one.hold();
    const follower = this.#start({ target: null, parkBefore: 0 });
    signal.addEventListener('abort', () => follower.hold(), { once: true });
    await follower.arrive();
    return follower;
  }

  async #surveyed(follower: Follower, breakpoints: readonly Breakpoint[], mode: 'first' | 'last', until: EventPlace, progress: (operation: number) => void, signal: AbortSignal, after: EventPlace | null = null): Promise<SurveyNote | null> {
    this.#stopRefill();
    this.#shown = follower;
    follower.listener = { ...this.#listener(follower), progress };
    const cancel = (): void => follower.hold();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await follower.survey(breakpoints, mode, until, after);
    } catch (error) {
      if (this.#diverged !== null) throw new FollowerLost(this.#diverged, { cause: error });
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      // What it does next is no part of that movement.
      follower.listener = this.#listener(follower);
      // Breakpoints that were noted half-way must not stop it later.
      if (signal.aborted) follower.dispose();
    }
  }

  /** Waits while the lines of an operation are being noted. */
  async whenNoted({ issued }: EventPlace): Promise<void> {
    const noting = this.#noting;
    if (noting !== null && issued >= noting.span.from && issued < noting.span.before) await noting.done;
  }

  /** One who has run a routine to its end is of no other use: it notes the lines of what comes next. */
  noteBehind(follower: Follower): void {
    const from = follower.at.issued + 1;
    const before = Math.min(this.#options.followed.request.lastOperation, from + this.#reach - 1) + 1;
    const noted = this.#noted;
    if (from >= before || (noted !== null && from >= noted.from && from < noted.before)) return;
    this.#noteBy(follower, { from, before }).catch(() => undefined);
  }

  /** Has the lines around the place being looked at noted, and sends one to wait before it, so that the next step back is near. */
  prepare(place: EventPlace, turns = mostTurns): void {
    this.#stopRefill();
    if (turns === 0) return;
    this.#refill = setTimeout(() => this.#prepare(place, turns), this.#unnoted(place) === null ? idleMilliseconds : soonMilliseconds);
    this.#refill.unref();
  }

  /** Gives away the one that is nearest before an operation, or nobody; what somebody has looked into stays out of it. */
  take(before: number): Follower | null {
    const [nearest] = this.#list.filter((one) => one.leadTo(before) !== null).sort((a, b) => (b.leadTo(before) ?? 0) - (a.leadTo(before) ?? 0));
    this.#list = this.#list.filter((one) => one !== nearest);
    return this.#diverged === null ? (nearest ?? null) : null;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#stopRefill();
    clearInterval(this.#tidy);
    for (const one of [...this.#list]) one.dispose();
    this.#list = [];
  }

  /** One thing at a time, lines first; then who waits before the place, and a second one farther back. */
  #prepare(place: EventPlace, turns: number): void {
    if (this.#isDisposed || this.#diverged !== null) return;
    if (this.#noting !== null) return this.#then(this.#noting.done, place, turns);
    if (this.#list.some((one) => one.phase === 'going')) return;
    const unnoted = this.#unnoted(place);
    if (unnoted !== null) return this.#then(this.#note(unnoted), place, turns);
    const wanted = [Math.max(0, place.issued), Math.max(0, place.issued - stride)].filter((operation, at) => at === 0 || operation > 0);
    for (const parkBefore of wanted) {
      const isCovered = this.#list.some((one) => one !== this.#shown && one.phase !== 'ended' && one.at.issued < parkBefore + 1 && one.at.issued >= parkBefore - stride / 2 && precedes(one.at, { issued: parkBefore, sequence: 1 }));
      if (isCovered) continue;
      const nearest = this.#list.filter((one) => one !== this.#shown && one.phase === 'parked' && one.at.issued < parkBefore - stride).sort((a, b) => b.at.issued - a.at.issued)[0];
      if (nearest !== undefined && this.#list.length >= mostFollowers) return this.#then(nearest.park(parkBefore), place, turns);
      return this.#then(this.#start({ target: null, parkBefore }).arrive(), place, turns);
    }
  }

  #then(done: Promise<unknown>, place: EventPlace, turns: number): void {
    done.then(() => this.prepare(place, turns - 1), () => undefined);
  }

  /** What is next to be noted around a place; null: there is enough. */
  #unnoted({ issued }: EventPlace): Span | null {
    const { firstOperation, lastOperation } = this.#options.followed.request;
    const at = Math.max(firstOperation, Math.min(issued, lastOperation));
    const [reach, noted] = [this.#reach, this.#noted];
    const back = (before: number, many = reach): Span | null => (before === firstOperation ? null : { from: Math.max(firstOperation, before - many), before });
    // Whoever notes what is before the place waits there then, for those who go back.
    if (noted === null || at < noted.from - 1 || at > noted.before) return back(at);
    // Who waits far behind is to note as much as it can on its way.
    const more = back(noted.from, Math.max(leastReach, Math.min(stride, Math.floor(mostNotes / 2 / this.#notesEach))));
    if (noted.from > at - reach / 2 && more !== null && this.#list.some((one) => one !== this.#shown && one.next !== null && one.next <= more.from)) return more;
    const isNear = noted.before > at && noted.before <= Math.min(lastOperation, at + reach / 2);
    return isNear && this.#list.some(({ next }) => next === noted.before) ? { from: noted.before, before: Math.min(lastOperation, noted.before + reach) + 1 } : null;
  }

  get #reach(): number {
    return Math.max(leastReach, Math.min(mostReach, Math.floor(notesAtOnce / this.#notesEach)));
  }

  /** By the one who waits nearest before them, or by another one. */
  async #note({ from, before }: Span): Promise<void> {
    const [nearest] = this.#list.filter((one) => one !== this.#shown && (one.next ?? Number.POSITIVE_INFINITY) <= from).sort((a, b) => (b.next ?? 0) - (a.next ?? 0));
    const follower = nearest ?? this.#start({ target: null, parkBefore: from });
    if (nearest === undefined) await follower.arrive();
    else if (nearest.next !== from) await nearest.park(from);
    await this.#noteBy(follower, { from, before });
  }

  #noteBy(follower: Follower, span: Span): Promise<void> {
    const noting = this.#noteNow(follower, span);
    const own = (this.#noting = { span, done: noting.catch(() => undefined) });
    return noting.finally(() => {
      if (this.#noting === own) this.#noting = null;
    });
  }

  async #noteNow(follower: Follower, { from, before }: Span): Promise<void> {
    const { noted, isDone } = await follower.note(before);
    if (this.#isDisposed) return;
    this.#options.noted(noted);
    if (!isDone) throw new FollowerLost('cancelled');
    this.#notesEach = Math.max(1, noted.numbers.length / numbersPerNote / (before - from));
    const known = this.#noted;
    this.#noted = known !== null && (known.before === from || known.before === from - 1 || known.from === before) ? { from: Math.min(known.from, from), before: Math.max(known.before, before) } : { from, before };
  }

  #start(goal: FollowGoal): Follower {
    if (this.#list.length >= mostFollowers) this.#dropOne();
    const { create, followed } = this.#options;
    const follower: Follower = new Follower(goal, { progress: () => undefined, chain: () => undefined, prefix: () => undefined, ended: () => undefined });
    follower.listener = this.#listener(follower);
    this.#list.push(follower);
    follower.start(create, followed).catch(() => follower.dispose());
    return follower;
  }

  #listener(follower: Follower): Follower['listener'] {
    return {
      progress: () => undefined,
      chain: (first, count, chain) => {
        const recorded = this.#options.runs().chainOf(this.run, first);
        // A run that was ended by hand has a shorter last page.
        if (recorded !== null && recorded.chain !== null && recorded.count === count && recorded.chain !== chain) this.#differs(first, count);
      },
      prefix: (first, count, hash) => {
        const recorded = this.#options.runs().pageAt(this.run, first);
        // A run that still goes on has not come as far: to note the lines of a routine, a follower runs it to its end.
        if (recorded?.first === first && recorded.count < count && this.#options.runs().run(this.run)?.state !== 'ended') return;
        if (recorded?.first !== first || recorded.count < count || prefixHash(recorded, count) !== hash) this.#differs(first, count);
      },
      ended: () => void (this.#list = this.#list.filter((one) => one !== follower)),
    };
  }

  /** A page of the run and the same of the follower are not the same. */
  #differs(first: number, count: number): void {
    if (this.#diverged !== null || this.#isDisposed) return;
    this.#diverged = notTheSame(first, count);
    for (const one of [...this.#list]) one.dispose();
    const { followed, create, runs, diverged } = this.#options;
    diverged(this.#diverged);
    void firstDifference({ followed, create, recorded: runs().pageAt(this.run, first), first }).then((sentence) => {
      if (sentence === null || this.#isDisposed) return;
      this.#diverged = sentence;
      diverged(sentence);
    });
  }

  #stopRefill(): void {
    if (this.#refill !== null) clearTimeout(this.#refill);
    this.#refill = null;
  }

  /** The one farthest on goes: it is of the least use, as nobody goes back. */
  #dropOne(): void {
    const [farthest] = this.#list.filter((one) => one !== this.#shown || this.#list.length === 1).sort((a, b) => (precedes(a.at, b.at) ? 1 : -1));
    farthest?.dispose();
  }

  #disposeIdle(): void {
    const now = performance.now();
    for (const one of [...this.#list]) if (one !== this.#shown && now - one.usedAt > disposeMilliseconds) one.dispose();
  }
}

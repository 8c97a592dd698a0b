/** Continue and reverse-continue: the next or previous hit of an enabled breakpoint, from the event log where that decides it, else by a follower that runs by. */
import type { Direction } from '../../src-preload/contract/index.ts';
import { decidingEvents } from '../debugger/breakpointMatch.ts';
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import { positionOfPoint } from '../debugger/eventWalk.ts';
import { emptyTape } from '../debugger/lineSteps.ts';
import type { EventPlace, SurveyNote } from '../engine-host/messages.ts';
import { stoppingBreakpoints } from './enabledBreakpoints.ts';
import { searchEvents } from './eventSearch.ts';
import type { Follower } from './follower.ts';
import type { HostContext } from './hostContext.ts';
import type { PastView } from './pastView.ts';
import { entryAround, recordedStop } from './recordedStop.ts';
import type { RoutineLines } from './routineLines.ts';
import { storedEventLog } from './storedEventLog.ts';
import type { TravelMove } from './travelMove.ts';
import { placeOf, type AtLine, type Place } from './travelPlace.ts';

export class PastHits {
  readonly #context: HostContext;
  readonly #past: PastView;
  readonly #lines: RoutineLines;

  constructor(context: HostContext, past: PastView, lines: RoutineLines) {
    this.#context = context;
    this.#past = past;
    this.#lines = lines;
  }

  async continue(direction: Direction, move: TravelMove): Promise<void> {
    const run = this.#past.shownRun();
    const place = this.#past.place(run);
    const log = storedEventLog(this.#context, run);
    const enabled = stoppingBreakpoints(this.#context, run);
    // Those that count, or wait for others, are decided together.
    const counts = enabled.some(({ spec }) => spec.hitCondition !== '' || spec.dependsOn !== null || spec.once);
    const told = counts ? [] : enabled.filter(({ spec }) => decidingEvents(spec) !== null);
    const untold = enabled.filter((one) => !told.includes(one));
    const begin = place.isBehind && direction === 'back' ? place.number + 1 : place.number;
    const what = direction === 'back' ? 'Looking for the previous hit' : 'Looking for the next hit';
    if (direction === 'back' && place.line !== null && !counts && this.#showEarlierLine(run, place.line, untold)) return;
    const found = told.length === 0 ? null : await searchEvents(this.#context, run, begin, direction, { kind: 'breakpoints', breakpoints: told }, move, what);
    if (untold.length > 0 && this.#past.canRebuild && log.count > 0) {
      const hit = await this.#survey(run, untold, { direction, place, found: found?.number ?? null, counts }, move, what);
      if (hit !== null && (found === null || (direction === 'forward' ? hit.number <= found.number : hit.number >= found.number))) return this.#showHit(run, hit.number, hit.note, move);
    }
    if (found === null) this.#past.nothingThere(run, direction, `No enabled breakpoint was hit ${direction === 'back' ? 'before' : 'after'} this moment`);
    else this.#past.showEvent(run, found.number, 'breakpoint', null, found.breakpointIds);
  }

  /** Breakpoints that recorded events do not decide: a follower runs by and notes their hits. */
  async #survey(run: number, breakpoints: readonly Breakpoint[], { direction, place, found, counts }: { readonly direction: Direction; readonly place: Place; readonly found: number | null; readonly counts: boolean }, move: TravelMove, what: string): Promise<{ readonly number: number; readonly note: SurveyNote } | null> {
    const log = storedEventLog(this.#context, run);
    const followers = this.#past.followersOf(run);
    const pointAt = (number: number): EventPlace => {
      const page = log.pageAt(Math.max(0, Math.min(number, log.count - 1)));
      const row = Math.max(0, Math.min(number, log.count - 1)) - (page?.first ?? 0);
      return { issued: page?.columns.issued[row] ?? 0, sequence: page?.columns.sequence[row] ?? 0 };
    };
    const last = pointAt(direction === 'back' ? place.number : (found ?? log.count - 1)).issued;
    const progress = (operation: number): void => move.check(what, operation, last);
    const note = direction === 'back'
      ? await move.within(followers.lastHit(breakpoints, pointAt(place.number), counts, progress, move.signal))
      : await move.within(followers.firstHit(breakpoints, () => this.#standAt(run, place, move, progress), pointAt(place.number), pointAt(found ?? log.count - 1), counts, progress, move.signal));
    return note === null ? null : { number: positionOfPoint(log, note.issued, note.sequence).number, note };
  }

  /** Lines without a condition that the routine came to since the last event. */
  #showEarlierLine(run: number, { entry, tape, index }: AtLine, breakpoints: readonly Breakpoint[]): boolean {
    const { steps } = tape;
    const driver = this.#past.driverAt(run, entry);
    const here = steps[index];
    for (let at = index - 1; at >= 0; at--) {
      const step = steps[at];
      if (step?.issued !== here?.issued || step?.sequence !== here?.sequence) return false;
      const hit = breakpoints.filter(({ spec }) => spec.at.kind === 'line' && spec.at.line === step?.line && spec.driverId === driver && spec.condition === '').map(({ id }) => id);
      if (hit.length === 0) continue;
      this.#past.showLine(run, { entry, tape, index: at }, 'breakpoint', hit);
      return true;
    }
    return false;
  }

  /** A follower stands where the user is. */
  async #standAt(run: number, place: Place, move: TravelMove, progress: (operation: number) => void): Promise<Follower> {
    const view = this.#past.view;
    if (view !== null && view.place === place) return view.follower ?? (await this.#past.stand(view, move, progress)).follower;
    const point = recordedStop(this.#context, run, place.number)?.point ?? { operation: 0, sequence: 1, line: null };
    return (await this.#past.followersOf(run).goTo(placeOf(point), progress, move.signal)).follower;
  }

  async #showHit(run: number, number: number, { ids, visit }: SurveyNote, move: TravelMove): Promise<void> {
    if (visit === 0) return this.#past.showEvent(run, number, 'breakpoint', null, ids);
    const log = storedEventLog(this.#context, run);
    const page = log.pageAt(number);
    const entry = page === null ? null : entryAround(log, page, number - page.first);
    const tape = entry === null ? emptyTape : await this.#lines.tape(run, entry.number, move);
    const { steps } = tape;
    const lines = stoppingBreakpoints(this.#context, run).flatMap(({ id, spec }) => (spec.at.kind === 'line' && (ids.length === 0 || ids.includes(id)) ? [spec.at.line] : []));
    const issued = page?.columns.issued[number - page.first];
    const sequence = page?.columns.sequence[number - page.first];
    const own = steps.flatMap((step, at) => (step.issued === issued && step.sequence === sequence && lines.includes(step.line) ? [at] : []));
    const index = own[visit - 1] ?? own.at(-1);
    if (entry === null || index === undefined) return this.#past.showEvent(run, number, 'breakpoint', null, ids);
    this.#past.showLine(run, { entry: entry.number, tape, index }, 'breakpoint', ids);
  }
}

/** The lines of routines in a run: noted once, by a follower that runs the routine, and gone through forward and back. */
import type { Direction, ExecutionPoint, StepHow, StopInfo } from '../../src-preload/contract/index.ts';
import { emptyTape, findLine, routineTape, stepLine, type LineStep, type RoutineTape } from '../debugger/lineSteps.ts';
import type { NotedLines } from '../engine-host/process.ts';
import { hostErrors } from './errors.ts';
import { searchEvents } from './eventSearch.ts';
import type { HostContext } from './hostContext.ts';
import type { PastView } from './pastView.ts';
import { findPresentStep } from './presentVisit.ts';
import { entryAround, recordedStop } from './recordedStop.ts';
import { lineOfDriver } from './runFiles.ts';
import type { RunService } from './runService.ts';
import { storedEventLog } from './storedEventLog.ts';
import type { TravelMove } from './travelMove.ts';
import { placeOf, type AtLine, type Place } from './travelPlace.ts';

/** Of all tapes together: some megabytes. */
const mostNumbers = 400_000;
const numbersPerNote = 4;

export class RoutineLines {
  readonly #context: HostContext;
  readonly #runs: RunService;
  readonly #past: PastView;
  /** By run and event of the routine's entry; the one that was made or used last stands last. */
  readonly #tapes = new Map<string, RoutineTape>();
  #numbers = 0;

  constructor(context: HostContext, runs: RunService, past: PastView) {
    this.#context = context;
    this.#runs = runs;
    this.#past = past;
    past.noted = (run, noted) => this.#addNoted(run, noted);
  }

  clear(): void {
    this.#tapes.clear();
    this.#numbers = 0;
  }

  #addNoted(run: number, { places, numbers, routines }: NotedLines): void {
    for (const { issued, sequence, driver, from, to } of routines) {
      const own: number[] = [];
      for (let note = from; note < to; note++) if (places[numbers[note * numbersPerNote + 2] ?? 0]?.driver === driver) own.push(...numbers.slice(note * numbersPerNote, (note + 1) * numbersPerNote));
      const key = keyOf(run, { operation: issued, sequence });
      if (!this.#tapes.has(key)) this.#add(key, routineTape({ places, numbers: own }));
    }
  }

  #add(key: string, tape: RoutineTape): void {
    this.#tapes.set(key, tape);
    this.#numbers += tape.numbers.length;
    for (const [oldest, { numbers }] of this.#tapes) {
      if (this.#numbers <= mostNumbers || oldest === key) break;
      this.#tapes.delete(oldest);
      this.#numbers -= numbers.length;
    }
  }

  /** In a loop a run may stand at a line that it has come to several times since the last event: which of them, its values tell. */
  async #settlePresentVisit(run: number, driver: string, steps: readonly LineStep[], move: TravelMove): Promise<void> {
    const stop = this.#past.presentStop(run);
    if (stop === null || stop.driver !== driver || stop.point.line === null || stop === this.#past.presentVisit?.stop) return;
    const { operation, sequence, line, visit } = stop.point;
    const own = steps.filter((step) => step.issued === operation && step.sequence === sequence && step.line === line);
    if (visit !== undefined || own.length < 2) return;
    const { follower } = await move.within(this.#past.followersOf(run).goTo({ issued: operation, sequence }, () => move.check('Finding the place in the loop', 0, own.length), move.signal));
    const at = await move.within(findPresentStep({ look: this.#runs, stop }, follower, driver, own, (done) => move.check('Finding the place in the loop', done, own.length)));
    this.#past.presentVisit = { stop, visit: own[at]?.visit ?? 1 };
  }

  /** False where no line is to be had: the step is one by callbacks then. */
  async stepLine(run: number, place: Place, direction: Direction, how: StepHow, move: TravelMove): Promise<boolean> {
    if (!this.#past.canRebuild) return false;
    const at = place.line ?? (await this.lineHere(run, place, direction, move));
    if (at === null) return false;
    const { steps } = at.tape;
    const next = stepLine(steps, at.index, direction, how);
    if (next >= 0 && next < steps.length) {
      this.#past.showLine(run, { ...at, index: next }, 'step');
      return true;
    }
    // Before the first line is the entry of the routine.
    if (next < 0) this.#past.showEvent(run, at.entry, 'step');
    return next < 0;
  }

  /** The lines of the routine around an event, standing between two of them. */
  async lineHere(run: number, place: Place, direction: Direction, move: TravelMove): Promise<AtLine | null> {
    const log = storedEventLog(this.#context, run);
    const page = log.pageAt(place.number);
    const entry = page === null ? null : entryAround(log, page, place.number - page.first);
    const present = this.#past.view === null ? this.#past.presentPoint(run) : null;
    const isEntry = entry?.number === place.number && (present === null || present.line === null);
    // Back from the entry of a routine leads out of it.
    if (entry === null || (direction === 'back' && isEntry)) return null;
    const tape = await this.tape(run, entry.number, move);
    const { steps } = tape;
    if (steps.length === 0) return null;
    const point = (present === null ? null : this.#past.presentPoint(run)) ?? this.#past.view?.stop.point ?? null;
    if (point !== null && point.line !== null) return { entry: entry.number, tape, index: findLine(steps, point) };
    if (isEntry) return { entry: entry.number, tape, index: -1 };
    const [issued, sequence] = [page?.columns.issued[place.number - (page.first ?? 0)] ?? 0, page?.columns.sequence[place.number - (page.first ?? 0)] ?? 0];
    // An event happens in the line that was come to before it.
    const before = steps.findLastIndex((step) => step.issued < issued || (step.issued === issued && step.sequence < sequence));
    return { entry: entry.number, tape, index: direction === 'back' ? before + 1 : before };
  }

  /** The lines that a routine comes to: noted once, by a follower that runs it. */
  async tape(run: number, entry: number, move: TravelMove): Promise<RoutineTape> {
    const stop = recordedStop(this.#context, run, entry);
    if (stop?.driver === null || stop === null) return emptyTape;
    const { driver } = stop;
    const key = keyOf(run, stop.point);
    const tape = this.#tapes.get(key) ?? (await this.#taped(run, driver, stop, move));
    if (!this.#tapes.has(key)) this.#add(key, tape);
    await this.#settlePresentVisit(run, driver, tape.steps, move);
    return tape;
  }

  async #taped(run: number, driver: string, stop: StopInfo, move: TravelMove): Promise<RoutineTape> {
    const followers = this.#past.followersOf(run);
    await move.within(followers.whenNoted(placeOf(stop.point)));
    const noted = this.#tapes.get(keyOf(run, stop.point));
    if (noted !== undefined) return noted;
    const { follower } = await move.within(followers.goTo(placeOf(stop.point), (operation) => move.check('Running up to the routine, to note its lines', operation, stop.point.operation), move.signal));
    const tape = routineTape(await move.within(follower.tape(driver)));
    followers.noteBehind(follower);
    return tape;
  }

  async showPoint(run: number, number: number, point: ExecutionPoint, move: TravelMove): Promise<void> {
    const log = storedEventLog(this.#context, run);
    const page = log.pageAt(number);
    const entry = page === null ? null : entryAround(log, page, number - page.first);
    const tape = entry === null ? emptyTape : await this.tape(run, entry.number, move);
    const index = findLine(tape.steps, point);
    if (entry === null || index < 0) throw hostErrors.noLine(point, lineOfDriver(this.#context.session.reader, entry === null ? null : this.#past.driverAt(run, entry.number), point.line ?? 0));
    this.#past.showLine(run, { entry: entry.number, tape, index }, 'goto');
  }

  /** The next or previous time that a line of a driver is come to: callback by callback of that driver. */
  async toLine(driverId: number, line: number, direction: Direction, move: TravelMove): Promise<void> {
    const run = this.#past.shownRun();
    const place = this.#past.place(run);
    const log = storedEventLog(this.#context, run);
    const step = direction === 'forward' ? 1 : -1;
    const own = place.line ?? (this.#past.canRebuild ? await this.lineHere(run, place, direction, move) : null);
    const words = lineOfDriver(this.#context.session.reader, driverId, line);
    let from = own?.entry ?? place.number;
    if (own !== null) {
      for (let at = own.index + step; at >= 0 && at < own.tape.steps.length; at += step) if (own.tape.steps[at]?.line === line && this.#past.driverAt(run, own.entry) === driverId) return this.#past.showLine(run, { ...own, index: at }, 'goto');
    }
    for (;;) {
      const found = await searchEvents(this.#context, run, from, direction, { kind: 'callback', operation: null, deepest: null }, move, `Looking for ${words}`);
      if (found === null) return this.#past.nothingThere(run, direction, `Line${words.slice('line'.length)} is not come to ${direction === 'back' ? 'before' : 'after'} this moment`);
      from = found.number;
      if (this.#past.driverAt(run, from) !== driverId) continue;
      move.check(`Looking for ${words}`, from, log.count);
      const tape = await this.tape(run, from, move);
      const { steps } = tape;
      const index = step > 0 ? steps.findIndex((one) => one.line === line) : steps.findLastIndex((one) => one.line === line);
      if (index >= 0) return this.#past.showLine(run, { entry: from, tape, index }, 'goto');
    }
  }
}

const keyOf = (run: number, { operation, sequence }: Pick<ExecutionPoint, 'operation' | 'sequence'>): string => `${run}:${operation}:${sequence}`;

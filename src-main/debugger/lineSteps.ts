/**
 * The lines that a routine came to, as steps: what "back over", "into" and "out of" mean where V8 itself knows no way back.
 *
 * A routine is noted place by place; places of one line that follow each other are one step.
 */
import type { Direction } from './eventWalk.ts';

/** Where V8 can stop: lines from 1, columns from 0. */
export interface LinePlace {
  readonly line: number;
  readonly column: number;
}

/** What was noted: issued, sequence, index into `places`, frames of driver code on the stack; one after the other. */
export interface LineNotes {
  readonly places: readonly LinePlace[];
  readonly numbers: readonly number[];
}

export interface LineStep {
  /** Execution point of the last event before it. */
  readonly issued: number;
  readonly sequence: number;
  readonly line: number;
  /** The how many-th time since that event that the routine comes to the line. */
  readonly visit: number;
  readonly depth: number;
  readonly place: LinePlace;
  /** How often the place itself has been come to since that event, this time included. */
  readonly placeVisits: number;
  /** Which note it is. */
  readonly note: number;
}

/** A routine from its entry to its return. */
export interface RoutineTape {
  readonly steps: readonly LineStep[];
  /** As in `LineNotes`. */
  readonly numbers: readonly number[];
}

export const emptyTape: RoutineTape = { steps: [], numbers: [] };

export const routineTape = (notes: LineNotes): RoutineTape => ({ steps: lineSteps(notes), numbers: notes.numbers });

/** How often the place of a later step is come to on the way there from an earlier one; 0 where it does not lie behind it. */
export function visitsBetween({ steps, numbers }: RoutineTape, from: number, to: number): number {
  const [first, last] = [steps[from]?.note ?? Number.POSITIVE_INFINITY, steps[to]?.note ?? -1];
  const place = numbers[last * numbersPerNote + 2];
  let visits = 0;
  for (let note = first + 1; note <= last; note++) if (numbers[note * numbersPerNote + 2] === place) visits++;
  return visits;
}

const numbersPerNote = 4;

export function lineSteps({ places, numbers }: LineNotes): LineStep[] {
  const steps: LineStep[] = [];
  let event = '';
  let ofPlace = new Map<number, number>();
  let ofLine = new Map<number, number>();
  for (let at = 0; at + numbersPerNote <= numbers.length; at += numbersPerNote) {
    const [issued = 0, sequence = 0, number = 0, depth = 0] = numbers.slice(at, at + numbersPerNote);
    const place = places[number];
    if (place === undefined) continue;
    if (event !== `${issued}:${sequence}`) {
      event = `${issued}:${sequence}`;
      ofPlace = new Map();
      ofLine = new Map();
    }
    const placeVisits = (ofPlace.get(number) ?? 0) + 1;
    ofPlace.set(number, placeVisits);
    const before = steps.at(-1);
    if (before?.line === place.line && before.depth === depth) continue;
    const visit = (ofLine.get(place.line) ?? 0) + 1;
    ofLine.set(place.line, visit);
    steps.push({ issued, sequence, line: place.line, visit, depth, place, placeVisits, note: at / numbersPerNote });
  }
  return steps;
}

/** Index of the next or previous step; -1: before the first; `steps.length`: behind the last. */
export function stepLine(steps: readonly LineStep[], from: number, direction: Direction, how: 'over' | 'in' | 'out'): number {
  const depth = steps[from]?.depth ?? Number.POSITIVE_INFINITY;
  const deepest = how === 'in' ? Number.POSITIVE_INFINITY : how === 'over' ? depth : depth - 1;
  const step = direction === 'forward' ? 1 : -1;
  let at = from + step;
  while (at >= 0 && at < steps.length && (steps[at]?.depth ?? 0) > deepest) at += step;
  return at;
}

/** The step that an execution point names: its line, that time; -1 where there is none. */
export function findLine(steps: readonly LineStep[], { operation, sequence, line, visit = 1 }: { readonly operation: number; readonly sequence: number; readonly line: number | null; readonly visit?: number }): number {
  const own = steps.findIndex((step) => step.issued === operation && step.sequence === sequence && step.line === line && step.visit === visit);
  // A line of a step whose event was the one before: the routine came to the line, then to the event.
  return own >= 0 ? own : steps.findLastIndex((step) => step.issued === operation && step.sequence === sequence && step.line === line);
}

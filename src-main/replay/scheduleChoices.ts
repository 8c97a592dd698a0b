/**
 * The way a run takes where Windows could go several: the first throughout, but for the deviations that it was given, or for chance from a seed.
 *
 * Every place is counted, so that a deviation has a number that means the same place as long as everything before it is the same.
 */
import { seededRandom } from '../base/seededRandom.ts';
import type { ChoiceKind, Chooser } from '../engine/index.ts';

/** At the `at`-th choice of the run, from 0, way `take` instead of way 0. */
export interface ScheduleChoice {
  readonly at: number;
  readonly take: number;
}

/** `list`: these and no others; `seed`: another way at about one choice in `oneIn`. */
export type SchedulePlan = { readonly list: readonly ScheduleChoice[] } | { readonly seed: number; readonly oneIn: number };

/** A place of the run where it could have gone another way. */
export interface ChoicePoint {
  readonly at: number;
  readonly options: number;
  /** The recorded operation that was issued last. */
  readonly operation: number;
}

/** Choices that are alike. */
export interface ChoiceClass {
  readonly kind: ChoiceKind;
  readonly group: string;
  readonly count: number;
  /** Ways beside the first, of all of them together, and the sum of the squares of their numbers: so pairs can be counted. */
  readonly ways: number;
  readonly squares: number;
  /** The first of them. */
  readonly points: readonly ChoicePoint[];
}

export interface ChoiceReport {
  readonly count: number;
  readonly classes: readonly ChoiceClass[];
  /** The ways taken that were not the first. */
  readonly taken: readonly TakenChoice[];
  /** There were more. */
  readonly isTakenCut: boolean;
}

/** A way taken, and what it was about. */
export interface TakenChoice extends ScheduleChoice {
  readonly kind: ChoiceKind;
  readonly group: string;
  /** The recorded operation that was issued last. */
  readonly operation: number;
}

export const noChoices: ChoiceReport = { count: 0, classes: [], taken: [], isTakenCut: false };

/** So many places of a class are told; the others are counted. */
const mostPoints = 256;
const mostTaken = 10_000;

export class ScheduleChoices implements Chooser {
  readonly #plan: SchedulePlan;
  readonly #operation: () => number;
  readonly #listed: ReadonlyMap<number, number>;
  readonly #random: (() => number) | null;
  readonly #classes = new Map<string, { readonly kind: ChoiceKind; readonly group: string; count: number; ways: number; squares: number; readonly points: ChoicePoint[] }>();
  readonly #taken: TakenChoice[] = [];
  #isTakenCut = false;
  #next = 0;

  constructor(plan: SchedulePlan, operation: () => number) {
    this.#plan = plan;
    this.#operation = operation;
    this.#listed = new Map('list' in plan ? plan.list.map(({ at, take }) => [at, take] as const) : []);
    this.#random = 'seed' in plan ? seededRandom(plan.seed) : null;
  }

  choose(kind: ChoiceKind, options: number, group: string): number {
    const at = this.#next++;
    const operation = this.#operation();
    this.#note(kind, group, { at, options, operation });
    const take = Math.min(this.#random === null ? (this.#listed.get(at) ?? 0) : this.#byChance(this.#random, options), options - 1);
    if (take > 0 && this.#taken.length < mostTaken) this.#taken.push({ at, take, kind, group, operation });
    else if (take > 0) this.#isTakenCut = true;
    return take;
  }

  get report(): ChoiceReport {
    return { count: this.#next, classes: [...this.#classes.values()].map((one) => ({ ...one })), taken: this.#taken, isTakenCut: this.#isTakenCut };
  }

  #byChance(random: () => number, options: number): number {
    const oneIn = 'oneIn' in this.#plan ? this.#plan.oneIn : 1;
    return random() * oneIn < 1 ? 1 + Math.floor(random() * (options - 1)) : 0;
  }

  #note(kind: ChoiceKind, group: string, point: ChoicePoint): void {
    const key = `${kind} ${group}`;
    let known = this.#classes.get(key);
    if (known === undefined) {
      known = { kind, group, count: 0, ways: 0, squares: 0, points: [] };
      this.#classes.set(key, known);
    }
    known.count++;
    known.ways += point.options - 1;
    known.squares += (point.options - 1) ** 2;
    if (known.points.length < mostPoints) known.points.push(point);
  }
}

/** `12=1,40=3` */
export const scheduleText = (plan: SchedulePlan): string => ('list' in plan ? plan.list.map(({ at, take }) => `${at}=${take}`).join(',') : `seed=${plan.seed}/${plan.oneIn}`);

/** What `scheduleText` writes; null for a text that is none. */
export function parseSchedule(text: string): SchedulePlan | null {
  const seeded = /^seed=(\d{1,10})\/([1-9]\d{0,8})$/.exec(text.trim());
  if (seeded !== null) return { seed: Number(seeded[1]), oneIn: Number(seeded[2]) };
  const parts = text.trim() === '' ? [] : text.trim().split(/\s*,\s*/);
  const list = parts.map((part) => /^(\d{1,12})=([1-9]\d{0,5})$/.exec(part));
  return list.some((match) => match === null) ? null : { list: list.flatMap((match) => (match === null ? [] : [{ at: Number(match[1]), take: Number(match[2]) }])) };
}

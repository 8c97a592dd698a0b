/**
 * Which schedules are tried, in which order.
 *
 * First the plain run, which counts where Windows could go another way. Then every completion policy; then single deviations, one place of each
 * class of choices after the other, so that a small number of runs meets every class; then pairs of deviations; and schedules by chance.
 * Systematic exploration with few deviations finds most scheduling bugs: Musuvathi and Qadeer, "Iterative Context Bounding".
 */
import { completionPolicies, type CompletionPolicy } from '../../replay/runSettings.ts';
import type { ChoiceReport, ScheduleChoice, SchedulePlan, TakenChoice } from '../../replay/scheduleChoices.ts';

export interface Attempt {
  /** `part`: some of the deviations of another one. */
  readonly kind: 'plain' | 'policy' | 'deviation' | 'pair' | 'chance' | 'part';
  /** Null: as the run's settings say. */
  readonly completion: CompletionPolicy | null;
  readonly schedule: SchedulePlan;
  /** What it does otherwise, in words. */
  readonly title: string;
}

export interface ExploreLimits {
  /** Runs in all. */
  readonly runs: number;
  /** Of these, schedules by chance. */
  readonly seeds: number;
  /** Deviations from the plain run at a time: 1 or 2. */
  readonly depth: 1 | 2;
}

const firstWays: SchedulePlan = { list: [] };
export const plainAttempt: Attempt = { kind: 'plain', completion: null, schedule: firstWays, title: 'the plain run' };
/** One choice in so many goes another way. */
const chances = [2, 4, 10, 40];

/** What is tried after the plain run, lazily: `choices` is what that one has told. */
export function* attempts(choices: ChoiceReport, chosen: CompletionPolicy, limits: ExploreLimits): Generator<Attempt> {
  let left = limits.runs - 1;
  const take = function* (source: Iterable<Attempt>, most: number): Generator<Attempt> {
    let taken = 0;
    for (const attempt of source) {
      if (left <= 0 || taken >= most) return;
      left--;
      taken++;
      yield attempt;
    }
  };
  const seeds = Math.min(limits.seeds, left);
  const systematic = (): number => left - seeds;
  yield* take(policies(chosen), systematic());
  yield* take(singles(choices), systematic());
  if (limits.depth === 2) yield* take(pairs(choices), systematic());
  yield* take(byChance(), seeds);
}

function* policies(chosen: CompletionPolicy): Generator<Attempt> {
  for (const policy of completionPolicies) {
    // Chance has a part of its own.
    if (policy !== chosen && policy !== 'seeded') yield { kind: 'policy', completion: policy, schedule: firstWays, title: `--completion ${policy}` };
  }
}

interface Deviation extends ScheduleChoice {
  readonly title: string;
}

/** The first place of each class, then the second of each, and so on; of each place every other way. */
function* deviations(choices: ChoiceReport): Generator<Deviation> {
  const deepest = Math.max(0, ...choices.classes.map(({ points }) => points.length));
  for (let depth = 0; depth < deepest; depth++) {
    for (const { kind, group, points } of choices.classes) {
      const point = points[depth];
      if (point === undefined) continue;
      for (let way = 1; way < point.options; way++) yield { at: point.at, take: way, title: `${wayText(kind, group, way)} at #${point.operation}` };
    }
  }
}

function wayText(kind: ChoiceReport['classes'][number]['kind'], group: string, way: number): string {
  switch (kind) {
    case 'completion': return `${group} completes otherwise (${way})`;
    case 'delay': return `${group} begins later`;
    case 'work': return `another work item begins first (${way})`;
    case 'thread': return `another thread goes on first (${way})`;
  }
}

function* singles(choices: ChoiceReport): Generator<Attempt> {
  for (const { at, take, title } of deviations(choices)) yield { kind: 'deviation', completion: null, schedule: { list: [{ at, take }] }, title };
}

/** Each new deviation with all before it. */
function* pairs(choices: ChoiceReport): Generator<Attempt> {
  const before: Deviation[] = [];
  for (const far of deviations(choices)) {
    for (const near of before) {
      if (near.at === far.at) continue;
      const [one, other] = near.at < far.at ? [near, far] : [far, near];
      yield { kind: 'pair', completion: null, schedule: { list: [{ at: one.at, take: one.take }, { at: other.at, take: other.take }] }, title: `${one.title}, and ${other.title}` };
    }
    before.push(far);
  }
}

function* byChance(): Generator<Attempt> {
  for (let seed = 1; ; seed++) {
    const oneIn = chances[(seed - 1) % chances.length] ?? 2;
    yield { kind: 'chance', completion: null, schedule: { seed, oneIn }, title: `by chance, seed ${seed}, one choice in ${oneIn}` };
  }
}

/** How many schedules take another way at one place of the plain run, and at up to `depth` places. */
export function schedulesWithin({ classes }: ChoiceReport, depth: 1 | 2): number {
  const ways = classes.reduce((sum, one) => sum + one.ways, 0);
  if (depth === 1) return ways;
  const squares = classes.reduce((sum, one) => sum + one.squares, 0);
  return ways + (ways * ways - squares) / 2;
}

/** The schedule that takes just these ways. */
export function withTaken(taken: readonly TakenChoice[], of: string): Attempt {
  return { kind: 'part', completion: null, schedule: { list: taken.map(({ at, take }) => ({ at, take })) }, title: `${takenWords(taken)} (part of ${of})` };
}

/** What it takes, in words. */
export const takenWords = (taken: readonly TakenChoice[]): string => taken.map(({ kind, group, take, operation }) => `${wayText(kind, group, take)} at #${operation}`).join(', and ');

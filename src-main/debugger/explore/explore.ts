/**
 * Runs a trace again and again: first plain, then as `attempts` says, two at a time; then outcomes that were found by chance are reduced to a short list
 * of deviations that comes out the same.
 *
 * What is kept is kept in the order of the attempts, not in that in which runs end: an exploration finds the same each time.
 */
import type { CompletionPolicy } from '../../replay/runSettings.ts';
import type { ChoiceReport, TakenChoice } from '../../replay/scheduleChoices.ts';
import { withoutNeedless } from '../../base/deltaDebug.ts';
import type { Exploration } from './exploration.ts';
import type { RunOutcome } from './outcome.ts';
import { attempts, plainAttempt, withTaken, type Attempt, type ExploreLimits } from './strategy.ts';

export interface ExploredRun {
  readonly outcome: RunOutcome;
  readonly choices: ChoiceReport;
}

export interface ExploreWork {
  readonly found: Exploration;
  readonly limits: ExploreLimits;
  /** The policy of the plain run. */
  readonly completion: CompletionPolicy;
  /** Null where the work is over. */
  readonly run: (attempt: Attempt) => Promise<ExploredRun | null>;
  readonly isOver: () => boolean;
  /** Something was found or counted. */
  readonly told: (now: boolean) => void;
}

const atOnce = 2;
/** Runs to make one schedule short. */
const mostParts = 400;

export async function explore({ found, limits, completion, run, isOver, told }: ExploreWork): Promise<void> {
  const plain = await run(plainAttempt);
  if (plain === null) return;
  found.begin(plainAttempt, plain.outcome, plain.choices);
  // A plain run that could not begin will not begin otherwise.
  if (plain.outcome.problem?.kind === 'load' || plain.outcome.problem?.kind === 'host-died') return;
  told(true);
  const kept = new InOrder(found, told);
  const rest = attempts(plain.choices, completion, limits);
  const work = async (): Promise<void> => {
    for (const attempt of rest) {
      if (isOver()) return;
      await kept.add(attempt, run(attempt));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await kept.settled;
  for (let entry = found.toShorten(); entry !== null && !isOver(); entry = found.toShorten()) {
    const { taken, isMinimal } = await shortest(entry.taken, entry.outcome.signature, entry.attempt.title, { kept, run, isOver });
    await kept.settled;
    if (isOver()) return;
    found.shorten(entry, taken, isMinimal);
    told(true);
  }
}

/** As few of the deviations as still come out the same. */
async function shortest(all: readonly TakenChoice[], signature: string, of: string, { kept, run, isOver }: { readonly kept: InOrder } & Pick<ExploreWork, 'run' | 'isOver'>): Promise<{ taken: readonly TakenChoice[]; isMinimal: boolean }> {
  let left = mostParts;
  const known = new Map<string, Promise<boolean>>([['', Promise.resolve(false)]]);
  const holds = (taken: readonly TakenChoice[]): Promise<boolean> => {
    const key = taken.map(({ at, take }) => `${at}=${take}`).join();
    let same = known.get(key);
    if (same === undefined) {
      if (left-- <= 0 || isOver()) return Promise.resolve(false);
      const attempt = withTaken(taken, of);
      same = kept.add(attempt, run(attempt)).then((one) => one?.outcome.signature === signature);
      known.set(key, same);
    }
    return same;
  };
  if (!(await holds(all))) return { taken: all, isMinimal: false };
  const taken = await withoutNeedless(all, holds);
  return { taken, isMinimal: left >= 0 };
}

/** Keeps outcomes in the order in which their runs began. */
class InOrder {
  settled: Promise<unknown> = Promise.resolve();
  readonly #found: Exploration;
  readonly #told: (now: boolean) => void;

  constructor(found: Exploration, told: (now: boolean) => void) {
    this.#found = found;
    this.#told = told;
  }

  add(attempt: Attempt, run: Promise<ExploredRun | null>): Promise<ExploredRun | null> {
    this.settled = Promise.all([this.settled, run]).then(([, ended]) => {
      if (ended === null) return;
      this.#found.add(attempt, ended.outcome, ended.choices);
      this.#told(false);
    });
    return run;
  }
}

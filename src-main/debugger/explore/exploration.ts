/** Keeps what an exploration has found: distinct outcomes, each with the first run that had it, and how much was tried. */
import { noChoices, type ChoiceReport, type SchedulePlan, type TakenChoice } from '../../replay/scheduleChoices.ts';
import { differingResults, findingKey, type Finding, type RunOutcome } from './outcome.ts';
import { schedulesWithin, takenWords, type Attempt } from './strategy.ts';

/** A schedule as short as it was made: without any one of its deviations it comes out otherwise, where it is minimal. */
export interface ShortSchedule {
  readonly schedule: SchedulePlan;
  readonly words: string;
  readonly before: number;
  readonly now: number;
  readonly isMinimal: boolean;
}

export interface OutcomeEntry {
  readonly id: number;
  runs: number;
  readonly attempt: Attempt;
  /** The ways that run took, where they are all known. */
  readonly taken: readonly TakenChoice[] | null;
  /** Null: as it was found. */
  short: ShortSchedule | null;
  readonly outcome: RunOutcome;
  readonly changed: number;
  readonly firstChanged: number | null;
  readonly findings: readonly (Finding & { readonly isNew: boolean })[];
}

export class Exploration {
  readonly #entries = new Map<string, OutcomeEntry>();
  readonly #tried: Record<Attempt['kind'], number> = { plain: 0, policy: 0, deviation: 0, pair: 0, chance: 0, part: 0 };
  #choices: ChoiceReport = noChoices;
  #plain: RunOutcome | null = null;
  runs = 0;

  /** The plain run comes first. */
  begin(attempt: Attempt, outcome: RunOutcome, choices: ChoiceReport): void {
    this.#plain = outcome;
    this.#choices = choices;
    this.add(attempt, outcome, choices);
  }

  add(attempt: Attempt, outcome: RunOutcome, choices: ChoiceReport): void {
    this.runs++;
    this.#tried[attempt.kind]++;
    const known = this.#entries.get(outcome.signature);
    if (known !== undefined) {
      known.runs++;
      return;
    }
    const plain = this.#plain ?? outcome;
    const { count, first } = differingResults(plain, outcome);
    const findings = [...outcome.findings.values()].map((finding) => ({ ...finding, isNew: !plain.findings.has(findingKey(finding)) }));
    // The results were looked at; of all outcomes only the plain one is compared with again.
    const kept = outcome === plain ? outcome : { ...outcome, results: new Map() };
    this.#entries.set(outcome.signature, { id: this.#entries.size + 1, runs: 1, attempt, taken: choices.isTakenCut ? null : choices.taken, short: null, outcome: kept, changed: count, firstChanged: first, findings });
  }

  get choices(): ChoiceReport {
    return this.#choices;
  }

  get outcomes(): readonly OutcomeEntry[] {
    return [...this.#entries.values()];
  }

  /** The next outcome whose schedule is by chance, or has more deviations than were tried one by one. */
  toShorten(): (OutcomeEntry & { readonly taken: readonly TakenChoice[] }) | null {
    for (const entry of this.#entries.values()) {
      const { taken, short, attempt } = entry;
      if (taken !== null && short === null && taken.length > 0 && (attempt.kind === 'chance' || attempt.kind === 'part')) return entry as OutcomeEntry & { readonly taken: readonly TakenChoice[] };
    }
    return null;
  }

  shorten(entry: OutcomeEntry, taken: readonly TakenChoice[], isMinimal: boolean): void {
    entry.short = { schedule: { list: taken.map(({ at, take }) => ({ at, take })) }, words: takenWords(taken), before: entry.taken?.length ?? 0, now: taken.length, isMinimal };
  }

  get single(): number {
    return schedulesWithin(this.#choices, 1);
  }

  get tried(): { readonly single: number; readonly pairs: number; readonly policies: number; readonly chance: number; readonly parts: number } {
    const { deviation, pair, policy, chance, part } = this.#tried;
    return { single: deviation, pairs: pair, policies: policy, chance, parts: part };
  }
}

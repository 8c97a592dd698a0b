/** Keeps what an exploration has found: distinct outcomes, each with the first run that had it, and how much was tried. */
import type { ChoiceReport } from '../../replay/scheduleChoices.ts';
import { differingResults, findingKey, type Finding, type RunOutcome } from './outcome.ts';
import { singleDeviations, type Attempt } from './strategy.ts';

export interface OutcomeEntry {
  readonly id: number;
  runs: number;
  readonly attempt: Attempt;
  readonly outcome: RunOutcome;
  readonly changed: number;
  readonly firstChanged: number | null;
  readonly findings: readonly (Finding & { readonly isNew: boolean })[];
}

export class Exploration {
  readonly #entries = new Map<string, OutcomeEntry>();
  readonly #tried: Record<Attempt['kind'], number> = { plain: 0, policy: 0, deviation: 0, pair: 0, chance: 0 };
  #choices: ChoiceReport = { count: 0, classes: [], taken: [] };
  #plain: RunOutcome | null = null;
  runs = 0;

  /** The plain run comes first. */
  begin(attempt: Attempt, outcome: RunOutcome, choices: ChoiceReport): void {
    this.#plain = outcome;
    this.#choices = choices;
    this.add(attempt, outcome);
  }

  add(attempt: Attempt, outcome: RunOutcome): void {
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
    this.#entries.set(outcome.signature, { id: this.#entries.size + 1, runs: 1, attempt, outcome: kept, changed: count, firstChanged: first, findings });
  }

  get choices(): ChoiceReport {
    return this.#choices;
  }

  get outcomes(): readonly OutcomeEntry[] {
    return [...this.#entries.values()];
  }

  get single(): number {
    return singleDeviations(this.#choices);
  }

  get tried(): { readonly single: number; readonly pairs: number; readonly policies: number; readonly chance: number } {
    const { deviation, pair, policy, chance } = this.#tried;
    return { single: deviation, pairs: pair, policies: policy, chance };
  }
}

/** Counts what a run report tells, operation by operation. */
import type { AnswerSource, Effect } from './eventPage.ts';
import type { DifferenceReason, RunReport, UnknownRead } from './runReport.ts';

export interface ReasonText {
  readonly id: string;
  readonly sentence: string;
}

interface Counted {
  compared: number;
  equal: number;
}

export class RunReportBuilder {
  readonly #kinds = new Map<string, Counted>();
  readonly #reasons = new Map<string, { readonly sentence: string; count: number; readonly first: number }>();
  readonly #answers: Record<AnswerSource, number> = { none: 0, recorded: 0, model: 0, filter: 0, edit: 0 };
  readonly #effects: Record<Effect, number> = { none: 0, changed: 0, consequence: 0, redirected: 0, 'not-issued': 0 };
  readonly #unknown = new Map<string, UnknownRead & { count: number }>();
  #unknownCount = 0;

  /** A result beside the recorded one; `reason` where they differ. */
  compared(operation: string, index: number, equal: boolean, reason: ReasonText | null): void {
    let kind = this.#kinds.get(operation);
    if (kind === undefined) this.#kinds.set(operation, (kind = { compared: 0, equal: 0 }));
    kind.compared++;
    if (equal) kind.equal++;
    if (reason !== null) this.#differs(reason, index);
  }

  #differs({ id, sentence }: ReasonText, first: number): void {
    const known = this.#reasons.get(id);
    if (known === undefined) this.#reasons.set(id, { sentence, count: 1, first });
    else known.count++;
  }

  answered(source: AnswerSource): void {
    this.#answers[source]++;
  }

  affected(effect: Effect): void {
    this.#effects[effect]++;
  }

  /** A callback has read bytes that nobody recorded. */
  readUnknown(driver: string, line: number, operation: number): void {
    this.#unknownCount++;
    const key = `${driver}:${line}`;
    const known = this.#unknown.get(key);
    if (known === undefined) this.#unknown.set(key, { driver, line, count: 1, first: operation });
    else known.count++;
  }

  get report(): RunReport {
    const rows = [...this.#kinds].map(([operation, counted]) => ({ operation, ...counted })).sort((a, b) => b.compared - a.compared);
    const reasons: DifferenceReason[] = [...this.#reasons].map(([id, reason]) => ({ id, ...reason })).sort((a, b) => b.count - a.count);
    const sum = (name: keyof Counted): number => rows.reduce((total, row) => total + row[name], 0);
    const { recorded, model, filter, edit } = this.#answers;
    const { changed, consequence, redirected } = this.#effects;
    return {
      groundTruth: null,
      fidelity: { compared: sum('compared'), equal: sum('equal'), rows, reasons },
      answers: { recorded, model, filter, ...(edit > 0 && { edit }) },
      affected: { changed, consequence, redirected, notIssued: this.#effects['not-issued'] },
      unknownReads: { count: this.#unknownCount, places: [...this.#unknown.values()] },
    };
  }
}

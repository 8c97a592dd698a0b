/**
 * Where the rows of a run lie: a branch stores its own, and what comes before them is its parent's, whose rows may be those of its own
 * parent in turn.
 *
 * Events are shared up to a log position at which a page begins in both. Results are shared by whole ranges of operations; a range that
 * the branch has stored counts before the same one of its parent.
 */
import type { Statement } from './database.ts';

/** A connection, or what keeps its statements. */
export interface Prepares {
  prepare(sql: string): Statement;
}

/** Rows of one run that belong to the run asked for. */
export interface RunPart {
  /** Who stores them. */
  readonly run: number;
  /** Log positions from this one on... */
  readonly from: number;
  /** ...and below this one. */
  readonly before: number;
  /** Ranges of results that end below this operation. */
  readonly resultsBefore: number;
}

/** No position, and no number of an operation, is as high. */
export const noEnd = Number.MAX_SAFE_INTEGER;

interface SharedRow {
  readonly parent: number | null;
  readonly events: number;
  readonly before: number;
}

/** The run's own part first, then its parent's, and so on. A run that shares nothing has one part. */
export function runParts(db: Prepares, run: number): RunPart[] {
  const get = db.prepare('SELECT parent, shared_events AS events, shared_before AS before FROM run WHERE id = ?');
  const parts: RunPart[] = [];
  let [before, resultsBefore] = [noEnd, noEnd];
  for (let id: number | null = run; id !== null; ) {
    const row = get.get(id) as SharedRow | undefined;
    const parent: number | null = row?.parent ?? null;
    // The file may be a stranger's: a parent is older than its branches.
    const shares: boolean = row !== undefined && row.events > 0 && parent !== null && parent < id;
    parts.push({ run: id, from: Math.min(before, shares ? (row?.events ?? 0) : 0), before, resultsBefore });
    if (!shares) break;
    before = Math.min(before, row?.events ?? 0);
    resultsBefore = Math.min(resultsBefore, row?.before ?? 0);
    id = parent;
  }
  return parts;
}

/** The same in the order of the log, without those that have no rows. */
export function eventParts(db: Prepares, run: number): RunPart[] {
  return runParts(db, run).filter(({ from, before }) => from < before).reverse();
}

/** A range of operations with results, and who stores it. */
export interface ResultRange {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** The ranges of operations that have results, in order. */
export function resultRanges(db: Prepares, run: number): ResultRange[] {
  const all = db.prepare('SELECT first_operation AS "from", first_operation + count - 1 AS "to" FROM run_result WHERE run = ? AND first_operation + count <= ? ORDER BY first_operation');
  const [own, ...shared] = runParts(db, run).map((part) => (all.all(part.run, part.resultsBefore) as Omit<ResultRange, 'run'>[]).map((range) => ({ ...range, run: part.run })));
  const ranges = new Map((own ?? []).map((range) => [range.from, range]));
  for (const range of shared.flat()) if (!ranges.has(range.from)) ranges.set(range.from, range);
  return shared.length === 0 ? [...ranges.values()] : [...ranges.values()].sort((a, b) => a.from - b.from);
}

/** Finds the stored range with an operation, where one is. */
export class ResultFinder<Row extends { readonly first: number; readonly count: number }> {
  readonly #parts: readonly RunPart[];
  readonly #get: (run: number, operation: number) => Row | undefined;

  constructor(db: Prepares, run: number, columns: string) {
    this.#parts = runParts(db, run);
    const statement = db.prepare(`SELECT first_operation AS first, count, ${columns} FROM run_result WHERE run = ? AND first_operation <= ? ORDER BY first_operation DESC LIMIT 1`);
    this.#get = (owner, operation) => statement.get(owner, operation) as Row | undefined;
  }

  with(operation: number): Row | undefined {
    for (const { run, resultsBefore } of this.#parts) {
      const row = this.#get(run, operation);
      if (row !== undefined && operation < row.first + row.count && row.first + row.count <= resultsBefore) return row;
    }
    return undefined;
  }
}

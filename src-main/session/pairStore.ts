/** Pairs of traces and what differs between their operations. */
import { pairFields, type PairField } from '../trace/pairs/pairSide.ts';
import type { PairRow } from '../trace/pairs/pairOperations.ts';
import type { Database, Statement } from './database.ts';

export type PairState = 'running' | 'complete' | 'cancelled' | 'failed';

export interface StoredPair {
  readonly id: number;
  readonly above: number;
  readonly below: number;
  readonly state: PairState;
  /** Ticks by which the clock below is ahead. */
  readonly clockOffset: bigint;
  readonly matched: number;
  readonly changed: number;
  readonly swallowed: number;
  readonly added: number;
  readonly fields: readonly { readonly field: string; readonly count: number }[];
}

export const pairRowKinds = ['changed', 'swallowed', 'added'] as const;
export type StoredPairRowKind = (typeof pairRowKinds)[number];

export interface StoredPairRow {
  /** From 1, in order of time but for the matching's window. */
  readonly number: number;
  readonly kind: StoredPairRowKind;
  /** Numbers of operations. */
  readonly above: number | null;
  readonly below: number | null;
  readonly changes: readonly PairField[];
}

export class PairReader {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  pairs(): StoredPair[] {
    const rows = this.#db.prepare('SELECT * FROM pair ORDER BY id').safeIntegers().all() as Record<string, unknown>[];
    return rows.map(storedPair);
  }

  pair(id: number): StoredPair | undefined {
    return this.pairs().find((pair) => pair.id === id);
  }

  /** `kinds` null: all. */
  rows(pair: number, kinds: readonly StoredPairRowKind[] | null, offset: number, limit: number): { rows: StoredPairRow[]; count: number } {
    const wanted = (kinds ?? pairRowKinds).map((kind) => pairRowKinds.indexOf(kind));
    const condition = `pair = ? AND kind IN (${wanted.map(() => '?').join(',')})`;
    const rows = this.#db.prepare(`SELECT number, kind, above, below, fields FROM pair_row WHERE ${condition} ORDER BY number LIMIT ? OFFSET ?`).all(pair, ...wanted, limit, offset);
    const count = Number(this.#db.prepare(`SELECT count(*) FROM pair_row WHERE ${condition}`).pluck().get(pair, ...wanted));
    return { rows: (rows as Record<string, unknown>[]).map(storedRow), count };
  }
}

export class PairWriter {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  begin(above: number, below: number): number {
    return Number(this.#db.prepare("INSERT INTO pair (above, below, state) VALUES (?, ?, 'running')").run(above, below).lastInsertRowid);
  }

  remove(pair: number): void {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM pair_row WHERE pair = ?').run(pair);
      this.#db.prepare('DELETE FROM pair WHERE id = ?').run(pair);
    }).immediate();
  }

  removeOfTrace(trace: number): void {
    const ids = this.#db.prepare('SELECT id FROM pair WHERE above = ? OR below = ?').pluck().all(trace, trace) as number[];
    for (const id of ids) this.remove(id);
  }

  /** Those a crash cut off keep what they have, and say so. */
  recover(): void {
    this.#db.prepare("UPDATE pair SET state = 'failed' WHERE state = 'running'").run();
  }

  setState(pair: number, state: PairState): void {
    this.#db.prepare('UPDATE pair SET state = ? WHERE id = ?').run(state, pair);
  }
}

const rowsPerCommit = 2000;

/** Takes the rows of one pair while it is matched. */
export class PairRowWriter {
  readonly #db: Database;
  readonly #pair: number;
  readonly #insert: Statement;
  readonly #fields = new Map<PairField, number>();
  readonly #counts = { same: 0, changed: 0, swallowed: 0, added: 0 };
  #waiting: PairRow[] = [];
  #number = 0;

  constructor(db: Database, pair: number, clockOffset: bigint) {
    this.#db = db;
    this.#pair = pair;
    this.#insert = db.prepare('INSERT INTO pair_row (pair, number, kind, above, below, fields) VALUES (?,?,?,?,?,?)');
    db.prepare('UPDATE pair SET clock_offset = ? WHERE id = ?').run(clockOffset, pair);
  }

  add(row: PairRow): void {
    this.#counts[row.kind] += 1;
    if (row.kind === 'same') return;
    if (row.kind === 'changed') for (const field of row.changes) this.#fields.set(field, (this.#fields.get(field) ?? 0) + 1);
    this.#waiting.push(row);
    if (this.#waiting.length >= rowsPerCommit) this.commit('running');
  }

  commit(state: PairState): void {
    const rows = this.#waiting;
    this.#waiting = [];
    this.#db.transaction(() => {
      for (const row of rows) this.#write(row);
      const { same, changed, swallowed, added } = this.#counts;
      const fields = [...this.#fields].map(([field, count]) => ({ field, count })).sort((a, b) => b.count - a.count);
      this.#db.prepare('UPDATE pair SET state = ?, matched = ?, changed = ?, swallowed = ?, added = ?, fields = ? WHERE id = ?')
        .run(state, same + changed, changed, swallowed, added, JSON.stringify(fields), this.#pair);
    }).immediate();
  }

  #write(row: PairRow): void {
    if (row.kind === 'same') return;
    const fields = row.kind === 'changed' ? row.changes.reduce((bits, field) => bits | (1 << pairFields.indexOf(field)), 0) : 0;
    this.#insert.run(this.#pair, ++this.#number, pairRowKinds.indexOf(row.kind), row.kind === 'added' ? null : row.above, row.kind === 'swallowed' ? null : row.below, fields);
  }
}

const states: readonly PairState[] = ['running', 'complete', 'cancelled', 'failed'];

// The file may be a stranger's.
function storedPair(row: Record<string, unknown>): StoredPair {
  const number = (name: string): number => Number(row[name] ?? 0);
  const offset = row['clock_offset'];
  return {
    id: number('id'), above: number('above'), below: number('below'), state: states.find((state) => state === row['state']) ?? 'failed', clockOffset: typeof offset === 'bigint' ? offset : 0n,
    matched: number('matched'), changed: number('changed'), swallowed: number('swallowed'), added: number('added'), fields: fieldCounts(row['fields']),
  };
}

function fieldCounts(text: unknown): StoredPair['fields'] {
  try {
    const list: unknown = JSON.parse(String(text));
    return Array.isArray(list) ? list.flatMap((one: { field?: unknown; count?: unknown } | null) => (typeof one?.field === 'string' ? [{ field: one.field, count: Number(one.count) }] : [])) : [];
  } catch {
    return [];
  }
}

function storedRow(row: Record<string, unknown>): StoredPairRow {
  const bits = Number(row['fields']);
  const operation = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    number: Number(row['number']), kind: pairRowKinds[Number(row['kind'])] ?? 'changed', above: operation(row['above']), below: operation(row['below']),
    changes: pairFields.filter((_, at) => (bits & (1 << at)) !== 0),
  };
}

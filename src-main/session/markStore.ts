/** Bookmarks and notes of the session. */
import type { Database } from './database.ts';

export interface StoredMark {
  readonly id: number;
  /** Null for a note about the session as a whole. */
  readonly trace: number | null;
  readonly operation: number | null;
  /** The execution point it stands at, of this run; null: the operation alone. */
  readonly run: number | null;
  readonly issued: number | null;
  readonly sequence: number | null;
  readonly bookmark: boolean;
  readonly created: bigint;
  readonly text: string;
}

type MarkRow = { readonly [K in keyof StoredMark]: StoredMark[K] extends string ? string : bigint | null };

const sql = 'SELECT id, trace, operation, run, issued, sequence, bookmark, created, text FROM note';
const number = (value: bigint | null): number | null => (value === null ? null : Number(value));

function mark(row: MarkRow): StoredMark {
  return {
    id: Number(row.id), trace: number(row.trace), operation: number(row.operation), run: number(row.run), issued: number(row.issued), sequence: number(row.sequence),
    bookmark: row.bookmark === 1n, created: row.created ?? 0n, text: row.text,
  };
}

export class MarkReader {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Notes about the session first, then in order of traces and operations. */
  all(): StoredMark[] {
    const rows = this.#db.prepare(`${sql} ORDER BY trace IS NOT NULL, trace, operation, issued, sequence, id`).safeIntegers().all() as MarkRow[];
    return rows.map(mark);
  }
}

export class MarkWriter {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(m: Omit<StoredMark, 'id'>): number {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO note (trace, operation, run, issued, sequence, bookmark, created, text) VALUES (?,?,?,?,?,?,?,?)')
      .run(m.trace, m.operation, m.run, m.issued, m.sequence, Number(m.bookmark), m.created, m.text);
    return Number(lastInsertRowid);
  }

  /** False where there is no such note. */
  update(id: number, fields: { readonly text?: string | undefined; readonly bookmark?: boolean | undefined }): boolean {
    const { changes } = this.#db
      .prepare('UPDATE note SET text = coalesce(?, text), bookmark = coalesce(?, bookmark) WHERE id = ?')
      .run(fields.text ?? null, fields.bookmark === undefined ? null : Number(fields.bookmark), id);
    return changes === 1;
  }

  remove(id: number): void {
    this.#db.prepare('DELETE FROM note WHERE id = ?').run(id);
  }
}

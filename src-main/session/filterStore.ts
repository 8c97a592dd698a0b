/** Filters of the operation list that the session keeps by name. */
import type { Database } from './database.ts';

export interface StoredFilter {
  readonly id: number;
  readonly name: string;
  /** A filter expression (docs/command-line.md). */
  readonly text: string;
}

export class FilterStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  all(): StoredFilter[] {
    return this.#db.prepare('SELECT id, name, text FROM filter ORDER BY name COLLATE NOCASE, id').all() as StoredFilter[];
  }

  /** One of the same name is replaced. */
  save(name: string, text: string): void {
    this.#db.prepare('INSERT INTO filter (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text').run(name, text);
  }

  remove(id: number): void {
    this.#db.prepare('DELETE FROM filter WHERE id = ?').run(id);
  }
}

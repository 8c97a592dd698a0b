import type { Database, Statement } from './database.ts';

/**
 * Numbers texts and stores each once, as long as it is remembered.
 *
 * Memory stays bounded: when the map is full it is emptied, and a text that comes again gets a second row.
 */
export class TextInterner {
  readonly #insert: Statement;
  readonly #limit: number;
  readonly #ids = new Map<string, number>();
  #next: number;

  constructor(db: Database, table: 'name' | 'path' | 'detail', limit: number) {
    this.#insert = db.prepare(`INSERT INTO ${table} (id, value) VALUES (?, ?)`);
    this.#limit = limit;
    this.#next = Number(db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get()) + 1;
  }

  id(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    if (this.#ids.size >= this.#limit) this.#ids.clear();
    const id = this.#next++;
    this.#insert.run(id, text);
    this.#ids.set(text, id);
    return id;
  }
}

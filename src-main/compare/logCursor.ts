/** Walks through the event log of one side, slot by slot: the events between one recorded operation's issue and the next one's. */
import { assertExists } from '../base/assert.ts';
import type { EventPage } from '../replay/eventPage.ts';
import type { SideLayer } from './loggedRow.ts';

/** A page as it lies in the store; unpacked only where it has to be looked into. */
export interface StoredLogPage {
  readonly first: number;
  readonly count: number;
  /** Who stores it; absent: it is nobody else's. */
  readonly owner?: number;
  /** Hash of the log up to the end of this page; null or absent where it has none. */
  readonly chain?: string | null;
  /** Read when they are asked for. */
  readonly columns: Uint8Array;
  readonly texts: string;
  unpack(): EventPage;
}

export interface LogSide {
  /** By layer number. */
  readonly layers: readonly SideLayer[];
  readonly pages: Iterator<StoredLogPage>;
}

export interface Chunk {
  readonly page: EventPage;
  readonly from: number;
  readonly to: number;
}

export class LogCursor {
  readonly layers: readonly SideLayer[];
  readonly #pages: Iterator<StoredLogPage>;
  #stored: StoredLogPage | null = null;
  #page: EventPage | null = null;
  #row = 0;
  /** Rows walked over. */
  done = 0;

  constructor({ layers, pages }: LogSide) {
    this.layers = layers;
    this.#pages = pages;
    this.#next();
  }

  /** The page that begins here, where none of it has been walked over. */
  get untouched(): StoredLogPage | null {
    return this.#row === 0 ? this.#stored : null;
  }

  skipPage(): void {
    this.done += this.#stored?.count ?? 0;
    this.#next();
  }

  /** The operation issued last before the next slot; null at the end. */
  get issued(): number | null {
    const page = this.#open();
    return page === null ? null : (page.columns.issued[this.#row] as number);
  }

  /** The rows of the next slot, page by page. */
  slot(): Chunk[] {
    const chunks: Chunk[] = [];
    for (let page = this.#open(), issued = this.issued; page !== null; page = this.#open()) {
      const column = page.columns.issued;
      const from = this.#row;
      let to = from;
      while (to < page.count && column[to] === issued) to++;
      if (to > from) chunks.push({ page, from, to });
      this.done += to - from;
      this.#row = to;
      if (to < page.count) break;
      this.#next();
    }
    return chunks;
  }

  #open(): EventPage | null {
    while (this.#stored !== null && this.#stored.count === 0) this.#next();
    if (this.#stored === null) return null;
    return (this.#page ??= assertExists(this.#stored, 'a page is there').unpack());
  }

  #next(): void {
    const next = this.#pages.next();
    this.#stored = next.done === true ? null : next.value;
    this.#page = null;
    this.#row = 0;
  }
}

/** Whether two pages hold the very same rows: at once where the logs are the same up to their ends, else by their bytes. */
export function isSamePage(one: StoredLogPage, other: StoredLogPage): boolean {
  if (one.count !== other.count || one.first !== other.first) return false;
  const chain = one.chain ?? null;
  if ((one.owner !== undefined && one.owner === other.owner) || (chain !== null && chain === other.chain)) return true;
  if (one.texts !== other.texts || one.columns.length !== other.columns.length) return false;
  const [a, b] = [one.columns, other.columns];
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/**
 * Rows of a long list, fetched page by page as they come into view.
 *
 * Rows once shown stay until newer ones have arrived: `invalidate` marks pages stale instead of dropping them, so that the
 * list never flashes empty. What is wanted now is fetched first, the newest wish before others, at most `maxInFlight` at a time; then
 * what will be in view if the list moves on at its pace, so that a list that is scrolled or dragged steadily has its rows before they show.
 */

/** Pages behind those in view that a slow movement comes to soon. */
const pagesAhead = 2;

export interface PageResult<T> {
  readonly rows: readonly T[];
  readonly count: number;
}

interface Page<T> {
  rows: readonly T[];
  generation: number;
  usedAt: number;
}

export class PageCache<T> {
  readonly pageSize: number;
  readonly #maxPages: number;
  readonly #maxInFlight: number;
  readonly #load: (offset: number, limit: number) => Promise<PageResult<T>>;
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  #pages = new Map<number, Page<T>>();
  #inFlight = new Map<number, number>();
  #wanted: readonly [number, number] = [0, -1];
  /** Rows from one wish to the next; negative upwards. */
  #pace = 0;
  /** The page that is on its way before anybody wishes it. */
  #early: number | null = null;
  #generation = 1;
  #epoch = 0;
  #clock = 0;
  #count: number | null = null;
  /** What is kept is of another list, shown until the first page of the new one comes. */
  #isReplaced = false;

  constructor(options: {
    readonly load: (offset: number, limit: number) => Promise<PageResult<T>>;
    readonly changed: () => void;
    readonly failed?: (error: unknown) => void;
    readonly pageSize?: number;
    readonly maxPages?: number;
    readonly maxInFlight?: number;
  }) {
    this.#load = options.load;
    this.#changed = options.changed;
    this.#failed = options.failed ?? (() => undefined);
    this.pageSize = options.pageSize ?? 200;
    this.#maxPages = options.maxPages ?? 40;
    this.#maxInFlight = options.maxInFlight ?? 2;
  }

  /** Rows in the whole list; null until the first page has come. */
  get count(): number | null {
    return this.#count;
  }

  /** The rows are still those of the list before. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  row(index: number): T | undefined {
    const page = this.#pages.get(Math.floor(index / this.pageSize));
    if (page === undefined) return undefined;
    page.usedAt = ++this.#clock;
    return page.rows[index % this.pageSize];
  }

  /** Says which rows are in view (both ends included); what is missing or stale there is fetched. */
  want(first: number, last: number): void {
    const [before, end] = this.#wanted;
    if (end < before) this.#pace = 0;
    else if (first !== before) this.#pace = first - before;
    this.#wanted = [Math.max(0, first), last];
    this.#fetch();
  }

  /** The rows have changed at their source: fetches what is in view again and keeps showing the old meanwhile. */
  invalidate(): void {
    this.#generation++;
    this.#fetch();
  }

  /** Another list begins: forgets everything. What is still on its way is dropped when it comes. */
  clear(): void {
    this.#epoch++;
    this.#generation++;
    this.#pages.clear();
    this.#inFlight.clear();
    this.#early = null;
    this.#count = null;
    this.#isReplaced = false;
    this.#wanted = [0, -1];
    this.#changed();
  }

  /** Another list begins in the place of this one: its rows are shown until the first of the new ones have come. */
  restart(first: number, last: number): void {
    this.#epoch++;
    this.#generation++;
    this.#inFlight.clear();
    this.#early = null;
    this.#isReplaced = true;
    this.#wanted = [first, last];
    this.#fetch();
  }

  /** The list has become longer at its end: pages that were cut short there are fetched again. */
  grow(count: number): void {
    if (this.#isReplaced || this.#count === null) return;
    this.#count = count;
    for (const [number, page] of this.#pages) if (page.rows.length < Math.min(this.pageSize, count - number * this.pageSize)) page.generation = 0;
    this.#fetch();
  }

  /** The first loaded row that fits, where rows are in an order that `compare` tells: negative before what is sought, 0 there. */
  search(compare: (row: T) => number): { readonly index: number; readonly row: T } | null {
    if (this.#isReplaced) return null;
    for (const [number, { rows }] of this.#pages) {
      const [low, high] = [rows[0], rows.at(-1)];
      if (low === undefined || high === undefined || compare(low) > 0 || compare(high) < 0) continue;
      const at = rows.findIndex((row) => compare(row) === 0);
      const row = rows[at];
      if (row !== undefined) return { index: number * this.pageSize + at, row };
    }
    return null;
  }

  #fetch(): void {
    const [first, last] = this.#wanted;
    if (last < first) return;
    const [from, to] = [Math.floor(first / this.pageSize), Math.floor(last / this.pageSize)];
    for (let page = from; page <= to; page++) if (!this.#fetchPage(page)) return;
    this.#fetchAhead(from, to);
  }

  /** One at a time, beside those in view, and only what is not there at all: a jump elsewhere does not wait for it. */
  #fetchAhead(from: number, to: number): void {
    if (this.#early !== null || this.#count === null || this.#isReplaced) return;
    const page = this.#pagesSoon(from, to).find((soon) => soon >= 0 && soon * this.pageSize < (this.#count ?? 0) && !this.#pages.has(soon) && !this.#inFlight.has(soon));
    if (page === undefined) return;
    this.#early = page;
    void this.#loadPage(page);
  }

  #pagesSoon(from: number, to: number): readonly number[] {
    if (this.#pace === 0) return [];
    const [first, last] = this.#wanted;
    const pageOf = (row: number): number => Math.floor(row / this.pageSize);
    const soon = [pageOf(first + this.#pace), pageOf(last + this.#pace)];
    if (Math.abs(this.#pace) > pagesAhead * this.pageSize) return soon;
    return [...soon, ...Array.from({ length: pagesAhead }, (_, at) => (this.#pace > 0 ? to + 1 + at : from - 1 - at))];
  }

  /** False where no more can be under way. */
  #fetchPage(page: number): boolean {
    if (this.#inFlight.size >= this.#maxInFlight) return false;
    const kept = this.#pages.get(page);
    // What is in view stays, whatever is fetched beside it.
    if (kept !== undefined) kept.usedAt = ++this.#clock;
    if (kept?.generation === this.#generation || this.#inFlight.has(page) || page === this.#early) return true;
    this.#inFlight.set(page, this.#generation);
    void this.#loadPage(page);
    return true;
  }

  async #loadPage(page: number): Promise<void> {
    const epoch = this.#epoch;
    const generation = this.#generation;
    try {
      const result = await this.#load(page * this.pageSize, this.pageSize);
      if (epoch !== this.#epoch) return;
      if (this.#isReplaced) this.#pages.clear();
      this.#isReplaced = false;
      this.#count = result.count;
      this.#pages.set(page, { rows: result.rows, generation, usedAt: ++this.#clock });
      this.#evict();
      this.#arrived(page);
      this.#changed();
    } catch (error) {
      if (epoch !== this.#epoch) return;
      this.#arrived(page);
      // Marked fresh, or an unanswerable page would be asked for again and again; the next wish after a change tries anew.
      this.#pages.set(page, { rows: this.#pages.get(page)?.rows ?? [], generation, usedAt: ++this.#clock });
      this.#failed(error);
      return;
    }
    this.#fetch();
  }

  #arrived(page: number): void {
    this.#inFlight.delete(page);
    if (this.#early === page) this.#early = null;
  }

  #evict(): void {
    if (this.#pages.size <= this.#maxPages) return;
    const oldest = [...this.#pages].sort(([, a], [, b]) => a.usedAt - b.usedAt).slice(0, this.#pages.size - this.#maxPages);
    for (const [page] of oldest) this.#pages.delete(page);
  }
}

/** Operations one after the other out of pages that arrive in pieces, with a look at the one that comes next. */
import type { ProcessIndex, NumberedOperation, TraceTime } from '../trace/record.ts';
import type { UpcomingRecord } from './completions/overlap.ts';
import { operationAt, operationFlags, type OperationPage } from './operationPage.ts';

/** A row of a page, read only as far as it is asked for: most of the time that is its time and nothing else. */
class Upcoming implements UpcomingRecord {
  page: OperationPage;
  row = 0;

  constructor(page: OperationPage) {
    this.page = page;
  }

  get time(): TraceTime {
    return (this.page.columns.time[this.row] ?? 0n) as TraceTime;
  }

  get duration(): bigint | null {
    const { duration, flags } = this.page.columns;
    return ((flags[this.row] ?? 0) & operationFlags.hasDuration) === 0 ? null : (duration[this.row] ?? 0n);
  }

  get process(): ProcessIndex {
    return (this.page.columns.process[this.row] ?? 0) as ProcessIndex;
  }

  get tid(): number {
    return this.page.columns.tid[this.row] ?? 0;
  }

  get irpFlags(): number {
    return this.page.columns.irpFlags[this.row] ?? 0;
  }
}

export class OperationReader {
  readonly #pages: OperationPage[] = [];
  #row = 0;
  #lastReceived: number;
  #complete = false;
  #upcoming: Upcoming | null = null;

  /** `before`: the number before the first operation. */
  constructor(before: number) {
    this.#lastReceived = before;
  }

  add(page: OperationPage, last: boolean): void {
    if (page.count > 0) {
      this.#pages.push(page);
      this.#lastReceived = page.index[page.count - 1] ?? 0;
    }
    this.#complete = last;
  }

  /** How many operations are at hand. */
  get waiting(): number {
    return this.#pages.reduce((sum, page) => sum + page.count, 0) - this.#row;
  }

  /** The last number that was handed over. */
  get lastReceived(): number {
    return this.#lastReceived;
  }

  /** Every page is here. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Whether `next` can be asked: what comes after the next operation has to be known too, or that nothing does. */
  get ready(): boolean {
    const page = this.#pages[0];
    return page !== undefined && (this.#complete || this.#pages.length > 1 || this.#row + 1 < page.count);
  }

  get first(): NumberedOperation | null {
    const [page] = this.#pages;
    return page === undefined ? null : operationAt(page, this.#row);
  }

  /** Number of the operation that `next` will return. */
  get nextIndex(): number {
    return this.#pages[0]?.index[this.#row] ?? 0;
  }

  /** Takes the next operation. Afterwards `upcoming` is the one behind it. */
  next(): NumberedOperation {
    const page = this.#pages[0];
    if (page === undefined) throw new RangeError('There is no operation at hand.');
    const record = operationAt(page, this.#row++);
    if (this.#row === page.count) {
      this.#pages.shift();
      this.#row = 0;
    }
    return record;
  }

  /** The operation that `next` will return. One object, valid until then; null after the last one. */
  get upcoming(): UpcomingRecord | null {
    const page = this.#pages[0];
    if (page === undefined) return null;
    this.#upcoming ??= new Upcoming(page);
    if (this.#upcoming.page !== page) this.#upcoming.page = page;
    this.#upcoming.row = this.#row;
    return this.#upcoming;
  }
}

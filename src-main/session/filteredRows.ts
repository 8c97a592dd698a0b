/**
 * What a filter expression lets through of a trace, position by position.
 *
 * Pages are matched in order, a few at a time, and what was found is kept as one bit a row, so that a list can be read anywhere in the
 * part that has been looked at while the rest is still being counted. A page that an import has rewritten is matched again.
 */
import type { Where } from '../trace/where/ast.ts';
import type { PageEntry } from './pageStore.ts';
import { maskOf, type Mask, type StoredOperationPage, type WhereCondition, type WhereTrace } from './whereMask.ts';

/** How the trace reader lets one look at its pages. */
export interface PagesOfTrace {
  /** Changes where anything the pages depend on may have changed. */
  readonly state: () => string;
  readonly entries: () => readonly PageEntry[];
  readonly about: () => WhereTrace;
  readonly open: (entry: PageEntry) => StoredOperationPage;
}

interface MatchedPage {
  readonly entry: PageEntry;
  /** One bit a row, the lowest first; null where no row holds. */
  readonly bits: Uint8Array | null;
  readonly held: number;
  /** How many hold in the pages before. */
  readonly before: number;
}

export class FilteredRows {
  readonly #where: Where;
  readonly #pages: PagesOfTrace;
  #state: string | null = null;
  #entries: readonly PageEntry[] = [];
  #about = '';
  #mask: Mask | null = null;
  #matched: MatchedPage[] = [];

  constructor(condition: WhereCondition, pages: PagesOfTrace) {
    this.#where = condition.where;
    this.#pages = pages;
  }

  /** How many were found so far. */
  get count(): number {
    const last = this.#matched.at(-1);
    return last === undefined ? 0 : last.before + last.held;
  }

  /** Every page has been looked at. */
  get isExact(): boolean {
    return this.#matched.length === this.#entries.length;
  }

  /** Operations that have been looked at. */
  get scanned(): number {
    const last = this.#matched.at(-1)?.entry;
    return last === undefined ? 0 : last.first + last.count - 1;
  }

  /** Takes up what has changed in the trace; to be called before anything is asked. */
  refresh(): void {
    const state = this.#pages.state();
    if (state === this.#state) return;
    this.#state = state;
    this.#entries = this.#pages.entries();
    const about = this.#pages.about();
    const told = tellAbout(about);
    // A process that had no name until now, or another clock: what was found may be otherwise.
    if (told !== this.#about || this.#mask === null) {
      this.#about = told;
      this.#mask = maskOf(this.#where, about);
      this.#matched = [];
    }
    const same = this.#matched.findIndex(({ entry }, at) => entry.block !== this.#entries[at]?.block || entry.first !== this.#entries[at].first);
    if (same >= 0) this.#matched.length = same;
    this.#matched.length = Math.min(this.#matched.length, this.#entries.length);
  }

  /** Looks at page after page until `isEnough`, asked after each, or the end. */
  scan(isEnough: () => boolean): void {
    const mask = this.#mask;
    while (mask !== null && !this.isExact) {
      const entry = this.#entries[this.#matched.length];
      if (entry === undefined) return;
      const bits = packed(mask(this.#pages.open(entry)));
      this.#matched.push({ entry, ...bits, before: this.count });
      if (isEnough()) return;
    }
  }

  /** Numbers of the operations at positions `offset` (from 0) to `offset + limit - 1`, as far as they are known. */
  numbers(offset: number, limit: number): number[] {
    const numbers: number[] = [];
    for (let at = this.#pageOfPosition(offset); at < this.#matched.length && numbers.length < limit; at++) {
      const page = this.#matched[at];
      if (page === undefined || page.bits === null) continue;
      let position = page.before;
      for (let row = nextBit(page.bits, 0); row >= 0 && numbers.length < limit; row = nextBit(page.bits, row + 1)) {
        if (position++ >= offset) numbers.push(page.entry.first + row);
      }
    }
    return numbers;
  }

  /**
   * Where an operation stands, or the one nearest to it: the next behind it, else the last before it. Undefined where that is not known yet, null where
   * nothing is let through.
   */
  position(number: number): { readonly position: number; readonly index: number } | null | undefined {
    for (let at = this.#pageOfNumber(number); at < this.#matched.length; at++) {
      const page = this.#matched[at];
      if (page === undefined || page.bits === null) continue;
      const row = nextBit(page.bits, Math.max(0, number - page.entry.first));
      if (row >= 0) return { position: page.before + bitsBefore(page.bits, row), index: page.entry.first + row };
    }
    if (!this.isExact) return undefined;
    const last = this.count - 1;
    const [index] = last < 0 ? [] : this.numbers(last, 1);
    return index === undefined ? null : { position: last, index };
  }

  #pageOfPosition(position: number): number {
    return firstWhere(this.#matched.length, (at) => {
      const page = this.#matched[at];
      return page !== undefined && page.before + page.held > position;
    });
  }

  #pageOfNumber(number: number): number {
    return firstWhere(this.#matched.length, (at) => {
      const entry = this.#matched[at]?.entry;
      return entry !== undefined && entry.first + entry.count > number;
    });
  }
}

const tellAbout = (about: WhereTrace): string => `${about.clockOffset} ${[...about.processes].map(([number, { name, pid }]) => `${number}/${pid}/${name}`).join('|')}`;

function packed(mask: Uint8Array): { bits: Uint8Array | null; held: number } {
  let held = 0;
  for (let row = 0; row < mask.length; row++) held += mask[row] as number;
  if (held === 0) return { bits: null, held };
  const bits = new Uint8Array((mask.length + 7) >> 3);
  for (let row = 0; row < mask.length; row++) bits[row >> 3] = (bits[row >> 3] as number) | ((mask[row] as number) << (row & 7));
  return { bits, held };
}

/** The first row from `from` on whose bit is set; -1 for none. */
function nextBit(bits: Uint8Array, from: number): number {
  const end = bits.length * 8;
  for (let row = from; row < end; row++) {
    const byte = bits[row >> 3] as number;
    if (byte >> (row & 7) === 0) row |= 7;
    else if ((byte >> (row & 7)) & 1) return row;
  }
  return -1;
}

function bitsBefore(bits: Uint8Array, end: number): number {
  let count = 0;
  for (let row = nextBit(bits, 0); row >= 0 && row < end; row = nextBit(bits, row + 1)) count++;
  return count;
}

/** The first number below `end` that fits, where all behind one that fits do; `end` for none. */
function firstWhere(end: number, fits: (at: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

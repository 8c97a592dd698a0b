/**
 * Steps through a recorded event log: the next or previous event that somebody looks for, without running anything again.
 *
 * A walk goes page by page, skips pages by the kinds and operations that they hold, and gives up its turn after some pages, so that it can be
 * cancelled and say how far it is.
 */
import { assertExists } from '../base/assert.ts';
import { generatedFrom } from '../base/generatedIo.ts';
import { eventKindCode, eventKinds, type EventPage, pageText } from '../replay/eventPage.ts';
import { kindBit } from '../replay/packedEventPage.ts';
import type { PageSummary } from '../replay/pageSummary.ts';
import { CompiledBreakpoint, eventHits, type EventSources } from './breakpointMatch.ts';
import type { Breakpoint } from './breakpointSpec.ts';

export type Direction = 'forward' | 'back';

/** What a page may hold; null is any. */
export interface PageFilter {
  readonly operation: number | null;
  /** Bits of `kindBit`. */
  readonly kinds: number | null;
  /** What else a page must hold; absent: nothing. */
  readonly may?: (page: PageSummary) => boolean;
}

/** Where a page of the log begins and ends, without what is in it. */
export interface PageBounds {
  readonly first: number;
  readonly count: number;
  /** Execution points of its first and its last event. */
  readonly begins: { readonly issued: number; readonly sequence: number };
  readonly ends: { readonly issued: number; readonly sequence: number };
}

/** A recorded event log, a page at a time. */
export interface EventLog {
  readonly count: number;
  /** The page with a log position. */
  pageAt(number: number): EventPage | null;
  /** The same, for a search that only passes by. */
  boundsAt(number: number): PageBounds | null;
  /** The next page that begins behind log position `number`, or the last one that ends before it, of those that may hold what is sought. A number: none up to that position, and it is time for a pause. */
  nextPage(number: number, direction: Direction, filter: PageFilter): EventPage | number | null;
}

/** What a walk looks for. Plain data, as a walk may go on in another thread. */
export type Sought =
  /** A step of an operation through its layers; null: of any. */
  | { readonly kind: 'layer'; readonly operation: number | null }
  /** The entry of a driver's routine: of one operation, nested no deeper; null: any. */
  | { readonly kind: 'callback'; readonly operation: number | null; readonly deepest: number | null }
  /** The entry of the routine around a place, in its thread. */
  | { readonly kind: 'enclosing'; readonly deepest: number; readonly thread: number }
  /** A recorded operation is issued. */
  | { readonly kind: 'operation' }
  /** One that is. */
  | { readonly kind: 'issueOf'; readonly operation: number }
  | { readonly kind: 'breakpoints'; readonly breakpoints: readonly Breakpoint[] };

export type Walked =
  | { readonly kind: 'found'; readonly number: number; readonly breakpointIds: readonly number[] }
  /** Not found up to here; go on from this log position, which has been looked at. */
  | { readonly kind: 'more'; readonly from: number }
  | { readonly kind: 'none' };

const { issue, pre, post, status, lower, done, ret, complete, work, load, teardown, cancel, port } = eventKindCode;
const bits = (...kinds: readonly number[]): number => kinds.reduce((sum, kind) => sum + kindBit(kind), 0);

const layerKinds = bits(issue, pre, lower, done, ret, post, status, complete);
const callbackKinds = bits(pre, post, status, work, load, teardown, cancel, port);

/** Rows of these kinds that are no entry say what the Filter Manager does. */
const entryText = /^(?:DriverEntry|\w*Callback)\b/;

/** Whether a row is the entry of a driver's routine. */
export function isEntry(page: EventPage, row: number): boolean {
  const { kind, name, detail } = page.columns;
  switch (kind[row]) {
    case pre: case post: case status: return true;
    case work: return (name[row] ?? 0) !== 0;
    case load: case teardown: case cancel: case port: {
      const text = /"text":"([^"]*)/.exec(pageText(page, detail[row] ?? 0))?.[1] ?? '';
      return entryText.test(text);
    }
    default: return false;
  }
}

interface Matcher {
  readonly filter: PageFilter;
  /** Ids of breakpoints where it is about them; null: not this row. */
  readonly hit: (page: EventPage, row: number) => readonly number[] | null;
  /** Nothing can follow behind this row but on a few pages. */
  readonly last: (page: EventPage, row: number) => boolean;
}

const found: readonly number[] = [];
const never = (): boolean => false;
const bitOf = (kinds: number, code: number): boolean => Math.floor(kinds / kindBit(code)) % 2 === 1;

/** After the end of an operation its last events come soon, or on no page at all. */
const pagesAfterEnd = 4;

function matcher(sought: Sought, sources: EventSources): Matcher {
  switch (sought.kind) {
    case 'layer': case 'issueOf': {
      const kinds = sought.kind === 'layer' ? layerKinds : bits(issue);
      const { operation } = sought;
      const isOwn = ({ columns }: EventPage, row: number): boolean => operation === null || columns.operation[row] === operation;
      return {
        filter: { operation, kinds }, hit: (page, row) => (isOwn(page, row) && bitOf(kinds, page.columns.kind[row] ?? 0) && !isRepeat(page, row) ? found : null),
        last: (page, row) => operation !== null && isOwn(page, row) && isBound(page, row),
      };
    }
    case 'callback': {
      const { operation, deepest } = sought;
      return {
        filter: { operation, kinds: operation === null ? callbackKinds : null },
        hit: (page, row) => ((operation === null || page.columns.operation[row] === operation) && (deepest === null || (page.columns.depth[row] ?? 0) <= deepest) && isEntry(page, row) ? found : null),
        last: (page, row) => operation !== null && page.columns.operation[row] === operation && isBound(page, row),
      };
    }
    case 'enclosing':
      return { filter: { operation: null, kinds: callbackKinds }, hit: (page, row) => ((page.columns.depth[row] ?? 0) <= sought.deepest && page.columns.thread[row] === sought.thread && isEntry(page, row) ? found : null), last: never };
    case 'operation':
      return { filter: { operation: null, kinds: bits(issue) }, hit: (page, row) => (page.columns.kind[row] === issue && (page.columns.operation[row] ?? 0) < generatedFrom && !isRepeat(page, row) ? found : null), last: never };
    case 'breakpoints': return breakpointMatcher(sought.breakpoints, sources);
  }
}

/** Rows of issues also tell that an operation comes again, then without its form. */
const isRepeat = ({ columns }: EventPage, row: number): boolean => columns.kind[row] === issue && columns.status[row] === 0;
/** The first and the last of an operation's events, but for a few. */
const isBound = ({ columns }: EventPage, row: number): boolean => columns.kind[row] === complete || columns.kind[row] === issue;

function breakpointMatcher(breakpoints: readonly Breakpoint[], sources: EventSources): Matcher {
  const compiled = breakpoints.map((one) => new CompiledBreakpoint(one));
  const wanted = eventKinds.map((_name, code) => compiled.filter((one) => (one.kinds & (1 << code)) !== 0));
  const kinds = wanted.reduce((sum, list, code) => (list.length > 0 ? sum + kindBit(code) : sum), 0);
  return {
    filter: { operation: null, kinds, may: (page) => compiled.some((one) => one.mayBeIn(page, sources)) }, last: never,
    hit: (page, row) => {
      const candidates = assertExists(wanted[page.columns.kind[row] ?? 0] ?? wanted[0]);
      if (candidates.length === 0) return null;
      const ids = candidates.filter((one) => eventHits(one, page, row, sources)).map(({ id }) => id);
      return ids.length === 0 ? null : ids;
    },
  };
}

/**
 * Looks from behind (or before) log position `from`, which itself is left out, for at most so many pages.
 *
 * `from` -1 and `log.count` are the two ends.
 */
export function walkEvents(log: EventLog, from: number, direction: Direction, sought: Sought, sources: EventSources, pages: number): Walked {
  const { filter, hit, last } = matcher(sought, sources);
  const step = direction === 'forward' ? 1 : -1;
  let left = pages;
  /** Pages that may still hold something, once the first or last of an operation's events has been met. */
  let after = Number.POSITIVE_INFINITY;
  let page = log.pageAt(from + step);
  if (page === null) return { kind: 'none' };
  let isFirst = true;
  while (page !== null) {
    const begin: number = isFirst ? from + step - page.first : step > 0 ? 0 : page.count - 1;
    isFirst = false;
    for (let row = begin; row >= 0 && row < page.count; row += step) {
      const ids = hit(page, row);
      if (ids !== null) return { kind: 'found', number: page.first + row, breakpointIds: ids };
      if (last(page, row)) after = pagesAfterEnd;
    }
    const at: number = step > 0 ? page.first + page.count - 1 : page.first;
    if (--after <= 0) return { kind: 'none' };
    if (--left <= 0 && after === Number.POSITIVE_INFINITY) return { kind: 'more', from: at };
    let next = log.nextPage(at, direction, filter);
    for (; typeof next === 'number'; next = log.nextPage(next, direction, filter)) if (--left <= 0) return { kind: 'more', from: next };
    page = next;
  }
  return { kind: 'none' };
}

/** Log position of an execution point, or of the last event before it; -1 where there is none. */
export function positionOfPoint(log: EventLog, operation: number, sequence: number): { readonly number: number; readonly exact: boolean } {
  let low = 0;
  let high = log.count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const bounds = log.boundsAt(middle);
    if (bounds === null) break;
    const { first, count, begins, ends } = bounds;
    if ((begins.issued - operation || begins.sequence - sequence) > 0) high = first - 1;
    else if ((ends.issued - operation || ends.sequence - sequence) < 0) low = first + count;
    else {
      const page = log.pageAt(middle);
      if (page === null) break;
      const { issued, sequence: sequences } = page.columns;
      return withinPage(page, (row) => (issued[row] ?? 0) - operation || (sequences[row] ?? 0) - sequence);
    }
  }
  return { number: low - 1, exact: false };
}

function withinPage(page: EventPage, compare: (row: number) => number): { readonly number: number; readonly exact: boolean } {
  let low = 0;
  let high = page.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (compare(middle) <= 0) low = middle;
    else high = middle - 1;
  }
  return { number: page.first + low, exact: compare(low) === 0 };
}

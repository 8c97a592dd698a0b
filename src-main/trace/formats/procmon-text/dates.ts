/**
 * Dates in the exporter's locale: `7/31/2020`, `31.07.2020`, `2020-07-31`, `2020. 07. 31.`, `31-Jul-20`.
 *
 * Source: procmon-formats.md 12.2. Whether 5/2 is in May or February is learnt from other dates of the file, as one of them will have a value
 * above 12; where none has, it is assumed from the notation, and said so.
 */
import { decodeLatin1 } from '../../byteText.ts';
import { midnight } from './times.ts';

export type DateOrder = 'day-first' | 'month-first';

const dateText = /(\d{1,4})([./-]) ?(\d{1,2}|[A-Za-z]{3})\2 ?(\d{1,4})/;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** The Thai calendar's year is ahead by this much. */
const buddhistYears = 543;

/** Turns the `Date & Time` column into days. */
export class DateReader {
  readonly #order: DateOrder | undefined;
  readonly #known = new Map<string, bigint | undefined>();
  #last = '';
  #lastDay: bigint | undefined;
  /** The order that had to be guessed for a date of this file; undefined while none had. */
  guessed: DateOrder | undefined;

  constructor(order: DateOrder | undefined) {
    this.#order = order;
  }

  /** Ticks of the date's midnight; undefined where there is no date in the text. */
  read(text: string): bigint | undefined {
    if (text === this.#last) return this.#lastDay;
    const date = dateText.exec(text);
    this.#last = text;
    this.#lastDay = date === null ? undefined : this.#day(date, text);
    return this.#lastDay;
  }

  #day(date: RegExpExecArray, text: string): bigint | undefined {
    const key = date[0];
    if (this.#known.has(key)) return this.#known.get(key);
    const [, first = '', separator = '', second = '', third = ''] = date;
    const day = this.#parse(first, second, third, separator === '/' && /[ap]\.?\s?m/i.test(text));
    if (this.#known.size < 1000) this.#known.set(key, day);
    return day;
  }

  #parse(first: string, second: string, third: string, looksAmerican: boolean): bigint | undefined {
    const [a, b, c] = [Number(first), months.includes(second.toLowerCase()) ? months.indexOf(second.toLowerCase()) + 1 : Number(second), Number(third)];
    if (first.length > 2) return midnight(yearOf(a), b, c);
    if (Number.isNaN(Number(second))) return midnight(yearOf(c), b, a);
    const order = orderOf(a, b) ?? this.#order ?? this.#guess(looksAmerican);
    return order === 'month-first' ? midnight(yearOf(c), a, b) : midnight(yearOf(c), b, a);
  }

  /** Slashes are month first with a 12-hour clock (en-US) and day first with a 24-hour one; dots and dashes are day first. */
  #guess(looksAmerican: boolean): DateOrder {
    this.guessed = looksAmerican ? 'month-first' : 'day-first';
    return this.guessed;
  }
}

const yearOf = (year: number): number => (year < 100 ? 2000 + year : year > 2400 && year < 2700 ? year - buddhistYears : year);

/** What two numbers themselves say of their order. */
function orderOf(first: number, second: number): DateOrder | undefined {
  if (first === second) return 'day-first';
  if (first > 12) return 'day-first';
  return second > 12 ? 'month-first' : undefined;
}

/** So many more of one kind than of the other are enough. */
const enough = 20;
const dateWithTime = /(?:^|[^\d])(\d{1,2})([./-])(\d{1,2})\2\d{4} \D{0,8}\d{1,2}[:.]\d\d[:.]\d\d/;

/** The order of day and month as far as any date with a time in `bytes` tells it; dates of files in Detail tell it, too. */
export function findDateOrder(bytes: Uint8Array): DateOrder | undefined {
  let dayFirst = 0;
  let monthFirst = 0;
  for (let at = 1; at < bytes.length && Math.abs(dayFirst - monthFirst) < enough; at++) {
    const byte = bytes[at];
    // The second separator of a date stands between digits, and a year behind it.
    if ((byte !== 0x2f && byte !== 0x2e && byte !== 0x2d) || !isDigit(bytes[at - 1]) || !isDigit(bytes[at + 1]) || !isDigit(bytes[at + 4]) || bytes[at + 5] !== 0x20) continue;
    const match = dateWithTime.exec(decodeLatin1(bytes, Math.max(0, at - 6), Math.min(bytes.length, at + 30)));
    const order = match === null || match[1] === match[3] ? undefined : orderOf(Number(match[1]), Number(match[3]));
    if (order === 'day-first') dayFirst += 1;
    else if (order === 'month-first') monthFirst += 1;
  }
  if (dayFirst === monthFirst) return undefined;
  return dayFirst > monthFirst ? 'day-first' : 'month-first';
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

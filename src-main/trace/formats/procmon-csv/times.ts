/**
 * Dates and times as Procmon writes them in the exporter's locale.
 *
 * Source: procmon-formats.md 12.1 and 12.2. The export has no time zone, and often no date: what is missing is assumed (UTC, 2000-01-01).
 */
const ticksPerSecond = 10_000_000n;
export const ticksPerDay = 86_400n * ticksPerSecond;
/** Ticks from 1601-01-01 to 1970-01-01. */
const unixEpoch = 116_444_736_000_000_000n;

const morning = new Set(['am', 'a.m.', 'a. m.', '上午', '午前', '오전', 'π.μ.', 'πμ', 'vorm.', 'sa', 'ص']);
const afternoon = new Set(['pm', 'p.m.', 'p. m.', '下午', '午後', '오후', 'μ.μ.', 'μμ', 'nachm.', 'ch', 'م']);

const timePattern = /^(\D*?)(\d{1,2})[:.](\d\d)[:.](\d\d)[.,](\d{7})(\D*)$/;

/** Digits of `text` from `from` to `to` as a number; NaN where there is anything else. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** `h:mm:ss.fffffff` with ` AM` or ` PM`, or on a 24-hour clock: nearly every row there is. NaN sends others to the pattern. */
function plainTimeOfDay(text: string): number {
  const half = text.endsWith(' PM') ? 12 : text.endsWith(' AM') ? 0 : -1;
  const end = half < 0 ? text.length : text.length - 3;
  const first = end - 14;
  if (first < 1 || first > 2) return Number.NaN;
  const hours = digits(text, 0, first);
  const minutes = digits(text, first + 1, first + 3);
  const seconds = digits(text, first + 4, first + 6);
  const colons = text.charCodeAt(first) === 0x3a && text.charCodeAt(first + 3) === 0x3a;
  const point = text.charCodeAt(first + 6);
  if (!colons || (point !== 0x2e && point !== 0x2c) || minutes > 59 || seconds > 59 || hours > 23) return Number.NaN;
  return (((half < 0 ? hours : (hours % 12) + half) * 60 + minutes) * 60 + seconds) * 10_000_000 + digits(text, first + 7, end);
}

/** Ticks since midnight; undefined for what is no time, or has a half-day word that is not known. */
export function parseTimeOfDay(text: string): number | undefined {
  const plain = plainTimeOfDay(text);
  if (!Number.isNaN(plain)) return plain;
  const match = timePattern.exec(text);
  if (!match) return undefined;
  const word = ((match[1] ?? '').trim() || (match[6] ?? '').trim()).toLowerCase();
  let hours = Number(match[2]);
  if (word !== '') {
    if (!morning.has(word) && !afternoon.has(word)) return undefined;
    hours = (hours % 12) + (afternoon.has(word) ? 12 : 0);
  }
  const minutes = Number(match[3]);
  const seconds = Number(match[4]);
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * 10_000_000 + Number(match[5]);
}

/** Ticks of `hh:mm:ss.fffffff`, hours without limit, or of seconds with a decimal point or comma: `0.0000161`. */
export function parseTicks(text: string): bigint | undefined {
  // Nearly every duration: whole seconds of one digit.
  if (text.length === 9) {
    const ticks = digits(text, 0, 1) * 10_000_000 + digits(text, 2, 9);
    const point = text.charCodeAt(1);
    if (!Number.isNaN(ticks) && (point === 0x2e || point === 0x2c)) return BigInt(ticks);
  }
  const span = /^(?:(\d{1,6}):(\d\d):)?(\d{1,9})[.,](\d{7})$/.exec(text);
  if (!span) return undefined;
  const seconds = (BigInt(span[1] ?? 0) * 60n + BigInt(span[2] ?? 0)) * 60n + BigInt(span[3] ?? 0);
  return seconds * ticksPerSecond + BigInt(span[4] ?? 0);
}

/** Turns the `Date & Time` column into days; learns the order of day and month from values above 12. */
export class DateReader {
  #order: 'day-first' | 'month-first' | undefined;
  readonly #known = new Map<string, bigint | undefined>();

  /** Ticks of the date's midnight; undefined where there is no date in the text. */
  read(text: string): bigint | undefined {
    const date = dateText.exec(text)?.[0];
    if (date === undefined) return undefined;
    // A trace spans few days, and the first row settles the order for a day; a later row can settle it better.
    if (this.#known.has(date)) return this.#known.get(date);
    const day = this.#parse(date, text);
    if (this.#known.size < 1000) this.#known.set(date, day);
    return day;
  }

  #parse(date: string, text: string): bigint | undefined {
    const parts = date.split(/\D+/).map(Number);
    const [first = 0, second = 0, third = 0] = parts;
    if (first > 31) return midnight(first, second, third);
    if (first > 12) this.#order = 'day-first';
    else if (second > 12) this.#order = 'month-first';
    // Slashes are month first with a 12-hour clock (en-US) and day first with a 24-hour one; dots and dashes are day first.
    const guess = date.includes('/') && /[ap]\.?m/i.test(text) ? 'month-first' : 'day-first';
    const year = third < 100 ? 2000 + third : third;
    return (this.#order ?? guess) === 'month-first' ? midnight(year, first, second) : midnight(year, second, first);
  }
}

const dateText = /\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4}/;

function midnight(year: number, month: number, day: number): bigint | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1601 || year > 9999) return undefined;
  return BigInt(Date.UTC(year, month - 1, day)) * 10_000n + unixEpoch;
}

/** Where a trace without any date is put. */
export const assumedDate: bigint = BigInt(Date.UTC(2000, 0, 1)) * 10_000n + unixEpoch;

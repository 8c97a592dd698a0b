/**
 * Times, durations and dates as Procmon writes them in the exporter's locale.
 *
 * Source: procmon-formats.md 12.1 and 12.2. The export has no time zone, and often no date: what is missing is assumed (UTC, 2000-01-01).
 */
const ticksPerSecond = 10_000_000;
export const ticksPerDay = 86_400n * 10_000_000n;
/** Ticks from 1601-01-01 to 1970-01-01. */
const unixEpoch = 116_444_736_000_000_000n;

const morning = new Set([
  'am', 'a.m.', 'a. m.', '上午', '午前', '오전', 'π.μ.', 'πμ', 'vorm.', 'sa', 'ص', 'ق.ظ', 'पूर्वाह्न', 'vm.', 'pg', 'e paradites', 'fm', 'de.', 'dop.', 'öö', 'f.h.',
]);
const afternoon = new Set([
  'pm', 'p.m.', 'p. m.', '下午', '午後', '오후', 'μ.μ.', 'μμ', 'nachm.', 'ch', 'م', 'ب.ظ', 'अपराह्न', 'nm.', 'ptg', 'e pasdites', 'em', 'du.', 'odp.', 'ös', 'e.h.',
]);
const halfDayWord = (text: string): 'morning' | 'afternoon' | undefined => {
  const word = text.replaceAll(/[\u00a0\u202f]/g, ' ').replaceAll(/[\u200e\u200f]/g, '').trim().toLowerCase();
  return morning.has(word) ? 'morning' : afternoon.has(word) ? 'afternoon' : undefined;
};

const timePattern = /^(\D*?)(\d{1,2})[:.](\d\d)[:.](\d\d)[.,٫](\d{7})(\D*)$/;

/** Digits from `from` to `to` as a number; NaN where there is anything else. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const isPoint = (code: number | undefined): boolean => code === 0x2e || code === 0x2c;

/** `h:mm:ss.fffffff` with ` AM` or ` PM`, or on a 24-hour clock: nearly every row there is. NaN sends others to `parseTimeOfDay`. */
export function parsePlainTimeOfDay(bytes: Uint8Array, start: number, stop: number): number {
  let half = -1;
  let end = stop;
  if (bytes[stop - 1] === 0x4d && bytes[stop - 3] === 0x20) {
    half = bytes[stop - 2] === 0x50 ? 12 : bytes[stop - 2] === 0x41 ? 0 : -1;
    end = half < 0 ? stop : stop - 3;
  }
  const first = end - 14;
  if (first - start < 1 || first - start > 2) return Number.NaN;
  if (bytes[first] !== 0x3a || bytes[first + 3] !== 0x3a || !isPoint(bytes[first + 6])) return Number.NaN;
  const hours = digits(bytes, start, first);
  const folded = half < 0 ? hours : (hours % 12) + half;
  return ticksOf(folded, digits(bytes, first + 1, first + 3), digits(bytes, first + 4, first + 6), digits(bytes, first + 7, end), half < 0 ? 23 : 12, hours);
}

/** NaN for what no clock shows; `largest` is the largest hour this one has. */
function ticksOf(hours: number, minutes: number, seconds: number, ticks: number, largest = 23, shown = hours): number {
  if (!(shown <= largest && minutes <= 59 && seconds <= 59)) return Number.NaN;
  return ((hours * 60 + minutes) * 60 + seconds) * ticksPerSecond + ticks;
}

/** Ticks since midnight; NaN for what is no time, or has a half-day word that is not known. */
export function parseTimeOfDay(text: string): number {
  const match = timePattern.exec(text.trim());
  if (!match) return Number.NaN;
  const word = (match[1] ?? '').trim() || (match[6] ?? '').trim();
  return foldedHours(word, Number(match[2]), Number(match[3]), Number(match[4]), Number(match[5]));
}

function foldedHours(word: string, hours: number, minutes: number, seconds: number, ticks: number): number {
  if (word.replaceAll(/[\u200e\u200f]/g, '') === '') return ticksOf(hours, minutes, seconds, ticks);
  const half = halfDayWord(word);
  return half === undefined ? Number.NaN : ticksOf((hours % 12) + (half === 'afternoon' ? 12 : 0), minutes, seconds, ticks, 12, hours);
}

/** Nearly every duration: `0.0000161`. NaN sends others to `parseTicks`. */
export function parseShortDuration(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 9 || !isPoint(bytes[start + 1])) return Number.NaN;
  return digits(bytes, start, start + 1) * ticksPerSecond + digits(bytes, start + 2, end);
}

/** Ticks of `hh:mm:ss.fffffff`, hours without limit, or of seconds with a decimal point or comma: `0.0000161`. */
export function parseTicks(text: string): bigint | undefined {
  const span = /^(?:(\d{1,6}):(\d\d):)?(\d{1,9})[.,](\d{7})$/.exec(text);
  if (!span) return undefined;
  const seconds = (BigInt(span[1] ?? 0) * 60n + BigInt(span[2] ?? 0)) * 60n + BigInt(span[3] ?? 0);
  return seconds * BigInt(ticksPerSecond) + BigInt(span[4] ?? 0);
}

/** A spreadsheet's idea of a time: `47:57.9`, `16:33`, `0.6897`. */
export const looksResaved = (text: string): boolean => /^(\d{1,2}:\d\d[.,]\d|\d{1,2}:\d\d(:\d\d)?( [AP]M)?|\d[.,]\d+(E-\d+)?)$/.test(text);

/** Midnight of a day; undefined where there is no such day. */
export function midnight(year: number, month: number, day: number): bigint | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1601 || year > 9999) return undefined;
  const milliseconds = Date.UTC(year, month - 1, day);
  return new Date(milliseconds).getUTCDate() === day ? BigInt(milliseconds) * 10_000n + unixEpoch : undefined;
}

/** Whole seconds since midnight of a `Date & Time`; undefined where there is no time in it. */
export function clockOf(text: string): number | undefined {
  const match = /(\d{1,2})[:.](\d\d)[:.](\d\d)(?!\d)/.exec(text.replace(/\d{1,4}([./-]) ?\d{1,2}\1 ?\d{1,4}/, (date) => ' '.repeat(date.length)));
  if (!match) return undefined;
  const before = text.slice(0, match.index).replaceAll(/[\d./-]/g, '').trim();
  const behind = text.slice(match.index + match[0].length).trim();
  const word = halfDayWord(behind) ?? halfDayWord(before.split(' ').at(-1) ?? '');
  const hours = Number(match[1]);
  const ticks = ticksOf(word === undefined ? hours : (hours % 12) + (word === 'afternoon' ? 12 : 0), Number(match[2]), Number(match[3]), 0);
  return Number.isNaN(ticks) ? undefined : ticks;
}

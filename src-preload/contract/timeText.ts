/**
 * Times as a reader of the list of operations writes them: `09:14:02.8812419`, `09:14:02`, `2026-11-21 09:14:02`, in UTC as the list shows
 * them, or seconds since the first operation: `+12.5`, `12.5 s`.
 *
 * A time of day looks like an execution point (`18204:7:29.3`). Two digits everywhere, one of them 0 in front, a day, `UTC` or more than two
 * decimals say that it is a time; `#` in front that it is a point. What may be either is a time where the trace was at it then.
 */

const ticksPerSecond = 10_000_000n;
const ticksPerDay = 86_400n * ticksPerSecond;
/** 1970-01-01 in ticks since 1601. */
const unixEpoch = 116_444_736_000_000_000n;

const clock = /^(?:(\d{4})-(\d\d)-(\d\d)[ T]\s*)?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?\s*(UTC|Z)?$/i;
const seconds = /^(?:\+\s*(\d{1,9})(?:\.(\d{1,7}))?\s*s?|(\d{1,9})(?:\.(\d{1,7}))?\s*s)$/i;

export interface TimeSpan {
  readonly first: bigint;
  readonly last: bigint;
}

/** Ticks since 1601; null where the text is no time. A time without a day is the first of its kind in the trace. */
export function parseTimeText(text: string, { first, last }: TimeSpan): bigint | null {
  const since = seconds.exec(text.trim());
  if (since !== null) return first + BigInt(since[1] ?? since[3] ?? 0) * ticksPerSecond + fractionOf(since[2] ?? since[4]);
  const match = clock.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, hour = '', minute = '', second = '', fraction, zone] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const inDay = BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * ticksPerSecond + fractionOf(fraction);
  if (year !== undefined) {
    const midnight = dayOf(Number(year), Number(month), Number(day));
    return midnight === null ? null : midnight + inDay;
  }
  const own = first - (first % ticksPerDay) + inDay;
  const time = own < first && own + ticksPerDay <= last ? own + ticksPerDay : own;
  const isClear = zone !== undefined || (fraction?.length ?? 0) > 2 || [hour, minute, second].some((part) => part.startsWith('0'));
  return isClear || (time >= first && time <= last) ? time : null;
}

const fractionOf = (digits = ''): bigint => BigInt(digits.padEnd(7, '0'));

/** Null for days that do not exist. */
function dayOf(year: number, month: number, day: number): bigint | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? BigInt(date.getTime()) * 10_000n + unixEpoch : null;
}

/** How far a trace's clock is set forward or back, as text: `+1.250 ms`, `-3 ticks`, `+01:00:00`. A tick is 100 ns. */
import { formatCount } from './numbers.ts';

const ticksPerMillisecond = 10_000n;
const ticksPerSecond = 10_000_000n;
const ticksPerMinute = 60n * ticksPerSecond;
/** A clock that is further off than this is a typing error: the dates of all traces lie within a few centuries. */
const largest = 200n * 366n * 24n * 60n * ticksPerMinute;

const units: ReadonlyMap<string, bigint> = new Map([
  ['tick', 1n], ['ticks', 1n], ['us', 10n], ['µs', 10n], ['μs', 10n], ['ms', ticksPerMillisecond], ['s', ticksPerSecond], ['min', ticksPerMinute], ['h', 60n * ticksPerMinute], ['d', 1440n * ticksPerMinute],
]);

/** The exact offset with its sign, in the unit people would say; `0` for none. */
export function formatClockOffset(ticks: bigint): string {
  if (ticks === 0n) return '0';
  const sign = ticks < 0n ? '-' : '+';
  const size = ticks < 0n ? -ticks : ticks;
  if (size >= ticksPerMinute) return sign + clockText(size);
  if (size >= ticksPerSecond) return `${sign}${decimals(size, 7, 3)} s`;
  if (size >= 1000n) return `${sign}${decimals(size, 4, 3)} ms`;
  return size % 10n === 0n ? `${sign}${size / 10n} µs` : `${sign}${formatCount(size)} ${size === 1n ? 'tick' : 'ticks'}`;
}

export type ClockOffsetAnswer = { readonly kind: 'offset'; readonly ticks: bigint } | { readonly kind: 'problem'; readonly message: string };

const example = 'Write a time with its unit, for example +1.25 ms, -300 µs, 12 ticks, 2.5 s or -01:00:00.';
const problem = (message: string): ClockOffsetAnswer => ({ kind: 'problem', message });

/** Reads what a person types: a sign or none, a number, a unit (ms where there is none); or hours, minutes and seconds with colons. */
export function parseClockOffset(text: string): ClockOffsetAnswer {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '').replace(/^[\u2212\u2013]/, '-');
  if (plain === '') return problem(example);
  const match = /^([+-]?)(.+)$/.exec(plain);
  const size = match?.[2] === undefined ? null : clockTicks(match[2]) ?? unitTicks(match[2]);
  if (size === null) return problem(example);
  if (size === 'inexact') return problem('A tick of 100 ns is the smallest step there is: write fewer decimals.');
  if (size > largest) return problem('That is more than 200 years.');
  return { kind: 'offset', ticks: match?.[1] === '-' ? -size : size };
}

function clockTicks(text: string): bigint | 'inexact' | null {
  const match = /^(\d{1,7}):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?$/.exec(text);
  if (match === null) return null;
  const fraction = fractionTicks(match[4] ?? '', ticksPerSecond);
  if (fraction === 'inexact') return fraction;
  return (BigInt(match[1] ?? 0) * 60n + BigInt(match[2] ?? 0)) * ticksPerMinute + BigInt(match[3] ?? 0) * ticksPerSecond + fraction;
}

function unitTicks(text: string): bigint | 'inexact' | null {
  const match = /^(\d{1,20})(?:[.,](\d{1,15}))?([a-zµμ]*)$/i.exec(text);
  if (match === null) return null;
  const unit = match[3] === '' ? ticksPerMillisecond : units.get((match[3] ?? '').toLowerCase());
  if (unit === undefined) return null;
  const fraction = fractionTicks(match[2] ?? '', unit);
  return fraction === 'inexact' ? fraction : BigInt(match[1] ?? 0) * unit + fraction;
}

function fractionTicks(digits: string, unit: bigint): bigint | 'inexact' {
  if (digits === '') return 0n;
  const scaled = BigInt(digits) * unit;
  const divisor = 10n ** BigInt(digits.length);
  return scaled % divisor === 0n ? scaled / divisor : 'inexact';
}

/** `size` with `places` decimals, of which zeros beyond the first `kept` are left out. */
function decimals(size: bigint, places: number, kept: number): string {
  const unit = 10n ** BigInt(places);
  const fraction = (size % unit).toString().padStart(places, '0');
  return `${formatCount(size / unit)}.${fraction.slice(0, kept)}${fraction.slice(kept).replace(/0+$/, '')}`;
}

function clockText(size: bigint): string {
  const seconds = size / ticksPerSecond;
  const two = (value: bigint): string => value.toString().padStart(2, '0');
  const fraction = (size % ticksPerSecond).toString().padStart(7, '0').replace(/0+$/, '');
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction === '' ? '' : `.${fraction}`}`;
}

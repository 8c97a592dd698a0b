/**
 * Interlocked operations, over a box or over a field of an object.
 *
 * Source: wdm.h, the page of each routine; driver-api-usage.md 5.12. 32-bit numbers wrap as LONG, 64-bit ones are bigint and wrap as
 * LONG64.
 */
import { LARGE_INTEGER, type Ref } from '../../engine/index.ts';
import type { Routine, Routines } from '../services.ts';

type Fields = Record<string, unknown>;

/** How many values follow the box; with one argument more the second is a field's name. */
function over(name: string, count: number, operate: (target: Fields, field: string, values: readonly unknown[]) => unknown): Routine {
  return (target: Fields, ...rest: unknown[]) => {
    const named = rest.length > count;
    const field = named ? rest[0] : 'value';
    if (typeof field !== 'string') throw new TypeError(`${name}: write ${name}(box${', value'.repeat(count)}) or ${name}(object, "Field"${', value'.repeat(count)})`);
    if (!named && !('value' in target)) throw new TypeError(`${name}: this object is no box; name the field: ${name}(object, "Field"${', value'.repeat(count)})`);
    return operate(target, field, named ? rest.slice(1) : rest);
  };
}

interface Width {
  readonly wrap: (value: bigint) => number | bigint;
}

const long: Width = { wrap: (value) => Number(BigInt.asIntN(32, value)) };
const long64: Width = { wrap: (value) => BigInt.asIntN(64, value) };
const ulong64: Width = { wrap: (value) => BigInt.asUintN(64, value) };

function whole(name: string, value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'boolean') return BigInt(value);
  if (value === undefined || value === null) return 0n;
  if (value instanceof LARGE_INTEGER) return value.QuadPart;
  throw new TypeError(`${name}: an integer is wanted here, not ${typeof value}`);
}

type Change = (old: bigint, values: readonly bigint[]) => bigint;

const arithmetic = (name: string, width: Width, count: number, result: 'old' | 'new', change: Change): Routine => over(name, count, (target, field, values) => {
  const old = whole(name, target[field]);
  const changed = width.wrap(change(old, values.map((value) => whole(name, value))));
  target[field] = changed;
  return result === 'old' ? width.wrap(old) : changed;
});

function family(suffix: string, width: Width): Routines {
  const make = (name: string, count: number, result: 'old' | 'new', change: Change): Routines => ({ [`Interlocked${name}${suffix}`]: arithmetic(`Interlocked${name}${suffix}`, width, count, result, change) });
  return {
    ...make('Increment', 0, 'new', (old) => old + 1n),
    ...make('Decrement', 0, 'new', (old) => old - 1n),
    ...make('Exchange', 1, 'old', (_old, [value = 0n]) => value),
    ...make('ExchangeAdd', 1, 'old', (old, [value = 0n]) => old + value),
    ...make('Add', 1, 'new', (old, [value = 0n]) => old + value),
    ...make('CompareExchange', 2, 'old', (old, [exchange = 0n, comperand = 0n]) => (width.wrap(old) === width.wrap(comperand) ? exchange : old)),
    ...make('Or', 1, 'old', (old, [value = 0n]) => old | value),
    ...make('And', 1, 'old', (old, [value = 0n]) => old & value),
    ...make('Xor', 1, 'old', (old, [value = 0n]) => old ^ value),
  };
}

/** NULL and "never set" are the same pointer. */
const same = (a: unknown, b: unknown): boolean => a === b || ((a ?? null) === null && (b ?? null) === null);

const bitChange = (name: string, set: boolean): Routine => over(name, 1, (target, field, [bit]) => {
  const old = whole(name, target[field]);
  const mask = 1n << (whole(name, bit) & 31n);
  target[field] = Number(BigInt.asIntN(32, set ? old | mask : old & ~mask));
  return (old & mask) !== 0n;
});

export const interlockedRoutines: Routines = {
  ...family('', long), ...family('64', long64),
  InterlockedIncrementU64: arithmetic('InterlockedIncrementU64', ulong64, 0, 'new', (old) => old + 1n),
  InterlockedDecrementU64: arithmetic('InterlockedDecrementU64', ulong64, 0, 'new', (old) => old - 1n),
  InterlockedExchangePointer: over('InterlockedExchangePointer', 1, (target, field, [value]) => {
    const old = target[field] ?? null;
    target[field] = value;
    return old;
  }),
  InterlockedCompareExchangePointer: over('InterlockedCompareExchangePointer', 2, (target, field, [exchange, comperand]) => {
    const old = target[field] ?? null;
    if (same(old, comperand)) target[field] = exchange;
    return old;
  }),
  InterlockedBitTestAndSet: bitChange('InterlockedBitTestAndSet', true),
  InterlockedBitTestAndReset: bitChange('InterlockedBitTestAndReset', false),
  ExInterlockedAddUlong: (addend: Ref<number>, increment: number) => {
    const old = Number(addend.value) >>> 0;
    addend.value = (old + increment) >>> 0;
    return old;
  },
  ExInterlockedAddLargeInteger: (addend: LARGE_INTEGER, increment: unknown) => {
    const old = new LARGE_INTEGER(addend.QuadPart);
    addend.QuadPart += whole('ExInterlockedAddLargeInteger', increment);
    return old;
  },
  ExInterlockedAddLargeStatistic: (addend: LARGE_INTEGER, increment: number) => {
    addend.QuadPart += BigInt(increment >>> 0);
  },
  KeMemoryBarrier: () => undefined,
};

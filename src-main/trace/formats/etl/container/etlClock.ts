/**
 * Turns the raw times of a session into FILETIME, exact to 100 ns, and without BigInt divisions where numbers are exact.
 *
 * Source: etw-formats.md 6.
 */
import type { TraceTime } from '../../../record.ts';

export type EtlClockType = 'performance counter' | 'system time' | 'cpu cycles';

const ticksPerSecond = 10_000_000;
const high = 0x1_0000_0000;
/** Differences up to here are exact as numbers, and so are the products made of them. */
const largestExact = Number.MAX_SAFE_INTEGER;
/** The last moment that can be written with four digits of a year, 9999-12-31T23:59:59.9999999Z. */
const lastTime = 2_650_467_743_999_999_999n as TraceTime;
/** No time below this high half is beyond it. */
const lastHigh = Number(lastTime >> 32n);

/** Puts the halves of a 64-bit number together with one BigInt made, where shifting and adding would make several. */
export function joinHalves(halfHigh: number, halfLow: number): bigint {
  halves.setUint32(0, halfLow, true);
  halves.setUint32(4, halfHigh, true);
  return halves.getBigUint64(0, true);
}

const halves = new DataView(new ArrayBuffer(8));

export class EtlClock {
  readonly #absolute: boolean;
  readonly #firstHigh: number;
  readonly #firstLow: number;
  readonly #first: bigint;
  readonly #start: bigint;
  readonly #startHigh: number;
  readonly #startLow: number;
  /** Time = start + (raw - first) * multiplier / divisor. */
  readonly #multiplier: number;
  readonly #divisor: number;
  /** False where a product might not be exact as a number. */
  readonly #numbersDo: boolean;

  constructor(type: EtlClockType, firstRawTime: bigint, startTime: bigint, perfFreq: bigint, cpuSpeedInMHz: number) {
    this.#absolute = type === 'system time';
    this.#first = BigInt.asUintN(64, firstRawTime);
    this.#firstHigh = Number(this.#first >> 32n);
    this.#firstLow = Number(this.#first & 0xffff_ffffn);
    this.#start = startTime;
    this.#startHigh = Number(BigInt.asUintN(64, startTime) >> 32n);
    this.#startLow = Number(BigInt.asUintN(32, startTime));
    this.#multiplier = type === 'cpu cycles' ? 10 : ticksPerSecond;
    this.#divisor = type === 'cpu cycles' ? cpuSpeedInMHz : Number(perfFreq);
    // What is left of a division is below the divisor.
    this.#numbersDo = this.#divisor > 0 && this.#divisor * this.#multiplier <= largestExact;
  }

  /** The FILETIME of a raw time given in unsigned halves; held between 1601 and 9999. */
  time(rawHigh: number, rawLow: number): TraceTime {
    if (this.#absolute) return rawHigh < lastHigh ? (joinHalves(rawHigh, rawLow) as TraceTime) : lastTime;
    const difference = (rawHigh - this.#firstHigh) * high + (rawLow - this.#firstLow);
    if (!this.#numbersDo || difference < 0 || difference > largestExact) return this.#slowTime(rawHigh, rawLow);
    const rest = difference % this.#divisor;
    const whole = (difference - rest) / this.#divisor;
    const product = rest * this.#multiplier;
    const ticks = whole * this.#multiplier + (product - (product % this.#divisor)) / this.#divisor;
    if (ticks > largestExact) return this.#slowTime(rawHigh, rawLow);
    const low = this.#startLow + (ticks % high);
    const upper = this.#startHigh + (ticks - (ticks % high)) / high + (low >= high ? 1 : 0);
    return upper < lastHigh ? (joinHalves(upper, low >= high ? low - high : low) as TraceTime) : this.#slowTime(rawHigh, rawLow);
  }

  /** Rounds down, before the start as well as behind it. */
  #slowTime(rawHigh: number, rawLow: number): TraceTime {
    const difference = BigInt.asIntN(64, joinHalves(rawHigh, rawLow) - this.#first);
    const product = difference * BigInt(this.#multiplier);
    const divisor = this.#divisor > 0 ? BigInt(Math.trunc(this.#divisor)) : BigInt(ticksPerSecond);
    const quotient = product / divisor;
    return boundedTime(this.#start + (product % divisor < 0n ? quotient - 1n : quotient));
  }
}

/** A FILETIME held between 1601 and 9999. */
export function boundedTime(time: bigint): TraceTime {
  if (time < 0n) return 0n as TraceTime;
  return time > lastTime ? lastTime : (time as TraceTime);
}

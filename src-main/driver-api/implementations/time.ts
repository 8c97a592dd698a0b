/**
 * Time, from the virtual clock: 100 ns since 1601, as recorded.
 *
 * Source: KeQuerySystemTime, KeQueryPerformanceCounter, RtlTimeToTimeFields and their pages; driver-api-usage.md 5.7 (one time zone: UTC).
 */
import { LARGE_INTEGER, type Ref } from '../../engine/index.ts';
import type { DriverServices, Routines } from '../services.ts';
import { TIME_FIELDS } from '../structures/valueClasses.ts';
import { put, store } from './common.ts';

type TimeOut = Ref<LARGE_INTEGER> | LARGE_INTEGER;

const unixEpoch = 116_444_736_000_000_000n;
/** 1601 to 1980 */
const dosEpoch = 119_600_064_000_000_000n;
const ticksPerSecond = 10_000_000n;
const ticksPerMillisecond = 10_000n;
/** Clock interval of 15.625 ms, and a performance counter of 10 MHz. */
const clockInterval = 156_250n;

const setTime = (out: TimeOut, value: bigint): void => store(out, new LARGE_INTEGER(value), (time) => {
  time.QuadPart = value;
});
const quad = (time: unknown): bigint => (typeof time === 'object' && time !== null && 'QuadPart' in time ? BigInt(time.QuadPart as bigint) : BigInt(time as bigint | number));

function fieldsOf(time: bigint): TIME_FIELDS {
  const sinceUnix = time - unixEpoch;
  const milliseconds = Number((sinceUnix - (((sinceUnix % ticksPerMillisecond) + ticksPerMillisecond) % ticksPerMillisecond)) / ticksPerMillisecond);
  const date = new Date(milliseconds);
  const fields = new TIME_FIELDS();
  fields.Year = date.getUTCFullYear();
  fields.Month = date.getUTCMonth() + 1;
  fields.Day = date.getUTCDate();
  fields.Hour = date.getUTCHours();
  fields.Minute = date.getUTCMinutes();
  fields.Second = date.getUTCSeconds();
  fields.Milliseconds = date.getUTCMilliseconds();
  fields.Weekday = date.getUTCDay();
  return fields;
}

/** Null for fields that name no moment. Weekday is ignored. */
function timeOf(fields: TIME_FIELDS): bigint | null {
  const { Year, Month, Day, Hour, Minute, Second, Milliseconds } = fields;
  const within = (value: number, low: number, high: number): boolean => Number.isInteger(value) && value >= low && value <= high;
  if (!within(Year, 1601, 30827) || !within(Month, 1, 12) || !within(Day, 1, 31) || !within(Hour, 0, 23) || !within(Minute, 0, 59) || !within(Second, 0, 59) || !within(Milliseconds, 0, 999)) return null;
  const milliseconds = Date.UTC(Year, Month - 1, Day, Hour, Minute, Second, Milliseconds);
  if (new Date(milliseconds).getUTCDate() !== Day) return null;
  return BigInt(milliseconds) * ticksPerMillisecond + unixEpoch;
}

/** Seconds since an epoch, where 32 bits hold them. */
const secondsSince = (epoch: bigint) => (time: unknown, out: Ref<number>): boolean => {
  const seconds = (quad(time) - epoch) / ticksPerSecond;
  if (quad(time) < epoch || seconds > 0xffffffffn) return false;
  out.value = Number(seconds);
  return true;
};
const fromSeconds = (epoch: bigint) => (seconds: number, out: TimeOut): void => setTime(out, BigInt(seconds >>> 0) * ticksPerSecond + epoch);

export function timeRoutines(services: DriverServices): Routines {
  const { world } = services;
  const sinceStart = (): bigint => world.now() - world.startTime;
  return {
    KeQuerySystemTime: (out: TimeOut) => setTime(out, world.now()),
    KeQuerySystemTimePrecise: (out: TimeOut) => setTime(out, world.now()),
    KeQueryInterruptTime: sinceStart,
    KeQueryUnbiasedInterruptTime: sinceStart,
    KeQueryInterruptTimePrecise: (counter: Ref<bigint> | null | undefined) => {
      put(counter, sinceStart());
      return sinceStart();
    },
    KeQueryPerformanceCounter: (frequency: TimeOut | null | undefined) => {
      if (frequency !== null && frequency !== undefined) setTime(frequency, ticksPerSecond);
      return new LARGE_INTEGER(sinceStart());
    },
    KeQueryTickCount: (out: TimeOut) => setTime(out, sinceStart() / clockInterval),
    KeQueryTimeIncrement: () => Number(clockInterval),
    ExSystemTimeToLocalTime: (time: unknown, out: TimeOut) => setTime(out, quad(time)),
    ExLocalTimeToSystemTime: (time: unknown, out: TimeOut) => setTime(out, quad(time)),
    RtlTimeToTimeFields: (time: unknown, out: Ref<TIME_FIELDS> | TIME_FIELDS) => {
      const fields = fieldsOf(quad(time));
      store(out, fields, (given) => Object.assign(given, fields));
    },
    RtlTimeFieldsToTime: (fields: TIME_FIELDS, out: TimeOut) => {
      const time = timeOf(fields);
      if (time === null) return false;
      setTime(out, time);
      return true;
    },
    RtlTimeToSecondsSince1970: secondsSince(unixEpoch),
    RtlTimeToSecondsSince1980: secondsSince(dosEpoch),
    RtlSecondsSince1970ToTime: fromSeconds(unixEpoch),
    RtlSecondsSince1980ToTime: fromSeconds(dosEpoch),
  };
}

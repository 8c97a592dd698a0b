/** Times as lists write them: by the setting, UTC, the zone of this computer, or from the start of the trace. */
import type { Preferences } from '../stores/preferences.ts';
import { formatTimeOfDay } from './time.ts';

const ticksPerMinute = 600_000_000n;
const ticksPerSecond = 10_000_000n;
/** 1970-01-01 in ticks since 1601. */
const unixEpoch = 116_444_736_000_000_000n;

/** Minutes that the zone of this computer is ahead of UTC at a moment. */
export type ZoneMinutes = (milliseconds: number) => number;
export const zoneOfThisComputer: ZoneMinutes = (milliseconds) => -new Date(milliseconds).getTimezoneOffset();

/** What is added to UTC ticks for the time that a list shows. */
export function zoneTicks(ticks: bigint, zone: ZoneMinutes = zoneOfThisComputer): bigint {
  return BigInt(zone(Number((ticks - unixEpoch) / 10_000n))) * ticksPerMinute;
}

/** `start`: of the trace; null where it is not known yet. */
export function formatListTime(ticks: bigint, format: Preferences['timeFormat'], start: bigint | null, zone: ZoneMinutes = zoneOfThisComputer): string {
  if (format === 'local') return formatTimeOfDay(ticks + zoneTicks(ticks, zone));
  if (format === 'utc' || start === null) return formatTimeOfDay(ticks);
  const since = ticks - start;
  const size = since < 0n ? -since : since;
  return `${since < 0n ? '−' : '+'}${size / ticksPerSecond}.${(size % ticksPerSecond).toString().padStart(7, '0')}`;
}

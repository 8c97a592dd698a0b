/** Numbers as the workbench writes them: groups of three, set apart by a space. */

const group = ' ';

/** `92598` as `92 598`. */
export function formatCount(value: number | bigint): string {
  const text = value.toString();
  const sign = text.startsWith('-') ? '-' : '';
  return sign + text.slice(sign.length).replace(/\B(?=(\d{3})+$)/g, group);
}

/** `1` as `1 violation`, `3` as `3 violations`. */
export function formatCounted(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`;
}

/** Bytes in the unit that keeps one to three digits before the point. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit] ?? ''}`;
}

/** A rate for the status bar: `312 ops/ms` from 1 000 000 a second on, else a second. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1_000_000) return `${formatCount(Math.round(perSecond / 1000))} ops/ms`;
  return `${formatCount(Math.round(perSecond))} ops/s`;
}

/** `512 000 events/s`, rounded to what can be read while it changes. */
export function formatEventRate(perSecond: number, unit: 'events' | 'operations' = 'events'): string {
  const step = perSecond >= 10_000 ? 1000 : perSecond >= 1000 ? 100 : 1;
  return `${formatCount(Math.round(perSecond / step) * step)} ${unit}/s`;
}

/** Time that is left: `less than a second`, `12 s`, `3 min 20 s`, `1 h 05 min`. */
export function formatRemaining(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return 'less than a second';
  if (seconds < 60) return `${seconds} s`;
  // Ten seconds are as exact as a guess of minutes deserves.
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 600) {
    const tens = Math.round(seconds / 10) * 10;
    return `${Math.floor(tens / 60)} min ${two(tens % 60)} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** A duration of the contract, in ticks of 100 ns, in the unit that keeps one to three digits before the point. */
export function formatDuration(ticks: bigint): string {
  const units: readonly [string, number][] = [['ns', 1], ['µs', 1e3], ['ms', 1e6], ['s', 1e9]];
  const number = Number(ticks) * 100;
  const [name, size] = [...units].reverse().find(([, unitSize]) => number >= unitSize) ?? ['ns', 1];
  const scaled = number / size;
  return `${Number.isInteger(scaled) ? scaled : scaled.toFixed(scaled < 10 ? 2 : 1)} ${name}`;
}

/** An offset as `0x1A000`; single digits are the same either way. */
export function formatOffset(value: bigint): string {
  return value < 10n ? value.toString() : `0x${value.toString(16).toUpperCase()}`;
}

export function formatMilliseconds(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`;
}

/** Times: 100 ns ticks since 1601-01-01 UTC, as Windows counts them (FILETIME). */

const ticksPerSecond = 10_000_000n;
const ticksPerDay = 86_400n * ticksPerSecond;
/** 1970-01-01 in ticks since 1601. */
const unixEpoch = 116_444_736_000_000_000n;

const two = (value: bigint | number): string => value.toString().padStart(2, '0');

/** The time of day with all seven decimals, e.g. `09:14:02.8812419`. */
export function formatTimeOfDay(ticks: bigint): string {
  const inDay = ((ticks % ticksPerDay) + ticksPerDay) % ticksPerDay;
  const seconds = inDay / ticksPerSecond;
  const fraction = (inDay % ticksPerSecond).toString().padStart(7, '0');
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}.${fraction}`;
}

/** `2026-11-21` */
export function formatDate(ticks: bigint): string {
  const date = new Date(Number((ticks - unixEpoch) / 10_000n));
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** Midnight of a day written `2026-11-21`, in ticks; null for anything else, and for days that do not exist. */
export function parseDate(text: string): bigint | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text.trim());
  if (match === null) return null;
  const ticks = BigInt(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))) * 10_000n + unixEpoch;
  return formatDate(ticks) === text.trim() ? ticks : null;
}

/** `2026-11-21 09:14:02.8812419 UTC` */
export function formatDateTime(ticks: bigint): string {
  return `${formatDate(ticks)} ${formatTimeOfDay(ticks)} UTC`;
}

/** How long from one tick count to another: `1 h 02 min`, `4 min 05 s`, `12.3 s`, `880 ms`. */
export function formatSpan(from: bigint, to: bigint): string {
  const ticks = to - from;
  if (ticks < ticksPerSecond) return `${(Number(ticks) / 10_000).toFixed(ticks < 100_000n ? 2 : 0)} ms`;
  const seconds = Number(ticks) / 1e7;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
}

/** Time zones by their distance from UTC, for a choice. */

export interface UtcOffset {
  readonly minutes: number;
  readonly title: string;
}

/** Those that are not whole or half hours: Nepal, Western Australia's Eucla, Chatham Islands. */
const quarters = [345, 525, 765];

/** `+05:30` for 330. */
export function formatUtcOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

/** UTC first, then that of this computer, then all from west to east. */
export function utcOffsets(here: number): readonly UtcOffset[] {
  const halves = Array.from({ length: 53 }, (_, at) => (at - 24) * 30);
  const others = [...new Set([...halves, ...quarters])].filter((minutes) => minutes !== 0 && minutes !== here).sort((a, b) => a - b);
  const own = here === 0 ? [] : [{ minutes: here, title: `UTC${formatUtcOffset(here)} (this computer, now)` }];
  return [{ minutes: 0, title: 'UTC' }, ...own, ...others.map((minutes) => ({ minutes, title: `UTC${formatUtcOffset(minutes)}` }))];
}

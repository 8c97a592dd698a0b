/** What a recorder lost at one place, in a sentence. */
import type { LostMark } from '../../src-preload/contract/index.ts';
import { formatCount, formatCounted } from './numbers.ts';

/** `1 204 events were lost here, before this operation (EventsLost).` */
export function lostText(marks: readonly LostMark[], isAfter = false): string {
  const counts = marks.flatMap(({ count }) => (count === null ? [] : [count]));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const amount = counts.length === 0 ? 'An unknown number of events was' : `${counts.length < marks.length ? 'At least ' : ''}${formatCounted(total, 'event')} ${total === 1 ? 'was' : 'were'}`;
  return `${amount} lost here, ${isAfter ? 'after' : 'before'} this operation (${[...new Set(marks.map(({ name }) => name))].join(', ')}).`;
}

export interface Losses {
  readonly events: number;
  readonly places: number;
  /** False where the recorder did not say everywhere how many. */
  readonly isExact: boolean;
}

/** `1 204 lost`, `1 204+ lost` */
export function lostBadge({ events, isExact }: Losses): string {
  return events === 0 ? 'lost' : `${formatCount(events)}${isExact ? '' : '+'} lost`;
}

/** `1 204 events at 2 places` */
export function lossesText({ events, places, isExact }: Losses): string {
  const amount = events === 0 ? 'an unknown number of events' : `${isExact ? '' : 'at least '}${formatCounted(events, 'event')}`;
  return `${amount} at ${formatCounted(places, 'place')}`;
}

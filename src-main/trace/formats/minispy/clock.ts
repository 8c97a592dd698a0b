/**
 * Turns minispy's times of day into absolute ones.
 *
 * Lines stand in the order in which operations were completed, so the completion times tell midnight: a step back of more than half a day is a new day, one
 * forward of as much is a line from before midnight that was written late. Source: etw-formats.md 18.1; the day and the time zone are not in the log.
 */
import type { TraceTime } from '../../record.ts';

const millisecondsPerDay = 86_400_000;
const halfDay = millisecondsPerDay / 2;
/** An operation that ends this little before it began saw the clock being set; one that ends longer before it began is from the day before. */
const clockAdjustment = 60_000;

const ticks = (milliseconds: number): bigint => BigInt(milliseconds) * 10_000n;
const smallDurations: readonly bigint[] = Array.from({ length: 1024 }, (_, milliseconds) => ticks(milliseconds));

export class MinispyClock {
  readonly #midnight: bigint;
  /** Milliseconds from the first midnight to that of the current line's completion. */
  #day = 0;
  #previous = -1;
  #lastStart = -1;
  #lastTime: TraceTime;
  /** Of the line last given to `place`. */
  time: TraceTime;
  duration: bigint | null = null;

  /** `midnight` of the first line's day in UTC ticks; `utcOffset` minutes by which the log's times are ahead. */
  constructor(midnight: bigint, utcOffset: number) {
    this.#midnight = midnight - ticks(Math.trunc(utcOffset * 60_000));
    this.time = this.#midnight as TraceTime;
    this.#lastTime = this.time;
  }

  /** Times of day in milliseconds, -1 for one that is missing. */
  place(start: number, end: number): void {
    const written = end >= 0 ? end : start;
    if (written >= 0) {
      const step = this.#previous < 0 ? 0 : written - this.#previous;
      if (this.#previous < 0 && start > written + clockAdjustment) this.#day = millisecondsPerDay;
      else if (step < -halfDay) this.#day += millisecondsPerDay;
      else if (step > halfDay && this.#day >= 0) this.#day -= millisecondsPerDay;
      this.#previous = written;
    }
    const over = start >= 0 && end >= 0 && start > end + clockAdjustment;
    this.duration = start >= 0 && end >= start ? this.#durationOf(end - start) : over ? ticks(end - start + millisecondsPerDay) : null;
    this.#moveTo(this.#day + (start >= 0 ? start : Math.max(written, 0)) - (over ? millisecondsPerDay : 0));
  }

  #durationOf(milliseconds: number): bigint {
    return smallDurations[milliseconds] ?? ticks(milliseconds);
  }

  #moveTo(milliseconds: number): void {
    if (milliseconds !== this.#lastStart) {
      this.#lastStart = milliseconds;
      this.#lastTime = (this.#midnight + ticks(milliseconds)) as TraceTime;
    }
    this.time = this.#lastTime;
  }
}

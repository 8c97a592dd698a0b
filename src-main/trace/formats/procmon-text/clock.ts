/**
 * When a row happened: Procmon's columns say it in up to five ways, none of them complete.
 *
 * Source: procmon-formats.md 12.1 and 12.2. *Time of Day* has the ticks and *Date & Time* the day, both in the exporter's local time; without a date
 * each step back over midnight adds a day.
 */
import { assumedDate } from '../../assumedDate.ts';
import type { ByteSource } from '../../byteSource.ts';
import type { DetailValue, Provenance, TraceTime, UnknownTime } from '../../record.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import type { TextEncoding } from '../../textEncoding.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import type { Columns } from './columns.ts';
import { DateReader, findDateOrder } from './dates.ts';
import type { TextRow } from './textRow.ts';
import { clockOf, ticksPerDay } from './times.ts';

/** A step back of more than this is midnight, not the order of events. */
const midnightStep = 3600 * 10_000_000;
const ticksPerMinute = 600_000_000n;
const sampleSize = 2 * 1024 * 1024;

/** Says for a moment of the source's local time what it is; null where the source itself tells its clock. */
export interface KnownClock {
  /** Minutes by which local times are ahead of UTC. */
  readonly utcOffset: number | null;
  /** Local midnight of the first event's day, as if it were UTC. */
  readonly firstDay: bigint | null;
}

export class RowClock {
  readonly #columns: Columns;
  readonly #known: KnownClock;
  readonly #dates: DateReader;
  readonly #toUtc: bigint;
  readonly #offsetKnown: boolean;
  readonly #dateKnown: boolean;
  /** Midnight of the current day, in UTC. */
  #day: bigint;
  /** Where relative times begin. */
  readonly #begin: bigint;
  #previous = -1;
  /** Of relative times, once it is known. */
  #zero: bigint | null = null;
  /** Ticks since midnight of the row read last. */
  ofDay = 0;

  constructor(source: ByteSource, encoding: TextEncoding, columns: Columns, options: ImportOptions, known: KnownClock = { utcOffset: null, firstDay: null }) {
    const utcOffset = options.utcOffset ?? known.utcOffset;
    this.#columns = columns;
    this.#known = known;
    this.#dates = new DateReader(columns.dateTime < 0 ? undefined : sampledOrder(source, encoding));
    this.#offsetKnown = utcOffset !== null;
    this.#toUtc = BigInt(Math.round(utcOffset ?? 0)) * ticksPerMinute;
    this.#dateKnown = columns.dateTime >= 0 || options.assumedDate !== undefined || known.firstDay !== null;
    this.#begin = options.assumedDate ?? known.firstDay ?? assumedDate;
    this.#day = this.#begin - this.#toUtc;
  }

  /** The columns from which the time is told; empty where there are none. */
  static columnOf(columns: Columns): number {
    return [columns.timeOfDay, columns.relativeTime, columns.dateTime].find((column) => column >= 0) ?? -1;
  }

  /** undefined where the row's time cannot be read. */
  read(row: TextRow): TraceTime | undefined {
    const { timeOfDay, relativeTime, dateTime } = this.#columns;
    if (timeOfDay >= 0) return this.#ofDay(row.timeOfDay(timeOfDay), row);
    if (relativeTime >= 0) return this.#relative(row.duration(relativeTime), row);
    const text = row.text(dateTime);
    return this.#ofDay(clockOf(text) ?? Number.NaN, row);
  }

  #ofDay(ticks: number, row: TextRow): TraceTime | undefined {
    if (Number.isNaN(ticks)) return undefined;
    const { dateTime } = this.#columns;
    const date = dateTime < 0 ? undefined : this.#dates.read(row.text(dateTime));
    if (date !== undefined) this.#day = date - this.#toUtc;
    else if (this.#previous - ticks > midnightStep) this.#day += ticksPerDay;
    this.#previous = ticks;
    this.ofDay = ticks;
    return (this.#day + BigInt(ticks)) as TraceTime;
  }

  /** Since the first event: at the assumed time, or as near as whole seconds say. */
  #relative(ticks: bigint | null, row: TextRow): TraceTime | undefined {
    if (ticks === null) return undefined;
    if (this.#zero === null) {
      const text = row.text(this.#columns.dateTime);
      const date = this.#columns.dateTime < 0 ? undefined : this.#dates.read(text);
      const seconds = clockOf(text);
      this.#zero = date === undefined || seconds === undefined ? this.#begin : date + BigInt(seconds) - this.#toUtc - ticks;
    }
    return (this.#zero + ticks) as TraceTime;
  }

  /** The date and the zone have to be known for a time to be more than assumed; nothing in an export records it. */
  get provenance(): Provenance {
    return this.#offsetKnown && this.#dateKnown && this.#dates.guessed === undefined ? 'derived' : 'assumed';
  }

  /** What only the user can say. A day found by the processes of a list is that of the newest, which may have been started days before. */
  get unknownTimes(): readonly UnknownTime[] {
    const { dateTime, timeOfDay } = this.#columns;
    const found = this.#known.utcOffset !== null;
    return [...(dateTime < 0 && !found ? ['date' as const] : []), ...((timeOfDay >= 0 || dateTime >= 0) && !found ? ['zone' as const] : [])];
  }

  /** What a reader of the trace should know of its times. */
  describe(): { readonly [key: string]: DetailValue } {
    const { dateTime, timeOfDay } = this.#columns;
    const guessed = this.#dates.guessed;
    return {
      timeZone: this.#offsetKnown ? `${String(this.#toUtc / ticksPerMinute)} minutes ahead of UTC` : 'not recorded; UTC is assumed',
      date: dateTime >= 0 ? 'recorded' : this.#dateKnown ? 'given or derived' : 'not recorded; 2000-01-01 is assumed',
      ...(guessed === undefined ? {} : { dateOrder: `${guessed} is assumed: no date of the file has a value above 12` }),
      ...(timeOfDay >= 0 ? {} : { precision: this.#columns.relativeTime >= 0 ? 'times are relative to the first event' : 'whole seconds' }),
    };
  }
}

function sampledOrder(source: ByteSource, encoding: TextEncoding): ReturnType<typeof findDateOrder> {
  const sample = new StreamBuffer(source, encoding, sampleSize);
  sample.fill();
  return findDateOrder(sample.bytes);
}

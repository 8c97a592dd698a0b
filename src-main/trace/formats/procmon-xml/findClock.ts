/**
 * Finds out the time zone and the date of an XML export, which its events do not say.
 *
 * Source: procmon-formats.md 13: the times of the process list are UTC, those of events are the exporter's local time. A process that starts, and a module that is
 * loaded, while events are recorded has both: the difference is the zone. Without such an event the date is that of the newest time in the list.
 */
import type { ByteSource } from '../../byteSource.ts';
import type { TraceTime } from '../../record.ts';
import { XmlReader } from '../../xml/xmlReader.ts';
import type { KnownClock } from '../procmon-text/clock.ts';
import type { Columns } from '../procmon-text/columns.ts';
import { ticksPerDay } from '../procmon-text/times.ts';
import { EventRow } from './eventRow.ts';

/** Where no event answers in so many, none will. */
const maximumEvents = 20_000;
const maximumTimes = 200_000;
const quarter = 15 * 600_000_000;
/** An event comes this soon after what it tells of. */
const tolerance = 2 * 10_000_000;
const day = Number(ticksPerDay);
/** Zones reach from 10 hours behind UTC (11 in the Pacific, where few traces are made) to 13 ahead. */
const mostBehind = -10 * 60;

export function findClock(source: ByteSource, columns: Columns, newest: TraceTime | null): KnownClock {
  if (newest === null || columns.timeOfDay < 0) return { utcOffset: null, firstDay: null };
  return new ClockFinder(source, columns).find() ?? { utcOffset: null, firstDay: newest - (newest % ticksPerDay) };
}

class ClockFinder {
  readonly #xml: XmlReader;
  readonly #columns: Columns;
  readonly #row = new EventRow();
  /** Starts of processes by Procmon's number, and of modules by number and base address. */
  readonly #times = new Map<string, bigint>();
  #midnights = 0;
  #previous = -1;

  constructor(source: ByteSource, columns: Columns) {
    this.#xml = new XmlReader(source, { records: ['event', 'process'] });
    this.#columns = columns;
  }

  find(): KnownClock | undefined {
    const xml = this.#xml;
    for (let events = 0; events < maximumEvents; ) {
      const token = xml.next();
      if (token === 'end') return undefined;
      if (token !== 'open') continue;
      if (xml.name === 'process') this.#process();
      if (xml.name !== 'event') continue;
      events += 1;
      this.#row.clear();
      const found = this.#row.read(xml) ? this.#event() : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #process(): void {
    const xml = this.#xml;
    const outside = xml.depth - 1;
    let number = '';
    let base = '';
    for (;;) {
      const token = xml.next();
      if (token === 'damage' || token === 'end' || (token === 'close' && xml.depth <= outside)) return;
      if (token !== 'leaf') continue;
      if (xml.name === 'ProcessIndex') number = xml.text();
      else if (xml.name === 'CreateTime') this.#remember(number, xml.text());
      else if (xml.name === 'Timestamp') base = xml.text();
      else if (xml.name === 'BaseAddress') this.#remember(`${number}/${xml.text()}`, base);
    }
  }

  #remember(key: string, time: string): void {
    if (/^[1-9]\d{16,18}$/.test(time) && this.#times.size < maximumTimes) this.#times.set(key, BigInt(time));
  }

  #event(): KnownClock | undefined {
    const { timeOfDay, operation, detail } = this.#columns;
    const local = this.#row.timeOfDay(timeOfDay);
    if (Number.isNaN(local)) return undefined;
    if (this.#previous - local > day / 24) this.#midnights += 1;
    this.#previous = local;
    const name = this.#row.text(operation);
    const base = name === 'Load Image' ? /^Image Base: (0x[0-9a-fA-F]+)/.exec(this.#row.text(detail))?.[1] : undefined;
    const key = name === 'Process Start' ? String(this.#row.processIndex) : base === undefined ? undefined : `${this.#row.processIndex}/${base}`;
    const utc = key === undefined ? undefined : this.#times.get(key);
    return utc === undefined ? undefined : this.#compare(local, utc);
  }

  #compare(local: number, utc: bigint): KnownClock | undefined {
    const ahead = local - Number(utc % ticksPerDay);
    const zone = Math.round(ahead / quarter) * 15;
    if (Math.abs(ahead - zone * 600_000_000) > tolerance) return undefined;
    const utcOffset = zone < mostBehind ? zone + 1440 : zone >= mostBehind + 1440 ? zone - 1440 : zone;
    const localTime = utc + BigInt(utcOffset) * 600_000_000n;
    return { utcOffset, firstDay: localTime - (localTime % ticksPerDay) - BigInt(this.#midnights) * ticksPerDay };
  }
}

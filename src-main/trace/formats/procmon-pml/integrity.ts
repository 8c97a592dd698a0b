/**
 * What the pointers of a log's header say of the file: whether it was closed, is whole, and how many events to look for.
 *
 * Source: procmon-formats.md 15, and section 1 for what may be relied on in a whole file.
 */
import type { ByteSource } from '../../byteSource.ts';
import type { DamageSink } from './damage.ts';
import { headerSize } from './header.ts';
import type { PmlHeader } from './header.ts';

const smallestEvent = 0x34;
const offsetEntry = 5;

export interface Integrity {
  /** Events to look for. */
  readonly count: number;
  /** False where Procmon never wrote the tables; the number of events is unknown then. */
  readonly closed: boolean;
  /** Events lie below this offset. */
  readonly limit: number;
}

export function checkIntegrity(source: ByteSource, header: PmlHeader, problems: DamageSink): Integrity {
  const { eventOffsets, processTable, stringTable } = header;
  const { size } = source;
  if (eventOffsets === 0 && processTable === 0 && stringTable === 0) {
    problems.damage(headerSize, 'the log was not closed (Procmon or the machine stopped): it has no tables, and processes are known by number only', 0);
    return { count: 0, closed: false, limit: size };
  }
  if (!header.whole) problems.damage(0x398, 'the header does not repeat where the events begin, as every log does; it may be damaged', 0);
  checkPlaces(size, header, problems);
  const limit = eventOffsets >= headerSize && eventOffsets <= size ? eventOffsets : size;
  // No file holds more events than its size allows, whatever its header says; a cut one may have held more.
  const declaredEnd = Math.max(size, Math.min(eventOffsets, header.events * (smallestEvent + 16 * 1024 * 1024)));
  const most = Math.max(0, Math.floor((declaredEnd - headerSize) / smallestEvent));
  // The offsets fill the room up to the process table; a count that says otherwise is wrong, and the room is right.
  const room = processTable - eventOffsets;
  if (room === header.events * offsetEntry) return { count: Math.min(header.events, most), closed: true, limit };
  const fitting = room > 0 && room % offsetEntry === 0 && processTable <= size ? Math.min(room / offsetEntry, most) : Math.min(header.events, most);
  problems.damage(0x234, `the header counts ${header.events} events, but its tables have room for ${fitting}`, 0);
  return { count: fitting, closed: true, limit };
}

/** The tables follow each other, within the file. */
function checkPlaces(size: number, header: PmlHeader, problems: DamageSink): void {
  const tables: readonly (readonly [string, number])[] = [
    ['array of event offsets', header.eventOffsets], ['process table', header.processTable], ['string table', header.stringTable], ['icon table', header.iconTable],
    ['table of hosts and ports', header.hostTable],
  ];
  let before = headerSize;
  const lost = tables.filter(([, at]) => at >= size).map(([name]) => name);
  if (lost.length > 0) problems.damage(size, `the file ends before its ${lost.join(', ')}`, 0);
  for (const [name, at] of tables) {
    if (at < before) problems.damage(at, `the ${name} (at ${at}) is out of place`, 0);
    before = Math.max(before, at);
  }
}

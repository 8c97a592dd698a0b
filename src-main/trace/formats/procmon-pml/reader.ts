/**
 * Reads Process Monitor logs of version 9, 32- and 64-bit.
 *
 * Source: procmon-formats.md 1 to 8 and 15. The file is never in memory: a window moves over it, and the offset array is read in slices.
 * What is whole is imported, the rest reported. Records whose offsets are lost are found by walking from one to the next, which
 * works in saved files only (section 8); the first implausible one ends the walk.
 */
import { ByteWindow } from '../../byteWindow.ts';
import type { ByteSource } from '../../byteSource.ts';
import { decodeLatin1, decodeUtf16 } from '../../byteText.ts';
import { ImportTally } from '../../importTally.ts';
import { ntStatus } from '../../../nt/ntStatus.ts';
import type { ImportSink, ImportSummary, TraceTime } from '../../record.ts';
import { eventClasses, fileSystemClass, otherEventName, procmonOperationName, subOperationOf } from '../procmon/operations.ts';
import { EventOffsets } from './eventOffsets.ts';
import { FileEventDecoder } from './fileEvent.ts';
import { headerSize, readPmlHeader } from './header.ts';
import type { PmlHeader } from './header.ts';
import { imageName, nobody, ProcessTable, readProcessTable, StringTable } from './tables.ts';

const eventHeaderSize = 0x34;
const maximumStackDepth = 4096;
const maximumDetailSize = 16 * 1024 * 1024;
/** The raw backing file Procmon writes for itself may set captured output far from its event; it is found by its own read then. */
const maximumExtraDistance = 1024 * 1024;
const progressEvery = 4096;
/** 2001-01-01 and 2100-01-01: times outside are kept and reported. */
const earliestTime = 126_227_808_000_000_000n;
const latestTime = 157_469_184_000_000_000n;

const lastWritableTime = 2_650_467_743_999_999_999n;
const largestTicks = 0x7fff_ffff_ffff_ffffn;

const skipReasons: readonly string[] = eventClasses.map((name) => `${name} event`);
const statusPending = 0x103;

export function importPml(source: ByteSource, sink: ImportSink): ImportSummary {
  const header = readPmlHeader(source);
  const tally = new ImportTally(sink);
  new PmlReader(source, header, tally).run();
  return tally.summary('procmon-pml-9', source.size, header.system);
}

type EventSize = { readonly detail: number; readonly detailSize: number; readonly extra: number };

class PmlReader {
  readonly #source: ByteSource;
  readonly #header: PmlHeader;
  readonly #tally: ImportTally;
  readonly #window: ByteWindow;
  readonly #decoder: FileEventDecoder;
  readonly #processes: ProcessTable;
  /** Events lie below this offset. */
  readonly #limit: number;
  #oddTimes = 0;
  #firstOddTime = 0;
  #previousTime: bigint = earliestTime;

  constructor(source: ByteSource, header: PmlHeader, tally: ImportTally) {
    this.#source = source;
    this.#header = header;
    this.#tally = tally;
    this.#window = new ByteWindow(source);
    this.#decoder = new FileEventDecoder(header.pointerSize);
    this.#processes = new ProcessTable(tally);
    this.#limit = header.eventOffsets >= headerSize && header.eventOffsets <= source.size ? header.eventOffsets : source.size;
  }

  run(): void {
    const { count, closed } = this.#checkTables();
    const strings = new StringTable(this.#source, this.#header, this.#tally);
    readProcessTable(this.#source, this.#header, strings, this.#processes, this.#tally);
    this.#tally.flush();
    const offsets = new EventOffsets(this.#source, closed ? this.#header.eventOffsets : 0, count);
    const next = this.#readByOffsets(offsets);
    if (offsets.available < count && !this.#tally.cancelled) this.#walk(next, offsets.available, count);
    if (!closed && count === 0) this.#walk(headerSize, 0, Number.MAX_SAFE_INTEGER);
    if (this.#oddTimes > 0) {
      this.#tally.damage(this.#firstOddTime, 'offset', `${this.#oddTimes} events have times out of order or outside 2001 to 2100; they are kept`, 0);
    }
    this.#tally.progress(this.#source.size, this.#source.size);
  }

  /** The integrity checks of section 15. Says how many events to look for, and whether their offsets may be believed. */
  #checkTables(): { readonly count: number; readonly closed: boolean } {
    const { eventOffsets, processTable, stringTable, iconTable, hostTable, events } = this.#header;
    const { size } = this.#source;
    if (eventOffsets === 0 && processTable === 0 && stringTable === 0) {
      this.#tally.damage(headerSize, 'offset', 'the log was not closed (Procmon or the machine stopped): it has no tables, and processes are known by number only', 0);
      return { count: 0, closed: false };
    }
    const tables: readonly (readonly [string, number])[] = [
      ['array of event offsets', eventOffsets], ['process table', processTable], ['string table', stringTable], ['icon table', iconTable],
      ['table of hosts and ports', hostTable],
    ];
    let before = headerSize;
    const lost = tables.filter(([, at]) => at >= size).map(([name]) => name);
    if (lost.length > 0) this.#tally.damage(size, 'offset', `the file ends before its ${lost.join(', ')}`, 0);
    for (const [name, at] of tables) {
      if (at < before) this.#tally.damage(Math.min(at, size), 'offset', `the ${name} (at ${at}) is out of place`, 0);
      before = Math.max(before, at);
    }
    // The offsets fill the room up to the process table; a count that says otherwise is wrong, and the room is right.
    const room = processTable - eventOffsets;
    if (room !== events * 5) {
      const fitting = room > 0 && room % 5 === 0 && processTable <= size ? room / 5 : Math.min(events, this.#mostEvents());
      this.#tally.damage(0x234, 'offset', `the header counts ${events} events, but its tables have room for ${fitting}`, 0);
      return { count: fitting, closed: true };
    }
    return { count: Math.min(events, this.#mostEvents()), closed: true };
  }

  /** No file holds more events than its size allows, whatever its header says. */
  #mostEvents(): number {
    return Math.max(0, Math.floor((this.#declaredEnd() - headerSize) / eventHeaderSize));
  }

  /** Where the events end by the header's own word, which may be beyond the end of a truncated file. */
  #declaredEnd(): number {
    return Math.max(this.#source.size, Math.min(this.#header.eventOffsets, this.#header.events * (eventHeaderSize + maximumDetailSize)));
  }

  /** Reads every event whose offset is known; returns where the last one ended. */
  #readByOffsets(offsets: EventOffsets): number {
    let next = headerSize;
    for (let i = 0; i < offsets.available; i++) {
      if (i % progressEvery === 0 && !this.#tally.progress(Math.min(next, this.#source.size), this.#source.size)) return next;
      const at = offsets.get(i);
      const end = this.#readEvent(at, i);
      if (end !== undefined) next = end;
    }
    return next;
  }

  /** Follows records from `at` on, for offsets that are lost. */
  #walk(at: number, first: number, count: number): void {
    let index = first;
    let next = at;
    while (index < count && next + eventHeaderSize <= this.#limit) {
      if (index % progressEvery === 0 && !this.#tally.progress(Math.min(next, this.#source.size), this.#source.size)) return;
      const plausible = this.#plausible(next);
      if (!plausible) break;
      const end = this.#readEvent(next, index);
      index += 1;
      if (end === undefined) break;
      next = end;
    }
    if (count === Number.MAX_SAFE_INTEGER) {
      if (next < this.#limit) this.#tally.damage(next, 'offset', 'what follows is no whole event', 0);
    } else if (index < count) {
      this.#tally.damage(Math.min(next, this.#source.size), 'offset', 'the file ends here, or what follows is no event: the events behind are lost', count - index);
    }
  }

  /** Stricter than reading needs: while walking, a wrong step would go on reading nonsense. */
  #plausible(at: number): boolean {
    const i = this.#window.at(at, eventHeaderSize);
    if (i < 0) return false;
    const { view } = this.#window;
    const time = view.getBigUint64(i + 0x1c, true);
    return view.getUint16(i + 0x08, true) <= 6 && time >= earliestTime && time <= latestTime;
  }

  /** Reads one event into the tally; returns where the next one starts in a saved file, undefined where this one is unreadable. */
  #readEvent(at: number, index: number): number | undefined {
    const size = this.#sizes(at);
    if (size === undefined) return undefined;
    const { view } = this.#window;
    let i = this.#window.at(at, eventHeaderSize);
    const eventClass = view.getUint16(i + 0x08, true);
    const operation = view.getUint16(i + 0x0c, true);
    const extra = this.#extraOf(at, size);
    const wholeEnd = Math.max(size.detail + size.detailSize, extra.end);
    this.#countTime(at, boundedTime(this.#window.view, this.#window.at(at, eventHeaderSize) + 0x1c));
    if (eventClass !== fileSystemClass) {
      this.#skip(eventClass, operation, size);
      return wholeEnd;
    }
    i = this.#window.at(at, wholeEnd - at <= maximumExtraDistance + maximumDetailSize ? wholeEnd - at : size.detail + size.detailSize - at);
    const inWindow = i >= 0 && extra.end > 0;
    if (i < 0) i = this.#window.at(at, size.detail + size.detailSize - at);
    this.#importFileEvent(at, index, i, size, operation, inWindow ? extra : noExtra);
    return wholeEnd;
  }

  /** Places and sizes within the event, all checked; reports damage and gives undefined where they cannot be. */
  #sizes(at: number): EventSize | undefined {
    if (at < headerSize || at + eventHeaderSize > this.#limit) return this.#damaged(at, 'event: its offset is outside the events');
    const i = this.#window.at(at, eventHeaderSize);
    if (i < 0) return this.#damaged(at, 'event: the file ends inside its header');
    const { view } = this.#window;
    const depth = view.getUint16(i + 0x28, true);
    const detailSize = view.getUint32(i + 0x2c, true);
    if (depth > maximumStackDepth) return this.#damaged(at, 'event: its stack depth is impossible');
    const detail = at + eventHeaderSize + depth * this.#header.pointerSize;
    if (detailSize > maximumDetailSize || detail + detailSize > this.#limit) return this.#damaged(at, 'event: its details run out of the file or into the tables');
    return { detail, detailSize, extra: view.getUint32(i + 0x30, true) };
  }

  #damaged(at: number, reason: string): undefined {
    this.#tally.damage(Math.min(at, this.#source.size), 'offset', reason, 1);
    return undefined;
  }

  /** The captured output: a u16 size, then the bytes. A place outside the events drops the output only. */
  #extraOf(at: number, size: EventSize): { readonly start: number; readonly size: number; readonly end: number } {
    if (size.extra === 0) return noExtra;
    const start = at + size.extra;
    const i = size.extra < eventHeaderSize || start + 2 > this.#limit ? -1 : this.#window.at(at, size.extra + 2 <= maximumExtraDistance ? size.extra + 2 : 0);
    if (i < 0 || size.extra + 2 > maximumExtraDistance) {
      this.#tally.damage(at, 'offset', 'event: its captured output is out of reach and left out', 0);
      return noExtra;
    }
    const bytes = this.#window.view.getUint16(i + size.extra, true);
    const end = start + 2 + bytes + (bytes === 0xffff ? 1 : 0);
    if (start + 2 + bytes > this.#limit) {
      this.#tally.damage(at, 'offset', 'event: its captured output is cut and left out', 0);
      return noExtra;
    }
    return { start: start + 2, size: bytes, end };
  }

  #countTime(at: number, time: TraceTime): void {
    if (time < this.#previousTime || time > latestTime) {
      if (this.#oddTimes === 0) this.#firstOddTime = at;
      this.#oddTimes += 1;
    } else {
      this.#previousTime = time;
    }
    this.#tally.time(time);
  }

  /** A duration is junk while pending; one beyond any signed 64-bit count is damage. */
  #duration(status: number, duration: bigint): bigint | null {
    return status === statusPending || duration > largestTicks ? null : duration;
  }

  #importFileEvent(at: number, index: number, i: number, size: EventSize, operation: number, extra: typeof noExtra): void {
    const { bytes, view } = this.#window;
    const detail = i + size.detail - at;
    const major = (operation - 20) & 0xff;
    const sub = bytes[detail] ?? 0;
    const status = view.getUint32(i + 0x24, true);
    const decoder = this.#decoder;
    const extraAt = extra.size === 0 ? 0 : i + extra.start - at;
    if (operation > 47 || !decoder.decode(bytes, view, detail, detail + size.detailSize, extraAt, extra.size, major, sub, status)) {
      const reason = operation > 47 ? 'file system event: unknown operation' : 'file system event: its details are too short or its path runs out of them';
      this.#tally.damage(at, 'offset', reason, 1);
      return;
    }
    this.#tally.operation({
      sourceIndex: index,
      time: boundedTime(view, i + 0x1c),
      duration: this.#duration(status, view.getBigUint64(i + 0x14, true)),
      process: this.#processes.indexOf(view.getUint32(i, true)),
      tid: view.getUint32(i + 0x04, true),
      operation: procmonOperationName(major, sub),
      major,
      minor: subOperationOf(major) === 'minor' ? sub : 0,
      kind: decoder.kind,
      path: decoder.path,
      status: ntStatus(status),
      information: decoder.information,
      irpFlags: decoder.irpFlags,
      offset: decoder.offset,
      length: decoder.length,
      detail: decoder.detail,
      stack: null,
      provenance: decoder.provenance,
    });
  }

  /** Counts an event of another class; Process Create also names processes that the table does not hold. */
  #skip(eventClass: number, operation: number, size: EventSize): void {
    let tcp = true;
    if (eventClass === 5 && size.detailSize >= 2) {
      const i = this.#window.at(size.detail, 2);
      tcp = i < 0 || (this.#window.view.getUint16(i, true) & 4) !== 0;
    }
    if (eventClass === 1 && operation <= 1 && size.detailSize >= 52) this.#processCreated(size);
    this.#tally.skip(skipReasons[eventClass] ?? 'event of an unknown class', otherEventName(eventClass, operation, tcp));
  }

  /** Source: procmon-formats.md 11, Process Create. */
  #processCreated(size: EventSize): void {
    const i = this.#window.at(size.detail, size.detailSize);
    if (i < 0) return;
    const { bytes, view } = this.#window;
    const key = view.getUint32(i, true);
    if (this.#processes.has(key)) return;
    const texts = i + 52 + (bytes[i + 44] ?? 0) + (bytes[i + 45] ?? 0);
    const end = i + size.detailSize;
    const imagePath = textAt(bytes, view.getUint16(i + 46, true), texts, end);
    const commandLine = textAt(bytes, view.getUint16(i + 48, true), texts + textSize(view.getUint16(i + 46, true)), end);
    this.#processes.add(key, {
      ...nobody,
      pid: view.getUint32(i + 4, true),
      parentPid: view.getUint32(i + 12, true),
      name: imageName(imagePath) ?? `<process ${key} without a name>`,
      imagePath,
      commandLine,
      is64Bit: this.#header.pointerSize === 4 ? false : view.getUint32(i + 20, true) === 0,
      startTime: view.getBigUint64(i + 24, true) as TraceTime,
    });
  }
}

/** Times are kept as they are, up to what ISO 8601 can write with a year of four digits: 9999-12-31. */
function boundedTime(view: DataView, at: number): TraceTime {
  const time = view.getBigUint64(at, true);
  return (time > lastWritableTime ? lastWritableTime : time) as TraceTime;
}

const noExtra = { start: 0, size: 0, end: 0 };

const textSize = (descriptor: number): number => ((descriptor & 0x8000) !== 0 ? descriptor & 0x7fff : descriptor * 2);

function textAt(bytes: Uint8Array, descriptor: number, at: number, end: number): string | null {
  const stop = at + textSize(descriptor);
  if (stop > end || stop === at) return null;
  return (descriptor & 0x8000) !== 0 ? decodeLatin1(bytes, at, stop) : decodeUtf16(bytes, at, stop);
}

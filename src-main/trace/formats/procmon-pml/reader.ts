/**
 * Reads the events of one Process Monitor log, versions 7 to 9, 32- and 64-bit, saved or a raw backing file.
 *
 * Source: procmon-formats.md 1 to 8 and 15. The file is never in memory: a window moves over it, and the offset array is read in slices.
 * What is whole is imported, the rest reported. Records whose offsets are lost are found by walking from one to the next, which
 * works in saved files only (section 8); the first implausible one ends the walk.
 */
import type { ByteSource } from '../../byteSource.ts';
import type { ImportTally } from '../../importTally.ts';
import { eventClasses, fileSystemClass } from '../procmon/operations.ts';
import type { DamageSink } from './damage.ts';
import { EventDecoder } from './eventDecoder.ts';
import { EventOffsets } from './eventOffsets.ts';
import { EventWindow } from './eventWindow.ts';
import { headerSize } from './header.ts';
import type { PmlHeader } from './header.ts';
import { readHostTable } from './hosts.ts';
import type { PmlPart, PmlTrace } from './importPml.ts';
import { checkIntegrity } from './integrity.ts';
import type { Integrity } from './integrity.ts';
import { ProcessTable, ProcessTableReader } from './processes.ts';
import { StringTable } from './strings.ts';

const eventHeaderSize = 0x34;
const maximumStackDepth = 4096;
const maximumDetailSize = 16 * 1024 * 1024;
/** Captured output so far behind the details is read together with its event; a raw backing file may set it anywhere. */
const nearExtra = 4096;
const progressEvery = 4096;
const unknownCount = Number.MAX_SAFE_INTEGER;
/** Between the last event and the offsets a saved log has up to 3 unused bytes. */
const smallestGap = eventHeaderSize;
/** 2001-01-01 and 2100-01-01 as the upper halves of their FILETIMEs: times outside are kept and reported. */
const earliestTimeHigh = Number(126_227_808_000_000_000n >> 32n);
const latestTimeHigh = Number(157_469_184_000_000_000n >> 32n);
const profilingClass = 4;

export class PmlReader {
  readonly #source: ByteSource;
  readonly #header: PmlHeader;
  readonly #tally: ImportTally;
  readonly #trace: PmlTrace;
  readonly #part: PmlPart;
  readonly #problems: DamageSink;
  readonly #p: 4 | 8;
  readonly #window: EventWindow;
  /** Captured output that stands apart from its event. */
  readonly #extras: EventWindow;
  readonly #integrity: Integrity;
  readonly #decoder: EventDecoder;
  /** Bytes of the events so far; no log lists them twice. */
  #claimed = 0;
  readonly #mostClaimed: number;
  #highestEnd = headerSize;
  #damagedEvents = 0;
  #oddTimes = 0;
  #firstOddTime = 0;
  #previousHigh = earliestTimeHigh;
  #previousLow = 0;
  #extraSize = 0;

  constructor(source: ByteSource, header: PmlHeader, trace: PmlTrace, part: PmlPart, problems: DamageSink) {
    this.#source = source;
    this.#header = header;
    this.#trace = trace;
    this.#tally = trace.tally;
    this.#part = part;
    this.#problems = problems;
    this.#p = header.pointerSize;
    this.#window = new EventWindow(source);
    this.#extras = new EventWindow(source, 64 * 1024);
    this.#integrity = checkIntegrity(source, header, problems);
    this.#mostClaimed = 2 * (this.#integrity.limit - headerSize) + 65536;
    const strings = new StringTable(source, header, problems);
    const table = new ProcessTable(trace.processes);
    new ProcessTableReader(source, header, strings, table, trace.processes, problems).read();
    trace.tally.flush();
    const hosts = readHostTable(source, header, problems);
    this.#decoder = new EventDecoder(header.pointerSize, trace.tally, problems, table, hosts, !this.#integrity.closed);
  }

  /** Gives the number of records found. */
  run(): number {
    const { count, closed } = this.#integrity;
    const offsets = new EventOffsets(this.#source, closed ? this.#header.eventOffsets : 0, count);
    const next = this.#readByOffsets(offsets);
    let records = offsets.available;
    if (offsets.available < count && !this.#tally.cancelled) records = this.#walk(next, offsets.available, count);
    if (!closed) records = this.#walk(headerSize, 0, unknownCount);
    if (this.#oddTimes > 0) {
      this.#problems.damage(this.#firstOddTime, `${this.#oddTimes} events have times out of order or outside 2001 to 2100; they are kept`, 0);
    }
    if (closed && offsets.available === count && !this.#tally.cancelled) this.#reportUnlisted();
    return records;
  }

  /** Records that the offset array does not list, as raw backing files have them. */
  #reportUnlisted(): void {
    const gap = this.#integrity.limit - headerSize - this.#claimed;
    if (gap < smallestGap || this.#damagedEvents > 0) return;
    this.#problems.note(`${gap} bytes among the events, which end at ${this.#highestEnd}, belong to no event that the log lists (Procmon does not show them either)`);
  }

  #progress(done: number): boolean {
    return this.#tally.progress(this.#part.before + Math.min(done, this.#source.size), this.#trace.bytes);
  }

  /** Reads every event whose offset is known; returns where the last one ended. */
  #readByOffsets(offsets: EventOffsets): number {
    let next = headerSize;
    for (let i = 0; i < offsets.available; i++) {
      if (i % progressEvery === 0 && !this.#progress(this.#highestEnd)) return next;
      const end = this.#readEvent(offsets.get(i), i);
      if (end !== undefined) next = end;
    }
    return next;
  }

  /** Follows records from `at` on, for offsets that are lost. */
  #walk(at: number, first: number, count: number): number {
    const { limit } = this.#integrity;
    let index = first;
    let next = at;
    while (index < count && next + eventHeaderSize <= limit) {
      if (index % progressEvery === 0 && !this.#progress(next)) return index;
      if (!this.#plausible(next)) break;
      const end = this.#readEvent(next, index);
      index += 1;
      if (end === undefined) break;
      next = end;
    }
    if (count === unknownCount) {
      if (next < limit) this.#problems.damage(next, 'what follows is no whole event', 0);
      return index;
    }
    if (index < count) this.#problems.damage(next, 'the file ends here, or what follows is no event: the events behind are lost', count - index);
    return count;
  }

  /** Stricter than reading needs: while walking, a wrong step would go on reading nonsense. */
  #plausible(at: number): boolean {
    const i = this.#window.at(at, eventHeaderSize);
    if (i < 0) return false;
    const { view } = this.#window;
    const high = view.getUint32(i + 0x20, true);
    return view.getUint16(i + 0x08, true) < eventClasses.length && high >= earliestTimeHigh && high <= latestTimeHigh;
  }

  /** Reads one event into the tally; returns where the next one starts in a saved file, undefined where this one is unreadable. */
  #readEvent(at: number, index: number): number | undefined {
    const window = this.#window;
    if (at < headerSize || at + eventHeaderSize > this.#integrity.limit) return this.#damaged(at, 'event: its offset is outside the events');
    let i = window.at(at, eventHeaderSize);
    if (i < 0) return this.#damaged(at, 'event: the file ends inside its header');
    const depth = window.view.getUint16(i + 0x28, true);
    const detailSize = window.view.getUint32(i + 0x2c, true);
    const detail = eventHeaderSize + depth * this.#p;
    const size = detail + detailSize;
    if (depth > maximumStackDepth) return this.#damaged(at, 'event: its stack depth is impossible');
    if (detailSize > maximumDetailSize || at + size > this.#integrity.limit) return this.#damaged(at, 'event: its details run out of the file or into the tables');
    const extraPlace = this.#extraPlace(at, i, window.view.getUint32(i + 0x30, true));
    const extraSize = this.#extraSize;
    // Output of 65,535 bytes has a byte of slack behind it.
    const slack = extraSize === 0xffff ? 1 : 0;
    this.#claimed += size + (extraPlace === 0 ? 0 : 2 + extraSize + slack);
    if (this.#claimed > this.#mostClaimed) return this.#damaged(at, 'event: the events listed overlap each other');
    // Where the next record begins in a saved log.
    const whole = Math.max(size, extraPlace + extraSize + slack);
    this.#highestEnd = Math.max(this.#highestEnd, at + whole);
    const near = extraPlace + extraSize <= size + nearExtra + 65536;
    i = window.at(at, near ? Math.max(size, extraPlace + extraSize) : size);
    if (i < 0) return this.#damaged(at, 'event: the file ends inside it');
    this.#checkTime(at, window.view.getUint32(i + 0x20, true), window.view.getUint32(i + 0x1c, true));
    this.#decode(at, index, i, depth, detailSize, extraPlace, extraSize, near);
    return at + whole;
  }

  /**
   * Place of the captured output behind its u16 size, counted from the event; 0 for none. Its size is left in `#extraSize`.
   * A place outside the events drops the output only.
   */
  #extraPlace(at: number, i: number, extra: number): number {
    this.#extraSize = 0;
    if (extra === 0) return 0;
    if (extra < eventHeaderSize || at + extra + 2 > this.#integrity.limit) {
      this.#problems.damage(at, 'event: its captured output is out of reach and left out', 0);
      return 0;
    }
    let { view } = this.#window;
    let place = i + extra;
    if (place + 2 > view.byteLength) {
      place = this.#extras.at(at + extra, 2);
      ({ view } = this.#extras);
      if (place < 0) return 0;
    }
    this.#extraSize = view.getUint16(place, true);
    if (at + extra + 2 + this.#extraSize <= this.#integrity.limit) return extra + 2;
    this.#problems.damage(at, 'event: its captured output is cut and left out', 0);
    this.#extraSize = 0;
    return 0;
  }

  #decode(at: number, index: number, i: number, depth: number, detailSize: number, extraPlace: number, extraSize: number, near: boolean): void {
    const { bytes, view } = this.#window;
    const eventClass = view.getUint16(i + 0x08, true);
    const decoder = this.#decoder;
    const sourceIndex = this.#part.records + index;
    if (eventClass === profilingClass) {
      // Nine tenths of a log may be these: they are counted, and no more.
      decoder.profiling(view, i);
      return;
    }
    const detail = i + eventHeaderSize + depth * this.#p;
    if (near || extraSize === 0) {
      decoder.blob(bytes, view, detail, detail + detailSize, extraPlace === 0 ? 0 : i + extraPlace, extraSize);
    } else {
      const joined = this.#joined(at, bytes.subarray(detail, detail + detailSize), extraPlace, extraSize);
      decoder.blob(joined, new DataView(joined.buffer), 0, detailSize, detailSize, joined.length - detailSize);
    }
    if (eventClass !== fileSystemClass) decoder.contextEvent(eventClass, sourceIndex, view, i);
    else if (!decoder.fileEvent(sourceIndex, view, i, depth)) this.#damaged(at, 'file system event: its details are too short or its path runs out of them');
  }

  /** Details and captured output that stand apart, in one piece. */
  #joined(at: number, detail: Uint8Array, extraPlace: number, extraSize: number): Uint8Array {
    const i = this.#extras.at(at + extraPlace, extraSize);
    const extra = i < 0 ? new Uint8Array(0) : this.#extras.bytes.subarray(i, i + extraSize);
    const joined = new Uint8Array(detail.length + extra.length);
    joined.set(detail);
    joined.set(extra, detail.length);
    return joined;
  }

  #damaged(at: number, reason: string): undefined {
    this.#damagedEvents += 1;
    this.#problems.damage(at, reason, 1);
    return undefined;
  }

  /** Halves of a FILETIME against those before it. */
  #checkTime(at: number, high: number, low: number): void {
    if (high < this.#previousHigh || (high === this.#previousHigh && low < this.#previousLow) || high > latestTimeHigh) {
      if (this.#oddTimes === 0) this.#firstOddTime = at;
      this.#oddTimes += 1;
    } else {
      this.#previousHigh = high;
      this.#previousLow = low;
    }
  }
}

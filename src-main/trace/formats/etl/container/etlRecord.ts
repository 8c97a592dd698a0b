/**
 * What an ETL file is to those who decode its events: a stream of records in the order of their times, and what was lost on the way.
 *
 * Source: etw-formats.md 3 to 8. One record object is handed out again and again; whoever keeps something of it copies it.
 */
import { decodeUtf16z, decodeUtf8 } from '../../../byteText.ts';
import type { TraceTime } from '../../../record.ts';
import { EtlClock, joinHalves } from './etlClock.ts';
import { guidText } from './guid.ts';

/** By the header of a record: SYSTEM, COMPACT, PERFINFO (kernel events), FULL, INSTANCE (classic), EVENT_HEADER, MESSAGE (WPP), ERROR. */
export type EtlRecordKind = 'system' | 'compact' | 'perfinfo' | 'full' | 'instance' | 'event' | 'message' | 'error';

/** The place of an extended data item's content in `EtlRecord.bytes`; empty (`start` = `end`) where the record has none. */
export interface EtlExtent {
  start: number;
  end: number;
}

const nothing = new Uint8Array(0);
const noClock = new EtlClock('system time', 0n, 0n, 1n, 1);

export class EtlRecord {
  kind: EtlRecordKind = 'error';
  /** Position among all records in the order in which they are handed out, from 0. The same in every pass over a file. */
  sourceIndex = 0;
  /** Group << 8 | type of a kernel record (system, compact, perfinfo); -1 for all others. */
  hook = -1;
  /** Event class (full), provider (event) or message GUID (message), lower case without braces; null for kernel records and where there is none. */
  guid: string | null = null;
  /** Event id (event), MessageNumber (message); else 0. */
  id = 0;
  version = 0;
  /** Type of a kernel or classic record. */
  opcode = 0;
  level = 0;
  task = 0;
  /** 11 marks a TraceLogging event. */
  channel = 0;
  /** The two halves of Keyword (event); `keyword` puts them together. */
  keywordHigh = 0;
  keywordLow = 0;
  /** Flags of EVENT_HEADER, OptionFlags of a message; else 0. */
  flags = 0;
  /** EventProperty of EVENT_HEADER; else 0. */
  eventProperty = 0;
  /** Null where the header has none, or says that it is unknown. */
  tid: number | null = null;
  pid: number | null = null;
  processor = 0;
  /** Pointer size of this record by its own header. A WPP message that does not say has that of the file. */
  pointerSize: 4 | 8 = 8;
  /** The raw time in halves, unsigned; `rawTime` puts them together. */
  rawHigh = 0;
  rawLow = 0;
  /** False where the header holds no time: it has that of the record before it in its buffer then. */
  timed = true;
  /** Session the record belongs to: index into `EtlFile.sessions`, 0 but in files of several logs. */
  session = 0;

  /** The decoded buffer, from its 0x48 header on. Valid during the call only. */
  bytes: Uint8Array = nothing;
  view: DataView = new DataView(nothing.buffer);
  /** Index of the record's header in `bytes`, which is its offset within its (decompressed) buffer as well. */
  start = 0;
  payloadStart = 0;
  payloadEnd = 0;
  /** File offset of the buffer. */
  bufferOffset = 0;
  /** True where `start` is an offset behind decompression, and no place in the file. */
  compressed = false;

  /** True where one of the extents below is set. */
  hasExtended = false;
  /** Extended data items of an event (section 5). Of several of a type the first counts. */
  readonly relatedActivityExtent: EtlExtent = { start: 0, end: 0 };
  readonly sidExtent: EtlExtent = { start: 0, end: 0 };
  /** u64 MatchId, then the addresses. */
  readonly stackExtent: EtlExtent = { start: 0, end: 0 };
  stackPointerSize: 4 | 8 = 8;
  readonly schemaExtent: EtlExtent = { start: 0, end: 0 };
  readonly traitsExtent: EtlExtent = { start: 0, end: 0 };
  readonly processStartKeyExtent: EtlExtent = { start: 0, end: 0 };

  clock: EtlClock = noClock;

  get rawTime(): bigint {
    return joinHalves(this.rawHigh, this.rawLow);
  }

  /** When the record was written, exact to 100 ns. Computed at each call. */
  get time(): TraceTime {
    return this.clock.time(this.rawHigh, this.rawLow);
  }

  get keyword(): bigint {
    return joinHalves(this.keywordHigh, this.keywordLow);
  }

  get payloadSize(): number {
    return this.payloadEnd - this.payloadStart;
  }

  /** ActivityId of an event; null for other kinds. */
  get activityId(): string | null {
    return this.kind === 'event' ? guidText(this.view, this.start + 0x40) : null;
  }

  get relatedActivityId(): string | null {
    const { start, end } = this.relatedActivityExtent;
    return end - start >= 16 ? guidText(this.view, start) : null;
  }

  /** Name of a TraceLogging event, from the schema it carries; null where it carries none. */
  get schemaName(): string | null {
    const { start, end } = this.schemaExtent;
    if (end - start < 4) return null;
    // u16 size, then tag bytes of which the last has bit 7 clear, then the name.
    let at = start + 2;
    while (at < end && (this.bytes[at] ?? 0) >= 0x80) at += 1;
    return at + 1 < end ? utf8z(this.bytes, at + 1, end) : null;
  }

  /** Provider name of a TraceLogging event, from the traits it carries. */
  get providerName(): string | null {
    const { start, end } = this.traitsExtent;
    return end - start > 2 ? utf8z(this.bytes, start + 2, end) : null;
  }

  /** Return addresses recorded with the event, innermost first; null where there are none. */
  stackAddresses(): BigUint64Array | null {
    const { start, end } = this.stackExtent;
    const count = Math.floor((end - start - 8) / this.stackPointerSize);
    if (count <= 0) return null;
    const frames = new BigUint64Array(count);
    for (let i = 0; i < count; i++) {
      const at = start + 8 + i * this.stackPointerSize;
      frames[i] = this.stackPointerSize === 8 ? this.view.getBigUint64(at, true) : BigInt(this.view.getUint32(at, true));
    }
    return frames;
  }

  /** UTF-16 text of the payload from `at` (an index into `bytes`) up to its NUL or the payload's end. */
  textAt(at: number): string {
    return decodeUtf16z(this.bytes, at, this.payloadEnd);
  }
}

function utf8z(bytes: Uint8Array, start: number, end: number): string {
  let nul = start;
  while (nul < end && bytes[nul] !== 0) nul += 1;
  return decodeUtf8(bytes, start, nul);
}

/** One session: what the TRACE_LOGFILE_HEADER of a log says (section 2). */
export interface EtlSession {
  /** File offset of its header buffer. */
  readonly offset: number;
  readonly name: string;
  readonly logFileName: string;
  /** Size of a buffer in memory, in bytes. */
  readonly bufferSize: number;
  /** MajorVersion.MinorVersion of Windows, e.g. `10.0`. */
  readonly osVersion: string;
  readonly osBuild: number;
  readonly processors: number;
  /** Of the process that started or merged the session, not of the events. */
  readonly pointerSize: 4 | 8;
  readonly logFileMode: number;
  readonly clockType: 'performance counter' | 'system time' | 'cpu cycles';
  /** Raw time of the session's first record, which is StartTime. */
  readonly firstRawTime: bigint;
  readonly perfFreq: bigint;
  readonly cpuSpeedInMHz: number;
  /** 100 ns units of the CPU times in record headers. */
  readonly timerResolution: number;
  readonly startTime: TraceTime;
  /** Null where the session was never stopped. */
  readonly endTime: TraceTime | null;
  readonly bootTime: TraceTime | null;
  /** Minutes: UTC = local time + bias. */
  readonly timeZoneBias: number;
  readonly timeZoneName: string;
  /** 0 where the session was never stopped. */
  readonly buffersWritten: number;
  readonly eventsLost: number;
  readonly buffersLost: number;
}

/** Where the recorder dropped something: the buffer that says so, by its first record's time. */
export interface EtlLoss {
  /** `events`: some before or in a buffer; `buffer`: a whole one; `gap`: numbers missing between the buffers of a session. */
  readonly kind: 'events' | 'buffer' | 'gap';
  /** Buffers missing in a gap; null where the file does not say how many. */
  readonly count: number | null;
  readonly processor: number;
  readonly session: number;
  /** Time of the first record behind the loss. */
  readonly time: TraceTime;
  readonly bufferOffset: number;
}

/** A part of the file that cannot be read, in the words of a report line. */
export interface EtlDamage {
  /** File offset; of the buffer where that is compressed. */
  readonly at: number;
  readonly reason: string;
  /** Records known to be lost by it: 0 where none was, or where nobody can tell. */
  readonly records: number;
}

/** Hears what one pass over a file finds, in the order of time. */
export interface EtlVisitor {
  record(record: EtlRecord): void;
  damage(damage: EtlDamage): void;
  lost(loss: EtlLoss): void;
  /** Bytes of the file that have been read; false ends the pass. */
  progress(done: number, total: number): boolean;
}

export interface EtlPass {
  /** Records handed out. */
  readonly records: number;
  /** Records that are earlier than the one handed out before them; they are kept where they stand in their buffer. */
  readonly inversions: number;
  readonly firstTime: TraceTime | null;
  readonly lastTime: TraceTime | null;
  readonly cancelled: boolean;
}

export interface EtlBuffers {
  /** All of them, header buffers included. */
  readonly total: number;
  readonly compressed: number;
  /** Buffers of other types than records, by type: `context switch`, `reference time`, `empty`, `debugger info`, `type 9`. */
  readonly skipped: readonly { readonly type: string; readonly count: number }[];
}

/** An ETL file whose buffers have been found. It can be read as often as wanted. */
export interface EtlFile {
  /** At least one; more where logs were glued together. */
  readonly sessions: readonly [EtlSession, ...EtlSession[]];
  readonly buffers: EtlBuffers;
  /** Hands out every record, merged over processors and sessions in the order of time. The same damage is told in every pass. */
  read(visitor: EtlVisitor): EtlPass;
}

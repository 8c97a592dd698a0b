/**
 * The one shape in which every importer hands over operations, and in which they are stored, listed and replayed.
 *
 * Words: an *operation* is one recorded I/O request with its result; a *record* is whatever the source file holds one of.
 * Every field says where it comes from (`provenance`). Raw values are kept beside decoded ones in `detail`.
 */
import type { Brand } from '../base/brand.ts';
import type { NTSTATUS } from '../nt/ntStatus.ts';

/** 100 ns ticks since 1601-01-01T00:00:00Z, as FILETIME. */
export type TraceTime = Brand<bigint, 'TraceTime'>;
/** Number of an operation within its trace: from 1, in order of issue time, ties in the source's order. */
export type OperationIndex = Brand<number, 'OperationIndex'>;
/** Index into `TraceProcess` records of the same trace; from 0. */
export type ProcessIndex = Brand<number, 'ProcessIndex'>;

export type Provenance = 'recorded' | 'derived' | 'assumed';
export type OperationKind = 'irp' | 'fastio' | 'fsfilter' | 'other';

export interface TraceProcess {
  readonly index: ProcessIndex;
  readonly pid: number;
  readonly parentPid: number | null;
  /** Image name without its folder, e.g. `WINWORD.EXE`. */
  readonly name: string;
  readonly imagePath: string | null;
  readonly commandLine: string | null;
  readonly user: string | null;
  readonly integrity: string | null;
  readonly is64Bit: boolean | null;
  readonly startTime: TraceTime | null;
  readonly endTime: TraceTime | null;
}

/** What a `detail` value may be: JSON, plus bigint for 64-bit numbers. */
export type DetailValue = null | boolean | number | bigint | string | readonly DetailValue[] | { readonly [key: string]: DetailValue };

/** Return addresses of the thread that issued an operation, innermost first. Readers hand out one object for equal stacks of a trace. */
export interface RecordedStack {
  readonly frames: BigUint64Array;
  /** What the source itself says of each frame (`ntdll.dll + 0x9f7d4`), where it says anything; as many as frames. */
  readonly locations: readonly (string | null)[] | null;
}

/** An image mapped into a process; drivers and the kernel belong to the System process. */
export interface TraceModule {
  readonly process: ProcessIndex;
  readonly base: bigint;
  /** Bytes in memory. */
  readonly size: number;
  readonly path: string;
  readonly loadTime: TraceTime | null;
  readonly version: string | null;
  readonly company: string | null;
  readonly description: string | null;
}

/** What kind of thing a context event tells of. `lost`: the recorder dropped events here. */
export const contextClasses = ['process', 'thread', 'image', 'registry', 'network', 'profiling', 'disk', 'minifilter', 'name', 'lost', 'other'] as const;
export type ContextClass = (typeof contextClasses)[number];

/** A record that is no file operation but helps to read the trace: kept to be browsed beside the operations, never replayed. */
export interface ContextEvent {
  /** Position among all records of the source file, from 0. */
  readonly sourceIndex: number;
  readonly time: TraceTime;
  readonly duration: bigint | null;
  /** null where the source does not say whose it is. */
  readonly process: ProcessIndex | null;
  readonly tid: number | null;
  readonly contextClass: ContextClass;
  /** The source's own name for it, e.g. `RegQueryValue`, `FltPreOpInit`. */
  readonly name: string;
  readonly path: string | null;
  readonly status: NTSTATUS | null;
  readonly detail: { readonly [key: string]: DetailValue };
  /** `sourceIndex` of the operation it belongs to, e.g. the request a minifilter callback ran for; null for none. */
  readonly operation: number | null;
}

export interface OperationRecord {
  /** Position among all records of the source file, from 0: the tie-breaker and the way back to the source. */
  readonly sourceIndex: number;
  /** When the operation was issued. */
  readonly time: TraceTime;
  /** From issue to completion in 100 ns ticks; null where the source does not know (pending, or not recorded). */
  readonly duration: bigint | null;
  readonly process: ProcessIndex;
  readonly tid: number;
  /** The source's own name for it, e.g. Procmon's `QueryBasicInformationFile`. */
  readonly operation: string;
  /** IRP_MJ_* value (Filter Manager pseudo majors as unsigned bytes), or null where the source's event has none. */
  readonly major: number | null;
  readonly minor: number;
  readonly kind: OperationKind;
  readonly path: string | null;
  /** Final or recorded status; null when the source has none. STATUS_PENDING where it never completed in the trace. */
  readonly status: NTSTATUS | null;
  /** IoStatus.Information where recorded or derivable. */
  readonly information: number | null;
  /** IRP_* flags (IRP_NOCACHE, IRP_PAGING_IO, IRP_SYNCHRONOUS_PAGING_IO ...); 0 when unknown. */
  readonly irpFlags: number;
  /** Byte offset of reads, writes and locks. */
  readonly offset: bigint | null;
  /** Length in bytes of reads, writes, locks and information buffers. */
  readonly length: number | null;
  /** Information class, control code, create disposition ... decoded and raw, by the names of procmon-formats.md / etw-formats.md. */
  readonly detail: { readonly [key: string]: DetailValue };
  /** Null where the source has none, or records none. */
  readonly stack: RecordedStack | null;
  /** Fields that were not recorded; what is not listed was. */
  readonly provenance: { readonly [field: string]: Provenance };
}

/** An operation as it is stored: numbered within its trace. Its stack is asked for by itself. */
export interface NumberedOperation extends Omit<OperationRecord, 'stack'> {
  readonly index: OperationIndex;
}

/** One kind of problem met while importing, e.g. `{ reason: 'registry event', count: 28240 }`. */
export interface SkippedReason {
  readonly reason: string;
  readonly count: number;
}

/** A damaged part of the source: where, why, and how many records were lost by it (null where that cannot be told). */
export interface DamageReport {
  /** Byte offset, or line number where `unit` says so. */
  readonly at: number;
  readonly unit: 'offset' | 'line';
  readonly reason: string;
  readonly records: number | null;
}

/** `date`: the day on which the source begins, or the moment its relative times count from. `zone`: how far its local times are ahead of UTC. */
export type UnknownTime = 'date' | 'zone';

export interface ImportSummary {
  /** Id of a format in formats/index.ts; a log version of it may stand behind, as in `procmon-pml-7`. */
  readonly format: string;
  /** Every record in the file: imported + skipped + damaged. */
  readonly events: number;
  readonly operations: number;
  readonly skipped: readonly SkippedReason[];
  /** The skipped records by the source's own name for them, e.g. `RegQueryValue`: what `info` counts beside the operations. */
  readonly skippedOperations?: readonly { readonly operation: string; readonly count: number }[];
  /** The operations by the source's own name for their records, where that says more than the operation's name: `FileIo/Create (0x0440, v3)`. */
  readonly operationEvents?: readonly { readonly event: string; readonly count: number }[];
  /** True where the sink asked to stop; what was read until then is kept. */
  readonly cancelled?: boolean;
  readonly damaged: readonly DamageReport[];
  readonly firstTime: TraceTime | null;
  readonly lastTime: TraceTime | null;
  /** What of its times the source does not say, so that `ImportOptions` may; missing where it says all. */
  readonly unknownTimes?: readonly UnknownTime[];
  /** Size of the source in bytes. */
  readonly bytes: number;
  /** What the source says of itself: computer, Windows build, 32/64 bit, processors ... */
  readonly system: { readonly [key: string]: DetailValue };
}

/** Where an importer puts what it reads. Calls come in source order; batches keep the calls few. */
export interface ImportSink {
  /** A process whose `index` came before replaces what was known of it. */
  processes(batch: readonly TraceProcess[]): void;
  modules(batch: readonly TraceModule[]): void;
  contextEvents(batch: readonly ContextEvent[]): void;
  /** In source order; numbering by time is the store's work. */
  operations(batch: readonly OperationRecord[]): void;
  /** `done` of `total` bytes or records; false asks the importer to stop and return what it has so far. */
  progress(done: number, total: number): boolean;
}

const ticksPerMillisecond = 10_000n;
/** 1601-01-01 to 1970-01-01 in 100 ns ticks. */
const unixEpoch = 116_444_736_000_000_000n;

/** ISO 8601 with 7 decimals, UTC: `2026-06-05T06:42:34.4865138Z`. */
export function formatTraceTime(time: TraceTime): string {
  const sinceUnix = time - unixEpoch;
  let milliseconds = sinceUnix / ticksPerMillisecond;
  let ticks = sinceUnix % ticksPerMillisecond;
  if (ticks < 0n) {
    ticks += ticksPerMillisecond;
    milliseconds -= 1n;
  }
  const text = new Date(Number(milliseconds)).toISOString();
  return `${text.slice(0, -1)}${ticks.toString().padStart(4, '0')}Z`;
}

/** The inverse of `formatTraceTime`; undefined for anything else. */
export function parseTraceTime(text: string): TraceTime | undefined {
  const match = /^((?:\d{4}|\+\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{7})Z$/.exec(text);
  if (!match) return undefined;
  const seconds = Date.parse(`${match[1] ?? ''}Z`);
  if (Number.isNaN(seconds)) return undefined;
  return (BigInt(seconds) * ticksPerMillisecond + BigInt(match[2] ?? 0) + unixEpoch) as TraceTime;
}

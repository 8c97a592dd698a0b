/** Opening traces, what is in them beside operations, and two of them as a pair. Plain data; times are 100 ns ticks since 1601. */
import type { DetailValue, OperationRow } from './values.ts';

export interface TraceInfo {
  readonly id: number;
  readonly name: string;
  /** Where it was read from; null for an upload through the browser. */
  readonly sourcePath: string | null;
  /** Of the file as the user has it, wrapped or not; of several parts one behind the other. */
  readonly sha256: string;
  readonly format: string;
  /** The format in words. */
  readonly formatTitle: string;
  readonly synthetic: boolean;
  readonly state: 'importing' | 'complete' | 'cancelled' | 'failed';
  /** Ticks that the session's clock is ahead of the trace's own: in every time of its rows, events and report, not in what is stored. */
  readonly clockOffset: bigint;
  /** Records kept beside the operations, such as process, registry and network events. */
  readonly contextEvents: number;
  readonly report: ImportReport;
}

export interface ImportReport {
  /** Every record in the source: operations + skipped + damaged. */
  readonly events: number;
  readonly operations: number;
  readonly processes: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly damaged: readonly { readonly at: number; readonly unit: 'offset' | 'line'; readonly reason: string; readonly records: number | null }[];
  readonly firstTime: bigint | null;
  readonly lastTime: bigint | null;
  /** Bytes that were read: of a wrapped file what was in it (`system.packedBytes` is the file's own size), of several parts all. */
  readonly bytes: number;
  /** What the source says of itself; with `wrapping`, `member`, `packedBytes` and `parts` where it was wrapped or had several parts. */
  readonly system: { readonly [key: string]: DetailValue };
}

/** A format that can be imported. Wrapped in gzip, zlib or zip it can too. */
export interface TraceFormatInfo {
  readonly id: string;
  readonly title: string;
  /** For open dialogs, without the dot. A format is told by its content. */
  readonly extensions: readonly string[];
}

export type Wrapping = 'none' | 'gzip' | 'zlib' | 'zip';

export type ImportSource =
  /** Other parts of the same log (`name-1.PML`) that lie beside it are read with it, unless it is wanted `alone`. */
  | { readonly kind: 'path'; readonly path: string; readonly alone?: boolean }
  /** A file that the page handed over in chunks (`upload.begin`); further parts of the same log, in any order, by their uploads. */
  | { readonly kind: 'upload'; readonly uploadId: number; readonly parts?: readonly number[] }
  /** A bundled sample by name, e.g. `first-light`. */
  | { readonly kind: 'sample'; readonly name: string };

/** What the user says of one source. */
export interface ImportChoices {
  /** Which trace of a zip archive, by the name `trace.detect` gives; default: its largest. */
  readonly member?: string;
  /** Midnight of the first day, for a source without dates. */
  readonly assumedDate?: bigint;
  /** Minutes by which the source's local times are ahead of UTC. */
  readonly utcOffset?: number;
  readonly clockOffset?: bigint;
  /** How many bytes a wrapped file may become; default: see `unpackLimits` of the host. */
  readonly unpackedBytes?: number;
}

export interface ImportRequest {
  readonly source: ImportSource;
  readonly choices?: ImportChoices;
}

/** What a file is, before it is imported. */
export type TraceDetection =
  | DetectedTrace
  | { readonly kind: 'session'; readonly name: string; readonly bytes: number }
  /** `message` is the one sentence that says what was found and what to do. */
  | { readonly kind: 'refused'; readonly name: string; readonly bytes: number; readonly code: string; readonly message: string };

export interface DetectedTrace {
  readonly kind: 'trace';
  readonly name: string;
  /** Size of the file as the user has it; of several parts together. */
  readonly bytes: number;
  readonly format: string;
  readonly formatTitle: string;
  readonly wrapping: Wrapping;
  /** The traces in a zip archive, the one that would be imported first; empty where it is none. */
  readonly members: readonly ArchiveMember[];
  /** All parts of the log in their order, this file among them; empty where it has one part. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  /** Which choices mean something for it, because the source does not say it itself. */
  readonly asks: readonly ('assumedDate' | 'utcOffset')[];
  /** Null where the file is not whole yet (an upload) or would have to be unpacked first. */
  readonly preview: TracePreview | null;
}

export interface ArchiveMember {
  readonly name: string;
  /** Unpacked, as the archive says. */
  readonly bytes: number;
  readonly format: string;
  readonly formatTitle: string;
}

/** The first records of a trace in the file's order. */
export interface TracePreview {
  readonly rows: readonly PreviewRow[];
  readonly firstTime: bigint | null;
  readonly system: { readonly [key: string]: DetailValue };
}

export interface PreviewRow {
  readonly time: bigint;
  readonly process: string;
  readonly pid: number | null;
  readonly operation: string;
  readonly path: string | null;
  readonly status: number | null;
  /** Null for a file operation. */
  readonly contextClass: ContextClass | null;
}

export type ImportPhase = 'unpacking' | 'reading' | 'sorting' | 'checking';

export interface ImportProgress {
  readonly jobId: number;
  /** Null until there is something to read. */
  readonly traceId: number | null;
  readonly phase: ImportPhase;
  /** Bytes of this phase. */
  readonly done: number;
  readonly total: number;
  readonly operations: number;
  /** Since this phase began. */
  readonly milliseconds: number;
}

/** A file that is being imported or waits for its turn. */
export interface ImportJobInfo {
  readonly jobId: number;
  readonly name: string;
  readonly state: 'waiting' | 'running';
  readonly traceId: number | null;
}

/** What kind of thing a context event tells of. `lost`: the recorder dropped events here. */
export type ContextClass = 'process' | 'thread' | 'image' | 'registry' | 'network' | 'profiling' | 'disk' | 'minifilter' | 'name' | 'lost' | 'other';

/** A record that is no file operation but helps to read the trace. */
export interface ContextRow {
  /** Position among those that were asked for, from 1, in order of time. */
  readonly number: number;
  readonly sourceIndex: number;
  readonly time: bigint;
  readonly duration: bigint | null;
  /** Empty where the source does not say whose it is. */
  readonly process: string;
  readonly pid: number | null;
  readonly tid: number | null;
  readonly contextClass: ContextClass;
  /** The source's own name for it. */
  readonly name: string;
  readonly path: string | null;
  readonly status: number | null;
  readonly detail: { readonly [key: string]: DetailValue };
  /** As `OperationDetail.detailWords`. */
  readonly detailWords: { readonly [key: string]: string };
  /** `sourceIndex` of the operation it belongs to (`operations.bySource` tells its number); null for none. */
  readonly operationSource: number | null;
}

/** A place where the recorder dropped events. */
export interface LostMark {
  readonly time: bigint;
  /** How many, where the source says it. */
  readonly count: number | null;
  /** The source's own words. */
  readonly name: string;
  /** Number of the first operation at or after it; null where there is none. */
  readonly before: number | null;
}

/** A return address of the thread that issued an operation. */
export interface RecordedFrame {
  readonly address: bigint;
  readonly kernel: boolean;
  /** File name of the image it lies in; null where no image is known there. */
  readonly module: string | null;
  readonly modulePath: string | null;
  /** From the image's base. */
  readonly offset: number | null;
  /** What the source itself says of it. */
  readonly location: string | null;
}

export interface TraceProcessInfo {
  readonly index: number;
  readonly pid: number;
  readonly parentPid: number | null;
  readonly name: string;
  readonly imagePath: string | null;
  readonly commandLine: string | null;
  readonly user: string | null;
  readonly integrity: string | null;
  readonly is64Bit: boolean | null;
  readonly startTime: bigint | null;
  readonly endTime: bigint | null;
}

export interface TraceModuleInfo {
  /** Index of its process. */
  readonly process: number;
  readonly base: bigint;
  readonly size: number;
  readonly path: string;
  readonly loadTime: bigint | null;
  readonly version: string | null;
  readonly company: string | null;
  readonly description: string | null;
}

/** What `trace.inspect` finds: a report with counts. */
export interface TraceInspection {
  readonly name: string;
  readonly format: string;
  readonly formatTitle: string;
  readonly sha256: string | null;
  readonly report: ImportReport;
  /** Operations by the source's own name, most first; skipped records are counted too, under their names. */
  readonly byOperation: readonly { readonly name: string; readonly count: number }[];
  readonly byProcess: readonly { readonly name: string; readonly pid: number; readonly count: number }[];
}

/** Two captures of the same work, taken above and below a filter, matched operation by operation. */
export interface PairInfo {
  readonly id: number;
  /** Trace ids. */
  readonly above: number;
  readonly below: number;
  readonly state: 'running' | 'complete' | 'cancelled' | 'failed';
  /** Ticks by which the clock below is ahead of the one above. */
  readonly clockOffset: bigint;
  /** The same on both sides, but for changed fields: changed ones count here too. */
  readonly matched: number;
  readonly changed: number;
  /** Only above: the filter completed them itself. */
  readonly swallowed: number;
  /** Only below: the filter issued them. */
  readonly added: number;
  /** How often each field differs, most first. */
  readonly fields: readonly { readonly field: string; readonly count: number }[];
}

export type PairRowKind = 'changed' | 'swallowed' | 'added';

export interface PairRow {
  readonly number: number;
  readonly kind: PairRowKind;
  readonly above: OperationRow | null;
  readonly below: OperationRow | null;
  readonly changes: readonly { readonly field: string; readonly above: DetailValue; readonly below: DetailValue }[];
}

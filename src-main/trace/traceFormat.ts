/** What a trace format is to the rest of the program; each folder of formats/ has one or more. */
import type { ByteSource } from './byteSource.ts';
import type { ImportSink, ImportSummary, TraceTime, UnknownTime } from './record.ts';

/** The beginning of a source, by which its format is told. */
export interface TraceHead {
  /** Of the file, for messages only. */
  readonly name: string;
  /** Size of the whole source in bytes. */
  readonly size: number;
  /** The first bytes: 64 KiB, or all there are. */
  readonly bytes: Uint8Array;
  /** The same as text, UTF-16 where it is that, else UTF-8; without the byte order mark and leading blanks. */
  readonly text: string;
}

/** What the user says of a source that does not say it itself. */
export interface ImportOptions {
  /** Further files of the same log in their order: `name-1.PML`, `name-2.PML`. */
  readonly parts?: readonly ByteSource[];
  /** Midnight of the first day for a source without dates, and the zero of relative times. Default: assumedDate.ts. */
  readonly assumedDate?: TraceTime;
  /** Minutes by which the source's local times are ahead of UTC, default 0; a source whose times are UTC ignores it. */
  readonly utcOffset?: number;
  /** Only the beginning is wanted, at once: a reader that would go over the whole source for names first leaves that out. */
  readonly glance?: boolean;
}

export interface TraceFormat {
  readonly id: string;
  readonly title: string;
  /** File name extensions without the dot, for open dialogs. Never used to tell a format. */
  readonly extensions: readonly string[];
  /** What of its times a source of this format may leave open; what one does leave open, its `ImportSummary` says. */
  readonly mayLackTimes?: readonly UnknownTime[];
  /** True where a source that begins so is of this format. Throws the UserError that refuses one which is of this format and cannot be read. */
  recognises(head: TraceHead): boolean;
  /** Reads all of it into `sink`; throws a UserError only where nothing at all can be read. */
  import(source: ByteSource, sink: ImportSink, options: ImportOptions): ImportSummary;
}

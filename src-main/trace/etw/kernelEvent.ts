/**
 * What the kernel's ETW events say, whatever form they come in: a binary log, tracerpt's, xperf's or PerfView's text.
 *
 * Readers decode their source into these; `EtwCorrelator` makes operations of them. Source: etw-formats.md 9 and 10.
 */
import type { ContextClass, DetailValue, RecordedStack, TraceTime } from '../record.ts';
import type { EtwPointer } from './pointer.ts';

interface EtwEventHead {
  /** Position among all records of the source in order of time, from 0. Later events have greater ones. */
  readonly sourceIndex: number;
  readonly time: TraceTime;
  /** Of the record's header; null where unknown (0xFFFFFFFF, or a header without). */
  readonly pid: number | null;
  readonly tid: number | null;
  readonly processor: number | null;
  /** The source's own name for the event, by which records are counted: `FileIo/Create (0x0440, v3)`. One string for equal names. */
  readonly name: string;
  /** A stack that stands in the event itself; stack events of their own are `EtwStack`. */
  readonly stack: RecordedStack | null;
}

/** Numbers of the FileIo class's events (etw-formats.md 9.2) that begin an operation; 131 to 134 are our own numbers for ids 31 to 34 of Kernel-File. */
export const fileStartTypes = {
  create: 64, cleanup: 65, close: 66, read: 67, write: 68, setInfo: 69, delete: 70, rename: 71, dirEnum: 72, flush: 73, queryInfo: 74, fsControl: 75, dirNotify: 77,
  setLink: 82, setSecurity: 131, querySecurity: 132, setEa: 133, queryEa: 134,
} as const;
export type FileStartType = (typeof fileStartTypes)[keyof typeof fileStartTypes];

/** The parameters by the classes of etw-formats.md 9.3, in its words; null for what a text form leaves out. */
export type FileParameters =
  | { readonly class: 'create'; /** Disposition in the high byte. */ readonly createOptions: number; readonly fileAttributes: number; readonly shareAccess: number }
  | { readonly class: 'simple' }
  | { readonly class: 'readWrite'; readonly offset: bigint; readonly ioSize: number; readonly ioFlags: number; readonly extraFlags: number | null }
  | { readonly class: 'info'; readonly extraInfo: EtwPointer; readonly infoClass: number }
  | { readonly class: 'dir'; readonly length: number; readonly infoClass: number; readonly fileIndex: number; /** Search pattern. */ readonly fileName: string };

/** An operation begins. */
export interface EtwFileStart extends EtwEventHead {
  readonly kind: 'fileStart';
  /** The FileIo class of the kernel logger, or the provider Microsoft-Windows-Kernel-File, which repeats the same operations. */
  readonly provider: 'FileIo' | 'Kernel-File';
  readonly type: FileStartType;
  readonly irp: EtwPointer;
  readonly fileObject: EtwPointer;
  /** 0 where there is none: creates, and text forms without it. */
  readonly fileKey: EtwPointer;
  /** TTID or IssuingThreadId of the payload; null for none or 0. */
  readonly issuingTid: number | null;
  /** OpenPath of a create, or the path that a text form prints beside other operations; null for none. NT or DOS form. */
  readonly path: string | null;
  readonly parameters: FileParameters;
}

/** A note to a running operation: types 78 CreateNewFile, 79 DeletePath, 80 RenamePath, 81 SetLinkPath. */
export interface EtwFileNote extends EtwEventHead {
  readonly kind: 'fileNote';
  readonly provider: 'FileIo' | 'Kernel-File';
  readonly type: 78 | 79 | 80 | 81;
  readonly irp: EtwPointer;
  readonly fileObject: EtwPointer;
  readonly fileKey: EtwPointer;
  readonly path: string;
}

export interface EtwFileEnd extends EtwEventHead {
  readonly kind: 'fileEnd';
  readonly provider: 'FileIo' | 'Kernel-File';
  readonly irp: EtwPointer;
  /** ExtraInfo: IoStatus.Information. */
  readonly information: EtwPointer;
  readonly status: number;
}

/** A name of the file behind a key. `nameIs`: from when to when it holds (etw-formats.md 11.4). */
export interface EtwFileName extends EtwEventHead {
  readonly kind: 'fileName';
  readonly nameIs: 'born' | 'dies' | 'alive';
  readonly fileKey: EtwPointer;
  readonly path: string;
}

/** `start`, `end`; `rundown`: it was there already; `endRundown`: it was there when recording ended; `defunct`: only its object is left. */
export type EtwLife = 'start' | 'end' | 'rundown' | 'endRundown' | 'defunct';

/** The process it tells of is `processId`; the head's `pid` is the one that was running. */
export interface EtwProcess extends EtwEventHead {
  readonly kind: 'process';
  readonly life: EtwLife;
  readonly processId: number;
  readonly parentId: number | null;
  readonly sessionId: number | null;
  readonly exitStatus: number | null;
  /** `S-1-5-18`, or an account's name where a text form gives that. */
  readonly user: string | null;
  /** Without folder; '' where unknown. */
  readonly imageName: string;
  /** NT or DOS path, where the source has it. */
  readonly imagePath: string | null;
  readonly commandLine: string | null;
  readonly is64Bit: boolean | null;
  /** Where the source gives them; else the time of the start or end event stands for it. */
  readonly createTime: TraceTime | null;
  readonly exitTime: TraceTime | null;
}

export interface EtwThread extends EtwEventHead {
  readonly kind: 'thread';
  readonly life: EtwLife | 'named';
  readonly processId: number;
  readonly threadId: number;
  /** Of a SetName event. */
  readonly threadName: string | null;
}

export interface EtwImage extends EtwEventHead {
  readonly kind: 'image';
  readonly life: 'start' | 'end' | 'rundown' | 'endRundown';
  /** 0 (or 4) for drivers and the kernel; null in version 0, which does not say. */
  readonly processId: number | null;
  readonly base: EtwPointer;
  readonly size: number;
  readonly path: string;
}

/** Disk and split I/O: kept beside the operations. */
export interface EtwDisk extends EtwEventHead {
  readonly kind: 'disk';
  /** `DiskRead`, `DiskWriteInit`, `VolMgr` ...: what the row is called. */
  readonly event: string;
  readonly fileKey: EtwPointer | null;
  readonly issuingTid: number | null;
  /** In 100 ns; the event is logged at completion, so that this is how long it took until its time. */
  readonly response: bigint | null;
  readonly detail: { readonly [key: string]: DetailValue };
}

/** Events 96 to 101: a minifilter's callback begins, ends, or fails the operation. */
export interface EtwMinifilter extends EtwEventHead {
  readonly kind: 'minifilter';
  readonly type: 96 | 97 | 98 | 99 | 100 | 101;
  readonly routine: EtwPointer;
  readonly fileObject: EtwPointer;
  /** FsContext, which is the file key. */
  readonly fileContext: EtwPointer;
  readonly irp: EtwPointer;
  readonly callbackData: EtwPointer;
  /** IRP_MJ_*, Filter Manager pseudo majors as unsigned bytes. */
  readonly major: number;
  /** When the callback began, where a completion says so. */
  readonly initialTime: TraceTime | null;
  readonly status: number | null;
}

export interface EtwVolume extends EtwEventHead {
  readonly kind: 'volume';
  readonly ntPath: string;
  readonly dosPath: string;
}

/** What the kernel session was asked to record: EventTrace/Extension's group masks. */
export interface EtwGroupMasks extends EtwEventHead {
  readonly kind: 'groupMasks';
  readonly masks: readonly number[];
}

/** A stack event: the stack of the event at `eventTime` on that thread. */
export interface EtwStack extends EtwEventHead {
  readonly kind: 'stack';
  readonly eventTime: TraceTime;
  readonly stackPid: number;
  readonly stackTid: number;
  readonly frames: BigUint64Array;
}

/** A stack event whose frames stand elsewhere, under a key. */
export interface EtwStackReference extends EtwEventHead {
  readonly kind: 'stackReference';
  readonly eventTime: TraceTime;
  readonly stackPid: number;
  readonly stackTid: number;
  readonly key: EtwPointer;
}

/** The frames of a stack key; `dies`: the key may mean other frames from here on. */
export interface EtwStackDefinition extends EtwEventHead {
  readonly kind: 'stackDefinition';
  readonly key: EtwPointer;
  readonly dies: boolean;
  readonly frames: BigUint64Array;
}

/** Anything else: counted by its name, for `reason`, and kept as a row where `row` says what to show. */
export interface EtwOther extends EtwEventHead {
  readonly kind: 'other';
  /** Why it is no operation: `network event`, `manifest event`, `log record` ... */
  readonly reason: string;
  readonly row: {
    readonly contextClass: ContextClass;
    readonly name: string;
    readonly path: string | null;
    readonly status: number | null;
    readonly detail: { readonly [key: string]: DetailValue };
  } | null;
}

export type EtwEvent =
  | EtwFileStart | EtwFileNote | EtwFileEnd | EtwFileName | EtwProcess | EtwThread | EtwImage | EtwDisk | EtwMinifilter | EtwVolume | EtwGroupMasks
  | EtwStack | EtwStackReference | EtwStackDefinition | EtwOther;

/** Where the recorder dropped something: no record of the source, so it is not counted among the events. */
export interface EtwLoss {
  readonly what: 'events' | 'buffers';
  /** Place in the order of the source's events. */
  readonly sourceIndex: number;
  readonly time: TraceTime;
  /** null where the source does not say how many. */
  readonly count: number | null;
  readonly processor: number | null;
}

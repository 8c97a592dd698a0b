/** What a look at a stop shows beside the stop itself: the engine's objects, bytes of buffers. Plain data; long numbers (times, offsets) are decimal text. */

/** The first rows of a list, and how many there are. */
export interface ObjectList<Row> {
  readonly count: number;
  readonly rows: readonly Row[];
}

/** An event of the run: `issued:sequence`. */
export interface ObjectPoint {
  readonly issued: number;
  readonly sequence: number;
}

/** A driver's line. */
export interface ObjectPlace {
  readonly driver: string;
  readonly line: number;
}

/** Everything the simulated system holds at one moment. */
export interface EngineObjects {
  /** Virtual time: 100 ns ticks since 1601. */
  readonly time: string;
  readonly filters: ObjectList<FilterObject>;
  readonly contexts: ObjectList<ContextObject>;
  /** Issued and not completed, whoever has them. */
  readonly inFlight: ObjectList<InFlightObject>;
  readonly pended: ObjectList<PendedObject>;
  readonly queues: ObjectList<QueueObject>;
  readonly workItems: ObjectList<WorkItemObject>;
  readonly timers: ObjectList<TimerObject>;
  readonly threads: ObjectList<ThreadObject>;
  readonly locks: ObjectList<LockObject>;
  readonly generated: ObjectList<GeneratedObject>;
  readonly ports: ObjectList<PortObject>;
  readonly holdings: ObjectList<HoldingObject>;
  readonly fileObjects: ObjectList<FileObjectObject>;
  /** Only those with an oplock or a byte-range lock. */
  readonly streams: ObjectList<StreamObject>;
}

export interface FilterObject {
  readonly name: string;
  readonly state: string;
  readonly references: number;
  readonly instances: readonly InstanceObject[];
}

export interface InstanceObject {
  readonly name: string;
  readonly altitude: string;
  readonly volume: string;
  readonly frame: number;
  readonly state: string;
  readonly references: number;
  /** Of the filter's registration. */
  readonly flags: string;
  /** Operations that it keeps, or is owed a post callback for. */
  readonly operations: readonly number[];
}

export interface ContextObject {
  readonly label: string;
  /** `FLT_STREAM_CONTEXT` */
  readonly type: string;
  readonly driver: string;
  readonly instance: string | null;
  readonly state: string;
  readonly size: number;
  readonly pool: 'paged' | 'non-paged';
  readonly count: number;
  /** What it is set on; null for one that is not set. */
  readonly setOn: string | null;
  /** References that the filter has not given back, oldest first. */
  readonly held: readonly { readonly routine: string; readonly place: ObjectPlace | null; readonly operation: number | null; readonly point: ObjectPoint | null }[];
  readonly history: readonly ContextHistoryStep[];
  /** What the driver has written into it. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** Who set its fields, oldest first; null where it was not noted. */
  readonly changes: readonly ContextChange[] | null;
}

/** A field was set between two steps of the context's life; `until` null: since the last one. Nobody sees the writing itself. */
export interface ContextChange {
  readonly field: string;
  /** Null: it was not there. */
  readonly from: string | null;
  readonly to: string | null;
  readonly since: ContextHistoryStep | null;
  readonly until: ContextHistoryStep | null;
}

export interface ContextHistoryStep {
  readonly what: string;
  readonly by: string;
  readonly count: number;
  readonly place: ObjectPlace | null;
  readonly operation: number | null;
  readonly point: ObjectPoint | null;
}

/** An operation that is under way and that nobody works on at this moment. */
export interface InFlightObject {
  readonly operation: number;
  readonly name: string;
  readonly path: string | null;
  readonly process: string;
  readonly pid: number;
}

export interface PendedObject {
  readonly operation: number;
  readonly name: string;
  readonly path: string | null;
  /** Who has it. */
  readonly by: string;
  readonly altitude: string | null;
  readonly where: 'pre callback' | 'post callback' | 'cancel-safe queue' | 'work queue' | 'file system' | 'waiting thread';
  /** One phrase: who completes it. */
  readonly completes: string;
  readonly place: ObjectPlace | null;
  /** Ticks; null where it is not known. */
  readonly since: string | null;
  readonly point: ObjectPoint | null;
  readonly thread: string;
  readonly cancelled: boolean;
  readonly cancelRoutine: boolean;
}

export interface QueueObject {
  readonly name: string;
  readonly driver: string;
  readonly instance: string;
  readonly enabled: boolean;
  readonly operations: readonly number[];
}

export interface WorkItemObject {
  readonly kind: string;
  readonly driver: string;
  readonly routine: string;
  readonly queue: 'critical' | 'delayed';
  readonly operation: number | null;
  readonly context: string;
}

export interface TimerObject {
  readonly name: string;
  readonly driver: string;
  /** Ticks. */
  readonly due: string;
  /** Milliseconds; 0: once. */
  readonly period: number;
}

export interface ThreadObject {
  readonly name: string;
  readonly tid: number;
  readonly kind: string;
  readonly state: 'running' | 'waiting' | 'ready' | 'idle';
  /** Innermost first. */
  readonly routines: readonly { readonly driver: string; readonly routine: string; readonly operation: number | null; readonly irql: string }[];
  readonly waits: { readonly what: string; readonly holders: readonly string[]; readonly place: ObjectPlace | null; readonly until: string | null } | null;
  readonly locks: readonly string[];
  /** `critical region`, `guarded region`. */
  readonly regions: readonly string[];
}

export interface LockObject {
  readonly name: string;
  /** Null where there is only one way to hold it. */
  readonly held: 'exclusive' | 'shared' | null;
  readonly holders: readonly { readonly thread: string; readonly times: number }[];
  readonly waiters: readonly { readonly thread: string; readonly wants: 'exclusive' | 'shared' | null }[];
}

export interface GeneratedObject {
  readonly operation: number;
  readonly name: string;
  readonly driver: string;
  readonly target: string;
  readonly state: string;
}

export interface PortObject {
  readonly name: string;
  readonly driver: string;
  readonly closed: boolean;
  /** 0: no limit. */
  readonly maxConnections: number;
  readonly connections: readonly {
    readonly id: string; readonly process: string; readonly state: string;
    readonly messages: readonly { readonly id: string; readonly length: number; readonly state: 'queued' | 'delivered, reply expected' | 'delivered'; readonly sender: string }[];
    /** Calls of FilterGetMessage that wait. */
    readonly waitingGets: number;
  }[];
}

/** What a filter has taken and not given back. */
export interface HoldingObject {
  readonly driver: string;
  readonly kind: string;
  readonly object: string;
  readonly count: number;
  readonly places: readonly (ObjectPlace | null)[];
}

export interface FileObjectObject {
  readonly id: string;
  readonly path: string;
  readonly volume: string;
  readonly flags: string;
  readonly access: string;
  /** What others may do meanwhile: `read | write | delete`; null: it takes no part. */
  readonly shares: string | null;
  readonly state: 'open' | 'cleaned up';
  /** The driver that opened it; null for a program's. */
  readonly driver: string | null;
}

export interface StreamObject {
  readonly path: string;
  readonly opens: number;
  /** State as OPL-002 names it; `NONE`. */
  readonly oplock: string;
  readonly oplockHolders: readonly { readonly fileObject: string; readonly level: string; readonly breakTo: string | null; readonly recorded: RecordedOplockMark | null }[];
  readonly oplockWaiters: readonly { readonly fileObject: string; readonly kind: string; readonly recorded: RecordedOplockMark | null }[];
  readonly locks: readonly { readonly fileObject: string; readonly offset: string; readonly length: string; readonly exclusive: boolean; readonly key: number; readonly waits: boolean }[];
  /** SHARE_ACCESS */
  readonly share: { readonly OpenCount: number; readonly Readers: number; readonly Writers: number; readonly Deleters: number; readonly SharedRead: number; readonly SharedWrite: number; readonly SharedDelete: number };
}

/** The recording says so, not the simulated file system: by a request that waits. */
export interface RecordedOplockMark {
  readonly operation: number;
}

export type ByteOrigin = 'unknown' | 'uninitialised' | 'recorded' | 'rebuilt' | 'assumed' | 'zeroed' | 'written';

/** Bytes of a kernel buffer with where each comes from. */
export interface BufferView {
  readonly id: string;
  readonly kind: string;
  /** Of the whole buffer. */
  readonly length: number;
  readonly freed: boolean;
  /** Of `bytes`. */
  readonly offset: number;
  /** Two hex digits a byte. */
  readonly bytes: string;
  /** Stretches of the same origin, in order; they cover `bytes`. */
  readonly origins: readonly { readonly offset: number; readonly length: number; readonly origin: ByteOrigin; readonly writer: string | null }[];
  /** The operation's structure over the whole buffer; null where it has none. */
  readonly overlay: BufferOverlay | null;
  /** Structures that could be laid over it. */
  readonly structures: readonly string[];
  /** Who wrote which of its bytes, oldest first; null where it was not noted. */
  readonly history: readonly BufferWrite[] | null;
}

/** Bytes that somebody wrote into a buffer. */
export interface BufferWrite {
  readonly offset: number;
  readonly length: number;
  /** `file system`, `program` (of messages) or the driver's name. */
  readonly by: string;
  readonly place: ObjectPlace | null;
  /** The last event before it. */
  readonly point: ObjectPoint;
}

export interface BufferOverlay {
  readonly structure: string;
  readonly rows: readonly OverlayRow[];
  /** There are more entries than are shown. */
  readonly more: boolean;
}

export interface OverlayRow {
  /** Entry of a list, from 0. */
  readonly entry: number;
  /** `CreationTime`, `SymbolicLinkReparseBuffer.Flags`. */
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly size: number;
  /** Empty where it does not fit. */
  readonly value: string;
  /** Whether every byte of it is known. */
  readonly known: boolean;
}

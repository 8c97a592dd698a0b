/** The contract: every request by name, with its parameters and result, and every event. Add a line and both sides fail to compile until they agree. */
import type { DriverFile } from '../../src-main/base/driverLines.ts';
import type { BranchRequests } from './branchRequests.ts';
import type { RunTree } from './branchValues.ts';
import type { BreakpointEvents, BreakpointRequests } from './breakpointRequests.ts';
import type { CompareRequests } from './compareRequests.ts';
import type { CompareInfo } from './compareValues.ts';
import type { DebugRequests } from './debugRequests.ts';
import type { EditorRequests } from './editorRequests.ts';
import type { ExploreRequests } from './exploreRequests.ts';
import type { ExploreReport } from './exploreValues.ts';
import type { FilterEvents, FilterRequests } from './filterRequests.ts';
import type { MarkEvents, MarkRequests } from './markRequests.ts';
import type { InspectRequests } from './inspectRequests.ts';
import type { LifeRequests } from './lifeRequests.ts';
import type { ReportRequests } from './reportRequests.ts';
import type { SequenceRequests } from './sequenceRequests.ts';
import type { ShrinkRequests } from './shrinkRequests.ts';
import type { ShrinkReport } from './shrinkValues.ts';
import type { TallyEvents, TallyRequests } from './tallyRequests.ts';
import type {
  ContextClass, ContextRow, ImportJobInfo, ImportProgress, ImportReport, ImportRequest, ImportSource, LostMark, PairInfo, PairRow, PairRowKind, RecordedFrame, TraceDetection, TraceInfo, TraceInspection,
  TraceModuleInfo, TraceProcessInfo,
} from './traceValues.ts';
import type {
  AffectedCause, AppInfo, AskedCallback, AssumptionInfo, BundledDriverInfo, CalledWhy, ConformanceReport, DriverInfo, DriverProblem, EventKind, EventRow, EventWhy, MajorInfo, NewDriverFile, OperationDetail, OperationRow, QueryAnswer,
  RunInfo, RunState, SessionInfo, StatusName, StopInfo, ViolationRow,
} from './values.ts';

type None = Record<string, never>;

export interface RequestMap extends BranchRequests, BreakpointRequests, CompareRequests, DebugRequests, EditorRequests, ExploreRequests, FilterRequests, InspectRequests, LifeRequests, MarkRequests, ReportRequests, SequenceRequests, ShrinkRequests, TallyRequests {
  'app.info': { params: None; result: AppInfo };
  'app.majors': { params: None; result: readonly MajorInfo[] };
  /** Every NTSTATUS that has a WDK name. Rows carry numbers only; a page asks once and writes names itself. */
  'app.statuses': { params: None; result: readonly StatusName[] };
  /** Every decision the documents leave open, with its readings, the default first. */
  'app.assumptions': { params: None; result: readonly AssumptionInfo[] };
  /** The text of fltkernel.d.ts (or, for service scripts, fltservice.d.ts), generated from the driver-api tables. */
  'app.declarations': { params: { of?: 'driver' | 'service' }; result: { fileName: string; text: string } };

  'session.current': { params: None; result: SessionInfo };
  'session.open': { params: { path: string }; result: SessionInfo };
  /** A bundled sample by name, the first one without; as it was left where it was open before. */
  'session.openSample': { params: { name?: string }; result: SessionInfo };
  /** Copies the current session to `path` and goes on there. */
  'session.saveAs': { params: { path: string }; result: SessionInfo };
  'session.trust': { params: None; result: SessionInfo };
  /**
   * Opens `path`, or makes it, with or without the bundled drivers in it; null makes one that is deleted when it is closed.
   * `copyOf` names a session whose content the new one begins with.
   */
  'session.create': { params: { path: string | null; bundledDrivers: boolean; copyOf?: string }; result: SessionInfo };
  /** Read-only SQL on the documented views of the session, or of the one at `path`. */
  'session.query': { params: { sql: string; limit: number; path?: string }; result: QueryAnswer };

  /** Begins a file that the page sends in chunks, because a browser gives no path. */
  'upload.begin': { params: { name: string; size: number }; result: { uploadId: number } };
  'upload.chunk': { params: { uploadId: number; bytes: Uint8Array }; result: { received: number } };
  'upload.cancel': { params: { uploadId: number }; result: None };

  /** What a file is, without importing it. A file that cannot be imported is an answer too, not an error. An upload may still be on its way. */
  'trace.detect': { params: { source: ImportSource; member?: string }; result: TraceDetection };
  /**
   * Imports traces, one after the other, into a new session named after the first or into the current one. Answers as soon as each is known to be
   * readable; progress comes as events. What cannot be read is refused by itself; an error where it was the only one. A session file alone is opened instead.
   */
  'trace.open': {
    params: { sources: readonly ImportRequest[]; into: 'new' | 'current' };
    result: { jobs: readonly ImportJobInfo[]; refused: readonly { readonly name: string; readonly code: string; readonly message: string }[]; session: SessionInfo };
  };
  /** Files being imported and waiting, in their order. */
  'trace.imports': { params: None; result: readonly ImportJobInfo[] };
  /** Null: all of them. What is imported already is kept. */
  'trace.cancelImport': { params: { jobId: number | null }; result: None };
  /** Whether a file is a session, by its content. */
  'trace.kind': { params: { path: string }; result: { kind: 'session' | 'other' } };
  /** What is in a trace file or a session, one entry a trace, without writing anything. */
  'trace.inspect': { params: { path: string; choices?: ImportRequest['choices'] }; result: readonly TraceInspection[] };
  'trace.rename': { params: { traceId: number; name: string }; result: TraceInfo };
  'trace.setClockOffset': { params: { traceId: number; offset: bigint }; result: TraceInfo };
  /** With its runs and pairs. */
  'trace.remove': { params: { traceId: number }; result: SessionInfo };
  'trace.processes': { params: { traceId: number }; result: readonly TraceProcessInfo[] };
  /** Images mapped into a process (null: all processes), in order of load time. */
  'trace.modules': { params: { traceId: number; process: number | null }; result: readonly TraceModuleInfo[] };
  /** How many context events of each class, most first. */
  'trace.contextCounts': { params: { traceId: number }; result: readonly { readonly contextClass: ContextClass; readonly count: number }[] };
  /** Context events in time order: of the classes (null: all) and with `text` in name, path or process (no case; empty: all). `count` of those that fit. */
  'trace.context': {
    params: { traceId: number; offset: number; limit: number; classes: readonly ContextClass[] | null; text: string };
    result: { rows: readonly ContextRow[]; count: number };
  };
  /** Places where the recorder dropped events, at most as many as a list can show. */
  'trace.lostMarks': { params: { traceId: number }; result: readonly LostMark[] };

  /** Matches two traces of this session. `clockOffset` null: found out. Answers at once; `pair.done` tells the end. */
  'trace.pair': { params: { above: number; below: number; clockOffset: bigint | null }; result: PairInfo };
  'pairs.list': { params: None; result: readonly PairInfo[] };
  'pairs.page': { params: { pairId: number; kinds: readonly PairRowKind[] | null; offset: number; limit: number }; result: { rows: readonly PairRow[]; count: number } };
  'pairs.cancel': { params: { pairId: number }; result: None };
  'pairs.remove': { params: { pairId: number }; result: None };

  /** `where` here and below: a filter expression (docs/command-line.md); absent, null or empty: every operation. */
  'operations.count': { params: { traceId: number; where?: string | null }; result: { count: number } };
  /** With a filter the first page does not wait for the count: it is what was found so far until `exact`, and `filter.counted` tells how it grows. */
  'operations.page': {
    params: { traceId: number; offset: number; limit: number; runId: number | null; where?: string | null };
    result: { rows: readonly OperationRow[]; count: number; exact: boolean };
  };
  /** Position, from 0, of an operation in the filtered list; of the next behind it where it is not shown, else of the last before it. Null where nothing is shown. */
  'operations.position': { params: { traceId: number; where?: string | null; index: number }; result: { position: number; index: number } | null };
  'operations.get': { params: { traceId: number; index: number; runId: number | null }; result: OperationDetail };
  /** The stack recorded with an operation, innermost frame first; null where there is none. */
  'operations.stack': { params: { traceId: number; index: number }; result: { frames: readonly RecordedFrame[] } | null };
  /** The number of the operation at a position of the source, near a time; null where it was not imported. */
  'operations.bySource': { params: { traceId: number; sourceIndex: number; time: bigint }; result: { index: number | null } };
  /** The first operation issued at a time of the session's clock, as in rows, or after it; of those at that very time the first behind the source's record `behind`. Null where there is none. */
  'operations.atTime': { params: { traceId: number; time: bigint; behind?: number }; result: { index: number | null } };
  /** Operations with everything known of them; `where` is a filter expression (docs/command-line.md), `offset` counts those it lets through, of the ones with numbers above `after`. */
  'operations.select': { params: { traceId: number; where: string | null; after: number; offset: number; limit: number }; result: { rows: readonly OperationDetail[] } };
  /**
   * A whole trace as JSON Lines (docs/json-lines.md), a piece at a time: `from` 0 first, then `next` of the answer before, until that is null. Times are on the trace's own
   * clock. A piece has about a million characters and ends with the end of a line.
   */
  'operations.jsonLines': { params: { traceId: number; from: number }; result: { text: string; next: number | null } };
  /** Next operation at or after `from` whose path, operation or process contains `text` (no case); null where there is none. */
  'operations.find': { params: { traceId: number; text: string; from: number; backwards: boolean; where?: string | null }; result: { index: number | null } };

  'drivers.list': { params: None; result: readonly DriverInfo[] };
  'drivers.create': { params: { name: string; altitude: string; template: 'passThrough' | 'preRead' | 'statusCallback' | 'denyCreate' }; result: DriverInfo };
  /** Takes over a driver from outside: its source, its other files, its service script, and the text of its manifest. */
  'drivers.add': { params: { name: string; source: string; files?: readonly NewDriverFile[]; service?: string; manifest: string; altitude: string; enabled: boolean }; result: DriverInfo };
  /** Adds a bundled driver by name, as shipped. */
  'drivers.bundled': { params: None; result: readonly BundledDriverInfo[] };
  'drivers.addBundled': { params: { name: string; altitude: string | null; enabled: boolean }; result: DriverInfo };
  /**
   * Saves the given fields. A changed source, file or service script becomes a new version; older ones are kept. `files` are all but the entry:
   * those with a slot are files that the driver has, perhaps under a new name, those without are known by their names or new, and what is not
   * there is removed. Breakpoints on its lines go along with the text; `breakpoints: 'stay'` is for those who have set them in a text of their own.
   */
  'drivers.update': { params: { id: number; source?: string; files?: readonly (NewDriverFile & { slot?: number | null })[]; service?: string; altitude?: string; enabled?: boolean; name?: string; breakpoints?: 'stay' }; result: DriverInfo };
  'drivers.remove': { params: { id: number }; result: None };
  /** Puts a bundled driver back to how it was shipped, as a new version. */
  'drivers.restore': { params: { id: number }; result: DriverInfo };
  /** What loading would refuse: syntax, unknown API names, forbidden globals. Runs nothing. Without `files` or `service`: those that are saved. */
  'drivers.check': { params: { id: number; source: string; files?: readonly DriverFile[]; service?: string }; result: readonly DriverProblem[] };

  'events.page': { params: { runId: number; offset: number; limit: number; operation: number | null; kinds: readonly EventKind[] | null }; result: { rows: readonly EventRow[]; count: number } };
  /** Violations, information and hints; `information`: how many of `count` are of severity I. */
  'violations.page': { params: { runId: number; offset: number; limit: number }; result: { rows: readonly ViolationRow[]; count: number; information: number } };
  /** Operations whose final status in the run is not the recorded one. */
  'differences.page': { params: { runId: number; offset: number; limit: number }; result: { rows: readonly OperationRow[]; count: number } };
  /** Operations that a change in the run has touched, those of one cause where it is given. */
  'affected.page': { params: { runId: number; offset: number; limit: number; cause: number | null }; result: { rows: readonly OperationRow[]; count: number } };
  /** The operations that have affected others in the run, or were changed themselves, in their order. `count` of them. */
  'affected.causes': { params: { runId: number; offset: number; limit: number }; result: { rows: readonly AffectedCause[]; count: number } };
  /** The event at an execution point, with the rule it follows from, the rule's text and source, and the assumption behind it, if any. */
  'events.why': { params: { runId: number; issued: number; sequence: number }; result: EventWhy };
  /** Why a filter's callback was, or was not, called for an operation. */
  'events.whyCalled': { params: { runId: number; operation: number; filter: string; callback: AskedCallback }; result: CalledWhy };
  /** The three-way view as recorded, for an operation that the run has already passed; null where the run recorded none. */
  'events.stop': { params: { runId: number; number: number }; result: StopInfo | null };

  /** Runs every vector in a specification page. */
  'conform.run': { params: { fileName: string; text: string }; result: ConformanceReport };
}

export interface EventMap extends BreakpointEvents, FilterEvents, MarkEvents, TallyEvents {
  'session.changed': SessionInfo;
  'import.queue': { jobs: readonly ImportJobInfo[] };
  'import.progress': ImportProgress;
  'import.done': { jobId: number; traceId: number; outcome: 'complete' | 'cancelled'; trace: TraceInfo; report: ImportReport; milliseconds: number };
  /** `traceId`: what could be read of it before; null where that is nothing. */
  'import.failed': { jobId: number; name: string; traceId: number | null; code: string; message: string };
  /** Cancelled before anything of it was imported. */
  'import.cancelled': { jobId: number; name: string };
  'pair.progress': { pairId: number; done: number; total: number };
  'pair.done': PairInfo;
  'drivers.changed': readonly DriverInfo[];
  'drivers.problems': { driverId: number; problems: readonly DriverProblem[] };
  'run.state': RunState;
  'run.changed': RunInfo;
  /** Branches were made, renamed, deleted or brought back. */
  'run.tree': RunTree;
  'explore.changed': ExploreReport;
  'compare.changed': CompareInfo;
  'shrink.changed': ShrinkReport;
  /** Events were appended to a run's log. */
  'events.appended': { runId: number; count: number };
  /** A sentence for the user that no request asked for. */
  notice: { severity: 'info' | 'warning' | 'error'; message: string };
  /** A command chosen outside the page (native menu, a file handed over by the system): one of the page's command ids. */
  command: { id: string; argument: string | null };
}

export type RequestName = keyof RequestMap;
export type EventName = keyof EventMap;
export type RequestParams<N extends RequestName> = RequestMap[N]['params'];
export type RequestResult<N extends RequestName> = RequestMap[N]['result'];

/** What a host answers: one handler for each request. */
export type RequestHandlers = { readonly [N in RequestName]: (params: RequestParams<N>) => RequestResult<N> | Promise<RequestResult<N>> };

/** What a client sees. */
export interface HostApi {
  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>>;
  listen<N extends EventName>(name: N, listener: (value: EventMap[N]) => void): { dispose(): void };
}

/** What a shell offers beside the host: things only a window's owner can do. Absent functions are not offered in the page. */
export interface ShellApi {
  readonly kind: 'electron' | 'web';
  /** A native open dialog; no paths when the user cancelled. Absent in the browser, where the page uses a file input. */
  readonly openTraceDialog?: () => Promise<readonly string[]>;
  readonly saveSessionDialog?: (suggestedName: string) => Promise<string | null>;
  /** The path behind a dropped File; absent in the browser. */
  readonly pathForFile?: (file: unknown) => string;
  /** Makes everything in the window larger or smaller; 1 is 100 %. Absent in the browser, where the page does it. */
  readonly setZoom?: (factor: number) => void;
  /** The keys that the native menu shows beside its commands, in the page's spelling. Absent in the browser, which has no native menu. */
  readonly setMenuKeys?: (keys: Readonly<Record<string, string>>) => void;
}

/**
 * Everything that crosses between the host and the engine host, the child process in which drivers run.
 *
 * Two ways: commands go down over fork's IPC channel (structured clone), answers come up over an extra pipe as length-prefixed
 * `v8.serialize` frames (frames.ts), written synchronously, so that they arrive even when the child is about to be paused.
 * Plain data plus bigint and typed arrays only. The shapes of a stop are member for member those of the contract
 * (src-preload/contract/values.ts), declared apart so that neither depends on the other.
 */
import type { DriverFile } from '../base/driverLines.ts';
import type { ResultPage } from '../replay/eventPage.ts';
import type { OperationPage } from '../replay/operationPage.ts';
import type { PackedEventPage } from '../replay/packedEventPage.ts';
import type { RunPlan } from '../replay/runPlan.ts';
import type { RunReport } from '../replay/runReport.ts';
import type { RunSettings } from '../replay/runSettings.ts';
import type { ChoiceReport } from '../replay/scheduleChoices.ts';
import type { UserFile } from '../replay/bytes/unknownBytes.ts';
import type { TraceProcess } from '../trace/record.ts';
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import type { RunProblem, StopInfo } from '../debugger/stop.ts';

export type * from '../debugger/stop.ts';

/** A driver of the stack, highest altitude first or in any order: the engine sorts. */
export interface DriverSource {
  readonly id: number;
  /** Service name, also the script's name: `fltreplay-driver:///statusWatch.ts`. */
  readonly name: string;
  readonly altitude: string;
  /** Of the file with DriverEntry. */
  readonly source: string;
  /** The files beside it. */
  readonly files?: readonly DriverFile[];
  readonly manifest: DriverManifest | null;
  /** The service script beside it; null or absent: nobody is at the other end of its ports. */
  readonly service?: string | null;
}

/** NAME.json beside NAME.ts (driver-api-usage.md 5.2). */
export interface DriverManifest {
  readonly service?: string;
  readonly description?: string;
  /** Altitude of the default instance. */
  readonly altitude?: string;
  readonly instances?: readonly { readonly name: string; readonly altitude: string; readonly flags?: number }[];
  readonly defaultInstance?: string;
  /** Load-order group, e.g. `FSFilter Activity Monitor`. */
  readonly group?: string;
  /** The service script's file beside the driver; default NAME.service.ts, where there is one. */
  readonly serviceScript?: string;
  /** File names of drivers in a trace's minifilter events for which this one stands, e.g. `WdFilter.sys`; NAME.sys is one of them anyway. */
  readonly recordedAs?: readonly string[];
  /** What the driver finds under its service key: REG_DWORD, REG_SZ, REG_MULTI_SZ. */
  readonly values?: { readonly [name: string]: string | number | readonly string[] };
}

export type BreakpointData = Breakpoint;

/** What a breakpoint with a log message has written: the debugger's, not the run's. */
export interface BreakpointLog {
  readonly breakpointId: number;
  readonly text: string;
  /** Where the run stood: `operation:sequence`. */
  readonly operation: number;
  readonly sequence: number;
  readonly driver: string | null;
  /** 0: none. */
  readonly line: number;
}

/** A version of a driver that takes over from another one. */
export interface DriverVersion {
  readonly driver: number;
  readonly version: number;
  readonly source: string;
  readonly files?: readonly DriverFile[];
  /** Absent: not known. */
  readonly service?: string | null;
}

/** What a run is made of. Breakpoints that are off are left out. */
export interface RunRequest {
  readonly drivers: readonly DriverSource[];
  readonly processes: readonly TraceProcess[];
  /** First and last operation to issue, inclusive; `total` is their number where some in between are left out by a filter. */
  readonly firstOperation: number;
  readonly lastOperation: number;
  readonly total: number;
  readonly seed: number;
  readonly settings: RunSettings;
  /** Contents that the user supplies for files of the trace; what they do not have is as `settings.unknownBytes` says. */
  readonly unknownFiles?: readonly UserFile[];
  readonly assumptions: Readonly<Record<string, string>>;
  readonly breakpoints: readonly BreakpointData[];
  /** False: only results, violations, log lines and problems are recorded, not every event. */
  readonly recordEvents: boolean;
  /** Absent: no edits. */
  readonly plan?: RunPlan;
  /** A run that only rebuilds moments of one that is recorded: it sends no pages, stops where it is told, and says by `chain` whether it is still the same run. */
  readonly follow?: FollowGoal;
  /** The operations that inserted ones are copies of. */
  readonly likes?: OperationPage;
  /** Place in the plan of a changed value: the run stops there, once it has its new value. */
  readonly stopAtEdit?: number;
  /** Sources of the versions that take over in the middle of the run. */
  readonly versions?: readonly DriverVersion[];
  /** Stop at the first callback that runs. */
  readonly stopOnEntry: boolean;
  /** Stop where the run breaks off: at a driver's exception, a bug check, a deadlock. Absent: it ends there. */
  readonly stopsWhenBroken?: boolean;
}

/** Where a follower goes. */
export interface FollowGoal {
  /** Comes back with `parked`: a follower that was told something else meanwhile has not parked for that. */
  readonly id?: number;
  /** Stop exactly when this event has been recorded; null: nowhere. */
  readonly target: EventPlace | null;
  /** Wait before the first operation from this number on is issued; null: do not. */
  readonly parkBefore: number | null;
  /** Hand out the page of events that begins with this log position, to be compared; null: none. */
  readonly handOut?: number | null;
}

/** A follower goes on as a branch of what it has followed, and is recorded. */
export interface RecordOrder extends Pick<RunRequest, 'likes' | 'stopAtEdit'> {
  /** Those of the branch: what the follower has had, and what is new from here on. */
  readonly overlays: RunPlan['overlays'];
}

/** Where a page of events begins, and the hash of the log before it. */
export interface PageStart {
  readonly first: number;
  readonly chain: string;
}

/** An event by its execution point. */
export interface EventPlace {
  readonly issued: number;
  readonly sequence: number;
}

/** A hit on the way: behind which event, of which breakpoints. */
export interface SurveyNote extends EventPlace {
  readonly ids: readonly number[];
  /** Of a line: the how many-th time since that event; 0: not of a line. */
  readonly visit: number;
}

/** A layer of the stack, top down; `layer` is what the event log's column `layer` says. */
export interface RunLayer {
  readonly layer: number;
  readonly kind: 'ioManager' | 'filter' | 'fileSystem';
  readonly name: string;
  readonly altitude: string | null;
  readonly driverId: number | null;
}

export interface RunSummary {
  readonly outcome: 'completed' | 'stopped' | 'failed';
  readonly operations: number;
  readonly events: number;
  /** Of severity B and V, and all. */
  readonly violations: number;
  readonly notices: number;
  /** Final statuses that differ from the recording. */
  readonly differences: number;
  /** Hash over the event log: 16 hex digits. */
  readonly eventHash: string;
  readonly report: RunReport;
  /** Where it could have gone another way; null where that was not counted. */
  readonly choices: ChoiceReport | null;
}

export interface RunProgress {
  /** The operation that is running or was issued last. */
  readonly operation: number;
  readonly done: number;
  readonly events: number;
  readonly violations: number;
  /** Hits by breakpoint id since the start of the run. */
  readonly hits: Readonly<Record<number, number>>;
}

/** A source and the same without types (stripping.ts). */
export type Stripped = readonly [source: string, code: string];

/** Host to child, over IPC, handled between operations. What must reach a child that is paused or busy goes over the inspector (control.ts). */
export type HostCommand =
  /** `stays`: the child waits for another run when this one has ended. */
  | { readonly kind: 'run'; readonly request: RunRequest; readonly stripped: readonly Stripped[]; readonly stays?: boolean }
  /** To a follower that waits. */
  | { readonly kind: 'record'; readonly order: RecordOrder }
  | { readonly kind: 'operations'; readonly page: OperationPage; readonly last: boolean };

/** Child to host, over the pipe. */
export type HostMessage =
  | { readonly kind: 'ready'; readonly inspectorUrl: string | null }
  | { readonly kind: 'loaded'; readonly layers: readonly RunLayer[] }
  | { readonly kind: 'wantOperations'; readonly after: number; readonly limit: number }
  /** `final` false: a look at the open page while the run is stopped; the final page with the same `first` replaces it. */
  | { readonly kind: 'eventPage'; readonly page: PackedEventPage; readonly final: boolean }
  | { readonly kind: 'resultPage'; readonly page: ResultPage }
  | { readonly kind: 'progress'; readonly progress: RunProgress }
  /** Of a follower: a page was passed, with the hash of the log up to its end. */
  | { readonly kind: 'chain'; readonly first: number; readonly count: number; readonly chain: string }
  /** Of a follower that stops: the page that is open so far, by `prefixHash`. */
  | { readonly kind: 'prefix'; readonly first: number; readonly count: number; readonly hash: string }
  /** A follower waits before operation `next`. `missed`: it has gone past its target without meeting it; `page`: the one that is open. */
  | { readonly kind: 'parked'; readonly at: EventPlace; readonly next: number; readonly missed: boolean; readonly goal: number; readonly page: PageStart }
  | { readonly kind: 'breakpointLog'; readonly logs: readonly BreakpointLog[] }
  /** A breakpoint's condition could not be evaluated. */
  | { readonly kind: 'breakpointThrew'; readonly id: number; readonly message: string }
  /** The child is about to pause in the stop function; the inspector says when it has. */
  | { readonly kind: 'stopping'; readonly stop: StopInfo; readonly number: number }
  | { readonly kind: 'problem'; readonly problem: RunProblem }
  /** `isClean`: of a child that stays, nothing of the run is left in what the next one would share with it. */
  | { readonly kind: 'ended'; readonly summary: RunSummary; readonly isClean?: boolean };

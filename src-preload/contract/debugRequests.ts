/** Requests that start, move and look into runs. */
import type { Overlay } from './branchValues.ts';
import type { RunSettings } from './runSettings.ts';
import type { ExecutionPoint, RunInfo, RunState, Scope, Variable } from './values.ts';

type None = Record<string, never>;

/** A moment of a run to go to. */
export type MomentTarget =
  | { readonly kind: 'point'; readonly point: ExecutionPoint }
  /** Position in the event log. */
  | { readonly kind: 'event'; readonly number: number }
  /** Where it was issued. */
  | { readonly kind: 'operation'; readonly index: number }
  /** The first operation issued at or after a time, on the trace's clock as rows show it. */
  | { readonly kind: 'time'; readonly time: bigint }
  /** What a user typed: an operation's number, or an execution point. */
  | { readonly kind: 'text'; readonly text: string }
  /** The next or previous operation of the same file object, stream (volume and path), thread or process. */
  | { readonly kind: 'related'; readonly to: 'fileObject' | 'stream' | 'thread' | 'process'; readonly direction: Direction };

export type Direction = 'forward' | 'back';
export type StepUnit = 'line' | 'callback' | 'layer' | 'operation';
export type StepHow = 'over' | 'in' | 'out';

export interface DebugRequests {
  'run.state': { params: None; result: RunState };
  /** Starts a run of the enabled drivers. A run that is still going on is stopped first and stays in the session. */
  'run.start': {
    params: {
      traceId: number; firstOperation: number | null; stopOnEntry: boolean;
      /** Filter expression: only these operations are issued. */
      where?: string | null;
      seed?: number;
      /** What is absent has its default, the first word of its type. */
      settings?: Partial<RunSettings>;
      /** Folder with contents for files of the trace: those of `C:\docs\plan.txt` are in `C/docs/plan.txt`. They stay unknown; what is not there is as the settings say. */
      unknownFolder?: string | null;
      assumptions?: { readonly [name: string]: string };
      /** Where Windows could go another way: `12=1,40=3` (at the 12th choice way 1 ...) or `seed=7/4` (by chance), as exploring tells it. Null: the first way throughout. */
      schedule?: string | null;
      /** Changes without code. */
      overlays?: readonly Overlay[];
      /** Drivers that another version takes over from, before that operation is issued. */
      switches?: readonly { readonly from: number; readonly driver: number; readonly version: number }[];
      /** False: breakpoints do not stop this run. Default true. */
      breakpoints?: boolean;
    };
    result: RunInfo;
  };
  'run.continue': { params: None; result: None };
  /** DAP `next`. */
  'run.next': { params: None; result: None };
  'run.stepIn': { params: None; result: None };
  'run.stepOut': { params: None; result: None };
  'run.pause': { params: None; result: None };
  'run.stop': { params: None; result: None };
  'run.list': { params: None; result: readonly RunInfo[] };

  /** Goes to a moment of a run (null: the current one). The stop made from the recorded events is there at once; the one with variables follows. */
  'debug.goTo': { params: { runId: number | null; target: MomentTarget }; result: None };
  'debug.step': { params: { unit: StepUnit; direction: Direction; how: StepHow }; result: None };
  /** To the next or previous hit of an enabled breakpoint. */
  'debug.continue': { params: { direction: Direction }; result: None };
  'debug.runToLine': { params: { driverId: number; line: number; direction: Direction }; result: None };
  /** To the first event of the shown run. */
  'debug.restart': { params: None; result: None };
  /** Back to where the run itself stands. */
  'debug.toPresent': { params: None; result: None };
  /** Ends a long movement; the place where it began is kept. */
  'debug.cancel': { params: None; result: None };

  'debug.scopes': { params: { frameId: number }; result: readonly Scope[] };
  'debug.variables': { params: { variablesReference: number }; result: readonly Variable[] };
  'debug.evaluate': { params: { expression: string; frameId: number | null }; result: Variable };
}

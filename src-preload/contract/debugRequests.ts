/** Requests that start, move and look into runs. */
import type { RunSettings } from './runSettings.ts';
import type { RunInfo, RunState, Scope, Variable } from './values.ts';

type None = Record<string, never>;

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

  'debug.scopes': { params: { frameId: number }; result: readonly Scope[] };
  'debug.variables': { params: { variablesReference: number }; result: readonly Variable[] };
  'debug.evaluate': { params: { expression: string; frameId: number | null }; result: Variable };
}

/** Requests that make, name, delete and bring back branches, and look at versions of drivers. */
import type { DriverFile } from '../../src-main/base/driverLines.ts';
import type { ArgumentInfo, BranchChange, DriverVersionInfo, RunTree } from './branchValues.ts';
import type { DriverInfo, RunInfo } from './values.ts';

export interface BranchRequests {
  /** A run like another one but for some changes. Answers when it has begun; a run that is going on ends and stays. */
  'run.branch': {
    params: {
      runId: number;
      /** Absent: numbered on. */
      name?: string;
      changes: readonly BranchChange[];
      /** Where changes of code begin: with new code from the first operation on, or with the old code up to an operation and its state. */
      from: 'start' | { readonly operation: number };
      /** False: breakpoints do not stop it. Default true. */
      breakpoints?: boolean;
    };
    result: RunInfo;
  };
  /** A value is changed at the present stop: a branch that evaluates the expression there, and stops there. */
  'run.assign': { params: { expression: string; frameId: number | null }; result: RunInfo };
  /**
   * The same for a field of the Iopb by its path, `IoStatus.Status`, `IoStatus.Information`, or `return`: what the callback returns. `text` as a person types it: a
   * number, WDK names joined by `|`; of `return` a name, and behind FLT_PREOP_COMPLETE a status and Information.
   */
  'run.setField': { params: { field: string; text: string; frameId: number | null }; result: RunInfo };
  /** WDK names that a value of the field can have; of `return.pre` and `return.post` what can be returned. */
  'run.fieldNames': { params: { field: string }; result: readonly { readonly name: string; readonly value: number }[] };
  'run.rename': { params: { runId: number; name: string }; result: RunInfo };
  /** Takes a run with its branches out of the tree. They stay in the session until undone. */
  'run.remove': { params: { runId: number }; result: RunTree };
  /** Undoes the creation, renaming or deletion of a run that was last. */
  'run.undo': { params: Record<string, never>; result: RunTree };
  'run.redo': { params: Record<string, never>; result: RunTree };
  'run.tree': { params: Record<string, never>; result: RunTree };
  /** The arguments of an operation that a branch can change. */
  'run.arguments': { params: { traceId: number; operation: number }; result: readonly ArgumentInfo[] };

  /** Newest first. */
  'drivers.versions': { params: { id: number }; result: readonly DriverVersionInfo[] };
  'drivers.version': { params: { id: number; version: number }; result: { source: string; files: readonly DriverFile[]; service: string } };
  /** Makes an older version the newest again, as a version of its own. */
  'drivers.restoreVersion': { params: { id: number; version: number }; result: DriverInfo };
}

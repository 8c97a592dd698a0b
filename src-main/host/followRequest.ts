/** What it takes to run a stored run again, exactly as it was. */
import type { RunRequest } from '../engine-host/messages.ts';
import type { OperationsAnswer } from '../engine-host/process.ts';
import { compileWhere, type StoredRun } from '../session/index.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { driverSource, planned } from './runMaterial.ts';
import { isRunTrusted } from './runTrust.ts';
import { runMaterial } from './storedRuns.ts';
import { readUserFiles } from './userFiles.ts';

export interface FollowedRun {
  readonly run: number;
  readonly request: RunRequest;
  readonly readOperations: (after: number, limit: number) => OperationsAnswer;
}

/** Refuses a run that cannot be repeated, or whose drivers are not trusted. */
export function followRequest(context: HostContext, run: StoredRun): FollowedRun {
  const { reader } = context.session;
  const material = runMaterial(reader, run);
  if (material === null) throw hostErrors.notRepeatable();
  const { drivers, plan, seed, settings, assumptions } = material;
  if (!isRunTrusted(context, run, material)) throw hostErrors.untrusted();
  const where = plan.where === null ? null : compileWhere(plan.where);
  return {
    run: run.id,
    request: {
      ...planned(reader, run.trace, plan), drivers: drivers.map(driverSource), processes: reader.traces.processes(run.trace), firstOperation: run.firstOperation, lastOperation: run.lastOperation,
      total: run.lastOperation - run.firstOperation + 1, seed, settings, assumptions, breakpoints: [], recordEvents: true, stopOnEntry: false,
      ...(plan.unknownFolder !== null && { unknownFiles: readUserFiles(plan.unknownFolder) }),
    },
    readOperations: (after, limit) => {
      const from = Math.max(after, run.firstOperation - 1);
      const page = reader.traces.operationPage(run.trace, from, Math.max(0, Math.min(limit, run.lastOperation - from)), where);
      return { page, last: (page.index[page.count - 1] ?? run.lastOperation) >= run.lastOperation };
    },
  };
}

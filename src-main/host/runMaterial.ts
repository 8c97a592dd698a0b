/** What a run is given, put together from what the session holds. */
import type { DriverProblem } from '../../src-preload/contract/index.ts';
import type { BreakpointData, DriverManifest, DriverSource, RunProblem, RunRequest } from '../engine-host/messages.ts';
import { packOperations } from '../replay/operationPage.ts';
import type { RunPlan } from '../replay/runPlan.ts';
import type { SessionReader, StoredBreakpoint, StoredDriver } from '../session/index.ts';
import { storedBreakpoint } from './sessionInfo.ts';

/** The plan, with the operations that it needs out of their order. */
export function planned(reader: SessionReader, trace: number, plan: RunPlan): Pick<RunRequest, 'plan' | 'likes' | 'versions'> {
  const likes = [...new Set(plan.overlays.flatMap((one) => (one.kind === 'insert' ? [one.like] : [])))].flatMap((index) => reader.traces.operation(trace, index) ?? []);
  const versions = plan.switches.flatMap(({ driver, version }) => {
    const found = reader.stack.driverVersion(driver, version);
    return found === undefined ? [] : [{ driver, version, source: found.source, files: found.files, service: found.service }];
  });
  return { plan, ...(likes.length > 0 && { likes: packOperations(likes) }), ...(versions.length > 0 && { versions }) };
}

export function driverSource(driver: StoredDriver): DriverSource {
  return { id: driver.id, name: driver.name, altitude: driver.altitude, source: driver.source, files: driver.files, manifest: parseManifest(driver.manifest), service: driver.service };
}

export function parseManifest(text: string): DriverManifest | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as DriverManifest) : null;
  } catch {
    return null;
  }
}

export function breakpointData(breakpoints: readonly StoredBreakpoint[]): BreakpointData[] {
  return breakpoints.flatMap((one) => {
    const spec = one.enabled ? storedBreakpoint(one) : null;
    return spec === null ? [] : [{ id: one.id, spec }];
  });
}

export function driverProblem(problem: RunProblem): DriverProblem {
  return { driver: problem.driver ?? '', severity: problem.warning === true ? 'warning' : 'error', message: problem.message, line: problem.line, column: problem.column };
}

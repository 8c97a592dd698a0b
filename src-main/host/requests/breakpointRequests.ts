import type { BreakpointInfo, BreakpointSpec, RequestHandlers } from '../../../src-preload/contract/index.ts';
import { assertExists } from '../../base/assert.ts';
import type { StoredBreakpoint } from '../../session/index.ts';
import { driverOf } from '../driverService.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import type { RunService } from '../runService.ts';
import { breakpointSpec } from '../sessionInfo.ts';

type BreakpointRequests = Pick<RequestHandlers, 'breakpoints.list' | 'breakpoints.add' | 'breakpoints.update' | 'breakpoints.remove'>;

export function breakpointRequests(context: HostContext, runs: RunService): BreakpointRequests {
  const info = (id: number): BreakpointInfo => assertExists(runs.breakpoints().find((candidate) => candidate.id === id));
  return {
    'breakpoints.list': () => runs.breakpoints(),
    'breakpoints.add': async ({ spec }) => {
      const columns = columnsOf(context, true, spec);
      const id = context.write(({ stack }) => stack.addBreakpoint({ ...columns, hits: 0 }));
      await runs.breakpointsChanged();
      return info(id);
    },
    'breakpoints.update': async ({ id, enabled, spec }) => {
      const before = context.session.reader.stack.breakpoints().find((candidate) => candidate.id === id);
      if (!before) throw hostErrors.noBreakpoint(id);
      const columns = columnsOf(context, enabled ?? before.enabled, spec ?? breakpointSpec(before));
      context.write(({ stack }) => stack.updateBreakpoint(id, columns));
      await runs.breakpointsChanged();
      return info(id);
    },
    'breakpoints.remove': async ({ id }) => {
      context.write(({ stack }) => stack.removeBreakpoint(id));
      await runs.breakpointsChanged();
      return {};
    },
  };
}

function columnsOf(context: HostContext, enabled: boolean, spec: BreakpointSpec): Omit<StoredBreakpoint, 'id' | 'hits'> {
  if (spec.driverId !== null) driverOf(context, spec.driverId);
  if (spec.kind === 'line') return { enabled, kind: 'line', driver: spec.driverId, line: spec.line, callback: null, major: null, path: null, status: null };
  const { driverId, callback, major, path, status } = spec;
  return { enabled, kind: 'callback', driver: driverId, callback, major, path, status, line: null };
}

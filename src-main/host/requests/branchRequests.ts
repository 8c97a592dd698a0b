import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { BranchRequests } from '../../../src-preload/contract/branchRequests.ts';
import { namesOfField } from '../../debugger/fieldValues.ts';
import type { BranchService } from '../branchService.ts';
import { withItsBreakpoints } from '../breakpointLines.ts';
import { driverVersions, restoreVersion, versionSource } from '../driverVersions.ts';
import type { HostContext } from '../hostContext.ts';
import type { RunService } from '../runService.ts';
import { driverInfo } from '../sessionInfo.ts';

export function branchRequests(context: HostContext, branches: BranchService, runs: RunService): Pick<RequestHandlers, keyof BranchRequests> {
  return {
    'run.branch': (params) => branches.branch(params),
    'run.assign': (params) => branches.assign(params),
    'run.setField': (params) => branches.setField(params),
    'run.fieldNames': ({ field }) => namesOfField(field),
    'run.rename': ({ runId, name }) => branches.rename(runId, name),
    'run.remove': ({ runId }) => branches.remove(runId),
    'run.undo': () => branches.undo(),
    'run.redo': () => branches.redo(),
    'run.tree': () => branches.tree(),
    'run.arguments': ({ traceId, operation }) => branches.arguments(traceId, operation),
    'drivers.versions': ({ id }) => driverVersions(context, id),
    'drivers.version': ({ id, version }) => versionSource(context, id, version),
    'drivers.restoreVersion': ({ id, version }) => withItsBreakpoints(context, runs, id, () => {
      const restored = restoreVersion(context, id, version);
      context.emit('drivers.changed', context.session.reader.stack.drivers().map((driver) => driverInfo(context.session.reader, driver)));
      return restored;
    }),
  };
}

/** The session's breakpoints that are on and end a movement, on the lines of the versions that the run has. */
import { isStopping } from '../debugger/breakpointMatch.ts';
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import { breakpointsInRun, runVersions } from './breakpointLines.ts';
import type { HostContext } from './hostContext.ts';
import { breakpointData } from './runMaterial.ts';

export const stoppingBreakpoints = (context: HostContext, run: number): readonly Breakpoint[] =>
  breakpointsInRun(context, runVersions(context, run), breakpointData(context.session.reader.stack.breakpoints())).filter(({ spec }) => isStopping(spec));

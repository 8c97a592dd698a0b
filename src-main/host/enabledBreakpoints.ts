/** The session's breakpoints that are on and end a movement. */
import { isStopping } from '../debugger/breakpointMatch.ts';
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import type { HostContext } from './hostContext.ts';
import { breakpointData } from './runMaterial.ts';

export const stoppingBreakpoints = (context: HostContext): readonly Breakpoint[] => breakpointData(context.session.reader.stack.breakpoints()).filter(({ spec }) => isStopping(spec));

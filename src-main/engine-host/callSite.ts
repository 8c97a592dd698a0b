/** Places in driver source, from V8's stacks. Type stripping keeps positions, so they are those of the .ts file. */
import type { CallSite } from '../engine/index.ts';
import type { StackFrame } from './messages.ts';

const framePattern = /(?:at (?:new )?([^\s(]+) \()?fltreplay-driver:\/\/\/([^/:]+)\.ts:(\d+):(\d+)/g;
/** Enough to reach through the Filter Manager's own frames. */
const deepest = 60;

/** Driver frames of a stack, innermost first. */
export function driverFrames(stack: string): StackFrame[] {
  return [...stack.matchAll(framePattern)].map(([, name, driver, line, column], at) => ({
    id: at + 1, name: name ?? '(top level)', driver: driver ?? null, line: Number(line), column: Number(column),
  }));
}

/** The nearest driver line on the present stack. */
export function currentCallSite(): CallSite | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = deepest;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, currentCallSite);
  Error.stackTraceLimit = limit;
  const [frame] = driverFrames(holder.stack ?? '');
  return frame?.driver === undefined || frame.driver === null ? null : { driver: frame.driver, line: frame.line ?? 0, column: frame.column ?? 0 };
}

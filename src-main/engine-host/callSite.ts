/** Places in driver source, from V8's stacks. Type stripping keeps positions, so they are those of the .ts file; of a driver of several files, runDrivers.ts says which. */
import type { CallSite } from '../engine/index.ts';
import { driverUrlPrefix, serviceUrlPrefix } from './control.ts';
import type { StackFrame } from './messages.ts';
import { siteAt } from './runDrivers.ts';

const framePattern = /(?:at (?:new )?([^\s(]+) \()?fltreplay-(?:driver|service):\/\/\/([^/:]+)\.ts:(\d+):(\d+)/g;
/**
 * Behind a routine's own frames the driver's is the seventh at most; only nested callbacks put it farther away. Every frame that is
 * looked at costs half a microsecond.
 */
const depths = [7, 16, 60] as const;

const placeIn = ({ driver, line, column }: CallSite): Pick<StackFrame, 'driver' | 'line' | 'column'> => ({ driver, line, column });

/** Driver frames of a stack, innermost first. */
export function driverFrames(stack: string): StackFrame[] {
  return [...stack.matchAll(framePattern)].map(([, name, driver = '', line, column], at) => ({ id: at + 1, name: name ?? '(top level)', ...placeIn(siteAt(driver, Number(line), Number(column))) }));
}

const siteOf = (_error: unknown, frames: readonly NodeJS.CallSite[]): CallSite | null => siteAmong(frames, false);
const askedSiteOf = (_error: unknown, frames: readonly NodeJS.CallSite[]): CallSite | null => siteAmong(frames, true);

/** `through`: the debugger's code on top is looked through. */
function siteAmong(frames: readonly NodeJS.CallSite[], through: boolean): CallSite | null {
  for (const frame of frames) {
    const file = frame.getFileName();
    // Code without a file, but with lines, was sent by a debugger: what it looks at is no doing of the driver's.
    if (!through && (file ?? '') === '' && (frame.getLineNumber() ?? 0) > 0 && !frame.isNative()) return null;
    // A program's code is no driver's, though a driver below it on the stack may wait for it.
    if (file?.startsWith(serviceUrlPrefix) === true) return null;
    if (file?.startsWith(driverUrlPrefix) === true) return siteAt(file.slice(driverUrlPrefix.length, -'.ts'.length), frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0);
  }
  return null;
}

/** The line of a script that is running, from the present stack; 0 when it is none of that script's. */
export function scriptLine(url: string): number {
  const holder: { readonly stack?: string } = {};
  Error.captureStackTrace(holder, scriptLine);
  const at = holder.stack?.indexOf(`${url}:`) ?? -1;
  return at < 0 ? 0 : Number.parseInt(holder.stack?.slice(at + url.length + 1) ?? '', 10) || 0;
}

/** The nearest driver line on the present stack. Frames are looked at as they are: turning them into text costs most of the time. */
export const currentCallSite = (): CallSite | null => callSite(siteOf, currentCallSite);

/** The driver's line at which the debugger has code of its own run. */
export const askedCallSite = (): CallSite | null => callSite(askedSiteOf, askedCallSite);

/** Frames down to that of `below` are left out. */
function callSite(prepare: typeof siteOf, below: () => CallSite | null): CallSite | null {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.prepareStackTrace = prepare;
  let site: CallSite | null = null;
  for (const depth of depths) {
    Error.stackTraceLimit = depth;
    const holder: { stack?: CallSite | null } = {};
    Error.captureStackTrace(holder, below);
    site = holder.stack ?? null;
    if (site !== null) break;
  }
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;
  return site;
}

/** Function breakpoints as a text: `pre READ`, `post CREATE of statusWatch on *\\docs\\* with error`, `complete WRITE`, `FltReadFile`. */
import { breakpointCallbacks, type BreakpointAt, type BreakpointDraft, type DriverInfo, type MajorInfo } from '../../src-preload/contract/index.ts';
import { dapErrors } from './errors.ts';

const shape = /^\s*(?<what>\w+)(?:\s+(?!(?:of|on|with|by)\b)(?<major>\w+))?(?:\s+of\s+(?<driver>\w+))?(?:\s+on\s+(?<path>.+?))?(?:\s+with\s+(?<status>\w+))?(?:\s+by\s+(?<process>\S.*?))?\s*$/i;
/** A routine of the driver API; whether there is one of that name the host knows. */
const routine = /^(?:Cm|Dbg|Ex|Flt|FsRtl|Interlocked|Io|Iof|Kd|Ke|Kf|Mm|Nt|Ob|Obf|Ps|Rtl|Rtlx|Se|Zw)[A-Z]\w*$/;

/** What a text stands for; throws the sentence that says why it stands for nothing. */
export function parseFunctionBreakpoint(text: string, drivers: readonly DriverInfo[], majors: readonly MajorInfo[]): BreakpointDraft {
  const { what = '', major, driver, path, status, process } = shape.exec(text)?.groups ?? {};
  const at = placeOf(what);
  // A routine is called by code: it has no major function of its own.
  if (at === null || (at.kind === 'api' && major !== undefined)) throw dapErrors.functionBreakpoint(text);
  return {
    at, driverId: driverOf(driver, drivers),
    where: { major: majorOf(major, majors), ...(path !== undefined && { path }), ...(status !== undefined && { status }), ...(process !== undefined && { process }) },
  };
}

function placeOf(what: string): BreakpointAt | null {
  const word = what.toLowerCase();
  if (word === 'any') return { kind: 'callback', callbacks: [] };
  if (word === 'issue' || word === 'complete') return { kind: 'operation', step: word };
  const callback = breakpointCallbacks.find((one) => one.toLowerCase() === word);
  if (callback !== undefined) return { kind: 'callback', callbacks: [callback] };
  return routine.test(what) ? { kind: 'api', routine: what } : null;
}

function driverOf(name: string | undefined, drivers: readonly DriverInfo[]): number | null {
  if (name === undefined) return null;
  const driver = drivers.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (driver === undefined) throw dapErrors.driverUnknown(name, drivers.map((one) => one.name));
  return driver.id;
}

function majorOf(name: string | undefined, majors: readonly MajorInfo[]): number | null {
  if (name === undefined || name.toLowerCase() === 'any') return null;
  const wanted = name.toUpperCase().replace(/^(?:IRP_MJ_)?/, 'IRP_MJ_');
  const major = majors.find((one) => one.name === wanted);
  if (major === undefined) throw dapErrors.majorUnknown(name);
  return major.value;
}

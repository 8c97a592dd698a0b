/** Callback breakpoints as a text: `pre READ`, `post CREATE of statusWatch`, `status on *\docs\* with error`. */
import { breakpointSpec, type BreakpointSpec, type CallbackKind, type DriverInfo, type MajorInfo } from '../../src-preload/contract/index.ts';
import { dapErrors } from './errors.ts';

const callbackWords: readonly CallbackKind[] = ['pre', 'post', 'status'];
const shape = /^\s*(?<callback>[a-z]+)(?:\s+(?!of\b|on\b|with\b)(?<major>\w+))?(?:\s+of\s+(?<driver>\w+))?(?:\s+on\s+(?<path>.+?))?(?:\s+with\s+(?<status>\w+))?\s*$/i;

/** What a text stands for; throws the sentence that says why it stands for nothing. */
export function parseFunctionBreakpoint(text: string, drivers: readonly DriverInfo[], majors: readonly MajorInfo[]): BreakpointSpec {
  const { callback: kind, major, driver, path, status } = shape.exec(text)?.groups ?? {};
  const callback = callbackWords.find((one) => one === kind?.toLowerCase());
  if (callback === undefined) throw dapErrors.functionBreakpoint(text);
  return breakpointSpec({ at: { kind: 'callback', callbacks: [callback] }, driverId: driverOf(driver, drivers), where: { major: majorOf(major, majors), path: path ?? '', status: status ?? '' } });
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

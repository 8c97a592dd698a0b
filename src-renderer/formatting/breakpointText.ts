/** Breakpoints in words: one line for the list, and the same words on the form. */
import type { BreakpointSpec, DriverInfo, MajorInfo } from '../../src-preload/contract/index.ts';

export interface BreakpointText {
  readonly title: string;
  /** Conditions; empty where there are none. */
  readonly condition: string;
}

/** `IRP_MJ_READ` as `READ`, for narrow places. */
export function shortMajor(name: string): string {
  return name.replace(/^IRP_MJ_/, '');
}

export function breakpointText(spec: BreakpointSpec, drivers: readonly DriverInfo[], majors: readonly MajorInfo[]): BreakpointText {
  if (spec.kind === 'line') return { title: `${driverName(spec.driverId, drivers)}.ts:${spec.line}`, condition: '' };
  const where = spec.driverId === null ? 'any driver' : driverName(spec.driverId, drivers);
  const what = spec.major === null ? '' : ` · ${shortMajor(majorName(spec.major, majors))}`;
  const conditions = [spec.path === '' ? '' : `path ${spec.path}`, spec.status === '' ? '' : `status ${spec.status}`];
  return { title: `${spec.callback} · ${where}${what}`, condition: conditions.filter((part) => part !== '').join(' · ') };
}

function driverName(id: number, drivers: readonly DriverInfo[]): string {
  return drivers.find((driver) => driver.id === id)?.name ?? 'removed driver';
}

function majorName(value: number, majors: readonly MajorInfo[]): string {
  return majors.find((major) => major.value === value)?.name ?? `IRP_MJ ${value}`;
}

/** A sentence that says why a status condition cannot be used; null where it can. */
export function statusConditionProblem(text: string): string | null {
  const value = text.trim();
  if (value === '' || /^(success|error|warning)$/i.test(value) || /^0x[0-9a-f]{1,8}$/i.test(value) || /^STATUS_[A-Z0-9_]+$/i.test(value)) return null;
  return `"${value}" is no status: write STATUS_ACCESS_DENIED, 0xC0000022, success, warning or error.`;
}

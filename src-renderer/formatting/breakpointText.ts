/** Breakpoints in words: one line for the list, and the same words on the form. */
import { driverPlaceText, type NamedFile } from '../../src-main/base/driverLines.ts';
import type { BreakpointCallback, BreakpointSpec, BreakpointWhere, DriverInfo, MajorInfo } from '../../src-preload/contract/index.ts';
import { formatDuration } from './numbers.ts';

export interface BreakpointText {
  readonly title: string;
  /** Conditions and what it does instead of stopping; empty where there are none. */
  readonly condition: string;
}

/** Shapes as people know them: circle a line, triangle a callback, hexagon a field, diamond a message. */
export type BreakpointShape = 'line' | 'callback' | 'data' | 'log';

export const callbackNames: Readonly<Record<BreakpointCallback, string>> = {
  pre: 'pre', post: 'post', status: 'status', work: 'work item', safePost: 'safe post', timer: 'timer DPC', thread: 'system thread', cancel: 'cancel', queue: 'cancel-safe queue', completion: 'completion of generated I/O',
  contextCleanup: 'context cleanup', context: 'context allocate and free', message: 'port message', port: 'port connect and disconnect', driverEntry: 'DriverEntry', instanceSetup: 'instance setup', teardown: 'instance teardown',
  unload: 'unload', transaction: 'transaction', name: 'name provider', routine: 'other routine',
};

/** `IRP_MJ_READ` as `READ`, for narrow places. */
export function shortMajor(name: string): string {
  return name.replace(/^IRP_MJ_/, '');
}

export function breakpointShape({ at, logMessage }: BreakpointSpec): BreakpointShape {
  if (logMessage !== '') return 'log';
  return at.kind === 'line' ? 'line' : at.kind === 'callback' ? 'callback' : 'data';
}

export function breakpointText(spec: BreakpointSpec, drivers: readonly DriverInfo[], majors: readonly MajorInfo[]): BreakpointText {
  const { at, where, driverId } = spec;
  const major = where.major === null ? '' : ` · ${shortMajor(majorName(where.major, majors))}`;
  const driver = driverId === null ? '' : driverName(driverId, drivers);
  return { title: at.kind === 'line' ? driverPlaceText(driver, filesIn(drivers, driverId), at.line) : `${whatText(spec, driver)}${major}`, condition: [...whereTexts(where), ...doesTexts(spec)].join(' · ') };
}

function whatText({ at }: BreakpointSpec, driver: string): string {
  const by = driver === '' ? '' : ` · ${driver}`;
  switch (at.kind) {
    case 'callback': return `${at.callbacks.length === 0 ? 'any callback' : at.callbacks.map((name) => callbackNames[name]).join(', ')} · ${driver === '' ? 'any driver' : driver}`;
    case 'line': return '';
    case 'change': return `${at.field === '*' ? 'any field' : at.field} changes${by}`;
    case 'violation': return `${at.id === '' ? `violation${at.severity === '' ? ' or hint' : ` ${at.severity}${at.severity === 'B' ? '' : ' or worse'}`}` : at.id}${by}`;
    case 'api': return `call of ${at.routine}${by}`;
    case 'operation': return at.step === 'issue' ? 'operation issued' : 'operation ended';
    case 'difference': return 'result differs';
    case 'pending': return at.what === 'longerThan' ? `pending longer than ${formatDuration(at.ticks ?? 0n)}` : at.what === 'never' ? 'never ended' : 'ended out of order';
  }
}

function whereTexts(where: BreakpointWhere): string[] {
  const texts: readonly (readonly [name: string, value: string | number | null])[] = [
    ['minor', where.minor], ['', where.fsctl], ['', where.informationClass], ['path', where.path], ['process', where.process], ['thread', where.tid], ['status', where.status], ['at', where.irql], ['', where.operationKind],
  ];
  return texts.flatMap(([name, value]) => (value === null || value === '' ? [] : [name === '' ? String(value) : `${name} ${value}`]));
}

function doesTexts({ condition, hitCondition, logMessage, once, dependsOn }: BreakpointSpec): string[] {
  return [
    condition === '' ? '' : `if ${condition}`, hitCondition === '' ? '' : `hits ${hitCondition}`, logMessage === '' ? '' : `log ${logMessage}`, once ? 'once' : '', dependsOn === null ? '' : `after #${dependsOn}`,
  ].filter((text) => text !== '');
}

function filesIn(drivers: readonly DriverInfo[], id: number | null): readonly NamedFile[] {
  const driver = drivers.find((one) => one.id === id);
  return driver === undefined ? [] : [...driver.files, ...driver.formerFiles];
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
  if (value === '' || /^(success|information|error|warning)$/i.test(value) || /^0x[0-9a-f]{1,8}$/i.test(value) || /^STATUS_[A-Z0-9_]+$/i.test(value)) return null;
  return `"${value}" is no status: write STATUS_ACCESS_DENIED, 0xC0000022, success, information, warning or error.`;
}

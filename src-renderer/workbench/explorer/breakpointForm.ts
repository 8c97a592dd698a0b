/** What the breakpoint dialog holds while it is open, and the breakpoint that comes of it. */
import { driverLine, filePlace, linesInSlot } from '../../../src-main/base/driverLines.ts';
import { anyOperation, breakpointSpec, type BreakpointAt, type BreakpointCallback, type BreakpointDraft, type BreakpointSpec, type BreakpointWhere } from '../../../src-preload/contract/index.ts';
import { statusConditionProblem } from '../../formatting/breakpointText.ts';
import { formatDuration } from '../../formatting/numbers.ts';

export type BreakpointKind = BreakpointAt['kind'];

export interface BreakpointForm {
  kind: BreakpointKind;
  callbacks: BreakpointCallback[];
  /** The file that the line is in. */
  slot: number;
  /** In the file. */
  line: number;
  field: string;
  violation: string;
  severity: 'B' | 'V' | 'W' | 'I' | '';
  /** Ids with commas. */
  except: string;
  routine: string;
  step: 'issue' | 'complete';
  what: 'longerThan' | 'never' | 'outOfOrder';
  /** `1 s`, `20 ms`, `5 µs`. */
  duration: string;
  driverId: number | null;
  where: { -readonly [Member in keyof Omit<BreakpointWhere, 'tid' | 'minor'>]: BreakpointWhere[Member] } & { tid: string; minor: string };
  condition: string;
  hitCondition: string;
  logMessage: string;
  once: boolean;
  dependsOn: number | null;
  group: string;
}

export const kindTitles: readonly (readonly [BreakpointKind, string])[] = [
  ['callback', 'Callback'], ['change', 'Field change'], ['violation', 'Violation or hint'], ['api', 'Call of a routine'], ['operation', 'Operation'], ['difference', 'Result differs'], ['pending', 'Pending operation'], ['line', 'Line'],
];

/** Kinds that are about a driver. */
export const hasDriver = (kind: BreakpointKind): boolean => kind !== 'operation' && kind !== 'difference' && kind !== 'pending';

export function formOf(draft: BreakpointDraft | null, driverId: number | null): BreakpointForm {
  const spec = draft === null ? breakpointSpec({ at: { kind: 'callback', callbacks: ['status'] }, driverId }) : breakpointSpec(draft);
  const { at, where } = spec;
  return {
    kind: at.kind,
    callbacks: at.kind === 'callback' ? [...at.callbacks] : ['pre'],
    ...(at.kind === 'line' ? filePlace(at.line) : { slot: 0, line: 1 }),
    field: at.kind === 'change' ? at.field : '*',
    violation: at.kind === 'violation' ? at.id : '',
    severity: at.kind === 'violation' ? at.severity : 'W',
    except: at.kind === 'violation' ? at.except.join(', ') : '',
    routine: at.kind === 'api' ? at.routine : '',
    step: at.kind === 'operation' ? at.step : 'issue',
    what: at.kind === 'pending' ? at.what : 'longerThan',
    duration: at.kind === 'pending' && at.ticks !== null ? formatDuration(at.ticks) : '1 s',
    driverId: spec.driverId,
    where: { ...where, tid: numberText(where.tid), minor: numberText(where.minor) },
    condition: spec.condition, hitCondition: spec.hitCondition, logMessage: spec.logMessage, once: spec.once, dependsOn: spec.dependsOn, group: spec.group,
  };
}

export function specOf(form: BreakpointForm): BreakpointSpec {
  const { where } = form;
  return breakpointSpec({
    at: atOf(form), driverId: hasDriver(form.kind) ? form.driverId : null,
    where: {
      ...anyOperation, major: where.major, irql: where.irql, operationKind: where.operationKind, minor: numberOf(where.minor), tid: numberOf(where.tid),
      fsctl: where.fsctl.trim(), informationClass: where.informationClass.trim(), path: where.path.trim(), process: where.process.trim(), status: where.status.trim(),
    },
    condition: form.condition.trim(), hitCondition: form.hitCondition.trim(), logMessage: form.logMessage, once: form.once, dependsOn: form.dependsOn, group: form.group.trim(),
  });
}

function atOf(form: BreakpointForm): BreakpointAt {
  switch (form.kind) {
    case 'callback': return { kind: 'callback', callbacks: form.callbacks };
    case 'line': return { kind: 'line', line: driverLine(form.slot, form.line) };
    case 'change': return { kind: 'change', field: form.field.trim() === '' ? '*' : form.field.trim() };
    case 'violation': return { kind: 'violation', id: form.violation.trim(), severity: form.severity, except: form.except.split(',').map((id) => id.trim()).filter((id) => id !== '') };
    case 'api': return { kind: 'api', routine: form.routine.trim() };
    case 'operation': return { kind: 'operation', step: form.step };
    case 'difference': return { kind: 'difference' };
    case 'pending': return { kind: 'pending', what: form.what, ticks: form.what === 'longerThan' ? (ticksOf(form.duration) ?? 0n) : null };
  }
}

/** A sentence about the first thing that is wrong; null where nothing is that the page can tell. */
export function formProblem(form: BreakpointForm): string | null {
  if (form.kind === 'pending' && form.what === 'longerThan' && ticksOf(form.duration) === null) return `"${form.duration}" is no time: write 1 s, 20 ms or 5 µs.`;
  if (form.kind === 'api' && form.routine.trim() === '') return 'Say which routine: FltGetFileNameInformation, or a pattern like Flt*Context.';
  if (form.kind === 'line' && form.driverId === null) return 'Say whose line it is.';
  if (form.kind === 'line' && !(Number.isInteger(form.line) && form.line > 0 && form.line < linesInSlot)) return 'Say which line: a whole number from 1 on.';
  for (const [name, text] of [['thread', form.where.tid], ['minor function', form.where.minor]] as const) if (text.trim() !== '' && numberOf(text) === null) return `The ${name} is a number.`;
  return statusConditionProblem(form.where.status);
}

const ticksPer: Readonly<Record<string, number>> = { s: 1e7, ms: 1e4, µs: 10, us: 10, ns: 0.01, min: 6e8 };

/** 100 ns; null where it is no time. */
export function ticksOf(text: string): bigint | null {
  const [, digits = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(s|ms|µs|us|ns|min)\s*$/.exec(text) ?? [];
  const ticks = Math.round(Number(digits) * (ticksPer[unit] ?? 0));
  return digits === '' || ticks < 1 ? null : BigInt(ticks);
}

const numberText = (value: number | null): string => (value === null ? '' : String(value));
const numberOf = (text: string): number | null => (/^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null);

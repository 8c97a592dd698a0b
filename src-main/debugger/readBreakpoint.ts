/** Reads breakpoints from JSON: of a session, of an exported file, of a client. What is missing is left open, what is wrong is said in a sentence. */
import { fileInformationClassFromName, fsctlFromName, fsInformationClassFromName, irpMjFromName, irpMnFromName } from '../nt/names.ts';
import { hitConditionProblem } from './hitCondition.ts';
import { logMessageProblem } from './logMessage.ts';
import { codeProblem, statusProblem } from './breakpointWords.ts';
import { anyOperation, breakpointCallbacks, type BreakpointAt, type BreakpointCallback, type BreakpointSpec, type BreakpointWhere } from './breakpointSpec.ts';

export type ReadBreakpoint = { readonly kind: 'ok'; readonly spec: BreakpointSpec } | { readonly kind: 'problem'; readonly message: string };

class Wrong extends Error {}

type Fields = Readonly<Record<string, unknown>>;

export function readBreakpoint(value: unknown): ReadBreakpoint {
  try {
    const fields = objectOf(value, 'a breakpoint');
    known(fields, ['at', 'driverId', 'where', 'condition', 'hitCondition', 'logMessage', 'once', 'dependsOn', 'group'], 'a breakpoint');
    const spec: BreakpointSpec = {
      at: readAt(objectOf(fields['at'], '"at"')),
      driverId: number(fields, 'driverId'),
      where: readWhere(objectOf(fields['where'] ?? {}, '"where"')),
      condition: text(fields, 'condition').trim(),
      hitCondition: text(fields, 'hitCondition').trim(),
      logMessage: text(fields, 'logMessage'),
      once: fields['once'] === true,
      dependsOn: number(fields, 'dependsOn'),
      group: text(fields, 'group').trim(),
    };
    if (spec.at.kind === 'line' && spec.driverId === null) throw new Wrong('A line breakpoint needs a driver: say whose line it is.');
    const problem = hitConditionProblem(spec.hitCondition) ?? logMessageProblem(spec.logMessage);
    return problem === null ? { kind: 'ok', spec } : { kind: 'problem', message: problem };
  } catch (error) {
    if (error instanceof Wrong) return { kind: 'problem', message: error.message };
    throw error;
  }
}

function readAt(fields: Fields): BreakpointAt {
  switch (fields['kind']) {
    case 'callback': return { kind: 'callback', callbacks: list(fields, 'callbacks').map((name) => oneOf<BreakpointCallback>(name, breakpointCallbacks, 'callback')) };
    case 'line': {
      const line = number(fields, 'line');
      if (line === null || line < 1) throw new Wrong('A line breakpoint needs a line, from 1.');
      return { kind: 'line', line };
    }
    case 'change': return { kind: 'change', field: text(fields, 'field').trim() || '*' };
    case 'violation': return { kind: 'violation', id: text(fields, 'id').trim(), severity: oneOf(fields['severity'] ?? '', ['', 'B', 'V', 'W', 'I'] as const, 'severity'), except: list(fields, 'except').map(String) };
    case 'api': {
      const routine = text(fields, 'routine').trim();
      if (routine === '') throw new Wrong('Say which routine: FltGetFileNameInformation, or a pattern like Flt*Context.');
      return { kind: 'api', routine };
    }
    case 'operation': return { kind: 'operation', step: oneOf(fields['step'] ?? 'issue', ['issue', 'complete'] as const, 'step') };
    case 'difference': return { kind: 'difference' };
    case 'pending': return readPending(fields);
    default: throw new Wrong(`"${String(fields['kind'])}" is no kind of breakpoint: callback, line, change, violation, api, operation, difference, pending.`);
  }
}

function readPending(fields: Fields): BreakpointAt {
  const what = oneOf(fields['what'], ['longerThan', 'never', 'outOfOrder'] as const, 'what');
  const given = fields['ticks'] ?? null;
  const ticks = typeof given === 'bigint' ? given : typeof given === 'number' && Number.isSafeInteger(given) ? BigInt(given) : typeof given === 'string' && /^\d{1,18}$/.test(given) ? BigInt(given) : null;
  if (what === 'longerThan' && (ticks === null || ticks <= 0n)) throw new Wrong('Say how long: ticks of 100 ns, e.g. 10000000 for a second.');
  return { kind: 'pending', what, ticks: what === 'longerThan' ? ticks : null };
}

function readWhere(fields: Fields): BreakpointWhere {
  known(fields, Object.keys(anyOperation), '"where"');
  const major = code(fields, 'major', irpMjFromName, 0xff);
  const where: BreakpointWhere = {
    major,
    minor: code(fields, 'minor', irpMnFromName, 0xff),
    fsctl: codeText(fields, 'fsctl'),
    informationClass: codeText(fields, 'informationClass'),
    path: text(fields, 'path').trim(),
    process: codeText(fields, 'process'),
    tid: number(fields, 'tid'),
    status: text(fields, 'status').trim(),
    irql: oneOf(fields['irql'] ?? '', ['', 'PASSIVE', 'APC', 'DISPATCH'] as const, 'irql'),
    operationKind: oneOf(fields['operationKind'] ?? null, [null, 'irp', 'fastio', 'fsfilter'] as const, 'operationKind'),
  };
  const problem = statusProblem(where.status) ?? codeProblem('control code', where.fsctl, fsctlFromName) ?? codeProblem('information class', where.informationClass, (name) => fileInformationClassFromName(name) ?? fsInformationClassFromName(name));
  if (problem !== null) throw new Wrong(problem);
  return where;
}

// ---- members

function objectOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Wrong(`${what} has to be an object, e.g. { "at": { "kind": "callback", "callbacks": ["pre"] } }.`);
  return value as Fields;
}

function known(fields: Fields, names: readonly string[], what: string): void {
  for (const name of Object.keys(fields)) if (!names.includes(name)) throw new Wrong(`${what} has no member "${name}"; it has ${names.join(', ')}.`);
}

function text(fields: Fields, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value !== 'string') throw new Wrong(`"${name}" has to be a text.`);
  return value;
}

/** A name or number; written either way. */
function codeText(fields: Fields, name: string): string {
  const value = fields[name] ?? '';
  return typeof value === 'number' ? String(value) : text(fields, name).trim();
}

function number(fields: Fields, name: string): number | null {
  const value = fields[name] ?? null;
  if (value !== null && (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)) throw new Wrong(`"${name}" has to be a whole number.`);
  return value;
}

function code(fields: Fields, name: string, fromName: (text: string) => number | undefined, most: number): number | null {
  const value = fields[name] ?? null;
  const found = typeof value === 'string' ? fromName(value.trim().toUpperCase()) : number(fields, name);
  if (found === undefined || (found !== null && found > most)) throw new Wrong(`"${String(value)}" is no ${name} function code.`);
  return found;
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name] ?? [];
  if (!Array.isArray(value)) throw new Wrong(`"${name}" has to be a list.`);
  return value;
}

function oneOf<T>(value: unknown, values: readonly T[], what: string): T {
  const found = values.find((one) => one === value);
  if (found === undefined) throw new Wrong(`"${String(value)}" is no ${what}: ${values.filter((one) => one !== '' && one !== null).join(', ')}.`);
  return found;
}

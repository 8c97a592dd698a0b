/** Reads the lines of one fenced `fmv` block. Source of the notation: filter-manager-core.md 9.1. */
import type { OperationKind } from '../../engine/index.ts';
import type { Action, EventLine, FsdLine, OperationLine, RegistrationLine, Script, StackInstance, StackLine, Vector, VectorOptions } from './vector.ts';
import { fileObjectFlag, irqlOf, majorOf, majorWord, operationFlags, skipFlags, statusAndInformation, VectorError } from './words.ts';

const kinds: Readonly<Record<string, OperationKind>> = { IRP: 'irp', FAST: 'fastio', FSF: 'fsfilter' };

const defaultSubs: Readonly<Record<string, string>> = {
  DIRECTORY_CONTROL: 'QUERY_DIRECTORY', LOCK_CONTROL: 'LOCK', FILE_SYSTEM_CONTROL: '0', QUERY_INFORMATION: 'FileStandardInformation', SET_INFORMATION: 'FileRenameInformation',
  ACQUIRE_FOR_SECTION_SYNCHRONIZATION: 'SyncTypeOther',
};

const words = (text: string): string[] => text.split(' ').filter((part) => part !== '');

function need(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new VectorError(`${what} is missing.`);
  return value;
}

function instanceAt(text: string): StackInstance {
  const match = /^(\w+)@([\d.]+)$/.exec(text);
  if (match === null) throw new VectorError(`"${text}" is no filter@altitude.`);
  return { filter: match[1] ?? '', altitude: match[2] ?? '' };
}

function parseStack(text: string): StackLine {
  const [first = ''] = words(text);
  const named = /^V\d+$/.test(first);
  const body = named ? text.slice(first.length).trim() : text;
  const frames = body.split(/ \| legacy \| /).map((frame) => words(frame).map(instanceAt));
  return { volume: named ? first : 'V1', frames };
}

function parseRegistration(text: string): RegistrationLine {
  const [target = '', callbacks = '', ...flags] = words(text);
  const [filter = '', major] = target.split('/');
  if (!['pre', 'post', 'pre+post', 'none'].includes(callbacks)) throw new VectorError(`"${callbacks}" names no callbacks.`);
  return {
    filter, major: major === undefined ? null : majorOf(major), pre: callbacks.includes('pre'), post: callbacks.includes('post'),
    flags: flags.reduce((sum, flag) => {
      const bit = skipFlags[flag];
      if (bit === undefined) throw new VectorError(`"${flag}" is no registration flag.`);
      return sum | bit;
    }, 0),
  };
}

function parseOption(text: string, options: VectorOptions): void {
  for (const part of words(text)) {
    const [key, value = ''] = part.split('=');
    if (key === 'reissue') options.reissue = true;
    else if (key === 'cancelclean') options.cancelclean = true;
    else if (key === 'fo') options.fileObjectFlags |= fileObjectFlag(value);
    else if (key === 'qlock' && value.endsWith('.mutex')) options.mutexQueues.add(value.slice(0, -'.mutex'.length));
    else throw new VectorError(`"${part}" is no option.`);
  }
}

/** Every word that an action can begin with. */
export const actionNames: ReadonlySet<string> = new Set([
  'get', 'set', 'dirty', 'clean', 'io', 'ctx', 'statuscb', 'queue', 'complete-pre', 'complete-post', 'whensafe', 'cancelopen', 'reissue', 'perform', 'lockuser', 'getmdl', 'retainmdl',
  'cbdq-insert', 'cbdq-next', 'cbdq-remove', 'cbdq-disable', 'cbdq-enable', 'set-cancel', 'clear-cancel', 'iscanceled', 'issync', 'call', 'free-cbd', 'if-got', 'if-clear', 'run-inline',
  'race-teardown',
]);

function parseAction(text: string): Action {
  const [name = '', ...args] = words(text);
  if (!actionNames.has(name)) throw new VectorError(`"${text}" is no action.`);
  const guard = name === 'if-got' || name === 'if-clear';
  return { name, args, guarded: guard ? parseAction(args.join(' ')) : null };
}

function parseScript(text: string): [key: string, script: Script] {
  const match = /^(\w+\.[\w-]+(?:#\d+)?) =(.*)$/.exec(text);
  if (match === null) throw new VectorError(`"${text}" is no routine.`);
  const body = (match[2] ?? '').trim();
  const arrow = /(?:^|\s)=>\s+(\S+)$/.exec(body);
  const actions = (arrow === null ? body : body.slice(0, arrow.index)).split(';').map((part) => part.trim()).filter((part) => part !== '');
  return [match[1] ?? '', { actions: actions.map(parseAction), returns: arrow?.[1] ?? null }];
}

function parseFsd(text: string): FsdLine {
  const [kind = '', ...rest] = words(text);
  switch (kind) {
    case 'sync':
    case 'fast':
    case 'fsf': return { kind: 'complete', ...statusAndInformation(rest[0]) };
    case 'pend': return { kind: 'pend' };
    case 'pend-early': return { kind: 'pend-early', thread: need(rest[0], 'The thread'), irql: irqlOf(rest[1]), ...statusAndInformation(rest[2]) };
    case 'fast-false': return { kind: 'decline' };
    case 'none': return { kind: 'none' };
    default: throw new VectorError(`"${text}" is no behaviour of the lower driver.`);
  }
}

function parseOperation(text: string): OperationLine {
  const [kindWord = '', target = '', thread, irql, ...flags] = words(text);
  const kind = kinds[kindWord];
  if (kind === undefined) throw new VectorError(`"${kindWord}" is no kind of operation.`);
  const dot = target.indexOf('.');
  const major = majorOf(dot < 0 ? target : target.slice(0, dot));
  const sub = dot < 0 ? (defaultSubs[majorWord(major)] ?? null) : target.slice(dot + 1);
  const unknown = flags.find((flag) => !operationFlags.has(flag));
  if (unknown !== undefined) throw new VectorError(`"${unknown}" is no operation flag.`);
  return { kind, major, sub, thread: need(thread, 'The thread'), irql: irqlOf(irql), flags: new Set(flags) };
}

function routineOf(text: string | undefined): { filter: string; name: string } {
  const [filter = '', name] = (text ?? '').split('.');
  return { filter, name: need(name, 'The routine') };
}

function parseEvent(text: string): EventLine {
  const [kind = '', ...args] = words(text);
  switch (kind) {
    case 'complete': {
      const numbered = args[0]?.startsWith('#') === true;
      const [thread, irql, answer] = numbered ? args.slice(1) : args;
      return { kind, operation: numbered ? Number(args[0]?.slice(1)) : 1, thread: need(thread, 'The thread'), irql: irqlOf(irql), ...statusAndInformation(answer) };
    }
    case 'work': return { kind, ...routineOf(args[0]), thread: need(args[1], 'The thread') };
    case 'run': return { kind, ...routineOf(args[0]), thread: need(args[1], 'The thread'), irql: irqlOf(args[2]) };
    case 'cancel': return { kind, thread: need(args[0], 'The thread'), irql: irqlOf(args[1]) };
    case 'teardown': return { kind, filter: need(args[0], 'The filter'), thread: need(args[1], 'The thread') };
    case 'attach': return { kind, ...instanceAt(args[0] ?? '') };
    default: throw new VectorError(`"${text}" is no event.`);
  }
}

interface Draft {
  stacks: StackLine[];
  registrations: RegistrationLine[];
  options: VectorOptions;
  scripts: Map<string, Script>;
  fsd: Map<number, FsdLine>;
  timeline: EventLine[];
  final: string | null;
  violations: string[] | null;
}

function parseLine(draft: Draft, key: string, value: string): void {
  const fsd = /^fsd(?:#(\d+))?$/.exec(key);
  if (fsd !== null) draft.fsd.set(Number(fsd[1] ?? 1), parseFsd(value));
  else if (key === 'stack') draft.stacks.push(parseStack(value));
  else if (key === 'reg') draft.registrations.push(parseRegistration(value));
  else if (key === 'opt') parseOption(value, draft.options);
  else if (key === 'do') draft.scripts.set(...parseScript(value));
  else if (key === 'op') draft.timeline.push({ kind: 'op', operation: parseOperation(value) });
  else if (key === 'ev') draft.timeline.push(parseEvent(value));
  else if (key === 'final') draft.final = value;
  else if (key === 'viol') draft.violations = value === 'none' ? [] : value.split(/[\s,]+/).filter((id) => id !== '');
  else if (key !== 'src') throw new VectorError(`"${key}:" is no key.`);
}

/** Parses the text between the fences. Throws a VectorError that says which part it does not understand. */
export function parseVector(text: string): Vector {
  const lines = text.split(/\r?\n/);
  const [first = ''] = lines;
  const bar = first.indexOf('|');
  if (bar < 0) throw new VectorError('The first line is no "id | title".');
  const draft: Draft = {
    stacks: [], registrations: [], options: { reissue: false, cancelclean: false, fileObjectFlags: 0, mutexQueues: new Set() }, scripts: new Map(), fsd: new Map(), timeline: [],
    final: null, violations: null,
  };
  const log: string[] = [];
  let inLog = false;
  for (const line of lines.slice(1)) {
    if (inLog && line.startsWith('  ')) {
      log.push(line.trim());
      continue;
    }
    inLog = false;
    if (line.trim() === '') continue;
    const match = /^([\w#]+):\s?(.*)$/.exec(line);
    if (match === null) throw new VectorError(`"${line}" is no "key: value".`);
    if (match[1] === 'log') inLog = true;
    else parseLine(draft, match[1] ?? '', (match[2] ?? '').trim());
  }
  if (draft.stacks.length === 0) throw new VectorError('There is no "stack:".');
  if (draft.final === null || draft.violations === null) throw new VectorError('"final:" or "viol:" is missing.');
  return { id: first.slice(0, bar).trim(), title: first.slice(bar + 1).trim(), ...draft, final: draft.final, violations: draft.violations, log };
}

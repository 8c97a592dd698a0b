/**
 * Reads one FMV/1 block. Source: filter-manager-core.md 9.1.
 *
 * A line that the notation does not know makes the whole vector unreadable: a vector that is half understood proves nothing.
 */
import type { Action, DeviceScript, FilterPlace, RegistrationLine, Script, Step, Vector, VolumeStack } from './vector.ts';

/** Says which line of the block was not understood. */
export class VectorSyntaxError extends Error {
  override readonly name = 'VectorSyntaxError';
}

const fail = (line: string, why: string): never => {
  throw new VectorSyntaxError(`${why}: "${line}"`);
};

function parsePlace(text: string): FilterPlace {
  const match = /^([^@\s]+)@([\d.]+)$/.exec(text);
  if (!match) return fail(text, 'expected filter@altitude');
  return { filter: match[1] ?? '', altitude: match[2] ?? '' };
}

function parseStack(text: string): VolumeStack {
  const named = /^(V\d+) (.*)$/.exec(text);
  const body = named ? (named[2] ?? '') : text;
  const frames = body.split(' | legacy | ').map((frame) => frame.split(' ').filter(Boolean).map(parsePlace));
  return { volume: named?.[1] ?? 'V1', frames };
}

function parseRegistration(text: string): RegistrationLine {
  const [target = '', callbacks = '', ...flags] = text.split(' ');
  if (!['pre', 'post', 'pre+post', 'none'].includes(callbacks)) fail(text, 'expected pre, post, pre+post or none');
  const [filter = '', major] = target.split('/');
  return { filter, major: major ?? null, pre: callbacks.includes('pre'), post: callbacks.includes('post'), flags };
}

function parseAction(text: string): Action {
  const [verb = '', ...args] = text.split(' ');
  return { verb, args };
}

function parseScript(text: string): [string, Script] {
  const at = text.indexOf(' = ');
  if (at < 0) return fail(text, 'expected F.routine = actions');
  const body = text.slice(at + 3).trim();
  const returned = /(?:^|\s)=> (\S+)$/.exec(body);
  const actions = (returned ? body.slice(0, returned.index) : body).split(';').map((part) => part.trim()).filter(Boolean);
  return [text.slice(0, at), { actions: actions.map(parseAction), returns: returned?.[1] ?? null }];
}

function parseResult(text: string | undefined, line: string): { status: string; information: number } {
  const match = /^(\w+)\/(\d+)$/.exec(text ?? '');
  if (!match) return fail(line, 'expected STATUS/INFORMATION');
  return { status: match[1] ?? '', information: Number(match[2]) };
}

function parseDevice(text: string): DeviceScript {
  const [verb, ...args] = text.split(' ');
  switch (verb) {
    case 'sync':
    case 'fast':
    case 'fsf':
      return { kind: 'complete', ...parseResult(args[0], text) };
    case 'pend':
      return { kind: 'pend' };
    case 'pend-early':
      return { kind: 'pend-early', thread: args[0] ?? '', irql: args[1] ?? 'P', ...parseResult(args[2], text) };
    case 'fast-false':
      return { kind: 'decline' };
    case 'none':
      return { kind: 'none' };
    default:
      return fail(text, 'unknown lower driver');
  }
}

function parseOperation(text: string): Step {
  const [operationKind = '', target = '', thread = '', irql = '', ...flags] = text.split(' ');
  if (!['IRP', 'FAST', 'FSF'].includes(operationKind) || !['P', 'A', 'D'].includes(irql)) fail(text, 'expected KIND MAJOR THREAD IRQL');
  const dot = target.indexOf('.');
  return { kind: 'op', operationKind, major: dot < 0 ? target : target.slice(0, dot), sub: dot < 0 ? null : target.slice(dot + 1), thread, irql, flags };
}

function parseEvent(text: string): Step {
  const [verb, ...args] = text.split(' ');
  const [filter = '', name = ''] = (args[0] ?? '').split('.');
  switch (verb) {
    case 'complete': {
      const numbered = args[0]?.startsWith('#') === true;
      const [thread = '', irql = '', result] = numbered ? args.slice(1) : args;
      return { kind: 'complete', operation: numbered ? Number(args[0]?.slice(1)) : 1, thread, irql, ...parseResult(result, text) };
    }
    case 'work':
      return { kind: 'work', filter, name, thread: args[1] ?? '' };
    case 'run':
      return { kind: 'run', filter, name, thread: args[1] ?? '', irql: args[2] ?? 'P' };
    case 'cancel':
      return { kind: 'cancel', thread: args[0] ?? '', irql: args[1] ?? 'P' };
    case 'teardown':
      return { kind: 'teardown', filter, thread: args[1] ?? '' };
    case 'attach':
      return { kind: 'attach', place: parsePlace(args[0] ?? '') };
    default:
      return fail(text, 'unknown event');
  }
}

/** Parses the lines between the fences. Throws VectorSyntaxError. */
export function parseVector(block: string): Vector {
  const lines = block.split(/\r?\n/);
  const head = /^(\S+) \| (.*)$/.exec(lines[0] ?? '');
  if (!head) return fail(lines[0] ?? '', 'expected "id | title"');
  const stacks: VolumeStack[] = [];
  const registrations: RegistrationLine[] = [];
  const scripts = new Map<string, Script>();
  const device = new Map<number, DeviceScript>();
  const timeline: Step[] = [];
  const log: string[] = [];
  const options = new Set<string>();
  const texts = new Map<string, string>();
  let inLog = false;
  for (const line of lines.slice(1)) {
    if (line.trim() === '') continue;
    if (inLog && line.startsWith('  ')) {
      log.push(line.slice(2).trimEnd());
      continue;
    }
    const match = /^([a-z]+(?:#\d+)?):(?: (.*))?$/.exec(line.trimEnd());
    if (!match) return fail(line, 'expected "key: value"');
    const [, key = '', value = ''] = match;
    inLog = key === 'log';
    if (key === 'stack') stacks.push(parseStack(value));
    else if (key === 'reg') registrations.push(parseRegistration(value));
    else if (key === 'opt') options.add(value);
    else if (key === 'do') scripts.set(...parseScript(value));
    else if (key === 'op') timeline.push(parseOperation(value));
    else if (key === 'ev') timeline.push(parseEvent(value));
    else if (key === 'fsd' || key.startsWith('fsd#')) device.set(Number(key.slice(4) || 1), parseDevice(value));
    else if (['src', 'final', 'viol'].includes(key)) texts.set(key, value);
    else if (key !== 'log') fail(line, 'unknown key');
  }
  for (const option of options) if (!/^(reissue|cancelclean|fo=\w+|qlock=\w+\.mutex)$/.test(option)) fail(option, 'unknown option');
  const after = (prefix: string): string[] => [...options].filter((option) => option.startsWith(prefix)).map((option) => option.slice(prefix.length));
  return {
    id: head[1] ?? '', title: head[2] ?? '', stacks, registrations, scripts, device, timeline, log,
    reissue: options.has('reissue'), cancelClean: options.has('cancelclean'), fileObjectFlags: after('fo='), mutexQueues: after('qlock=').map((name) => name.replace(/\.mutex$/, '')),
    final: texts.get('final') ?? fail(block.slice(0, 40), 'no final'), violations: texts.get('viol') ?? fail(block.slice(0, 40), 'no viol'),
  };
}

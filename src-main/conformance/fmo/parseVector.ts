/** Reads one FMO/1 block, from `@ID` to `end`. Source of the notation: filter-manager-objects.md 0.4. */
import { LineReader, NotationError } from './lineReader.ts';
import type { Argument, Call, EventName, ExpectLine, Expression, ObjectVector, Option, SetupLine, Step, Value } from './vector.ts';

/** What may stand on a line: a key that no rule knows must not be passed over in silence. */
export const setupOptions: Readonly<Record<'volume' | 'filter' | 'file' | 'open' | 'port', readonly string[]>> = {
  volume: ['fs', 'mounted', 'type', 'device', 'filectx', 'streamctx', 'handlectx', 'oplocks', 'sector', 'writable', 'detached', 'dev', 'trusted', 'dax', 'stack'],
  filter: ['alt', 'cbs', 'registry', 'instances', 'ops', 'pre', 'post', 'ctx', 'flags', 'group', 'end'],
  file: ['size', 'short', 'link', 'junction', 'dir'],
  open: ['access', 'share', 'disp', 'opts', 'by', 'key', 'parentkey', 'attributes', 'root'],
  port: ['filter', 'name', 'max', 'message', 'connect', 'disconnect', 'cookie', 'attributes'],
};

/** Callbacks by the names of rule 10. */
export const callbacks: ReadonlySet<string> = new Set([
  'entry', 'unload', 'setup', 'query', 'start', 'complete', 'pre', 'post', 'cleanup', 'connect', 'disconnect', 'message', 'generate', 'normalize', 'section', 'transaction', 'io',
  // Callbacks of section 8 and of the core page that a vector may watch as well.
  'wait', 'work', 'safe', 'status', 'cancel', 'normalizecleanup',
]);

const withDetail = new Set(['pre', 'post', 'cleanup']);

function parseOptions(reader: LineReader, known: readonly string[] | null, of: string): Option[] {
  const options: Option[] = [];
  while (!reader.atEnd) {
    const key = reader.key();
    if (key === null) reader.fail('key=value');
    if (known !== null && !known.includes(key)) reader.fail(`one of ${known.join(', ')} as option of “${of}”, not “${key}”,`);
    if (options.some((option) => option.key === key)) reader.fail(`each option once; “${key}” stands twice,`);
    options.push({ key, value: reader.value(`a value for ${key}`) });
  }
  return options;
}

/** `assume OV-016=end-entry CTX-020=…`: rule ids are no plain names. */
function parseAssumptions(reader: LineReader): Option[] {
  const options: Option[] = [];
  do {
    const id = reader.value('an assumption, as in OV-016=end-entry');
    const match = /^([A-Z]+-[\d.]+)=(\S+)$/.exec(id.text);
    if (match === null) reader.fail(`an assumption as in OV-016=end-entry, not “${id.text}”,`);
    const reading = match[2] ?? '';
    options.push({ key: match[1] ?? '', value: { kind: 'word', value: reading, text: reading } });
  } while (!reader.atEnd);
  return options;
}

function parseEventName(reader: LineReader): EventName {
  const parts = reader.path('filter.callback');
  const [filter = '', callback, detail] = parts;
  if (callback === undefined || !callbacks.has(callback) || parts.length > 3) reader.fail(`a callback name (${[...callbacks].join(', ')}) instead of “${parts.slice(1).join('.')}”`);
  if (withDetail.has(callback) !== (detail !== undefined)) reader.fail(detail === undefined ? `${callback}.MAJOR or ${callback}.CONTEXT` : `“${callback}” without “.${detail}”`);
  return { filter, callback, detail: detail ?? null, text: parts.join('.') };
}

function parseCall(reader: LineReader): Call {
  reader.blanks();
  const start = reader.at;
  const parts = reader.path('actor.Routine(…)');
  const [actor = '', routine, ...more] = parts;
  if (routine === undefined || more.length > 0) reader.fail('actor.Routine(…)');
  reader.expect('(');
  const args: Argument[] = [];
  if (!reader.accept(')')) {
    do {
      const key = reader.key();
      args.push({ key, value: reader.value('an argument', true) });
    } while (reader.accept(','));
    reader.expect(')', '“,” or “)”');
  }
  return { actor, routine, args, text: reader.since(start) };
}

function parseNames(reader: LineReader): string[] {
  const names = [reader.name('a name')];
  while (reader.accept(',')) names.push(reader.name('a name'));
  return names;
}

function parseOutcome(reader: LineReader): { result: Value; names: readonly string[] } {
  reader.expect('->');
  const result = reader.value('a result');
  const names = reader.accept('=>') ? parseNames(reader) : [];
  reader.end();
  return { result, names };
}

function parseScript(reader: LineReader, line: number): SetupLine {
  const event = parseEventName(reader);
  if (reader.accept('=>')) {
    const result = reader.value('a return value');
    reader.end();
    return { line, kind: 'returns', event, result };
  }
  reader.expect(':', '“:” or “=>”');
  const call = parseCall(reader);
  return { line, kind: 'script', event, call, ...parseOutcome(reader) };
}

function parseSetup(text: string, line: number): SetupLine | null {
  const reader = new LineReader(text, line);
  const [word = ''] = text.split(' ', 1);
  if (!reader.acceptWord(word)) return null;
  switch (word) {
    case 'trace':
      reader.expect('fs', '“fs”');
      reader.end();
      return { line, kind: 'trace' };
    case 'assume': return { line, kind: 'assume', options: parseAssumptions(reader) };
    case 'volume':
    case 'filter':
    case 'port': {
      const name = reader.name(`the name of the ${word}`);
      return { line, kind: word, name, options: parseOptions(reader, setupOptions[word], word) };
    }
    case 'file': {
      const path = reader.string('the path in quotation marks');
      return { line, kind: 'file', path, options: parseOptions(reader, setupOptions.file, word) };
    }
    case 'open': {
      const name = reader.name('the name of the handle');
      const path = reader.string('the path in quotation marks');
      return { line, kind: 'open', name, path, options: parseOptions(reader, setupOptions.open, word) };
    }
    case 'start': {
      const filters = parseNames(reader);
      reader.end();
      return { line, kind: 'start', filters };
    }
    case 'on': return parseScript(reader, line);
    default: return null;
  }
}

function parseExpression(reader: LineReader): Expression {
  reader.blanks();
  const start = reader.at;
  const parts = reader.path('an expression');
  if (!reader.rest.startsWith('(')) return { kind: 'path', parts, text: reader.since(start) };
  if (parts.join('.') !== 'oplock') reader.fail('no call: only oplock("…") is one');
  reader.expect('(');
  const path = reader.string('the path in quotation marks');
  reader.expect(')');
  return { kind: 'oplock', path, text: reader.since(start) };
}

function parseExpect(text: string, line: number): ExpectLine {
  const reader = new LineReader(text, line);
  const head = { line, text };
  const word = reader.name('cb, fs, done, viol, rc, gone, st, eq, pend or none');
  const finish = <T extends ExpectLine>(expect: T): T => {
    reader.end();
    return expect;
  };
  switch (word) {
    case 'cb': return { ...head, kind: 'cb', event: parseEventName(reader), options: parseOptions(reader, null, word) };
    case 'fs': return finish({ ...head, kind: 'fs', major: reader.name('a major function') });
    case 'done': return { ...head, kind: 'done', op: reader.name('the name of an operation'), result: reader.value('its result'), options: parseOptions(reader, null, word) };
    case 'viol': {
      const id = reader.value('the id of a violation');
      if (!/^(?:FV|OV)-\d{3}$/.test(id.text)) throw new NotationError(line, `expected an id like FV-018 or OV-002, found “${id.text}”.`);
      return finish({ ...head, kind: 'viol', id: id.text });
    }
    case 'rc': return finish({ ...head, kind: 'rc', name: reader.path('the name of an object').join('.'), count: reader.integer('a count') });
    case 'gone': return finish({ ...head, kind: 'gone', name: reader.path('the name of an object').join('.') });
    case 'st': return finish({ ...head, kind: 'st', object: reader.path('the name of an object').join('.'), state: reader.name('a state') });
    case 'eq': return finish({ ...head, kind: 'eq', expression: parseExpression(reader), value: reader.value('a value') });
    case 'pend': return finish({ ...head, kind: 'pend', op: reader.name('the name of an operation') });
    case 'none': return finish({ ...head, kind: 'none' });
    default: throw new NotationError(line, `expected cb, fs, done, viol, rc, gone, st, eq, pend or none, found “${word}”.`);
  }
}

interface StepDraft extends Omit<Step, 'expects'> {
  readonly expects: ExpectLine[];
}

function parseStep(text: string, line: number): StepDraft {
  const reader = new LineReader(text, line);
  const number = reader.integer('the number of the step');
  const call = parseCall(reader);
  return { number, line, call, ...parseOutcome(reader), expects: [] };
}

function parseHead(text: string, line: number): { id: string; slug: string } {
  const match = /^@([A-Za-z][\w-]*) +(\S+)$/.exec(text);
  if (match === null) throw new NotationError(line, `expected “@ID slug”, found “${text}”.`);
  return { id: match[1] ?? '', slug: match[2] ?? '' };
}

function parseSources(text: string | undefined, line: number): string[] {
  if (text === undefined || !text.startsWith('src ')) throw new NotationError(line, `expected “src SOURCE” below the first line, found “${text ?? ''}”.`);
  return text.slice('src '.length).split(';').map((part) => part.trim());
}

/** Parses a block; `firstLine` is its place in the page. Throws a NotationError. */
export function parseObjectVector(text: string, firstLine = 1): ObjectVector {
  const lines = text.split(/\r?\n/).map((line, at) => ({ text: line.trimEnd(), line: firstLine + at })).filter((line) => line.text !== '' && !line.text.trimStart().startsWith('#'));
  const [head, source, ...body] = lines;
  const last = body.pop();
  if (head === undefined) throw new NotationError(firstLine, 'the vector is empty.');
  const { id, slug } = parseHead(head.text, head.line);
  const sources = parseSources(source?.text, source?.line ?? head.line);
  if (last?.text !== 'end') throw new NotationError(last?.line ?? head.line, `expected “end” as the last line of ${id}.`);
  const setup: SetupLine[] = [];
  const steps: StepDraft[] = [];
  for (const { text: content, line } of body) {
    if (content.startsWith('  ') && !content.startsWith('   ')) {
      const step = steps.at(-1);
      if (step === undefined) throw new NotationError(line, 'an expectation must stand below a step.');
      step.expects.push(parseExpect(content.slice(2), line));
    } else if (/^\s/.test(content)) {
      throw new NotationError(line, 'expectations are indented by exactly two spaces, everything else not at all.');
    } else if (/^\d/.test(content)) {
      steps.push(parseStep(content, line));
    } else {
      const found = parseSetup(content, line);
      if (found === null) throw new NotationError(line, `expected trace, assume, volume, filter, file, start, open, port, on, a numbered step or end, found “${content}”.`);
      if (steps.length > 0) throw new NotationError(line, 'setup lines must stand before the first step.');
      setup.push(found);
    }
  }
  if (steps.length === 0) throw new NotationError(last.line, `${id} has no step.`);
  return { id, slug, sources, setup, steps };
}

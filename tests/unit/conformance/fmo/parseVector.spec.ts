/** The grammar of filter-manager-objects.md 0.4: what it accepts, and what a mistake is told. */
import { describe, expect, it } from 'vitest';
import { parseObjectVector } from '../../../../src-main/conformance/fmo/parseVector.ts';

const vector = (...lines: string[]): string => ['@T-1 test', 'src INFERRED', ...lines, 'end'].join('\n');
const problemOf = (text: string, line = 1): string => {
  try {
    parseObjectVector(text, line);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no problem';
};

describe('what it reads', () => {
  it('takes every kind of setup line', () => {
    const { setup, sources } = parseObjectVector(['@T-1 all-kinds', 'src DDI:a; INFERRED', 'trace fs', 'volume W fs=FAT mounted=no', 'filter A alt=320000.10 ops=READ/4+WRITE', 'file "\\a b.txt" size=0x10', 'start A, B',
      'open h "W:\\f" access=r+d share=0', 'port P filter=A name="\\P" max=1', 'on A.pre.READ : A.FltX(O, 0x1, key=-5) -> STATUS_SUCCESS => n, m', 'on A.unload => STATUS_SUCCESS', '1 sys.end() -> void', 'end'].join('\n'));
    expect(sources).toEqual(['DDI:a', 'INFERRED']);
    expect(setup.map(({ kind }) => kind)).toEqual(['trace', 'volume', 'filter', 'file', 'start', 'open', 'port', 'script', 'returns']);
    expect(setup[2]).toMatchObject({ name: 'A', options: [{ key: 'alt', value: { text: '320000.10' } }, { key: 'ops', value: { kind: 'word', value: 'READ/4+WRITE' } }] });
    expect(setup[3]).toMatchObject({ path: '\\a b.txt', options: [{ value: { kind: 'number', value: 16 } }] });
    expect(setup[7]).toMatchObject({ names: ['n', 'm'], call: { args: [{ value: { value: 'O' } }, { value: { value: 1 } }, { key: 'key', value: { value: -5 } }] }, event: { filter: 'A', callback: 'pre', detail: 'READ' } });
  });

  it('takes every kind of expectation', () => {
    const { steps } = parseObjectVector(vector('1 usr.read(op=o1, h, 0, 10) -> blocked', '  cb A.post.READ status=STATUS_SUCCESS drain=1', '  fs READ', '  done o1 0x80070006 data="x y" info=3', '  viol FV-093', '  rc c 2', '  gone c',
      '  st A.V tearing', '  eq oplock("\\f") RH+RH>R', '  eq n.Name ""', '  eq last.info -1', '  pend o1', '  none'));
    expect(steps[0]?.expects.map(({ kind }) => kind)).toEqual(['cb', 'fs', 'done', 'viol', 'rc', 'gone', 'st', 'eq', 'eq', 'eq', 'pend', 'none']);
    expect(steps[0]?.expects[7]).toMatchObject({ expression: { kind: 'oplock', path: '\\f' }, value: { text: 'RH+RH>R' } });
    expect(steps[0]?.expects[8]).toMatchObject({ expression: { parts: ['n', 'Name'] }, value: { kind: 'string', value: '' } });
    expect(steps[0]?.expects[9]).toMatchObject({ value: { kind: 'number', value: -1 } });
  });

  it('takes the readings of assumptions under which a vector is written', () => {
    const { setup } = parseObjectVector(vector('assume OV-016=end-entry CTX-040=before-close', '1 sys.end() -> void'));
    expect(setup).toMatchObject([{ kind: 'assume', options: [{ key: 'OV-016', value: { text: 'end-entry' } }, { key: 'CTX-040', value: { text: 'before-close' } }] }]);
    expect(problemOf(vector('assume end-entry', '1 sys.end() -> void'))).toContain('an assumption as in OV-016=end-entry');
  });

  it('passes over blank lines and comments, and keeps backslashes as they are', () => {
    const { steps } = parseObjectVector(vector('', '# a remark', '1 usr.create(h, "\\a\\n") -> STATUS_SUCCESS', '  # another', '  none'));
    expect(steps[0]?.call.args[1]?.value).toMatchObject({ kind: 'string', value: '\\a\\n' });
    expect(steps[0]?.expects).toHaveLength(1);
  });

  it('knows the line of each step in its page', () => {
    expect(parseObjectVector(vector('', '1 sys.end() -> void'), 100).steps[0]?.line).toBe(103);
  });
});

describe('what it says of a mistake', () => {
  it.each([
    ['no end', '@T-1 x\nsrc INFERRED\n1 sys.end() -> void', 'Line 12: expected “end” as the last line of T-1.'],
    ['no source', '@T-1 x\n1 sys.end() -> void\nend', 'Line 11: expected “src SOURCE” below the first line, found “1 sys.end() -> void”.'],
    ['no arrow', vector('1 sys.end()'), 'Line 12: expected “->” at column 12, found the end of the line.'],
    ['an open parenthesis', vector('1 sys.end(a -> void'), 'Line 12: expected “,” or “)” at column 12, found “-> void”.'],
    ['an open string', vector('file "\\f'), 'Line 12: expected a closing quotation mark at column 6, found “"\\f”.'],
    ['an unknown option', vector('volume W colour=red', '1 sys.end() -> void'), 'instead'],
    ['an unknown callback', vector('on A.preREAD => STATUS_SUCCESS', '1 sys.end() -> void'), 'expected a callback name'],
    ['a pre without a major', vector('on A.pre => STATUS_SUCCESS', '1 sys.end() -> void'), 'expected pre.MAJOR'],
    ['a wrong indentation', vector('1 sys.end() -> void', '   none'), 'Line 13: expectations are indented by exactly two spaces, everything else not at all.'],
    ['an expectation without a step', vector('  none'), 'Line 12: an expectation must stand below a step.'],
    ['setup below a step', vector('1 sys.end() -> void', 'trace fs'), 'Line 13: setup lines must stand before the first step.'],
    ['a violation that is none', vector('1 sys.end() -> void', '  viol A-1'), 'Line 13: expected an id like FV-018 or OV-002, found “A-1”.'],
    ['more than one thing on a line', vector('1 sys.end() -> void', '  none at all'), 'Line 13: expected the end of the line at column 6, found “at all”.'],
    ['no step', vector('trace fs'), 'T-1 has no step.'],
    ['an unknown line', vector('beep', '1 sys.end() -> void'), 'found “beep”'],
  ])('%s', (_what, text, message) => {
    const problem = problemOf(text, 10);
    if (message === 'instead') expect(problem).toMatch(/^Line 12: expected one of fs, mounted, .* as option of “volume”, not “colour”/);
    else expect(problem).toContain(message);
  });
});

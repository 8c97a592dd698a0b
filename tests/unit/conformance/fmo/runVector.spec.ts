/** What the runner counts as failed, and how it shows it. Whole vectors are in tests/conformance. */
import { describe, expect, it } from 'vitest';
import { runConformance } from '../../../../src-main/conformance/index.ts';

const run = (...lines: string[]) => {
  const [result] = runConformance(['# Page', '@T-1 test', 'src INFERRED', ...lines, 'end'].join('\n')).results;
  if (result === undefined) throw new Error('no vector was found');
  return result;
};

const readSetup = ['filter A alt=320000 ops=READ', 'file "\\f" size=100', 'start A', 'open h "\\f" access=r share=RWD'];

describe('strictness', () => {
  it('passes when everything is listed in order', () => {
    const result = run(...readSetup, '1 usr.read(h, 0, 10) -> STATUS_SUCCESS', '  cb A.pre.READ kind=IRP', '  cb A.post.READ info=10', '  eq last.info 10');
    expect(result).toMatchObject({ passed: true, problem: null });
    expect(result.actual).toEqual(result.expected);
  });

  it('fails when a callback is not listed, and shows it beside nothing', () => {
    const result = run(...readSetup, '1 usr.read(h, 0, 10) -> STATUS_SUCCESS', '  cb A.pre.READ');
    expect(result.passed).toBe(false);
    expect(result.expected).toEqual(['1 usr.read(h, 0, 10) -> STATUS_SUCCESS', '  cb A.pre.READ']);
    expect(result.actual).toHaveLength(3);
    expect(result.actual[2]).toMatch(/^ {2}cb A\.post\.READ /);
  });

  it('fails when a listed callback did not come', () => {
    const result = run(...readSetup, '1 usr.close(h) -> STATUS_SUCCESS', '  cb A.pre.READ');
    expect(result.passed).toBe(false);
    expect(result.actual).toEqual(['1 usr.close(h) -> STATUS_SUCCESS']);
  });

  it('checks only the facts that a line names', () => {
    expect(run(...readSetup, '1 usr.read(h, 0, 10) -> STATUS_SUCCESS', '  cb A.pre.READ gen=1', '  cb A.post.READ').actual[1]).toBe('  cb A.pre.READ gen=0');
    expect(run(...readSetup, '1 usr.read(h, 0, 10) -> STATUS_SUCCESS', '  cb A.pre.READ', '  cb A.post.READ').passed).toBe(true);
  });

  it('shows the result that came', () => {
    expect(run(...readSetup, '1 usr.read(h, 200, 10) -> STATUS_SUCCESS', '  cb A.pre.READ', '  cb A.post.READ').actual[0]).toBe('1 usr.read(h, 200, 10) -> STATUS_END_OF_FILE');
  });

  it('counts the file system only where it is traced', () => {
    const step = ['1 usr.read(h, 0, 10) -> STATUS_SUCCESS', '  cb A.pre.READ', '  fs READ', '  cb A.post.READ'];
    expect(run('trace fs', ...readSetup, ...step).passed).toBe(true);
    expect(run(...readSetup, ...step).passed).toBe(false);
  });

  it('does not count what happens while the setup lines run', () => {
    expect(run(...readSetup, '1 sys.advance(1) -> void', '  none').passed).toBe(true);
  });
});

describe('states', () => {
  const held = ['filter A alt=320000 ops=READ', 'on A.pre.READ => FLT_PREOP_PENDING', 'file "\\f" size=100', 'start A', 'open h "\\f" access=r share=RWD', '1 usr.read(op=o, h, 0, 10) -> blocked', '  cb A.pre.READ op=o', '  pend o'];

  it('follows a call that has not returned to its end', () => {
    const end = ['2 A.SetIoStatus(o, STATUS_ACCESS_DENIED, 0) -> void', '3 A.FltCompletePendedPreOperation(o, FLT_PREOP_COMPLETE, NULL) -> void', '  done o STATUS_ACCESS_DENIED info=0'];
    expect(run(...held, ...end)).toMatchObject({ passed: true });
  });

  it('does not call a call that waits finished', () => {
    const result = run(...held.slice(0, -3), '1 usr.read(op=o, h, 0, 10) -> STATUS_SUCCESS', '  cb A.pre.READ');
    expect(result.actual[0]).toBe('1 usr.read(op=o, h, 0, 10) -> blocked');
  });

  it('says what is not so', () => {
    const result = run(...readSetup, '1 usr.close(h) -> STATUS_SUCCESS', '  st A absent', '  st A.V none', '  gone A.V', '  eq oplock("\\f") RH');
    expect(result.actual.slice(1)).toEqual(['  st A filtering', '  st A.V attached', '  (A.V is not gone)', '  eq oplock("\\f") NONE']);
  });
});

describe('what cannot be run', () => {
  it('fails with the line and the reason', () => {
    expect(run('1 sys.fly() -> void')).toMatchObject({ passed: false, problem: 'Line 4: the system has no call fly.' });
    expect(run('filter A alt=320000', 'start A', '1 A.FltFly() -> void').problem).toBe('Line 6: FltFly: routine not provided.');
    expect(run('filter A alt=320000', 'start A', '1 A.FltStartFiltering(A, 5) -> STATUS_SUCCESS').problem).toBe('Line 6: FltStartFiltering has no place for the argument 5.');
    expect(run('open h "\\missing" access=r', '1 sys.end() -> void').problem).toBe('Line 4: setup must succeed, but this gave STATUS_OBJECT_NAME_NOT_FOUND.');
  });

  it('fails when a call in a script does not get what it says', () => {
    const result = run(...readSetup.slice(0, 1), 'on A.pre.READ : A.FltObjectReference(A.V) -> STATUS_FLT_DELETING_OBJECT', ...readSetup.slice(1), '1 usr.read(h, 0, 10) -> STATUS_SUCCESS', '  cb A.pre.READ', '  cb A.post.READ');
    expect(result.problem).toBe('Line 5: expected A.FltObjectReference(A.V) -> STATUS_FLT_DELETING_OBJECT, got STATUS_SUCCESS.');
  });
});

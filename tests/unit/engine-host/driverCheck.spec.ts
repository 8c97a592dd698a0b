import { describe, expect, it } from 'vitest';
import { missingYields } from '../../../src-main/engine-host/driverCheck.ts';

const lines = (code: string): unknown[] => missingYields({ name: 'probe' }, code).map(({ line, column, message, warning }) => [line, column, message, warning]);

describe('missing yield*', () => {
  it('is warned of where a generator function drops the result of a routine that can block', () => {
    expect(lines('function* f(e) {\n  const s = KeWaitForSingleObject(e, 0, 0, false, null);\n  yield* KeWaitForSingleObject(e, 0, 0, false, null);\n}\n')).toEqual([
      [2, 13, 'probe.ts:2:13: KeWaitForSingleObject can block, and is called in a generator function without yield*: write "yield* KeWaitForSingleObject(...)".', true],
    ]);
  });

  it('is not wanted where a routine returns at once', () => {
    expect(lines('function* f(e) {\n  yield* KeSetEvent(e, 0, false);\n  yield* helper(e);\n}\nfunction* helper(e) { yield* KeWaitForSingleObject(e, 0, 0, false, null); }\n')).toEqual([
      [2, 10, 'probe.ts:2:10: KeSetEvent cannot block, so there is nothing for yield*: write "KeSetEvent(...)".', true],
    ]);
  });

  it('does not concern plain functions, nor plain functions inside a generator function, nor routines that return at once', () => {
    expect(lines('function f(e) { KeWaitForSingleObject(e, 0, 0, false, null); }\nfunction* g(e) { KeSetEvent(e, 0, false); [1].map(() => KeDelayExecutionThread(0, false, 1n)); }\n')).toEqual([]);
  });
});

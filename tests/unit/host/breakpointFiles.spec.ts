/** Breakpoints of drivers of several files as a file: lines of files, whatever slots those have in a session. */
import { expect, it } from 'vitest';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import { breakpointFile, readBreakpointFile } from '../../../src-main/host/breakpointFiles.ts';

const here = [{ id: 7, name: 'guard', files: [{ slot: 1, name: 'names.ts' }, { slot: 2, name: 'tags.ts' }] }, { id: 8, name: 'plain', files: [] }];
const elsewhere = [{ id: 1, name: 'guard', files: [{ slot: 5, name: 'tags.ts' }] }, { id: 2, name: 'plain', files: [] }];
const at = (driverId: number, line: number) => breakpointSpec({ at: { kind: 'line', line }, driverId });
const read = (...rows: readonly object[]) => readBreakpointFile(JSON.stringify({ fltreplayBreakpoints: 1, breakpoints: rows }), here);

it('names the file, so that it means the same line in another session', () => {
  const text = breakpointFile([at(7, 200_012), at(7, 3), at(8, 4)].map((spec, id) => ({ id, enabled: true, spec })), here);
  expect((JSON.parse(text) as { breakpoints: { at: unknown }[] }).breakpoints.map((one) => one.at)).toEqual([{ kind: 'line', file: 'tags.ts', line: 12 }, { kind: 'line', file: 'guard.ts', line: 3 }, { kind: 'line', line: 4 }]);
  const { breakpoints, left } = readBreakpointFile(text, elsewhere);
  expect(left).toEqual([]);
  expect(breakpoints.map(({ spec }) => [spec.driverId, spec.at])).toEqual([[1, { kind: 'line', line: 500_012 }], [1, { kind: 'line', line: 3 }], [2, { kind: 'line', line: 4 }]]);
});

it('says which file there is not, and that a line is one of a file', () => {
  const { left, breakpoints } = read({ driver: 'guard', at: { kind: 'line', file: 'other.ts', line: 1 } }, { driver: 'guard', at: { kind: 'line', line: 100_012 } }, { driver: 'guard', at: { kind: 'line', line: 9 } });
  expect(left).toEqual([
    'Breakpoint 1: guard has no file "other.ts"; it has guard.ts, names.ts, tags.ts.',
    'Breakpoint 2: no file has a line 100012; a line of a file beside guard.ts is written { "kind": "line", "file": "names.ts", "line": 12 }.',
  ]);
  expect(breakpoints.map(({ position }) => position)).toEqual([3]);
});

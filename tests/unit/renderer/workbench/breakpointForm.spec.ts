import { describe, expect, test } from 'vitest';
import { breakpointSpec, type BreakpointAt, type EventRow } from '../../../../src-preload/contract/index.ts';
import { breakpointShape, breakpointText } from '../../../../src-renderer/formatting/breakpointText.ts';
import { breakpointOfEvent } from '../../../../src-renderer/workbench/call-log/breakpointOfEvent.ts';
import { formOf, formProblem, specOf, ticksOf } from '../../../../src-renderer/workbench/explorer/breakpointForm.ts';
import { breakpointGroups } from '../../../../src-renderer/workbench/explorer/breakpointGroups.ts';

const kinds: readonly BreakpointAt[] = [
  { kind: 'callback', callbacks: ['pre', 'contextCleanup'] }, { kind: 'line', line: 12 }, { kind: 'line', line: 200_012 }, { kind: 'change', field: 'IrpFlags' }, { kind: 'violation', id: 'FV-084', severity: 'W', except: ['FV-012', 'D-16'] }, { kind: 'api', routine: 'Flt*' },
  { kind: 'operation', step: 'complete' }, { kind: 'difference' }, { kind: 'pending', what: 'longerThan', ticks: 20_000_000n }, { kind: 'pending', what: 'never', ticks: null },
];

describe('the breakpoint form', () => {
  test.each(kinds)('gives back what it was given: $kind', (at) => {
    const spec = breakpointSpec({
      at, driverId: ['operation', 'difference', 'pending'].includes(at.kind) ? null : 3, where: { major: 4, minor: 1, tid: 77, fsctl: 'FSCTL_SET_SPARSE', informationClass: '10', path: '*.doc', process: 'a.exe', status: 'error', irql: 'APC', operationKind: 'irp' },
      condition: 'Data.Flags > 1', hitCondition: '>=5', logMessage: '{Data.Flags}', once: true, dependsOn: 9, group: 'mine',
    });
    expect(specOf(formOf(spec, null))).toEqual(spec);
    expect(formProblem(formOf(spec, null))).toBeNull();
  });

  test('says what is wrong before anybody is asked', () => {
    const of = (at: BreakpointAt, change: Partial<ReturnType<typeof formOf>>): string | null => formProblem({ ...formOf({ at }, 1), ...change });
    expect(of({ kind: 'pending', what: 'longerThan', ticks: 1n }, { duration: 'long' })).toContain('no time');
    expect(of({ kind: 'api', routine: ' ' }, {})).toContain('which routine');
    expect(of({ kind: 'line', line: 2 }, { driverId: null })).toContain('whose line');
    expect([of({ kind: 'line', line: 2 }, { driverId: 3, line: 0 }), of({ kind: 'line', line: 2 }, { driverId: 3, line: 100_000 })].map((problem) => problem?.slice(0, 14))).toEqual(['Say which line', 'Say which line']);
    expect(formOf({ at: { kind: 'line', line: 300_007 } }, 1)).toMatchObject({ slot: 3, line: 7 });
    expect(of({ kind: 'difference' }, { where: { ...formOf(null, 1).where, tid: 'x' } })).toContain('number');
  });

  test.each([['1 s', 10_000_000n], ['1.5ms', 15_000n], ['3 µs', 30n], ['200 ns', 2n], ['2 min', 1_200_000_000n], ['0 s', null], ['soon', null]])('%s', (text, ticks) => expect(ticksOf(text)).toBe(ticks));
});

describe('breakpoints of the list', () => {
  const info = (id: number, group: string, enabled: boolean) => ({ id, enabled, spec: breakpointSpec({ at: { kind: 'difference' }, group }), hits: 0, verifiedLine: null, message: null });

  test('groups are on, off or partly on', () => {
    expect(breakpointGroups([info(1, 'b', true), info(2, '', true), info(3, 'b', false), info(4, 'a', false)]).map(({ name, enabled, breakpoints }) => [name, enabled, breakpoints.map(({ id }) => id)])).toEqual([['', 'all', [2]], ['a', 'none', [4]], ['b', 'some', [1, 3]]]);
  });

  test('each kind has its words and its shape', () => {
    const drivers = [{ id: 3, name: 'mine', description: '', altitude: '1', enabled: true, bundled: false, version: 1, source: '', files: [{ slot: 2, name: 'names.ts', text: '' }], formerFiles: [] }];
    const texts = kinds.map((at) => breakpointText(breakpointSpec({ at, driverId: 3 }), drivers, []).title);
    expect(texts).toEqual(['pre, context cleanup · mine', 'mine.ts:12', 'names.ts:12', 'IrpFlags changes · mine', 'FV-084 · mine', 'call of Flt* · mine', 'operation ended', 'result differs', 'pending longer than 2 s', 'never ended']);
    expect(kinds.map((at) => breakpointShape(breakpointSpec({ at })))).toEqual(['callback', 'line', 'line', 'data', 'data', 'data', 'data', 'data', 'data', 'data']);
    expect(breakpointShape(breakpointSpec({ at: { kind: 'line', line: 1 }, logMessage: 'x' }))).toBe('log');
    expect(breakpointText(breakpointSpec({ at: { kind: 'difference' }, condition: 'a > 1', hitCondition: '5', once: true, dependsOn: 4, where: { path: '*.doc', tid: 5 } }), [], []).condition).toBe('path *.doc · thread 5 · if a > 1 · hits 5 · once · after #4');
  });
});

test.each<[string, Partial<EventRow>, object | null]>([
  ['a callback', { kind: 'status', layerName: 'mine', text: '' }, { at: { kind: 'callback', callbacks: ['status'] }, driverId: 3, where: { major: 3, path: 'C:\\a' } }],
  ['a call', { kind: 'api', layerName: 'mine', text: 'FltSetCallbackDataDirty() → 0' }, { at: { kind: 'api', routine: 'FltSetCallbackDataDirty' }, driverId: 3 }],
  ['a change', { kind: 'change', layerName: 'mine', text: 'Parameters.Read.Length: 2 → 1  by mine' }, { at: { kind: 'change', field: 'Parameters.Read.Length' } }],
  ['a finding', { kind: 'hint', violation: 'D-16', text: '' }, { at: { kind: 'violation', id: 'D-16', severity: '', except: [] } }],
  ['an end', { kind: 'complete', layerName: 'I/O manager', text: '' }, { at: { kind: 'operation', step: 'complete' }, where: { major: 3, path: 'C:\\a' } }],
  ['a line of a driver', { kind: 'log', text: 'hello' }, null],
])('"break on this" of %s', (_what, row, draft) => {
  expect(breakpointOfEvent(row as EventRow, [{ id: 3, name: 'mine' } as never], { major: 3, path: 'C:\\a' })).toEqual(draft);
});

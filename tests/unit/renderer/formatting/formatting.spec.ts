import { describe, expect, test } from 'vitest';
import { breakpointSpec } from '../../../../src-preload/contract/index.ts';
import { altitudeProblem, compareAltitudes } from '../../../../src-renderer/formatting/altitude.ts';
import { breakpointText, statusConditionProblem } from '../../../../src-renderer/formatting/breakpointText.ts';
import { formatPoint, operationOfPoint } from '../../../../src-renderer/formatting/executionPoint.ts';
import { formatBytes, formatCount, formatCounted, formatDuration, formatEventRate, formatOffset, formatRate, formatRemaining } from '../../../../src-renderer/formatting/numbers.ts';
import { splitPath } from '../../../../src-renderer/formatting/path.ts';
import { splitPlaces, type FindFile } from '../../../../src-renderer/formatting/sourceLinks.ts';
import { StatusNames, hexStatus, statusClass } from '../../../../src-renderer/formatting/status.ts';
import { formatDateTime, formatSpan, formatTimeOfDay } from '../../../../src-renderer/formatting/time.ts';

// 2021-01-01 00:00:00 UTC in Unix seconds, and the seconds between 1601 and 1970.
const newYear2021 = (1_609_459_200n + 11_644_473_600n) * 10_000_000n;

describe('times', () => {
  test('keep all seven decimals', () => {
    expect(formatTimeOfDay(newYear2021 + (9n * 3600n + 14n * 60n + 2n) * 10_000_000n + 8_812_419n)).toBe('09:14:02.8812419');
    expect(formatDateTime(newYear2021 + 1n)).toBe('2021-01-01 00:00:00.0000001 UTC');
    expect(formatDateTime(newYear2021 - 1n)).toBe('2020-12-31 23:59:59.9999999 UTC');
  });

  test.each([[8_800_000n, '880 ms'], [123_000_000n, '12.3 s'], [2_450_000_000n, '4 min 05 s'], [37_200_000_000n, '1 h 02 min']])('a span of %d ticks is %s', (ticks, text) => {
    expect(formatSpan(newYear2021, newYear2021 + ticks)).toBe(text);
  });
});

describe('numbers', () => {
  test.each([[0, '0'], [999, '999'], [1000, '1 000'], [92_598, '92 598'], [10_000_000, '10 000 000'], [-1234, '-1 234']])('%i is written %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  test('units follow the size', () => {
    expect([formatBytes(512), formatBytes(2048), formatBytes(36_197_748)]).toEqual(['512 B', '2.0 KB', '35 MB']);
    expect([formatRate(312_000), formatRate(1_000_000)]).toEqual(['312 000 ops/s', '1 000 ops/ms']);
    expect([formatDuration(5n), formatDuration(40n), formatDuration(15_000n), formatDuration(0n)]).toEqual(['500 ns', '4 µs', '1.50 ms', '0 ns']);
    expect([formatOffset(0n), formatOffset(0x1a000n)]).toEqual(['0', '0x1A000']);
    expect([formatCounted(1, 'violation'), formatCounted(2, 'violation')]).toEqual(['1 violation', '2 violations']);
  });
});

test('an import tells its rate and remaining time in words that do not flicker', () => {
  expect([formatEventRate(512_340), formatEventRate(7_349), formatEventRate(12)]).toEqual(['512 000 events/s', '7 300 events/s', '12 events/s']);
  expect([300, 12_400, 75_000, 599_900, 1_800_000, 3_900_000].map(formatRemaining)).toEqual(['less than a second', '12 s', '1 min 20 s', '10 min', '30 min', '1 h 05 min']);
});

describe('statuses', () => {
  const names = new StatusNames([{ value: 0xc0000022, name: 'STATUS_ACCESS_DENIED' }, { value: 0, name: 'STATUS_SUCCESS' }, { value: 0, name: 'STATUS_WAIT_0' }]);

  test('are named, in cells without STATUS_, else written as 0x and eight digits', () => {
    expect([names.name(0xc0000022), names.shortName(0xc0000022), names.shortName(0x1234), names.name(0)]).toEqual(['STATUS_ACCESS_DENIED', 'ACCESS_DENIED', '0x00001234', 'STATUS_SUCCESS']);
    expect([names.name(-1073741790), hexStatus(-1)]).toEqual(['STATUS_ACCESS_DENIED', '0xFFFFFFFF']);
  });

  test('have a class by their severity bits', () => {
    expect([0, 0x103, 0x40000000, 0x80000005, 0xc0000022].map(statusClass)).toEqual(['success', 'pending', 'information', 'warning', 'error']);
  });
});

describe('altitudes', () => {
  test('are compared as decimals of any length', () => {
    const sorted = ['328010', '328010.5', '328010.12345678901234567890', '40000', '0385100', '1000000000000000000000'].sort(compareAltitudes);
    expect(sorted).toEqual(['40000', '328010', '328010.12345678901234567890', '328010.5', '0385100', '1000000000000000000000']);
    expect(compareAltitudes('328010', '328010.0')).toBe(0);
  });

  test('that are none get a sentence', () => {
    expect([altitudeProblem('328010'), altitudeProblem('328010.5')]).toEqual([null, null]);
    for (const text of ['', '12x', '1.2.3', '-5', '.5', '1e5']) expect(altitudeProblem(text)).toContain('328010');
  });
});

test('the last name of a path is told from its folder', () => {
  expect(splitPath('C:\\docs\\a.txt')).toEqual({ folder: 'C:\\docs\\', name: 'a.txt' });
  expect(splitPath('C:\\')).toEqual({ folder: '', name: 'C:\\' });
  expect(splitPath('C:\\docs\\')).toEqual({ folder: 'C:\\', name: 'docs\\' });
  expect(splitPath('')).toEqual({ folder: '', name: '' });
});

test('places in a sentence can be told apart; a bare line belongs to the file named last', () => {
  const find: FindFile = (file, near) => (file === 'names.ts' ? { driver: near ?? 'guard', slot: 2 } : file === 'gone.ts' ? null : { driver: file.replace(/\.ts$/, ''), slot: 0 });
  expect(splitPlaces('changed at statusWatch.ts:29 after line 28.', null, find)).toEqual([
    { kind: 'text', text: 'changed at ' }, { kind: 'place', text: 'statusWatch.ts:29', driver: 'statusWatch', line: 29 },
    { kind: 'text', text: ' after ' }, { kind: 'place', text: 'line 28', driver: 'statusWatch', line: 28 }, { kind: 'text', text: '.' },
  ]);
  expect(splitPlaces('see line 3', null, find)).toEqual([{ kind: 'text', text: 'see line 3' }]);
  expect(splitPlaces('tagOf is declared in names.ts:3 too, and line 4 of it says gone.ts:5', 'minispy', find)).toEqual([
    { kind: 'text', text: 'tagOf is declared in ' }, { kind: 'place', text: 'names.ts:3', driver: 'minispy', line: 200_003 },
    { kind: 'text', text: ' too, and ' }, { kind: 'place', text: 'line 4', driver: 'minispy', line: 200_004 }, { kind: 'text', text: ' of it says gone.ts:5' },
  ]);
  expect(splitPlaces('line 3', 'minispy', find)).toEqual([{ kind: 'place', text: 'line 3', driver: 'minispy', line: 3 }]);
});

test('execution points are three numbers, and the file where it is not that of the entry', () => {
  const guard = { name: 'guard', files: [{ slot: 2, name: 'util/text.ts' }] };
  const at = (line: number | null, visit = 1): string => formatPoint({ operation: 18204, sequence: 7, line, visit }, guard);
  expect([at(null), at(29), at(29, 3), at(200_005), at(200_005, 2)]).toEqual(['18204:7', '18204:7:29', '18204:7:29.3', '18204:7:util/text.ts:5', '18204:7:util/text.ts:5.2']);
  expect([at(null), at(29, 3), ` #${at(200_005, 2)} `, '18204', '18204:', '18204:7:util/text.ts', '09:14:02.88x'].map(operationOfPoint)).toEqual([18204, 18204, 18204, null, null, null, null]);
});

describe('breakpoints in words', () => {
  const drivers = [{ id: 2, name: 'statusWatch', description: '', altitude: '328010', enabled: true, bundled: true, version: 1, source: '', files: [], formerFiles: [] }];
  const majors = [{ value: 3, name: 'IRP_MJ_READ', meaning: '' }];

  test('name callback, driver, major and conditions', () => {
    expect(breakpointText(breakpointSpec({ at: { kind: 'callback', callbacks: ['status'] }, driverId: 2, where: { major: 3, path: '*.docx', status: 'error' } }), drivers, majors)).toEqual({ title: 'status · statusWatch · READ', condition: 'path *.docx · status error' });
    expect(breakpointText(breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] } }), drivers, majors)).toEqual({ title: 'pre · any driver', condition: '' });
    expect(breakpointText(breakpointSpec({ at: { kind: 'line', line: 31 }, driverId: 2 }), drivers, majors).title).toBe('statusWatch.ts:31');
    expect(breakpointText(breakpointSpec({ at: { kind: 'line', line: 31 }, driverId: 9 }), drivers, majors).title).toContain('removed');
  });

  test('a status condition is a name, a number or a class', () => {
    for (const text of ['', 'STATUS_ACCESS_DENIED', '0xC0000022', 'success', 'Error']) expect(statusConditionProblem(text)).toBeNull();
    for (const text of ['denied', '0xZZ', '-1']) expect(statusConditionProblem(text)).toContain('STATUS_ACCESS_DENIED');
  });
});

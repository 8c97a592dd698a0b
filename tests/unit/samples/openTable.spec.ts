/** The bundled driver of several files. */
import { expect, it } from 'vitest';
import { driverPlaceText } from '../../../src-main/base/driverLines.ts';
import { bundledDriver, create, eventsOf, operation } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';

it('counts the handles of each file, in whichever way it was named', () => {
  const driver = bundledDriver('openTable');
  const ends = (index: number, path: string): ReturnType<typeof operation>[] => [operation(index, { operation: 'CloseFile', major: 18, path }), operation(index + 1, { operation: 'IRP_MJ_CLOSE', major: 2, path })];
  const [a, upper, b, failed] = ['C:\\docs\\a.txt', 'C:\\DOCS\\A.TXT', 'C:\\docs\\b.txt', 'C:\\docs\\none.txt'];
  const operations = [create(1, { path: a }), create(2, { path: upper, tid: 8 }), create(3, { path: b }), create(4, { path: failed, status: 0xc0000034, information: null }), ...ends(5, b ?? ''), create(7, { path: b })];
  const log = runHere({ drivers: [driver], operations });
  expect(log.problems).toEqual([]);
  const events = eventsOf(log);
  const printed = events.filter(({ kind }) => kind === 'log');
  expect(printed.map(({ detail }) => String(detail['text']).replace(/\\Device\\\w+\\/, '').trim())).toEqual(['openTable: docs\\a.txt: 2 handles']);
  const line = (driver.files ?? []).find(({ name }) => name === 'openTable/callbacks.ts')?.text.split('\n').findIndex((text) => text.includes('%d handles')) ?? 0;
  expect(driverPlaceText('openTable', driver.files ?? [], printed[0]?.line ?? 0)).toBe(`openTable/callbacks.ts:${line + 1}`);
  expect(events.filter(({ kind }) => kind === 'violation').map(({ name }) => name)).toEqual([]);
});

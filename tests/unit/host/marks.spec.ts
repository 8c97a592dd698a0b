import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationFormat } from '../../../src-preload/contract/index.ts';
import { nextEvent, sampleFile, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const { host, api } = await testHost(tempFolder());
interface SampleLine { readonly index?: number; readonly operation: string; readonly path: string | null; readonly process: string; readonly pid: number }
const sample = readFileSync(sampleFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as SampleLine).filter((line) => line.index !== undefined)
  .map((line, at) => ({ ...line, number: at + 1 }));
let traceId = 0;

beforeAll(async () => {
  const session = await api.request('session.openSample', {});
  traceId = session.traces[0]?.id ?? 0;
});
afterAll(() => host.dispose());

async function exported(format: OperationFormat, fields: { where?: string; first?: number; last?: number } = {}): Promise<string> {
  let text = '';
  for (let after: number | null = 0; after !== null;) {
    const piece: { text: string; next: number | null } = await api.request('operations.export', { traceId, runId: null, where: null, first: 1, last: 1e9, after, format, columns: ['number', 'operation', 'path'], ...fields });
    text += piece.text;
    after = piece.next;
  }
  return text;
}

test('a bookmark has a note, stays when the session is opened again, and is told to everybody', async () => {
  const told = nextEvent(api, 'marks.changed');
  const [added] = await api.request('marks.add', { traceId, operation: 7, point: { runId: 3, issued: 7, sequence: 2 }, bookmark: true, text: '' });
  expect(await told).toHaveLength(1);
  expect(added).toMatchObject({ operation: 7, bookmark: true, text: '', point: { runId: 3, issued: 7, sequence: 2 } });
  await api.request('marks.update', { id: added?.id ?? 0, text: '# why **this** one' });
  await api.request('marks.add', { traceId: null, operation: null, point: null, bookmark: false, text: 'the whole session' });
  const file = path.join(tempFolder(), 'kept.fltreplay');
  await api.request('session.saveAs', { path: file });
  await api.request('session.openSample', {});
  await api.request('session.open', { path: file });
  const list = await api.request('marks.list', {});
  expect(list.map(({ operation, text, bookmark }) => [operation, text, bookmark])).toEqual([[null, 'the whole session', false], [7, '# why **this** one', true]]);
  expect((await api.request('session.query', { sql: 'SELECT operation, bookmark, sequence FROM notes WHERE operation = 7', limit: 5 })).rows).toEqual([[7, 1, 2]]);
  for (const { id } of list) await api.request('marks.remove', { id });
  expect(await api.request('marks.list', {})).toEqual([]);
});

test('a bookmark without an operation, and one of an operation that is not there, are refused', async () => {
  await expect(api.request('marks.add', { traceId: null, operation: null, point: null, bookmark: true, text: '' })).rejects.toMatchObject({ code: 'mark-place' });
  await expect(api.request('marks.add', { traceId, operation: sample.length + 1, point: null, bookmark: true, text: '' })).rejects.toThrow();
});

test('what is written out is what the trace file says, in every form', async () => {
  const lines = (await exported('jsonl')).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map((line) => [line['index'], line['operation'], line['path'], line['process'], line['pid']])).toEqual(sample.map((op) => [op.number, op.operation, op.path, op.process, op.pid]));
  expect(JSON.parse(await exported('json'))).toEqual(lines);
  const csv = (await exported('csv')).trim().split('\n');
  expect(csv).toHaveLength(sample.length + 1);
  expect(csv[0]).toMatch(/^index,time,process,pid,tid,operation,path,recorded,duration,offset,length$/);
  const text = (await exported('text', { first: 3, last: 5 })).trim().split('\n');
  expect(text[0]).toBe('#\tOperation\tPath');
  expect(text.slice(1)).toEqual(sample.slice(2, 5).map((op) => `${op.number}\t${op.operation}\t${op.path ?? ''}`.trimEnd()));
});

test('a filter and a range choose together what is written; nothing is a whole file too', async () => {
  const wanted = sample.filter((op) => op.operation === 'ReadFile' && op.number >= 20 && op.number <= 90).map((op) => op.number);
  expect(wanted.length).toBeGreaterThan(1);
  const rows = JSON.parse(await exported('json', { where: 'operation = ReadFile', first: 20, last: 90 })) as { index: number }[];
  expect(rows.map(({ index }) => index)).toEqual(wanted);
  expect(JSON.parse(await exported('json', { where: 'operation = NoSuchThing' }))).toEqual([]);
});

test('the form of Process Monitor is imported again with the same operations', async () => {
  const text = await exported('procmon');
  expect(text.startsWith('\ufeff"Time of Day","Process Name","PID","Operation","Path","Result","Detail"')).toBe(true);
  const [head = '', ...rows] = text.slice(1).trim().split('\r\n');
  expect(head.split(',')).toHaveLength(12);
  expect(rows).toHaveLength(sample.length);
  const file = path.join(tempFolder(), 'again.csv');
  writeFileSync(file, text);
  const [again] = await api.request('trace.inspect', { path: file });
  expect(new Map(again?.byOperation.map(({ name, count }) => [name, count]))).toEqual(new Map(Object.entries(Object.groupBy(sample, (op) => op.operation)).map(([name, group]) => [name, group?.length])));
  expect(rows[0]).toContain(`"${sample[0]?.process}","${sample[0]?.pid}","${sample[0]?.operation}"`);
});

test('each row has the first rule that lets it through; a rule that cannot be read lets nothing through', async () => {
  const indexes = sample.map((op) => op.number);
  const { rules } = await api.request('operations.highlights', { traceId, indexes, rules: ['operation = CloseFile', 'nonsense = = 3', 'path ends with .docx'] });
  expect(rules).toEqual(sample.map((op) => (op.operation === 'CloseFile' ? 0 : op.path?.toLowerCase().endsWith('.docx') === true ? 2 : -1)));
});

test('the next highlighted operation is found in both directions, among those of a filter only', async () => {
  const numbers = sample.filter((op) => op.operation === 'CloseFile').map((op) => op.number);
  const next = async (from: number, backwards: boolean, where: string | null = null): Promise<number | null> => (await api.request('operations.nextMatch', { traceId, rules: ['operation = CloseFile'], where, from, backwards })).index;
  expect(await next(1, false)).toBe(numbers[0]);
  expect(await next((numbers[0] ?? 0) + 1, false)).toBe(numbers[1]);
  expect(await next((numbers[1] ?? 0) - 1, true)).toBe(numbers[0]);
  expect(await next(sample.length, false, 'operation = ReadFile')).toBeNull();
});

test('what find finds is counted, with how many lie before', async () => {
  const fits = (op: (typeof sample)[number]): boolean => [op.path ?? '', op.operation, op.process].some((text) => text.toLowerCase().includes('file'));
  const [at, all] = [40, sample.filter(fits)];
  let [count, before] = [0, 0];
  for (let from: number | null = 1; from !== null;) {
    const piece: { count: number; before: number; next: number | null } = await api.request('operations.matchCount', { traceId, text: 'FILE', where: null, at, from });
    count += piece.count;
    before += piece.before;
    from = piece.next;
  }
  expect([count, before]).toEqual([all.length, all.filter((op) => op.number <= at).length]);
});

test('cells of rows that are not beside each other come in the order they were asked for', async () => {
  const { rows } = await api.request('operations.cells', { traceId, runId: null, indexes: [9, 2, 3], columns: ['pid', 'operation'] });
  expect(rows).toEqual([9, 2, 3].map((index) => [String(sample[index - 1]?.pid), sample[index - 1]?.operation]));
});

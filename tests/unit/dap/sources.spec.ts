/** The files of drivers as sources of the protocol: by path beside the entry, or by a reference that tells driver and file apart. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { Client } from '../../../src-main/dap/client.ts';
import { Sources } from '../../../src-main/dap/sources.ts';
import type { DriverInfo } from '../../../src-preload/contract/index.ts';

const driver = (id: number, name: string, files: DriverInfo['files'] = []): DriverInfo => ({ id, name, description: '', altitude: '320000', enabled: true, bundled: false, version: 1, source: `// ${name}`, files, formerFiles: [] });
const names = { slot: 1, name: 'names.ts', text: '// names' };
const folder = path.resolve('filters');
const guard = driver(1, 'guard', [names, { slot: 3, name: 'util/tags.ts', text: '// tags' }]);
const read = (drivers: readonly DriverInfo[], files: ReadonlyMap<number, string>): Sources => new Sources(new Client({}), drivers, files);
const filesOf = (sources: Sources, source: object): unknown => sources.filesOf(source as Record<string, unknown>).map(({ driver: { name }, slot }) => [name, slot]);

it('are the files beside the entry, each with its own lines', () => {
  const sources = read([guard], new Map([[1, path.join(folder, 'guard.ts')]]));
  expect(sources.all()).toEqual([
    { name: 'guard.ts', path: path.join(folder, 'guard.ts') }, { name: 'names.ts', path: path.join(folder, 'names.ts') }, { name: 'tags.ts', path: path.join(folder, 'util', 'tags.ts') },
  ]);
  expect(sources.place('guard', 100_012)).toEqual({ source: { name: 'names.ts', path: path.join(folder, 'names.ts') }, line: 12 });
  expect(sources.place('guard', 12)?.source.name).toBe('guard.ts');
  expect(sources.place('Filter Manager', 12)).toBeUndefined();
  expect(filesOf(sources, { path: path.join(folder, 'util', 'tags.ts') })).toEqual([['guard', 3]]);
  expect(filesOf(sources, { path: path.join(folder, 'others', 'names.ts') })).toEqual([]);
  expect([sources.placeText('guard', 300_002), sources.placeText('guard', 2)]).toEqual(['util/tags.ts:2 of guard', 'guard.ts:2']);
});

it('have a reference each where they are texts of a session', () => {
  const sources = read([guard, driver(2, 'other', [names])], new Map());
  const all = sources.all();
  expect(all.map(({ name }) => name)).toEqual(['guard.ts', 'names.ts', 'util/tags.ts', 'other.ts', 'names.ts']);
  expect(new Set(all.map(({ sourceReference }) => sourceReference)).size).toBe(5);
  expect(all.every(({ sourceReference = 0 }) => sourceReference > 0 && sourceReference < 2 ** 31)).toBe(true);
  expect(all.map((source) => filesOf(sources, source))).toEqual([[['guard', 0]], [['guard', 1]], [['guard', 3]], [['other', 0]], [['other', 1]]]);
  expect(all.map((source) => sources.asked({ sourceReference: source.sourceReference }).content)).toEqual(['// guard', '// names', '// tags', '// other', '// names']);
  // As a client has kept it from another session.
  expect([filesOf(sources, { name: 'util/tags.ts' }), filesOf(sources, { path: 'tags.ts' }), filesOf(sources, { name: 'none.ts' })]).toEqual([[['guard', 3]], [['guard', 3]], []]);
  expect(() => sources.asked({ sourceReference: 2_000_001 })).toThrow('There is no driver “guard.ts (file 2)” in this replay');
});

it('are one where two drivers of a folder import the same file', () => {
  const sources = read([guard, driver(2, 'other', [names])], new Map([[1, path.join(folder, 'guard.ts')], [2, path.join(folder, 'other.ts')]]));
  expect(sources.all().map(({ name }) => name)).toEqual(['guard.ts', 'names.ts', 'tags.ts', 'other.ts']);
  expect(filesOf(sources, { path: path.join(folder, 'names.ts') })).toEqual([['guard', 1], ['other', 1]]);
});

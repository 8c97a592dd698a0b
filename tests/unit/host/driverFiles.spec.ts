/** Drivers of several files in a session: slots that stay, versions, trust, and names that are refused. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../../../src-main/host/index.ts';
import type { HostApi } from '../../../src-preload/contract/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { testHost } from '../../support/testHost.ts';

let host: Host;
let api: HostApi & { close(): void };

beforeEach(async () => {
  ({ host, api } = await testHost(tempFolder()));
  await api.request('session.create', { path: null, bundledDrivers: false });
});

afterEach(async () => {
  api.close();
  await host.dispose();
});

const add = (files: readonly { name: string; text: string }[]) => api.request('drivers.add', { name: 'guard', source: '// entry', files, manifest: '{}', altitude: '320000', enabled: true });
const slots = (files: readonly { readonly slot: number; readonly name: string }[]) => files.map(({ slot, name }) => [slot, name]);

it('a file keeps its slot under any name, and no other file ever gets it', async () => {
  const { id, files } = await add([{ name: 'names.ts', text: 'a' }, { name: 'util/tags.ts', text: 'b' }]);
  expect(slots(files)).toEqual([[1, 'names.ts'], [2, 'util/tags.ts']]);
  const without = await api.request('drivers.update', { id, files: [{ slot: 2, name: 'tags.ts', text: 'b' }] });
  expect([slots(without.files), slots(without.formerFiles)]).toEqual([[[2, 'tags.ts']], [[1, 'names.ts']]]);
  const more = await api.request('drivers.update', { id, files: [...without.files, { slot: null, name: 'more.ts', text: '' }] });
  expect(slots(more.files)).toEqual([[2, 'tags.ts'], [3, 'more.ts']]);
  const back = await api.request('drivers.update', { id, files: [...more.files, { name: 'names.ts', text: 'again' }] });
  expect([slots(back.files), back.version]).toEqual([[[2, 'tags.ts'], [3, 'more.ts'], [1, 'names.ts']], 4]);
});

it('every driver that comes with FltReplay can be added, with its files, and is put back to what it was', async () => {
  const bundled = await api.request('drivers.bundled', {});
  for (const { name } of bundled) expect((await api.request('drivers.addBundled', { name, altitude: null, enabled: false })).name).toBe(name);
  const table = (await api.request('drivers.list', {})).find(({ name }) => name === 'openTable');
  const [first, ...rest] = table?.files ?? [];
  if (table === undefined || first === undefined) throw new Error('openTable has no files');
  // A file of the user's own came first to the next slot; the one that went keeps its own.
  const edited = await api.request('drivers.update', { id: table.id, files: [...rest, { slot: null, name: 'mine.ts', text: '' }] });
  expect(slots(edited.files)).toEqual([...slots(rest), [rest.length + 2, 'mine.ts']]);
  const back = await api.request('drivers.restore', { id: table.id });
  expect([...slots(back.files)].sort()).toEqual(slots(table.files).sort());
  expect(new Map(back.files.map(({ name, text }) => [name, text]))).toEqual(new Map(table.files.map(({ name, text }) => [name, text])));
});

it('every change of a file is a version, which can be looked at and restored', async () => {
  const { id } = await add([{ name: 'names.ts', text: 'one\ntwo' }]);
  await api.request('drivers.update', { id, files: [{ slot: 1, name: 'names.ts', text: 'three' }] });
  await api.request('drivers.update', { id, enabled: false });
  const versions = await api.request('drivers.versions', { id });
  expect(versions.map(({ version, lines }) => [version, lines])).toEqual([[2, 2], [1, 3]]);
  expect(await api.request('drivers.version', { id, version: 1 })).toEqual({ source: '// entry', files: [{ slot: 1, name: 'names.ts', text: 'one\ntwo' }], service: '' });
  const restored = await api.request('drivers.restoreVersion', { id, version: 1 });
  expect([restored.version, restored.files[0]?.text]).toEqual([3, 'one\ntwo']);
});

it('names that are no files of a driver are refused in words', async () => {
  for (const name of ['../names.ts', 'names.js', '/names.ts', 'a//b.ts', 'C:\\names.ts', '']) await expect(add([{ name, text: '' }])).rejects.toThrow(/cannot be a file of a driver/);
  await expect(add([{ name: 'Guard.ts', text: '' }])).rejects.toThrow('guard has a file “Guard.ts” already');
  await expect(add([{ name: 'a.ts', text: '' }, { name: 'A.ts', text: '' }])).rejects.toThrow('guard has a file “A.ts” already');
  await expect(add([{ name: 'a.ts', text: '\n'.repeat(100_000) }])).rejects.toThrow('a.ts has 100001 lines; a file of a driver has fewer than 100000.');
  const { id } = await add([]);
  await expect(api.request('drivers.update', { id, files: [{ slot: 4, name: 'a.ts', text: '' }] })).rejects.toThrow('guard has no file 4');
});

it('a file that somebody else changed in the session is not trusted', async () => {
  const { id } = await add([{ name: 'names.ts', text: 'mine' }]);
  const { path } = await api.request('session.current', {});
  await api.request('drivers.update', { id, files: [{ slot: 1, name: 'names.ts', text: 'mine too' }] });
  expect((await api.request('session.current', {})).trusted).toBe(true);
  const db = new Database(path);
  db.prepare("UPDATE driver_version SET files = replace(files, 'mine too', 'theirs') WHERE version = 2").run();
  db.close();
  expect((await api.request('session.open', { path })).trusted).toBe(false);
});

it('a service script has the name that the manifest gives it', async () => {
  const scripted = (name: string, manifest: string) => api.request('drivers.add', { name, source: '', service: 'service.process({});', manifest, altitude: '320000', enabled: true });
  expect((await scripted('scanner', '{"serviceScript":"user/scanuser.ts"}')).serviceName).toBe('scanuser.ts');
  expect((await scripted('plain', '{}')).serviceName).toBeUndefined();
});

import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DriverInfo, HostApi, RequestParams } from '../../../../src-preload/contract/index.ts';
import { provideBackend } from '../../../../src-renderer/backend/backend.ts';
import { useDrivers } from '../../../../src-renderer/stores/drivers.ts';
import { useNotices } from '../../../../src-renderer/stores/notices.ts';

const shipped: DriverInfo = {
  id: 3, name: 'guard', description: '', altitude: '1', enabled: true, bundled: false, version: 4, source: 'entry', service: 'script',
  files: [{ slot: 1, name: 'names.ts', text: 'names' }, { slot: 2, name: 'tags.ts', text: 'tags' }], formerFiles: [{ slot: 5, name: 'old.ts' }],
};
const draftKey = 'fltreplay.draft::guard';

let updates: RequestParams<'drivers.update'>[] = [];
let checks: RequestParams<'drivers.check'>[] = [];
let kept = new Map<string, string>();

/** A host with one driver, which takes every change. */
function backend(): void {
  let driver = shipped;
  const request = (name: string, params: RequestParams<'drivers.update'> & RequestParams<'drivers.check'>): Promise<unknown> => {
    if (name === 'drivers.list') return Promise.resolve([driver]);
    if (name === 'drivers.check') checks.push(params);
    if (name !== 'drivers.update') return Promise.resolve([]);
    updates.push(params);
    const files = (params.files ?? driver.files).map((file, at) => ({ name: file.name, text: file.text, slot: ('slot' in file ? file.slot : null) ?? 10 + at }));
    driver = { ...driver, version: driver.version + 1, source: params.source ?? driver.source, files, service: params.service ?? driver.service ?? '' };
    return Promise.resolve(driver);
  };
  const host = { request, listen: () => ({ dispose: () => undefined }) } as unknown as HostApi;
  provideBackend({ host, shell: { kind: 'web' }, state: 'open', onState: () => undefined });
}

beforeEach(() => {
  setActivePinia(createPinia());
  vi.useFakeTimers();
  [updates, checks, kept] = [[], [], new Map()];
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text), removeItem: (key: string) => void kept.delete(key) });
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  backend();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('saves what was edited in several files as one version, and what was not edited not at all', async () => {
  const drivers = useDrivers();
  await drivers.load();
  drivers.edit(3, 0, 'entry 2');
  drivers.edit(3, 2, 'tags 2');
  expect([drivers.text(3, 0), drivers.text(3, 1), drivers.text(3, 2)]).toEqual(['entry 2', 'names', 'tags 2']);
  await vi.advanceTimersByTimeAsync(1000);
  expect(updates).toEqual([{ id: 3, source: 'entry 2', files: [{ slot: 1, name: 'names.ts', text: 'names' }, { slot: 2, name: 'tags.ts', text: 'tags 2' }] }]);
  expect([drivers.drafts.size, kept.size]).toEqual([0, 0]);
  expect(checks.at(-1)).toMatchObject({ source: 'entry 2', service: 'script' });
  drivers.edit(3, 'service', 'script 2');
  await vi.advanceTimersByTimeAsync(1000);
  expect(updates[1]).toEqual({ id: 3, service: 'script 2' });
});

it('a script that is empty for a moment while somebody writes stays a file', async () => {
  const drivers = useDrivers();
  await drivers.load();
  drivers.edit(3, 'service', '');
  await vi.advanceTimersByTimeAsync(1000);
  expect(drivers.file(3, 'service')?.name).toBe('guard.service.ts');
});

it.each([
  ['of several files', { version: 4, files: [[1, 'names 2'], ['service', 'script 2'], [9, 'gone']] }, { 1: 'names 2', service: 'script 2' }, 'Unsaved edits of names.ts, guard.service.ts were found'],
  ['of an older FltReplay', { version: 4, text: 'entry 2' }, { 0: 'entry 2' }, 'An unsaved edit of guard.ts was found'],
])('puts drafts back that were left behind, %s', async (_what, saved, texts, words) => {
  kept.set(draftKey, JSON.stringify(saved));
  const drivers = useDrivers();
  await drivers.load();
  expect(Object.entries(texts).map(([slot]) => drivers.text(3, slot === 'service' ? slot : Number(slot)))).toEqual(Object.values(texts));
  expect(useNotices().list.map(({ message }) => message).join(' ')).toContain(words);
});

it('lets drafts of another version go', async () => {
  kept.set(draftKey, JSON.stringify({ version: 3, files: [[0, 'entry 2']] }));
  const drivers = useDrivers();
  await drivers.load();
  expect([drivers.drafts.size, drivers.text(3, 0), kept.size]).toEqual([0, 'entry', 0]);
});

it('saves edits before a file comes, and says where it is then', async () => {
  const drivers = useDrivers();
  await drivers.load();
  drivers.edit(3, 1, 'names 2');
  const slot = await drivers.addFile(3, 'more.ts', 'text');
  expect(updates.map(({ files = [] }) => files.map(({ name, text }) => `${name} ${text}`))).toEqual([['names.ts names 2', 'tags.ts tags'], ['names.ts names 2', 'tags.ts tags', 'more.ts text']]);
  expect(drivers.file(3, slot)?.text).toBe('text');
  await drivers.removeFile(3, 'service');
  expect(drivers.file(3, 'service')).toBeUndefined();
});

it('names places by the files that the driver has or had, and finds whose file is meant', async () => {
  const drivers = useDrivers();
  await drivers.load();
  expect([drivers.placeText('guard', 12), drivers.placeText('guard', 200_007, 3), drivers.placeText('guard', 500_001), drivers.placeText('removed', 4)]).toEqual(['guard.ts:12', 'tags.ts:7:3', 'old.ts:1', 'removed.ts:4']);
  expect([drivers.fileNamed('guard.ts', null), drivers.fileNamed('tags.ts', null), drivers.fileNamed('guard.service.ts', 'guard'), drivers.fileNamed('other.ts', 'guard')])
    .toEqual([{ driver: 'guard', slot: 0 }, { driver: 'guard', slot: 2 }, { driver: 'guard.service', slot: 0 }, null]);
});

import { expect, it } from 'vitest';
import { versionFiles } from '../../../../src-renderer/workbench/branches/versionFiles.ts';

it('tells of each file of either version what became of it', () => {
  const before = { source: 'a', service: '', files: [{ slot: 1, name: 'names.ts', text: '1' }, { slot: 2, name: 'gone.ts', text: '2' }, { slot: 3, name: 'old.ts', text: '3' }, { slot: 5, name: 'same.ts', text: '5' }] };
  const after = { source: 'a', service: 's', files: [{ slot: 3, name: 'new.ts', text: '3' }, { slot: 1, name: 'names.ts', text: '1b' }, { slot: 4, name: 'fresh.ts', text: '4' }, { slot: 5, name: 'same.ts', text: '5' }] };
  expect(versionFiles({ name: 'guard' }, before, after).map(({ name, what, original, modified }) => [name, what, original, modified])).toEqual([
    ['guard.ts', '', 'a', 'a'],
    ['fresh.ts', 'added', '', '4'], ['gone.ts', 'deleted', '2', ''], ['names.ts', 'changed', '1', '1b'], ['new.ts', 'was old.ts', '3', '3'], ['same.ts', '', '5', '5'],
    ['guard.service.ts', 'added', '', 's'],
  ]);
  expect(versionFiles({ name: 'guard' }, { ...before, files: [] }, { ...after, files: [], service: '' }).map(({ name }) => name)).toEqual(['guard.ts']);
});

import { expect, test } from 'vitest';
import { groupLogParts } from '../../../../src-renderer/stores/groupLogParts.ts';

const groups = (...names: string[]): string[] => groupLogParts(names.map((name) => ({ name }))).map((group) => group.map(({ name }) => name).join(' '));

test('parts follow their log in the order of their numbers, however they were chosen', () => {
  expect(groups('boot-2.PML', 'boot-10.PML', 'boot.PML', 'boot-1.pml', 'other.PML')).toEqual(['boot.PML boot-1.pml boot-2.PML boot-10.PML', 'other.PML']);
});

test('a number in a name makes no part where the log itself was not chosen, nor for other formats', () => {
  expect(groups('run-1.PML', 'run-2.PML')).toEqual(['run-1.PML', 'run-2.PML']);
  expect(groups('export.csv', 'export-1.csv')).toEqual(['export.csv', 'export-1.csv']);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { inPartOrder, partsAmong, partsBeside } from '../../../src-main/host/logParts.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();

it.each<[string, string, readonly string[], readonly string[]]>([
  ['the first part brings the others, in the order of their numbers', 'cap.PML', ['cap-10.PML', 'cap-2.PML', 'cap.PML', 'cap-1.PML'], ['cap.PML', 'cap-1.PML', 'cap-2.PML']],
  ['a later part brings the whole log', 'cap-2.PML', ['cap.PML', 'cap-1.PML', 'cap-2.PML'], ['cap.PML', 'cap-1.PML', 'cap-2.PML']],
  ['a part behind a gap stands alone', 'cap-3.PML', ['cap.PML', 'cap-1.PML', 'cap-3.PML'], ['cap-3.PML']],
  ['a number may be part of the name', 'run-1.PML', ['run-1.PML', 'run-2.PML'], ['run-1.PML']],
  ['and such a name may have parts itself', 'run-1.PML', ['run-1.PML', 'run-1-1.PML'], ['run-1.PML', 'run-1-1.PML']],
  ['names are compared without case', 'Cap.pml', ['Cap.pml', 'CAP-1.PML'], ['Cap.pml', 'CAP-1.PML']],
  ['only Process Monitor logs have parts', 'cap.csv', ['cap.csv', 'cap-1.csv'], ['cap.csv']],
])('%s', (_what, own, names, parts) => {
  expect(partsAmong(own, names)).toEqual(parts);
});

it('finds them beside the file that was given', () => {
  const logs = path.join(folder, 'logs');
  mkdirSync(logs);
  for (const name of ['cap.PML', 'cap-1.PML', 'other.PML']) writeFileSync(path.join(logs, name), '');
  expect(partsBeside(path.join(logs, 'cap-1.PML'))).toEqual(['cap.PML', 'cap-1.PML'].map((name) => ({ name, file: path.join(logs, name) })));
  expect(partsBeside(path.join(logs, 'other.PML')).length).toBe(1);
});

it('puts uploads into the order of their numbers', () => {
  const files = ['cap-1.PML', 'cap.PML'].map((name, at) => ({ name, file: `upload ${at}` }));
  expect(inPartOrder(files).map(({ name }) => name)).toEqual(['cap.PML', 'cap-1.PML']);
});

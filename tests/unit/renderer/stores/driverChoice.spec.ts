import { expect, it } from 'vitest';
import { driverOfFiles, withEarlier, type ChosenFile } from '../../../../src-renderer/stores/driverChoice.ts';

const entry: ChosenFile = { name: 'guard.ts', text: `import { tagOf } from './names';\nimport { trim } from './util/strings.ts';\nexport function DriverEntry() {}\n` };
const names: ChosenFile = { name: 'names.ts', text: `import './more.ts';\n` };
const strings: ChosenFile = { name: 'strings.ts', text: '' };

it('takes the file with DriverEntry as the entry, what it imports as its files, and what lies beside it by its name', () => {
  const service: ChosenFile = { name: 'guard.service.ts', text: 'service.process({});' };
  const manifest: ChosenFile = { name: 'guard.json', text: '{ "altitude": "320000.5" }' };
  const choice = driverOfFiles([strings, names, manifest, { name: 'more.ts', text: '' }, entry, service, { name: 'other.ts', text: '' }]);
  expect(choice).toEqual({
    kind: 'driver', missing: [], left: ['other.ts'],
    driver: { name: 'guard', source: entry.text, service: service.text, manifest: manifest.text, files: [{ name: 'names.ts', text: names.text }, { name: 'more.ts', text: '' }, { name: 'util/strings.ts', text: '' }] },
  });
});

it('takes a file of its own folder before one of the same name elsewhere, and the script that the manifest names', () => {
  const choice = driverOfFiles([
    { name: 'src/strings.ts', text: 'wrong' }, { name: 'src/util/strings.ts', text: 'right' }, { name: 'src/names.ts', text: '' },
    { name: 'src/guard.ts', text: entry.text }, { name: 'src/guard.json', text: '{ "serviceScript": "scanuser.ts" }' }, { name: 'src/scanuser.ts', text: 'script' },
  ]);
  expect(choice).toMatchObject({ driver: { name: 'guard', service: 'script', files: [{ name: 'names.ts' }, { name: 'util/strings.ts', text: 'right' }] }, left: ['strings.ts'] });
});

it('says what is missing, and refuses what is no driver or two', () => {
  expect(driverOfFiles([entry, names])).toMatchObject({ kind: 'driver', missing: ['util/strings.ts', 'more.ts'] });
  expect(driverOfFiles([names])).toMatchObject({ kind: 'problem', message: expect.stringContaining('None of these files exports DriverEntry') as string });
  expect(driverOfFiles([entry, { ...entry, name: 'second.ts' }])).toMatchObject({ kind: 'problem', message: expect.stringContaining('guard.ts and second.ts') as string });
});

it('what was missing is enough when it is chosen later; another driver takes the place of the first', () => {
  const more: ChosenFile = { name: 'more.ts', text: '' };
  const other: ChosenFile = { name: 'other.ts', text: 'export function DriverEntry() {}\n' };
  expect(driverOfFiles(withEarlier([entry, names], [strings, more]))).toMatchObject({ kind: 'driver', driver: { name: 'guard' }, missing: [], left: [] });
  // The entry last, and a file that was mended.
  expect(driverOfFiles(withEarlier([names, strings, more], [entry]))).toMatchObject({ kind: 'driver', missing: [] });
  expect(withEarlier([entry, { ...names, text: 'old' }], [names, strings]).filter(({ name }) => name === 'names.ts')).toEqual([names]);
  expect(withEarlier([entry, names], [other])).toEqual([other]);
  // Two entries are no driver: the last choice counts, whatever it lacks.
  expect(withEarlier([other], [entry])).toEqual([entry]);
  expect(withEarlier([], [strings])).toEqual([strings]);
});

import { describe, expect, it } from 'vitest';
import type { DriverInfo } from '../../../../src-preload/contract/index.ts';
import { editedTexts, fileNameProblem, filesOf, withFileRenamed } from '../../../../src-renderer/stores/driverFiles.ts';

const guard: DriverInfo = {
  id: 1, name: 'guard', description: '', altitude: '1', enabled: true, bundled: false, version: 4, formerFiles: [], service: 'service.process({});',
  source: `import { tagOf } from './names';\nimport { trim } from "./util/strings.ts";\n// './names'\n`,
  files: [
    { slot: 2, name: 'util/strings.ts', text: `import { tagOf } from '../names.ts';\nimport './more.ts';\n` },
    { slot: 1, name: 'names.ts', text: `import { trim } from './util/strings.ts';\nimport { gFilter } from './guard.ts';\n` },
    { slot: 3, name: 'util/more.ts', text: '' },
  ],
};

it('lists the entry first and the service script last, each as it is edited', () => {
  const drafts = new Map<number | 'service', string>([[2, 'edited'], ['service', 'too'], [9, 'of a file that is gone']]);
  expect(filesOf(guard, drafts).map(({ slot, name }) => `${slot} ${name}`)).toEqual(['0 guard.ts', '1 names.ts', '3 util/more.ts', '2 util/strings.ts', 'service guard.service.ts']);
  expect(filesOf({ ...guard, serviceName: 'scanuser.ts' }).at(-1)?.name).toBe('scanuser.ts');
  const { source, files, service } = editedTexts(guard, drafts);
  expect([source, files.map(({ slot, text }) => [slot, text]).find(([slot]) => slot === 2), service]).toEqual([guard.source, [2, 'edited'], 'too']);
});

describe('a file under another name', () => {
  it('is imported by it, with or without the ending as before', () => {
    const { source, files } = withFileRenamed(guard, 1, 'labels.ts');
    expect(source).toBe(`import { tagOf } from './labels';\nimport { trim } from "./util/strings.ts";\n// './names'\n`);
    expect(files.map(({ slot, name }) => [slot, name])).toEqual([[2, 'util/strings.ts'], [1, 'labels.ts'], [3, 'util/more.ts']]);
    expect(files[0]?.text).toBe(`import { tagOf } from '../labels.ts';\nimport './more.ts';\n`);
    expect(files[1]?.text).toBe(guard.files[1]?.text);
  });

  it('imports the others from where it is then', () => {
    const { source, files } = withFileRenamed(guard, 2, 'strings.ts');
    expect(source).toContain('from "./strings.ts"');
    expect(files[0]?.text).toBe(`import { tagOf } from './names.ts';\nimport './util/more.ts';\n`);
    expect(files[1]?.text).toContain(`from './strings.ts'`);
  });
});

it('refuses names that the driver has and names that are none, and lets a file keep its own', () => {
  expect(fileNameProblem(guard, 'NAMES.ts', null)).toContain('There is a file named NAMES.ts');
  expect(fileNameProblem(guard, 'guard.ts', 2)).toContain('There is a file');
  expect(fileNameProblem(guard, '../names.ts', null)).toContain('A name like');
  expect(fileNameProblem(guard, 'names', null)).toContain('A name like');
  expect([fileNameProblem(guard, 'names.ts', 1), fileNameProblem(guard, 'util/other.ts', null)]).toEqual([null, null]);
});

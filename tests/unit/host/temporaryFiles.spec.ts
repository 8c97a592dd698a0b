import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TemporaryFiles } from '../../../src-main/host/temporaryFiles.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();

it('removes what a crash left behind, but not what another running process is still filling', () => {
  const running = 4711;
  for (const name of [`${running}-1.part`, '4712-1.part', `${process.pid}-9.part`, 'nonsense']) writeFileSync(path.join(folder, name), '');
  const files = new TemporaryFiles(folder);
  files.tidy((pid) => pid === running);
  expect(readdirSync(folder)).toEqual([`${running}-1.part`]);
  expect(files.fresh()).not.toBe(files.fresh());
});

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesFromArguments } from '../../../src-main/shell-electron/filesFromArguments.ts';

describe('filesFromArguments', () => {
  const folder = path.resolve('/traces');

  it('takes what follows the program of an installed application', () => {
    expect(filesFromArguments(['FltReplay', 'a.PML'], true, folder)).toEqual([path.join(folder, 'a.PML')]);
  });

  it('leaves out the folder of a development start', () => {
    expect(filesFromArguments(['electron', '.', 'a.PML'], false, folder)).toEqual([path.join(folder, 'a.PML')]);
  });

  it('is not misled by switches that Chromium puts in front', () => {
    expect(filesFromArguments(['electron', '--allow-file-access-from-files', '/app', 'a.PML', '--flag'], false, folder)).toEqual([path.join(folder, 'a.PML')]);
  });

  it('keeps absolute paths', () => {
    const file = path.resolve('/other/b.fltreplay');
    expect(filesFromArguments(['FltReplay', file], true, folder)).toEqual([file]);
  });

  it('finds nothing in a plain start', () => {
    expect(filesFromArguments(['FltReplay'], true, folder)).toEqual([]);
    expect(filesFromArguments(['electron', '.'], false, folder)).toEqual([]);
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readUserFiles } from '../../../src-main/host/userFiles.ts';
import { tempFolder } from '../../support/tempFolder.ts';

describe('contents that the user supplies', () => {
  it('are mapped by their paths: drive letters, and servers', () => {
    const folder = tempFolder();
    for (const name of ['C/docs/plan.txt', 'c/x', 'server/share/a b.txt']) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), name);
    }
    expect(readUserFiles(folder).map((file) => [file.path, Buffer.from(file.bytes).toString()])).toEqual([
      ['C:\\docs\\plan.txt', 'C/docs/plan.txt'], ['C:\\x', 'c/x'], ['\\\\server\\share\\a b.txt', 'server/share/a b.txt'],
    ]);
  });

  it('are cut where they are large', () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'C'));
    writeFileSync(path.join(folder, 'C', 'big'), new Uint8Array(17 * 1024 * 1024));
    expect(readUserFiles(folder)[0]?.bytes.length).toBe(16 * 1024 * 1024);
  });

  it('a folder that is not there is told', () => {
    expect(() => readUserFiles('/no/such')).toThrow(/There is no folder/);
  });
});

// What an installer would contain, packed on a stand-in for Electron's runtime. The installers themselves need the real one.
import { expect, test } from '@playwright/test';
import { packOnStandIn } from '../../../scripts/package.mjs';

test('the archive holds the program, native code lies beside it, and nothing else goes along', async () => {
  test.setTimeout(120_000);
  const { archive, unpacked, resources } = await packOnStandIn();

  expect(archive).toEqual(expect.arrayContaining(['package.json', 'out/preload/preload.cjs', 'out/renderer/index.html']));
  // The engine host is a child process that may read out/main and nothing else: it has to be a real folder.
  expect(unpacked).toEqual(expect.arrayContaining(['out/main/electronMain.js', 'out/main/engineHost.js', 'out/main/importWorker.js']));
  expect(unpacked.filter((name) => name.endsWith('.node'))).toEqual(expect.arrayContaining([`node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`]));
  expect(unpacked.filter((name) => /darwin|win32/.test(name) && name.endsWith('.node'))).toEqual([]);

  const everything = [...archive, ...unpacked];
  const topFolders = new Set(everything.map((name) => name.split('/')[0]));
  expect([...topFolders].sort()).toEqual(['node_modules', 'out', 'package.json']);
  const packages = new Set(everything.filter((name) => name.startsWith('node_modules/')).map((name) => name.split('/')[1]));
  expect([...packages]).toEqual(['better-sqlite3']);
  expect(everything.filter((name) => /\.(map|ts|c|cpp|h)$/.test(name))).toEqual([]);

  expect(resources.some((name) => name.startsWith('drivers/'))).toBe(true);
  expect(resources.some((name) => name.startsWith('samples/'))).toBe(true);
  expect(resources.some((name) => name.startsWith('icons/'))).toBe(false);
});

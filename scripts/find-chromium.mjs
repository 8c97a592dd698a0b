// Finds the Chromium that shows the browser shell and runs the browser tests.
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { node24, projectRoot, run, toolScript } from './lib/project.mjs';

/** What a headless Chromium needs in containers, and what keeps it from calling home during a test. */
export const chromiumArguments = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

const commandNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge', 'msedge'];

function installedPlaces() {
  if (process.platform === 'darwin') {
    const names = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return ['/Applications', path.join(process.env.HOME ?? '', 'Applications')]
      .flatMap((folder) => names.map((name) => path.join(folder, `${name}.app`, 'Contents', 'MacOS', name)));
  }
  if (process.platform === 'win32') {
    const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(Boolean);
    const tails = [['Google', 'Chrome', 'Application', 'chrome.exe'], ['Chromium', 'Application', 'chrome.exe'], ['Microsoft', 'Edge', 'Application', 'msedge.exe']];
    return roots.flatMap((root) => tails.map((tail) => path.join(root, ...tail)));
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).concat('/usr/bin', '/usr/local/bin', '/snap/bin').filter(Boolean);
  return commandNames.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

function canRun(file) {
  try {
    accessSync(file, process.platform === 'win32' ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function playwrightsOwn() {
  try {
    const require = createRequire(path.join(projectRoot, 'package.json'));
    return require('playwright-core').chromium.executablePath();
  } catch {
    return undefined;
  }
}

/** The path of a Chromium: FLTREPLAY_CHROMIUM, an installed browser, Playwright's own; undefined when there is none. */
export function findChromium() {
  const chosen = process.env.FLTREPLAY_CHROMIUM;
  if (chosen) {
    if (!canRun(chosen)) throw new Error(`FLTREPLAY_CHROMIUM names ${chosen}, which is not a program: set it to the path of a Chromium, Chrome or Edge, or unset it.`);
    return chosen;
  }
  const own = playwrightsOwn();
  return [...installedPlaces(), ...(own ? [own] : [])].find(canRun);
}

/** Finds a Chromium or fetches one. Throws one sentence when neither works: browser tests are never skipped. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const isRootOnDebian = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (isRootOnDebian) {
    process.stderr.write('Installing chromium with apt-get ...\n');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
  }
  if (!findChromium()) {
    process.stderr.write('Fetching Playwright\'s own Chromium ...\n');
    await run(node24(), [toolScript('playwright'), 'install', 'chromium'], { timeoutMs: 300_000 });
  }
  const fetched = findChromium();
  if (!fetched) throw new Error('No Chromium was found and none could be fetched: install Chromium, Chrome or Edge, or set FLTREPLAY_CHROMIUM to the path of one.');
  return fetched;
}

// Electron's runtime: it is not in the npm package, and the first use downloads it, which many networks refuse.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { node24, projectRoot, run, toolScript } from './project.mjs';

const packageFolder = path.join(projectRoot, 'node_modules', 'electron');
const attemptFile = path.join(projectRoot, 'node_modules', '.cache', 'fltreplay', 'electron-attempt.json');
const downloadLimitMs = 120_000;
const hour = 3_600_000;

function programName() {
  if (process.platform === 'darwin') return path.join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** The Electron program, or undefined. ELECTRON_OVERRIDE_DIST_PATH comes first, as in Electron's own package. */
export function findElectron() {
  const folders = [process.env.ELECTRON_OVERRIDE_DIST_PATH, path.join(packageFolder, 'dist')].filter(Boolean);
  return folders.map((folder) => path.join(folder, programName())).find((file) => existsSync(file));
}

// A download that failed is not tried again on every start, unless something changed or a day went by.
function attemptKey() {
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  return [version, process.platform, process.arch, process.env.ELECTRON_MIRROR ?? '', process.env.HTTPS_PROXY ?? ''].join(' ');
}

function failedLately() {
  try {
    const { key, time } = JSON.parse(readFileSync(attemptFile, 'utf8'));
    return key === attemptKey() && Date.now() - time < 24 * hour;
  } catch {
    return false;
  }
}

async function download() {
  process.stderr.write('Fetching Electron\'s runtime, once (two minutes at most; FLTREPLAY_NO_ELECTRON=1 goes without) ...\n');
  await run(node24(), [toolScript('electron', 'install-electron')], { timeoutMs: downloadLimitMs });
  if (findElectron()) return true;
  mkdirSync(path.dirname(attemptFile), { recursive: true });
  writeFileSync(attemptFile, JSON.stringify({ key: attemptKey(), time: Date.now() }));
  return false;
}

/** The runtime's path, or the reason there is none as the beginning of a sentence. */
export async function ensureElectron() {
  if (process.env.FLTREPLAY_NO_ELECTRON) return { reason: 'FLTREPLAY_NO_ELECTRON is set' };
  const hasNoDisplay = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  if (hasNoDisplay) return { reason: 'There is no display for an Electron window' };
  const found = findElectron();
  if (found) return { path: found };
  if (failedLately() || !(await download())) {
    return { reason: 'Electron\'s runtime cannot be downloaded here (set ELECTRON_MIRROR or ELECTRON_OVERRIDE_DIST_PATH to get it)' };
  }
  return { path: findElectron() };
}

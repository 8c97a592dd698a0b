/** Where things lie: resources, data folder, worker and child entries, from the sources and from the bundle alike. */
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFolderVariable } from '../base/bundleFolder.ts';
import { hostErrors } from './errors.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const fromSources = import.meta.url.endsWith('.ts');

/** Environment variable that moves the data folder, for tests and for portable use. */
export const dataFolderVariable = 'FLTREPLAY_DATA';

export function defaultDataFolder(): string {
  const chosen = process.env[dataFolderVariable];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  const home = os.homedir();
  if (process.platform === 'win32') return path.join(process.env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'FltReplay');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'FltReplay');
  return path.join(process.env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'fltreplay');
}

/** First folder from here upwards that holds `name`. */
function findUpwards(name: string): string | undefined {
  for (let folder = here; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, name))) return folder;
    if (path.dirname(folder) === folder) return undefined;
  }
}

export function defaultResourcesFolder(): string {
  const root = findUpwards(path.join('resources', 'drivers')) ?? findUpwards('resources');
  if (root === undefined) throw hostErrors.noResources('resources');
  return path.join(root, 'resources');
}

/** From the package that the program is part of; `0` where there is none. */
export function programVersion(): string {
  const root = findUpwards('package.json');
  if (root === undefined) return '0';
  return String((JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version?: unknown }).version ?? '0');
}

/** The built page; undefined before `npm run build`. */
export function rendererFolder(): string | undefined {
  const root = fromSources ? findUpwards('package.json') : findUpwards('renderer');
  if (root === undefined) return undefined;
  const folder = fromSources ? path.join(root, 'out', 'renderer') : path.join(root, 'renderer');
  return existsSync(path.join(folder, 'index.html')) ? folder : undefined;
}

/** The file a worker thread starts with: in the sources beside us, in a bundle at its top. */
export function workerFile(name: 'importWorker' | 'queryWorker' | 'unpackWorker' | 'pairWorker' | 'compareWorker' | 'tallyWorker'): string {
  if (fromSources) {
    const bundle = process.env[bundleFolderVariable];
    return bundle === undefined ? path.join(here, 'workers', `${name}.ts`) : path.join(bundle, `${name}.js`);
  }
  const folder = findUpwards(`${name}.js`);
  if (folder === undefined) throw hostErrors.noResources(`${name}.js`);
  return path.join(folder, `${name}.js`);
}

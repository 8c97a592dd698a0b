/** Where the child's entry is, and what it may read: from sources under Node's type stripping, or from a bundle. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFolderVariable } from '../base/bundleFolder.ts';

export interface EngineHostEntry {
  readonly file: string;
  /** The folder it and its imports lie in. */
  readonly readable: string;
}

/** `moduleUrl`: of the caller, `import.meta.url`. */
export function engineHostEntry(moduleUrl: string): EngineHostEntry {
  const here = path.dirname(fileURLToPath(moduleUrl));
  if (moduleUrl.endsWith('.ts')) {
    const bundle = process.env[bundleFolderVariable];
    return bundle === undefined ? { file: path.join(here, 'main.ts'), readable: path.resolve(here, '../..') } : inBundle(bundle);
  }
  const folder = path.basename(here) === 'chunks' ? path.dirname(here) : here;
  // In an installed application the bundle lies beside the archive: a child under the permission model cannot read inside one.
  return inBundle(folder.replace(/\.asar(?=[\\/])/, '.asar.unpacked'));
}

const inBundle = (folder: string): EngineHostEntry => ({ file: path.join(folder, 'engineHost.js'), readable: folder });

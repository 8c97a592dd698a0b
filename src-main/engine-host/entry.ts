/** Where the child's entry is, and what it may read: from sources under Node's type stripping, or from the bundle. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface EngineHostEntry {
  readonly file: string;
  /** The folder it and its imports lie in. */
  readonly readable: string;
  /**
   * Folder in which children that run from sources keep what Node made of them: tests start hundreds. Theirs alone, because they may write there; null: none.
   */
  readonly compileCache: string | null;
}

/** `moduleUrl`: of the caller, `import.meta.url`. */
export function engineHostEntry(moduleUrl: string): EngineHostEntry {
  const here = path.dirname(fileURLToPath(moduleUrl));
  if (moduleUrl.endsWith('.ts')) return { file: path.join(here, 'main.ts'), readable: path.resolve(here, '../..'), compileCache: process.env['FLTREPLAY_ENGINE_HOST_CACHE'] ?? null };
  const folder = path.basename(here) === 'chunks' ? path.dirname(here) : here;
  // In an installed application the bundle lies beside the archive: a child under the permission model cannot read inside one.
  const bundle = folder.replace(/\.asar(?=[\\/])/, '.asar.unpacked');
  return { file: path.join(bundle, 'engineHost.js'), readable: bundle, compileCache: null };
}

/** Benchmarks of the program as it is built: from its sources, functions of other modules are not inlined as well as within a bundle. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundleFolderVariable } from '../../src-main/base/bundleFolder.ts';
import { useTemporaryBundle } from '../support/temporaryBundle.ts';

/** Runs the script again with a bundle, as making that takes memory, which would count. True there: measure. */
export async function isInBuiltProgram(moduleUrl: string): Promise<boolean> {
  if (process.env[bundleFolderVariable] !== undefined) return true;
  await withBundle([fileURLToPath(moduleUrl), ...process.argv.slice(2)]);
  return false;
}

/** Runs a script in a process of its own, on a bundle that goes afterwards. */
export async function withBundle(args: readonly string[]): Promise<void> {
  const bundle = await useTemporaryBundle();
  try {
    process.exitCode = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1;
  } finally {
    bundle.remove();
  }
}

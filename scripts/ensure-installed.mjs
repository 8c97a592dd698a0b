// Installs what package-lock.json asks for and node_modules does not have. Silent when there is nothing to do.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasNode24, projectRoot, runNpm } from './lib/project.mjs';

/**
 * Whether node_modules answers package-lock.json.
 *
 * npm leaves a copy of the lock it installed in node_modules; the two are compared by content, because a clone
 * or a checkout says nothing with its file times. What is optional may rightly be absent on this system.
 */
export function isInstalled(root = projectRoot) {
  const wantedFile = path.join(root, 'package-lock.json');
  const installedFile = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(wantedFile, 'utf8')).packages ?? {};
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages ?? {};
  return Object.entries(wanted).every(([place, entry]) =>
    place === '' || entry.optional || entry.devOptional || entry.peer || installed[place]?.version === entry.version);
}

/** Installs if needed. Says so in one line, throws in one sentence. */
export async function ensureInstalled() {
  if (isInstalled() && hasNode24()) return;
  const fresh = !existsSync(path.join(projectRoot, 'node_modules'));
  const started = Date.now();
  process.stderr.write(`Installing what package-lock.json names (about half a minute) ...\n`);
  // The browser and Electron have their own steps, which say what they do and what happens without them.
  const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' };
  // One package has to run its install script: node, which fetches its binary. Others must not: npm would start node-gyp for
  // better-sqlite3 on its own account (npm/cli ignores `gypfile: false` when it installs from a lock), and that needs a compiler.
  for (const args of [[fresh ? 'ci' : 'install', '--ignore-scripts', '--no-fund', '--no-audit'], ['rebuild', 'node']]) {
    const { code, output } = await runNpm(args, { env });
    if (code === 0) continue;
    process.stderr.write(output);
    throw new Error(`The install failed (above is what npm said): check the network or the registry setting, then run "npm ${args.join(' ')}".`);
  }
  process.stderr.write(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.\n`);
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureInstalled().catch((error) => { process.stderr.write(`${error.message}\n`); process.exitCode = 1; });
}

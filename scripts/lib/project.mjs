// Where things are, and how a script starts another program on any system.
//
// Everything in scripts/*.mjs runs before the install too, on whatever Node 18 or newer the machine has:
// built-ins only, no shell, no symbolic links.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const outDir = path.join(projectRoot, 'out');
export const resultsDir = path.join(projectRoot, 'test-results');

// The project's own Node 24 comes as an npm package, whose install script puts the binary in place.
function ownNode() {
  const bin = path.join(projectRoot, 'node_modules', 'node', 'bin');
  const names = process.platform === 'win32' ? ['node.exe', 'node'] : ['node'];
  return names.map((name) => path.join(bin, name)).find((file) => existsSync(file));
}

export function hasNode24() {
  return ownNode() !== undefined;
}

/** The project's own Node 24; the Node running this script when there is none and that one is new enough. */
export function node24() {
  const own = ownNode();
  if (own) return own;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error('Node 24 is missing from node_modules: run "npm install" in the project folder.');
}

/**
 * The script a package's command runs, so that it can be started as `node script` on every system.
 *
 * `.bin` holds shell wrappers on Windows, which cannot be started without a shell.
 */
export function toolScript(packageName, command = packageName) {
  const folder = path.join(projectRoot, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** Locale and time zone are fixed, so that a test means the same on every machine. Node 24 comes first on the PATH. */
export function testEnvironment(extra = {}) {
  const env = { ...process.env, TZ: 'UTC', LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8', ...extra };
  // Tools print pictures of themselves otherwise, and the summary has to stay readable in a log.
  env.FORCE_COLOR = '0';
  delete env.NO_COLOR;
  return env;
}

/** Runs a program to its end. Resolves with its exit code and what it printed (both streams, in order). */
export function run(command, args, { cwd = projectRoot, env = process.env, live = false, timeoutMs = 0, onOutput } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'], windowsHide: true });
    let output = '';
    let timedOut = false;
    const timer = timeoutMs > 0 ? setTimeout(() => { timedOut = true; child.kill('SIGKILL'); }, timeoutMs) : undefined;
    const hear = (chunk) => { output += chunk; onOutput?.(String(chunk)); };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    const end = (code) => { clearTimeout(timer); resolve({ code, output, timedOut }); };
    child.on('error', (error) => { output += `${error.message}\n`; end(127); });
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Runs npm itself, on the Node that npm runs on: an install may replace the one in node_modules. */
export function runNpm(args, options = {}) {
  const npmScript = process.env.npm_execpath;
  if (npmScript && /\.c?js$/.test(npmScript)) {
    return run(process.env.npm_node_execpath ?? process.execPath, [npmScript, ...args], options);
  }
  // Without npm around this script there is only the command on the PATH, a batch file on Windows.
  if (process.platform === 'win32') return run(process.env.ComSpec ?? 'cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options);
  return run('npm', args, options);
}

/** The newest modification time below the given files and folders, in milliseconds; 0 when there is nothing. */
export function newestChange(...places) {
  let newest = 0;
  for (const place of places) {
    const full = path.resolve(projectRoot, place);
    if (!existsSync(full)) continue;
    const stats = statSync(full);
    if (!stats.isDirectory()) { newest = Math.max(newest, stats.mtimeMs); continue; }
    for (const entry of readdirSync(full)) newest = Math.max(newest, newestChange(path.join(full, entry)));
  }
  return newest;
}

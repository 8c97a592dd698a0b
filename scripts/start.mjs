// npm start [-- TRACE]: installs and builds what is missing, then opens FltReplay, in Electron where its runtime can be had and
// in a browser where it cannot.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensureElectron } from './lib/electron.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { newestChange, node24, outDir, projectRoot, run, toolScript } from './lib/project.mjs';

const sources = ['src-main', 'src-preload', 'src-renderer', 'electron.vite.config.ts', 'package.json'];
const products = ['main/cli.js', 'main/electronMain.js', 'preload/preload.cjs', 'renderer/index.html'];

function isBuilt() {
  const files = products.map((file) => path.join(outDir, file));
  return files.every((file) => existsSync(file)) && Math.min(...files.map((file) => statSync(file).mtimeMs)) >= newestChange(...sources);
}

async function ensureBuilt() {
  if (isBuilt()) return;
  process.stderr.write('Building ...\n');
  const { code, output } = await run(node24(), [toolScript('electron-vite'), 'build']);
  if (code !== 0) {
    process.stderr.write(output);
    throw new Error('The build failed (above is what it said): run "npm run build" to see it again.');
  }
}

/** Runs a program in this terminal; resolves with its exit code and how long it lived. */
function runInFront(command, args, env = process.env) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env, windowsHide: false, cwd: projectRoot });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', () => resolve({ code: 127, milliseconds: 0 }));
    child.on('close', (code) => resolve({ code: code ?? 0, milliseconds: Date.now() - started }));
  });
}

// A window that never came: no display, root without a sandbox, a missing system library.
const diedAtOnce = ({ code, milliseconds }) => code !== 0 && milliseconds < 5000;

async function main() {
  // What is handed over keeps meaning the same file, wherever npm was called.
  const callerFolder = process.env.INIT_CWD ?? process.cwd();
  const files = process.argv.slice(2).map((argument) => (argument.startsWith('-') ? argument : path.resolve(callerFolder, argument)));
  const missing = files.find((file) => !file.startsWith('-') && !existsSync(file));
  if (missing) throw new Error(`There is no file ${missing}: give the path of a trace (.PML, .CSV) or a session (.fltreplay).`);

  await ensureInstalled();
  await ensureBuilt();
  const electron = await ensureElectron();
  let reason = electron.reason;
  if (electron.path) {
    const result = await runInFront(electron.path, [projectRoot, ...files]);
    if (!diedAtOnce(result)) return result.code;
    reason = 'Electron ended at once (its own words are above)';
  }
  process.stderr.write(`${reason}, so FltReplay opens in a browser instead.\n`);
  return (await runInFront(node24(), [path.join(outDir, 'main', 'cli.js'), 'serve', '--open', ...files])).code;
}

main().then(
  (code) => { process.exitCode = code; },
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);

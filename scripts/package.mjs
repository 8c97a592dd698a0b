// npm run package: builds, then makes the installers of this system. `-- --check` needs no Electron runtime: it packs on a
// stand-in for it and lists what landed in the archive and beside it.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { findElectron } from './lib/electron.mjs';
import { node24, outDir, projectRoot, run, toolScript } from './lib/project.mjs';

async function build() {
  const { code, output } = await run(node24(), [toolScript('electron-vite'), 'build']);
  if (code !== 0) {
    process.stderr.write(output);
    throw new Error('The build failed (above is what it said): run "npm run build" to see it again.');
  }
}

const builder = (args, env) => run(node24(), [toolScript('electron-builder'), '--publish', 'never', ...args], {
  env: { ...process.env, ...env },
  onOutput: (text) => process.stderr.write(text),
});

// What a failed download looks like, in the words of the several programs that try one.
const downloadFailed = /fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|getaddrinfo|socket hang up|status code 40[37]|HTTPError|RequestError|cannot download|github\.com/i;

async function makeInstallers(args) {
  const electron = findElectron();
  // A runtime that is there already (ELECTRON_OVERRIDE_DIST_PATH, node_modules) is used instead of a download.
  const dist = electron && (process.platform === 'darwin' ? path.resolve(electron, '..', '..', '..', '..') : path.dirname(electron));
  const { code, output } = await builder([...(dist ? [`-c.electronDist=${dist}`] : []), ...args]);
  if (code === 0) return 0;
  if (downloadFailed.test(output)) {
    throw new Error('Packaging needs a download that cannot be had here (Electron\'s runtime or the installer tools): set ELECTRON_MIRROR and ELECTRON_BUILDER_BINARIES_MIRROR to mirrors you can reach, or ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron; "npm run package -- --check" shows the contents without it.');
  }
  throw new Error('electron-builder failed; above is what it said.');
}

// As much of a runtime as electron-builder looks at on Linux: a program, its folder of resources, its licence files.
function standInRuntime() {
  const folder = mkdtempSync(path.join(tmpdir(), 'fltreplay-electron-stand-in-'));
  mkdirSync(path.join(folder, 'resources'));
  mkdirSync(path.join(folder, 'locales'));
  for (const name of ['electron', 'chrome-sandbox', 'LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak']) writeFileSync(path.join(folder, name), '');
  chmodSync(path.join(folder, 'electron'), 0o755);
  return folder;
}

function filesBelow(folder, below = '') {
  if (!existsSync(path.join(folder, below))) return [];
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(below, entry.name);
    return entry.isDirectory() ? filesBelow(folder, name) : [name];
  });
}

/** Packs on the stand-in; resolves with the names in the archive, unpacked beside it, and in the shipped resources. */
export async function packOnStandIn() {
  const runtime = standInRuntime();
  const output = mkdtempSync(path.join(tmpdir(), 'fltreplay-package-check-'));
  try {
    const config = path.join(output, 'electron-builder.json');
    writeFileSync(config, JSON.stringify({
      extends: path.join(projectRoot, 'electron-builder.yml'),
      electronDist: runtime,
      directories: { output, buildResources: 'resources/icons' },
      // There is no binary to switch fuses in.
      electronFuses: null,
    }));
    const { code, output: said } = await run(node24(), [toolScript('electron-builder'), '--publish', 'never', '--linux', 'dir', '--config', config]);
    const resources = path.join(output, 'linux-unpacked', 'resources');
    const archive = path.join(resources, 'app.asar');
    if (code !== 0 || !existsSync(archive)) throw new Error(`electron-builder made no archive:\n${said}`);
    const asar = await import(createRequire(path.join(projectRoot, 'package.json')).resolve('@electron/asar'));
    const listed = asar.listPackage(archive, { isPack: true });
    const inArchive = listed.filter((line) => !line.startsWith('unpack ')).map((line) => line.replace(/^pack\s*:\s*/, '').replaceAll('\\', '/').slice(1));
    return { archive: inArchive, unpacked: filesBelow(path.join(resources, 'app.asar.unpacked')), resources: filesBelow(path.join(resources, 'resources')) };
  } finally {
    rmSync(runtime, { recursive: true, force: true });
    rmSync(output, { recursive: true, force: true });
  }
}

async function check() {
  const { archive, unpacked, resources } = await packOnStandIn();
  for (const [title, names] of Object.entries({ 'in app.asar': archive, 'unpacked beside it': unpacked, 'in resources': resources })) {
    process.stdout.write(`${title}: ${names.length}\n${names.map((name) => `  ${name}\n`).join('')}`);
  }
  return 0;
}

async function main(args) {
  await ensureInstalled();
  if (args.includes('--check')) {
    if (!existsSync(path.join(outDir, 'main'))) await build();
    return check();
  }
  await build();
  return makeInstallers(args);
}

if (process.argv[1]?.endsWith('package.mjs')) {
  main(process.argv.slice(2)).then(
    (code) => { process.exitCode = code; },
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}

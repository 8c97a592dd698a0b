import { chmodSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import { nodeTarget, programEntries, programOutput } from './scripts/lib/bundleProgram.ts';

const root = path.dirname(fileURLToPath(import.meta.url));
const inRoot = (file: string): string => path.join(root, file);

// `npx fltreplay` in the checkout starts this file itself; where modes mean nothing, the call changes nothing.
const executableCommand = { name: 'executable-command', writeBundle: () => chmodSync(inRoot('out/main/cli.js'), 0o755) };

export default defineConfig({
  main: {
    plugins: [executableCommand],
    build: {
      target: nodeTarget,
      outDir: inRoot('out/main'),
      // The engine host may read nothing but out/main, so everything except the native SQLite module (and Electron itself) is bundled.
      externalizeDeps: { include: ['better-sqlite3'] },
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        // One bundle per process or worker that is started by its path; what they share becomes chunks beside them.
        input: { electronMain: inRoot('src-main/shell-electron/main.ts'), ...programEntries(root) },
        output: programOutput,
      },
    },
  },
  preload: {
    build: {
      target: nodeTarget,
      outDir: inRoot('out/preload'),
      // A sandboxed preload is one CommonJS file: it can load neither an ES module nor a second file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: inRoot('src-preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: inRoot('src-renderer'),
    plugins: [vue()],
    // Relative addresses work from a custom scheme and from the loopback server alike.
    base: './',
    build: {
      // The browser shell runs in whatever Chromium is installed, so this is older than Electron's own.
      target: 'chrome120',
      // A window is usable when its code has been read and compiled: without blanks and long names that is half as much.
      minify: true,
      // A stack in the developer tools of a checkout has the names of the source. A package leaves the maps out (electron-builder.yml).
      sourcemap: true,
      outDir: inRoot('out/renderer'),
      emptyOutDir: true,
      rolldownOptions: { input: { index: inRoot('src-renderer/index.html') } },
    },
    worker: { format: 'es' },
  },
});

import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';

const root = path.dirname(fileURLToPath(import.meta.url));

// One bundle per process or worker that is started by its path; what they share becomes chunks beside them. The engine host
// may read nothing but out/main, so everything except the native SQLite module (and Electron itself) is bundled.
const mainEntries = {
  electronMain: 'src-main/shell-electron/main.ts',
  cli: 'src-main/cli/main.ts',
  engineHost: 'src-main/engine-host/main.ts',
  importWorker: 'src-main/host/workers/importWorker.ts',
  queryWorker: 'src-main/host/workers/queryWorker.ts',
};

// A part that is not there yet must not keep the others from being built.
function existing(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).flatMap(([name, file]) => {
    const full = path.join(root, file);
    return existsSync(full) ? [[name, full]] : [];
  }));
}

const mainInput = existing(mainEntries);
const preloadInput = existing({ preload: 'src-preload/preload.ts' });
const rendererInput = existing({ index: 'src-renderer/index.html' });

export default defineConfig({
  ...(Object.keys(mainInput).length > 0 && {
    main: {
      build: {
        target: 'node24.14',
        outDir: path.join(root, 'out/main'),
        externalizeDeps: { include: ['better-sqlite3'] },
        sourcemap: true,
        minify: false,
        rolldownOptions: {
          input: mainInput,
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
  }),
  ...(Object.keys(preloadInput).length > 0 && {
    preload: {
      build: {
        target: 'node24.14',
        outDir: path.join(root, 'out/preload'),
        // A sandboxed preload is one CommonJS file: it can load neither an ES module nor a second file.
        externalizeDeps: false,
        rolldownOptions: {
          input: preloadInput,
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
  }),
  ...(Object.keys(rendererInput).length > 0 && {
    renderer: {
      root: path.join(root, 'src-renderer'),
      plugins: [vue()],
      // Relative addresses work from a custom scheme, from a file and from the loopback server alike.
      base: './',
      build: {
        target: 'chrome120',
        outDir: path.join(root, 'out/renderer'),
        emptyOutDir: true,
        rolldownOptions: { input: rendererInput },
      },
      worker: { format: 'es' as const },
    },
  }),
});

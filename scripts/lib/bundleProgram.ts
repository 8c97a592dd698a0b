/** The processes and workers of the program that run on Node, and a bundle of them alone for the tests. */
import path from 'node:path';
import { build } from 'vite';

/** The Node of the Electron version in package.json, and of package.json's own `node`. */
export const nodeTarget = 'node24.14';

/** One file per process or worker that is started by its path; what they share becomes chunks beside them. */
export const programOutput = { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' } as const;

export function programEntries(root: string): Record<string, string> {
  const files = {
    cli: 'cli/main.ts',
    engineHost: 'engine-host/main.ts',
    importWorker: 'host/workers/importWorker.ts',
    unpackWorker: 'host/workers/unpackWorker.ts',
    pairWorker: 'host/workers/pairWorker.ts',
    compareWorker: 'host/workers/compareWorker.ts',
    queryWorker: 'host/workers/queryWorker.ts',
    tallyWorker: 'host/workers/tallyWorker.ts',
  };
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path.join(root, 'src-main', file)]));
}

/** Takes two seconds. The folder has to lie in the checkout, where the bundle finds the resources and the native SQLite module. */
export async function bundleProgram(root: string, folder: string): Promise<void> {
  await build({
    root, configFile: false, logLevel: 'warn',
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: { ssr: true, target: nodeTarget, outDir: folder, emptyOutDir: true, minify: false, copyPublicDir: false, rolldownOptions: { input: programEntries(root), output: programOutput } },
  });
}

/** The processes and workers of the program that run on Node, and a bundle of them alone for the tests. */
import path from 'node:path';
import { build, type Rolldown } from 'vite';

/** The Node of the Electron version in package.json, and of package.json's own `node`. */
export const nodeTarget = 'node24.14';

/**
 * What lies on the stack while a driver's callback runs. At every pause V8 copies the top-level names of a frame's module, for each frame anew:
 * with the whole engine in one chunk a step takes half as long again.
 */
export const callPath = ['preOperation', 'postOperation', 'statusCallback', 'hostCall', 'dispatch', 'issue', 'filterManager', 'core', 'completion'].map((name) => path.join('src-main', 'engine', 'fltmgr', `${name}.ts`));

/** One file per process or worker that is started by its path; what they share becomes chunks beside them. */
export const programOutput = {
  format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js',
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: 'callPath', test: (id: string) => callPath.some((file) => path.normalize(id).endsWith(file)) }] },
} satisfies Rolldown.OutputOptions;

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

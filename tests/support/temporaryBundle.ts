/** The program in a bundle of its own: processes and workers that are started need not strip the sources, and run as fast as those of users. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { bundleProgram } from '../../scripts/lib/bundleProgram.ts';
import { bundleFolderVariable } from '../../src-main/base/bundleFolder.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface TemporaryBundle {
  readonly folder: string;
  again(): Promise<void>;
  remove(): void;
}

/** Makes it, and lets everything that this process starts from now on come from there. */
export async function useTemporaryBundle(): Promise<TemporaryBundle> {
  // One for each process: two at a time do not take it from each other.
  const folder = path.join(root, 'test-results', `bundle-${process.pid}`);
  const again = (): Promise<void> => bundleProgram(root, folder);
  await again();
  process.env[bundleFolderVariable] = folder;
  return { folder, again, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

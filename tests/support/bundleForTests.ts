/** Before the tests: bundles the program once, so that the processes and workers they start need not strip the sources each time. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleFolderVariable } from '../../src-main/base/bundleFolder.ts';
import { bundleProgram } from '../../scripts/lib/bundleProgram.ts';

const root = path.resolve(import.meta.dirname, '../..');
// One for each run of the tests: two at a time do not take it from each other.
const folder = path.join(root, 'test-results', `bundle-${process.pid}`);

export async function setup(project: TestProject): Promise<void> {
  await bundleProgram(root, folder);
  process.env[bundleFolderVariable] = folder;
  process.env['NODE_COMPILE_CACHE'] = path.join(folder, 'compiled');
  project.onTestsRerun(() => bundleProgram(root, folder));
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

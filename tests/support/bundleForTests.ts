/** Before the tests: bundles the program once, as they start hundreds of processes and workers. */
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { useTemporaryBundle } from './temporaryBundle.ts';

let remove: () => void = () => undefined;

export async function setup(project: TestProject): Promise<void> {
  const bundle = await useTemporaryBundle();
  ({ remove } = bundle);
  process.env['NODE_COMPILE_CACHE'] = path.join(bundle.folder, 'compiled');
  project.onTestsRerun(() => bundle.again());
}

export function teardown(): void {
  remove();
}

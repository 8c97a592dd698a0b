import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { callPath } from '../../../scripts/lib/bundleProgram.ts';
import { projectRoot } from '../../support/testHost.ts';

it('what lies on the stack of a callback is where the bundle looks for it', () => {
  expect(callPath.filter((file) => !existsSync(path.join(projectRoot, file)))).toEqual([]);
});

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { projectRoot } from '../../support/testHost.ts';

it('bench:debugger measures every movement on a short run', { timeout: 180_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(projectRoot, 'tests', 'bench', 'debugger.ts'), '400', '--steps', '10']);
  for (const what of ['jump to an operation', 'step back by layer', 'step back by callback', 'step forward by operation', 'continue back to the next hit', 'the whole run back', 'cancel', 'a moment rebuilt', 'step over in a run that goes on']) expect(stdout).toContain(what);
});

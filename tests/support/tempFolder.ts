import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is gone when the tests of the file are over. */
export function tempFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fltreplay-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

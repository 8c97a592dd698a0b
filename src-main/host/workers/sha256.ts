import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';

const chunk = 1024 * 1024;

/** SHA-256 in hex of files one behind the other; null where `progress` ended it. */
export function sha256OfFiles(files: readonly string[], progress: (done: number, total: number) => boolean = () => true): string | null {
  const hash = createHash('sha256');
  const total = files.reduce((sum, file) => sum + statSync(file).size, 0);
  // One buffer for ever: new ones would pile up faster than they are taken away.
  const buffer = new Uint8Array(Math.min(chunk, Math.max(1, total)));
  let done = 0;
  for (const file of files) {
    const descriptor = openSync(file, 'r');
    try {
      for (;;) {
        if (!progress(done, total)) return null;
        const count = readSync(descriptor, buffer, 0, buffer.length, null);
        if (count === 0) break;
        hash.update(buffer.subarray(0, count));
        done += count;
      }
    } finally {
      closeSync(descriptor);
    }
  }
  return hash.digest('hex');
}

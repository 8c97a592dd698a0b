import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { openFileSource } from '../fileSource.ts';

const chunk = 1024 * 1024;

/** SHA-256 in hex of files one behind the other; null where `progress` ended it. */
export function sha256OfFiles(files: readonly string[], progress: (done: number, total: number) => boolean = () => true): string | null {
  const hash = createHash('sha256');
  const total = files.reduce((sum, file) => sum + statSync(file).size, 0);
  let done = 0;
  for (const file of files) {
    const source = openFileSource(file);
    try {
      for (let at = 0; at < source.size; ) {
        if (!progress(done, total)) return null;
        const bytes = source.read(at, chunk);
        if (bytes.length === 0) break;
        hash.update(bytes);
        at += bytes.length;
        done += bytes.length;
      }
    } finally {
      source.close();
    }
  }
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';
import type { ByteSource } from '../../trace/byteSource.ts';

const chunk = 1024 * 1024;

/** SHA-256 of a whole source in hex; null where `goOn` ended it. */
export function sha256Of(source: ByteSource, goOn: () => boolean = () => true): string | null {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; ) {
    if (!goOn()) return null;
    const bytes = source.read(at, chunk);
    if (bytes.length === 0) break;
    hash.update(bytes);
    at += bytes.length;
  }
  return hash.digest('hex');
}

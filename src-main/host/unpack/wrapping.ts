/** Tells by its first bytes whether a file is wrapped, and what it is called without the wrapping. */
import type { Wrapping } from '../../../src-preload/contract/index.ts';

export type Wrapped = Exclude<Wrapping, 'none'>;

/** Null: not wrapped. */
export function wrappingOf(head: Uint8Array): Wrapped | null {
  const [first = 0, second = 0, third = 0, fourth = 0] = head;
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip';
  // Local file header, or the end of an empty archive.
  if (first === 0x50 && second === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6))) return 'zip';
  // RFC 1950: deflate with a 32 KiB window, and both bytes together divisible by 31.
  return first === 0x78 && head.length > 2 && ((first << 8) | second) % 31 === 0 && (second & 0x20) === 0 ? 'zlib' : null;
}

const suffixes = /\.(gz|gzip|zlib|zz|z)$/i;

/** `trace.PML.gz` is `trace.PML` inside, `boot.etlgz` is `boot.etl`. */
export function innerName(name: string): string {
  return suffixes.test(name) ? name.replace(suffixes, '') : name.replace(/\.(\w+)gz$/i, '.$1');
}

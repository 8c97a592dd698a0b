/** Reads the beginning of a source, by which its format is told. */
import { decodeLatin1, decodeUtf16, decodeUtf8 } from './byteText.ts';
import { readBytes } from './byteWindow.ts';
import type { ByteSource } from './byteSource.ts';
import type { TraceHead } from './traceFormat.ts';

export const headSize = 64 * 1024;

export function readHead(source: ByteSource): TraceHead {
  const bytes = readBytes(source, 0, headSize);
  return { name: source.name, size: source.size, bytes, text: textOf(bytes).trimStart() };
}

/** True where the bytes begin with `mark`, one byte a character. */
export const beginsWith = (bytes: Uint8Array, mark: string): boolean => decodeLatin1(bytes, 0, Math.min(mark.length, bytes.length)) === mark;

function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 2, bytes.length);
  return decodeUtf8(bytes, bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0, bytes.length);
}

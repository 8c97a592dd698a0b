/** Reads the beginning of a source, by which its format is told. */
import { decodeLatin1, decodeUtf8 } from './byteText.ts';
import { readBytes } from './byteWindow.ts';
import type { ByteSource } from './byteSource.ts';
import { detectEncoding, transcoderOf } from './textEncoding.ts';
import type { TraceHead } from './traceFormat.ts';

export const headSize = 64 * 1024;

export function readHead(source: ByteSource): TraceHead {
  const bytes = readBytes(source, 0, headSize);
  return { name: source.name, size: source.size, bytes, text: textOf(bytes).trimStart() };
}

/** True where the bytes begin with `mark`, one byte a character. */
export const beginsWith = (bytes: Uint8Array, mark: string): boolean => decodeLatin1(bytes, 0, Math.min(mark.length, bytes.length)) === mark;

function textOf(bytes: Uint8Array): string {
  const { encoding, markLength } = detectEncoding(bytes);
  const content = bytes.subarray(markLength);
  const text = transcoderOf(encoding)?.convert(content, true) ?? content;
  return decodeUtf8(text, 0, text.length);
}

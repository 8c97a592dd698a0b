/** Buffers of requests and messages: zeroed kernel buffers, and text as one byte a character. */
import { KBUFFER, type BufferKind } from '../../driver-api/kbuffer.ts';

const zeros = { seed: 0, origin: 0, base: 0 } as const;
let made = 0;

export function makeBuffer(kind: BufferKind, length: number): KBUFFER {
  return KBUFFER.make(++made, kind, length, zeros, { zeroed: true });
}

export function textBuffer(kind: BufferKind, text: string): KBUFFER {
  const buffer = makeBuffer(kind, text.length);
  for (let at = 0; at < text.length; at++) buffer.setU8(at, text.charCodeAt(at));
  return buffer;
}

export function textOfBuffer(buffer: KBUFFER, length = buffer.length, offset = 0): string {
  let text = '';
  for (let at = offset; at < offset + length && at < buffer.length; at++) text += String.fromCharCode(buffer.u8(at));
  return text;
}

/** Bytes of a UTF-16 text at an offset, as information structures hold names. */
export function putText(buffer: KBUFFER, offset: number, text: string): void {
  for (let at = 0; at < text.length; at++) buffer.setU16(offset + 2 * at, text.charCodeAt(at));
}

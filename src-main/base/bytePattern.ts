/** Bytes made from numbers: the same seed, origin and offset give the same byte everywhere. */

export interface BytePattern {
  readonly seed: number;
  /** What the bytes belong to (a file), so that a region of it reads the same through every buffer. */
  readonly origin: number;
  /** Offset of the first byte in it. */
  readonly base: number;
}

/** A multiplicative hash of (seed, origin, offset), one byte of it. */
export function patternByte({ seed, origin, base }: BytePattern, offset: number): number {
  let h = Math.imul((base + offset) ^ origin, 0x9e3779b1) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
  return (h ^ (h >>> 13)) & 0xff;
}

export function fillPattern(bytes: Uint8Array, pattern: BytePattern): void {
  for (let at = 0; at < bytes.length; at++) bytes[at] = patternByte(pattern, at);
}

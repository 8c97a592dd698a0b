/** What the bytes of a kernel buffer will be when somebody looks. */
import { fillPattern, type BytePattern } from '../base/bytePattern.ts';
import type { BufferContent } from '../engine/index.ts';

export type LazyBytes = BufferContent | BytePattern;

export const knows = (content: LazyBytes | null): boolean => content !== null && 'knows' in content && content.knows;

/** Nothing of it is known, so no origin is kept. */
export const noOrigins = new Uint8Array(0);

export function fillWith(content: LazyBytes, bytes: Uint8Array, origins: Uint8Array): void {
  if ('fill' in content) content.fill(bytes, origins);
  else fillPattern(bytes, content);
}

/** Bytes that somebody has put into a buffer. */
export class WrittenBytes implements BufferContent {
  readonly knows = true;
  readonly #bytes: Uint8Array;
  readonly #origin: number;

  constructor(bytes: Uint8Array, origin: number) {
    this.#bytes = bytes;
    this.#origin = origin;
  }

  fill(bytes: Uint8Array, origins: Uint8Array): void {
    bytes.set(this.#bytes.subarray(0, bytes.length));
    origins.fill(this.#origin);
  }
}

export class PatternContent implements BufferContent {
  readonly knows = false;
  readonly #pattern: BytePattern;

  constructor(pattern: BytePattern) {
    this.#pattern = pattern;
  }

  fill(bytes: Uint8Array): void {
    fillPattern(bytes, this.#pattern);
  }
}

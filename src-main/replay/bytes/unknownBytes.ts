/**
 * What bytes are read as that nobody recorded.
 *
 * Source: driver-api-usage.md 5.5 (policies). Whatever they are, they stay unknown.
 */
import { fillPattern } from '../../base/bytePattern.ts';
import { textHash } from '../eventHash.ts';

/** Makes up the bytes of a file from an offset on, or those of a request's buffer. */
export interface UnknownSource {
  fileBytes(bytes: Uint8Array, path: string, offset: bigint): void;
  bufferBytes(bytes: Uint8Array, operation: number): void;
}

/** The same region of a file reads the same everywhere, and looks random. */
export class SeededBytes implements UnknownSource {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  fileBytes(bytes: Uint8Array, path: string, offset: bigint): void {
    fillPattern(bytes, { seed: this.#seed, origin: textHash(path.toLowerCase()), base: Number(BigInt.asUintN(32, offset)) });
  }

  bufferBytes(bytes: Uint8Array, operation: number): void {
    fillPattern(bytes, { seed: this.#seed, origin: operation, base: 0 });
  }
}

export const zeroBytes: UnknownSource = {
  fileBytes: (bytes) => void bytes.fill(0),
  bufferBytes: (bytes) => void bytes.fill(0),
};

/**
 * What bytes are read as that nobody recorded.
 *
 * Source: driver-api-usage.md 5.5 (policies). Whatever they are, they stay unknown.
 */
import { fillPattern } from '../../base/bytePattern.ts';
import { textHash } from '../eventHash.ts';
import type { UnknownBytes } from '../runSettings.ts';

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

const zeroBytes: UnknownSource = {
  fileBytes: (bytes) => void bytes.fill(0),
  bufferBytes: (bytes) => void bytes.fill(0),
};

/** The contents of a file, from its beginning, that the user has supplied. */
export interface UserFile {
  /** As the trace has it: `C:\docs\plan.txt`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Bytes of the user's files where there are such, those of `others` elsewhere. */
class UserBytes implements UnknownSource {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #others: UnknownSource;

  constructor(files: readonly UserFile[], others: UnknownSource) {
    this.#files = new Map(files.map(({ path, bytes }) => [path.toLowerCase(), bytes]));
    this.#others = others;
  }

  fileBytes(bytes: Uint8Array, path: string, offset: bigint): void {
    this.#others.fileBytes(bytes, path, offset);
    const file = this.#files.get(path.toLowerCase());
    if (file === undefined || offset < 0n || offset >= BigInt(file.length)) return;
    const from = Number(offset);
    bytes.set(file.subarray(from, from + bytes.length));
  }

  bufferBytes(bytes: Uint8Array, operation: number): void {
    this.#others.bufferBytes(bytes, operation);
  }
}

/** What the run's settings say. Where a run stops at unknown bytes, it goes on with the pattern. */
export function unknownSource(policy: UnknownBytes, seed: number, files: readonly UserFile[]): UnknownSource {
  const source = policy === 'zeros' ? zeroBytes : new SeededBytes(seed);
  return files.length === 0 ? source : new UserBytes(files, source);
}

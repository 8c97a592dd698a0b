/** Stops an archive that was made to fill the disk, or that simply does not fit. */
import { statfsSync } from 'node:fs';
import path from 'node:path';
import { unpackErrors } from './errors.ts';

/** Where unpacking stops by itself. `import --unpack-limit`, or `unpackedBytes` of an import, takes the place of the first two. */
export const unpackLimits = {
  bytes: 64 * 2 ** 30,
  /** A stream of nothing but zeros packs about 1000 to 1, real traces less than 50 to 1; only from so many bytes on is it worth a question. */
  ratio: 300,
  ratioFrom: 4 * 2 ** 30,
  /** What stays free on the disk. */
  spareDisk: 256 * 2 ** 20,
} as const;

const checkDiskEvery = 32 * 2 ** 20;

export interface UnpackGuardOptions {
  /** For messages. */
  readonly name: string;
  readonly folder: string;
  /** All that is packed, in bytes. */
  readonly packedBytes: number;
  /** The user's own limit. */
  readonly limit: number | null;
  /** Bytes that were unpacked before, on the way to what is packed now. */
  readonly before: number;
}

export class UnpackGuard {
  readonly #options: UnpackGuardOptions;
  #bytes: number;
  #nextDiskCheck = 0;

  constructor(options: UnpackGuardOptions) {
    this.#options = options;
    this.#bytes = options.before;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Throws before `length` more bytes are written where that is too much. */
  take(length: number): void {
    this.#bytes += length;
    const { name, folder, packedBytes, limit } = this.#options;
    const most = limit ?? unpackLimits.bytes;
    if (this.#bytes > most) throw unpackErrors.tooLarge(name, most);
    if (limit === null && this.#bytes > unpackLimits.ratioFrom && this.#bytes > packedBytes * unpackLimits.ratio) throw unpackErrors.suspicious(name, unpackLimits.ratio);
    if (this.#bytes < this.#nextDiskCheck) return;
    this.#nextDiskCheck = this.#bytes + checkDiskEvery;
    if (freeBytes(folder) < unpackLimits.spareDisk) throw unpackErrors.diskFull(name, path.dirname(folder), unpackLimits.spareDisk);
  }
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // A file system that does not say it.
    return Infinity;
  }
}

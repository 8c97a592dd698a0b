/** How importers read bytes. A file, a buffer in memory and a browser blob each answer it outside this folder. */
export interface ByteSource {
  /** Total size in bytes. */
  readonly size: number;
  /** File name without folder, for messages and for naming a trace. Never used to tell a format. */
  readonly name: string;
  /**
   * Reads up to `length` bytes at `offset` into a fresh or reused array; shorter at the end of the source.
   * The array may be overwritten by the next call.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array, name = 'memory'): ByteSource {
  return {
    size: bytes.length,
    name,
    read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  };
}

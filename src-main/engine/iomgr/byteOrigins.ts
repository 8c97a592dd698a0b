/**
 * Where the bytes of a buffer come from, and contents that are made only when somebody looks.
 *
 * Source: driver-api-usage.md 5.5. An origin is a small number, so that a buffer of mixed bytes keeps one beside each of them.
 */

/** Codes of origins. What is below `recorded` is not known; from `written` on the code tells the writer. */
export const byteOrigin = {
  /** Never recorded. */
  unknown: 0,
  /** Memory that was allocated and not written yet. */
  uninitialised: 1,
  /** Stood in the trace as bytes. */
  recorded: 2,
  /** Derived from fields that were recorded. */
  rebuilt: 3,
  /** Known to have had a value that was not recorded: the likeliest one. */
  assumed: 4,
  /** Zeroed by whoever made the buffer. */
  zeroed: 5,
  /** Written in this run. */
  written: 6,
} as const;

export const isKnownOrigin = (code: number): boolean => code >= byteOrigin.recorded;

/** The bytes of a buffer that nobody has looked at yet. May be asked more than once, and for fewer bytes. */
export interface BufferContent {
  /** False: it makes bytes up, and none of them is known. */
  readonly knows: boolean;
  /** Fills all of `bytes`; `origins` is zero (unknown) beforehand, and gets the code of each byte that is known. */
  fill(bytes: Uint8Array, origins: Uint8Array): void;
}

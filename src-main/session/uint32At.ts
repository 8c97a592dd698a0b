/** A number of a stored column of Uint32, little endian; 0 where the column is too short: the file may be a stranger's. */
export function uint32At(bytes: Uint8Array | null, at: number): number {
  if (bytes === null || at * 4 + 4 > bytes.length) return 0;
  return ((bytes[at * 4] ?? 0) | ((bytes[at * 4 + 1] ?? 0) << 8) | ((bytes[at * 4 + 2] ?? 0) << 16) | ((bytes[at * 4 + 3] ?? 0) << 24)) >>> 0;
}

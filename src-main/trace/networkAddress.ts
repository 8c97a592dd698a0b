/** Text of network addresses, as RFC 5952 writes them. */

export const ipv4Text = (bytes: Uint8Array, at: number): string => `${bytes[at] ?? 0}.${bytes[at + 1] ?? 0}.${bytes[at + 2] ?? 0}.${bytes[at + 3] ?? 0}`;

/** Groups in lower-case hex without leading zeros; the first longest run of two or more zero groups becomes `::`. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[at + i * 2] ?? 0) << 8) | (bytes[at + i * 2 + 1] ?? 0));
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - i > runLength) [runStart, runLength] = [i, end - i];
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return runStart < 0 ? text(groups) : `${text(groups.slice(0, runStart))}::${text(groups.slice(runStart + runLength))}`;
}

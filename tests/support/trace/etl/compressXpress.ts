/**
 * Plain LZ77 XPRESS, greedy: the longest match of three bytes or more within the last 8192, the nearest of equal ones.
 *
 * Source: etw-formats.md 1.5 (encoding) and 12 (which matches).
 */
const windowSize = 8192;
const minimum = 3;
const longest = 65_535;

interface Match {
  readonly distance: number;
  readonly length: number;
}

export function compressXpress(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  const places = new Map<number, number[]>();
  let flagsAt = 0;
  let flags = 0;
  let flagCount = 32;
  let nibbleAt = -1;

  const emitFlag = (bit: 0 | 1): void => {
    if (flagCount === 32) {
      flagsAt = out.length;
      out.push(0, 0, 0, 0);
      flags = 0;
      flagCount = 0;
    }
    flags = (flags << 1) | bit;
    flagCount += 1;
    if (flagCount === 32) putFlags();
  };
  const putFlags = (): void => {
    for (let i = 0; i < 4; i++) out[flagsAt + i] = (flags >>> (8 * i)) & 0xff;
  };
  const emitLength = (match: Match): void => {
    const length = match.length - minimum;
    const word = ((match.distance - 1) << 3) | Math.min(length, 7);
    out.push(word & 0xff, word >> 8);
    if (length < 7) return;
    const nibble = Math.min(length - 7, 15);
    if (nibbleAt < 0) {
      nibbleAt = out.length;
      out.push(nibble);
    } else {
      out[nibbleAt] = (out[nibbleAt] ?? 0) | (nibble << 4);
      nibbleAt = -1;
    }
    if (nibble < 15) return;
    if (length - 22 < 255) out.push(length - 22);
    else out.push(255, length & 0xff, length >> 8);
  };

  let at = 0;
  while (at < data.length) {
    const match = findMatch(data, at, places);
    emitFlag(match === undefined ? 0 : 1);
    if (match === undefined) out.push(data[at] ?? 0);
    else emitLength(match);
    for (let i = 0; i < (match?.length ?? 1); i++) remember(data, at + i, places);
    at += match?.length ?? 1;
  }
  if (flagCount < 32) {
    const unused = 32 - flagCount;
    flags = (flags << unused) | (2 ** unused - 1);
    putFlags();
  }
  return Uint8Array.from(out);
}

const keyAt = (data: Uint8Array, at: number): number => (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16);

function remember(data: Uint8Array, at: number, places: Map<number, number[]>): void {
  if (at + minimum > data.length) return;
  const key = keyAt(data, at);
  const list = places.get(key);
  if (list === undefined) places.set(key, [at]);
  else list.push(at);
}

function findMatch(data: Uint8Array, at: number, places: Map<number, number[]>): Match | undefined {
  if (at + minimum > data.length) return undefined;
  const candidates = places.get(keyAt(data, at)) ?? [];
  const most = Math.min(longest, data.length - at);
  let best: Match | undefined;
  for (let i = candidates.length - 1; i >= 0; i--) {
    const from = candidates[i] ?? 0;
    if (at - from > windowSize) break;
    let length = minimum;
    while (length < most && data[from + length] === data[at + length]) length += 1;
    if (best === undefined || length > best.length) best = { distance: at - from, length };
    if (length === most) break;
  }
  return best;
}

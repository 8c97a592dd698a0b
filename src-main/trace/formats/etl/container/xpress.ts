/** Decompresses plain LZ77 XPRESS, which ETW writes into compressed buffers. Source: etw-formats.md 1.5, [MS-XCA] 2.4. */

const minimumMatch = 3;
/** What ends a match length that is kept in 3 bits, a nibble and a byte: 7 + 15. */
const shortLengths = 22;

/** Why a decompression stopped: all wanted bytes are there, the input is used up before, or it makes no sense. */
export type XpressEnd = 'full' | 'short' | 'corrupt';

/** Keeps where the last decompression stopped, so that nothing is allocated for it. */
export class XpressDecoder {
  /** End of what was written. */
  end = 0;
  /** Input bytes used. */
  used = 0;
  /** Where the length of the current match stands; -1 for corrupt input. */
  #at = 0;
  #nibbleAt = 0;

  /**
   * Fills `out` from `outStart` to `outEnd`. References reach back to `outStart` and no further; a match beyond `outEnd` is cut there.
   * Never reads or writes outside the ranges given.
   */
  decode(input: Uint8Array, inStart: number, inEnd: number, out: Uint8Array, outStart: number, outEnd: number): XpressEnd {
    let at = inStart;
    let to = outStart;
    let flags = 0;
    let left = 0;
    this.#nibbleAt = -1;
    while (to < outEnd) {
      if (left === 0) {
        if (at + 4 > inEnd) return this.#stop('short', at, to);
        flags = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8) | ((input[at + 2] ?? 0) << 16) | ((input[at + 3] ?? 0) << 24);
        at += 4;
        left = 32;
      }
      left -= 1;
      if (flags >= 0) {
        if (at >= inEnd) return this.#stop('short', at, to);
        out[to] = input[at] ?? 0;
        to += 1;
        at += 1;
        flags <<= 1;
        continue;
      }
      flags <<= 1;
      if (at + 2 > inEnd) return this.#stop('short', at, to);
      const match = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
      at += 2;
      let length = match & 7;
      if (length === 7) {
        this.#at = at;
        length = this.#longLength(input, inEnd);
        at = this.#at;
        if (length < 0) return this.#stop(length === endOfInput ? 'short' : 'corrupt', at, to);
      }
      const from = to - (match >>> 3) - 1;
      if (from < outStart) return this.#stop('corrupt', at, to);
      to = copyMatch(out, from, to, Math.min(to + length + minimumMatch, outEnd));
    }
    return this.#stop('full', at, to);
  }

  /** Length beyond the 3 bits, without the minimum; `endOfInput` or `badLength` where there is none. */
  #longLength(input: Uint8Array, inEnd: number): number {
    let at = this.#at;
    let length: number;
    if (this.#nibbleAt < 0) {
      if (at >= inEnd) return endOfInput;
      this.#nibbleAt = at;
      length = (input[at] ?? 0) & 15;
      at += 1;
    } else {
      length = (input[this.#nibbleAt] ?? 0) >>> 4;
      this.#nibbleAt = -1;
    }
    if (length === 15) {
      if (at >= inEnd) return endOfInput;
      length = input[at] ?? 0;
      at += 1;
      if (length === 255) {
        if (at + 2 > inEnd) return endOfInput;
        length = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
        at += 2;
        if (length === 0) {
          if (at + 4 > inEnd) return endOfInput;
          length = ((input[at] ?? 0) | ((input[at + 1] ?? 0) << 8) | ((input[at + 2] ?? 0) << 16) | ((input[at + 3] ?? 0) << 24)) >>> 0;
          at += 4;
        }
        if (length < shortLengths) return badLength;
        length -= shortLengths;
      }
      length += 15;
    }
    this.#at = at;
    return length + 7;
  }

  #stop(end: XpressEnd, at: number, to: number): XpressEnd {
    this.end = to;
    this.used = at;
    return end;
  }
}

const endOfInput = -1;
const badLength = -2;

/** Copies from `from` to `to` up to `end`; where the ranges overlap, what was just written repeats. */
function copyMatch(out: Uint8Array, from: number, to: number, end: number): number {
  const length = end - to;
  if (length > 24 && to - from >= length) {
    out.copyWithin(to, from, from + length);
    return end;
  }
  if (length > 64 && to - from === 1) {
    out.fill(out[from] ?? 0, to, end);
    return end;
  }
  let source = from;
  let target = to;
  while (target < end) {
    out[target] = out[source] ?? 0;
    target += 1;
    source += 1;
  }
  return end;
}

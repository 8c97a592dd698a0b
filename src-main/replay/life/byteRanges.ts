/** Ranges of bytes that were read or written, merged as they come; memory is bounded however many there are. */

/** So many are kept before they are put in order, and half as many afterwards. */
const mostKept = 8192;

export class ByteRanges {
  #starts: number[] = [];
  #ends: number[] = [];
  /** Near ranges were taken for one, because there were too many. */
  coarse = false;

  add(start: number, end: number): void {
    if (end <= start) return;
    const last = this.#starts.length - 1;
    const [lastStart = 0, lastEnd = 0] = [this.#starts[last], this.#ends[last]];
    // Most files are read and written from the front to the back.
    if (last >= 0 && start >= lastStart && start <= lastEnd) {
      if (end > lastEnd) this.#ends[last] = end;
      return;
    }
    this.#starts.push(start);
    this.#ends.push(end);
    if (this.#starts.length > mostKept) this.#settle(mostKept / 2);
  }

  /** At most `most`, upwards, apart from each other. */
  list(most: number): (readonly [number, number])[] {
    this.#settle(most);
    return this.#starts.map((start, at) => [start, this.#ends[at] ?? start] as const);
  }

  #settle(most: number): void {
    const order = this.#starts.map((_, at) => at).sort((a, b) => (this.#starts[a] ?? 0) - (this.#starts[b] ?? 0));
    this.#set(merged(order.map((at) => [this.#starts[at] ?? 0, this.#ends[at] ?? 0] as const), 0));
    if (this.#starts.length <= most) return;
    this.coarse = true;
    // The smallest gaps go first.
    const gaps = this.#starts.slice(1).map((start, at) => start - (this.#ends[at] ?? 0)).sort((a, b) => a - b);
    this.#set(merged(this.#starts.map((start, at) => [start, this.#ends[at] ?? 0] as const), gaps[this.#starts.length - most - 1] ?? Infinity));
  }

  #set(ranges: readonly (readonly [number, number])[]): void {
    this.#starts = ranges.map(([start]) => start);
    this.#ends = ranges.map(([, end]) => end);
  }
}

/** Of ranges in order: those no farther apart than `gap` are one. */
function merged(ranges: readonly (readonly [number, number])[], gap: number): (readonly [number, number])[] {
  const out: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = out.at(-1);
    if (last !== undefined && start - last[1] <= gap) last[1] = Math.max(last[1], end);
    else out.push([start, end]);
  }
  return out;
}

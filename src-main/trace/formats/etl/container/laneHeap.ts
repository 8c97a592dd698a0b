/** The lanes by the time of their next record, earliest on top. Source: etw-formats.md 7. */
import type { Lane } from './lane.ts';

export class LaneHeap {
  readonly #lanes: Lane[] = [];

  push(lane: Lane): void {
    const lanes = this.#lanes;
    let at = lanes.length;
    lanes.push(lane);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = lanes[parent];
      if (above === undefined || !isBefore(lane, above)) break;
      lanes[at] = above;
      at = parent;
    }
    lanes[at] = lane;
  }

  pop(): Lane | undefined {
    const top = this.#lanes[0];
    const last = this.#lanes.pop();
    if (last !== undefined && this.#lanes.length > 0) this.#sink(last);
    return top;
  }

  /** True where the top goes before `current`, which delivered last and keeps its turn where times are equal. */
  goesBefore(current: Lane): boolean {
    const top = this.#lanes[0];
    if (top === undefined || top.keyHigh > current.keyHigh) return false;
    return top.keyHigh < current.keyHigh || top.keyLow < current.keyLow || (top.keyLow === current.keyLow && current.bySequence && top.bySequence && top.rank < current.rank);
  }

  /** Takes the top and puts `lane` in. */
  replaceTop(lane: Lane): Lane | undefined {
    const top = this.#lanes[0];
    if (top === undefined) return lane;
    this.#sink(lane);
    return top;
  }

  /** Puts `lane` in the place of the top and lets it sink. */
  #sink(lane: Lane): void {
    const lanes = this.#lanes;
    const { length } = lanes;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      let below = lanes[child];
      const right = lanes[child + 1];
      if (below !== undefined && right !== undefined && isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (below === undefined || !isBefore(below, lane)) break;
      lanes[at] = below;
      at = child;
    }
    lanes[at] = lane;
  }
}

function isBefore(a: Lane, b: Lane): boolean {
  if (a.keyHigh !== b.keyHigh) return a.keyHigh < b.keyHigh;
  if (a.keyLow !== b.keyLow) return a.keyLow < b.keyLow;
  return a.rank < b.rank;
}

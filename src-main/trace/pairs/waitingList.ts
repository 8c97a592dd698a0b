/** Operations of one side that wait for a partner: found by what they are alike in and by time, without looking at all of them. */
import type { PairSide } from './pairSide.ts';

/** What makes two sides alike: all that a request says of itself beside its time; its thread and function; its file, function and offset. */
const likenesses = ['request', 'thread', 'target'] as const;
export type Likeness = (typeof likenesses)[number];

export interface Waiting {
  readonly side: PairSide;
  /** On the upper capture's clock. */
  readonly time: bigint;
  /** Null while pending, and where the capture does not know. */
  readonly end: bigint | null;
  readonly keys: Readonly<Record<Likeness, string>>;
  /** It is in a list; one that finds its partner at once never is. */
  listed: boolean;
  /** True once it has a partner, or has been given up. */
  settled: boolean;
}

/** So many of those that are alike are looked at, the nearest first: a filter that swallows everything leaves thousands of them. */
const mostLookedAt = 64;

/** Those of one key, in order of time. */
class AlikeList {
  #entries: Waiting[] = [];
  #alive = 0;

  get isEmpty(): boolean {
    return this.#alive === 0;
  }

  add(entry: Waiting): void {
    this.#entries.push(entry);
    this.#alive += 1;
  }

  /** `entry` is settled now. */
  forget(): void {
    this.#alive -= 1;
    if (this.#entries.length > 32 && this.#alive * 2 < this.#entries.length) this.#entries = this.#entries.filter((entry) => !entry.settled);
  }

  /** Those from `from` to `to`; `end` says where to begin. */
  *between(from: bigint, to: bigint, end: 'from' | 'to'): Generator<Waiting> {
    const step = end === 'from' ? 1 : -1;
    let looked = 0;
    for (let at = end === 'from' ? this.#firstFrom(from) : this.#firstFrom(to + 1n) - 1; looked < mostLookedAt; at += step) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.time < from || entry.time > to) return;
      if (entry.settled) continue;
      looked += 1;
      yield entry;
    }
  }

  #firstFrom(time: bigint): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.time ?? 0n) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Operations come in order of time. */
export class WaitingList {
  #queue: Waiting[] = [];
  #first = 0;
  #alive = 0;
  readonly #byKey: Readonly<Record<Likeness, Map<string, AlikeList>>> = { request: new Map(), thread: new Map(), target: new Map() };

  get size(): number {
    return this.#alive;
  }

  add(entry: Waiting): void {
    entry.listed = true;
    this.#queue.push(entry);
    this.#alive += 1;
    for (const likeness of likenesses) {
      const key = entry.keys[likeness];
      let list = this.#byKey[likeness].get(key);
      if (list === undefined) this.#byKey[likeness].set(key, (list = new AlikeList()));
      list.add(entry);
    }
  }

  /** Those that wait, are like `entry`, and were issued from `from` to `to`. */
  alike(likeness: Likeness, entry: Waiting, from: bigint, to: bigint, end: 'from' | 'to'): Iterable<Waiting> {
    return this.#byKey[likeness].get(entry.keys[likeness])?.between(from, to, end) ?? [];
  }

  /** True where one waits that is like `entry`, whenever it was issued. */
  hasAlike(likeness: Likeness, entry: Waiting): boolean {
    return this.#byKey[likeness].has(entry.keys[likeness]);
  }

  /** The oldest one that waits. */
  first(): Waiting | undefined {
    for (;;) {
      const entry = this.#queue[this.#first];
      if (entry === undefined || !entry.settled) return entry;
      this.#drop();
    }
  }

  /** Takes one out of its turn. */
  settle(entry: Waiting): void {
    if (entry.settled) return;
    entry.settled = true;
    if (!entry.listed) return;
    this.#alive -= 1;
    for (const likeness of likenesses) {
      const key = entry.keys[likeness];
      const list = this.#byKey[likeness].get(key);
      list?.forget();
      if (list?.isEmpty === true) this.#byKey[likeness].delete(key);
    }
  }

  #drop(): void {
    this.#first += 1;
    if (this.#first < 4096 || this.#first * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}

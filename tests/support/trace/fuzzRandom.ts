/** Seeded random numbers for the fuzz tests: equal seeds give equal rounds on every machine. */
export class FuzzRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An unsigned 32-bit number (xorshift with a Weyl sequence before it, so that seed 0 is as good as any). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  /** 0 to `limit` - 1; 0 where there is no room. */
  below(limit: number): number {
    return limit <= 1 ? 0 : Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Mostly small, now and then as large as `limit`. */
  size(limit: number): number {
    return this.below(2 ** this.below(Math.ceil(Math.log2(limit + 1)) + 1)) % (limit + 1);
  }
}

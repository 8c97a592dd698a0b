/**
 * The keys of a map from the oldest on, for lists that forget what is too much.
 *
 * A batch at a time: a new walk for each key would pass everything that was deleted before it, tens of thousands of places, and a walk that is
 * kept holds on to every table the map has ever had.
 */
const batch = 1024;

export class OldestKeys<K> {
  readonly #map: ReadonlyMap<K, unknown>;
  /** The next ones, the oldest last. */
  #ahead: K[] = [];

  constructor(map: ReadonlyMap<K, unknown>) {
    this.#map = map;
  }

  /** The next one that is still there; undefined for an empty map. A key comes again only when a batch is through. */
  next(): K | undefined {
    for (;;) {
      const key = this.#ahead.pop();
      if (key !== undefined && this.#map.has(key)) return key;
      if (key === undefined && !this.#refill()) return undefined;
    }
  }

  #refill(): boolean {
    for (const key of this.#map.keys()) {
      this.#ahead.push(key);
      if (this.#ahead.length === batch) break;
    }
    this.#ahead.reverse();
    return this.#ahead.length > 0;
  }
}

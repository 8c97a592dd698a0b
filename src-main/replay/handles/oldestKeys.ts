/**
 * The keys of a map from the oldest on, for lists that forget what is too much.
 *
 * One walk that goes on: a new one for each key would pass everything that was deleted before it, tens of thousands of places.
 */
export class OldestKeys<K> {
  readonly #map: ReadonlyMap<K, unknown>;
  #walk: Iterator<K>;

  constructor(map: ReadonlyMap<K, unknown>) {
    this.#map = map;
    this.#walk = map.keys();
  }

  /** The next one that is still there; undefined for an empty map. */
  next(): K | undefined {
    let next = this.#walk.next();
    if (next.done === true) {
      this.#walk = this.#map.keys();
      next = this.#walk.next();
    }
    return next.done === true ? undefined : next.value;
  }
}

/**
 * Takes the oldest entries out of a full table, an eighth of it at once.
 *
 * One at a time would be quadratic: a Map keeps the places of deleted entries for a while, and its first entry is searched for behind all of them.
 */
export function dropOldest<Key, Value>(map: Map<Key, Value>, dropped: (value: Value) => void = () => {}): void {
  let left = (map.size >>> 3) + 1;
  for (const [key, value] of map) {
    if (left-- === 0) return;
    map.delete(key);
    dropped(value);
  }
}

/**
 * Takes out of a list whatever is not needed for something to hold: what is left is 1-minimal, it does not hold without any one of its items.
 *
 * After A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (IEEE TSE 2002): ever smaller parts are left out. Two parts are tried
 * at a time; which one counts is decided by their order, so the outcome does not depend on which ends first.
 */

/** `kept` holds what is left over in its order. */
export type Holds<T> = (kept: readonly T[]) => Promise<boolean>;

const atOnce = 2;

export async function withoutNeedless<T>(items: readonly T[], holds: Holds<T>): Promise<readonly T[]> {
  let kept = items;
  if (kept.length === 0) return kept;
  if (await holds([])) return [];
  for (let size = Math.ceil(kept.length / 2); kept.length > 0; ) {
    const before = kept.length;
    kept = await withoutParts(kept, size, holds);
    if (size === 1 && kept.length === before) return kept;
    size = kept.length === before || size > kept.length ? Math.max(1, Math.ceil(Math.min(size, kept.length) / 2)) : size;
  }
  return kept;
}

/** Every part of a size is tried once. */
async function withoutParts<T>(items: readonly T[], size: number, holds: Holds<T>): Promise<readonly T[]> {
  let kept = items;
  for (let at = 0; at < kept.length; ) {
    const starts = Array.from({ length: atOnce }, (_, part) => at + part * size).filter((start) => start < kept.length);
    const without = (start: number): readonly T[] => [...kept.slice(0, start), ...kept.slice(start + size)];
    const found = await Promise.all(starts.map((start) => holds(without(start))));
    const first = found.indexOf(true);
    if (first < 0) at += size * starts.length;
    else {
      // What stands before it has been tried; the list moves up.
      kept = without(starts[first] as number);
      at += size * first;
    }
  }
  return kept;
}

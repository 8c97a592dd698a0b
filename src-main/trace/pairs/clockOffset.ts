/** Finds how far the clocks of two captures are apart, from requests that occur once in each. */
import { pathKey, type PairSide } from './pairSide.ts';

/** Differences within this many ticks agree: 5 ms, more than a filter takes, less than clocks differ by accident. */
const agreement = 50_000n;
/** Fewer would be chance. */
const leastAgreeing = 8;

/**
 * Ticks to add to the lower capture's times; null where too few requests can be told apart to say so. Looks at what it is given: some
 * ten thousand operations from the beginning of each are plenty.
 */
export function estimateClockOffset(above: Iterable<PairSide>, below: Iterable<PairSide>): bigint | null {
  const uppers = uniqueTimes(above);
  const differences: bigint[] = [];
  for (const [key, time] of uniqueTimes(below)) {
    const upper = uppers.get(key);
    if (upper !== undefined && upper !== null && time !== null) differences.push(upper - time);
  }
  differences.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let best = { from: 0, count: 0 };
  let from = 0;
  for (let to = 0; to < differences.length; to++) {
    while ((differences[to] ?? 0n) - (differences[from] ?? 0n) > agreement) from += 1;
    if (to - from + 1 > best.count) best = { from, count: to - from + 1 };
  }
  if (best.count < leastAgreeing) return null;
  // Its way through the filter makes the lower side later, never earlier: the largest difference is nearest to the truth.
  return differences[best.from + best.count - 1] ?? null;
}

/** Times of requests by what they ask for; null for one that comes more than once. */
function uniqueTimes(operations: Iterable<PairSide>): Map<string, bigint | null> {
  const times = new Map<string, bigint | null>();
  for (const op of operations) {
    if (op.path === null || op.major === null) continue;
    const key = `${op.major} ${op.minor} ${op.offset ?? ''} ${op.length ?? ''} ${pathKey(op.path)}`;
    times.set(key, times.has(key) ? null : op.time);
  }
  return times;
}

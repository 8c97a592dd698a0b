/**
 * The longest common subsequence of two lists of keys: pairs of positions, in order.
 *
 * Greedy algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (Algorithmica 1986), section 3. Beyond `mostSteps`
 * differences the search ends, and what lies on the furthest path found so far is the answer: a common subsequence still, not always the longest.
 */
export function longestCommon(a: readonly number[], b: readonly number[], mostSteps = 1000): [number, number][] {
  const pairs: [number, number][] = [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) pairs.push([start, start++]);
  let [endA, endB] = [a.length, b.length];
  const tail: [number, number][] = [];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) tail.push([--endA, --endB]);
  pairs.push(...middle(a, b, start, endA, endB, mostSteps));
  for (let at = tail.length - 1; at >= 0; at--) pairs.push(tail[at] as [number, number]);
  return pairs;
}

function middle(a: readonly number[], b: readonly number[], start: number, endA: number, endB: number, mostSteps: number): [number, number][] {
  const [n, m] = [endA - start, endB - start];
  if (n === 0 || m === 0) return [];
  const most = Math.min(n + m, mostSteps);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  let best = { sum: -1, d: 0, k: 0 };
  for (let d = 0; d <= most; d++) {
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (furthest[offset + k - 1] as number) < (furthest[offset + k + 1] as number));
      let x = down ? (furthest[offset + k + 1] as number) : (furthest[offset + k - 1] as number) + 1;
      let y = x - k;
      while (x < n && y < m && a[start + x] === b[start + y]) [x, y] = [x + 1, y + 1];
      furthest[offset + k] = x;
      if (x <= n && y <= m && x + y > best.sum) best = { sum: x + y, d, k };
    }
    trace.push(furthest.slice(offset - d, offset + d + 1));
    if (best.sum === n + m) break;
  }
  return backwards(trace, best.d, best.k, start);
}

/** From the end of the path back to its beginning. */
function backwards(trace: readonly Int32Array[], steps: number, diagonal: number, start: number): [number, number][] {
  const pairs: [number, number][] = [];
  let k = diagonal;
  let x = (trace[steps] as Int32Array)[steps + k] as number;
  for (let d = steps; d >= 0; d--) {
    const before = trace[d - 1];
    const at = (other: number): number => (before === undefined || Math.abs(other) > d - 1 ? -1 : (before[d - 1 + other] as number));
    const down = d > 0 && (k === -d || (k !== d && at(k - 1) < at(k + 1)));
    const from = d === 0 ? 0 : down ? k + 1 : k - 1;
    const beginX = d === 0 ? 0 : down ? at(k + 1) : at(k - 1) + 1;
    while (x > beginX) {
      x--;
      pairs.push([start + x, start + x - k]);
    }
    if (d === 0) break;
    x = at(from);
    k = from;
  }
  return pairs.reverse();
}

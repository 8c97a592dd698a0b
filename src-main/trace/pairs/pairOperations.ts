/**
 * Matches the operations of two captures taken above and below a filter.
 *
 * An operation goes down through the filter and comes back up, so the lower side lies within the upper one: issued later, completed earlier, as a rule on
 * the same thread. First are matched those that agree in all a request says of itself; what is left over, when the window has passed it, is matched by
 * thread, function and time (the filter changed the request), then by file, function and offset (it sent the request on from another thread). An upper
 * operation without a lower one was swallowed, a lower one without an upper one was added. Both captures pass once, in order of time; memory holds what
 * lies within the window.
 */
import { changedFields, pathKey, type PairField, type PairSide } from './pairSide.ts';
import { WaitingList, type Likeness, type Waiting } from './waitingList.ts';

export type PairRow =
  | { readonly kind: 'same'; readonly above: number; readonly below: number }
  | { readonly kind: 'changed'; readonly above: number; readonly below: number; readonly changes: readonly PairField[] }
  | { readonly kind: 'swallowed'; readonly above: number }
  | { readonly kind: 'added'; readonly below: number };

export interface PairOptions {
  /** Ticks added to the lower capture's times to bring them onto the upper one's clock. */
  readonly clockOffset: bigint;
  /** How long after an upper operation was issued its lower side may be, in ticks: longer than any filter holds a request back. */
  readonly window: bigint;
  /** By how much the two clocks may disagree, in ticks. */
  readonly tolerance: bigint;
}

export const defaultPairOptions: PairOptions = { clockOffset: 0n, window: 10_000_000n, tolerance: 10_000n };

/** Unmatched operations kept of one side, whatever the window says. */
const mostWaiting = 200_000;

/** Rows in the order in which they are settled, which is that of time but for the window. */
export function* pairOperations(above: Iterable<PairSide>, below: Iterable<PairSide>, options: PairOptions = defaultPairOptions): Generator<PairRow> {
  const pairing = new Pairing(options);
  const uppers = above[Symbol.iterator]();
  const lowers = below[Symbol.iterator]();
  let upper = uppers.next();
  let lower = lowers.next();
  while (upper.done !== true || lower.done !== true) {
    const takeUpper = lower.done === true || (upper.done !== true && upper.value.time <= lower.value.time + options.clockOffset);
    if (takeUpper && upper.done !== true) {
      pairing.addUpper(upper.value);
      upper = uppers.next();
    } else if (lower.done !== true) {
      pairing.addLower(lower.value);
      lower = lowers.next();
    }
    yield* pairing.settled();
  }
  pairing.end();
  yield* pairing.settled();
}

class Pairing {
  readonly #options: PairOptions;
  readonly #uppers = new WaitingList();
  readonly #lowers = new WaitingList();
  #rows: PairRow[] = [];

  constructor(options: PairOptions) {
    this.#options = options;
  }

  addUpper(side: PairSide): void {
    const upper = waiting(side, 0n);
    this.#uppers.add(upper);
    this.#passed(upper.time);
  }

  addLower(side: PairSide): void {
    const lower = waiting(side, this.#options.clockOffset);
    // One that comes before its upper side, by clocks that disagree a little, waits: another may fit better.
    const upper = nearest(this.#uppers.alike('request', lower, lower.time - this.#options.window, lower.time, 'to'), lower.time, (candidate) => this.#within(candidate, lower));
    if (upper !== undefined) this.#match(upper, lower);
    else this.#lowers.add(lower);
    this.#passed(lower.time);
  }

  end(): void {
    for (let upper = this.#uppers.first(); upper !== undefined; upper = this.#uppers.first()) this.#giveUpUpper(upper);
    for (let lower = this.#lowers.first(); lower !== undefined; lower = this.#lowers.first()) this.#giveUpLower(lower);
  }

  settled(): PairRow[] {
    const rows = this.#rows;
    if (rows.length > 0) this.#rows = [];
    return rows;
  }

  /** True where the lower one can be the upper one's other side. */
  #within(upper: Waiting, lower: Waiting): boolean {
    const { tolerance, window } = this.#options;
    if (lower.time < upper.time - tolerance || lower.time > upper.time + window) return false;
    if (upper.end === null) return true;
    return lower.time <= upper.end + tolerance && (lower.end === null || lower.end <= upper.end + tolerance);
  }

  /** Settles what the window has passed. An upper operation goes first: it may still find a lower one. */
  #passed(now: bigint): void {
    const { window, tolerance } = this.#options;
    for (let upper = this.#uppers.first(); upper !== undefined && (upper.time + window + tolerance < now || this.#uppers.size > mostWaiting); upper = this.#uppers.first()) {
      this.#giveUpUpper(upper);
    }
    for (let lower = this.#lowers.first(); lower !== undefined && (lower.time + 2n * (window + tolerance) < now || this.#lowers.size > mostWaiting); lower = this.#lowers.first()) {
      this.#giveUpLower(lower);
    }
  }

  #giveUpUpper(upper: Waiting): void {
    // A lower one that fits another upper one in all it asks for is left to that; this one itself is out of the way.
    this.#uppers.settle(upper);
    const free = (lower: Waiting): boolean => this.#within(upper, lower) && !this.#uppers.hasAlike('request', lower);
    const partner = nearest(this.#alikeBelow('request', upper), upper.time, (lower) => this.#within(upper, lower))
      ?? nearest(this.#alikeBelow('thread', upper), upper.time, free)
      ?? nearest(this.#alikeBelow('target', upper), upper.time, free);
    if (partner !== undefined) this.#match(upper, partner);
    else this.#rows.push({ kind: 'swallowed', above: upper.side.index });
  }

  #alikeBelow(likeness: Likeness, upper: Waiting): Iterable<Waiting> {
    const { tolerance, window } = this.#options;
    const last = upper.end === null ? upper.time + window : upper.end + tolerance;
    return this.#lowers.alike(likeness, upper, upper.time - tolerance, last, 'from');
  }

  #giveUpLower(lower: Waiting): void {
    this.#lowers.settle(lower);
    this.#rows.push({ kind: 'added', below: lower.side.index });
  }

  #match(upper: Waiting, lower: Waiting): void {
    this.#uppers.settle(upper);
    this.#lowers.settle(lower);
    const changes = changedFields(upper.side, lower.side);
    const pair = { above: upper.side.index, below: lower.side.index };
    this.#rows.push(changes.length === 0 ? { kind: 'same', ...pair } : { kind: 'changed', ...pair, changes });
  }
}

function waiting(side: PairSide, clockOffset: bigint): Waiting {
  const time = side.time + clockOffset;
  const call = `${side.major ?? ''} ${side.minor}`;
  const thread = `${call} ${side.pid} ${side.tid}`;
  // The file by its path: below a filter its FILE_OBJECT may be another one.
  const file = side.path === null ? (side.fileObject ?? '') : pathKey(side.path);
  const target = `${call} ${side.offset ?? ''} ${file}`;
  return { side, time, end: side.duration === null ? null : time + side.duration, keys: { request: `${thread} ${side.length ?? ''} ${target}`, thread, target }, listed: false, settled: false };
}

function nearest(candidates: Iterable<Waiting>, time: bigint, accepts: (candidate: Waiting) => boolean): Waiting | undefined {
  let best: Waiting | undefined;
  let least = 0n;
  for (const candidate of candidates) {
    if (candidate.settled || !accepts(candidate)) continue;
    const away = candidate.time < time ? time - candidate.time : candidate.time - time;
    if (best === undefined || away < least) {
      best = candidate;
      least = away;
    }
  }
  return best;
}

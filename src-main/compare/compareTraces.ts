/**
 * Compares two traces, or runs of two traces: an operation is the same in both where process, operation, path, offset and length agree, in the order
 * in which its stream (a process's, or a thread's where the traces name the same threads) has them.
 *
 * Both pass once. Each stream keeps a window of operations whose longest common subsequence is taken; memory holds the windows.
 */
import { ntStatusName } from '../nt/ntStatus.ts';
import type { Differences, Moment } from './difference.ts';
import { longestCommon } from './longestCommon.ts';

export interface TracedOperation {
  readonly index: number;
  /** Its stream, and what it is within it. */
  readonly stream: string;
  readonly key: string;
  readonly title: string;
  /** Null where the side does not know. */
  readonly status: number | null;
  readonly information: number | null;
}

const window = 1024;
const mostKept = 16 * window;

interface Stream {
  readonly a: TracedOperation[];
  readonly b: TracedOperation[];
}

/** Yields how many operations have passed. Returns how many were found in both. */
export function* compareTraces(a: Iterable<TracedOperation>, b: Iterable<TracedOperation>, found: Differences): Generator<number, number> {
  const comparing = new TraceComparison(found);
  const sides = { a: a[Symbol.iterator](), b: b[Symbol.iterator]() };
  const open = { a: true, b: true };
  let passed = 0;
  while (open.a || open.b) {
    for (const side of ['a', 'b'] as const) {
      for (let taken = 0; open[side] && taken < window; taken++) {
        const next = sides[side].next();
        if (next.done === true) open[side] = false;
        else {
          comparing.add(side, next.value);
          passed++;
        }
      }
    }
    yield passed;
  }
  comparing.end();
  return comparing.matched;
}

class TraceComparison {
  matched = 0;
  readonly #found: Differences;
  readonly #streams = new Map<string, Stream>();
  readonly #ids = new Map<string, number>();

  constructor(found: Differences) {
    this.#found = found;
  }

  add(side: 'a' | 'b', operation: TracedOperation): void {
    let stream = this.#streams.get(operation.stream);
    if (stream === undefined) this.#streams.set(operation.stream, (stream = { a: [], b: [] }));
    stream[side].push(operation);
    if (stream.a.length >= 2 * window && stream.b.length >= 2 * window) this.#align(stream, false);
    else if (stream[side].length >= mostKept) for (const one of stream[side].splice(0, mostKept / 2)) this.#only(side, one);
  }

  end(): void {
    for (const stream of this.#streams.values()) while (stream.a.length > 0 || stream.b.length > 0) this.#align(stream, true);
  }

  /** Takes a window of each; what lies behind the last match stays for the next one, unless this is the end. */
  #align(stream: Stream, atEnd: boolean): void {
    const [a, b] = [stream.a.slice(0, 2 * window), stream.b.slice(0, 2 * window)];
    this.#ids.clear();
    const pairs = longestCommon(a.map((one) => this.#id(one.key)), b.map((one) => this.#id(one.key)));
    const isLast = atEnd && a.length === stream.a.length && b.length === stream.b.length;
    const last = pairs.at(-1);
    const [endA, endB] = isLast || last === undefined ? [a.length, b.length] : [last[0] + 1, last[1] + 1];
    let [atA, atB] = [0, 0];
    for (const [toA, toB] of pairs) {
      while (atA < toA) this.#only('a', a[atA++]);
      while (atB < toB) this.#only('b', b[atB++]);
      this.#both(a[atA++], b[atB++]);
    }
    while (atA < endA) this.#only('a', a[atA++]);
    while (atB < endB) this.#only('b', b[atB++]);
    stream.a.splice(0, endA);
    stream.b.splice(0, endB);
  }

  #id(key: string): number {
    const known = this.#ids.get(key) ?? this.#ids.size + 1;
    this.#ids.set(key, known);
    return known;
  }

  #only(side: 'a' | 'b', one: TracedOperation | undefined): void {
    if (one === undefined) return;
    const point = pointOf(one);
    const [a, b] = side === 'a' ? [one.title, null] : [null, one.title];
    this.#found.add({ kind: 'issued', operationA: side === 'a' ? one.index : 0, operationB: side === 'b' ? one.index : 0, what: 'issued', a, b, pointA: side === 'a' ? point : null, pointB: side === 'b' ? point : null, group: this.#found.groupOf({ kind: 'selection' }) });
  }

  #both(a: TracedOperation | undefined, b: TracedOperation | undefined): void {
    if (a === undefined || b === undefined) return;
    this.matched++;
    const base = { operationA: a.index, operationB: b.index, pointA: pointOf(a), pointB: pointOf(b) };
    if (a.status !== b.status) {
      const word = (status: number | null): string => (status === null ? 'unknown' : ntStatusName(status));
      this.#found.add({ ...base, kind: 'status', what: 'final status', a: word(a.status), b: word(b.status), group: this.#found.groupOf({ kind: 'system' }) });
    } else if (a.information !== null && b.information !== null && a.information !== b.information) {
      this.#found.add({ ...base, kind: 'information', what: 'IoStatus.Information', a: String(a.information), b: String(b.information), group: this.#found.groupOf({ kind: 'system' }) });
    }
  }
}

const pointOf = ({ index }: TracedOperation): Moment => ({ issued: index, sequence: 0 });

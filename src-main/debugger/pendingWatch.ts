/** Operations under way: which are so for too long, and which end before an earlier one. */
import type { Operation } from '../engine/index.ts';
import type { CompiledBreakpoint } from './breakpointMatch.ts';

export interface Overdue {
  readonly id: number;
  readonly operation: Operation;
  readonly ticks: bigint;
}

/** Operations under way in the order of their issue, so that the first in line is due first; with the time of it. */
interface Line {
  readonly id: number;
  readonly ticks: bigint;
  readonly waiting: Map<Operation, bigint>;
}

export class PendingWatch {
  readonly #now: () => bigint;
  /** One for each breakpoint on a time. */
  #lines: readonly Line[] = [];
  /** Null: nobody asks for the order. */
  #order: Set<Operation> | null = null;

  constructor(now: () => bigint) {
    this.#now = now;
  }

  get watchesTime(): boolean {
    return this.#lines.length > 0;
  }

  /** `underWay`: what has been issued already counts from now. */
  set(breakpoints: readonly CompiledBreakpoint[], underWay: readonly Operation[]): void {
    const before = this.#lines;
    this.#lines = breakpoints.flatMap(({ id, spec: { at } }) => {
      if (at.kind !== 'pending' || at.what !== 'longerThan' || at.ticks === null) return [];
      const { ticks } = at;
      return before.find((line) => line.id === id && line.ticks === ticks) ?? { id, ticks, waiting: new Map(underWay.map((operation) => [operation, this.#now()])) };
    });
    const asksOrder = breakpoints.some(({ spec: { at } }) => at.kind === 'pending' && at.what === 'outOfOrder');
    this.#order = asksOrder ? (this.#order ?? new Set(underWay)) : null;
  }

  issued(operation: Operation): void {
    for (const { waiting } of this.#lines) waiting.set(operation, this.#now());
    this.#order?.add(operation);
  }

  /** One of the same major function on the same file object that was issued earlier and has not ended; null where there is none. */
  completed(operation: Operation): Operation | null {
    for (const { waiting } of this.#lines) waiting.delete(operation);
    const order = this.#order;
    if (order === null) return null;
    const earlier = order.has(operation) ? earlierOf(order, operation) : null;
    order.delete(operation);
    return earlier;
  }

  /** Each is told once for each breakpoint. */
  overdue(): Overdue[] {
    const now = this.#now();
    const found: Overdue[] = [];
    for (const { id, ticks, waiting } of this.#lines) {
      for (const [operation, since] of waiting) {
        if (since + ticks > now) break;
        waiting.delete(operation);
        found.push({ id, operation, ticks: now - since });
      }
    }
    return found;
  }
}

function earlierOf(order: ReadonlySet<Operation>, operation: Operation): Operation | null {
  const fileObject = operation.initial.targetFileObject;
  for (const earlier of order) {
    if (earlier === operation || fileObject === null) return null;
    if (earlier.initial.targetFileObject === fileObject && earlier.major === operation.major) return earlier;
  }
  return null;
}

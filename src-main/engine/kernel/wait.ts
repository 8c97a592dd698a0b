/**
 * What a simulated thread can wait for.
 *
 * Source: driver-api-usage.md 5.6. A routine that blocks is a generator that yields the wait; whoever runs it decides whether the
 * thread is set aside (a driver routine that is a generator too) or other things run nested until the wait is over (a plain one).
 */
import type { EngineThread } from './thread.ts';

export interface WaitDescription {
  /** What is waited for, for people: `KEVENT ScanDone`, `the reply to message 3`. */
  readonly what: string;
  /** Who could end the wait, for the wait graph. */
  readonly holders?: () => readonly string[];
  /** The threads that own what is waited for: the wait is dead when they wait for each other. */
  readonly owners?: () => readonly EngineThread[];
  /** Something outside the simulation can end it: a program, or a request that is still to come. */
  readonly external?: boolean;
  /** The caller waits for a request of its own, which is no wait for another thread or process (VOL-020). */
  readonly ownRequest?: boolean;
  /** Nobody minds if it never ends: a program that waits for something to do. */
  readonly idle?: boolean;
  /** Virtual time at which the wait ends by itself, 100 ns since 1601; null: never. */
  readonly deadline?: bigint | null;
  /** Called when the deadline comes first; gives the wait's result. */
  readonly timedOut?: () => unknown;
}

const nobody = (): readonly never[] => [];

export class Wait {
  readonly what: string;
  readonly holders: () => readonly string[];
  readonly owners: () => readonly EngineThread[];
  readonly external: boolean;
  readonly ownRequest: boolean;
  readonly idle: boolean;
  readonly deadline: bigint | null;
  readonly timedOut: () => unknown;
  settled = false;
  result: unknown = undefined;
  /** Told once, when the wait ends. */
  onSettled: (() => void) | null = null;

  constructor(description: WaitDescription) {
    this.what = description.what;
    this.owners = description.owners ?? nobody;
    this.holders = description.holders ?? (() => this.owners().map(({ name }) => name));
    this.external = description.external ?? false;
    this.ownRequest = description.ownRequest ?? false;
    this.idle = description.idle ?? false;
    this.deadline = description.deadline ?? null;
    this.timedOut = description.timedOut ?? (() => undefined);
  }

  /** Ends the wait. A second end is ignored. */
  settle(result: unknown): void {
    if (this.settled) return;
    this.settled = true;
    this.result = result;
    this.onSettled?.();
  }
}

/** A routine that may block. `yield wait` comes back when the wait is settled; the result is in `wait.result`. */
export type Blocking<T> = Generator<Wait, T, void>;

/** Whether a driver routine turned out to be a generator function. Drivers have realms of their own, so `instanceof` would not do. */
export function isGenerator(value: unknown): value is Generator<unknown, unknown, void> {
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Generator]';
}

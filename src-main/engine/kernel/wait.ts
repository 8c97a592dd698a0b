/**
 * What a simulated thread can wait for.
 *
 * Source: driver-api-usage.md 5.6. A routine that blocks is a generator that yields the wait; whoever runs it decides whether the
 * thread is set aside (a driver routine that is a generator too) or other things run nested until the wait is over (a plain one).
 */
export interface WaitDescription {
  /** What is waited for, for people: `KEVENT ScanDone`, `the reply to message 3`. */
  readonly what: string;
  /** Who could end the wait, for the wait graph. */
  readonly holders?: () => readonly string[];
  /** Something outside the simulation can end it: a program, or a request that is still to come. */
  readonly external?: boolean;
  /** Virtual time at which the wait ends by itself, 100 ns since 1601; null: never. */
  readonly deadline?: bigint | null;
  /** Called when the deadline comes first; gives the wait's result. */
  readonly timedOut?: () => unknown;
}

export class Wait {
  readonly what: string;
  readonly holders: () => readonly string[];
  readonly external: boolean;
  readonly deadline: bigint | null;
  readonly timedOut: () => unknown;
  settled = false;
  result: unknown = undefined;
  /** Told once, when the wait ends. */
  onSettled: (() => void) | null = null;

  constructor(description: WaitDescription) {
    this.what = description.what;
    this.holders = description.holders ?? (() => []);
    this.external = description.external ?? false;
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

/** One movement through a run: what it is doing, how far it is, and whether the user has had enough. */
export class Cancelled extends Error {}

/** Said after so long: what is shorter is not worth a word. */
const patienceMilliseconds = 120;
const tellMilliseconds = 100;

export class TravelMove {
  readonly #abort = new AbortController();
  readonly #tell: (what: string, done: number, total: number) => void;
  readonly #began = performance.now();
  #toldAt = 0;

  constructor(tell: (what: string, done: number, total: number) => void) {
    this.#tell = tell;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(): void {
    this.#abort.abort();
  }

  /** Says how far it is, not too often. Throws where the user has cancelled. */
  check(what: string, done: number, total: number): void {
    if (this.signal.aborted) throw new Cancelled();
    const now = performance.now();
    if (now - this.#began < patienceMilliseconds || now - this.#toldAt < tellMilliseconds) return;
    this.#toldAt = now;
    this.#tell(what, done, total);
  }

  /** Waits for something, but no longer than the user does. */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new Cancelled());
      if (this.signal.aborted) stop();
      this.signal.addEventListener('abort', stop, { once: true });
      work.then(resolve, reject).finally(() => this.signal.removeEventListener('abort', stop)).catch(() => undefined);
    });
  }
}

/** A call of the host that may have to wait: its result is there when it has ended. */
export class HostCall<T> {
  #result: T | null = null;
  #ended = false;
  /** Told once, when the call ends. */
  onEnd: ((result: T) => void) | null = null;

  /** Null while it waits. */
  get result(): T | null {
    return this.#result;
  }

  get ended(): boolean {
    return this.#ended;
  }

  end(result: T): void {
    this.#result = result;
    this.#ended = true;
    this.onEnd?.(result);
  }
}

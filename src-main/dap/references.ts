/** Numbers handed out at a stop. They are never used again, so that one of an earlier stop is known to be stale. */
export class References<T> {
  readonly #values = new Map<number, T>();
  #next: number;

  constructor(first = 1) {
    this.#next = first;
  }

  add(value: T): number {
    this.#values.set(this.#next, value);
    return this.#next++;
  }

  get(reference: number): T | undefined {
    return this.#values.get(reference);
  }

  clear(): void {
    this.#values.clear();
  }
}

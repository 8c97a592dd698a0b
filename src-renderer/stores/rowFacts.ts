import { ref } from 'vue';
import { useNotices } from './notices.ts';

/** What is kept at most; a list shows far fewer at a time. */
const mostKept = 20_000;

/** Something known of operations by number, asked for as they come into view. */
export class RowFacts<T> {
  readonly version = ref(0);
  readonly #load: (indexes: readonly number[]) => Promise<readonly T[]>;
  readonly #known = new Map<number, T>();
  readonly #asked = new Set<number>();
  #epoch = 0;

  constructor(load: (indexes: readonly number[]) => Promise<readonly T[]>) {
    this.#load = load;
  }

  of(index: number): T | undefined {
    void this.version.value;
    return this.#known.get(index);
  }

  /** Forgets everything: what it depends on has changed. */
  clear(): void {
    this.#epoch++;
    this.#known.clear();
    this.#asked.clear();
    this.version.value++;
  }

  want(indexes: readonly number[]): void {
    const missing = indexes.filter((index) => index > 0 && !this.#asked.has(index));
    if (missing.length === 0) return;
    if (this.#known.size > mostKept) this.clear();
    for (const index of missing) this.#asked.add(index);
    void this.#fetch(missing);
  }

  async #fetch(indexes: readonly number[]): Promise<void> {
    const epoch = this.#epoch;
    try {
      const facts = await this.#load(indexes);
      if (epoch !== this.#epoch) return;
      for (const [at, index] of indexes.entries()) {
        const fact = facts[at];
        if (fact !== undefined) this.#known.set(index, fact);
      }
      this.version.value++;
    } catch (error) {
      if (epoch === this.#epoch) useNotices().report(error);
    }
  }
}

/**
 * How fast something goes now, and how long it will still take.
 *
 * Looks at the last seconds only: the first ones (opening, unpacking) say little about the rest.
 */
const windowMilliseconds = 5000;
/** Before this much has been seen, a remaining time would be a guess. */
const leastMilliseconds = 500;

interface Sample {
  readonly at: number;
  readonly done: number;
  readonly count: number;
}

export class RateMeter {
  #samples: Sample[] = [];

  /** `at` in milliseconds; `done` of what has to be done (bytes), `count` of what comes of it (operations). */
  add(at: number, done: number, count: number): void {
    const last = this.#samples.at(-1);
    // Another phase begins to count from nothing.
    if (last !== undefined && (done < last.done || at < last.at)) this.#samples = [];
    this.#samples.push({ at, done, count });
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) > windowMilliseconds) this.#samples.shift();
  }

  /** Per second; null while too little is known. */
  get countPerSecond(): number | null {
    return this.#perSecond((sample) => sample.count);
  }

  /** Milliseconds until `total` is done; null while that cannot be told. */
  remaining(total: number): number | null {
    const done = this.#samples.at(-1)?.done ?? 0;
    const perSecond = this.#perSecond((sample) => sample.done);
    return perSecond === null || perSecond <= 0 ? null : (Math.max(0, total - done) / perSecond) * 1000;
  }

  #perSecond(of: (sample: Sample) => number): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < leastMilliseconds) return null;
    return ((of(last) - of(first)) / (last.at - first.at)) * 1000;
  }
}

/** Sequence numbers of minispy's records: 32 bits wide, given out in the order of issue, printed in that of completion. Source: etw-formats.md 18.1. */

const modulus = 0x1_0000_0000;

export class SequenceNumbers {
  /** Numbers of an earlier log in the same file are below this. */
  #base = 0;
  #lowest = Infinity;
  #highest = -1;
  /** As they came, over all logs of the file. */
  #taken = 0;
  #missing = 0;

  /** The number a record has among all of its file, wraps undone; notes that it was there. */
  take(number: number): number {
    const whole = this.near(number);
    this.#taken += 1;
    if (whole < this.#lowest) this.#lowest = whole;
    if (whole > this.#highest) this.#highest = whole;
    return whole;
  }

  /** The whole number that ends in `number` and lies closest to the highest one so far. */
  near(number: number): number {
    if (this.#highest < this.#base) return this.#base + number;
    const step = (number - (this.#highest - this.#base)) | 0;
    const whole = this.#highest + step;
    return whole < this.#base ? whole + modulus : whole;
  }

  /** A further log begins: its numbers start again. */
  restart(): void {
    this.#missing = this.missing;
    this.#base = this.#highest + 1;
    this.#lowest = Infinity;
    this.#taken = 0;
  }

  /** How many numbers between the first and the last had no record. */
  get missing(): number {
    const here = this.#taken === 0 ? 0 : this.#highest - this.#lowest + 1 - this.#taken;
    return this.#missing + Math.max(0, here);
  }
}

/** A column of 64-bit ticks as numbers, by halves: a bigint for every row would cost more than the counting. */
const twoTo32 = 2 ** 32;

export class Ticks {
  readonly #lows: Uint32Array;
  readonly #highs: Int32Array;
  readonly #low: number;
  readonly #high: number;

  /** `origin` is subtracted; what is left is exact up to 2^53 ticks, 28 years. */
  constructor(column: BigInt64Array, origin = 0n) {
    this.#lows = new Uint32Array(column.buffer, column.byteOffset, column.length * 2);
    this.#highs = new Int32Array(column.buffer, column.byteOffset, column.length * 2);
    this.#low = Number(BigInt.asUintN(32, origin));
    this.#high = Number(BigInt.asIntN(32, origin >> 32n));
  }

  at(row: number): number {
    return ((this.#highs[row * 2 + 1] as number) - this.#high) * twoTo32 + ((this.#lows[row * 2] as number) - this.#low);
  }
}

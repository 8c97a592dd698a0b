/** A 64-bit signed number as C code sees it: whole, or in halves. */
export class LARGE_INTEGER {
  #quad: bigint;

  constructor(value: bigint | number = 0n) {
    this.#quad = BigInt.asIntN(64, BigInt(value));
  }

  get QuadPart(): bigint {
    return this.#quad;
  }

  set QuadPart(value: bigint) {
    this.#quad = BigInt.asIntN(64, BigInt(value));
  }

  /** ULONG */
  get LowPart(): number {
    return Number(BigInt.asUintN(32, this.QuadPart));
  }

  set LowPart(value: number) {
    this.QuadPart = (this.QuadPart >> 32n << 32n) | BigInt(value >>> 0);
  }

  /** LONG */
  get HighPart(): number {
    return Number(BigInt.asIntN(32, this.QuadPart >> 32n));
  }

  set HighPart(value: number) {
    this.QuadPart = (BigInt(value | 0) << 32n) | BigInt.asUintN(32, this.QuadPart);
  }

  toString(): string {
    return this.QuadPart.toString();
  }
}

/** The bare 64-bit value of what may be given where a LARGE_INTEGER is wanted; undefined for anything else. */
export function quadPartOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt.asIntN(64, BigInt(value)) : undefined;
  if (typeof value === 'object' && value !== null && 'QuadPart' in value) return quadPartOf(value.QuadPart);
  return undefined;
}

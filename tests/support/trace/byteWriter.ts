/** Builds little-endian files piece by piece; later pieces may be patched over earlier ones. */
export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  #room(size: number): number {
    while (this.length + size > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.length += size;
    return this.length - size;
  }

  u8(value: number): this {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: bigint | number): this {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
    return this;
  }

  /** A pointer of the traced system. */
  pointer(value: bigint | number, size: 4 | 8): this {
    return size === 8 ? this.u64(value) : this.u32(Number(value));
  }

  utf16(text: string): this {
    for (let i = 0; i < text.length; i++) this.u16(text.charCodeAt(i));
    return this;
  }

  bytes(values: Uint8Array | readonly number[]): this {
    const at = this.#room(values.length);
    this.#bytes.set(values, at);
    return this;
  }

  zeros(count: number): this {
    this.#room(count);
    return this;
  }

  /** Zeros up to an absolute place. */
  padTo(place: number): this {
    return this.zeros(place - this.length);
  }

  patch32(place: number, value: number): void {
    this.#view.setUint32(place, value, true);
  }

  patch64(place: number, value: number): void {
    this.#view.setBigUint64(place, BigInt(value), true);
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}

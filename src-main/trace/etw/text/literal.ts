/** Bytes that repeat from event to event, compared four at a time. */

export interface Literal {
  readonly size: number;
  readonly words: Uint32Array;
  /** What is left behind the words. */
  readonly rest: Uint8Array;
}

export function literalOf(bytes: Uint8Array, start: number, end: number): Literal {
  const size = end - start;
  const words = new Uint32Array(size >> 2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < words.length; i++) words[i] = view.getUint32(start + i * 4, true);
  return { size, words, rest: bytes.slice(start + words.length * 4, end) };
}

/** Looks for literals in one array of bytes, until it is given the next. */
export class LiteralMatcher {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Of the word that differed the last time: its place in the literal; -1 where the difference was behind the words. */
  different = -1;

  use(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** True where the literal stands at `at`. */
  fits({ size, words, rest }: Literal, at: number): boolean {
    this.different = -1;
    if (at + size > this.#bytes.length) return false;
    const view = this.#view;
    const count = words.length;
    for (let i = 0; i < count; i++) {
      if (view.getUint32(at + i * 4, true) !== words[i]) {
        this.different = i;
        return false;
      }
    }
    const behind = at + count * 4;
    for (let i = 0; i < rest.length; i++) if (this.#bytes[behind + i] !== rest[i]) return false;
    return true;
  }

  /** Tells literals apart that have much in common: false where this one cannot stand at `at`, as its word at place `index` is another. */
  mayFit({ words }: Literal, at: number, index: number): boolean {
    return index < 0 || index >= words.length || at + index * 4 + 4 > this.#bytes.length || this.#view.getUint32(at + index * 4, true) === words[index];
  }
}

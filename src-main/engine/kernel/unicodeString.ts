/** UNICODE_STRING. Buffer is the text itself; Length and MaximumLength count bytes, as in C. */
export class UNICODE_STRING {
  #buffer: string;
  #maximumLength: number;

  constructor(text = '', maximumLength = text.length * 2 + 2) {
    this.#buffer = text;
    this.#maximumLength = Math.max(maximumLength, text.length * 2);
  }

  get Buffer(): string {
    return this.#buffer;
  }

  set Buffer(text: string) {
    if (typeof text !== 'string') throw new TypeError('Buffer of a UNICODE_STRING is the text itself and needs no memory: new UNICODE_STRING("", bytes) makes a string with room');
    this.#buffer = text;
    this.#maximumLength = Math.max(this.#maximumLength, text.length * 2);
  }

  get Length(): number {
    return this.#buffer.length * 2;
  }

  /** Shortens the text, as storing a smaller Length does in C. */
  set Length(bytes: number) {
    this.#buffer = this.#buffer.slice(0, bytes >>> 1);
  }

  get MaximumLength(): number {
    return this.#maximumLength;
  }

  set MaximumLength(bytes: number) {
    this.#maximumLength = bytes;
  }

  toString(): string {
    return this.#buffer;
  }
}

/** ANSI_STRING: one byte a character, as far as file system drivers still meet it. Buffer is the text itself. */
export class ANSI_STRING {
  Buffer: string;
  #maximumLength: number;

  constructor(text = '', maximumLength = text.length + 1) {
    this.Buffer = text;
    this.#maximumLength = maximumLength;
  }

  get Length(): number {
    return this.Buffer.length;
  }

  set Length(bytes: number) {
    this.Buffer = this.Buffer.slice(0, bytes);
  }

  get MaximumLength(): number {
    return Math.max(this.#maximumLength, this.Buffer.length);
  }

  set MaximumLength(bytes: number) {
    this.#maximumLength = bytes;
  }

  toString(): string {
    return this.Buffer;
  }
}

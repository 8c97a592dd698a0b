/**
 * Splits a line of minispy's log file into its columns.
 *
 * Source: etw-formats.md 18.1: 18 tabs, then the name, which may hold anything. Nearly all columns have a fixed width, so that the places of the tabs of
 * one line are tried on the next before they are searched for.
 */

export const columnCount = 19;
const separators = columnCount - 1;
const tab = 0x09;

/** Columns in their order. */
export const column = {
  kind: 0, sequence: 1, preOp: 2, postOp: 3, thread: 4, major: 5, minor: 6, irpFlags: 7, deviceObject: 8, fileObject: 9, transaction: 10, status: 11,
  firstArgument: 12, name: 18,
} as const;

export class MinispyColumns {
  /** Of each tab, from the start of the line. */
  readonly #tabs = new Int32Array(separators);
  #start = 0;
  #end = 0;

  /** False where the line has not enough columns. */
  split(bytes: Uint8Array, start: number, end: number): boolean {
    this.#start = start;
    this.#end = end;
    return this.#sameAsBefore(bytes) || this.#search(bytes);
  }

  startOf(index: number): number {
    return index === 0 ? this.#start : this.#start + (this.#tabs[index - 1] ?? 0) + 1;
  }

  endOf(index: number): number {
    return index === separators ? this.#end : this.#start + (this.#tabs[index] ?? 0);
  }

  #sameAsBefore(bytes: Uint8Array): boolean {
    const start = this.#start;
    const last = this.#tabs[separators - 1] ?? 0;
    if (last === 0 || start + last >= this.#end) return false;
    for (let i = 0; i < separators; i++) if (bytes[start + (this.#tabs[i] ?? 0)] !== tab) return false;
    return true;
  }

  #search(bytes: Uint8Array): boolean {
    let found = 0;
    for (let at = this.#start; at < this.#end && found < separators; at++) {
      if (bytes[at] === tab) this.#tabs[found++] = at - this.#start;
    }
    if (found === separators) return true;
    this.#tabs[separators - 1] = 0;
    return false;
  }
}

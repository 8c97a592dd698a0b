/**
 * Knows stacks again by the bytes they are written with.
 *
 * Half of a line is its stack, and a trace has few different ones: a line whose stack was met before is parsed without it.
 */
import { decodeUtf8 } from '../../byteText.ts';
import type { RecordedStack } from '../../record.ts';

const key = Uint8Array.from('"stack":', (letter) => letter.charCodeAt(0));
const open = 0x5b;
const close = 0x5d;
const slots = 4096;
const maximumLength = 8192;

/** What stands in a line for a stack that was left out. */
export const leftOut = 0;

interface Known {
  readonly bytes: Uint8Array;
  readonly stack: RecordedStack;
}

/** Where a byte stands next. What was found counts for all lines in front of it: each byte is looked at once. */
class NextByte {
  readonly #byte: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #from = 0;
  #at = Infinity;

  constructor(byte: number) {
    this.#byte = byte;
  }

  from(bytes: Uint8Array, start: number): number {
    if (bytes === this.#bytes && start >= this.#from && start <= this.#at) return this.#at;
    const at = bytes.indexOf(this.#byte, start);
    this.#bytes = bytes;
    this.#from = start;
    this.#at = at < 0 ? Infinity : at;
    return this.#at;
  }
}

/** True where no other key can be meant: twice the same key, or one spelled with escapes, is for the parser to decide. */
const isPlain = (before: string, behind: string): boolean =>
  !behind.includes('"stack"') && !behind.includes('"locations"') && !before.includes('"locations"') && !before.includes('\\u') && !behind.includes('\\u');

export class StackTexts {
  readonly #known: (Known | undefined)[] = new Array<Known | undefined>(slots).fill(undefined);
  readonly #opens = new NextByte(open);
  readonly #closes = new NextByte(close);
  #bytes: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;
  /** Where the stack stands in `#bytes`; -1 where the line has none. */
  #start = -1;
  #end = -1;
  /** Of the line at hand: the stack that `text` has left out; null where it has left out none. */
  stack: RecordedStack | null = null;

  /** The text of a line, with `leftOut` for a stack that is known. */
  text(bytes: Uint8Array, start: number, end: number): string {
    this.stack = null;
    this.#from = start;
    this.#to = end;
    if (!this.#findStack(bytes, start, end)) return decodeUtf8(bytes, start, end);
    const known = this.#known[this.#slot()];
    if (known === undefined || !this.#isSame(known.bytes)) return decodeUtf8(bytes, start, end);
    const [before, behind] = this.#around();
    if (!isPlain(before, behind)) return before + decodeUtf8(bytes, this.#start, this.#end) + behind;
    this.stack = known.stack;
    return `${before}${leftOut}${behind}`;
  }

  #around(): readonly [before: string, behind: string] {
    return [decodeUtf8(this.#bytes, this.#from, this.#start), decodeUtf8(this.#bytes, this.#end, this.#to)];
  }

  /** The text of the line at hand with everything in it. */
  whole(): string {
    this.stack = null;
    return decodeUtf8(this.#bytes, this.#from, this.#to);
  }

  /** Remembers the stack that was read from the line at hand, which has no locations. */
  learn(stack: RecordedStack): void {
    const size = this.#end - this.#start;
    if (this.#start >= 0 && size <= maximumLength && isPlain(...this.#around())) this.#known[this.#slot()] = { bytes: this.#bytes.slice(this.#start, this.#end), stack };
  }

  /** The first list of a line, where it is called `stack`. */
  #findStack(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#start = -1;
    const at = this.#opens.from(bytes, start);
    if (at < start + key.length || at >= end) return false;
    for (let i = 0; i < key.length; i++) if (bytes[at - key.length + i] !== key[i]) return false;
    const last = this.#closes.from(bytes, at);
    if (last >= end) return false;
    this.#start = at;
    this.#end = last + 1;
    return true;
  }

  #isSame(known: Uint8Array): boolean {
    const { length } = known;
    if (length !== this.#end - this.#start) return false;
    const bytes = this.#bytes;
    const start = this.#start;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== known[i]) return false;
    return true;
  }

  #slot(): number {
    let hash = this.#end - this.#start;
    for (let at = this.#start; at < this.#end; at++) hash = Math.imul(hash ^ (this.#bytes[at] ?? 0), 0x01000193);
    return (hash ^ (hash >>> 15)) & (slots - 1);
  }
}

/** The fields of one event, as a text form gives them: numbers as halves of 64 bits, texts as strings. Used again for every event. */
import { signedWordOf, wideWordOf } from '../../hexText.ts';
import { pointerOf } from '../pointer.ts';
import type { EtwPointer } from '../pointer.ts';
import { numberSlots, textBase, textSlots } from './fieldSlots.ts';
import { NumberReader } from './numberReader.ts';

export class TextFields {
  readonly #high = new Uint32Array(numberSlots);
  readonly #low = new Uint32Array(numberSlots);
  /** Equal to `#event` where the field was set for the current event. */
  readonly #set = new Uint32Array(textBase + textSlots);
  readonly #texts: string[] = new Array<string>(textSlots).fill('');
  readonly #reader = new NumberReader();
  #event = 0;
  /** The first number that could not be read, by its slot; -1 for none. */
  bad = -1;

  /** Begins a new event. */
  clear(): void {
    this.#event = (this.#event + 1) >>> 0;
    if (this.#event === 0) {
      this.#set.fill(0);
      this.#event = 1;
    }
    this.bad = -1;
  }

  has(slot: number): boolean {
    return this.#set[slot] === this.#event;
  }

  hasText(slot: number): boolean {
    return this.has(textBase + slot);
  }

  /** A number from its text; what is none is noted in `bad`, unless there is nothing. */
  readNumber(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#reader.read(bytes, start, end)) {
      this.put(slot, this.#reader.low, this.#reader.high);
      return true;
    }
    if (start < end && this.bad < 0) this.bad = slot;
    return false;
  }

  put(slot: number, low: number, high = 0): void {
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#set[slot] = this.#event;
  }

  putText(slot: number, text: string): void {
    this.#texts[slot] = text;
    this.#set[textBase + slot] = this.#event;
  }

  /** The low 32 bits; 0 where the field is missing. */
  u32(slot: number): number {
    return this.has(slot) ? (this.#low[slot] ?? 0) : 0;
  }

  optional(slot: number): number | null {
    return this.has(slot) ? (this.#low[slot] ?? 0) : null;
  }

  pointer(slot: number): EtwPointer {
    return this.has(slot) ? pointerOf(this.#low[slot] ?? 0, this.#high[slot] ?? 0) : 0;
  }

  /** 64 bits, signed. */
  wide(slot: number): bigint {
    return this.has(slot) ? signedWordOf(this.#high[slot] ?? 0, this.#low[slot] ?? 0) : 0n;
  }

  /** As `detail` keeps 64-bit values. */
  detail(slot: number): number | bigint {
    return this.has(slot) ? wideWordOf(this.#high[slot] ?? 0, this.#low[slot] ?? 0) : 0;
  }

  text(slot: number): string {
    return this.hasText(slot) ? (this.#texts[slot] ?? '') : '';
  }
}

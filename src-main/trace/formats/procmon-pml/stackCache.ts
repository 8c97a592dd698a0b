/**
 * Return addresses of events: equal stacks become one object.
 *
 * Source: procmon-formats.md 8. A trace has a few thousand different stacks for a million events, so that the bytes are compared where
 * they lie and copied only when they are new. Addresses of a 32-bit system are widened.
 */
import type { RecordedStack } from '../../record.ts';

/** A power of two; each slot holds the two stacks seen last, the newer one first: with one place, two busy stacks would oust each other for ever. */
const slots = 8192;
/** Deeper stacks hardly repeat, and would make the bound of the cache a large one. */
const deepestKept = 512;

export class StackCache {
  readonly #pointerSize: 4 | 8;
  readonly #stacks: (RecordedStack | undefined)[] = new Array<RecordedStack | undefined>(2 * slots).fill(undefined);
  /** The same frames in halves, low half first, as comparing them makes no bigint. */
  readonly #words: (Uint32Array | undefined)[] = new Array<Uint32Array | undefined>(2 * slots).fill(undefined);

  constructor(pointerSize: 4 | 8) {
    this.#pointerSize = pointerSize;
  }

  /** The `depth` addresses at `at`; null for none. */
  get(view: DataView, at: number, depth: number): RecordedStack | null {
    if (depth === 0) return null;
    const step = this.#pointerSize;
    let hash = depth;
    for (let i = 0, place = at; i < depth; i++, place += step) hash = (Math.imul(hash, 31) + view.getUint32(place, true)) | 0;
    // Multiplying spreads the high bits too: frames of one module differ in few of them.
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    const slot = 2 * ((hash ^ (hash >>> 12)) & (slots - 1));
    return this.#kept(slot, view, at, depth) ?? this.#kept(slot + 1, view, at, depth) ?? this.#add(slot, view, at, depth);
  }

  #kept(place: number, view: DataView, at: number, depth: number): RecordedStack | undefined {
    const words = this.#words[place];
    return words !== undefined && words.length === depth * 2 && this.#same(words, view, at) ? this.#stacks[place] : undefined;
  }

  #same(words: Uint32Array, view: DataView, at: number): boolean {
    if (this.#pointerSize === 8) {
      for (let i = 0; i < words.length; i++) if (words[i] !== view.getUint32(at + i * 4, true)) return false;
      return true;
    }
    for (let i = 0; i < words.length; i += 2) if (words[i] !== view.getUint32(at + i * 2, true)) return false;
    return true;
  }

  #add(slot: number, view: DataView, at: number, depth: number): RecordedStack {
    const words = new Uint32Array(depth * 2);
    const halves = this.#pointerSize === 8 ? 1 : 2;
    for (let i = 0, place = at; i < words.length; i += halves, place += 4) words[i] = view.getUint32(place, true);
    // Every machine this runs on is little-endian, as the file is.
    const stack: RecordedStack = { frames: new BigUint64Array(words.buffer), locations: null };
    if (depth <= deepestKept) {
      this.#stacks[slot + 1] = this.#stacks[slot];
      this.#words[slot + 1] = this.#words[slot];
      this.#stacks[slot] = stack;
      this.#words[slot] = words;
    }
    return stack;
  }
}

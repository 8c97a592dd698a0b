/** GUIDs as text: lower case, without braces, as in `90cbdc39-4a3e-11d1-84f4-0000f80464e3`. */

const hexPairs: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const hex8 = (value: number): string => (hexPairs[value & 0xff] ?? '');
const hex16 = (value: number): string => hex8(value >>> 8) + hex8(value);
const hex32 = (value: number): string => hex16(value >>> 16) + hex16(value);

export function guidText(view: DataView, at: number): string {
  return textOf(view.getUint32(at, true), view.getUint32(at + 4, true), view.getUint32(at + 8, true), view.getUint32(at + 12, true));
}

/** From its four little-endian words; the last eight bytes of a GUID stand in the order of the file. */
function textOf(a: number, b: number, c: number, d: number): string {
  const tail = [c, c >>> 8, c >>> 16, c >>> 24, d, d >>> 8, d >>> 16, d >>> 24].map(hex8).join('');
  return `${hex32(a)}-${hex16(b)}-${hex16(b >>> 16)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

const slots = 1024;

/** Hands out one string for equal GUIDs without making it again. Bounded: a slot holds the GUID seen last. */
export class GuidCache {
  readonly #words = new Int32Array(slots * 4);
  readonly #texts = new Array<string>(slots).fill('');

  get(view: DataView, at: number): string {
    const a = view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    const mixed = Math.imul(a ^ Math.imul(b, 31) ^ Math.imul(c, 131) ^ d, 0x9e3779b1);
    const slot = (mixed >>> 16) & (slots - 1);
    const words = this.#words;
    const i = slot * 4;
    const kept = this.#texts[slot] ?? '';
    if (kept !== '' && words[i] === a && words[i + 1] === b && words[i + 2] === c && words[i + 3] === d) return kept;
    const text = textOf(a, b, c, d);
    words[i] = a;
    words[i + 1] = b;
    words[i + 2] = c;
    words[i + 3] = d;
    this.#texts[slot] = text;
    return text;
  }
}

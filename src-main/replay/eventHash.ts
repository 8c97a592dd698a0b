/**
 * Hash over an event log: the same run gives the same 16 hex digits, however its pages were cut.
 *
 * Two 32-bit lanes. The words of a row are multiplied by odd numbers of their columns and added, which a processor does side by side; the
 * sum goes into the lane as one word, so that the order of rows counts. A text counts by its contents, not by its number in a page.
 */
import type { EventPage } from './eventPage.ts';

const prime = 0x01000193;

/** FNV-1a over UTF-16 units. */
export function textHash(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), prime);
  return h >>> 0;
}

/** Of the first rows of a page that is still open: without what calls and callbacks return, as those that run have not. */
export function prefixHash(page: EventPage, count: number): string {
  const hash = new EventHash();
  hash.add({ first: page.first, count, columns: { ...page.columns, result: new Uint32Array(count) }, texts: page.texts });
  return hash.hex;
}

export class EventHash {
  #a = 0x811c9dc5;
  #b = 0x9747b28c;

  /** Pages in log order, each once. */
  add(page: EventPage): void {
    const texts = new Uint32Array(page.texts.length + 1);
    page.texts.forEach((text, at) => (texts[at + 1] = textHash(text)));
    const { operation, issued, sequence, kind, depth, layer, thread, irql, status, information, result, line, name, rule, detail } = page.columns;
    let a = this.#a;
    let b = this.#b;
    for (let row = 0; row < page.count; row++) {
      const place = ((kind[row] as number) | ((depth[row] as number) << 8) | ((layer[row] as number) << 16)) ^ ((irql[row] as number) << 28);
      const words = texts[name[row] as number] as number;
      const why = texts[rule[row] as number] as number;
      const more = texts[detail[row] as number] as number;
      const o = operation[row] as number;
      const i = issued[row] as number;
      const q = sequence[row] as number;
      const t = thread[row] as number;
      const s = status[row] as number;
      const n = information[row] as number;
      const r = result[row] as number;
      const l = line[row] as number;
      a = Math.imul(a ^ (Math.imul(place, 0x9e3779b1) + Math.imul(o, 0x85ebca77) + Math.imul(i, 0xc2b2ae3d) + Math.imul(q, 0x27d4eb2f) + Math.imul(t, 0x165667b1) + Math.imul(s, 0xd3a2646d)
        + Math.imul(n, 0xfd7046c5) + Math.imul(r, 0xb55a4f09) + Math.imul(l, 0x1b873593) + Math.imul(words, 0xcc9e2d51) + Math.imul(why, 0x2545f491) + Math.imul(more, 0x369dea0f)), prime);
      b = Math.imul(b ^ (Math.imul(place, 0xdb4f0b91) + Math.imul(o, 0xbb67ae85) + Math.imul(i, 0x3c6ef373) + Math.imul(q, 0xa54ff53b) + Math.imul(t, 0x510e527f) + Math.imul(s, 0x9b05688d)
        + Math.imul(n, 0x1f83d9ab) + Math.imul(r, 0x5be0cd19) + Math.imul(l, 0xcbbb9d5d) + Math.imul(words, 0x629a292b) + Math.imul(why, 0x9159015b) + Math.imul(more, 0x152fecd9)), 0x85ebca6b);
      b ^= b >>> 15;
      a ^= a >>> 17;
    }
    this.#a = a;
    this.#b = b;
  }

  get hex(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

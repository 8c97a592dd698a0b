/**
 * Hash over an event log: the same run gives the same 16 hex digits, however its pages were cut.
 *
 * Two 32-bit FNV-1a lanes over the words of every row; a text counts by its contents, not by its number in a page.
 */
import { eventColumns, type EventPage } from './eventPage.ts';

const prime = 0x01000193;
const textColumns: ReadonlySet<string> = new Set(['name', 'rule', 'detail']);

/** FNV-1a over UTF-16 units. */
export function textHash(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), prime);
  return h >>> 0;
}

export class EventHash {
  #a = 0x811c9dc5;
  #b = 0x9747b28c;

  /** Pages in log order, each once. */
  add(page: EventPage): void {
    const texts = Uint32Array.from([0, ...page.texts.map(textHash)]);
    const columns = eventColumns.map((name) => page.columns[name]);
    const isText = eventColumns.map((name) => textColumns.has(name));
    let a = this.#a;
    let b = this.#b;
    for (let row = 0; row < page.count; row++) {
      for (let at = 0; at < columns.length; at++) {
        const value = columns[at]?.[row] ?? 0;
        const word = isText[at] === true ? (texts[value] ?? 0) : value;
        a = Math.imul(a ^ word, prime);
        b = Math.imul(b ^ (word + 0x9e3779b9), 0x85ebca6b);
        b ^= b >>> 15;
        a ^= a >>> 17;
      }
    }
    this.#a = a;
    this.#b = b;
  }

  get hex(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/**
 * What was made of the texts that came last: so many places, and a text has one of them.
 *
 * Not a map: one that is emptied or forgets its oldest entries again and again leaves its tables and all that was in them to the
 * collector of old objects, which costs more than making most things anew.
 */

/** A power of two. */
const places = 1024;

export class RecentTexts<T> {
  readonly #texts: (string | null)[] = new Array<string | null>(places).fill(null);
  readonly #values: (T | undefined)[] = new Array<T | undefined>(places).fill(undefined);

  get(text: string): T | undefined {
    const place = placeOf(text, text.length);
    return this.#texts[place] === text ? this.#values[place] : undefined;
  }

  /** Of the first `end` units of a text, without making a text of them. */
  getStart(text: string, end: number): T | undefined {
    const place = placeOf(text, end);
    const known = this.#texts[place];
    return known?.length === end && text.startsWith(known) ? this.#values[place] : undefined;
  }

  set(text: string, value: T): void {
    const place = placeOf(text, text.length);
    this.#texts[place] = text;
    this.#values[place] = value;
  }
}

/** Paths differ at their ends, before the extension, and in their lengths. */
function placeOf(text: string, end: number): number {
  let hash = end;
  for (let at = end > 12 ? end - 12 : 0; at < end; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 10)) & (places - 1);
}

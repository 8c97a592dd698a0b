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
    const place = placeOf(text);
    return this.#texts[place] === text ? this.#values[place] : undefined;
  }

  set(text: string, value: T): void {
    const place = placeOf(text);
    this.#texts[place] = text;
    this.#values[place] = value;
  }
}

/** Paths differ at their ends, before the extension, and in their lengths. */
function placeOf(text: string): number {
  const end = text.length;
  let hash = end;
  for (let at = end > 12 ? end - 12 : 0; at < end; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 10)) & (places - 1);
}

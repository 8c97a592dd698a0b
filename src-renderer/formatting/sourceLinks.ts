/** Finds places in driver source inside sentences, so that they can be clicked. */

export type TextPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'place'; readonly text: string; readonly driver: string; readonly line: number };

const placePattern = /([A-Za-z_][\w-]*)\.ts:(\d+)(?::\d+)?|\bline (\d+)\b/g;

/** Splits `statusWatch.ts:29 ... line 28` into text and places; a bare `line 28` belongs to the driver named last, else to `driver`. */
export function splitPlaces(sentence: string, driver: string | null): readonly TextPart[] {
  const parts: TextPart[] = [];
  let current = driver;
  let end = 0;
  for (const match of sentence.matchAll(placePattern)) {
    const name = match[1] ?? current;
    const line = match[2] ?? match[3];
    if (name === null || line === undefined) continue;
    current = name;
    if (match.index > end) parts.push({ kind: 'text', text: sentence.slice(end, match.index) });
    parts.push({ kind: 'place', text: match[0], driver: name, line: Number(line) });
    end = match.index + match[0].length;
  }
  if (end < sentence.length) parts.push({ kind: 'text', text: sentence.slice(end) });
  return parts;
}

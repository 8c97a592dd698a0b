/** Finds places in driver source inside sentences, so that they can be clicked. */
import { driverLine } from '../../src-main/base/driverLines.ts';

/** `line`: a driver line. */
export type TextPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'place'; readonly text: string; readonly driver: string; readonly line: number };

/** Whose file this is; `near`: the driver that the sentence is about, which may have a file of the same name as another one. */
export type FindFile = (file: string, near: string | null) => { readonly driver: string; readonly slot: number } | null;

const placePattern = /((?:[A-Za-z_][\w-]*\/)*[A-Za-z_][\w.-]*\.ts):(\d+)(?::\d+)?|\bline (\d+)\b/g;

/** Splits `statusWatch.ts:29 ... line 28` into text and places; a bare `line 28` belongs to the file named last, else to the entry of `driver`. */
export function splitPlaces(sentence: string, driver: string | null, find: FindFile): readonly TextPart[] {
  const parts: TextPart[] = [];
  let current = driver === null ? null : { driver, slot: 0 };
  let end = 0;
  for (const match of sentence.matchAll(placePattern)) {
    const file = match[1] === undefined ? current : find(match[1], current?.driver ?? null);
    const line = match[2] ?? match[3];
    if (file === null || line === undefined) continue;
    current = file;
    if (match.index > end) parts.push({ kind: 'text', text: sentence.slice(end, match.index) });
    parts.push({ kind: 'place', text: match[0], driver: file.driver, line: driverLine(file.slot, Number(line)) });
    end = match.index + match[0].length;
  }
  if (end < sentence.length) parts.push({ kind: 'text', text: sentence.slice(end) });
  return parts;
}

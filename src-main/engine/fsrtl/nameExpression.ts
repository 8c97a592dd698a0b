/**
 * Names against patterns with wildcards.
 *
 * Source: FsRtlIsNameInExpression and MS-FSA 2.1.4.4: `*` any run, `?` one character, and what Win32 makes of DOS patterns:
 * DOS_STAR `<` any run up to the last dot, DOS_QM `>` one character or none before a dot or the end, DOS_DOT `"` a dot or nothing
 * at the end. Comparison is case-insensitive unless asked otherwise.
 */

import { upcase } from './upcase.ts';

const wildcards = /[*?<>"]/;

/** FsRtlDoesNameContainWildCards */
export const hasWildcards = (name: string): boolean => wildcards.test(name);

/** FsRtlIsNameInExpression. The empty pattern matches the empty name only. */
export function isNameInExpression(expression: string, name: string, ignoreCase = true): boolean {
  const pattern = ignoreCase ? upcase(expression) : expression;
  const text = ignoreCase ? upcase(name) : name;
  if (pattern === '*') return true;
  const lastDot = text.lastIndexOf('.');
  // Positions in the pattern that can be reached after the characters so far; as the simulated automaton of FsRtl.
  let reached = closure(new Set([0]), pattern, text, 0);
  for (let at = 0; at < text.length; at++) {
    const next = new Set<number>();
    for (const place of reached) step(pattern, place, text[at] ?? '', at, lastDot, next);
    if (next.size === 0) return false;
    reached = closure(next, pattern, text, at + 1);
  }
  return reached.has(pattern.length);
}

/** Consumes one character of the name. */
function step(pattern: string, place: number, character: string, at: number, lastDot: number, next: Set<number>): void {
  switch (pattern[place]) {
    case undefined:
      return;
    case '*':
      next.add(place);
      return;
    case '<':
      // Up to and including every dot but the last.
      if (character !== '.' || at !== lastDot) next.add(place);
      return;
    case '?':
      next.add(place + 1);
      return;
    case '>':
      if (character !== '.') next.add(place + 1);
      return;
    case '"':
      if (character === '.') next.add(place + 1);
      return;
    default:
      if (pattern[place] === character) next.add(place + 1);
  }
}

/** Adds the places that need no character of the name. */
function closure(places: Set<number>, pattern: string, text: string, at: number): Set<number> {
  const atEnd = at === text.length;
  for (const place of places) {
    const symbol = pattern[place];
    const empty = symbol === '*' || symbol === '<' || (symbol === '>' && (atEnd || text[at] === '.')) || (symbol === '"' && atEnd);
    if (empty) places.add(place + 1);
  }
  return places;
}

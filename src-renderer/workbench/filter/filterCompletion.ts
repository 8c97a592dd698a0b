/** What may come next where the caret stands in a filter expression. Knows just enough of the language: words, quoted texts, signs. */
import { filterFields, filterRelationsOf, filterValueText, type FilterField } from '../../../src-preload/contract/index.ts';

export interface CompletionPlace {
  readonly kind: 'field' | 'relation' | 'value' | 'join';
  /** The field that a relation or value is for. */
  readonly field: FilterField | null;
  /** What is typed of it, and where that begins. */
  readonly typed: string;
  readonly start: number;
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const piecePattern = /"(?:[^"\\]|\\.|"")*"?|'[^']*'?|<=|>=|!=|<>|==|[=<>(),]|[^\s"'<>=!(),]+|!/g;
const aliases: Readonly<Record<string, FilterField>> = { number: 'index', result: 'status', name: 'process' };
const fieldNamed = (text: string): FilterField | null => aliases[text.toLowerCase()] ?? filterFields.find((field) => field.toLowerCase() === text.toLowerCase()) ?? null;

export function completionPlace(text: string, caret: number): CompletionPlace {
  const pieces: Piece[] = [...text.slice(0, caret).matchAll(piecePattern)].map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
  const last = pieces.at(-1);
  // A word that the caret touches is still being typed; a sign is not.
  const isOpen = last !== undefined && last.end === caret && !/^(?:[=<>(),!]|<=|>=|!=|<>|==)$/.test(last.text);
  const typed = isOpen ? last.text : '';
  const start = isOpen ? last.start : caret;
  let state: { kind: CompletionPlace['kind']; field: FilterField | null } = { kind: 'field', field: null };
  for (const piece of isOpen ? pieces.slice(0, -1) : pieces) state = after(state, piece.text);
  return { ...state, typed, start };
}

function after({ kind, field }: { kind: CompletionPlace['kind']; field: FilterField | null }, text: string): { kind: CompletionPlace['kind']; field: FilterField | null } {
  const word = text.toLowerCase();
  if (kind === 'field') return ['(', 'not'].includes(word) ? { kind, field: null } : { kind: 'relation', field: fieldNamed(text) };
  if (kind === 'relation') return ['begins', 'ends'].includes(word) ? { kind, field } : { kind: 'value', field };
  // `is not`, `in (`, `begins with`: the value is still to come.
  if (kind === 'value') return ['not', 'with', '(', '=', ','].includes(word) ? { kind, field } : { kind: 'join', field };
  if (word === ',') return { kind: 'value', field };
  return word === ')' ? { kind: 'join', field } : { kind: 'field', field: null };
}

/** Words of the language that fit; those of a value come from the trace. */
export function completionWords({ kind, field, typed }: CompletionPlace): readonly string[] {
  const fits = (word: string): boolean => word.toLowerCase().startsWith(typed.toLowerCase()) && word.toLowerCase() !== typed.toLowerCase();
  switch (kind) {
    case 'field':
      return [...filterFields, 'not'].filter(fits);
    case 'relation':
      return [...(field === null ? filterRelationsOf('path') : filterRelationsOf(field)), 'in ('].filter(fits);
    case 'join':
      return ['and', 'or'].filter(fits);
    case 'value':
      return ['null'].filter((word) => typed !== '' && fits(word));
  }
}

/** The text and the caret after a completion was taken. */
export function completed(text: string, caret: number, { start, kind }: CompletionPlace, word: string): { text: string; caret: number } {
  const written = kind === 'value' && word !== 'null' ? filterValueText(word) : word;
  const before = `${text.slice(0, start)}${written} `;
  return { text: before + text.slice(caret).replace(/^ /, ''), caret: before.length };
}

/** What a quoted, unfinished value says so far. */
export const typedValue = (typed: string): string => (typed.startsWith('"') || typed.startsWith("'") ? typed.slice(1).replace(/["']$/, '') : typed);

import { whereErrors } from './errors.ts';

export interface Token {
  readonly kind: 'word' | 'text' | 'sign' | 'end';
  readonly text: string;
  /** 1-based, for messages. */
  readonly column: number;
}

const signs = ['<=', '>=', '!=', '<>', '==', '=', '<', '>', '(', ')', ','];
const wordCharacter = /[^\s"'<>=!(),]/;

/**
 * Cuts an expression into words, quoted texts and signs.
 *
 * In "double quotes" a doubled backslash is one and a doubled quote is one, any other backslash is itself; 'single quotes' take
 * everything as it is. A word may hold backslashes: `path begins with C:\Users` needs no quotes.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const character = source.charAt(at);
    const column = at + 1;
    if (/\s/.test(character)) {
      at++;
    } else if (character === '"' || character === "'") {
      const quoted = character === '"' ? doubleQuoted(source, at) : singleQuoted(source, at);
      tokens.push({ kind: 'text', text: quoted.text, column });
      at = quoted.end;
    } else {
      const sign = signs.find((candidate) => source.startsWith(candidate, at));
      const end = sign === undefined ? wordEnd(source, at) : at + sign.length;
      if (end === at) throw whereErrors.character(character, column);
      tokens.push({ kind: sign === undefined ? 'word' : 'sign', text: source.slice(at, end), column });
      at = end;
    }
  }
  tokens.push({ kind: 'end', text: '', column: source.length + 1 });
  return tokens;
}

function wordEnd(source: string, start: number): number {
  let at = start;
  while (at < source.length && wordCharacter.test(source.charAt(at))) at++;
  return at;
}

function doubleQuoted(source: string, start: number): { text: string; end: number } {
  let text = '';
  for (let at = start + 1; at < source.length; at++) {
    const character = source.charAt(at);
    const doubled = source.charAt(at + 1) === character;
    if (character === '"' && !doubled) return { text, end: at + 1 };
    if ((character === '"' || character === '\\') && doubled) at++;
    text += character;
  }
  throw whereErrors.quote(start + 1);
}

function singleQuoted(source: string, start: number): { text: string; end: number } {
  const end = source.indexOf("'", start + 1);
  if (end < 0) throw whereErrors.quote(start + 1);
  return { text: source.slice(start + 1, end), end: end + 1 };
}

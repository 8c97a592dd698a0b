/** Reads one line of a vector from left to right; says where it stopped when something else was expected. */
import type { Value } from './vector.ts';

/** A vector that cannot be read or run as written. `line` counts in the page. */
export class NotationError extends Error {
  override readonly name = 'NotationError';

  constructor(line: number | null, sentence: string) {
    super(line === null ? sentence : `Line ${line}: ${sentence}`);
  }
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*/;
const numberPattern = /^-?(?:0[xX][0-9A-Fa-f]+|\d+)$/;

export class LineReader {
  readonly #text: string;
  readonly #line: number;
  #at = 0;

  constructor(text: string, line: number) {
    this.#text = text;
    this.#line = line;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  get at(): number {
    return this.#at;
  }

  /** The text from `start` to here, without blanks around it. */
  since(start: number): string {
    return this.#text.slice(start, this.#at).trim();
  }

  get atEnd(): boolean {
    return this.rest.trim() === '';
  }

  fail(expected: string): never {
    const found = this.rest.trim();
    throw new NotationError(this.#line, `expected ${expected} at column ${this.#at + 1}, found ${found === '' ? 'the end of the line' : `“${found.length > 40 ? `${found.slice(0, 40)}…` : found}”`}.`);
  }

  blanks(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  /** Takes a literal, blanks before it included. False when something else stands there. */
  accept(literal: string): boolean {
    const start = this.#at;
    this.blanks();
    if (this.#text.startsWith(literal, this.#at)) {
      this.#at += literal.length;
      return true;
    }
    this.#at = start;
    return false;
  }

  /** The same for a word that must end there. */
  acceptWord(word: string): boolean {
    const start = this.#at;
    if (this.accept(word) && (this.rest === '' || this.rest.startsWith(' '))) return true;
    this.#at = start;
    return false;
  }

  expect(literal: string, what = `“${literal}”`): void {
    if (!this.accept(literal)) this.fail(what);
  }

  name(what: string): string {
    this.blanks();
    const match = namePattern.exec(this.rest);
    if (match === null) this.fail(what);
    this.#at += match[0].length;
    return match[0];
  }

  /** Names joined by dots. */
  path(what: string): string[] {
    const parts = [this.name(what)];
    while (this.rest.startsWith('.')) {
      this.#at++;
      parts.push(this.name(`a name after “${parts.join('.')}.”`));
    }
    return parts;
  }

  integer(what: string): number {
    this.blanks();
    const match = /^-?(?:0[xX][0-9A-Fa-f]+|\d+)(?![\w.])/.exec(this.rest);
    if (match === null) this.fail(what);
    this.#at += match[0].length;
    return toNumber(match[0]);
  }

  string(what: string): string {
    this.blanks();
    if (!this.rest.startsWith('"')) this.fail(what);
    const end = this.#text.indexOf('"', this.#at + 1);
    if (end < 0) this.fail('a closing quotation mark');
    const value = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return value;
  }

  /** A value; a bare word ends at a blank, and inside a call also at a comma or a parenthesis. */
  value(what: string, inCall = false): Value {
    this.blanks();
    if (this.rest.startsWith('"')) {
      const value = this.string(what);
      return { kind: 'string', value, text: `"${value}"` };
    }
    const match = (inCall ? /^[^\s,()"=]+/ : /^[^\s,"]+/).exec(this.rest);
    if (match === null) this.fail(what);
    this.#at += match[0].length;
    const [text] = match;
    return numberPattern.test(text) ? { kind: 'number', value: toNumber(text), text } : { kind: 'word', value: text, text };
  }

  /** `key=` directly before a value. Null when there is none. */
  key(): string | null {
    this.blanks();
    const match = /^([A-Za-z_]\w*)=/.exec(this.rest);
    if (match === null) return null;
    this.#at += match[0].length;
    return match[1] ?? null;
  }

  end(): void {
    this.blanks();
    if (!this.atEnd) this.fail('the end of the line');
  }
}

function toNumber(text: string): number {
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text);
}

/** Parses a filter expression: `operation = ReadFile and path contains "docs" and not status = SUCCESS`. */
import { assertExists } from '../../base/assert.ts';
import { irpMjFromName } from '../../nt/names.ts';
import { ntStatusFromName } from '../../nt/ntStatus.ts';
import { parseTraceTime } from '../record.ts';
import type { Field, Relation, StatusClass, TextField, Value, Where } from './ast.ts';
import { whereErrors } from './errors.ts';
import { tokenize, type Token } from './tokens.ts';

const fields: readonly Field[] = [
  'index', 'time', 'duration', 'process', 'pid', 'tid', 'operation', 'major', 'minor', 'kind', 'path', 'status', 'information', 'irpFlags', 'offset', 'length',
];
const textFields: readonly TextField[] = ['process', 'operation', 'path', 'kind'];
// Words people bring along from Procmon's column titles.
const aliases: Readonly<Record<string, Field>> = { number: 'index', result: 'status', name: 'process' };

const relationOfSign: Readonly<Record<string, Relation>> = { '=': '=', '==': '=', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** `written` is told how the value of each comparison is written; null where it is `null`. */
export function parseWhere(source: string, written?: (comparison: Where, value: string | null) => void): Where {
  const parser = new Parser(tokenize(source), written ?? (() => undefined));
  return parser.parse();
}

export const isTextField = (field: Field): field is TextField => (textFields as readonly Field[]).includes(field);

/** Recursive descent; `or` binds loosest, then `and`, then `not`. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #written: (comparison: Where, value: string | null) => void;
  #at = 0;

  constructor(tokens: readonly Token[], written: (comparison: Where, value: string | null) => void) {
    this.#tokens = tokens;
    this.#written = written;
  }

  parse(): Where {
    const where = this.#or();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw whereErrors.rest(rest.text, rest.column);
    return where;
  }

  #or(): Where {
    const terms = [this.#and()];
    while (this.#takeWord('or')) terms.push(this.#and());
    return terms.length === 1 ? assertExists(terms[0]) : { kind: 'or', terms };
  }

  #and(): Where {
    const terms = [this.#not()];
    while (this.#takeWord('and')) terms.push(this.#not());
    return terms.length === 1 ? assertExists(terms[0]) : { kind: 'and', terms };
  }

  #not(): Where {
    if (this.#takeWord('not')) return { kind: 'not', term: this.#not() };
    if (!this.#takeSign('(')) return this.#comparison();
    const inner = this.#or();
    const close = this.#peek();
    if (!this.#takeSign(')')) throw whereErrors.close(close.text, close.column);
    return inner;
  }

  #comparison(): Where {
    const token = this.#next();
    const field = token.kind === 'word' ? fieldNamed(token.text) : undefined;
    if (field === undefined) throw whereErrors.field(token.text, token.column, fields);
    if (this.#takeWord('in')) return this.#list(field);
    const { relation, column } = this.#relation();
    if (!isTextField(field) && !(relation in relationOfSign)) throw whereErrors.textRelation(relation, field, column);
    return this.#compared(field, relation);
  }

  // `pid in (4, 712)`: any of them.
  #list(field: Field): Where {
    const open = this.#peek();
    if (!this.#takeSign('(')) throw whereErrors.value(open.text, open.column);
    const terms: Where[] = [];
    do terms.push(this.#compared(field, '='));
    while (this.#takeSign(','));
    const close = this.#peek();
    if (!this.#takeSign(')')) throw whereErrors.close(close.text, close.column);
    return { kind: 'or', terms };
  }

  #relation(): { relation: Relation; column: number } {
    const token = this.#next();
    const { column } = token;
    const word = token.text.toLowerCase();
    if (token.kind === 'sign') {
      const relation = relationOfSign[token.text];
      if (relation !== undefined) return { relation, column };
    } else if (token.kind === 'word') {
      if (word === 'contains' || word === 'excludes') return { relation: word, column };
      if (word === 'is') return { relation: this.#takeWord('not') ? '!=' : '=', column };
      if ((word === 'begins' || word === 'ends') && this.#takeWord('with')) return { relation: `${word} with`, column };
    }
    throw whereErrors.relation(token.text, column);
  }

  #compared(field: Field, relation: Relation): Where {
    const { text } = this.#peek();
    const comparison: Where = { kind: 'compare', field, relation, value: this.#value(field) };
    this.#written(comparison, comparison.value.kind === 'null' ? null : text);
    return comparison;
  }

  #value(field: Field): Value {
    const token = this.#next();
    if (token.kind !== 'word' && token.kind !== 'text') throw whereErrors.value(token.text, token.column);
    if (token.kind === 'word' && (token.text === 'null' || token.text === 'none')) return { kind: 'null' };
    if (isTextField(field)) return { kind: 'text', text: token.text };
    const value = numberValue(field, token.text);
    if (value === undefined) throw whereErrors.number(token.text, token.column, field);
    return value;
  }

  #peek(): Token {
    return assertExists(this.#tokens[this.#at]);
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #takeSign(sign: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#at++;
    return true;
  }
}

function fieldNamed(text: string): Field | undefined {
  const lower = text.toLowerCase();
  return aliases[lower] ?? fields.find((field) => field.toLowerCase() === lower);
}

const statusClasses: readonly StatusClass[] = ['error', 'warning', 'information'];

function numberValue(field: Field, text: string): Value | undefined {
  if (field === 'status') {
    const statusClass = statusClasses.find((name) => name === text.toLowerCase());
    if (statusClass !== undefined) return { kind: 'class', name: statusClass };
    const status = ntStatusFromName(text.toUpperCase());
    if (status !== undefined) return number(BigInt(status));
  }
  if (field === 'major') {
    const major = irpMjFromName(text.toUpperCase());
    if (major !== undefined) return number(BigInt(major));
  }
  if (field === 'time') return timeValue(text);
  if (field === 'duration') return durationValue(text);
  return /^(-?\d{1,19}|0x[0-9a-f]{1,16})$/i.test(text) ? number(BigInt(text)) : undefined;
}

const number = (value: bigint): Value => ({ kind: 'number', number: value });

// ISO 8601 in UTC with up to seven decimals, or ticks.
function timeValue(text: string): Value | undefined {
  if (/^\d{1,19}$/.test(text)) return number(BigInt(text));
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z?$/i.exec(text);
  if (!match) return undefined;
  const time = parseTraceTime(`${match[1] ?? ''}T${match[2] ?? ''}.${(match[3] ?? '').padEnd(7, '0')}Z`);
  return time === undefined ? undefined : number(time);
}

const ticksOf: Readonly<Record<string, number>> = { ns: 0.01, us: 10, ms: 10_000, s: 10_000_000 };

// `5ms`; a bare number is nanoseconds, as in `ops --json`.
function durationValue(text: string): Value | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)(ns|us|ms|s)?$/i.exec(text);
  if (!match) return undefined;
  return number(BigInt(Math.round(Number(match[1]) * (ticksOf[(match[2] ?? 'ns').toLowerCase()] ?? 0.01))));
}

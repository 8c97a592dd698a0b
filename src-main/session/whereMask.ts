/**
 * A filter expression over pages of operations: one byte a row, 1 where it holds.
 *
 * Every comparison is true or false, never unknown, so that `not` means what it says: a field without a value is different from
 * every number, fits no other relation to a number, and is an empty text. Texts compare without case in ASCII; each text of a page
 * is looked at once, however many rows have it.
 */
import { operationFlags, operationKindNames, type operationSchema } from '../replay/operationPage.ts';
import type { ArrayOf } from '../replay/pages/columns.ts';
import type { Field, Relation, StatusClass, Value, Where } from '../trace/where/ast.ts';
import { parseWhere } from '../trace/where/parseWhere.ts';
import type { StoredPage } from './pageStore.ts';

export type StoredOperationPage = StoredPage<typeof operationSchema>;

/** A filter expression, read. */
export interface WhereCondition {
  readonly where: Where;
}

/** Throws a UserError that names the column where the expression cannot be read. */
export const compileWhere = (source: string): WhereCondition => ({ where: parseWhere(source) });

/** What an expression may ask of a trace beside its pages. */
export interface WhereTrace {
  readonly clockOffset: bigint;
  /** By number; a process that is not known has neither. */
  readonly processes: ReadonlyMap<number, { readonly name: string; readonly pid: number }>;
}

export type Mask = (page: StoredOperationPage) => Uint8Array;

export function maskOf(where: Where, trace: WhereTrace): Mask {
  switch (where.kind) {
    case 'and':
    case 'or':
      return combined(where.terms.map((term) => maskOf(term, trace)), where.kind === 'and' ? 1 : 0);
    case 'not': {
      const term = maskOf(where.term, trace);
      return (page) => mapRows(term(page), (held) => held ^ 1);
    }
    case 'compare':
      return compareMask(where.field, where.relation, where.value, trace);
  }
}

/** Any of the three texts of a row contains `text`, without case. */
export function containsMask(text: string, trace: WhereTrace): Mask {
  const fields = ['path', 'operation', 'process'] as const;
  return combined(fields.map((field) => compareMask(field, 'contains', { kind: 'text', text }, trace)), 0);
}

export const allOf = (masks: readonly Mask[]): Mask => combined(masks, 1);

/** `open` is what leaves the answer open: 1 for "and", 0 for "or". */
function combined(terms: readonly Mask[], open: 0 | 1): Mask {
  const [first, ...rest] = terms;
  if (first === undefined) return (page) => new Uint8Array(page.count).fill(open);
  return (page) => {
    const mask = first(page);
    for (const term of rest) {
      // Settled everywhere: the other terms, and their columns, need not be looked at.
      if (!mask.includes(open)) return mask;
      const other = term(page);
      if (open === 1) for (let row = 0; row < mask.length; row++) mask[row] = (mask[row] as number) & (other[row] as number);
      else for (let row = 0; row < mask.length; row++) mask[row] = (mask[row] as number) | (other[row] as number);
    }
    return mask;
  };
}

const flagOf: Readonly<Partial<Record<Field, number>>> = {
  duration: operationFlags.hasDuration, major: operationFlags.hasMajor, status: operationFlags.hasStatus, information: operationFlags.hasInformation,
  offset: operationFlags.hasOffset, length: operationFlags.hasLength,
};

function compareMask(field: Field, relation: Relation, value: Value, trace: WhereTrace): Mask {
  switch (value.kind) {
    case 'null':
      return nullMask(field, relation === '!=' ? 1 : 0, trace);
    case 'class':
      return classMask(severity[value.name], relation === '!=' ? 1 : 0);
    case 'number':
      return numberMask(field, relation, BigInt.asIntN(64, value.number), trace);
    case 'text':
      return textMask(field, textTest(relation, value.text), trace);
  }
}

function mapRows(column: Uint8Array | Uint32Array, answer: (value: number, row: number) => number): Uint8Array {
  const mask = new Uint8Array(column.length);
  for (let row = 0; row < mask.length; row++) mask[row] = answer(column[row] as number, row);
  return mask;
}

/** By what is known of a row's process; neighbours mostly have the same. */
function processMask(trace: WhereTrace, answer: (process: { readonly name: string; readonly pid: number }) => number, nobody: number): Mask {
  const known = new Map([...trace.processes].map(([number, process]) => [number, answer(process)]));
  return (page) => {
    let last = -1;
    let held = nobody;
    return mapRows(page.column('process'), (number) => {
      if (number !== last) held = known.get((last = number)) ?? nobody;
      return held;
    });
  };
}

// ---- no value

function nullMask(field: Field, present: 0 | 1, trace: WhereTrace): Mask {
  const absent = present ^ 1;
  if (field === 'path') return (page) => mapRows(page.column('path'), (number) => (number === 0 ? absent : present));
  if (field === 'process' || field === 'pid') return processMask(trace, () => present, absent);
  const flag = flagOf[field];
  if (flag === undefined) return (page) => new Uint8Array(page.count).fill(present);
  return (page) => mapRows(page.column('flags'), (flags) => ((flags & flag) === 0 ? absent : present));
}

// ---- numbers

const severity: Readonly<Record<StatusClass, number>> = { information: 1, warning: 2, error: 3 };

function classMask(wanted: number, different: 0 | 1): Mask {
  return (page) => {
    const [status, flags] = [page.column('status'), page.column('flags')];
    const mask = new Uint8Array(page.count);
    for (let row = 0; row < mask.length; row++) {
      const fits = (status[row] as number) >>> 30 === wanted && ((flags[row] as number) & operationFlags.hasStatus) !== 0;
      mask[row] = fits ? different ^ 1 : different;
    }
    return mask;
  };
}

type NumberTest = (value: number | bigint) => boolean;

// A number and a bigint compare by value, exactly.
function numberTest(relation: Relation, wanted: bigint): NumberTest {
  const number: number | bigint = Number.isSafeInteger(Number(wanted)) ? Number(wanted) : wanted;
  switch (relation) {
    case '=':
      return (value) => value >= number && value <= number;
    case '!=':
      return (value) => value < number || value > number;
    case '<':
      return (value) => value < number;
    case '<=':
      return (value) => value <= number;
    case '>':
      return (value) => value > number;
    case '>=':
      return (value) => value >= number;
    default:
      return () => false;
  }
}

function numberMask(field: Field, relation: Relation, wanted: bigint, trace: WhereTrace): Mask {
  const test = numberTest(relation, wanted);
  const unknown = relation === '!=' ? 1 : 0;
  switch (field) {
    case 'index':
      return (page) => mapRows(new Uint8Array(page.count), (_, row) => Number(test(page.entry.first + row)));
    case 'pid':
      return processMask(trace, (process) => Number(test(process.pid)), unknown);
    case 'time':
    case 'duration':
    case 'offset':
      // What is asked is on the session's clock, what is stored is not.
      return wideMask(field, field === 'time' ? numberTest(relation, wanted - trace.clockOffset) : test, unknown);
    case 'tid':
    case 'major':
    case 'minor':
    case 'status':
    case 'information':
    case 'irpFlags':
    case 'length':
      return plainMask(field, relation, wanted, unknown);
    default:
      return (page) => new Uint8Array(page.count).fill(unknown);
  }
}

function wideMask(field: 'time' | 'duration' | 'offset', test: NumberTest, unknown: 0 | 1): Mask {
  const flag = flagOf[field] ?? 0;
  return (page) => {
    const column = page.column(field);
    const flags = page.column('flags');
    const mask = new Uint8Array(page.count);
    for (let row = 0; row < mask.length; row++) mask[row] = ((flags[row] as number) & flag) === flag ? Number(test(column[row] as bigint)) : unknown;
    return mask;
  };
}

type PlainField = 'tid' | 'major' | 'minor' | 'status' | 'information' | 'irpFlags' | 'length';

function plainMask(field: PlainField, relation: Relation, wanted: bigint, unknown: 0 | 1): Mask {
  const test = numberTest(relation, wanted);
  const flag = flagOf[field] ?? 0;
  return (page) => {
    const column: ArrayOf<'u8' | 'u32' | 'f64'> = page.column(field);
    const mask = new Uint8Array(page.count);
    if (flag === 0) {
      for (let row = 0; row < mask.length; row++) mask[row] = test(column[row] as number) ? 1 : 0;
      return mask;
    }
    const flags = page.column('flags');
    for (let row = 0; row < mask.length; row++) mask[row] = ((flags[row] as number) & flag) === 0 ? unknown : test(column[row] as number) ? 1 : 0;
    return mask;
  };
}

// ---- texts

type TextTest = (text: string) => boolean;

function textMask(field: Field, test: TextTest, trace: WhereTrace): Mask {
  if (field === 'kind') {
    const known = operationKindNames.map((name) => Number(test(name)));
    return (page) => mapRows(page.column('kind'), (kind) => known[kind] ?? 0);
  }
  if (field === 'process') return processMask(trace, (process) => Number(test(process.name)), Number(test('')));
  const column = field === 'operation' ? 'operation' : 'path';
  return (page) => {
    const numbers = page.column(column);
    const { texts } = page;
    // 0: not looked at yet, 1: does not hold, 2: holds. The first is "no text", which compares as an empty one.
    const known = new Uint8Array(texts.length + 1);
    const mask = new Uint8Array(page.count);
    for (let row = 0; row < mask.length; row++) {
      const number = numbers[row] as number;
      let answer = known[number];
      if (answer === undefined || answer === 0) known[number] = answer = test(texts[number - 1] ?? '') ? 2 : 1;
      mask[row] = answer - 1;
    }
    return mask;
  };
}

function textTest(relation: Relation, text: string): TextTest {
  const wanted = asciiLower(text);
  switch (relation) {
    case 'contains':
      return (value) => asciiLower(value).includes(wanted);
    case 'excludes':
      return (value) => !asciiLower(value).includes(wanted);
    case 'begins with':
      return (value) => asciiLower(value).startsWith(wanted);
    case 'ends with':
      return (value) => asciiLower(value).endsWith(wanted);
    default: {
      const test = orderTest(relation);
      return (value) => test(compareCodePoints(asciiLower(value), wanted));
    }
  }
}

function orderTest(relation: Relation): (order: number) => boolean {
  const test = numberTest(relation, 0n);
  return (order) => test(order);
}

/** UTF-16 order is that of code points until a surrogate meets what stands behind the surrogates. */
function compareCodePoints(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    const isHigher = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000;
    if (isHigher(left) !== isHigher(right) && left >= 0xd800 && right >= 0xd800) return isHigher(left) ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

const isAscii = /^[\x00-\x7f]*$/;

/** Names compare without case in ASCII only: other letters differ by their case, as in SQLite's lower(). */
export function asciiLower(text: string): string {
  return isAscii.test(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

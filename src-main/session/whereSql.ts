/** A filter expression as SQL over the joins of traceReader.ts. Values are parameters, never text of the statement. */
import { parseWhere } from '../trace/where/parseWhere.ts';
import type { Field, Relation, StatusClass, Value, Where } from '../trace/where/ast.ts';
import type { SqlCondition } from './traceReader.ts';
import { operationKinds } from './traceWriter.ts';

const columnOf: Readonly<Record<Field, string>> = {
  index: '(o.id & 4294967295)', time: 'o.time', duration: 'o.duration', process: 'p.name', pid: 'p.pid', tid: 'o.tid', operation: 'n.value', major: 'o.major', minor: 'o.minor',
  kind: `CASE o.kind ${operationKinds.map((name, code) => `WHEN ${code} THEN '${name}'`).join(' ')} END`, path: 't.value', status: 'o.status', information: 'o.information',
  irpFlags: 'o.irp_flags', offset: 'o.offset', length: 'o.length',
};

type SqlValue = SqlCondition['values'][number];

/** Throws a UserError that names the column where the expression cannot be read. */
export function compileWhere(source: string): SqlCondition {
  const values: SqlValue[] = [];
  return { sql: sqlOf(parseWhere(source), values), values };
}

function sqlOf(where: Where, values: SqlValue[]): string {
  switch (where.kind) {
    case 'and':
    case 'or':
      return `(${where.terms.map((term) => sqlOf(term, values)).join(where.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      return `NOT ${sqlOf(where.term, values)}`;
    case 'compare':
      return compareSql(where.field, where.relation, where.value, values);
  }
}

// Every comparison is true or false, never NULL, so that NOT means what it says.
function compareSql(field: Field, relation: Relation, value: Value, values: SqlValue[]): string {
  const column = columnOf[field];
  switch (value.kind) {
    case 'null':
      return `(${column} IS ${relation === '!=' ? 'NOT ' : ''}NULL)`;
    case 'class':
      return `(${relation === '!=' ? 'NOT ' : ''}coalesce(${column} >> 30 = ${severity[value.name]}, 0))`;
    case 'number':
      values.push(BigInt.asIntN(64, value.number));
      return relation === '!=' ? `(${column} IS NOT ?)` : `coalesce(${column} ${relation} ?, 0)`;
    case 'text':
      return textSql(`lower(coalesce(${column}, ''))`, relation, asciiLower(value.text), values);
  }
}

const severity: Readonly<Record<StatusClass, number>> = { information: 1, warning: 2, error: 3 };

function textSql(column: string, relation: Relation, text: string, values: SqlValue[]): string {
  values.push(text);
  switch (relation) {
    case 'contains':
      return `(instr(${column}, ?) > 0)`;
    case 'excludes':
      return `(instr(${column}, ?) = 0)`;
    case 'begins with':
      values.push(text.length);
      return `(? = substr(${column}, 1, ?))`;
    case 'ends with':
      if (text === '') return '(? = \'\')';
      values.push(-text.length);
      return `(? = substr(${column}, ?))`;
    default:
      return `(${column} ${relation} ?)`;
  }
}

/** As SQLite's lower(): names compare without case in ASCII, which is what both sides can do alike. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

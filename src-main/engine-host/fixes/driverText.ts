/** A driver as text and tree at once: what a fix looks at, and how it writes its edits. Offsets are those of the source with its types. */
import { parse, type Program } from 'acorn';
import type { TextEdit } from './fix.ts';
import { withoutTypes } from '../stripping.ts';
import type { AnyNode } from '../visitNodes.ts';

export const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/** A statement in the list it stands in; `list` is null where it is the only one, without braces. */
export interface Placed {
  readonly statement: AnyNode;
  readonly list: readonly AnyNode[] | null;
  readonly at: number;
}

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
export const isFunction = (node: AnyNode): boolean => functionTypes.has(node.type);

export class DriverText {
  readonly source: string;
  readonly program: Program;
  readonly newline: string;

  private constructor(source: string, program: Program) {
    this.source = source;
    this.program = program;
    this.newline = source.includes('\r\n') ? '\r\n' : '\n';
  }

  /** Null where it cannot be understood. */
  static of(source: string): DriverText | null {
    try {
      return new DriverText(source, parse(withoutTypes(source), { ecmaVersion: 2024, sourceType: 'module', locations: true, ranges: true }));
    } catch {
      return null;
    }
  }

  textOf(node: AnyNode): string {
    return this.source.slice(node.start, node.end);
  }

  lineStart(offset: number): number {
    return this.source.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Behind the line's end. */
  nextLine(offset: number): number {
    const at = this.source.indexOf('\n', offset);
    return at < 0 ? this.source.length : at + 1;
  }

  indentAt(offset: number): string {
    return /^[ \t]*/.exec(this.source.slice(this.lineStart(offset), offset))?.[0] ?? '';
  }

  isFirstOfLine(offset: number): boolean {
    return this.source.slice(this.lineStart(offset), offset).trim() === '';
  }

  /** Of the line's first character that is no blank; lines from 1. */
  offsetOf(line: number): number {
    let at = 0;
    for (let passed = 1; passed < line && at < this.source.length; passed++) at = this.nextLine(at);
    return at + (/^[ \t]*/.exec(this.source.slice(at))?.[0].length ?? 0);
  }

  /** The innermost function around a line that has a body in braces. */
  functionAt(line: number): AnyNode | null {
    let found: AnyNode | null = null;
    walk(this.program as unknown as AnyNode, (node) => {
      const { loc } = node;
      if (isFunction(node) && isNode(node['body']) && node['body'].type === 'BlockStatement' && loc !== null && loc !== undefined && loc.start.line <= line && line <= loc.end.line) found = node;
    });
    return found;
  }

  /** Takes whole lines out; where there are blank lines above and below, one goes along. */
  withoutLines(from: number, to: number): TextEdit {
    const isBlank = (start: number, end: number): boolean => start < end && this.source.slice(start, end).trim() === '';
    const next = this.nextLine(to);
    const leavesTwo = from > 0 && isBlank(this.lineStart(from - 1), from) && isBlank(to, next);
    return { from, to: leavesTwo ? next : to, text: '' };
  }

  /** Text of its own lines before a statement; in braces where the statement had none. */
  before(place: Placed, lines: readonly string[]): TextEdit[] {
    const { statement, list } = place;
    if (list === null) return [{ from: statement.start, to: statement.start, text: `{ ${lines.join(' ')} ` }, { from: statement.end, to: statement.end, text: ' }' }];
    if (!this.isFirstOfLine(statement.start)) return [{ from: statement.start, to: statement.start, text: `${lines.join(' ')} ` }];
    const start = this.lineStart(statement.start);
    const indent = this.indentAt(statement.start);
    return [{ from: start, to: start, text: lines.map((line) => `${indent}${line}${this.newline}`).join('') }];
  }

  /** The first lines of a function with a body in braces. */
  atHead(of: AnyNode, lines: readonly string[]): TextEdit[] {
    const body = of['body'] as AnyNode;
    const [first] = body['body'] as readonly AnyNode[];
    if (first !== undefined) return this.before({ statement: first, list: body['body'] as readonly AnyNode[], at: 0 }, lines);
    return [{ from: body.start + 1, to: body.start + 1, text: ` ${lines.join(' ')} ` }];
  }
}

/** Every node, outer ones first; false goes no deeper. */
export function walk(node: AnyNode, visit: (node: AnyNode) => boolean | void): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walk(child, visit);
}

export function childrenOf(node: AnyNode): AnyNode[] {
  return Object.entries(node).flatMap(([key, value]) => (key === 'loc' ? [] : Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []));
}

/** Every statement of a function in its list, outer ones first; not those of functions within. */
export function statementsOf(fn: AnyNode): Placed[] {
  const found: Placed[] = [];
  const look = (node: AnyNode, inList: boolean): void => {
    const lists = node.type === 'BlockStatement' || node.type === 'Program' ? node['body'] : node.type === 'SwitchCase' ? node['consequent'] : null;
    if (Array.isArray(lists)) {
      const list = lists.filter(isNode);
      list.forEach((statement, at) => found.push({ statement, list, at }));
    } else if (!inList && /(?:Statement|Declaration)$/.test(node.type)) found.push({ statement: node, list: null, at: 0 });
    for (const child of childrenOf(node)) if (!isFunction(child)) look(child, node.type === 'SwitchCase' || Array.isArray(lists));
  };
  const body = fn['body'];
  if (isNode(body)) look(body, true);
  return found;
}

/** The name of the routine that is called; empty for anything else. */
export function calleeOf(node: AnyNode): string {
  const callee = node['callee'];
  return node.type === 'CallExpression' && isNode(callee) && callee.type === 'Identifier' ? String(callee['name']) : '';
}

/** Calls of a routine below a node, with or without those in functions within. */
export function callsOf(node: AnyNode, names: ReadonlySet<string>, within = false): AnyNode[] {
  const found: AnyNode[] = [];
  walk(node, (child) => {
    if (child !== node && isFunction(child) && !within) return false;
    if (names.has(calleeOf(child))) found.push(child);
  });
  return found;
}

/** Whether a name is used below a node; a member of that name is another one. */
export function mentions(node: AnyNode, name: string): boolean {
  if (node.type === 'Identifier') return node['name'] === name;
  return Object.entries(node).some(([key, value]) => {
    if (key === 'loc' || ((key === 'property' || key === 'key') && node['computed'] !== true && node['shorthand'] !== true)) return false;
    return Array.isArray(value) ? value.some((one) => isNode(one) && mentions(one, name)) : isNode(value) && mentions(value, name);
  });
}

/** Names that a statement declares. */
export function declaredBy(statement: AnyNode): string[] {
  if (statement.type !== 'VariableDeclaration') return [];
  return (statement['declarations'] as readonly AnyNode[]).flatMap(({ id }) => (isNode(id) && id.type === 'Identifier' ? [String(id['name'])] : []));
}

/** Name of the first parameter, as a pre or post callback has it. */
export function firstParameter(fn: AnyNode): string | null {
  const [first] = fn['params'] as readonly AnyNode[];
  return first?.type === 'Identifier' ? String(first['name']) : null;
}

export const linesOf = (node: AnyNode): readonly [number, number] => [node.loc?.start.line ?? 0, node.loc?.end.line ?? 0];
export const covers = (node: AnyNode, line: number): boolean => linesOf(node)[0] <= line && line <= linesOf(node)[1];

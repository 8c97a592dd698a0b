/**
 * Conditions and expressions of breakpoints: what they may say, checked before they are used.
 *
 * They look and change nothing, so that a run is the same with and without its breakpoints. That is made sure of by what is written: no assignment, no
 * call but of built-in functions and methods that change nothing, and of the macros of the driver API. Functions of the driver are not called: nobody
 * can tell what they do.
 */
import { stripTypeScriptTypes } from 'node:module';
import { parse, type Expression, type Node, type Program } from 'acorn';
import { driverConstants } from '../driver-api/constants.ts';
import { routineByName } from '../driver-api/routineTable.ts';
import { structures } from '../driver-api/structures/index.ts';
import { parseLogMessage } from '../debugger/logMessage.ts';
import { callingMethods, isLookingMember, lookingFunctions, lookingMethods, lookingObjects } from './lookingNames.ts';
import type { AnyNode } from './visitNodes.ts';

export interface ExpressionProblem {
  readonly message: string;
  /** In the expression, from 1; null where it has no place. */
  readonly column: number | null;
}

export type CheckedExpression = { readonly kind: 'ok'; readonly code: string } | { readonly kind: 'problem'; readonly problem: ExpressionProblem };

/** What an expression at a callback can name beside constants and macros. */
export const expressionNames = ['Data', 'FltObjects', 'CompletionContext', 'Snapshot', 'IopbSnapshot', 'OperationStatus', 'RequesterContext', 'Flags', 'Operation', 'Change', 'Violation', 'Call'] as const;

const constructors = new Set(['Map', 'Set', 'Array', 'RegExp', 'Date', 'UNICODE_STRING']);
const constants = new Set([...driverConstants.map((row) => row.name), ...Object.keys(structures)]);

class Refused extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** `open`: names that are known nowhere are taken for variables of the driver, as at a line. */
export function checkExpression(text: string, open: boolean): CheckedExpression {
  const refuse = (message: string, at: number | null): CheckedExpression => ({ kind: 'problem', problem: { message, column: at === null ? null : Math.max(1, at) } });
  let code: string;
  try {
    code = stripTypeScriptTypes(`(${text}\n)`, { mode: 'strip' });
  } catch (error) {
    return refuse(`"${text}" cannot be understood: ${syntaxMessage(error)}`, syntaxColumn(error));
  }
  try {
    const expression = onlyExpression(parse(code, { ecmaVersion: 2024, sourceType: 'module' }));
    check(expression, new Set(), open);
    return { kind: 'ok', code };
  } catch (error) {
    if (error instanceof Refused) return refuse(error.message, error.at);
    return refuse(`"${text}" cannot be understood: ${(error as Error).message.replace(/ \(\d+:\d+\)$/, '')}.`, (error as { readonly pos?: number }).pos ?? null);
  }
}

/** Condition and log message of a breakpoint; null where both can be used. */
export function breakpointCodeProblem(condition: string, logMessage: string, open: boolean): ExpressionProblem | null {
  if (condition !== '') {
    const checked = checkExpression(condition, open);
    if (checked.kind === 'problem') return checked.problem;
  }
  for (const part of parseLogMessage(logMessage) ?? []) {
    if (part.kind !== 'expression') continue;
    const checked = checkExpression(part.text, open);
    if (checked.kind === 'problem') return { message: checked.problem.message, column: checked.problem.column === null ? null : checked.problem.column + part.at };
  }
  return null;
}

function onlyExpression({ body }: Program): Expression {
  const [first, second] = body;
  if (first?.type !== 'ExpressionStatement') throw new Refused('Write one expression, e.g. Data.Iopb.Parameters.Read.Length > 4096.', 1);
  if (second !== undefined) throw new Refused('Write one expression, without a semicolon.', second.start);
  return first.expression;
}

/** `own`: parameters of functions within the expression. */
function check(node: Node, own: ReadonlySet<string>, open: boolean): void {
  const any = node as AnyNode;
  switch (node.type) {
    case 'AssignmentExpression': case 'UpdateExpression': throw new Refused('An expression of a breakpoint looks and changes nothing, so it cannot assign; compare with ===.', node.start);
    case 'AwaitExpression': case 'YieldExpression': case 'ImportExpression': case 'ClassExpression': case 'FunctionExpression': case 'TaggedTemplateExpression': case 'BlockStatement':
      throw new Refused('An expression of a breakpoint is one plain expression; functions within it are written (x) => x > 1.', node.start);
    case 'UnaryExpression':
      if (any['operator'] === 'delete') throw new Refused('An expression of a breakpoint looks and changes nothing, so it cannot delete.', node.start);
      break;
    case 'Identifier': return checkName(any['name'] as string, node.start, own, open);
    case 'MemberExpression': {
      check(any['object'] as Node, own, open);
      if (any['computed'] === true) check(any['property'] as Node, own, open);
      return;
    }
    case 'CallExpression': return checkCall(any, own, open);
    case 'NewExpression': {
      const callee = any['callee'] as AnyNode;
      if (callee.type !== 'Identifier' || !constructors.has(callee['name'] as string)) throw new Refused('An expression of a breakpoint makes nothing new but Map, Set, Array, RegExp, Date and UNICODE_STRING.', node.start);
      return checkAll(any['arguments'], own, open);
    }
    case 'ArrowFunctionExpression': {
      const inner = new Set([...own, ...(any['params'] as readonly Node[]).flatMap(namesIn)]);
      return check(any['body'] as Node, inner, open);
    }
    case 'Property': {
      if (any['computed'] === true) check(any['key'] as Node, own, open);
      return check(any['value'] as Node, own, open);
    }
  }
  for (const key in any) if (key !== 'type') checkAll(any[key], own, open);
}

function checkAll(value: unknown, own: ReadonlySet<string>, open: boolean): void {
  if (Array.isArray(value)) for (const one of value) checkAll(one, own, open);
  else if (typeof value === 'object' && value !== null && 'type' in value && 'start' in value) check(value as Node, own, open);
}

function checkName(name: string, at: number, own: ReadonlySet<string>, open: boolean): void {
  if (own.has(name) || lookingFunctions.has(name) || lookingObjects.has(name) || constants.has(name) || (expressionNames as readonly string[]).includes(name) || constructors.has(name) || name === 'undefined' || name === 'NaN' || name === 'Infinity') return;
  if (routineByName.has(name)) throw new Refused(`${name} would take part in the run, and an expression of a breakpoint changes nothing.`, at);
  if (!open) throw new Refused(`${name} is not known here: a callback's breakpoint sees ${expressionNames.slice(0, 9).join(', ')} and constants; variables of the driver are seen at a line.`, at);
}

function checkCall(call: AnyNode, own: ReadonlySet<string>, open: boolean): void {
  const callee = call['callee'] as AnyNode;
  const given = call['arguments'] as readonly Node[];
  if (callee.type === 'Identifier') {
    const name = callee['name'] as string;
    if (!own.has(name) && lookingFunctions.has(name)) return checkAll(given, own, open);
    if (routineByName.has(name)) return checkName(name, callee.start, own, open);
    throw new Refused(`${name} cannot be called: what a function of the driver does cannot be foreseen, and an expression of a breakpoint changes nothing.`, callee.start);
  }
  const property = callee.type === 'MemberExpression' && callee['computed'] !== true ? (callee['property'] as AnyNode) : null;
  const object = callee['object'] as AnyNode | undefined;
  const name = property?.type === 'Identifier' ? (property['name'] as string) : null;
  if (name === null || object === undefined) throw new Refused('Only named methods can be called in an expression of a breakpoint.', callee.start);
  check(object, own, open);
  const owner = object.type === 'Identifier' && !own.has(object['name'] as string) ? (object['name'] as string) : '';
  // A pattern of the driver's remembers where it was; one that stands here is new.
  const isPattern = name === 'test' && 'regex' in object;
  if (callingMethods.has(name)) {
    if (given[0]?.type !== 'ArrowFunctionExpression') throw new Refused(`${name} needs a function that is written here: ${name}((x) => x > 1).`, callee.start);
  } else if (!isPattern && (lookingObjects.has(owner) ? !isLookingMember(owner, name) : !lookingMethods.has(name))) throw new Refused(`${name} cannot be called in an expression of a breakpoint, which changes nothing.`, (property ?? callee).start);
  checkAll(given, own, open);
}

function namesIn(pattern: Node): string[] {
  if (pattern.type === 'Identifier') return [(pattern as AnyNode)['name'] as string];
  return Object.entries(pattern as AnyNode).flatMap(([key, value]) => (key === 'key' || key === 'right' ? [] : (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => (typeof one === 'object' && one !== null && 'type' in one ? namesIn(one as Node) : []))));
}

/** `stack` of the stripper's error: some lines of source and a line of carets. */
function syntaxColumn(error: unknown): number | null {
  const lines = ((error as Error).stack ?? '').split('\n');
  const caret = lines.find((line) => /^\s*\^+\s*$/.test(line))?.indexOf('^') ?? -1;
  return caret < 0 ? null : caret;
}

const syntaxMessage = (error: unknown): string => {
  const text = ((error as Error).message.split('\n').at(-1) ?? '').replace(/^\s*[x×]\s*/u, '').trim();
  return text.endsWith('.') ? text : `${text}.`;
};

/**
 * FV-133: a reference that is taken and not given back on every way out of the routine gets its release.
 *
 * Source: the pages of FltGetFileNameInformation, FltGet*Context and FltAllocateContext: each success takes one reference.
 */
import { callsOf, calleeOf, declaredBy, isNode, mentions, statementsOf, walk, type DriverText, type Placed } from './driverText.ts';
import type { Fix } from './fix.ts';
import type { AnyNode } from '../visitNodes.ts';

interface Pair {
  readonly release: string;
  /** Where the reference comes out, from the end of the arguments. */
  readonly acquire: RegExp;
}

const pairs: readonly Pair[] = [
  { release: 'FltReleaseFileNameInformation', acquire: /^FltGet(?:FileNameInformation(?:Unsafe)?|DestinationFileNameInformation|TunneledName)$/ },
  { release: 'FltReleaseContext', acquire: /^Flt(?:AllocateContext|Get(?:Instance|Volume|File|Stream|StreamHandle|Transaction|Section)Context)$/ },
];

interface Acquired {
  readonly call: AnyNode;
  readonly place: Placed;
  /** `name.value`, as the release takes it. */
  readonly variable: string;
  readonly pair: Pair;
  /** The name that keeps the status. */
  readonly status: string | null;
}

/** `line`: only what is taken on that line, where one is told. */
export function releaseMissing(text: DriverText, line: number | null): Fix[] {
  const found: Fix[] = [];
  walk(text.program as unknown as AnyNode, (fn) => {
    if (!/Function/.test(fn.type) || !isNode(fn['body']) || fn['body'].type !== 'BlockStatement') return;
    for (const acquired of acquisitions(fn)) {
      const own = acquired.call.loc;
      if (line !== null && (own === null || own === undefined || line < own.start.line || line > own.end.line)) continue;
      const fix = releaseOf(text, fn, acquired);
      if (fix !== null) found.push(fix);
    }
  });
  return found;
}

function acquisitions(fn: AnyNode): Acquired[] {
  return statementsOf(fn).flatMap((place): Acquired[] => {
    const { statement } = place;
    if (statement.type !== 'VariableDeclaration' && statement.type !== 'ExpressionStatement' && statement.type !== 'IfStatement') return [];
    const head = statement.type === 'IfStatement' ? (statement['test'] as AnyNode) : statement;
    return pairs.flatMap((pair) => acquireCalls(head, pair).flatMap((call) => {
      const last = (call['arguments'] as readonly AnyNode[]).at(-1);
      if (last?.type !== 'Identifier') return [];
      return [{ call, place, variable: String(last['name']), pair, status: declaredBy(statement)[0] ?? assignedName(statement) }];
    }));
  });
}

function acquireCalls(node: AnyNode, { acquire }: Pair): AnyNode[] {
  const found: AnyNode[] = [];
  walk(node, (child) => {
    if (acquire.test(calleeOf(child))) found.push(child);
  });
  return found;
}

function assignedName(statement: AnyNode): string | null {
  const expression = statement['expression'];
  const left = isNode(expression) && expression.type === 'AssignmentExpression' ? expression['left'] : null;
  return isNode(left) && left.type === 'Identifier' ? String(left['name']) : null;
}

function releaseOf(text: DriverText, fn: AnyNode, acquired: Acquired): Fix | null {
  const { variable, pair, place, call } = acquired;
  // Kept for another routine: who gives it back cannot be seen here.
  if (escapes(fn, variable)) return null;
  const all = statementsOf(fn);
  const releases = callsOf(fn, new Set([pair.release])).filter((release) => mentions(release, variable));
  const missing = all.filter((one) => one.statement.type === 'ReturnStatement' && one.statement.start > place.statement.end && !isFailureWay(fn, acquired, one.statement) && !releases.some((release) => release.start > place.statement.start && comesBefore(fn, release, one.statement)));
  const line = `${pair.release}(${variable}.value);`;
  const edits = missing.flatMap((one) => beforeReturn(text, one, line, variable));
  const block = (fn['body'] as AnyNode)['body'] as readonly AnyNode[];
  const end = block.at(-1);
  if (end !== undefined && end.type !== 'ReturnStatement' && sameList(place.list, block) && !releases.some((release) => comesBefore(fn, release, null, place.list))) {
    const indent = text.indentAt(end.start);
    edits.push({ from: end.end, to: end.end, text: `${text.newline}${indent}${line}` });
  }
  if (edits.length === 0) return null;
  return { title: `Give back what ${calleeOf(call)} gave: ${pair.release} on every way out`, edits };
}

const sameList = (a: readonly AnyNode[] | null, b: readonly AnyNode[]): boolean => a !== null && a[0] === b[0];

/** Put where it outlives the routine. */
function escapes(fn: AnyNode, variable: string): boolean {
  let found = false;
  walk(fn, (node) => {
    if (node.type !== 'AssignmentExpression') return;
    const right = node['right'] as AnyNode;
    const left = node['left'] as AnyNode;
    if (isValueOf(right, variable) && left.type === 'MemberExpression') found = true;
  });
  return found;
}

const isValueOf = (node: AnyNode, variable: string): boolean => (node.type === 'MemberExpression' && isNode(node['object']) && mentions(node['object'], variable) && isNode(node['property']) && node['property']['name'] === 'value') || (node.type === 'ObjectExpression' && mentions(node, variable));

/** Within `if (!NT_SUCCESS(status))`, right behind the call: nothing was taken. */
function isFailureWay(fn: AnyNode, { status, place, variable }: Acquired, statement: AnyNode): boolean {
  let found = false;
  walk(fn, (node) => {
    if (node.type !== 'IfStatement' || node.start > statement.start || node.end < statement.end || node.end < place.statement.start) return;
    const test = node['test'] as AnyNode;
    const consequent = node['consequent'] as AnyNode;
    const isThen = consequent.start <= statement.start && statement.end <= consequent.end;
    const isNegated = test.type === 'UnaryExpression' && test['operator'] === '!';
    const failed = isFailed(test, status, variable) || (node === place.statement && isNegated);
    const succeeded = (node === place.statement && !isNegated) || (status !== null && isSuccessTest(test, status));
    if ((failed && isThen) || (succeeded && !isThen)) found = !isSetAgain(fn, status, place.statement.end, node.start);
  });
  return found;
}

const isSuccessTest = (test: AnyNode, status: string): boolean => calleeOf(test) === 'NT_SUCCESS' && mentions(test, status);

function isFailed(test: AnyNode, status: string | null, variable: string): boolean {
  if (status !== null && test.type === 'UnaryExpression' && test['operator'] === '!' && isSuccessTest(test['argument'] as AnyNode, status)) return true;
  // `context.value === null`
  return test.type === 'BinaryExpression' && (test['operator'] === '===' || test['operator'] === '==') && mentions(test['left'] as AnyNode, variable) && (test['right'] as AnyNode)['value'] === null;
}

/** The status was of something else by then. */
function isSetAgain(fn: AnyNode, status: string | null, from: number, to: number): boolean {
  if (status === null) return false;
  let found = false;
  walk(fn, (node) => {
    const left = node.type === 'AssignmentExpression' ? (node['left'] as AnyNode) : null;
    if (node.start > from && node.end < to && left?.type === 'Identifier' && left['name'] === status) found = true;
  });
  return found;
}

/** On every way to a statement: it stands before it in a list around it, not within a branch. `statement` null: the end of `list`. */
function comesBefore(fn: AnyNode, call: AnyNode, statement: AnyNode | null, outer: readonly AnyNode[] | null = null): boolean {
  return statementsOf(fn).some(({ statement: own, list }) => {
    if (list === null || own.start > call.start || call.end > own.end) return false;
    if (own.type !== 'ExpressionStatement' && !(own.type === 'IfStatement' && isGuarded(own, call))) return false;
    return statement === null ? outer !== null && sameList(list, outer) : own.end <= statement.start && statement.end <= (list.at(-1)?.end ?? 0);
  });
}

/** `if (context.value !== null) FltReleaseContext(context.value)` gives back whatever there is. */
const isGuarded = (own: AnyNode, call: AnyNode): boolean => {
  const consequent = own['consequent'] as AnyNode;
  return consequent.start <= call.start && call.end <= consequent.end && (own['test'] as AnyNode).type === 'BinaryExpression';
};

/** What is returned may need what is given back: it is worked out first. */
function beforeReturn(text: DriverText, place: Placed, line: string, variable: string): ReturnType<DriverText['before']> {
  const argument = place.statement['argument'];
  if (!isNode(argument) || !mentions(argument, variable)) return text.before(place, [line]);
  const edits = text.before(place, [`const result = ${text.textOf(argument)};`, line]);
  return [...edits, { from: argument.start, to: argument.end, text: 'result' }];
}

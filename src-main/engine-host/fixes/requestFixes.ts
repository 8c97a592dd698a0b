/** FV-084: the request of a status callback goes behind the change of the parameters. Source: filter-manager-core.md, FltRequestOperationStatusCallback. */
import { callsOf, declaredBy, mentions, statementsOf, walk, type DriverText, type Placed } from './driverText.ts';
import type { Fix } from './fix.ts';
import type { AnyNode } from '../visitNodes.ts';

const request = new Set(['FltRequestOperationStatusCallback']);
const dirty = new Set(['FltSetCallbackDataDirty']);

export function moveRequest(text: DriverText, line: number): Fix | null {
  const fn = text.functionAt(line);
  if (fn === null) return null;
  const asked = statementsOf(fn).findLast(({ statement, list }) => list !== null && isPlain(statement) && callsOf(statement, request).length > 0);
  if (asked === undefined || asked.list === null) return null;
  const { list } = asked;
  const end = groupEnd(asked, list);
  const last = list.findLastIndex((statement, at) => at > end && changesParameters(statement, fn));
  if (last < 0) return null;
  const group = list.slice(asked.at, end + 1);
  const between = list.slice(end + 1, last + 1);
  const names = group.flatMap(declaredBy);
  if (between.some((statement) => names.some((name) => mentions(statement, name)))) return null;
  const target = list[last];
  const lastOfGroup = group.at(-1);
  if (target === undefined || lastOfGroup === undefined) return null;
  const from = commentStart(text, asked.statement.start);
  const to = text.nextLine(lastOfGroup.end);
  const behind = text.nextLine(target.end);
  const moved = text.source.slice(from, to);
  return { title: 'Move the request of the status callback behind the change', edits: [text.withoutLines(from, to), { from: behind, to: behind, text: moved.endsWith('\n') ? moved : `${moved}${text.newline}` }] };
}

const isPlain = (statement: AnyNode): boolean => statement.type === 'ExpressionStatement' || statement.type === 'VariableDeclaration';

/** The statements right behind it that look at what it returned go along. */
function groupEnd({ statement, at }: Placed, list: readonly AnyNode[]): number {
  const names = [...declaredBy(statement), ...assignedBy(statement)];
  let end = at;
  for (let next = list[end + 1]; next !== undefined && next.type === 'IfStatement' && names.some((name) => mentions(next as AnyNode, name)); next = list[end + 1]) end++;
  return end;
}

function assignedBy(statement: AnyNode): string[] {
  const expression = statement['expression'] as AnyNode | undefined;
  const left = expression?.type === 'AssignmentExpression' ? (expression['left'] as AnyNode) : undefined;
  return left?.type === 'Identifier' ? [String(left['name'])] : [];
}

/** An assignment below Iopb, by its name or a short one, or the call that makes it known. */
function changesParameters(statement: AnyNode, fn: AnyNode): boolean {
  if (callsOf(statement, dirty).length > 0) return true;
  const short = shortNames(fn);
  let found = false;
  walk(statement, (node) => {
    const left = node.type === 'AssignmentExpression' ? (node['left'] as AnyNode) : null;
    if (left?.type === 'MemberExpression' && [...short].some((name) => mentions(left, name) || hasIopb(left))) found = true;
  });
  return found;
}

function hasIopb(node: AnyNode): boolean {
  let found = false;
  walk(node, (child) => {
    if (child.type === 'Identifier' && child['name'] === 'Iopb') found = true;
  });
  return found;
}

/** Names of the function that stand for a part of the parameters: `const read = Data.Iopb.Parameters.Read`. */
function shortNames(fn: AnyNode): ReadonlySet<string> {
  const names = new Set<string>(['Iopb']);
  for (const { statement } of statementsOf(fn)) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const declaration of statement['declarations'] as readonly AnyNode[]) {
      const init = declaration['init'] as AnyNode | null;
      const id = declaration['id'] as AnyNode;
      if (init !== null && init.type === 'MemberExpression' && id.type === 'Identifier' && hasIopb(init)) names.add(String(id['name']));
    }
  }
  return names;
}

/** Comments on the lines right above belong to it. */
function commentStart(text: DriverText, offset: number): number {
  let start = text.lineStart(offset);
  while (start > 0) {
    const above = text.lineStart(start - 1);
    if (!text.source.slice(above, start).trimStart().startsWith('//')) break;
    start = above;
  }
  return start;
}

/** Violations of one callback that a line or a word mends. Sources: the rules that each violation names (filter-manager-core.md). */
import { callsOf, covers, firstParameter, isNode, mentions, statementsOf, type DriverText, type Placed } from './driverText.ts';
import type { Fix } from './fix.ts';
import type { AnyNode } from '../visitNodes.ts';

const returns = (text: DriverText, line: number): { readonly fn: AnyNode; readonly list: readonly Placed[] } | null => {
  const fn = text.functionAt(line);
  return fn === null ? null : { fn, list: statementsOf(fn).filter(({ statement }) => statement.type === 'ReturnStatement') };
};

const returnsName = ({ statement }: Placed, name: string): boolean => isNode(statement['argument']) && statement['argument'].type === 'Identifier' && statement['argument']['name'] === name;

/** FV-021, R-6.14. */
export function setDirty(text: DriverText, line: number): Fix | null {
  const here = returns(text, line);
  const data = here === null ? null : firstParameter(here.fn);
  if (here === null || data === null) return null;
  const changes = statementsOf(here.fn).filter(({ statement }) => statement.type === 'ExpressionStatement' && assignsParameter(statement, here.fn));
  const last = changes.findLast(({ statement }) => covers(statement, line)) ?? changes.at(-1);
  if (last === undefined) return null;
  const call = `FltSetCallbackDataDirty(${data});`;
  const title = 'Call FltSetCallbackDataDirty behind the change';
  if (last.list === null) return { title, edits: [{ from: last.statement.start, to: last.statement.start, text: '{ ' }, { from: last.statement.end, to: last.statement.end, text: ` ${call} }` }] };
  // Behind the last of the changes that stand in a row.
  let at = last.at;
  for (let next = last.list[at + 1]; next !== undefined && assignsParameter(next, here.fn); next = last.list[at + 1]) at++;
  const behind = last.list[at] ?? last.statement;
  return { title, edits: [{ from: behind.end, to: behind.end, text: text.isFirstOfLine(behind.start) ? `${text.newline}${text.indentAt(behind.start)}${call}` : ` ${call}` }] };
}

function assignsParameter(statement: AnyNode, fn: AnyNode): boolean {
  const expression = statement['expression'];
  const left = isNode(expression) && expression.type === 'AssignmentExpression' ? expression['left'] : null;
  if (!isNode(left) || left.type !== 'MemberExpression') return false;
  if (rootIsIopb(left)) return true;
  return statementsOf(fn).some(({ statement: own }) => own.type === 'VariableDeclaration' && (own['declarations'] as readonly AnyNode[]).some(({ id, init }) => isNode(id) && isNode(init) && init.type === 'MemberExpression' && rootIsIopb(init) && mentions(left, String((id as AnyNode)['name']))));
}

function rootIsIopb(node: AnyNode): boolean {
  for (let at: unknown = node; isNode(at) && at.type === 'MemberExpression'; at = at['object']) {
    const property = at['property'];
    if (isNode(property) && property['name'] === 'Iopb') return true;
  }
  return false;
}

/** FV-002, FV-005, FV-082: only for one form of operation. */
export function guardForm(text: DriverText, line: number, macro: 'FLT_IS_IRP_OPERATION' | 'FLT_IS_FASTIO_OPERATION'): Fix | null {
  const fn = text.functionAt(line);
  const data = fn === null ? null : firstParameter(fn);
  if (fn === null || data === null) return null;
  return { title: `Leave the callback early where it is no ${macro === 'FLT_IS_IRP_OPERATION' ? 'IRP' : 'fast I/O'} operation`, edits: text.atHead(fn, [`if (!${macro}(${data})) return FLT_PREOP_SUCCESS_NO_CALLBACK;`]) };
}

/** FV-043, R-3.14. */
export function finishDraining(text: DriverText, line: number): Fix | null {
  const fn = text.functionAt(line);
  const flags = fn === null ? undefined : (fn['params'] as readonly AnyNode[])[3];
  if (fn === null || flags?.type !== 'Identifier') return null;
  return { title: 'Finish at once while the instance is torn down', edits: text.atHead(fn, [`if (FlagOn(${String(flags['name'])}, FLTFL_POST_OPERATION_DRAINING)) return FLT_POSTOP_FINISHED_PROCESSING;`]) };
}

/** FV-012, R-2.22: what it ends with anyway is said. */
export function setStatus(text: DriverText, line: number): Fix[] {
  const here = returns(text, line);
  const data = here === null ? null : firstParameter(here.fn);
  if (here === null || data === null) return [];
  const completing = here.list.filter((one) => returnsName(one, 'FLT_PREOP_COMPLETE'));
  const chosen = completing.filter(({ statement }) => covers(statement, line));
  const wanted = chosen.length > 0 ? chosen : completing;
  if (wanted.length === 0) return [];
  return (['STATUS_SUCCESS', 'STATUS_ACCESS_DENIED'] as const).map((status) => ({
    title: `Set IoStatus to ${status} before completing`,
    edits: wanted.flatMap((one) => text.before(one, [`${data}.IoStatus.Status = ${status};`, `${data}.IoStatus.Information = 0;`])),
  }));
}

/** Returns another word wherever the routine returns the wrong one. */
export function returnInstead(text: DriverText, line: number, wrong: string, right: string): Fix | null {
  const here = returns(text, line);
  const found = here?.list.filter((one) => returnsName(one, wrong)) ?? [];
  const exact = found.filter(({ statement }) => covers(statement, line));
  const edits = (exact.length > 0 ? exact : found).map(({ statement }) => statement['argument'] as AnyNode).map(({ start, end }) => ({ from: start, to: end, text: right }));
  return edits.length === 0 ? null : { title: `Return ${right} instead of ${wrong}`, edits };
}

/** FV-053, A-05: no bytes where it failed. */
export function clearInformation(text: DriverText, line: number): Fix | null {
  const fn = text.functionAt(line);
  const data = fn === null ? null : firstParameter(fn);
  if (fn === null || data === null) return null;
  const sets = statementsOf(fn).filter(({ statement }) => statement.type === 'ExpressionStatement' && new RegExp(`^${data}\\.IoStatus\\.Status\\s*=[^=]`).test(text.textOf(statement)));
  const own = sets.filter(({ statement }) => covers(statement, line));
  const edits = (own.length > 0 ? own : sets).flatMap((one) => text.before(one, [`${data}.IoStatus.Information = 0;`]));
  return edits.length === 0 ? null : { title: 'Set Information to 0 together with the status', edits };
}

/** FV-003: no post callback is registered, so none can be asked for. */
export const askForNone = (text: DriverText, line: number): Fix | null => returnInstead(text, line, 'FLT_PREOP_SUCCESS_WITH_CALLBACK', 'FLT_PREOP_SUCCESS_NO_CALLBACK');

/** FV-029: the release of what belongs to somebody else goes away. */
export function removeCall(text: DriverText, line: number, routines: readonly string[]): Fix | null {
  const fn = text.functionAt(line);
  if (fn === null) return null;
  const found = statementsOf(fn).find(({ statement, list }) => list !== null && statement.type === 'ExpressionStatement' && covers(statement, line) && callsOf(statement, new Set(routines)).length > 0);
  if (found === undefined) return null;
  const { start, end } = found.statement;
  const alone = text.isFirstOfLine(start) && text.source.slice(end, text.nextLine(end)).trim() === '';
  return { title: 'Do not free it here', edits: [alone ? text.withoutLines(text.lineStart(start), text.nextLine(end)) : { from: start, to: end, text: '' }] };
}

/** Load problems: names that nobody provides, a missing export, imports, yield*. */
import { analyze } from 'eslint-scope';
import { allowedBuiltIns, similarName } from '../driverNames.ts';
import { calleeOf, covers, walk, type DriverText } from './driverText.ts';
import type { Finding, Fix } from './fix.ts';
import type { AnyNode } from '../visitNodes.ts';

/** As many nearest names are offered. */
const mostNames = 3;

export function nearestNames(text: DriverText, { message }: Finding, provided: ReadonlySet<string>): Fix[] {
  const name = /^(\w+) is not provided/.exec(message)?.[1];
  if (name === undefined) return [];
  const scopes = analyze(text.program as Parameters<typeof analyze>[0], { ecmaVersion: 2024, sourceType: 'module' });
  const uses = (scopes.globalScope?.through ?? []).filter(({ identifier }) => identifier.name === name).map(({ identifier }) => identifier as unknown as AnyNode);
  if (uses.length === 0) return [];
  const rest = new Set([...provided, ...allowedBuiltIns]);
  const names: string[] = [];
  for (let next = similarName(name, rest); next !== null && names.length < mostNames; next = similarName(name, rest)) {
    names.push(next);
    rest.delete(next);
  }
  return names.map((other) => ({ title: `Change ${name} to ${other}`, edits: uses.map(({ start, end }) => ({ from: start, to: end, text: other })) }));
}

export function exportEntry(text: DriverText, { message }: Finding): Fix[] {
  if (!message.startsWith('There is no exported DriverEntry')) return [];
  const own = (text.program.body as unknown as readonly AnyNode[]).find((node) => node.type === 'FunctionDeclaration' && (node['id'] as AnyNode | null)?.['name'] === 'DriverEntry');
  if (own === undefined) return [];
  return [{ title: 'Export DriverEntry', edits: [{ from: own.start, to: own.start, text: 'export ' }] }];
}

/** The sentence says which. */
export function addImport(text: DriverText, { message }: Finding): Fix[] {
  const [, name = '', line] = /^(\w+) is declared in \S+: import it with (import \{ \w+ \} from '[^']+')\.$/.exec(message) ?? [];
  if (line === undefined) return [];
  const last = text.program.body.findLast(({ type }) => type === 'ImportDeclaration');
  const at = last === undefined ? 0 : text.nextLine(last.end);
  return [{ title: `Import ${name}`, edits: [{ from: at, to: at, text: `${line};${text.newline}` }] }];
}

export function removeImport(text: DriverText, { message, line }: Finding): Fix[] {
  if (!/nothing can be imported from|^There is no \S+ beside|is outside the driver's folder/.test(message)) return [];
  const own = (text.program.body as unknown as readonly AnyNode[]).find((node) => node.type === 'ImportDeclaration' && covers(node, line ?? 0));
  if (own === undefined) return [];
  return [{ title: 'Remove the import', edits: [text.withoutLines(text.lineStart(own.start), text.nextLine(own.end))] }];
}

export function yields(text: DriverText, { message, line, column }: Finding): Fix[] {
  const [, name, what] = /^(\w+) (can|cannot) block, /.exec(message) ?? [];
  if (name === undefined) return [];
  const found: Fix[] = [];
  walk(text.program as unknown as AnyNode, (node) => {
    if (what === 'can' && calleeOf(node) === name && node.loc?.start.line === line && node.loc?.start.column === (column ?? 1) - 1) {
      found.push({ title: `Write yield* ${name}(…)`, edits: [{ from: node.start, to: node.start, text: '(yield* ' }, { from: node.end, to: node.end, text: ')' }] });
    }
    const argument = node['argument'] as AnyNode | null | undefined;
    if (what === 'cannot' && node.type === 'YieldExpression' && node['delegate'] === true && argument !== null && argument !== undefined && calleeOf(argument) === name && covers(node, line ?? 0)) {
      found.push({ title: `Call ${name} without yield*`, edits: [{ from: node.start, to: argument.start, text: '' }] });
    }
  });
  return found.slice(0, 1);
}

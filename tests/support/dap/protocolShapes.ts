/**
 * Checks messages against the protocol's own declarations (@vscode/debugprotocol), so that the expectations are not ours.
 *
 * The declarations are read as TypeScript syntax: interfaces with their bases, optional members, unions, literals, lists.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

type Shape = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

const declared = new Map<string, Shape>();
const file = path.join(path.dirname(createRequire(import.meta.url).resolve('@vscode/debugprotocol')), 'debugProtocol.d.ts');
const collect = (node: ts.Node): void => {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) declared.set(node.name.text, node);
  else ts.forEachChild(node, collect);
};
collect(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true));

/** What is allowed beside the declared members: the protocol lets adapters add columns to modules. */
const ownMembers: ReadonlySet<string> = new Set(['Module.altitude']);

/** What is wrong with a message that a debug adapter has sent; empty: nothing. */
export function messageProblems(message: unknown): string[] {
  const { type, success, command, event } = message as { type?: unknown; success?: unknown; command?: unknown; event?: unknown };
  if (type === 'event') return problems(message, `${capital(String(event))}Event`, `event ${String(event)}`);
  if (type !== 'response') return [`a message of type ${String(type)}`];
  if (success === false) return problems(message, 'ErrorResponse', `failed ${String(command)}`);
  return problems(message, `${capital(String(command))}Response`, String(command));
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function problems(value: unknown, name: string, at: string): string[] {
  const shape = declared.get(name);
  if (shape === undefined) return [`${at}: the protocol declares no ${name}`];
  return ts.isTypeAliasDeclaration(shape) ? typeProblems(value, shape.type, at) : objectProblems(value, membersOf(shape), at, name);
}

function membersOf(shape: ts.InterfaceDeclaration): ts.TypeElement[] {
  const bases = (shape.heritageClauses ?? []).flatMap((clause) => clause.types).flatMap((base) => {
    const found = declared.get(base.expression.getText());
    return found !== undefined && ts.isInterfaceDeclaration(found) ? membersOf(found) : [];
  });
  // A member that is declared again replaces the one of the base.
  const own = new Set(shape.members.map((member) => member.name?.getText()));
  return [...bases.filter((member) => !own.has(member.name?.getText())), ...shape.members];
}

function objectProblems(value: unknown, members: readonly ts.TypeElement[], at: string, name: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`];
  const given = value as Readonly<Record<string, unknown>>;
  const known = new Map(members.filter(ts.isPropertySignature).map((member) => [member.name.getText().replaceAll(/['"]/g, ''), member] as const));
  const open = members.some(ts.isIndexSignatureDeclaration);
  const extra = open || known.size === 0 ? [] : Object.keys(given).filter((key) => !known.has(key) && !ownMembers.has(`${name}.${key}`)).map((key) => `${at}.${key} is not declared`);
  return [...extra, ...[...known].flatMap(([key, member]) => {
    const one = given[key];
    if (one === undefined) return member.questionToken === undefined ? [`${at}.${key} is missing`] : [];
    return member.type === undefined ? [] : typeProblems(one, member.type, `${at}.${key}`);
  })];
}

function typeProblems(value: unknown, type: ts.TypeNode, at: string): string[] {
  if (ts.isUnionTypeNode(type)) {
    const each = type.types.map((one) => typeProblems(value, one, at));
    return each.some((found) => found.length === 0) ? [] : (each[0] ?? []);
  }
  if (ts.isArrayTypeNode(type)) return Array.isArray(value) ? value.flatMap((one, index) => typeProblems(one, type.elementType, `${at}[${index}]`)) : [`${at} is no list`];
  if (ts.isTypeLiteralNode(type)) return objectProblems(value, [...type.members], at, '');
  if (ts.isParenthesizedTypeNode(type)) return typeProblems(value, type.type, at);
  if (ts.isTypeReferenceNode(type)) return problems(value, type.typeName.getText().replace(/^DebugProtocol\./, ''), at);
  if (ts.isLiteralTypeNode(type)) return value === literalOf(type.literal) ? [] : [`${at} is ${JSON.stringify(value)}`];
  const wanted = { [ts.SyntaxKind.StringKeyword]: 'string', [ts.SyntaxKind.NumberKeyword]: 'number', [ts.SyntaxKind.BooleanKeyword]: 'boolean' }[type.kind as number];
  return wanted === undefined || typeof value === wanted ? [] : [`${at} is ${JSON.stringify(value)}, no ${wanted}`];
}

function literalOf(node: ts.LiteralTypeNode['literal']): unknown {
  if (ts.isStringLiteral(node)) return node.text;
  return { [ts.SyntaxKind.TrueKeyword]: true, [ts.SyntaxKind.FalseKeyword]: false, [ts.SyntaxKind.NullKeyword]: null }[node.kind as number];
}

/**
 * Private members of classes as members under symbols: text edits of a driver's source.
 *
 * `this.#seen` belongs to the code that made the object, so the methods of a newer version could not reach it. Symbols are as little seen by loops
 * over an object's names. Source: ECMA-262 15.7 (class definitions); a field that begins with `[` needs the semicolon in front of it.
 */
import { className } from './routinePaths.ts';
import type { AnyNode } from './visitNodes.ts';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

interface ClassScope {
  readonly name: string;
  readonly members: ReadonlySet<string>;
}

/** `names`: `Class.member`, as the symbols are kept in the variable `holder`. */
export function privateEdits(program: AnyNode, code: string, holder: string): { readonly edits: readonly Edit[]; readonly names: readonly string[] } {
  const edits: Edit[] = [];
  const names = new Set<string>();
  let unnamed = 0;

  const keyOf = (name: string, scopes: readonly ClassScope[]): string => {
    const key = `${scopes.findLast(({ members }) => members.has(name))?.name ?? ''}.${name}`;
    names.add(key);
    return `${holder}[${JSON.stringify(key)}]`;
  };

  const visit = (value: unknown, scopes: readonly ClassScope[], owner: string): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one, scopes, owner);
      return;
    }
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node = value as AnyNode;
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return visitClass(node, scopes, owner);
    if (node.type === 'ArrayExpression') return (node['elements'] as readonly unknown[]).forEach((one, at) => visit(one, scopes, owner === '' ? '' : `${owner}.${at}`));
    if (node.type === 'MemberExpression') {
      const property = node['property'] as AnyNode;
      if (property.type === 'PrivateIdentifier') edits.push(memberEdit(property, keyOf(nameOf(property), scopes)));
    } else if (node.type === 'BinaryExpression' && (node['left'] as AnyNode).type === 'PrivateIdentifier') {
      const left = node['left'] as AnyNode;
      edits.push({ from: left.start, to: left.end, text: keyOf(nameOf(left), scopes) });
    }
    for (const [name, child] of Object.entries(node)) visit(child, scopes, ownerWithin(node, name, owner));
  };

  const visitClass = (node: AnyNode, scopes: readonly ClassScope[], owner: string): void => {
    const members = ((node['body'] as AnyNode)['body'] as readonly AnyNode[]).filter((member) => (member['key'] as AnyNode | undefined)?.type === 'PrivateIdentifier');
    const name = className(node, owner === '' ? `class ${++unnamed}` : owner);
    const inner = [...scopes, { name, members: new Set(members.map((member) => nameOf(member['key'] as AnyNode))) }];
    for (const member of members) {
      const key = member['key'] as AnyNode;
      edits.push({ from: key.start, to: key.end, text: `${member.start === key.start ? ';' : ''}[${keyOf(nameOf(key), inner)}]` });
    }
    visit(node['superClass'], scopes, '');
    for (const member of (node['body'] as AnyNode)['body'] as readonly AnyNode[]) visit(member, inner, name);
  };

  /** The dot before the name is part of it; `?.` stays in front of the bracket. */
  const memberEdit = ({ start, end }: AnyNode, key: string): Edit => {
    let dot = start - 1;
    while (code[dot] !== '.') dot--;
    return code[dot - 1] === '?' ? { from: start, to: end, text: `[${key}]` } : { from: dot, to: end, text: `[${key}]` };
  };

  visit(program, [], '');
  return { edits, names: [...names] };
}

const nameOf = (node: AnyNode): string => String(node['name']);

/** By which name a class without one is known below: that of the variable or member it is the value of, as the paths of routines have it. */
function ownerWithin(node: AnyNode, child: string, owner: string): string {
  if (node.type === 'VariableDeclarator') return child === 'init' && (node['id'] as AnyNode).type === 'Identifier' ? nameOf(node['id'] as AnyNode) : '';
  if (owner === '') return '';
  if (node.type === 'ObjectExpression') return owner;
  if (node.type === 'Property' || node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') return child === 'value' && node['computed'] !== true ? `${owner}.${memberName(node)}` : '';
  return '';
}

function memberName(node: AnyNode): string {
  const key = node['key'] as AnyNode;
  return String(key.type === 'Identifier' || key.type === 'PrivateIdentifier' ? key['name'] : key['value']);
}

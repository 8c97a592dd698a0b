/** The routines of a driver's source that a name of its top level leads to: functions, members of objects and tables, methods. */
import type { AnyNode } from './visitNodes.ts';

/** One step: a member, by name or index; of a class's private ones under a symbol, of accessors the half. */
export interface PathStep {
  readonly key: string;
  readonly accessor?: 'get' | 'set';
  readonly isPrivate?: true;
}

export interface RoutinePath {
  /** `PreRead`, `callbacks.PreRead`, `Guard.prototype.check`, `Guard.prototype.get size`, `table.0.2` */
  readonly key: string;
  /** The first step is the name. */
  readonly path: readonly PathStep[];
}

interface FoundRoutine extends RoutinePath {
  readonly node: AnyNode;
}

const nodesIn = (value: unknown): readonly (AnyNode | null)[] => (Array.isArray(value) ? (value as readonly (AnyNode | null)[]) : []);

/** `owner`: what a class without a name is called by. */
export function routinesIn(path: readonly PathStep[], given: AnyNode, owner: string): FoundRoutine[] {
  const node = unwrapped(given);
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression': return [{ key: keyOf(path), path, node }];
    case 'ClassDeclaration':
    case 'ClassExpression': return nodesIn((node['body'] as AnyNode)['body']).flatMap((member) => (member === null ? [] : ofClass(path, member, className(node, owner))));
    case 'ObjectExpression': return nodesIn(node['properties']).flatMap((member) => (member === null ? [] : ofObject(path, member, owner)));
    case 'ArrayExpression': return nodesIn(node['elements']).flatMap((one, at) => (one === null ? [] : routinesIn([...path, { key: String(at) }], one, `${owner}.${at}`)));
    default: return [];
  }
}

/** What is frozen or sealed where it is made. */
function unwrapped(node: AnyNode): AnyNode {
  const callee = node.type === 'CallExpression' ? (node['callee'] as AnyNode) : null;
  if (callee?.type !== 'MemberExpression') return node;
  const [object, property] = [callee['object'] as AnyNode, callee['property'] as AnyNode];
  const [argument] = nodesIn(node['arguments']);
  return object['name'] === 'Object' && (property['name'] === 'freeze' || property['name'] === 'seal') && argument !== undefined && argument !== null ? unwrapped(argument) : node;
}

export const className = (node: AnyNode, owner: string): string => (node['id'] === null || node['id'] === undefined ? owner : String((node['id'] as AnyNode)['name']));

const keyOf = (path: readonly PathStep[]): string => path.map(({ key, accessor, isPrivate }) => `${accessor === undefined ? '' : `${accessor} `}${isPrivate === true ? '#' : ''}${key}`).join('.');

/** The name of a member that has one; computed ones are worked out only when the code runs. */
function stepOf(member: AnyNode, owner: string): PathStep | null {
  const key = member['key'] as AnyNode;
  const accessor = member['kind'] === 'get' || member['kind'] === 'set' ? { accessor: member['kind'] } : {};
  if (key.type === 'PrivateIdentifier') return { key: `${owner}.${String(key['name'])}`, isPrivate: true, ...accessor } as PathStep;
  if (member['computed'] === true) return null;
  return { key: String(key.type === 'Identifier' ? key['name'] : key['value']), ...accessor } as PathStep;
}

/** Constructors make objects of the version they belong to; what stands in a field belongs to each object. */
function ofClass(path: readonly PathStep[], member: AnyNode, owner: string): FoundRoutine[] {
  const isStatic = member['static'] === true;
  const value = member['value'] as AnyNode | null | undefined;
  if (value === null || value === undefined || member['kind'] === 'constructor' || (member.type !== 'MethodDefinition' && !isStatic)) return [];
  const step = stepOf(member, owner);
  return step === null ? [] : routinesIn([...path, ...(isStatic ? [] : [{ key: 'prototype' }]), step], value, `${owner}.${step.key}`);
}

function ofObject(path: readonly PathStep[], member: AnyNode, owner: string): FoundRoutine[] {
  if (member.type !== 'Property') return [];
  const step = stepOf(member, owner);
  return step === null ? [] : routinesIn([...path, step], member['value'] as AnyNode, `${owner}.${step.key}`);
}

/** A literal with routines in it. What a call has made is state, whatever it was told. */
export function isCode(given: AnyNode, routines: ReadonlySet<string>): boolean {
  const node = unwrapped(given);
  switch (node.type) {
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression': return true;
    case 'Identifier': return routines.has(String(node['name']));
    case 'ArrayExpression': return nodesIn(node['elements']).some((one) => one !== null && isCode(one, routines));
    case 'ObjectExpression': return nodesIn(node['properties']).some((one) => one !== null && isCode((one['value'] ?? one['argument']) as AnyNode, routines));
    default: return false;
  }
}

/** Text of each member of an object that stands there as such; null for one with code in it. Null where not every member has a name. */
export function memberText(node: AnyNode, code: string, routines: ReadonlySet<string>): ReadonlyMap<string, string | null> | null {
  if (node.type !== 'ObjectExpression') return null;
  const found = new Map<string, string | null>();
  for (const member of nodesIn(node['properties'])) {
    const step = member?.type === 'Property' ? stepOf(member, '') : null;
    if (member === null || step === null) return null;
    const value = member['value'] as AnyNode;
    found.set(step.key, step.accessor !== undefined || isCode(value, routines) ? null : code.slice(value.start, value.end));
  }
  return found;
}

/** Static fields of a class that hold values: their text. */
export function staticFields(node: AnyNode, owner: string, code: string): ReadonlyMap<string, string> {
  return new Map(nodesIn((node['body'] as AnyNode)['body']).flatMap((member) => {
    const step = member?.type === 'PropertyDefinition' && member['static'] === true ? stepOf(member, className(node, owner)) : null;
    const value = (member?.['value'] ?? null) as AnyNode | null;
    return step === null || (value !== null && isCode(value, new Set())) ? [] : [[step.key, value === null ? '' : code.slice(value.start, value.end)] as const];
  }));
}

/** The function that a path leads to in the values of a module; undefined where it leads to none. */
export function routineAt(root: unknown, path: readonly PathStep[], symbols: Readonly<Record<string, symbol>>): ((...args: never[]) => unknown) | undefined {
  let value: unknown = root;
  for (const { key, accessor, isPrivate } of path.slice(1)) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
    const descriptor = Object.getOwnPropertyDescriptor(value, isPrivate === true ? (symbols[key] ?? key) : key);
    value = accessor === undefined ? descriptor?.value : descriptor?.[accessor];
  }
  return typeof value === 'function' ? (value as (...args: never[]) => unknown) : undefined;
}

/**
 * Driver code that can be followed by a newer version of itself in the middle of a run.
 *
 * Every routine that a name of the top level leads to (a function, a member of an object or a table, a method) begins with a look whether a newer
 * one has taken its place: whoever holds the old one, the engine, a timer, or older code, gets the new one at its next call. What the variables hold
 * can be read, and in the newer version be set. Private members become members under symbols that all versions share, so that newer methods reach
 * those of older objects. Lines stay where they are; behind the opening brace of a routine columns move.
 */
import { parse, type Program } from 'acorn';
import { analyze } from 'eslint-scope';
import { privateEdits } from './privateMembers.ts';
import { isCode, memberText, staticFields, routinesIn, type RoutinePath } from './routinePaths.ts';
import type { AnyNode } from './visitNodes.ts';

/** A variable at the top level of a driver. */
export interface TopVariable {
  readonly name: string;
  readonly kind: 'const' | 'let' | 'var';
  /** Its initial value, as written. */
  readonly initializer: string;
  /** That value has routines in it: it is code, not state. */
  readonly holdsCode: boolean;
  /** Something assigns to it later. */
  readonly isReassigned: boolean;
  /** Of a constant object whose members are written out: their text by name, null for a routine. */
  readonly members: ReadonlyMap<string, string | null> | null;
}

export interface SwitchableCode {
  readonly code: string;
  /** Function declarations and classes. */
  readonly routines: readonly string[];
  readonly classes: readonly string[];
  readonly variables: readonly TopVariable[];
  /** Of classes: the text of static fields, by class and name (private ones as in `privates`). */
  readonly statics: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Every routine that a name leads to. */
  readonly paths: readonly RoutinePath[];
  /** Private members as `Class.name`; the symbols of `privateName`. */
  readonly privates: readonly string[];
  /** What its module is to return. */
  readonly end: string;
}

/** Names of the wrapper's own parameters. */
export const nextName = 'fltreplayNext';
export const followName = 'fltreplayFollow';
export const privateName = 'fltreplayPrivate';
export const givenName = 'fltreplayGiven';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const insertion = (at: number, text: string): Edit => ({ from: at, to: at, text });

/** `isNewer`: it takes the place of an older version, so that its variables can be set. */
export function switchableCode(code: string, isNewer: boolean): SwitchableCode {
  const program = parse(code, { ecmaVersion: 2024, sourceType: 'module', ranges: true });
  const body = (program.body as unknown as readonly AnyNode[]).map((node) => (node.type === 'ExportNamedDeclaration' && node['declaration'] !== null ? (node['declaration'] as AnyNode) : node));
  const named = (type: string): string[] => body.filter((node) => node.type === type).map((node) => nameIn(node['id']));
  const routines = named('FunctionDeclaration');
  const classes = named('ClassDeclaration');
  const variables = variablesOf(program, body, code, new Set([...routines, ...classes]));
  const paths = body.flatMap((node) => pathsOf(node));
  const privates = privateEdits(program as unknown as AnyNode, code, privateName);
  const edits = [...paths.flatMap(({ key, node }) => forward(key, node)), ...privates.edits, ...(isNewer ? body.flatMap(settable) : [])];
  return { code: edited(code, edits), routines, classes, variables, paths: paths.map(({ key, path }) => ({ key, path })), privates: privates.names, statics: new Map(body.flatMap((node) => staticsOf(node, code))), end: endOf(routines, classes, variables, isNewer) };
}

const nameIn = (node: unknown): string => String((node as AnyNode)['name']);
const nodesIn = (value: unknown): readonly AnyNode[] => (Array.isArray(value) ? (value as (AnyNode | null)[]).filter((node) => node !== null) : []);

function pathsOf(node: AnyNode): ReturnType<typeof routinesIn> {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return routinesIn([{ key: nameIn(node['id']) }], node, nameIn(node['id']));
  if (node.type !== 'VariableDeclaration') return [];
  return nodesIn(node['declarations']).flatMap((one) => {
    const [id, init] = [one['id'] as AnyNode, one['init'] as AnyNode | null];
    return id.type === 'Identifier' && init !== null ? routinesIn([{ key: nameIn(id) }], init, nameIn(id)) : [];
  });
}

function staticsOf(node: AnyNode, code: string): (readonly [string, ReadonlyMap<string, string>])[] {
  if (node.type === 'ClassDeclaration') return [[nameIn(node['id']), staticFields(node, nameIn(node['id']), code)]];
  if (node.type !== 'VariableDeclaration') return [];
  return nodesIn(node['declarations']).flatMap((one) => {
    const [id, init] = [one['id'] as AnyNode, one['init'] as AnyNode | null];
    return id.type === 'Identifier' && init?.type === 'ClassExpression' ? [[nameIn(id), staticFields(init, nameIn(id), code)] as const] : [];
  });
}

/** From the end, so that what is in front stays where it is; what is put in stands before what takes a place. */
function edited(code: string, edits: readonly Edit[]): string {
  let text = code;
  for (const { from, to, text: added } of [...edits].sort((a, b) => b.from - a.from || b.to - a.to)) text = text.slice(0, from) + added + text.slice(to);
  return text;
}

/** As many letters, and it can be given the value of the older version. */
const settable = (node: AnyNode): Edit[] => (node.type === 'VariableDeclaration' && node['kind'] === 'const' ? [{ from: node.start, to: node.start + 'const'.length, text: 'let  ' }] : []);

/** Where a routine begins: on to the newer one. */
function forward(key: string, node: AnyNode): Edit[] {
  const next = `${nextName}${/^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`}`;
  const body = node['body'] as AnyNode;
  if (node.type !== 'ArrowFunctionExpression') {
    const call = `${next}.apply(this,arguments)`;
    return [insertion(body.start + 1, `if(${next})return ${node['generator'] === true ? `yield* ${followName}(${call})` : call};`)];
  }
  const parameters = nodesIn(node['params']).map(parameterText);
  if (parameters.includes(null)) {
    // An arrow function has no `arguments`: where its parameters are patterns or have defaults it is put into one that takes them as they come.
    const name = /\w+$/.exec(key)?.[0] ?? 'routine';
    return [insertion(node.start, `(...${givenName})=>${next}?${next}(...${givenName}):({${name}:`), insertion(node.end, `}).${name}(...${givenName})`)];
  }
  const call = `${next}(${parameters.join(',')})`;
  if (body.type === 'BlockStatement') return [insertion(body.start + 1, `if(${next})return ${call};`)];
  return [insertion(body.start, `${next}?${call}:(`), insertion(body.end, ')')];
}

function parameterText(node: AnyNode): string | null {
  if (node.type === 'Identifier') return nameIn(node);
  const rest = node.type === 'RestElement' ? (node['argument'] as AnyNode) : null;
  return rest?.type === 'Identifier' ? `...${nameIn(rest)}` : null;
}

function variablesOf(program: Program, body: readonly AnyNode[], code: string, routines: ReadonlySet<string>): TopVariable[] {
  const scopes = analyze(program as Parameters<typeof analyze>[0], { ecmaVersion: 2024, sourceType: 'module' });
  const assigned = new Set((scopes.globalScope?.childScopes[0]?.variables ?? []).filter((variable) => variable.references.some((reference) => reference.isWrite() && reference.init !== true)).map(({ name }) => name));
  return body.filter(({ type }) => type === 'VariableDeclaration').flatMap((node) => nodesIn(node['declarations']).flatMap((one): TopVariable[] => {
    const init = one['init'] as AnyNode | null;
    const initializer = init === null ? '' : code.slice(init.start, init.end);
    const holdsCode = init !== null && isCode(init, routines);
    const members = init === null || node['kind'] !== 'const' ? null : memberText(init, code, routines);
    return namesIn(one['id'] as AnyNode).map((name) => ({ name, kind: node['kind'] as TopVariable['kind'], initializer, holdsCode, isReassigned: assigned.has(name), members }));
  }));
}

/** The names that a declaration binds, also by patterns. */
function namesIn(node: AnyNode): string[] {
  switch (node.type) {
    case 'Identifier': return [nameIn(node)];
    case 'ObjectPattern': return nodesIn(node['properties']).flatMap((one) => namesIn((one.type === 'Property' ? one['value'] : one['argument']) as AnyNode));
    case 'ArrayPattern': return nodesIn(node['elements']).flatMap(namesIn);
    case 'AssignmentPattern': return namesIn(node['left'] as AnyNode);
    case 'RestElement': return namesIn(node['argument'] as AnyNode);
    default: return [];
  }
}

function endOf(routines: readonly string[], classes: readonly string[], variables: readonly TopVariable[], isNewer: boolean): string {
  const getters = [...routines, ...classes, ...variables.map(({ name }) => name)].map((name) => `${name}:()=>${name}`);
  const setters = isNewer ? variables.map(({ name }) => `${name}:(fltreplayValue)=>{${name}=fltreplayValue;}`) : [];
  return `return{DriverEntry,get:{${getters.join(',')}},set:{${setters.join(',')}}};`;
}

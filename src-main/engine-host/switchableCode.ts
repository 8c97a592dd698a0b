/**
 * Driver code that can be followed by a newer version of itself in the middle of a run.
 *
 * Every routine at the top level begins with a look whether a newer one has taken its place: whoever holds the old one, the engine, a table, a
 * timer, or older code, gets the new one at its next call. What the variables hold can be read, and in the newer version be set. Lines stay where
 * they are; behind the opening brace of a routine columns move.
 */
import { parse, type Node, type Program } from 'acorn';
import { analyze } from 'eslint-scope';

type AnyNode = Node & Readonly<Record<string, unknown>>;

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
}

export interface SwitchableCode {
  readonly code: string;
  /** Function declarations and classes. */
  readonly routines: readonly string[];
  readonly classes: readonly string[];
  readonly variables: readonly TopVariable[];
  /** What its module is to return. */
  readonly end: string;
}

/** Names of the wrapper's own parameters. */
export const nextName = 'fltreplayNext';
export const followName = 'fltreplayFollow';

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** `isNewer`: it takes the place of an older version, so that its variables can be set. */
export function switchableCode(code: string, isNewer: boolean): SwitchableCode {
  const program = parse(code, { ecmaVersion: 2024, sourceType: 'module', ranges: true });
  const body = program.body as unknown as readonly AnyNode[];
  const named = (type: string): string[] => body.filter((node) => node.type === type).map((node) => nameIn(node['id']));
  const routines = named('FunctionDeclaration');
  const classes = named('ClassDeclaration');
  const variables = variablesOf(program, code, new Set([...routines, ...classes]));
  return { code: edited(code, body, isNewer), routines, classes, variables, end: endOf(routines, classes, variables, isNewer) };
}

const nameIn = (node: unknown): string => String((node as AnyNode)['name']);
const nodesIn = (value: unknown): readonly AnyNode[] => (Array.isArray(value) ? (value as (AnyNode | null)[]).filter((node) => node !== null) : []);

function edited(code: string, body: readonly AnyNode[], isNewer: boolean): string {
  const insertions = body.flatMap((node): Insertion[] => {
    if (node.type === 'FunctionDeclaration') return forward(nameIn(node['id']), node);
    if (node.type !== 'VariableDeclaration') return [];
    return nodesIn(node['declarations']).flatMap((one) => {
      const [id, init] = [one['id'] as AnyNode, one['init'] as AnyNode | null];
      return id.type === 'Identifier' && init !== null ? forward(nameIn(id), init) : [];
    });
  });
  let text = code;
  for (const { at, text: added } of insertions.sort((a, b) => b.at - a.at)) text = text.slice(0, at) + added + text.slice(at);
  if (!isNewer) return text;
  // As many letters, and it can be given the value of the older version. From the end, so that what is in front stays where it is.
  for (const node of [...body].reverse()) {
    if (node.type !== 'VariableDeclaration' || node['kind'] !== 'const') continue;
    const moved = insertions.reduce((sum, one) => sum + (one.at <= node.start ? one.text.length : 0), 0);
    text = `${text.slice(0, node.start + moved)}let  ${text.slice(node.start + moved + 'const'.length)}`;
  }
  return text;
}

/** Where a routine begins: on to the newer one. Nothing for an arrow function whose parameters are patterns. */
function forward(name: string, node: AnyNode): Insertion[] {
  const next = `${nextName}.${name}`;
  const body = node['body'] as AnyNode | undefined;
  if (node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') {
    const call = `${next}.apply(this,arguments)`;
    return body === undefined ? [] : [{ at: body.start + 1, text: `if(${next})return ${node['generator'] === true ? `yield* ${followName}(${call})` : call};` }];
  }
  if (node.type !== 'ArrowFunctionExpression' || body === undefined) return [];
  const parameters = nodesIn(node['params']).map(parameterText);
  if (parameters.includes(null)) return [];
  const call = `${next}(${parameters.join(',')})`;
  if (body.type === 'BlockStatement') return [{ at: body.start + 1, text: `if(${next})return ${call};` }];
  return [{ at: body.start, text: `${next}?${call}:(` }, { at: body.end, text: ')' }];
}

function parameterText(node: AnyNode): string | null {
  if (node.type === 'Identifier') return nameIn(node);
  const rest = node.type === 'RestElement' ? (node['argument'] as AnyNode) : null;
  return rest?.type === 'Identifier' ? `...${nameIn(rest)}` : null;
}

function variablesOf(program: Program, code: string, routines: ReadonlySet<string>): TopVariable[] {
  const scopes = analyze(program as Parameters<typeof analyze>[0], { ecmaVersion: 2024, sourceType: 'module' });
  const assigned = new Set((scopes.globalScope?.childScopes[0]?.variables ?? []).filter((variable) => variable.references.some((reference) => reference.isWrite() && reference.init !== true)).map(({ name }) => name));
  return (program.body as unknown as readonly AnyNode[]).filter(({ type }) => type === 'VariableDeclaration').flatMap((node) => nodesIn(node['declarations']).flatMap((one): TopVariable[] => {
    const init = one['init'] as AnyNode | null;
    const initializer = init === null ? '' : code.slice(init.start, init.end);
    const holdsCode = init !== null && isCode(init, routines);
    return namesIn(one['id'] as AnyNode).map((name) => ({ name, kind: node['kind'] as TopVariable['kind'], initializer, holdsCode, isReassigned: assigned.has(name) }));
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

/** A literal with routines in it. What a call has made is state, whatever it was told. */
function isCode(node: AnyNode, routines: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression': return true;
    case 'Identifier': return routines.has(nameIn(node));
    case 'ArrayExpression': return nodesIn(node['elements']).some((one) => isCode(one, routines));
    case 'ObjectExpression': return nodesIn(node['properties']).some((one) => isCode((one['value'] ?? one['argument']) as AnyNode, routines));
    default: return false;
  }
}

function endOf(routines: readonly string[], classes: readonly string[], variables: readonly TopVariable[], isNewer: boolean): string {
  const getters = [...routines, ...classes, ...variables.map(({ name }) => name)].map((name) => `${name}:()=>${name}`);
  const setters = isNewer ? variables.map(({ name }) => `${name}:(fltreplayValue)=>{${name}=fltreplayValue;}`) : [];
  return `return{DriverEntry,get:{${getters.join(',')}},set:{${setters.join(',')}}};`;
}

/**
 * Whether an expression only looks: nothing is assigned, and what is called is known to change nothing.
 *
 * Reads of the driver API's own objects run accessors, which V8 cannot tell from effects (bytes are made when somebody looks). An
 * expression that passes here may be evaluated without V8's own guard.
 */
import { parse, type Node } from 'acorn';

/** Methods by name, whatever they are called on: of texts, arrays, maps, numbers and kernel buffers. */
const lookingMethods = new Set([
  'at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'entries', 'every', 'filter', 'find', 'findIndex', 'findLast', 'flat', 'flatMap', 'forEach', 'get', 'has', 'includes', 'indexOf', 'join', 'keys', 'lastIndexOf', 'map',
  'padEnd', 'padStart', 'reduce', 'repeat', 'slice', 'some', 'split', 'startsWith', 'substring', 'toFixed', 'toLowerCase', 'toString', 'toUpperCase', 'trim', 'values', 'isKnown', 'u8', 'u16', 'u32', 'u64', 'wstr',
  'bytes', 'pointer', 'toReversed',
]);
/** They call what they are given: it has to stand there. */
const callingMethods = new Set(['every', 'filter', 'find', 'findIndex', 'findLast', 'flatMap', 'forEach', 'map', 'reduce', 'some']);
const lookingFunctions = new Set([
  'String', 'Number', 'BigInt', 'Boolean', 'NT_SUCCESS', 'NT_ERROR', 'NT_WARNING', 'NT_INFORMATION', 'FlagOn', 'BooleanFlagOn', 'FIELD_OFFSET', 'sizeof', 'view', 'FLT_IS_IRP_OPERATION', 'FLT_IS_FASTIO_OPERATION', 'FLT_IS_FS_FILTER_OPERATION',
  'IoGetTopLevelIrp', 'PsGetCurrentProcess', 'KeGetCurrentIrql',
]);
const lookingObjects = new Set(['Math', 'Object', 'Array', 'JSON', 'Number', 'String', 'BigInt']);
const changingMembers = new Set(['Math.random', 'Object.assign', 'Object.defineProperty', 'Object.defineProperties', 'Object.setPrototypeOf', 'Object.freeze', 'Object.seal', 'Object.preventExtensions']);
/** What a look may consist of; an arrow function is one where its body is. */
const lookingNodes = new Set([
  'ArrayExpression', 'ArrowFunctionExpression', 'BinaryExpression', 'CallExpression', 'ChainExpression', 'ConditionalExpression', 'Identifier', 'Literal', 'LogicalExpression', 'MemberExpression', 'ObjectExpression', 'Property',
  'SequenceExpression', 'SpreadElement', 'TemplateElement', 'TemplateLiteral', 'ThisExpression', 'ArrayPattern', 'ObjectPattern', 'RestElement', 'ParenthesizedExpression',
]);

type AnyNode = Node & Readonly<Record<string, unknown>>;

export function onlyLooks(expression: string): boolean {
  try {
    const program = parse(`(${expression}\n)`, { ecmaVersion: 2024 });
    const [statement] = program.body;
    return program.body.length === 1 && statement?.type === 'ExpressionStatement' && looks(statement.expression as unknown as AnyNode);
  } catch {
    return false;
  }
}

function looks(node: AnyNode): boolean {
  if (node.type === 'UnaryExpression') {
    if (node['operator'] === 'delete') return false;
  } else if (!lookingNodes.has(node.type)) return false;
  if (node.type === 'CallExpression' && !isLookingCall(node['callee'] as AnyNode, node['arguments'] as readonly AnyNode[])) return false;
  return Object.values(node).every((value) => (Array.isArray(value) ? value.every((one) => !isNode(one) || looks(one)) : !isNode(value) || looks(value)));
}

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function isLookingCall(callee: AnyNode, given: readonly AnyNode[]): boolean {
  if (callee.type === 'Identifier') return lookingFunctions.has(String(callee['name']));
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return false;
  const object = callee['object'] as AnyNode;
  const property = String((callee['property'] as AnyNode)['name']);
  if (object.type === 'Identifier' && lookingObjects.has(String(object['name']))) return !changingMembers.has(`${String(object['name'])}.${property}`);
  return lookingMethods.has(property) && (!callingMethods.has(property) || given[0]?.type === 'ArrowFunctionExpression');
}

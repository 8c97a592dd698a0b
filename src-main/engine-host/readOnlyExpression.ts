/**
 * Whether an expression only looks: nothing is assigned, and what is called is known to change nothing.
 *
 * Reads of the driver API's own objects run accessors, which V8 cannot tell from effects (bytes are made when somebody looks). An
 * expression that passes here may be evaluated without V8's own guard.
 */
import { parse } from 'acorn';
import { callingMethods, isLookingMember, lookingFunctions, lookingMethods, lookingObjects } from './lookingNames.ts';
import type { AnyNode } from './visitNodes.ts';

/** What a look may consist of; an arrow function is one where its body is. */
const lookingNodes = new Set([
  'ArrayExpression', 'ArrowFunctionExpression', 'BinaryExpression', 'CallExpression', 'ChainExpression', 'ConditionalExpression', 'Identifier', 'Literal', 'LogicalExpression', 'MemberExpression', 'ObjectExpression', 'Property',
  'SequenceExpression', 'SpreadElement', 'TemplateElement', 'TemplateLiteral', 'ThisExpression', 'ArrayPattern', 'ObjectPattern', 'RestElement', 'ParenthesizedExpression',
]);

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
  if (object.type === 'Identifier' && lookingObjects.has(String(object['name']))) return isLookingMember(String(object['name']), property);
  return lookingMethods.has(property) && (!callingMethods.has(property) || given[0]?.type === 'ArrowFunctionExpression');
}

/**
 * Lines of a driver's routines, worked out from its source: for what is found when a callback has returned and left the stack.
 *
 * V8 does not tell which return statement ran. A function's text is compared with the functions of the source; inside it the one
 * statement that returns the value, or that stores the completion context, is taken. Where several could be meant, the routine's own
 * first line is told. Nothing of this is done before the first violation.
 */
import { parse, type Node } from 'acorn';
import type { CallSite, RoutineAspect } from '../engine/index.ts';
import { withoutCallNames } from './callNames.ts';
import { siteAt } from './runDrivers.ts';
import { visitNodes, type AnyNode } from './visitNodes.ts';

type Routine = (...args: never[]) => unknown;

/** A function of the source: where it starts, and what its statements return and store. */
interface KnownFunction {
  readonly start: Node;
  readonly returns: readonly { readonly node: Node; readonly text: string }[];
  /** Assignments to `value` of the third parameter. */
  readonly contextWrites: readonly Node[];
}

interface DriverFunctions {
  readonly driver: string;
  /** By text; null where two functions have the same. */
  readonly byText: ReadonlyMap<string, KnownFunction | null>;
}

export class RoutineSites {
  readonly #sources: { readonly driver: string; readonly code: string }[] = [];
  #functions: readonly DriverFunctions[] | null = null;
  readonly #known = new WeakMap<Routine, { readonly driver: string; readonly found: KnownFunction } | { readonly driver: null }>();

  /** `code`: the script as it runs, in the source's positions. */
  add(driver: string, code: string): void {
    this.#sources.push({ driver, code });
    this.#functions = null;
  }

  site(routine: Routine, about: RoutineAspect): CallSite | null {
    const known = this.#find(routine);
    if (known.driver === null) return null;
    const { loc } = statementFor(known.found, about);
    return loc === undefined || loc === null ? null : siteAt(known.driver, loc.start.line, loc.start.column + 1);
  }

  #find(routine: Routine): { readonly driver: string; readonly found: KnownFunction } | { readonly driver: null } {
    const known = this.#known.get(routine);
    if (known !== undefined) return known;
    this.#functions ??= this.#sources.map(({ driver, code }) => ({ driver, byText: functionsOf(code) }));
    const text = withoutCallNames(Function.prototype.toString.call(routine));
    const found = this.#functions.flatMap(({ driver, byText }) => {
      const one = byText.get(text);
      return one === undefined || one === null ? [] : [{ driver, found: one }];
    });
    // The same text in two drivers: it could be either. In two versions of one: the newer one counts.
    const last = found.at(-1);
    const answer = last !== undefined && found.every(({ driver }) => driver === last.driver) ? last : ({ driver: null } as const);
    this.#known.set(routine, answer);
    return answer;
  }
}

function statementFor(found: KnownFunction, { returns, setsContext }: RoutineAspect): Node {
  if (setsContext === true) return only(found.contextWrites) ?? found.start;
  if (returns === undefined) return found.start;
  const named = found.returns.filter(({ text }) => new RegExp(`\\b${returns.replace(/\W/g, '')}\\b`).test(text));
  return only(named)?.node ?? only(found.returns)?.node ?? found.start;
}

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

function functionsOf(code: string): Map<string, KnownFunction | null> {
  const byText = new Map<string, KnownFunction | null>();
  visitNodes(parse(code, { ecmaVersion: 2024, sourceType: 'script', allowReturnOutsideFunction: true, locations: true }), (node) => {
    if (!isFunction(node)) return;
    const text = withoutCallNames(code.slice(node.start, node.end));
    byText.set(text, byText.has(text) ? null : knownFunction(node, code));
  });
  return byText;
}

const isFunction = (node: AnyNode): boolean => node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';

function knownFunction(node: AnyNode, code: string): KnownFunction {
  const returns: { node: Node; text: string }[] = [];
  const contextWrites: Node[] = [];
  const body = node['body'] as AnyNode;
  const context = nameOf((node['params'] as readonly AnyNode[])[2]);
  if (body.type !== 'BlockStatement') returns.push({ node: body, text: code.slice(body.start, body.end) });
  visitNodes(body, (inner) => {
    if (inner.type === 'ReturnStatement') returns.push({ node: inner, text: code.slice(inner.start, inner.end) });
    if (inner.type === 'AssignmentExpression' && context !== null && isValueOf(inner['left'] as AnyNode, context)) contextWrites.push(inner);
  }, (inner) => inner !== body && isFunction(inner));
  return { start: node, returns, contextWrites };
}

const nameOf = (node: AnyNode | undefined): string | null => (node?.type === 'Identifier' ? String(node['name']) : null);

/** `CompletionContext.value` */
const isValueOf = (node: AnyNode, name: string): boolean => node.type === 'MemberExpression' && nameOf(node['object'] as AnyNode) === name && nameOf(node['property'] as AnyNode) === 'value';

/** Every node below one, itself first; not below those that `skips` names. */

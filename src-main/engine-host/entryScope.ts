/**
 * What a routine will see when it runs, before a line of it has: its parameters by the names it gives them, and what it closes over.
 *
 * V8's frame at such a stop is that of the stop function, which sees neither. A routine's closures are its internal [[Scopes]]: every context between it
 * and the realm, innermost first; of each only what some function uses is kept, as at a line.
 */
import { parse, type Node } from 'acorn';
import { withoutCallNames } from './callNames.ts';
import type { CallFrame, InspectorClient, RemoteObject } from './inspectorClient.ts';
import { followName, nextName, privateName } from './switchableCode.ts';
import type { AnyNode } from './visitNodes.ts';

export interface ClosureScope {
  readonly name: string;
  readonly objectId: string;
}

interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
}

interface PropertiesAnswer {
  readonly result: readonly Property[];
  readonly internalProperties?: readonly Property[];
}

export interface EvaluateAnswer {
  readonly result: RemoteObject;
  readonly exceptionDetails?: { readonly text: string; readonly exception?: RemoteObject };
}

export type EntryCallback = 'pre' | 'post' | 'status';

/** How the Filter Manager calls each, in the names of the stop function; the third parameter of a pre callback is a place to store in. Source: filter-manager-core.md (callback prototypes). */
const calledWith: Readonly<Record<EntryCallback, readonly string[]>> = {
  pre: ['Data', 'FltObjects', '{value:CompletionContext}'],
  post: ['Data', 'FltObjects', 'CompletionContext', 'Flags'],
  status: ['FltObjects', 'IopbSnapshot', 'OperationStatus', 'RequesterContext'],
};

/** What the code of a driver that may be switched has beside its own. */
export const wrapperNames: ReadonlySet<string> = new Set([nextName, followName, privateName]);
/** Of the stop function's own scope. */
const stopNames = new Set(['stopNumber', 'routine', 'arguments', 'this']);

export class EntryScope {
  readonly closures: readonly ClosureScope[];
  readonly #client: InspectorClient;
  readonly #routine: string;
  /** Innermost wins. */
  readonly #values: ReadonlyMap<string, RemoteObject>;
  /** The routine's own parameter list, as written. */
  readonly #parameters: string;
  readonly #parameterNames: ReadonlySet<string>;
  readonly #given: string;

  private constructor(client: InspectorClient, routine: string, closures: readonly ClosureScope[], values: ReadonlyMap<string, RemoteObject>, own: { readonly text: string; readonly names: ReadonlySet<string> }, given: string) {
    this.#client = client;
    this.#routine = routine;
    this.closures = closures;
    this.#values = values;
    this.#parameters = own.text;
    this.#parameterNames = own.names;
    this.#given = given;
  }

  /** Null where no routine is about to run. */
  static async of(client: InspectorClient, { callFrameId, scopeChain }: CallFrame, callback: EntryCallback | null): Promise<EntryScope | null> {
    const { result: routine } = await client.send<{ readonly result: RemoteObject }>('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'routine', objectGroup: 'stop' });
    if (routine.objectId === undefined || routine.type !== 'function') return null;
    const properties = (objectId: string): Promise<PropertiesAnswer> => client.send<PropertiesAnswer>('Runtime.getProperties', { objectId, ownProperties: true });
    const { internalProperties } = await properties(routine.objectId);
    const list = internalProperties?.find(({ name }) => name === '[[Scopes]]')?.value?.objectId;
    const closures = list === undefined ? [] : (await properties(list)).result.flatMap(({ value }) => closureOf(value) ?? []);
    const values = new Map<string, RemoteObject>();
    const local = scopeChain.find(({ type }) => type === 'local')?.object.objectId;
    for (const objectId of [...closures.map((one) => one.objectId).reverse(), ...(local === undefined ? [] : [local])]) {
      for (const { name, value } of (await properties(objectId)).result) if (value !== undefined && !(objectId === local && stopNames.has(name))) values.set(name, value);
    }
    const given = callback === null ? '' : calledWith[callback].join(',');
    return new EntryScope(client, routine.objectId, closures, values, callback === null ? noParameters : parametersOf(withoutCallNames(routine.description ?? '')), given);
  }

  /** As if the routine's first line were about to run; null where the expression names nothing that only the routine sees. */
  async evaluate(expression: string, throwOnSideEffect: boolean): Promise<EvaluateAnswer | null> {
    const used = namesUsed(expression);
    const usesParameters = [...used].some((name) => this.#parameterNames.has(name) && !this.#values.has(name)) || (this.#parameterNames.has('CompletionContext') && used.has('CompletionContext') && this.#given.includes('{'));
    const names = [...this.#values.keys()].filter((name) => used.has(name) || (usesParameters && this.#given.includes(name)));
    if (names.length === 0 && !usesParameters) return null;
    const body = usesParameters ? `((${this.#parameters})=>(${expression}\n))(${this.#given})` : `(${expression}\n)`;
    return this.#client.send<EvaluateAnswer>('Runtime.callFunctionOn', {
      objectId: this.#routine, functionDeclaration: `(function(){"use strict";return (${names.join(',')})=>${body};}).call(undefined)`, arguments: names.map((name) => argumentOf(this.#values.get(name))), objectGroup: 'stop', silent: true, throwOnSideEffect,
    });
  }
}

const noParameters = { text: '', names: new Set<string>() };

function closureOf(scope: RemoteObject | undefined): ClosureScope | null {
  const kind = /^(Closure|Block|Catch)(?: \((.*)\))?/.exec(scope?.description ?? '');
  if (scope?.objectId === undefined || kind === null) return null;
  return { name: closureName(kind[1] ?? '', kind[2] ?? ''), objectId: scope.objectId };
}

/** The driver's module is a function without a name. */
export const closureName = (kind: string, routine: string): string => (kind !== 'Closure' ? kind : routine === '' ? 'Driver' : `Closure (${routine})`);

function argumentOf(value: RemoteObject | undefined): object {
  if (value?.objectId !== undefined) return { objectId: value.objectId };
  if (value?.unserializableValue !== undefined) return { unserializableValue: value.unserializableValue };
  return value === undefined || value.type === 'undefined' ? {} : { value: value.value };
}

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function identifiersIn(value: unknown, found: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const one of value) identifiersIn(one, found);
  else if (isNode(value)) {
    if (value.type === 'Identifier') found.add(String(value['name']));
    for (const child of Object.values(value)) if (typeof child === 'object') identifiersIn(child, found);
  }
  return found;
}

function parsedExpression(text: string): AnyNode | null {
  for (const source of [`(${text}\n)`, `({${text}\n})`]) {
    try {
      const [statement] = parse(source, { ecmaVersion: 2024 }).body;
      if (statement?.type === 'ExpressionStatement') return statement.expression as unknown as AnyNode;
    } catch {
      // A method has the second form only; what has neither is told by V8.
    }
  }
  return null;
}

function namesUsed(expression: string): ReadonlySet<string> {
  return identifiersIn(parsedExpression(expression), new Set());
}

/** Parameter list of a routine's source text. */
function parametersOf(source: string): { readonly text: string; readonly names: ReadonlySet<string> } {
  const parsed = parsedExpression(source);
  const [property] = (parsed?.['properties'] as readonly AnyNode[] | undefined) ?? [];
  const isMethod = parsed?.type === 'ObjectExpression';
  const routine = isMethod ? (property?.['value'] as AnyNode | undefined) : parsed;
  const parameters = (routine?.['params'] as readonly Node[] | undefined) ?? [];
  const [first] = parameters;
  const last = parameters.at(-1);
  if (first === undefined || last === undefined) return noParameters;
  const shift = isMethod ? 2 : 1;
  return { text: source.slice(first.start - shift, last.end - shift), names: identifiersIn(parameters, new Set()) };
}

/** Scopes, variables and expressions of a stop, from V8's remote objects. */
import { driverConstants } from '../driver-api/constants.ts';
import { routineByName } from '../driver-api/routineTable.ts';
import { hex } from '../nt/names.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { hostErrors } from './errors.ts';
import type { CallFrame, InspectorClient, RemoteObject } from './inspectorClient.ts';

export interface ScopeData {
  readonly name: string;
  readonly variablesReference: number;
}

export interface VariableData {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  /** 0: no children. */
  readonly variablesReference: number;
}

interface PropertyDescriptor {
  readonly name: string;
  readonly value?: RemoteObject;
  readonly get?: RemoteObject;
}

interface PropertiesAnswer {
  readonly result: readonly PropertyDescriptor[];
}

const scopeNames: Readonly<Record<string, string>> = { local: 'Local', block: 'Block', closure: 'Driver', catch: 'Catch', 'with': 'With', eval: 'Eval', module: 'Driver' };
const apiNames = new Set([...driverConstants.map((row) => row.name), ...routineByName.keys(), 'UNICODE_STRING']);
/** What a stop function's scope holds beside what the callback was given. */
const ownNames = new Set(['stopNumber', 'routine', 'arguments', 'this']);

// The engine's objects keep their values behind accessors of their classes; this makes a plain object of what a reader wants to
// see. Runs in the child, without side effects there.
// Of a kernel buffer it makes the first bytes, in rows of 16 with the origins of those that are in them.
export const viewSource = `function () {
  const view = Object.create(null);
  if (typeof this.constructor?.peek === "function" && typeof this.constructor.originAt === "function") {
    for (const name of ["id", "kind", "length", "freed"]) view[name] = this[name];
    for (let at = 0; at < Math.min(256, this.length); at += 16) {
      const { bytes } = this.constructor.peek(this, at, Math.min(16, this.length - at));
      const origins = new Set();
      for (let i = 0; i < bytes.length; i++) { const { origin, writer } = this.constructor.originAt(this, at + i); origins.add(writer === null ? origin : origin + " by " + writer); }
      view["+0x" + at.toString(16).padStart(2, "0")] = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ") + "  " + [...origins].join(", ");
    }
    return view;
  }
  if (this instanceof Map || Object.prototype.toString.call(this) === "[object Map]") { let i = 0; for (const [k, v] of this) { if (i++ === 200) break; view[String(k)] = v; } return view; }
  if (Object.prototype.toString.call(this) === "[object Set]") { let i = 0; for (const v of this) { if (i === 200) break; view[i++] = v; } return view; }
  if (ArrayBuffer.isView(this)) { for (let i = 0; i < Math.min(256, this.length ?? 0); i++) view[i] = this[i]; return view; }
  for (const name of Object.getOwnPropertyNames(this)) { if (name === "__proto__") continue; try { view[name] = this[name]; } catch { view[name] = "(cannot be read)"; } }
  for (let proto = Object.getPrototypeOf(this); proto !== null && Object.getPrototypeOf(proto) !== null; proto = Object.getPrototypeOf(proto)) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (property.get === undefined || name in view || name === "__proto__") continue;
      try { view[name] = this[name]; } catch { view[name] = "(cannot be read)"; }
    }
  }
  return view;
}`;

/** References given out at one stop. */
export class Inspection {
  readonly #client: InspectorClient;
  readonly #frames: ReadonlyMap<number, CallFrame>;
  readonly #references: { readonly objectId: string; readonly scope: boolean }[] = [];

  constructor(client: InspectorClient, frames: ReadonlyMap<number, CallFrame>) {
    this.#client = client;
    this.#frames = frames;
  }

  scopes(frameId: number): ScopeData[] {
    const frame = this.#frame(frameId);
    return frame.scopeChain.flatMap((scope) => {
      const name = scopeNames[scope.type];
      if (name === undefined || scope.object.objectId === undefined) return [];
      return [{ name: frame.functionName === 'fltreplayStop' && scope.type === 'local' ? 'Callback' : name, variablesReference: this.#reference(scope.object.objectId, true) }];
    });
  }

  async variables(reference: number): Promise<VariableData[]> {
    const target = this.#references[reference - 1];
    if (target === undefined) return [];
    if (target.scope) {
      const { result } = await this.#client.send<PropertiesAnswer>('Runtime.getProperties', { objectId: target.objectId, ownProperties: true });
      return result.flatMap((property) => (property.value === undefined || apiNames.has(property.name) || ownNames.has(property.name) ? [] : [this.#variable(property.name, property.value)]))
        .filter((variable) => variable.type !== 'undefined' || variable.name !== '');
    }
    const { result: view } = await this.#client.send<{ readonly result: RemoteObject }>('Runtime.callFunctionOn', { objectId: target.objectId, functionDeclaration: viewSource, objectGroup: 'stop' });
    if (view.objectId === undefined) return [];
    const { result } = await this.#client.send<PropertiesAnswer>('Runtime.getProperties', { objectId: view.objectId, ownProperties: true });
    return result.flatMap((property) => (property.value === undefined ? [] : [this.#variable(property.name, property.value)]));
  }

  async evaluate(expression: string, frameId: number): Promise<VariableData> {
    const answer = await this.#client.send<{ readonly result: RemoteObject; readonly exceptionDetails?: { readonly text: string; readonly exception?: RemoteObject } }>('Debugger.evaluateOnCallFrame', {
      callFrameId: this.#frame(frameId).callFrameId, expression, objectGroup: 'stop', silent: true,
    });
    if (answer.exceptionDetails !== undefined) {
      const { exception, text } = answer.exceptionDetails;
      throw hostErrors.evaluation(expression, (exception?.description ?? text).split('\n')[0] ?? text);
    }
    return this.#variable(expression, answer.result);
  }

  #frame(frameId: number): CallFrame {
    const frame = this.#frames.get(frameId);
    if (frame === undefined) throw hostErrors.noFrame(frameId);
    return frame;
  }

  #reference(objectId: string, scope: boolean): number {
    this.#references.push({ objectId, scope });
    return this.#references.length;
  }

  #variable(name: string, object: RemoteObject): VariableData {
    const expandable = object.objectId !== undefined && object.type === 'object';
    return { name, value: remoteText(object), type: object.className ?? object.subtype ?? object.type, variablesReference: expandable && object.objectId !== undefined ? this.#reference(object.objectId, false) : 0 };
  }
}

/** A remote value as text: numbers that are statuses or flags also in the form people know. */
export function remoteText(object: RemoteObject): string {
  switch (object.type) {
    case 'string': return JSON.stringify(object.value);
    case 'number': return numberText(object);
    case 'undefined': return 'undefined';
    case 'function': return (object.description ?? 'function').split('\n')[0]?.replace(/\s*\{$/, '') ?? 'function';
    default: return object.subtype === 'null' ? 'NULL' : (object.description ?? String(object.value));
  }
}

function numberText({ value, description, unserializableValue }: RemoteObject): string {
  if (typeof value !== 'number') return unserializableValue ?? description ?? '';
  if (!Number.isInteger(value) || value < 0x10000 || value > 0xffffffff) return String(value);
  const name = value >= 0x80000000 ? ntStatusName(value) : '';
  return `${value} (${hex(value)}${name === '' || name.startsWith('0x') ? '' : ` ${name}`})`;
}

/** Scopes, variables and expressions of a stop, from V8's remote objects. */
import { driverConstants } from '../driver-api/constants.ts';
import { routineByName } from '../driver-api/routineTable.ts';
import { fileAttributeNames, fileInformationClassName, flagNames, fsctlNameOf, fsInformationClassName, hex, irpFlagNames, irpMjName, shareAccessNames } from '../nt/names.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { accessMask } from '../nt/tables.generated.ts';
import { withoutCallNames } from './callNames.ts';
import { hostErrors } from './errors.ts';
import { onlyLooks } from './readOnlyExpression.ts';
import { closureName, EntryScope, wrapperNames, type EntryCallback, type EvaluateAnswer } from './entryScope.ts';
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
const ownNames = new Set(['stopNumber', 'routine', 'arguments', 'this', ...wrapperNames]);

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
  if (this instanceof Map || Object.prototype.toString.call(this) === "[object Map]") { let i = 0; for (const [k, v] of this) { if (i++ === 10000) break; view[String(k)] = v; } return view; }
  if (Object.prototype.toString.call(this) === "[object Set]") { let i = 0; for (const v of this) { if (i === 10000) break; view[i++] = v; } return view; }
  if (ArrayBuffer.isView(this)) { for (let i = 0; i < Math.min(10000, this.length ?? 0); i++) view[i] = this[i]; return view; }
  for (const name of Object.getOwnPropertyNames(this)) { if (name === "__proto__") continue; try { view[name] = this[name]; } catch { view[name] = "(cannot be read)"; } }
  for (let proto = Object.getPrototypeOf(this); proto !== null && Object.getPrototypeOf(proto) !== null; proto = Object.getPrototypeOf(proto)) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (property.get === undefined || name in view || name === "__proto__") continue;
      try { view[name] = this[name]; } catch { view[name] = "(cannot be read)"; }
    }
  }
  return view;
}`;

interface Member {
  readonly name: string;
  readonly object: RemoteObject;
}

type Texts = Readonly<Record<string, string>>;

/** Members of one page of a long array or map. */
const pageMembers = 100;

// One line for an object: the values of WDK types, the printable name of objects that have one.
const objectTextSource = `function (value) {
  if (typeof value !== "object" || value === null) return undefined;
  const own = value.constructor?.name;
  try {
    if (own === "UNICODE_STRING") return JSON.stringify(value.Buffer);
    if (/LARGE_INTEGER|LargeInteger$/.test(own)) return String(value.QuadPart);
    if (typeof value.id === "string") return typeof value.length === "number" ? value.id + " (" + value.length + " bytes)" : value.id;
    if (own === "GUID") return String(value);
    if (Array.isArray(value)) return "[" + value.length + "]";
    const kind = Object.prototype.toString.call(value);
    if (kind === "[object Map]" || kind === "[object Set]") return kind.slice(8, -1) + " [" + value.size + "]";
  } catch {}
  return undefined;
}`;
const textSource = `function () { return (${objectTextSource})(this); }`;
const textsSource = `function () {
  const text = ${objectTextSource}, texts = {};
  for (const name of Object.getOwnPropertyNames(this)) { const said = text(Object.getOwnPropertyDescriptor(this, name).value); if (said !== undefined) texts[name] = said; }
  return JSON.stringify(texts);
}`;

// Buffers, MDLs and structures over buffers are of the child's main realm; their own class leads there.
const showBufferSource = `function () {
  const own = this.constructor;
  const isView = typeof own?.window === "function" && typeof own.typeOf === "function";
  const buffer = typeof own?.peek === "function" ? this : isView ? own.window(this) : this.buffer;
  if (typeof buffer?.constructor?.peek !== "function") return false;
  buffer.constructor.shown = { buffer, structure: isView ? own.typeOf(this).name : null };
  return true;
}`;

/** References given out at one stop. */
export class Inspection {
  readonly #client: InspectorClient;
  readonly #frames: ReadonlyMap<number, CallFrame>;
  readonly #references: ({ readonly objectId: string; readonly scope: boolean } | { readonly members: readonly Member[]; readonly texts: Texts })[] = [];

  readonly #callback: EntryCallback | null;
  #entry: Promise<EntryScope | null> | null = null;

  /** `callback`: what is about to run, where no line of it has. */
  constructor(client: InspectorClient, frames: ReadonlyMap<number, CallFrame>, callback: EntryCallback | null) {
    this.#client = client;
    this.#frames = frames;
    this.#callback = callback;
  }

  async scopes(frameId: number): Promise<ScopeData[]> {
    const frame = this.#frame(frameId);
    const atCallback = isEntry(frame);
    const own = frame.scopeChain.flatMap((scope) => {
      const name = scope.type === 'closure' ? closureName('Closure', scope.name ?? '') : scopeNames[scope.type];
      if (name === undefined || scope.object.objectId === undefined) return [];
      return [{ name: atCallback && scope.type === 'local' ? 'Callback' : name, variablesReference: this.#reference(scope.object.objectId, true) }];
    });
    if (!atCallback) return own;
    const entry = await this.#entryOf(frame);
    return [...own, ...(entry?.closures ?? []).map(({ name, objectId }) => ({ name, variablesReference: this.#reference(objectId, true) }))];
  }

  /** There is one such frame at most, the innermost. */
  #entryOf(frame: CallFrame): Promise<EntryScope | null> {
    return (this.#entry ??= EntryScope.of(this.#client, frame, this.#callback));
  }

  async variables(reference: number): Promise<VariableData[]> {
    const target = this.#references[reference - 1];
    if (target === undefined) return [];
    if ('members' in target) return target.members.map(({ name, object }) => this.#variable(name, object, target.texts[name]));
    if (target.scope) {
      const { result } = await this.#client.send<PropertiesAnswer>('Runtime.getProperties', { objectId: target.objectId, ownProperties: true });
      const texts = await this.#texts(target.objectId);
      return result.flatMap((property) => (property.value === undefined || apiNames.has(withoutCallNames(property.name)) || ownNames.has(property.name) ? [] : [this.#variable(property.name, property.value, texts[property.name])]))
        .filter((variable) => variable.type !== 'undefined' || variable.name !== '');
    }
    const { result: view } = await this.#client.send<{ readonly result: RemoteObject }>('Runtime.callFunctionOn', { objectId: target.objectId, functionDeclaration: viewSource, objectGroup: 'stop' });
    if (view.objectId === undefined) return [];
    const { result } = await this.#client.send<PropertiesAnswer>('Runtime.getProperties', { objectId: view.objectId, ownProperties: true });
    return this.#paged(result.flatMap((property) => (property.value === undefined ? [] : [{ name: property.name, object: property.value }])), await this.#texts(view.objectId));
  }

  /** Long lists in pages, which are opened like objects. */
  #paged(members: readonly Member[], texts: Texts): VariableData[] {
    if (members.length <= pageMembers) return members.map(({ name, object }) => this.#variable(name, object, texts[name]));
    return Array.from({ length: Math.ceil(members.length / pageMembers) }, (_, at): VariableData => {
      const page = members.slice(at * pageMembers, (at + 1) * pageMembers);
      this.#references.push({ members: page, texts });
      return { name: `${page[0]?.name ?? ''} … ${page.at(-1)?.name ?? ''}`, value: '', type: 'page', variablesReference: this.#references.length };
    });
  }

  /** What is to be said of members that are objects, in one request. */
  async #texts(objectId: string): Promise<Texts> {
    const { result } = await this.#client.send<{ readonly result: RemoteObject }>('Runtime.callFunctionOn', { objectId, functionDeclaration: textsSource, returnByValue: true });
    return typeof result.value === 'string' ? (JSON.parse(result.value) as Texts) : {};
  }

  /** Looks only: what would change something is refused. */
  async evaluate(expression: string, frameId: number): Promise<VariableData> {
    const object = await this.#evaluate(expression, frameId);
    if (object.objectId === undefined || object.type !== 'object') return this.#variable(expression, object);
    const { result } = await this.#client.send<{ readonly result: RemoteObject }>('Runtime.callFunctionOn', { objectId: object.objectId, functionDeclaration: textSource, returnByValue: true });
    return this.#variable(expression, object, typeof result.value === 'string' ? result.value : undefined);
  }

  /** False where the expression leads to no buffer. */
  async showBuffer(expression: string, frameId: number): Promise<boolean> {
    const { objectId } = await this.#evaluate(expression, frameId);
    if (objectId === undefined) return false;
    const { result } = await this.#client.send<{ readonly result: RemoteObject }>('Runtime.callFunctionOn', { objectId, functionDeclaration: showBufferSource, objectGroup: 'stop', returnByValue: true });
    return result.value === true;
  }

  async #evaluate(expression: string, frameId: number): Promise<RemoteObject> {
    const frame = this.#frame(frameId);
    const looks = onlyLooks(expression);
    const entry = isEntry(frame) ? await this.#entryOf(frame) : null;
    const answer = (await entry?.evaluate(expression, !looks)) ?? (await this.#client.send<EvaluateAnswer>('Debugger.evaluateOnCallFrame', { callFrameId: frame.callFrameId, expression, objectGroup: 'stop', silent: true, throwOnSideEffect: !looks }));
    if (answer.exceptionDetails === undefined) return answer.result;
    const { exception, text } = answer.exceptionDetails;
    const said = withoutCallNames((exception?.description ?? text).split('\n')[0] ?? text);
    throw !looks && /possible side-effect/i.test(said) ? hostErrors.wouldChange(expression) : hostErrors.evaluation(expression, said);
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

  #variable(name: string, object: RemoteObject, text?: string): VariableData {
    const expandable = object.objectId !== undefined && object.type === 'object';
    return { name, value: text ?? remoteText(object, name), type: object.className ?? object.subtype ?? object.type, variablesReference: expandable && object.objectId !== undefined ? this.#reference(object.objectId, false) : 0 };
  }
}

const isEntry = ({ functionName }: CallFrame): boolean => functionName === 'fltreplayStop';

/** A remote value as text: numbers that are statuses or flags also in the form people know. */
export function remoteText(object: RemoteObject, name = ''): string {
  switch (object.type) {
    case 'string': return JSON.stringify(object.value);
    case 'number': return namedNumber(name, object.value) ?? numberText(object);
    case 'undefined': return 'undefined';
    case 'function': return withoutCallNames((object.description ?? 'function').split('\n')[0]?.replace(/\s*\{$/, '') ?? 'function');
    default: return object.subtype === 'null' ? 'NULL' : (object.description ?? String(object.value));
  }
}

/** A number whose name says what it is. */
function namedNumber(path: string, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isInteger(value)) return null;
  const name = path.slice(path.lastIndexOf('.') + 1);
  const decoded = decoders.find(([pattern]) => pattern.test(name))?.[1](value >>> 0) ?? null;
  return decoded === null ? null : `${value} (${value > 9 ? `${hex(value, 2)} ` : ''}${decoded})`;
}

const decoders: readonly (readonly [RegExp, (value: number) => string])[] = [
  [/^MajorFunction$/, irpMjName], [/^IrpFlags$/, irpFlagNames], [/^FileAttributes$/, fileAttributeNames], [/^ShareAccess$/, shareAccessNames], [/^FileInformationClass$/, fileInformationClassName],
  [/^FsInformationClass$/, fsInformationClassName], [/^FsControlCode$/, fsctlNameOf], [/^DesiredAccess$/, (value) => flagNames(value, accessMask)], [/status$/i, ntStatusName],
];

function numberText({ value, description, unserializableValue }: RemoteObject): string {
  if (typeof value !== 'number') return unserializableValue ?? description ?? '';
  if (!Number.isInteger(value) || value < 0x10000 || value > 0xffffffff) return String(value);
  const name = value >= 0x80000000 ? ntStatusName(value) : '';
  return `${value} (${hex(value)}${name === '' || name.startsWith('0x') ? '' : ` ${name}`})`;
}

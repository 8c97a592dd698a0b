/**
 * What several runs in one process have in common and a driver can get at: the engine's own classes and values, and the built-ins of the
 * realm they live in. A driver has a realm of its own and cannot name these, but it can reach them (`Object.getPrototypeOf(Data)`), and what it
 * changed there would be seen by the next run. So those that are known are looked at after each run, and code that names a way to a prototype
 * or a constructor is taken to have changed one: there are classes that only an object leads to.
 */
import { sharedValues } from '../driver-api/driverGlobals.ts';
import * as engineExports from '../engine/index.ts';
import type { RunRequest } from './messages.ts';
import { textsOf } from './stripping.ts';

/** The words by which code gets from an object to what it shares with others; `constructor(` only begins a class's own. */
const waysToPrototypes = /[gs]etPrototypeOf|__\w+__|\bprototype\b|\bconstructor\b(?!\s*\()/;

/** Whether code of a run could get at what only an object leads to. */
export const reachesPrototypes = ({ drivers, versions = [] }: RunRequest): boolean =>
  [...drivers.flatMap((driver) => [...textsOf(driver), driver.service ?? '']), ...versions.flatMap(textsOf)].some((code) => waysToPrototypes.test(code));

/** An object with its members as they were. */
interface Noted {
  readonly object: object;
  readonly prototype: object | null;
  readonly keys: readonly PropertyKey[];
  /** Values, or getters and setters; null where members may change, as those of a class that serves the run under way. */
  readonly values: readonly unknown[] | null;
}

/** Of the language; what the runtime adds cannot be reached from an object of the engine. */
const builtIns = [
  'Object', 'Function', 'Array', 'Number', 'String', 'Boolean', 'Symbol', 'BigInt', 'Date', 'RegExp', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Promise', 'Proxy', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView',
  'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
  'Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError', 'Math', 'JSON', 'Reflect', 'Atomics', 'Iterator', 'FinalizationRegistry',
] as const;
const ofCallSites = new Set<PropertyKey>(['prepareStackTrace', 'stackTraceLimit']);

export class SharedObjects {
  readonly #noted = new Map<object, Noted>();

  constructor() {
    for (const name of builtIns) {
      const value: unknown = Reflect.get(globalThis, name);
      this.#note(value, true);
      this.#note(prototypeOf(value), true);
    }
    for (const example of [[][Symbol.iterator](), new Map().entries(), new Set().entries(), (function* () { /* its prototype */ })()]) {
      for (let at: object | null = Object.getPrototypeOf(example) as object; at !== null; at = Object.getPrototypeOf(at) as object | null) this.#note(at, true);
    }
    for (const value of [...sharedValues, ...Object.values(engineExports)]) {
      this.#note(value, typeof value !== 'function' && sharedValues.includes(value));
      for (let at = prototypeOf(value); at !== null; at = Object.getPrototypeOf(at) as object | null) this.#note(at, true);
    }
  }

  areUnchanged(): boolean {
    for (const { object, prototype, keys, values } of this.#noted.values()) {
      const now = Reflect.ownKeys(object).filter((key) => !isCallSites(object, key));
      if (now.length !== keys.length || Object.getPrototypeOf(object) !== prototype) return false;
      for (const [at, key] of keys.entries()) if (now[at] !== key || (values !== null && !Object.is(memberOf(object, key), values[at]))) return false;
    }
    return true;
  }

  #note(value: unknown, withValues: boolean): void {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || this.#noted.has(value) || Object.isFrozen(value)) return;
    const keys = Reflect.ownKeys(value).filter((key) => !isCallSites(value, key));
    this.#noted.set(value, { object: value, prototype: Object.getPrototypeOf(value) as object | null, keys, values: withValues ? keys.map((key) => memberOf(value, key)) : null });
  }
}

/** Both belong to whoever looks for a driver's line on the stack. */
const isCallSites = (object: object, key: PropertyKey): boolean => object === Error && ofCallSites.has(key);

function prototypeOf(value: unknown): object | null {
  if (typeof value !== 'function') return null;
  const found: unknown = Reflect.get(value, 'prototype');
  return typeof found === 'object' ? found : null;
}

function memberOf(object: object, key: PropertyKey): unknown {
  const member = Reflect.getOwnPropertyDescriptor(object, key);
  return member?.get ?? member?.set ?? member?.value;
}

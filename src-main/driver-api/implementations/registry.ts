/**
 * The registry routines, over the small tree of registry.ts.
 *
 * Source: ZwOpenKey, ZwQueryValueKey, ZwEnumerateValueKey, IoOpenDriverRegistryKey and their pages; driver-api-usage.md 1.3.
 */
import type { Ref } from '../../engine/index.ts';
import {
  STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_CANNOT_DELETE, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_KEY_DELETED, STATUS_NO_MORE_ENTRIES, STATUS_OBJECT_NAME_NOT_FOUND,
  STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { KBUFFER } from '../kbuffer.ts';
import { objectNameOf } from '../objectAttributes.ts';
import { RegistryKey, servicesPath, wideBytes, type RegistryValue } from '../registry.ts';
import type { DriverServices, Routines } from '../services.ts';
import { put, textOf } from './common.ts';

/** KEY_VALUE_INFORMATION_CLASS and KEY_INFORMATION_CLASS */
const valueClasses = { basic: 0, full: 1, partial: 2, partialAlign64: 4 } as const;
const keyClasses = { basic: 0, node: 1, full: 2 } as const;
const createdNew = 1;
const openedExisting = 2;

/** A structure as bytes: a fixed part and what follows it. */
interface Answer {
  /** Bytes that must fit, or nothing is written. */
  readonly fixed: number;
  readonly bytes: Uint8Array;
}

function assemble(numbers: readonly number[], fixed: number, ...tails: readonly Uint8Array[]): Answer {
  const bytes = new Uint8Array(fixed + tails.reduce((sum, tail) => sum + tail.length, 0));
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, at) => view.setUint32(at * 4, number >>> 0, true));
  let at = fixed;
  for (const tail of tails) {
    bytes.set(tail, at);
    at += tail.length;
  }
  return { fixed, bytes };
}

/** TitleIndex, Type and the rest as the KEY_VALUE_* structures have it. Null for an unknown class. */
function valueAnswer(value: RegistryValue, infoClass: number): Answer | null {
  const name = wideBytes(value.name);
  const { type, data } = value;
  switch (infoClass) {
    case valueClasses.basic: return assemble([0, type, name.length], 12, name);
    case valueClasses.partial: return assemble([0, type, data.length], 12, data);
    case valueClasses.partialAlign64: return assemble([type, data.length], 8, data);
    case valueClasses.full: {
      const offset = Math.ceil((20 + name.length) / 8) * 8;
      return assemble([0, type, offset, data.length, name.length], 20, name, new Uint8Array(offset - 20 - name.length), data);
    }
    default: return null;
  }
}

const longest = (list: Iterable<{ readonly name: string }>): number => Math.max(0, ...[...list].map(({ name }) => name.length * 2));

function keyAnswer(key: RegistryKey, infoClass: number): Answer | null {
  const name = wideBytes(key.name);
  const time = [Number(BigInt.asUintN(32, key.lastWriteTime)), Number(BigInt.asUintN(32, key.lastWriteTime >> 32n))];
  switch (infoClass) {
    case keyClasses.basic: return assemble([...time, 0, name.length], 16, name);
    case keyClasses.node: return assemble([...time, 0, 0xffffffff, 0, name.length], 24, name);
    case keyClasses.full: {
      const values = [...key.values.values()];
      return assemble([...time, 0, 0xffffffff, 0, key.subkeys.size, longest(key.subkeys.values()), 0, values.length, longest(values), Math.max(0, ...values.map(({ data }) => data.length))], 44);
    }
    default: return null;
  }
}

function give(answer: Answer | null, buffer: KBUFFER | null | undefined, length: number, result: Ref<number> | null | undefined): number {
  if (answer === null) return STATUS_INVALID_PARAMETER;
  put(result, answer.bytes.length);
  if (length < answer.fixed || buffer === null || buffer === undefined) return STATUS_BUFFER_TOO_SMALL;
  const count = Math.min(length, answer.bytes.length);
  for (let at = 0; at < count; at++) buffer.setU8(at, answer.bytes[at] ?? 0);
  return count < answer.bytes.length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/** Data as a driver hands it in: a buffer, a text, or a number in a box. */
export function dataBytes(data: unknown, size: number): Uint8Array | null {
  if (data instanceof KBUFFER) return data.bytes(0, size);
  const value = typeof data === 'object' && data !== null && 'value' in data ? data.value : data;
  if (typeof value === 'string') return wideBytes(value.padEnd(size >>> 1, '\0')).slice(0, size);
  if (typeof value === 'object' && value !== null && 'Buffer' in value) return wideBytes(String(value.Buffer).padEnd(size >>> 1, '\0')).slice(0, size);
  if (typeof value !== 'number' && typeof value !== 'bigint') return size === 0 ? new Uint8Array(0) : null;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return bytes.slice(0, size);
}

export class RegistryHandles {
  readonly #services: DriverServices;

  constructor(services: DriverServices) {
    this.#services = services;
  }

  /** The open key of a handle, or the status that says why there is none. */
  key(handle: unknown): RegistryKey | number {
    const object = this.#services.handles.get(handle)?.object;
    if (!(object instanceof RegistryKey)) return STATUS_INVALID_HANDLE;
    return object.deleted ? STATUS_KEY_DELETED : object;
  }

  open(key: RegistryKey, out: Ref<object>): number {
    const handle = this.#services.handles.open('Key', key);
    this.#services.take('handle', handle, `${handle.id} ${key.path}`);
    out.value = handle;
    return STATUS_SUCCESS;
  }

  /** Where an OBJECT_ATTRIBUTES leads: the root and the path below it. */
  place(attributes: unknown): { readonly root: RegistryKey | null; readonly path: string } | number {
    const name = objectNameOf(attributes);
    if (name === null) return STATUS_INVALID_PARAMETER;
    if (name.root !== null && name.root !== undefined) {
      const root = this.key(name.root);
      return typeof root === 'number' ? root : { root, path: name.name };
    }
    return name.name.startsWith('\\') ? { root: null, path: name.name } : STATUS_OBJECT_PATH_SYNTAX_BAD;
  }
}

const parentOf = (path: string): string => path.replace(/\\?[^\\]*\\?$/, '');

export function registryRoutines(services: DriverServices): Routines {
  const handles = new RegistryHandles(services);
  const { registry } = services;
  const openKey = (out: Ref<object>, _access: number, attributes: unknown): number => {
    const place = handles.place(attributes);
    if (typeof place === 'number') return place;
    const key = registry.find(place.path, place.root);
    return key === null ? STATUS_OBJECT_NAME_NOT_FOUND : handles.open(key, out);
  };
  /** Runs with the key of a handle. */
  const withKey = (handle: unknown, use: (key: RegistryKey) => number): number => {
    const key = handles.key(handle);
    return typeof key === 'number' ? key : use(key);
  };
  return {
    ZwOpenKey: openKey,
    ZwOpenKeyEx: openKey,
    ZwCreateKey: (out: Ref<object>, _access: number, attributes: unknown, _title: unknown, _class: unknown, _options: unknown, disposition: Ref<number> | null | undefined) => {
      const place = handles.place(attributes);
      if (typeof place === 'number') return place;
      const existing = registry.find(place.path, place.root);
      if (existing === null && registry.find(parentOf(place.path), place.root) === null) return STATUS_OBJECT_NAME_NOT_FOUND;
      put(disposition, existing === null ? createdNew : openedExisting);
      return handles.open(existing ?? registry.create(place.path, place.root), out);
    },
    ZwDeleteKey: (handle: unknown) => withKey(handle, (key) => (registry.delete(key) ? STATUS_SUCCESS : STATUS_CANNOT_DELETE)),
    ZwQueryValueKey: (handle: unknown, name: unknown, infoClass: number, buffer: KBUFFER | null | undefined, length: number, result: Ref<number>) => withKey(handle, (key) => {
      const value = registry.value(key, textOf(name));
      return value === undefined ? STATUS_OBJECT_NAME_NOT_FOUND : give(valueAnswer(value, infoClass), buffer, length, result);
    }),
    ZwSetValueKey: (handle: unknown, name: unknown, _title: unknown, type: number, data: unknown, size: number) => withKey(handle, (key) => {
      const bytes = dataBytes(data, size);
      if (bytes === null) return STATUS_INVALID_PARAMETER;
      registry.setValue(key, textOf(name), type, bytes);
      return STATUS_SUCCESS;
    }),
    ZwDeleteValueKey: (handle: unknown, name: unknown) => withKey(handle, (key) => (registry.deleteValue(key, textOf(name)) ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND)),
    ZwEnumerateKey: (handle: unknown, index: number, infoClass: number, buffer: KBUFFER | null | undefined, length: number, result: Ref<number>) => withKey(handle, (key) => {
      const subkey = [...key.subkeys.values()][index];
      return subkey === undefined ? STATUS_NO_MORE_ENTRIES : give(keyAnswer(subkey, infoClass), buffer, length, result);
    }),
    ZwEnumerateValueKey: (handle: unknown, index: number, infoClass: number, buffer: KBUFFER | null | undefined, length: number, result: Ref<number>) => withKey(handle, (key) => {
      const value = [...key.values.values()][index];
      return value === undefined ? STATUS_NO_MORE_ENTRIES : give(valueAnswer(value, infoClass), buffer, length, result);
    }),
    ZwQueryKey: (handle: unknown, infoClass: number, buffer: KBUFFER | null | undefined, length: number, result: Ref<number>) => withKey(handle, (key) => give(keyAnswer(key, infoClass), buffer, length, result)),
    ZwFlushKey: (handle: unknown) => withKey(handle, () => STATUS_SUCCESS),
    IoOpenDriverRegistryKey: (driver: object, type: number, _access: number, _flags: number, out: Ref<object>) => {
      const name = 'DriverName' in driver ? textOf(driver.DriverName).replace(/^.*\\/, '') : (services.world.driverName ?? '');
      const below = { 1: 'Parameters', 2: 'State' }[type];
      if (below === undefined) return STATUS_INVALID_PARAMETER;
      const service = registry.find(`${servicesPath}\\${name}`);
      return service === null ? STATUS_OBJECT_NAME_NOT_FOUND : handles.open(registry.create(below, service), out);
    },
  };
}


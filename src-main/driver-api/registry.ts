/**
 * A small registry: the service keys of the drivers, from their manifests, and whatever drivers create beside them.
 *
 * Source: driver-api-usage.md 1.3: "a handful of REG_DWORD, REG_SZ and REG_MULTI_SZ values ... all a manifest has to serve". Names are
 * compared without case; data is kept as the bytes Windows would store.
 */
import { upcase } from '../engine/index.ts';
import type { ServiceValue } from './driverWorld.ts';

/** REG_* of winnt.h */
export const registryTypes = {
  REG_NONE: 0, REG_SZ: 1, REG_EXPAND_SZ: 2, REG_BINARY: 3, REG_DWORD: 4, REG_DWORD_BIG_ENDIAN: 5, REG_LINK: 6, REG_MULTI_SZ: 7, REG_QWORD: 11,
} as const;

export interface RegistryValue {
  /** As it was first written. */
  readonly name: string;
  readonly type: number;
  readonly data: Uint8Array;
}

export class RegistryKey {
  readonly name: string;
  readonly path: string;
  readonly parent: RegistryKey | null;
  readonly values = new Map<string, RegistryValue>();
  readonly subkeys = new Map<string, RegistryKey>();
  lastWriteTime: bigint;
  deleted = false;

  constructor(name: string, parent: RegistryKey | null, time: bigint) {
    this.name = name;
    this.parent = parent;
    this.path = parent === null ? '' : `${parent.path}\\${name}`;
    this.lastWriteTime = time;
  }
}

export const servicesPath = '\\Registry\\Machine\\System\\CurrentControlSet\\Services';

export class Registry {
  readonly #now: () => bigint;
  readonly #root: RegistryKey;

  constructor(now: () => bigint) {
    this.#now = now;
    this.#root = new RegistryKey('', null, now());
    this.create(servicesPath);
    this.create('\\Registry\\Machine\\Software');
    this.create('\\Registry\\User');
  }

  /** The service key of a driver with its Parameters key: the values lie in both, since drivers look in either. */
  addService(name: string, values: Readonly<Record<string, ServiceValue>>): void {
    for (const path of [`${servicesPath}\\${name}`, `${servicesPath}\\${name}\\Parameters`]) {
      const key = this.create(path);
      for (const [valueName, value] of Object.entries(values)) {
        const encoded = encode(value);
        if (encoded !== null) this.setValue(key, valueName, ...encoded);
      }
    }
  }

  find(path: string, from: RegistryKey | null = null): RegistryKey | null {
    let key: RegistryKey | undefined = from ?? this.#root;
    for (const part of parts(path)) key = key?.subkeys.get(upcase(part));
    return key ?? null;
  }

  /** Opens a key, making it and those above it where they are not there. */
  create(path: string, from: RegistryKey | null = null): RegistryKey {
    let key = from ?? this.#root;
    for (const part of parts(path)) {
      let next = key.subkeys.get(upcase(part));
      if (next === undefined) {
        next = new RegistryKey(part, key, this.#now());
        key.subkeys.set(upcase(part), next);
      }
      key = next;
    }
    return key;
  }

  value(key: RegistryKey, name: string): RegistryValue | undefined {
    return key.values.get(upcase(name));
  }

  setValue(key: RegistryKey, name: string, type: number, data: Uint8Array): void {
    key.values.set(upcase(name), { name: this.value(key, name)?.name ?? name, type, data });
    key.lastWriteTime = this.#now();
  }

  deleteValue(key: RegistryKey, name: string): boolean {
    key.lastWriteTime = this.#now();
    return key.values.delete(upcase(name));
  }

  /** False when it has keys below it. */
  delete(key: RegistryKey): boolean {
    if (key.subkeys.size > 0 || key.parent === null) return false;
    key.parent.subkeys.delete(upcase(key.name));
    key.deleted = true;
    return true;
  }
}

const parts = (path: string): string[] => path.split('\\').filter((part) => part !== '');

/** Type and bytes of a manifest's value; null for what no registry holds: a manifest is a file that anybody may have written. */
function encode(value: ServiceValue): [type: number, data: Uint8Array] | null {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return null;
    if (value < -0x80000000 || value > 0xffffffff) return encode(BigInt(value));
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return [registryTypes.REG_DWORD, bytes];
  }
  if (typeof value === 'bigint') {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    return [registryTypes.REG_QWORD, bytes];
  }
  if (typeof value === 'string') return [registryTypes.REG_SZ, wideBytes(`${value}\0`)];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return null;
  return [registryTypes.REG_MULTI_SZ, wideBytes(`${value.map((one) => `${one}\0`).join('')}\0`)];
}

/** UTF-16, little endian. */
export function wideBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), true);
  return bytes;
}

export function wideText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) text += String.fromCharCode((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  return text;
}

/**
 * RtlQueryRegistryValues and its relatives: values by path, without handles.
 *
 * Source: RtlQueryRegistryValues (flags and order of its table), RtlWriteRegistryValue, RtlCheckRegistryKey. RTL_QUERY_REGISTRY_DIRECT
 * stores a number into a box and text into a UNICODE_STRING.
 */
import { UNICODE_STRING, type Ref } from '../../engine/index.ts';
import { STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { KBUFFER } from '../kbuffer.ts';
import { registryTypes, servicesPath, wideText, type RegistryKey, type RegistryValue } from '../registry.ts';
import type { DriverServices, Routines } from '../services.ts';
import { textOf } from './common.ts';
import { dataBytes, RegistryHandles } from './registry.ts';

/** RTL_REGISTRY_* and RTL_QUERY_REGISTRY_* of wdm.h */
export const registryConstants = {
  RTL_REGISTRY_ABSOLUTE: 0, RTL_REGISTRY_SERVICES: 1, RTL_REGISTRY_CONTROL: 2, RTL_REGISTRY_WINDOWS_NT: 3, RTL_REGISTRY_DEVICEMAP: 4, RTL_REGISTRY_USER: 5,
  RTL_REGISTRY_HANDLE: 0x40000000, RTL_REGISTRY_OPTIONAL: 0x80000000,
  RTL_QUERY_REGISTRY_SUBKEY: 0x1, RTL_QUERY_REGISTRY_TOPKEY: 0x2, RTL_QUERY_REGISTRY_REQUIRED: 0x4, RTL_QUERY_REGISTRY_NOVALUE: 0x8, RTL_QUERY_REGISTRY_NOEXPAND: 0x10,
  RTL_QUERY_REGISTRY_DIRECT: 0x20, RTL_QUERY_REGISTRY_DELETE: 0x40, RTL_QUERY_REGISTRY_TYPECHECK: 0x100,
} as const;

const {
  RTL_QUERY_REGISTRY_DELETE: deleteAfter, RTL_QUERY_REGISTRY_DIRECT: direct, RTL_QUERY_REGISTRY_NOVALUE: noValue, RTL_QUERY_REGISTRY_REQUIRED: required, RTL_QUERY_REGISTRY_SUBKEY: subkey,
  RTL_QUERY_REGISTRY_TOPKEY: topKey, RTL_REGISTRY_HANDLE: byHandle, RTL_REGISTRY_OPTIONAL: optional,
} = registryConstants;

const roots: Readonly<Record<number, string>> = {
  0: '', 1: servicesPath, 2: '\\Registry\\Machine\\System\\CurrentControlSet\\Control', 3: '\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion',
  4: '\\Registry\\Machine\\Hardware\\DeviceMap', 5: '\\Registry\\User',
};

interface TableEntry {
  readonly QueryRoutine?: ((...args: readonly unknown[]) => unknown) | null;
  readonly Flags?: number;
  readonly Name?: unknown;
  readonly EntryContext?: unknown;
  readonly DefaultType?: number;
  readonly DefaultData?: unknown;
  readonly DefaultLength?: number;
}

const isText = (type: number): boolean => type === registryTypes.REG_SZ || type === registryTypes.REG_EXPAND_SZ || type === registryTypes.REG_MULTI_SZ;
const withoutEnd = (text: string): string => text.replace(/\0+$/, '');

function storeDirect(target: unknown, value: RegistryValue): boolean {
  if (isText(value.type)) {
    const text = withoutEnd(wideText(value.data));
    if (target instanceof UNICODE_STRING) target.Buffer = text;
    else if (typeof target === 'object' && target !== null && 'value' in target) target.value = new UNICODE_STRING(text);
    else return false;
    return true;
  }
  if (target instanceof KBUFFER) {
    for (let at = 0; at < value.data.length; at++) target.setU8(at, value.data[at] ?? 0);
    return true;
  }
  if (typeof target !== 'object' || target === null || !('value' in target)) return false;
  const view = new DataView(value.data.buffer, value.data.byteOffset, value.data.byteLength);
  (target as Ref<unknown>).value = value.data.length >= 8 ? view.getBigUint64(0, true) : value.data.length >= 4 ? view.getUint32(0, true) : (value.data[0] ?? 0);
  return true;
}

export function registryTableRoutines(services: DriverServices): Routines {
  const { registry, world } = services;
  const handles = new RegistryHandles(services);
  const keyAt = (relativeTo: number, path: unknown): RegistryKey | null | number => {
    if ((relativeTo & byHandle) !== 0) return handles.key(path);
    const root = roots[(relativeTo & ~optional) >>> 0];
    if (root === undefined) return STATUS_INVALID_PARAMETER;
    return registry.find(`${root}\\${textOf(path)}`);
  };
  const bufferOf = (data: Uint8Array): KBUFFER => {
    const number = world.objects.next();
    const buffer = KBUFFER.make(number, 'paged', data.length, world.objects.pattern(number), { zeroed: true });
    data.forEach((byte, at) => buffer.setU8(at, byte));
    return buffer;
  };
  const deliver = (entry: TableEntry, value: RegistryValue, context: unknown): number => {
    if (((entry.Flags ?? 0) & direct) !== 0) return storeDirect(entry.EntryContext, value) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    if (typeof entry.QueryRoutine !== 'function') return STATUS_INVALID_PARAMETER;
    return Number(entry.QueryRoutine(value.name, value.type, bufferOf(value.data), value.data.length, context, entry.EntryContext)) >>> 0;
  };
  const defaultOf = (entry: TableEntry, name: string): RegistryValue | null => {
    if ((entry.DefaultType ?? 0) === 0) return null;
    const text = typeof entry.DefaultData === 'string' ? `${entry.DefaultData}\0` : entry.DefaultData;
    const size = entry.DefaultLength ?? (typeof text === 'string' ? text.length * 2 : 4);
    const data = dataBytes(text, size === 0 && typeof text === 'string' ? text.length * 2 : size);
    return data === null ? null : { name, type: (entry.DefaultType ?? 0) & 0xff, data };
  };
  /** One entry with a value: its own, the default, or none. */
  const query = (entry: TableEntry, key: RegistryKey, context: unknown): number => {
    const flags = entry.Flags ?? 0;
    const name = textOf(entry.Name);
    if ((flags & noValue) !== 0) return typeof entry.QueryRoutine === 'function' ? Number(entry.QueryRoutine(null, 0, null, 0, context, entry.EntryContext)) >>> 0 : STATUS_INVALID_PARAMETER;
    const value = registry.value(key, name) ?? defaultOf(entry, name);
    if (value === null) return (flags & required) !== 0 ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_SUCCESS;
    const status = deliver(entry, value, context);
    if (status === STATUS_SUCCESS && (flags & deleteAfter) !== 0) registry.deleteValue(key, name);
    return status;
  };
  return {
    RtlQueryRegistryValues: (relativeTo: number, path: unknown, table: readonly TableEntry[], context: unknown) => {
      const top = keyAt(relativeTo, path);
      if (typeof top === 'number') return top;
      if (top === null) return (relativeTo & optional) !== 0 ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
      let key = top;
      for (const entry of table) {
        const flags = entry.Flags ?? 0;
        const ends = (entry.QueryRoutine ?? null) === null && (flags & (subkey | direct)) === 0 && (entry.Name ?? null) === null;
        if (ends) break;
        if ((flags & (topKey | subkey)) !== 0) key = top;
        if ((flags & subkey) !== 0) {
          const below = registry.find(textOf(entry.Name), top);
          if (below !== null) key = below;
          else if ((flags & required) !== 0) return STATUS_OBJECT_NAME_NOT_FOUND;
          if ((entry.QueryRoutine ?? null) === null) continue;
        }
        const status = query(entry, key, context);
        if (status !== STATUS_SUCCESS) return status;
      }
      return STATUS_SUCCESS;
    },
    RtlWriteRegistryValue: (relativeTo: number, path: unknown, name: unknown, type: number, data: unknown, length: number) => {
      const key = keyAt(relativeTo, path);
      if (typeof key === 'number') return key;
      const bytes = dataBytes(data, length);
      if (bytes === null) return STATUS_INVALID_PARAMETER;
      const root = roots[(relativeTo & ~optional) >>> 0] ?? '';
      registry.setValue(key ?? registry.create(`${root}\\${textOf(path)}`), textOf(name), type, bytes);
      return STATUS_SUCCESS;
    },
    RtlDeleteRegistryValue: (relativeTo: number, path: unknown, name: unknown) => {
      const key = keyAt(relativeTo, path);
      if (typeof key === 'number') return key;
      return key !== null && registry.deleteValue(key, textOf(name)) ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
    },
    RtlCreateRegistryKey: (relativeTo: number, path: unknown) => {
      const root = roots[(relativeTo & ~optional) >>> 0];
      if (root === undefined) return STATUS_INVALID_PARAMETER;
      registry.create(`${root}\\${textOf(path)}`);
      return STATUS_SUCCESS;
    },
    RtlCheckRegistryKey: (relativeTo: number, path: unknown) => {
      const key = keyAt(relativeTo, path);
      return typeof key === 'number' ? key : key === null ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_SUCCESS;
    },
  };
}

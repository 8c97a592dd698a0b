/**
 * Procmon's operations: what it calls them, and which major function, minor function or class stands behind a name.
 *
 * Source: procmon-formats.md 10.2 and appendix C by way of constants.json (`procmonOperations`), and section 11 for the other classes.
 */
import { assertExists } from '../../../base/assert.ts';
import { irpMjFromName } from '../../../nt/names.ts';
import { procmonOperations } from '../../../nt/tables.generated.ts';

/** What Procmon prints for a class or minor function it has no name for. */
export const unknownOperation = '<Unknown>';

/** How the sub-operation byte of an event is to be read. */
export type SubOperation = 'minor' | 'file-class' | 'volume-class';

const fileClassMajors = new Set([0x05, 0x06]);
const volumeClassMajors = new Set([0x0a, 0x0b]);
/** Names of these depend on the minor function; the others keep theirs whatever the minor. */
const minorNamedMajors = new Set([0x0c, 0x11, 0x1b]);

export function subOperationOf(major: number): SubOperation {
  if (fileClassMajors.has(major)) return 'file-class';
  return volumeClassMajors.has(major) ? 'volume-class' : 'minor';
}

interface NamedOperation {
  readonly major: number;
  readonly sub: number | null;
}

const plainName = new Map<number, string>();
const subName = new Map<number, string>();
const byName = new Map<string, NamedOperation>();
const subKey = (major: number, sub: number): number => major * 256 + sub;

for (const row of procmonOperations) {
  const major = assertExists(irpMjFromName(assertExists(row.major)));
  const sub = typeof row.class === 'number' ? row.class : typeof row.minor === 'number' ? row.minor : null;
  if (sub === null) plainName.set(major, row.display);
  else subName.set(subKey(major, sub), row.display);
  // ReadFile, WriteFile and QueryId stand twice: the first, ordinary meaning wins when a name is read back.
  if (!byName.has(row.display)) byName.set(row.display, { major, sub });
}
// Procmon 2.8's name, seen in its exports.
byName.set('SetAllInformationFile', { major: 0x06, sub: 0x13 });

/** Procmon's name for a major function and the sub-operation byte, e.g. `QueryBasicInformationFile`. */
export function procmonOperationName(major: number, sub: number): string {
  const named = fileClassMajors.has(major) || volumeClassMajors.has(major) || minorNamedMajors.has(major);
  if (!named || sub === 0) return plainName.get(major) ?? `IRP_MJ_${(256 - major).toString()}`;
  return subName.get(subKey(major, sub)) ?? unknownOperation;
}

/** The inverse, for text exports. Names of Advanced Output (`IRP_MJ_READ`, `FASTIO_READ`) are understood too. */
export function procmonOperationOf(name: string): NamedOperation | undefined {
  const known = byName.get(name);
  if (known !== undefined) return known;
  const bare = name.startsWith('FASTIO_') ? `IRP_MJ_${name.slice('FASTIO_'.length)}` : name;
  const alias = advancedAliases.get(bare);
  if (alias !== undefined) return alias;
  const major = bare.startsWith('IRP_MJ_') ? irpMjFromName(bare) : undefined;
  return major === undefined ? undefined : { major, sub: null };
}

const advancedAliases = new Map<string, NamedOperation>([
  ['IRP_MJ_LOCK', { major: 0x11, sub: 1 }],
  ['IRP_MJ_UNLOCK_SINGLE', { major: 0x11, sub: 2 }],
  ['IRP_MJ_UNLOCK_ALL', { major: 0x11, sub: 3 }],
  ['IRP_MJ_UNLOCK_ALL_BY_KEY', { major: 0x11, sub: 4 }],
]);

/** Procmon's event classes, by number. Only file system events become operations. */
export const eventClasses = ['unknown', 'process', 'registry', 'file system', 'profiling', 'network', 'IPC'] as const;
export const fileSystemClass = 3;

const processOperations = [
  'Process Defined', 'Process Create', 'Process Exit', 'Thread Create', 'Thread Exit', 'Load Image', 'Thread Profile', 'Process Start',
  'Process Statistics', 'System Statistics',
];
const registryOperations = [
  'RegOpenKey', 'RegCreateKey', 'RegCloseKey', 'RegQueryKey', 'RegSetValue', 'RegQueryValue', 'RegEnumValue', 'RegEnumKey', 'RegSetInfoKey',
  'RegDeleteKey', 'RegDeleteValue', 'RegFlushKey', 'RegLoadKey', 'RegUnloadKey', 'RegRenameKey', 'RegQueryMultipleValueKey', 'RegSetKeySecurity',
  'RegQueryKeySecurity',
];
const profilingOperations = ['Thread Profiling', 'Process Profiling', 'Debug Output Profiling'];
const networkOperations = ['Unknown', 'Other', 'Send', 'Receive', 'Accept', 'Connect', 'Disconnect', 'Reconnect', 'Retransmit', 'TCPCopy'];
const networkClass = 5;
const networkNames = ['TCP', 'UDP'].flatMap((protocol) => networkOperations.map((operation) => `${protocol} ${operation}`));

const otherNames: readonly (readonly string[])[] = [[], processOperations, registryOperations, [], profilingOperations];

/** Name of an event that is not a file system event, e.g. `RegQueryValue`. `tcp` matters to network events only. */
export function otherEventName(eventClass: number, operation: number, tcp = true): string {
  if (eventClass !== networkClass) return otherNames[eventClass]?.[operation] ?? unknownOperation;
  return operation < networkOperations.length ? (networkNames[(tcp ? 0 : networkOperations.length) + operation] ?? unknownOperation) : unknownOperation;
}

const classByName = new Map<string, number>([
  ...processOperations.map((name) => [name, 1] as const),
  ...registryOperations.map((name) => [name, 2] as const),
  ...profilingOperations.map((name) => [name, 4] as const),
  ...networkNames.map((name) => [name, 5] as const),
]);

/** The class of an operation name that belongs to no file system event; undefined for all others. */
export function otherEventClass(name: string): number | undefined {
  return classByName.get(name);
}

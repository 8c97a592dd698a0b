/** Words of FMO/1 and their values. Source: filter-manager-objects.md 0.4, rules 7, 8 and 10 to 16. */
import {
  contextRegistrationFlags, fileNameOptions, fileSystemType, fsInformationClass, oplockCheckFlags, oplockFsctrlFlags, portAccess, reparseTags,
} from '../../nt/tables.generated.ts';
import { fileInformationClassFromName, fsctlFromName, irpMjFromName, irpMjName, irpMnFromName } from '../../nt/names.ts';
import { ntStatusFromName, ntStatusName } from '../../nt/ntStatus.ts';
import { driverConstants } from '../../driver-api/constants.ts';
import { NotationError } from './lineReader.ts';
import type { Value } from './vector.ts';

/** What callers of the notation name that no header table of ours lists. Source: wdm.h, ntifs.h. */
const more: Readonly<Record<string, number>> = {
  OBJ_KERNEL_HANDLE: 0x200, OBJ_CASE_INSENSITIVE: 0x40, PASSIVE: 0, APC: 1, DISPATCH: 2, PASSIVE_LEVEL: 0, APC_LEVEL: 1, DISPATCH_LEVEL: 2,
  NonPagedPool: 0, PagedPool: 1, NonPagedPoolNx: 512, PAGE_NOACCESS: 1, PAGE_READONLY: 2, PAGE_READWRITE: 4, PAGE_WRITECOPY: 8, PAGE_EXECUTE: 0x10, PAGE_EXECUTE_READ: 0x20,
  PAGE_EXECUTE_READWRITE: 0x40, PAGE_EXECUTE_WRITECOPY: 0x80, SyncTypeOther: 0, SyncTypeCreateSection: 1, IO_REPARSE: 0, IO_REMOUNT: 1, IO_IGNORE_SHARE_ACCESS_CHECK: 0x800,
  KEEP: 1, REPLACE: 0, FLT_PORT_FLAG_SYNC_HANDLE: 1, FLT_VARIABLE_SIZED_CONTEXTS: 0xffffffff, DelayedWorkQueue: 1, CriticalWorkQueue: 0, TRUE: 1, FALSE: 0,
};

const constants = new Map<string, unknown>(driverConstants.map(({ name, value }) => [name, value]));
for (const table of [oplockCheckFlags, oplockFsctrlFlags, portAccess, fileNameOptions, contextRegistrationFlags, reparseTags, fileSystemType, fsInformationClass]) {
  for (const [name, value] of table) constants.set(name, value);
}
for (const [name, value] of Object.entries(more)) if (!constants.has(name) || name === 'KEEP' || name === 'REPLACE') constants.set(name, value);
constants.set('KEEP', constants.get('FLT_SET_CONTEXT_KEEP_IF_EXISTS') ?? 1);
constants.set('REPLACE', constants.get('FLT_SET_CONTEXT_REPLACE_IF_EXISTS') ?? 0);

/** A constant by its WDK name, or a context type, an information class or a major without its prefix. */
export function constantNamed(word: string): number | undefined {
  const known = constants.get(word) ?? constants.get(`FLT_${word}_CONTEXT`);
  if (typeof known === 'number') return known;
  return ntStatusFromName(word) ?? fileInformationClassFromName(word) ?? fsctlFromName(word) ?? irpMjFromName(word) ?? undefined;
}

/** `A+B`, a number, or one name. */
export function flagsOf(word: string): number | undefined {
  let sum = 0;
  for (const part of word.split('+')) {
    const value = /^-?(?:0[xX][0-9A-Fa-f]+|\d+)$/.test(part) ? Number(part) : constantNamed(part);
    if (value === undefined) return undefined;
    sum = (sum | value) >>> 0;
  }
  return sum;
}

export function needFlags(value: Value, what: string): number {
  if (value.kind === 'number') return value.value;
  const flags = value.kind === 'word' ? flagsOf(value.value) : undefined;
  if (flags === undefined) throw new NotationError(null, `“${value.text}” is no ${what}.`);
  return flags;
}

export function majorNamed(word: string): number {
  const major = irpMjFromName(word);
  if (major === undefined) throw new NotationError(null, `“${word}” is no major function.`);
  return major;
}

export const majorWord = (major: number): string => irpMjName(major).replace(/^IRP_MJ_/, '');

export function minorNamed(word: string): number {
  const minor = irpMnFromName(word);
  if (minor === undefined) throw new NotationError(null, `“${word}” is no minor function.`);
  return minor;
}

const accessCodes: Readonly<Record<string, number>> = {
  r: 0x1, w: 0x2, a: 0x4, x: 0x20, d: 0x10000, ra: 0x80, wa: 0x100, re: 0x8, rc: 0x20000, s: 0x100000,
};

/** `rw`, `ra+s`, `r+d` (rule 8). */
export function accessOf(value: Value): number {
  if (value.kind === 'number') return value.value;
  let access = 0;
  for (const part of value.value.split('+')) {
    const code = accessCodes[part] ?? (part in more || constants.has(part) ? constantNamed(part) : undefined);
    if (code !== undefined) {
      access |= code;
      continue;
    }
    for (const letter of part) {
      const bit = accessCodes[letter];
      if (bit === undefined) throw new NotationError(null, `“${value.text}” is no access: write r, w, a, x, d, ra, wa, re, rc and s.`);
      access |= bit;
    }
  }
  return access >>> 0;
}

const shareBits: Readonly<Record<string, number>> = { R: 1, W: 2, D: 4 };

/** `RWD`, or `0` for none. */
export function shareOf(value: Value): number {
  if (value.kind === 'number') return value.value;
  let share = 0;
  for (const letter of value.value.replaceAll('+', '')) {
    const bit = shareBits[letter];
    if (bit === undefined) throw new NotationError(null, `“${value.text}” is no share access: write R, W and D, or 0.`);
    share |= bit;
  }
  return share;
}

const dispositions: Readonly<Record<string, number>> = { SUPERSEDE: 0, OPEN: 1, CREATE: 2, OPEN_IF: 3, OVERWRITE: 4, OVERWRITE_IF: 5 };

export function dispositionOf(value: Value): number {
  const disposition = value.kind === 'number' ? value.value : dispositions[value.value.replace(/^FILE_/, '')];
  if (disposition === undefined) throw new NotationError(null, `“${value.text}” is no create disposition.`);
  return disposition;
}

/** Oplock levels as rules 12 and 13 write them. Granular ones have a number, legacy ones a control code. */
const granularLevels: Readonly<Record<string, number>> = { R: 1, RH: 3, RW: 5, RWH: 7 };
const levelWords = new Map(Object.entries(granularLevels).map(([word, value]) => [value, word]));

export const granularLevelOf = (value: Value): number | undefined => (value.kind === 'number' ? value.value : granularLevels[value.value]);
export const levelWord = (level: number): string => (level === 0 ? '0' : (levelWords.get(level) ?? `0x${level.toString(16)}`));

export const isTrue = (value: Value): boolean => value.text === 'TRUE' || value.text === 'yes' || value.text === '1';

/** A status or number as a report shows it. */
export function showNumber(value: number): string {
  const status = value >>> 0;
  if (value === 0) return 'STATUS_SUCCESS';
  const name = ntStatusName(status);
  if (!name.startsWith('0x')) return name;
  return value > 9 ? `0x${status.toString(16).toUpperCase().padStart(8, '0')}` : String(value);
}

/** Names of codes and flags as the WDK spells them. Source: tables.generated.ts. */
import {
  createDisposition, createOptions, fileAttributes, fileInformationClass, fsctl, fsInformationClass, irpFlags, irpMajor, irpMinor, shareAccess,
} from './tables.generated.ts';
import type { ConstantRow } from './tableRows.ts';

const majorName = new Map(irpMajor.map((row) => [row.value, row.name]));
const majorValue = new Map(irpMajor.map((row) => [row.name, row.value]));
const minorName = new Map(irpMinor.map((row) => [`${row.major}/${row.value}`, row.name]));
const minorValue = new Map(irpMinor.map((row) => [row.name, row.value]));
const fsctlName = new Map(fsctl.map((row) => [row.value, row.name]));
const fsctlValue = new Map(fsctl.map((row) => [row.name, row.value]));
const fileClassName = new Map(fileInformationClass.map(([name, value]) => [value, name]));
const fileClassValue = new Map(fileInformationClass.map(([name, value]) => [name, value]));
const fsClassName = new Map(fsInformationClass.map(([name, value]) => [value, name]));
const fsClassValue = new Map(fsInformationClass.map(([name, value]) => [name, value]));

export const hex = (value: number, digits = 8): string => `0x${(value >>> 0).toString(16).toUpperCase().padStart(digits, '0')}`;

/** `IRP_MJ_READ` for 3; `0x7E` for a code without a name. */
export const irpMjName = (major: number): string => majorName.get(major) ?? hex(major, 2);
export const irpMjFromName = (name: string): number | undefined => majorValue.get(name) ?? majorValue.get(`IRP_MJ_${name}`);
/** `IRP_MN_LOCK`, or the number as text. */
export const irpMnName = (major: number, minor: number): string => minorName.get(`${irpMjName(major)}/${minor}`) ?? String(minor);
export const irpMnFromName = (name: string): number | undefined => minorValue.get(name) ?? minorValue.get(`IRP_MN_${name}`);
export const fsctlNameOf = (code: number): string => fsctlName.get(code >>> 0) ?? hex(code);
export const fsctlFromName = (name: string): number | undefined => fsctlValue.get(name);
export const fileInformationClassName = (value: number): string => fileClassName.get(value) ?? `class ${value}`;
export const fileInformationClassFromName = (name: string): number | undefined => fileClassValue.get(name);
export const fsInformationClassName = (value: number): string => fsClassName.get(value) ?? `class ${value}`;
export const fsInformationClassFromName = (name: string): number | undefined => fsClassValue.get(name);

/** `A | B | 0x40`: single-bit names of the table first, what is left in hex; `0` for nothing set. */
export function flagNames(value: number, table: readonly ConstantRow[]): string {
  let rest = value >>> 0;
  const names: string[] = [];
  for (const [name, bit] of table) {
    if (bit === 0 || (bit & (bit - 1)) !== 0 || (rest & bit) === 0) continue;
    names.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) names.push(`0x${rest.toString(16).toUpperCase()}`);
  return names.length === 0 ? '0' : names.join(' | ');
}

export const irpFlagNames = (value: number): string => flagNames(value, irpFlags);
export const createOptionNames = (value: number): string => flagNames(value & 0x00ffffff, createOptions);
export const createDispositionName = (value: number): string => createDisposition.find(([, v]) => v === value)?.[0] ?? String(value);
export const shareAccessNames = (value: number): string => flagNames(value, shareAccess);
export const fileAttributeNames = (value: number): string => flagNames(value, fileAttributes);

/**
 * NTSTATUS: names, values and severity.
 *
 * Source: ntstatus.h and fltKernel.h by way of constants.json (tables.generated.ts). A status is an unsigned 32-bit number
 * everywhere in the product; drivers may hand in the signed form, which `ntStatus` normalises.
 */
import type { Brand } from '../base/brand.ts';
import { ntstatus } from './tables.generated.ts';

/** An unsigned 32-bit status code, e.g. 0xC0000022 STATUS_ACCESS_DENIED. */
export type NTSTATUS = Brand<number, 'NTSTATUS'>;

/** Normalises a signed or unsigned 32-bit number, e.g. -1073741790 to 0xC0000022. */
export function ntStatus(value: number): NTSTATUS {
  return (value >>> 0) as NTSTATUS;
}

const nameByValue = new Map<number, string>();
const valueByName = new Map<string, NTSTATUS>();
for (const [name, value] of ntstatus) {
  if (!nameByValue.has(value)) nameByValue.set(value, name);
  valueByName.set(name, ntStatus(value));
}

/** The WDK name (`STATUS_ACCESS_DENIED`), or `0x` and eight digits where the value has none. */
export function ntStatusName(value: number): string {
  const status = ntStatus(value);
  return nameByValue.get(status) ?? `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** The name as table cells and vectors write it: without `STATUS_`. */
export function ntStatusShortName(value: number): string {
  return ntStatusName(value).replace(/^STATUS_/, '');
}

/** Looks up `STATUS_X` or `X`; undefined where there is no such status. */
export function ntStatusFromName(name: string): NTSTATUS | undefined {
  return valueByName.get(name) ?? valueByName.get(`STATUS_${name}`);
}

/** NT_SUCCESS: success and informational codes. */
export function ntSuccess(value: number): boolean {
  return (value >>> 0) < 0x80000000;
}

/** NT_ERROR: severity 3. */
export function ntError(value: number): boolean {
  return value >>> 30 === 3;
}

/** NT_WARNING: severity 2. */
export function ntWarning(value: number): boolean {
  return value >>> 30 === 2;
}

/** NT_INFORMATION: severity 1. */
export function ntInformation(value: number): boolean {
  return value >>> 30 === 1;
}

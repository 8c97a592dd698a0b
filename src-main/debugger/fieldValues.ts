/**
 * Another value for a field of the Iopb, IoStatus, or what a callback returns, as a person types it.
 *
 * Numbers in decimal or hexadecimal, codes and flags by their WDK names, joined by `|`. What comes out is an expression in the driver's language.
 * Which fields a filter may change: FLT_IO_PARAMETER_BLOCK (MajorFunction and MinorFunction it may not; TargetInstance only for another volume's).
 */
import { parameterMembers, type FieldPlace } from '../engine/index.ts';
import {
  createDisposition, createOptions, fileAttributes, fileInformationClass, fsctl, fsInformationClass, irpFlags, notifyFilter, ntstatus, postopCallbackStatus, preopCallbackStatus, shareAccess, slFlags,
} from '../nt/tables.generated.ts';

export interface FieldName {
  readonly name: string;
  readonly value: number;
}

export type FieldValue = { readonly kind: 'ok'; readonly expression: string } | { readonly kind: 'problem'; readonly sentence: string };

export type ReturnedValue = { readonly kind: 'ok'; readonly name: string; readonly value: number; readonly status: number | null; readonly information: number } | { readonly kind: 'problem'; readonly sentence: string };

type Table = readonly (readonly [name: string, value: number, ...rest: unknown[]])[];

const dispositionBit = 24;
const tables: Readonly<Record<string, Table>> = {
  IrpFlags: irpFlags, OperationFlags: slFlags, FileInformationClass: fileInformationClass, FsInformationClass: fsInformationClass, FileAttributes: fileAttributes, ShareAccess: shareAccess, CompletionFilter: notifyFilter,
  Options: [...createDisposition.map(([name, value]) => [name, value * 2 ** dispositionBit] as const), ...createOptions], FsControlCode: fsctl.map(({ name, value }) => [name, value] as const), Status: ntstatus,
};
const flagFields = new Set(['IrpFlags', 'OperationFlags', 'FileAttributes', 'ShareAccess', 'CompletionFilter', 'Options']);

// What only a driver that goes on by itself can return is left out: pending, synchronize, more processing.
const returned: Readonly<Record<'pre' | 'post', Table>> = {
  pre: preopCallbackStatus.filter(([name]) => /_(COMPLETE|SUCCESS_NO_CALLBACK|SUCCESS_WITH_CALLBACK|DISALLOW_FASTIO)$/.test(name)), post: postopCallbackStatus.filter(([name]) => name.endsWith('FINISHED_PROCESSING')),
};
const completes = 'FLT_PREOP_COMPLETE';

const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
const named = (table: Table): FieldName[] => table.filter(([name]) => /^[A-Za-z_]\w*$/.test(name)).map(([name, value]) => ({ name, value: value >>> 0 }));

/** Names that a value of the field can have. */
export function namesOfField(path: string): FieldName[] {
  if (path === 'return.pre' || path === 'return.post') return named(returned[path === 'return.pre' ? 'pre' : 'post']);
  return named(tables[lastPart(path)] ?? []);
}

const head: Readonly<Record<string, number>> = { IrpFlags: 32, OperationFlags: 8 };

function placeOf(path: string): FieldPlace | null {
  const member = /^Parameters\.(.+)\.\w+$/.exec(path)?.[1];
  return member === undefined ? null : (parameterMembers.get(member)?.fieldByName.get(lastPart(path)) ?? null);
}

/** Whether a filter may write it, and what is written can be typed. */
export const canSetField = (path: string): boolean => path in head || placeOf(path) !== null;

const problem = (sentence: string): { readonly kind: 'problem'; readonly sentence: string } => ({ kind: 'problem', sentence });

/** `path` as the view has it, or `IoStatus.Status`, `IoStatus.Information`. */
export function readFieldValue(path: string, text: string): FieldValue {
  const name = lastPart(path);
  if (path === 'IoStatus.Status' || path === 'IoStatus.Information') return assigned(`Data.${path}`, readNumber(name, text, name === 'Status' ? 32 : 64, false), name === 'Status' ? 32 : 64, '');
  const place = placeOf(path);
  const width = head[path] ?? place?.width;
  if (width === undefined) return problem(`${path} cannot be changed here.`);
  if (place?.kind === 'pointer' && place.type !== 'PLARGE_INTEGER') {
    return /^(NULL|null|0)$/.test(text.trim()) ? { kind: 'ok', expression: `Data.Iopb.${path} = null` } : problem(`${name} is a pointer: it can be NULL here. For another object write an expression (Run, Change a value).`);
  }
  const isLarge = place?.kind === 'large' || place?.type === 'PLARGE_INTEGER';
  return assigned(`Data.Iopb.${path}`, readNumber(name, text, place?.kind === 'pointer' ? 64 : width, isLarge), width, isLarge ? (place?.kind === 'pointer' ? 'LARGE_INTEGER' : 'n') : '');
}

type Read = { readonly kind: 'ok'; readonly value: bigint; readonly spelled: string | null } | { readonly kind: 'problem'; readonly sentence: string };

function assigned(target: string, read: Read, width: number, form: '' | 'n' | 'LARGE_INTEGER'): FieldValue {
  if (read.kind === 'problem') return read;
  const { value } = read;
  // Bitwise operators of the language are signed: what has the top bit is written as a number.
  const spelled = value < 0x8000_0000n || !(read.spelled ?? '').includes('|') ? read.spelled : null;
  const number = spelled ?? (width === 32 && value > 0xffffn ? `0x${value.toString(16).toUpperCase()}` : String(value));
  const right = form === 'n' ? `${value}n` : form === 'LARGE_INTEGER' ? `LARGE_INTEGER(${value}n)` : number;
  return { kind: 'ok', expression: `${target} = ${right}` };
}

/** `spelled`: as it was typed, where that is an expression of the driver's language. */
function readNumber(name: string, text: string, width: number, isSigned: boolean): Read {
  const known = namesOfField(name);
  const parts = text.split(name === 'Options' ? /[|;]/ : '|').map((part) => part.trim()).filter((part) => part !== '');
  if (parts.length === 0) return problem(`Write a value for ${name}: ${exampleOf(known)}.`);
  if (parts.length > 1 && !flagFields.has(name)) return problem(`${name} has one value, not several: write ${exampleOf(known)}.`);
  let value = 0n;
  for (const part of parts) {
    const one = numberOf(part, known);
    if (one === null) return problem(`“${part}” is no value of ${name}: write ${exampleOf(known)}.${nearest(part, known)}`);
    value = parts.length === 1 ? one : value | one;
  }
  const [least, most] = isSigned ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** BigInt(width) - 1n];
  if (value < least || value > most) return problem(`${text.trim()} does not fit: ${name} has ${width} bits, from ${least} to ${most}.`);
  const isOptions = name === 'Options';
  return { kind: 'ok', value, spelled: isOptions ? null : parts.join(' | ') };
}

function numberOf(text: string, known: readonly FieldName[]): bigint | null {
  if (/^(0x[0-9a-f]+|-?\d+)$/i.test(text)) return BigInt(text);
  if (/^(TRUE|FALSE)$/.test(text)) return text === 'TRUE' ? 1n : 0n;
  const found = known.find((one) => one.name === text);
  return found === undefined ? null : BigInt(found.value);
}

const exampleOf = (known: readonly FieldName[]): string => (known[0] === undefined ? 'a number, for example 4096 or 0x1000' : `a WDK name (${known[0].name}) or a number (0x${known[0].value.toString(16).toUpperCase()})`);

/** What was meant, where only the case or a part differs. */
function nearest(text: string, known: readonly FieldName[]): string {
  const wanted = text.toUpperCase();
  const found = known.filter(({ name }) => name.toUpperCase().includes(wanted)).slice(0, 3);
  return wanted.length < 2 || found.length === 0 ? '' : ` Near it: ${found.map(({ name }) => name).join(', ')}.`;
}

/** `FLT_PREOP_COMPLETE STATUS_ACCESS_DENIED 0`: what a callback returns, and where that ends the operation its status and Information. */
export function readReturnValue(callback: 'pre' | 'post', text: string): ReturnedValue {
  const [word = '', statusWord, informationWord, ...more] = text.trim().split(/[\s,]+/);
  const known = namesOfField(`return.${callback}`);
  const found = known.find(({ name, value }) => name === word || name === `FLT_${callback === 'pre' ? 'PREOP' : 'POSTOP'}_${word}` || String(value) === word);
  if (found === undefined) return problem(`“${word}” cannot be returned here: write ${known.map(({ name }) => name).join(', ')}${callback === 'pre' ? `; behind ${completes} a status, for example STATUS_ACCESS_DENIED` : ''}.`);
  if (found.name !== completes) return statusWord === undefined ? { kind: 'ok', ...found, status: null, information: 0 } : problem(`Only ${completes} has a status.`);
  const status = readNumber('Status', statusWord ?? '', 32, false);
  if (status.kind === 'problem') return statusWord === undefined ? problem(`${completes} ends the operation: write a status behind it, for example ${completes} STATUS_ACCESS_DENIED.`) : status;
  const information = readNumber('Information', informationWord ?? '0', 53, false);
  if (information.kind === 'problem' || more.length > 0) return problem(`Behind the status only Information can stand, a number.`);
  return { kind: 'ok', ...found, status: Number(status.value), information: Number(information.value) };
}

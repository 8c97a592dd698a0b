/**
 * A kernel buffer for a reader: bytes with where each comes from, and the structure that the operation has in it.
 *
 * Source: driver-api-usage.md 5.5 (origins), iopb-and-constants.md (buffers of operations). Looking is no access: nobody is told.
 */
import type { BufferOverlay, BufferView, OverlayRow } from '../debugger/objectsData.ts';
import { KBUFFER, MDL } from '../driver-api/kbuffer.ts';
import { structures } from '../driver-api/structures/index.ts';
import { structureOf } from '../driver-api/structures/operationStructures.ts';
import { StructType, viewedBytes } from '../driver-api/structures/struct.ts';
import { describeIopb, LARGE_INTEGER, type FLT_IO_PARAMETER_BLOCK, type Operation } from '../engine/index.ts';
import { fileAttributeNames, flagNames, hex } from '../nt/names.ts';
import { accessMask, reparseTags } from '../nt/tables.generated.ts';
import { valueText } from '../replay/valueText.ts';

export interface BufferWish {
  readonly offset: number;
  readonly length: number;
  /** Null: the operation's own; empty: none. */
  readonly structure: string | null;
}

/** A look shows so many bytes at most. */
export const mostBytes = 65_536;
const mostEntries = 200;

/** The buffer behind a buffer, an MDL or a structure; null for anything else. */
export function bufferBehind(value: unknown): KBUFFER | null {
  if (value instanceof KBUFFER) return value;
  return value instanceof MDL ? value.buffer : viewedBytes(value);
}

/** `given`: the structure that a value was seen through; `iopb`: of the operation. */
export function bufferView(buffer: KBUFFER, wish: BufferWish, iopb: FLT_IO_PARAMETER_BLOCK | null, given: string | null = null): BufferView {
  const { watch } = KBUFFER;
  KBUFFER.watch = null;
  try {
    const offset = Math.min(Math.max(0, Math.trunc(wish.offset)), buffer.length);
    const length = Math.min(Math.max(0, Math.trunc(wish.length)), buffer.length - offset, mostBytes);
    const { bytes } = KBUFFER.peek(buffer, offset, length);
    const structure = wish.structure ?? given ?? (iopb === null ? null : ownStructure(buffer, iopb));
    return {
      id: buffer.id, kind: buffer.kind, length: buffer.length, freed: buffer.freed, offset, bytes: [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''), origins: originsOf(buffer, offset, length),
      overlay: structure === null || structure === '' || buffer.freed ? null : overlayOf(buffer, structure), structures: Object.keys(structures), history: historyOf(buffer),
    };
  } finally {
    KBUFFER.watch = watch;
  }
}

/** What a buffer is made with, the bytes of a request among them, nobody has written. */
function historyOf(buffer: KBUFFER): BufferView['history'] {
  const start = KBUFFER.startOf(buffer);
  return KBUFFER.notesOf(buffer)?.map(({ start: from, end, writer, point, site }) => {
    const offset = Math.max(0, from - start);
    const by = writer === 0 ? (buffer.kind === 'message' ? 'program' : 'file system') : (KBUFFER.writers[writer] ?? 'a driver');
    return { offset, length: Math.min(buffer.length, end - start) - offset, by, place: site === null ? null : { driver: site.driver, line: site.line }, point };
  }) ?? (KBUFFER.noting === null ? null : []);
}

function originsOf(buffer: KBUFFER, offset: number, length: number): BufferView['origins'] {
  const stretches: { offset: number; length: number; origin: BufferView['origins'][number]['origin']; writer: string | null }[] = [];
  for (let at = offset; at < offset + length; at++) {
    const { origin, writer } = KBUFFER.originAt(buffer, at);
    const last = stretches.at(-1);
    if (last?.origin === origin && last.writer === writer) last.length++;
    else stretches.push({ offset: at, length: 1, origin, writer });
  }
  return stretches;
}

/** The structure of the operation, where the buffer is the one that holds it. */
function ownStructure(buffer: KBUFFER, iopb: FLT_IO_PARAMETER_BLOCK): string | null {
  const fields = describeIopb(iopb);
  const numberOf = (name: string): number | null => {
    const value = fields.find(({ path }) => path.endsWith(`.${name}`))?.value;
    return typeof value === 'number' ? value : null;
  };
  const isSame = (value: unknown): boolean => {
    const other = bufferBehind(value);
    return other !== null && KBUFFER.memory(other) === KBUFFER.memory(buffer);
  };
  const holders = fields.filter(({ value }) => isSame(value));
  const isOther = fields.some(({ path, value }) => bufferBehind(value) !== null && !isSame(value) && /(^|\.)(InputBuffer|SystemBuffer)$/.test(path));
  return structureOf({
    major: iopb.MajorFunction, minor: iopb.MinorFunction, fileInformationClass: numberOf('FileInformationClass'), fsInformationClass: numberOf('FsInformationClass'), fsControlCode: numberOf('FsControlCode'),
    isOutput: holders.some(({ path }) => path.includes('OutputBuffer') || path.includes('OutputSystemBuffer')) || (isOther && !holders.some(({ path }) => path.includes('Input'))),
  });
}

// ---- structures

export function overlayOf(buffer: KBUFFER, structure: string): BufferOverlay | null {
  const type = structures[structure];
  if (type === undefined) return null;
  const rows: OverlayRow[] = [];
  let at = 0;
  let entry = 0;
  const isList = type.fields[0]?.name === 'NextEntryOffset';
  for (; at + Math.min(4, type.size) <= buffer.length && entry < mostEntries; entry++) {
    rows.push(...rowsOf(buffer, type, at, entry, ''));
    const next = isList && at + 4 <= buffer.length ? buffer.u32(at) : 0;
    if (next < 8 || at + next >= buffer.length) break;
    at += next;
  }
  return { structure, rows, more: entry === mostEntries };
}

const variants: readonly (readonly [tag: number, member: string, names: number])[] = [[0xa000_000c, 'SymbolicLinkReparseBuffer', 20], [0xa000_0003, 'MountPointReparseBuffer', 16]];

function rowsOf(buffer: KBUFFER, type: StructType, at: number, entry: number, prefix: string): OverlayRow[] {
  const view = type.over(buffer, at) as Record<string, unknown>;
  const rows = type.fields.flatMap((field): OverlayRow[] => {
    if (!isShown(buffer, type, field.name, at)) return [];
    const offset = at + field.offset;
    if (field.type instanceof StructType) return rowsOf(buffer, field.type, offset, entry, `${prefix}${field.name}.`);
    const { text, size } = memberText(view, field.name, field.type.size);
    return [{ entry, name: `${prefix}${field.name}`, type: field.type.name, offset, size, value: text, known: text !== '' && isKnown(buffer, offset, size) }];
  });
  return type.name === 'REPARSE_DATA_BUFFER' ? [...rows, ...reparseNames(buffer, at, entry)] : rows;
}

/** Of the variants of REPARSE_DATA_BUFFER only the one that its tag says. */
function isShown(buffer: KBUFFER, type: StructType, member: string, at: number): boolean {
  if (type.name !== 'REPARSE_DATA_BUFFER' || !member.endsWith('ReparseBuffer')) return true;
  const tag = at + 4 <= buffer.length ? buffer.u32(at) : 0;
  return member === (variants.find(([known]) => known === tag)?.[1] ?? 'GenericReparseBuffer');
}

function reparseNames(buffer: KBUFFER, at: number, entry: number): OverlayRow[] {
  const variant = at + 4 <= buffer.length ? variants.find(([tag]) => tag === buffer.u32(at)) : undefined;
  if (variant === undefined || at + 16 > buffer.length) return [];
  return (['SubstituteName', 'PrintName'] as const).flatMap((name, number): OverlayRow[] => {
    const offset = at + variant[2] + buffer.u16(at + 8 + number * 4);
    const size = buffer.u16(at + 10 + number * 4);
    if (offset + size > buffer.length) return [];
    return [{ entry, name, type: 'text', offset, size, value: JSON.stringify(buffer.wstr(offset, size)), known: isKnown(buffer, offset, size) }];
  });
}

/** Empty where the member lies behind the buffer's end. */
function memberText(view: Record<string, unknown>, name: string, size: number): { readonly text: string; readonly size: number } {
  try {
    const value = view[name];
    if (typeof value === 'string') return { text: JSON.stringify(value), size: Math.max(size > 2 ? size : 0, value.length * 2) };
    if (value instanceof KBUFFER) return { text: [...KBUFFER.peek(value, 0, Math.min(value.length, 32)).bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '), size: value.length };
    return { text: wordOf(name, value), size };
  } catch {
    return { text: '', size };
  }
}

function wordOf(name: string, value: unknown): string {
  if (value instanceof LARGE_INTEGER) return /Time$/.test(name) ? timeText(value.QuadPart) : sizeText(value.QuadPart);
  if (typeof value === 'bigint') return sizeText(value);
  if (typeof value !== 'number') return valueText(value);
  if (name === 'FileAttributes') return `${hex(value)} ${fileAttributeNames(value)}`;
  if (/Access(Flags|Mode)?$/.test(name)) return `${hex(value)} ${flagNames(value, accessMask)}`;
  if (/ReparseTag$|^ReparsePointTag$/.test(name)) return `${hex(value)} ${reparseTags.find(([, tag]) => tag >>> 0 === value >>> 0)?.[0] ?? ''}`.trimEnd();
  return value > 9 ? `${value} (0x${value.toString(16).toUpperCase()})` : String(value);
}

const sizeText = (value: bigint): string => (value > 9n ? `${value} (0x${value.toString(16).toUpperCase()})` : String(value));

/** FILETIME; 0, -1 and -2 mean something else than a time (MS-FSCC 2.4.7). */
function timeText(ticks: bigint): string {
  const unix = ticks / 10_000n - 11_644_473_600_000n;
  const isDate = ticks > 0n && unix < 8_640_000_000_000_000n && unix > -8_640_000_000_000_000n;
  return isDate ? `${new Date(Number(unix)).toISOString().replace('T', ' ').replace('Z', '')} UTC (${ticks})` : String(ticks);
}

function isKnown(buffer: KBUFFER, offset: number, size: number): boolean {
  if (offset + size > buffer.length) return false;
  for (let at = offset; at < offset + size; at++) {
    const { origin } = KBUFFER.originAt(buffer, at);
    if (origin === 'unknown' || origin === 'uninitialised') return false;
  }
  return true;
}

/** The value of a field, as the Iopb has it in one of the view's columns. */
export function iopbValue(iopb: FLT_IO_PARAMETER_BLOCK | null, path: string): unknown {
  return iopb === null ? null : (describeIopb(iopb).find((field) => field.path === path)?.value ?? null);
}

/** RequestedOplockLevel of a FSCTL_REQUEST_OPLOCK, at offset 4 of its input (REQUEST_OPLOCK_INPUT_BUFFER); null where its bytes are unknown. */
export function requestedLevel({ issued }: Operation): number | null {
  const buffer = bufferBehind(iopbValue(issued, 'Parameters.FileSystemControl.Buffered.SystemBuffer'));
  if (buffer === null || buffer.freed || !isKnown(buffer, 4, 4)) return null;
  const [low = 0, high = 0, third = 0, fourth = 0] = KBUFFER.peek(buffer, 4, 4).bytes;
  return (low | (high << 8) | (third << 16) | (fourth << 24)) >>> 0;
}

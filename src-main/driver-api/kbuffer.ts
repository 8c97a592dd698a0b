/**
 * KBUFFER: everything C calls PVOID to bytes; and the MDL that describes one.
 *
 * Source: driver-api-usage.md 5.5: kind, length, and where each byte comes from. Traces carry lengths, not bytes, so a buffer is
 * lazy: its bytes are made when somebody touches them. Windows (`at`) share the storage. Structures over the bytes: structures/struct.ts.
 */
import { assert } from '../base/assert.ts';
import type { BytePattern } from '../base/bytePattern.ts';
import { byteOrigin, isKnownOrigin, type BufferContent } from '../engine/index.ts';
import { STATUS_ACCESS_VIOLATION } from '../nt/values.generated.ts';
import { noteWrite, type BufferNote, type NotingRun } from './bufferNotes.ts';
import { fillWith, knows, noOrigins, PatternContent, WrittenBytes, type LazyBytes } from './bufferContents.ts';

/** What touching memory that is not there raises: driver code may catch it, as __except does. */
export class AccessViolation extends RangeError {
  override readonly name = 'AccessViolation';

  /** STATUS_ACCESS_VIOLATION */
  GetExceptionCode(): number {
    return STATUS_ACCESS_VIOLATION;
  }
}

/** user: process-bound; system: the I/O manager's; paged, nonpaged: pool; mdl: a mapped view; message: communication port. */
export type BufferKind = 'user' | 'system' | 'paged' | 'nonpaged' | 'mdl' | 'message';

/** A stretch that was put into a buffer nobody has looked at: it is laid over the rest when somebody does. */
interface Patch {
  readonly at: number;
  readonly length: number;
  readonly content: BufferContent;
}

/** More stretches than this are laid over at once. */
const maximumPatches = 8;

interface Storage {
  readonly length: number;
  /** What the bytes will be; null for zeros. */
  content: LazyBytes | null;
  patches: Patch[] | null;
  bytes: Uint8Array | null;
  /** One origin a byte, null while all have the same. */
  origins: Uint8Array | null;
  origin: number;
  freed: boolean;
  /** Objects whose addresses were stored, by offset: the number written for each leads back to it. */
  pointers: Map<number, { readonly number: bigint; readonly object: object }> | null;
  /** Who wrote what, oldest first; null where nobody notes it. */
  notes: BufferNote[] | null;
}

/** Numbers that stand for stored addresses: the start of what looks like kernel space. */
const firstPointerNumber = 0xffff_c000_0000_0000n;

interface MakeOptions {
  readonly tag?: string;
  readonly zeroed?: boolean;
}

const plain: MakeOptions = {};

const kindNames: Readonly<Record<BufferKind, string>> = { user: 'UserBuffer', system: 'SystemBuffer', paged: 'PagedPool', nonpaged: 'NonPagedPool', mdl: 'MdlMapping', message: 'MessageBuffer' };

/**
 * Told of every access to bytes: by whom and whether it matters is for the engine to say. `origin`: of what is read, the least known byte; `recorded` for
 * both halves of a copy, which looks at no value. `asked`: whether bytes are known, and they are not. True, before bytes are written: they are made of unknown ones.
 */
export type BufferWatch = (buffer: KBUFFER, access: 'read' | 'written' | 'asked', offset: number, length: number, origin: number) => boolean;

/** Where a byte comes from, in words. */
export interface OriginOfByte {
  readonly origin: keyof typeof byteOrigin;
  /** Who has written it; null for other origins. */
  readonly writer: string | null;
}

const originNames = Object.keys(byteOrigin) as (keyof typeof byteOrigin)[];

export class KBUFFER {
  /** Null: nobody watches. */
  static watch: BufferWatch | null = null;
  /** Told of a touch of memory that was freed, before that raises its exception. */
  static freedTouched: ((buffer: KBUFFER) => void) | null = null;
  /** Who writes now, as an index into `writers`; null: nobody in particular. */
  static writer: (() => number) | null = null;
  /** Names of those who may write. */
  static writers: readonly string[] = [];
  /** Null: nobody notes who writes what. */
  static noting: NotingRun | null = null;
  /** For whoever debugs: a buffer that was found through a driver's variable. */
  static shown: { readonly buffer: KBUFFER; readonly structure: string | null } | null = null;
  readonly id: string;
  readonly kind: BufferKind;
  readonly length: number;
  readonly tag: string;
  readonly #storage: Storage;
  readonly #start: number;

  private constructor(id: string, kind: BufferKind, length: number, tag: string, storage: Storage, start: number) {
    this.id = id;
    this.kind = kind;
    this.length = length;
    this.tag = tag;
    this.#storage = storage;
    this.#start = start;
  }

  static make(number: number, kind: BufferKind, length: number, content: LazyBytes, options: MakeOptions = plain): KBUFFER {
    const zeroed = options.zeroed === true;
    const origin = zeroed ? byteOrigin.zeroed : kind === 'paged' || kind === 'nonpaged' ? byteOrigin.uninitialised : byteOrigin.unknown;
    const storage: Storage = { length, content: zeroed ? null : content, patches: null, bytes: null, origins: null, origin, freed: false, pointers: null, notes: null };
    return new KBUFFER(`${kindNames[kind]}#${number}`, kind, length, options.tag ?? '', storage, 0);
  }

  /** The same bytes under another kind: a mapped MDL. */
  static remap(buffer: KBUFFER, id: string, kind: BufferKind, start = 0, length = buffer.length): KBUFFER {
    return new KBUFFER(id, kind, length, buffer.tag, buffer.#storage, buffer.#start + start);
  }

  static free(buffer: KBUFFER): boolean {
    if (buffer.#storage.freed) return false;
    buffer.#storage.freed = true;
    return true;
  }

  /** What windows on the same allocation and mappings of it have in common. */
  static memory(buffer: KBUFFER): object {
    return buffer.#storage;
  }

  get freed(): boolean {
    return this.#storage.freed;
  }

  /** Whether this is a whole allocation and no window into one. */
  static isWhole(buffer: KBUFFER): boolean {
    return buffer.#start === 0 && buffer.length === buffer.#storage.length;
  }

  /** Where a window begins in its allocation, which itself is aligned as much as anybody asks for. */
  static startOf(buffer: KBUFFER): number {
    return buffer.#start;
  }

  /** Whether every byte from `offset` was recorded, rebuilt or written; false for bytes that were made up. */
  isKnown(offset = 0, length = this.length - offset): boolean {
    if (length === 0) return true;
    const origin = this.#leastOrigin(offset, length);
    if (isKnownOrigin(origin)) return true;
    KBUFFER.watch?.(this, 'asked', offset, length, origin);
    return false;
  }

  /** The origin of the least known byte. Nothing is made up for the answer where nothing is known. */
  #leastOrigin(offset: number, length: number): number {
    const storage = this.#storage;
    if (storage.bytes === null && (storage.patches !== null || knows(storage.content))) this.#materialise();
    const { origins } = storage;
    if (origins === null) return storage.origin;
    let least = 255;
    for (let at = this.#start + offset, end = at + length; at < end; at++) {
      const origin = origins[at] ?? 0;
      if (origin < least) least = origin;
    }
    return least;
  }

  /** Where a byte comes from. For whoever shows buffers: looking is no access. */
  static originAt(buffer: KBUFFER, offset: number): OriginOfByte {
    const code = buffer.#leastOrigin(offset, 1);
    if (code < byteOrigin.written) return { origin: originNames[code] ?? 'unknown', writer: null };
    return { origin: 'written', writer: KBUFFER.writers[code - byteOrigin.written - 1] ?? null };
  }

  /** Who wrote which of its bytes; null where it was not noted. */
  static notesOf(buffer: KBUFFER): readonly BufferNote[] | null {
    const { notes } = buffer.#storage;
    const end = buffer.#start + buffer.length;
    return notes?.filter((note) => note.start < end && note.end > buffer.#start) ?? null;
  }

  /** Whether driver code has put any of its bytes there. Copies of what was there before do not count. */
  static wasWritten(buffer: KBUFFER): boolean {
    const storage = buffer.#storage;
    if (storage.patches !== null) buffer.#materialise();
    if (storage.origins === null) return storage.origin >= byteOrigin.written;
    return storage.origins.subarray(buffer.#start, buffer.#start + buffer.length).some((origin) => origin >= byteOrigin.written);
  }

  /** A copy of the bytes with the origin of each. Looking is no access: nobody is told. */
  static peek(buffer: KBUFFER, offset = 0, length = buffer.length - offset): { readonly bytes: Uint8Array; readonly origins: Uint8Array } {
    const bytes = buffer.#copy(offset, length);
    const from = buffer.#start + offset;
    const { origins, origin } = buffer.#storage;
    return { bytes, origins: origins === null ? new Uint8Array(length).fill(origin) : origins.slice(from, from + length) };
  }

  /** A window on the same storage. */
  at(offset: number, length = this.length - offset): KBUFFER {
    this.#check(offset, length);
    return new KBUFFER(`${this.id}+${offset}`, this.kind, length, this.tag, this.#storage, this.#start + offset);
  }

  u8(offset: number): number {
    return this.#read(offset, 1).getUint8(0);
  }

  u16(offset: number): number {
    return this.#read(offset, 2).getUint16(0, true);
  }

  u32(offset: number): number {
    return this.#read(offset, 4).getUint32(0, true);
  }

  u64(offset: number): bigint {
    return this.#read(offset, 8).getBigUint64(0, true);
  }

  setU8(offset: number, value: number): void {
    this.#write(offset, 1).setUint8(0, value);
  }

  setU16(offset: number, value: number): void {
    this.#write(offset, 2).setUint16(0, value, true);
  }

  setU32(offset: number, value: number): void {
    this.#write(offset, 4).setUint32(0, value, true);
  }

  setU64(offset: number, value: bigint): void {
    this.#write(offset, 8).setBigUint64(0, BigInt.asUintN(64, value), true);
  }

  /** UTF-16 text of `bytes` bytes. */
  wstr(offset: number, bytes: number): string {
    const view = this.#read(offset, bytes);
    let text = '';
    for (let at = 0; at + 1 < bytes; at += 2) text += String.fromCharCode(view.getUint16(at, true));
    return text;
  }

  setWstr(offset: number, text: string): void {
    const view = this.#write(offset, text.length * 2);
    for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), true);
  }

  /** What PVOID, HANDLE and the like hold: the object whose address was stored, null for 0, else the bare number. */
  pointer(offset: number): unknown {
    const number = this.u64(offset);
    const stored = this.#storage.pointers?.get(this.#start + offset);
    if (stored !== undefined && stored.number === number) return stored.object;
    return number === 0n ? null : number;
  }

  setPointer(offset: number, value: unknown): void {
    if (value === null || value === undefined) this.setU64(offset, 0n);
    else if (typeof value === 'number' || typeof value === 'bigint') this.setU64(offset, BigInt(value));
    else if (typeof value === 'object' || typeof value === 'function') {
      const pointers = (this.#storage.pointers ??= new Map());
      const number = firstPointerNumber + BigInt(pointers.size * 16);
      pointers.set(this.#start + offset, { number, object: value });
      this.setU64(offset, number);
    } else throw new TypeError(`a pointer is wanted here, not ${typeof value}`);
  }

  /** A copy. */
  bytes(offset = 0, length = this.length - offset): Uint8Array {
    this.#check(offset, length);
    this.#told(offset, length);
    return this.#copy(offset, length);
  }

  #copy(offset: number, length: number): Uint8Array {
    return this.#materialise().slice(this.#start + offset, this.#start + offset + length);
  }

  /** Copies bytes together with what is known of them, so that unknown data stays unknown. */
  copyFrom(source: KBUFFER, length: number): void {
    this.#check(0, length);
    source.#check(0, length);
    if (length === 0) return;
    // What is unknown stays so: copying is no look at it.
    KBUFFER.watch?.(source, 'read', 0, length, byteOrigin.recorded);
    KBUFFER.watch?.(this, 'written', 0, length, byteOrigin.recorded);
    const from = source.#storage;
    const to = this.#storage;
    if (from.bytes === null && from.patches === null && source.#start === 0 && this.#start === 0 && length === to.length) {
      this.#begin(from.content, from.origin);
    } else {
      const bytes = source.#copy(0, length);
      const origins = from.origins?.slice(source.#start, source.#start + length) ?? null;
      this.#materialise().set(bytes, this.#start);
      if (origins === null) this.#mark(0, length, from.origin);
      else this.#origins().set(origins, this.#start);
    }
    this.#copyPointers(source, length);
    if (KBUFFER.noting !== null) this.#note(0, length, KBUFFER.noting);
  }

  #copyPointers(source: KBUFFER, length: number): void {
    for (const [offset, stored] of source.#storage.pointers ?? []) {
      const at = offset - source.#start;
      if (at < 0 || at + 8 > length) continue;
      (this.#storage.pointers ??= new Map()).set(this.#start + at, stored);
    }
  }

  /** Puts bytes that nobody recorded into the buffer, as a file system does that reads a file whose contents are not in the trace. */
  fillUnknown(pattern: BytePattern, length: number, offset = 0): void {
    this.fillFrom(new PatternContent(pattern), length, offset);
  }

  /** Puts `length` bytes into the buffer, which are made when somebody looks. Who does so is no driver: nobody is told. */
  fillFrom(content: BufferContent, length: number, offset = 0): void {
    this.#check(offset, length);
    if (length === 0) return;
    const storage = this.#storage;
    const at = this.#start + offset;
    if (at === 0 && length === storage.length) this.#begin(content, byteOrigin.unknown);
    else this.#lay({ at, length, content });
    if (KBUFFER.noting !== null) this.#note(offset, length, KBUFFER.noting);
  }

  #note(offset: number, length: number, noting: NotingRun): void {
    const from = this.#start + offset;
    noteWrite((this.#storage.notes ??= []), from, from + length, KBUFFER.writer?.() ?? 0, noting);
  }

  #lay(patch: Patch): void {
    const storage = this.#storage;
    const patches = (storage.patches ??= []);
    patches.push(patch);
    if (storage.bytes !== null || patches.length > maximumPatches) this.#materialise();
  }

  /** Copies bytes in, written by whoever is at work. */
  put(bytes: Uint8Array, offset = 0): void {
    this.#check(offset, bytes.length);
    KBUFFER.watch?.(this, 'written', offset, bytes.length, byteOrigin.written);
    if (KBUFFER.noting !== null) this.#note(offset, bytes.length, KBUFFER.noting);
    const storage = this.#storage;
    const origin = this.#writer();
    if (storage.bytes === null && bytes.length < storage.length) {
      this.#lay({ at: this.#start + offset, length: bytes.length, content: new WrittenBytes(bytes.slice(), origin) });
      return;
    }
    this.#materialise().set(bytes, this.#start + offset);
    this.#mark(offset, bytes.length, origin);
  }

  /** Everything is as `content` will say. */
  #begin(content: LazyBytes | null, origin: number): void {
    const storage = this.#storage;
    storage.content = content;
    storage.patches = null;
    storage.bytes = null;
    storage.origins = null;
    storage.origin = origin;
    storage.pointers = null;
  }

  fill(value: number, offset: number, length: number): void {
    this.#check(offset, length);
    KBUFFER.watch?.(this, 'written', offset, length, byteOrigin.written);
    if (KBUFFER.noting !== null) this.#note(offset, length, KBUFFER.noting);
    this.#materialise().fill(value, this.#start + offset, this.#start + offset + length);
    this.#mark(offset, length, this.#writer());
  }

  toString(): string {
    return this.id;
  }

  #check(offset: number, length: number): void {
    if (this.#storage.freed) KBUFFER.freedTouched?.(this);
    if (this.#storage.freed) throw new AccessViolation(`${this.id} was used after it had been freed`);
    if (!Number.isInteger(offset) || !Number.isInteger(length) || offset < 0 || length < 0 || offset + length > this.length) {
      throw new AccessViolation(`${this.id} has ${this.length} bytes; ${length} bytes at offset ${offset} are outside it`);
    }
  }

  #told(offset: number, length: number): void {
    const { watch } = KBUFFER;
    if (watch !== null) watch(this, 'read', offset, length, length === 0 ? byteOrigin.recorded : this.#leastOrigin(offset, length));
  }

  #writer(): number {
    const { writer } = KBUFFER;
    return writer === null ? byteOrigin.written : byteOrigin.written + 1 + writer();
  }

  #materialise(): Uint8Array {
    const storage = this.#storage;
    const { content, patches } = storage;
    if (storage.bytes === null) {
      storage.bytes = new Uint8Array(storage.length);
      if (knows(content)) storage.origins = new Uint8Array(storage.length);
      if (content !== null) fillWith(content, storage.bytes, storage.origins ?? noOrigins);
    }
    if (patches !== null) {
      storage.patches = null;
      for (const { at, length, content: laid } of patches) {
        const origins = this.#origins().subarray(at, at + length).fill(byteOrigin.unknown);
        laid.fill(storage.bytes.subarray(at, at + length), origins);
      }
    }
    return storage.bytes;
  }

  #origins(): Uint8Array {
    const storage = this.#storage;
    return (storage.origins ??= new Uint8Array(storage.length).fill(storage.origin));
  }

  #read(offset: number, length: number): DataView {
    this.#check(offset, length);
    this.#told(offset, length);
    return this.#view(offset, length);
  }

  #view(offset: number, length: number): DataView {
    const bytes = this.#materialise();
    return new DataView(bytes.buffer, this.#start + offset, length);
  }

  #write(offset: number, length: number): DataView {
    this.#check(offset, length);
    const isMadeUp = KBUFFER.watch?.(this, 'written', offset, length, byteOrigin.written) === true;
    if (KBUFFER.noting !== null) this.#note(offset, length, KBUFFER.noting);
    const view = this.#view(offset, length);
    this.#mark(offset, length, isMadeUp ? byteOrigin.unknown : this.#writer());
    return view;
  }

  #mark(offset: number, length: number, origin: number): void {
    const storage = this.#storage;
    const from = this.#start + offset;
    if (from === 0 && length === storage.length) {
      storage.origins = null;
      storage.origin = origin;
    } else if (storage.origins !== null || storage.origin !== origin) {
      this.#origins().fill(origin, from, from + length);
    }
  }
}

/** Memory descriptor list: the pages behind a buffer. */
export class MDL {
  readonly id: string;
  readonly ByteOffset = 0;
  Next: MDL | null = null;
  #buffer: KBUFFER;
  #byteCount: number;
  #mapped: KBUFFER | null = null;
  #freed = false;

  constructor(number: number, buffer: KBUFFER, byteCount = buffer.length) {
    assert(byteCount <= buffer.length, 'an MDL cannot describe more than its buffer');
    this.id = `MDL#${number}`;
    this.#buffer = buffer;
    this.#byteCount = byteCount;
  }

  get ByteCount(): number {
    return this.#byteCount;
  }

  /** The buffer whose pages it describes. */
  get buffer(): KBUFFER {
    return this.#buffer;
  }

  /** IoBuildPartialMdl: describes part of what another one describes. */
  static redirect(mdl: MDL, buffer: KBUFFER): void {
    mdl.#buffer = buffer;
    mdl.#byteCount = buffer.length;
    mdl.#mapped = null;
  }

  /** MmGetSystemAddressForMdlSafe: the same storage under a system address. */
  map(): KBUFFER {
    this.#mapped ??= KBUFFER.remap(this.buffer, `${this.id}>${this.buffer.id}`, 'mdl', 0, this.ByteCount);
    return this.#mapped;
  }

  get freed(): boolean {
    return this.#freed;
  }

  static free(mdl: MDL): boolean {
    if (mdl.#freed) return false;
    mdl.#freed = true;
    return true;
  }

  toString(): string {
    return this.id;
  }
}

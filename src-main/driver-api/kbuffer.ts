/**
 * KBUFFER: everything C calls PVOID to bytes; and the MDL that describes one.
 *
 * Source: driver-api-usage.md 5.5, in simple form: kind, length, known and unknown bytes. Traces carry lengths, not bytes, so a
 * buffer is lazy: its storage is made when somebody touches it, and bytes that were never recorded then come from a seeded
 * pattern. Windows (`at`) share the storage. Structures over the bytes: structures/struct.ts.
 */
import { assert } from '../base/assert.ts';
import { STATUS_ACCESS_VIOLATION } from '../nt/values.generated.ts';

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

/** Where unknown bytes come from: the same seed and offset give the same byte everywhere. */
export interface BytePattern {
  readonly seed: number;
  /** What the bytes belong to (a file), so that a region of it reads the same through every buffer. */
  readonly origin: number;
  /** Offset of the buffer's first byte in it. */
  readonly base: number;
}

interface Storage {
  readonly length: number;
  pattern: BytePattern;
  bytes: Uint8Array | null;
  /** One flag a byte, null while everything or nothing is known. */
  known: Uint8Array | null;
  allKnown: boolean;
  freed: boolean;
  /** Objects whose addresses were stored, by offset: the number written for each leads back to it. */
  pointers: Map<number, { readonly number: bigint; readonly object: object }> | null;
}

/** Numbers that stand for stored addresses: the start of what looks like kernel space. */
const firstPointerNumber = 0xffff_c000_0000_0000n;

const kindNames: Readonly<Record<BufferKind, string>> = { user: 'UserBuffer', system: 'SystemBuffer', paged: 'PagedPool', nonpaged: 'NonPagedPool', mdl: 'MdlMapping', message: 'MessageBuffer' };

/** A multiplicative hash of (seed, origin, offset), one byte of it. */
function patternByte(pattern: BytePattern, offset: number): number {
  let h = Math.imul((pattern.base + offset) ^ pattern.origin, 0x9e3779b1) ^ pattern.seed;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
  return (h ^ (h >>> 13)) & 0xff;
}

/** Told of every access to bytes: by whom and whether it matters is for the engine to say. */
export type BufferWatch = (buffer: KBUFFER, access: 'read' | 'written', end: number, known: boolean) => void;

export class KBUFFER {
  /** Null: nobody watches. */
  static watch: BufferWatch | null = null;
  /** Told of a touch of memory that was freed, before that raises its exception. */
  static freedTouched: ((buffer: KBUFFER) => void) | null = null;
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

  static make(number: number, kind: BufferKind, length: number, pattern: BytePattern, options: { readonly tag?: string; readonly zeroed?: boolean } = {}): KBUFFER {
    const storage: Storage = { length, pattern, bytes: null, known: null, allKnown: options.zeroed === true, freed: false, pointers: null };
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

  /** Whether every byte from `offset` was recorded or written; false for bytes that the pattern made up. */
  isKnown(offset = 0, length = this.length - offset): boolean {
    const { allKnown, known } = this.#storage;
    if (allKnown) return true;
    if (known === null) return length === 0;
    const from = this.#start + offset;
    return known.subarray(from, from + length).every((flag) => flag === 1);
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
    KBUFFER.watch?.(this, 'read', offset + length, this.isKnown(offset, length));
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
    KBUFFER.watch?.(source, 'read', length, true);
    KBUFFER.watch?.(this, 'written', length, true);
    const from = source.#storage;
    if (from.bytes === null && !from.allKnown && source.#start === 0 && this.#start === 0 && length === this.#storage.length) {
      this.fillUnknown(from.pattern, length);
      return;
    }
    const bytes = source.#copy(0, length);
    const flags = source.#storage.allKnown ? null : source.#storage.known?.slice(source.#start, source.#start + length);
    this.#materialise().set(bytes, this.#start);
    this.#copyPointers(source, length);
    if (source.#storage.allKnown) this.#mark(0, length, 1);
    else if (flags === undefined || flags === null) this.#mark(0, length, 0);
    else for (let at = 0; at < length; at++) this.#mark(at, 1, flags[at] === 1 ? 1 : 0);
  }

  #copyPointers(source: KBUFFER, length: number): void {
    for (const [offset, stored] of source.#storage.pointers ?? []) {
      const at = offset - source.#start;
      if (at < 0 || at + 8 > length) continue;
      (this.#storage.pointers ??= new Map()).set(this.#start + at, stored);
    }
  }

  /** Puts bytes that nobody recorded into the buffer, as a file system does that reads a file whose contents are not in the trace. */
  fillUnknown(pattern: BytePattern, length: number): void {
    this.#check(0, length);
    const storage = this.#storage;
    if (this.#start === 0 && length === storage.length) {
      storage.pattern = pattern;
      storage.bytes = null;
      storage.known = null;
      storage.allKnown = false;
      return;
    }
    const bytes = this.#materialise();
    for (let at = 0; at < length; at++) bytes[this.#start + at] = patternByte(pattern, at);
    this.#mark(0, length, 0);
  }

  fill(value: number, offset: number, length: number): void {
    this.#check(offset, length);
    KBUFFER.watch?.(this, 'written', offset + length, true);
    this.#materialise().fill(value, this.#start + offset, this.#start + offset + length);
    this.#mark(offset, length, 1);
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

  #materialise(): Uint8Array {
    const storage = this.#storage;
    if (storage.bytes === null) {
      storage.bytes = new Uint8Array(storage.length);
      if (!storage.allKnown) for (let at = 0; at < storage.length; at++) storage.bytes[at] = patternByte(storage.pattern, at);
    }
    return storage.bytes;
  }

  #read(offset: number, length: number): DataView {
    this.#check(offset, length);
    KBUFFER.watch?.(this, 'read', offset + length, this.isKnown(offset, length));
    return this.#view(offset, length);
  }

  #view(offset: number, length: number): DataView {
    const bytes = this.#materialise();
    return new DataView(bytes.buffer, this.#start + offset, length);
  }

  #write(offset: number, length: number): DataView {
    this.#check(offset, length);
    KBUFFER.watch?.(this, 'written', offset + length, true);
    const view = this.#view(offset, length);
    this.#mark(offset, length, 1);
    return view;
  }

  #mark(offset: number, length: number, known: 0 | 1): void {
    const storage = this.#storage;
    if (known === 1 && storage.allKnown) return;
    const from = this.#start + offset;
    if (known === 1 && from === 0 && length === storage.length) {
      storage.allKnown = true;
      storage.known = null;
      return;
    }
    storage.known ??= new Uint8Array(storage.length).fill(storage.allKnown ? 1 : 0);
    storage.allKnown = false;
    storage.known.fill(known, from, from + length);
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

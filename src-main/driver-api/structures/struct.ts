/**
 * Structures over buffers: `struct`, `view`, `sizeof`, `FIELD_OFFSET`.
 *
 * Source: driver-api-usage.md 5.5, 5.8. Members are laid out as a 64-bit C compiler does it; explicit offsets make unions, `bits` makes
 * bit fields. A view reads and writes the bytes themselves, so two views of one buffer are the same structure.
 */
import { KBUFFER } from '../kbuffer.ts';
import { MemberType, resolveMemberType, type Neighbours } from './memberTypes.ts';

export interface StructField {
  readonly name: string;
  readonly offset: number;
  readonly type: MemberType;
  /** First bit and number of bits. */
  readonly bits: readonly [first: number, count: number] | null;
}

/** What the members of a view know of the view: bytes and place, hidden from the driver. */
class StructView {
  readonly #type: StructType;
  readonly #buffer: KBUFFER;
  readonly #offset: number;

  constructor(type: StructType, buffer: KBUFFER, offset: number) {
    this.#type = type;
    this.#buffer = buffer;
    this.#offset = offset;
  }

  static read(view: StructView, field: StructField): unknown {
    const value = field.type.read(view.#buffer, view.#offset + field.offset, neighboursOf(view));
    return field.bits === null ? value : Number((BigInt(value as number | bigint) >> BigInt(field.bits[0])) & bitMask(field.bits[1]));
  }

  static write(view: StructView, field: StructField, value: unknown): void {
    const at = view.#offset + field.offset;
    if (field.bits === null) {
      field.type.write(view.#buffer, at, value, neighboursOf(view));
      return;
    }
    const [first, count] = field.bits;
    const bits = BigInt(Number(value));
    if (bits < 0n || bits > bitMask(count)) throw new RangeError(`${field.name} has ${count} bits and cannot hold ${String(value)}`);
    const old = BigInt(field.type.read(view.#buffer, at, neighboursOf(view)) as number | bigint);
    field.type.write(view.#buffer, at, (old & ~(bitMask(count) << BigInt(first))) | (bits << BigInt(first)), neighboursOf(view));
  }

  static window(view: StructView): KBUFFER {
    return view.#buffer.at(view.#offset, view.#type.size);
  }

  static typeOf(view: StructView): StructType {
    return view.#type;
  }
}

const bitMask = (count: number): bigint => (1n << BigInt(count)) - 1n;

/** The lengths beside a counted member, without showing methods in the view. */
const neighboursOf = (view: StructView): Neighbours => ({
  number: (name) => Number(StructView.read(view, StructView.typeOf(view).field(name))),
  setNumber: (name, value) => StructView.write(view, StructView.typeOf(view).field(name), value),
});

/** The members as fltkernel.d.ts writes them. */
export const membersText = (fields: readonly StructField[]): string => `{ ${fields.map(({ name, type }) => `${name}: ${type.declaration}`).join('; ')} }`;

type ViewClass = new (buffer: KBUFFER, offset: number) => object;

export class StructType extends MemberType<object> {
  readonly fields: readonly StructField[];
  readonly #byName: ReadonlyMap<string, StructField>;
  readonly #view: ViewClass;

  constructor(name: string, fields: readonly StructField[], size: number, alignment: number) {
    super(name, size, alignment, /^[A-Z_][A-Z0-9_]*$/.test(name) ? name : membersText(fields));
    this.fields = fields;
    this.#byName = new Map(fields.map((field) => [field.name, field]));
    this.#view = viewClass(this);
    Object.freeze(this);
  }

  field(name: string): StructField {
    const field = this.#byName.get(name);
    if (field === undefined) throw new TypeError(`${this.name} has no member ${name}; it has ${this.fields.map((one) => one.name).join(', ')}`);
    return field;
  }

  /** The structure that lies at `offset` of a buffer. */
  over(buffer: KBUFFER, offset: number): object {
    return new this.#view(buffer, offset);
  }

  override read(buffer: KBUFFER, offset: number): object {
    return this.over(buffer, offset);
  }

  override write(buffer: KBUFFER, offset: number, value: unknown): void {
    if (value instanceof StructView) {
      buffer.at(offset, this.size).copyFrom(StructView.window(value), this.size);
      return;
    }
    if (typeof value !== 'object' || value === null) throw new TypeError(`${this.name} is written as an object with its members`);
    Object.assign(this.over(buffer, offset), value);
  }
}

/** One class a structure, with an accessor a member on its prototype. */
function viewClass(type: StructType): ViewClass {
  class View extends StructView {
    constructor(buffer: KBUFFER, offset: number) {
      super(type, buffer, offset);
      Object.seal(this);
    }
  }
  Object.defineProperty(View, 'name', { value: type.name });
  for (const field of type.fields) {
    Object.defineProperty(View.prototype, field.name, {
      enumerable: true,
      get(this: View) { return StructView.read(this, field); },
      set(this: View, value: unknown) { StructView.write(this, field, value); },
    });
  }
  return View;
}

interface Placed {
  readonly at?: unknown;
  readonly type?: unknown;
  readonly bits?: unknown;
}

const roundUp = (value: number, alignment: number): number => Math.ceil(value / alignment) * alignment;

function bitsOf(name: string, placed: Placed, type: MemberType): StructField['bits'] {
  if (placed.bits === undefined) return null;
  const bits = placed.bits;
  if (!Array.isArray(bits) || !bits.every((one) => Number.isInteger(one)) || Number(bits[0]) < 0 || Number(bits[1]) < 1 || Number(bits[0]) + Number(bits[1]) > type.size * 8) {
    throw new RangeError(`struct: the bits of ${name} are [first, count] within ${type.size * 8} bits`);
  }
  return [Number(bits[0]), Number(bits[1])];
}

/**
 * Lays out a structure: `struct({ Flags: ULONG, Name: WCHAR.array(32) })`. A member `{ at: 0, type: ULONG }` lies where it says,
 * over others if need be; `{ at: 0, type: ULONG, bits: [4, 2] }` is a bit field.
 */
export function struct(members: unknown, options?: { readonly name?: string; readonly pack?: number }): StructType {
  if (typeof members !== 'object' || members === null) throw new TypeError('struct: write the members as an object: struct({ Flags: ULONG, Name: WCHAR.array(32) })');
  const pack = options?.pack ?? 8;
  const fields: StructField[] = [];
  let end = 0;
  let size = 0;
  let alignment = 1;
  for (const [name, spec] of Object.entries(members)) {
    const placed: Placed | null = typeof spec === 'object' && spec !== null && !(spec instanceof MemberType) && 'type' in spec ? spec : null;
    const type = resolveMemberType(placed === null ? spec : placed.type);
    const own = Math.min(type.alignment, pack);
    const explicit = placed?.at;
    if (explicit !== undefined && (typeof explicit !== 'number' || !Number.isInteger(explicit) || explicit < 0)) throw new RangeError(`struct: the offset of ${name} is a number of bytes`);
    const offset = explicit ?? roundUp(end, own);
    fields.push(Object.freeze({ name, offset, type, bits: placed === null ? null : bitsOf(name, placed, type) }));
    end = offset + type.size;
    size = Math.max(size, end);
    alignment = Math.max(alignment, own);
  }
  return new StructType(options?.name ?? 'struct', Object.freeze(fields), roundUp(size, alignment), alignment);
}

/** A structure over the bytes of a buffer. */
export function view(type: unknown, buffer: unknown, offset: unknown = 0): unknown {
  const resolved = resolveMemberType(type);
  if (!(buffer instanceof KBUFFER)) throw new TypeError(`view: there is no buffer to look at (${buffer === null || buffer === undefined ? 'NULL' : typeof buffer})`);
  if (typeof offset !== 'number' || !Number.isInteger(offset) || offset < 0) throw new RangeError(`view: the offset is a number of bytes, not ${String(offset)}`);
  return resolved instanceof StructType ? resolved.over(buffer, offset) : resolved.read(buffer, offset, noNeighbours);
}

const noNeighbours: Neighbours = {
  number: () => 0,
  setNumber: () => undefined,
};

/** Bytes of a type, a view or a buffer. */
export function sizeOf(what: unknown): number {
  if (what instanceof StructView) return StructView.typeOf(what).size;
  if (what instanceof KBUFFER) return what.length;
  if (typeof what === 'object' && what !== null && 'size' in what && !(what instanceof MemberType) && typeof what.size === 'number') return what.size;
  return resolveMemberType(what).size;
}

export function fieldOffset(type: unknown, field: unknown): number {
  const resolved = resolveMemberType(type);
  if (!(resolved instanceof StructType)) throw new TypeError(`FIELD_OFFSET: ${resolved.name} has no members`);
  return resolved.field(String(field)).offset;
}

/** Whether a value is a view, and of which bytes. */
export const viewedBytes = (value: unknown): KBUFFER | null => (value instanceof StructView ? StructView.window(value) : null);

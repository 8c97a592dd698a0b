/**
 * FLT_IO_PARAMETER_BLOCK and FLT_PARAMETERS as drivers see them: accessors over the slots of a ParameterBlock.
 *
 * Source: FLT_IO_PARAMETER_BLOCK; FLT_PARAMETERS; driver-api-usage.md 5.4; IC-017, IC-020. The members come from
 * nt/tables.generated.ts (`fltParameters`). Reading the wrong member gives the wrong field, as in C, and a hint.
 */
import { ntStatus, type NTSTATUS } from '../../nt/ntStatus.ts';
import { fltParameters } from '../../nt/tables.generated.ts';
import { FILE_OBJECT } from '../iomgr/fileObject.ts';
import { LARGE_INTEGER, quadPartOf } from '../kernel/largeInteger.ts';
import type { PETHREAD } from '../kernel/thread.ts';
import type { CallSite } from '../observer.ts';
import type { PFLT_INSTANCE } from './handles.ts';
import type { IoStatusValues } from './ioStatus.ts';
import { ParameterBlock, parameterMember, parameterSlots, readSlot, writeSlot, type FieldPlace } from './parameterBlock.ts';
import { fit, fitTable, hasSameField, memberForBlock } from './parameterShapes.ts';
import { mayBePointerNumber, type PointerNumbering } from './pointerNumbers.ts';

/** One member of the union, by WDK field names. */
export interface ParameterView {
  [field: string]: unknown;
}

/** Told before a field changes. `path` is the WDK path below the block, e.g. `Parameters.Read.Length`. */
export type WriteHook = (iopb: IopbState, path: string, from: unknown, to: unknown) => void;

/** A field as one view names it. */
export interface ViewField {
  readonly place: FieldPlace;
  /** `Parameters.Read.Length` */
  readonly path: string;
  /** By major function; see `fit`. */
  readonly fits: Uint8Array;
}

/** Who looks after the blocks that drivers hold. None of this is asked for on the way of an operation that nobody misuses. */
export interface IopbWatcher extends PointerNumbering {
  /** Somebody reaches for a closed block. True when it is a driver that may not any more: the access is refused. */
  refuses(owner: object | null): boolean;
  /** A field of another operation's shape is read or written. */
  foreign(iopb: IopbState, field: ViewField, access: 'read' | 'written', value: unknown): void;
  /** What was stored does not fit the field and was cut to its width. */
  cut(iopb: IopbState, path: string, type: string, given: number | bigint, stored: number): void;
  /** The line of the driver that is running; null where nobody keeps a history. */
  writer(): CallSite | null;
  /** Null where nobody keeps a history. */
  readonly changed: WriteHook | null;
  ioStatusWritten(iopb: IopbState, field: string, from: number, to: number): void;
  /** The object behind such a number, among those the block was issued with; undefined for any other number. */
  objectOf(owner: object | null, number: number): object | undefined;
  isFastIo(owner: object | null): boolean;
}

/** What is behind a parameter block, its views and its callback data. Never given to a driver. */
export class IopbState implements IoStatusValues {
  block: ParameterBlock;
  /** Somebody else has the block too: a write makes a copy first. */
  shared = true;
  /** A driver may use it, as far as is known without asking. */
  open = true;
  target: PFLT_INSTANCE | null;
  watcher: IopbWatcher | null = null;
  /** The operation or the allocated callback data it belongs to. */
  owner: object | null = null;
  /** The callback data around it, as far as it is plain values. */
  flags = 0;
  thread: PETHREAD | null = null;
  requestorMode = 0;
  tagData: unknown = null;
  /** Something was written since it was shown; IoStatus has a mark of its own. */
  touched = false;
  status = 0 as NTSTATUS;
  information = 0;
  written = false;
  writtenAt: CallSite | null = null;

  constructor(block: ParameterBlock, target: PFLT_INSTANCE | null) {
    this.block = block;
    this.target = target;
  }

  /** Shows other values through the same objects, to a driver when there is a target; the block counts as shared. */
  show(block: ParameterBlock, target: PFLT_INSTANCE | null, flags: number): void {
    this.block = block;
    this.shared = true;
    this.target = target;
    this.open = target !== null;
    this.flags = flags;
    this.touched = false;
  }

  /** Sets IoStatus without marking it written. */
  assign(status: number, information: number): void {
    this.status = ntStatus(status);
    this.information = information;
  }

  forgetWrites(): void {
    this.written = false;
    this.writtenAt = null;
  }

  /** From now on a write makes a copy first: somebody else kept the block. */
  share(): ParameterBlock {
    this.shared = true;
    return this.block;
  }

  /** From now on the watcher is asked whether an access is allowed. */
  close(): void {
    this.open = false;
  }

  slot(place: FieldPlace): unknown {
    return readSlot(this.block.slots, place);
  }

  setSlot(place: FieldPlace, path: string, value: unknown): void {
    this.changed(path, readSlot(this.block.slots, place), value);
    writeSlot(this.own().slots, place, value);
  }

  get writer(): CallSite | null {
    return this.watcher?.writer() ?? null;
  }

  wrote(field: 'IoStatus.Status' | 'IoStatus.Information', from: number, to: number): void {
    this.watcher?.ioStatusWritten(this, field, from, to);
  }

  /** The block to write to. */
  own(): ParameterBlock {
    this.touched = true;
    if (this.shared) {
      this.block = this.block.clone();
      this.shared = false;
    }
    return this.block;
  }

  /** Asked when it is not open: true when a driver reaches for it outside its lifetime. */
  refused(): boolean {
    return this.watcher !== null && this.watcher.refuses(this.owner);
  }

  changed(path: string, from: unknown, to: unknown): void {
    this.watcher?.changed?.(this, path, from, to);
  }

  /** What is not the plain case: closed, another operation's shape, a pointer read as a number. */
  read(field: ViewField): unknown {
    const { place } = field;
    if (!this.open && this.refused()) return place.kind === 'pointer' ? null : place.kind === 'large' ? 0n : 0;
    if (field.fits[this.block.majorFunction] !== fit.own) this.#checkShape(field, 'read');
    return this.#value(place);
  }

  write(field: ViewField, given: unknown): void {
    if (!this.open && this.refused()) return;
    const { place, path } = field;
    const value = storable(this, field, given);
    if (field.fits[this.block.majorFunction] !== fit.own) this.#checkShape(field, 'written');
    this.changed(path, this.#value(place), value);
    writeSlot(this.own().slots, place, value, this.watcher ?? undefined);
  }

  #value(place: FieldPlace): unknown {
    const { watcher } = this;
    const value = readSlot(this.block.slots, place, watcher ?? undefined);
    // An address that was seen as a number and written back.
    if (watcher === null || place.kind !== 'pointer' || (typeof value !== 'number' && typeof value !== 'bigint') || !mayBePointerNumber(Number(value))) return value;
    return watcher.objectOf(this.owner, Number(value)) ?? value;
  }

  /** A field that the major function's member may not have. */
  #checkShape(field: ViewField, access: 'read' | 'written'): void {
    const { block, watcher, owner } = this;
    if (watcher === null) return;
    if (field.fits[block.majorFunction] === fit.dependsOnMinor && hasSameField(memberForBlock(block, watcher.isFastIo(owner)), field.place)) return;
    watcher.foreign(this, field, access, block.slots[field.place.slot]);
  }
}

/** What is behind a parameter block. */
export let iopbState: (iopb: FLT_IO_PARAMETER_BLOCK) => IopbState;

/** What a refused reader gets: zeros that nobody watches. */
export const deadIopb = (): FLT_IO_PARAMETER_BLOCK => new FLT_IO_PARAMETER_BLOCK(new ParameterBlock(0, 0, 0, 0, 0, null, parameterSlots(null, {})), null);

type HeadField = 'irpFlags' | 'majorFunction' | 'minorFunction' | 'operationFlags' | 'reserved';

export class FLT_IO_PARAMETER_BLOCK {
  readonly #state: IopbState;
  #parameters: FLT_PARAMETERS | null = null;

  constructor(block: ParameterBlock, target: PFLT_INSTANCE | null) {
    this.#state = new IopbState(block, target);
  }

  static {
    iopbState = (iopb) => iopb.#state;
  }

  #setHead(key: HeadField, path: string, type: string, bits: number, value: unknown): void {
    const state = this.#state;
    if (!state.open && state.refused()) return;
    const number = integerOf(state, path, type, bits, value);
    state.changed(path, state.block[key], number);
    state.own()[key] = number;
  }

  get IrpFlags(): number {
    const state = this.#state;
    return state.open || !state.refused() ? state.block.irpFlags : 0;
  }

  set IrpFlags(value: number) {
    this.#setHead('irpFlags', 'IrpFlags', 'ULONG', 32, value);
  }

  get MajorFunction(): number {
    const state = this.#state;
    return state.open || !state.refused() ? state.block.majorFunction : 0;
  }

  set MajorFunction(value: number) {
    this.#setHead('majorFunction', 'MajorFunction', 'UCHAR', 8, value);
  }

  get MinorFunction(): number {
    const state = this.#state;
    return state.open || !state.refused() ? state.block.minorFunction : 0;
  }

  set MinorFunction(value: number) {
    this.#setHead('minorFunction', 'MinorFunction', 'UCHAR', 8, value);
  }

  get OperationFlags(): number {
    const state = this.#state;
    return state.open || !state.refused() ? state.block.operationFlags : 0;
  }

  set OperationFlags(value: number) {
    this.#setHead('operationFlags', 'OperationFlags', 'UCHAR', 8, value);
  }

  get Reserved(): number {
    const state = this.#state;
    return state.open || !state.refused() ? state.block.reserved : 0;
  }

  set Reserved(value: number) {
    this.#setHead('reserved', 'Reserved', 'UCHAR', 8, value);
  }

  get TargetFileObject(): FILE_OBJECT | null {
    const state = this.#state;
    return state.open || !state.refused() ? state.block.targetFileObject : null;
  }

  set TargetFileObject(value: FILE_OBJECT | null) {
    const state = this.#state;
    if (!state.open && state.refused()) return;
    const given: unknown = value;
    if (given !== null && !(given instanceof FILE_OBJECT)) throw new TypeError(`TargetFileObject takes a PFILE_OBJECT or NULL; ${describeKind(value)} was given.`);
    state.changed('TargetFileObject', state.block.targetFileObject, value);
    state.own().targetFileObject = value;
  }

  /** Not part of the shared values: every filter sees its own instance here. */
  get TargetInstance(): PFLT_INSTANCE | null {
    const state = this.#state;
    return state.open || !state.refused() ? state.target : null;
  }

  set TargetInstance(value: PFLT_INSTANCE | null) {
    const state = this.#state;
    if (!state.open && state.refused()) return;
    state.changed('TargetInstance', state.target, value);
    state.touched = true;
    state.target = value;
  }

  get Parameters(): FLT_PARAMETERS {
    this.#parameters ??= new FLT_PARAMETERS(this.#state);
    return this.#parameters;
  }
}

// ---- what may be stored

function describeKind(value: unknown): string {
  if (value === null) return 'NULL';
  if (value === undefined) return 'undefined';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The unsigned value of an integer of that many bits. Negative numbers stand for their bits, as in C. */
function integerOf(state: IopbState, path: string, type: string, bits: number, value: unknown): number {
  const given = typeof value === 'boolean' ? Number(value) : value;
  if (typeof given !== 'bigint' && (typeof given !== 'number' || !Number.isInteger(given))) throw new TypeError(`${path} takes an integer (${type}); ${describeKind(value)} was given.`);
  if (typeof given === 'number' && given >= 0 && given <= 2 ** bits - 1) return given;
  const whole = BigInt(given);
  const stored = Number(BigInt.asUintN(bits, whole));
  if (whole !== BigInt.asIntN(bits, whole) && whole !== BigInt(stored)) state.watcher?.cut(state, path, type, given, stored);
  return stored;
}

/** What is stored for a value that driver code gives. Throws a TypeError for one that no C compiler would take. */
function storable(state: IopbState, { place, path }: ViewField, value: unknown): unknown {
  // Opaque words stand for values of any type in conformance vectors.
  if (typeof value === 'string') return value;
  switch (place.kind) {
    case 'integer': return place.width < 64 ? integerOf(state, path, place.type, place.width, value) : addressOf(place, path, value, 'an integer');
    case 'large': {
      const quad = quadPartOf(value);
      if (quad === undefined) throw new TypeError(`${path} takes a LARGE_INTEGER, a bigint or an integer; ${describeKind(value)} was given.`);
      return quad;
    }
    case 'pointer': return addressOf(place, path, value, 'NULL, an object or an address');
    case 'raw': return value instanceof LARGE_INTEGER ? value.QuadPart : addressOf(place, path, typeof value === 'boolean' ? Number(value) : value, 'NULL, an object or an address');
  }
}

function addressOf(place: FieldPlace, path: string, value: unknown, wanted: string): unknown {
  if (typeof value === 'object' || typeof value === 'function' || typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return value;
  throw new TypeError(`${path} takes ${wanted} (${place.type}); ${describeKind(value)} was given.`);
}

// ---- views

/** A LARGE_INTEGER that lives in a slot: writing a part writes the parameter block. */
class SlotLargeInteger extends LARGE_INTEGER {
  readonly #state: IopbState;
  readonly #field: ViewField;

  constructor(state: IopbState, field: ViewField) {
    super();
    this.#state = state;
    this.#field = field;
  }

  override get QuadPart(): bigint {
    return quadPartOf(this.#state.read(this.#field)) ?? 0n;
  }

  override set QuadPart(value: bigint) {
    this.#state.write(this.#field, value);
  }
}

type ViewClass = new (state: IopbState) => ParameterView;
type StateOf = (view: object) => IopbState;

/** A class with one accessor a field, made once for each member. */
function viewClass(memberName: string): ViewClass {
  class View {
    readonly #state: IopbState;
    constructor(state: IopbState) {
      this.#state = state;
    }
    static of(view: object): IopbState {
      return (view as View).#state;
    }
  }
  const fits = fitTable(memberName);
  const { fields, overlays } = parameterMember(memberName);
  for (const place of [...fields, ...overlays]) {
    const field: ViewField = { place, path: `Parameters.${memberName}.${place.name}`, fits };
    const get = place.kind === 'large' ? largeGetter(field, View.of) : place.kind === 'integer' && place.shift === 0 ? integerGetter(field, View.of) : plainGetter(field, View.of);
    Object.defineProperty(View.prototype, place.name, {
      enumerable: true,
      get,
      set(this: object, value: unknown) {
        View.of(this).write(field, value);
      },
    });
  }
  return View as unknown as ViewClass;
}

/** The operation's own integers, most of what drivers read, without a detour. */
function integerGetter(field: ViewField, stateOf: StateOf): (this: object) => unknown {
  const { fits, place: { slot, max } } = field;
  return function (this: object): unknown {
    const state = stateOf(this);
    const { block } = state;
    const value = block.slots[slot];
    if (typeof value === 'number' && value >= 0 && value <= max && state.open && fits[block.majorFunction] === fit.own) return value;
    return state.read(field);
  };
}

function plainGetter(field: ViewField, stateOf: StateOf): (this: object) => unknown {
  const { fits, place: { slot } } = field;
  return function (this: object): unknown {
    const state = stateOf(this);
    const { block } = state;
    return block.slots[slot] === null && state.open && fits[block.majorFunction] === fit.own ? null : state.read(field);
  };
}

function largeGetter(field: ViewField, stateOf: StateOf): (this: object) => unknown {
  return function (this: object): unknown {
    const state = stateOf(this);
    if (!state.open && state.refused()) return new LARGE_INTEGER();
    const value = state.block.slots[field.place.slot];
    return typeof value === 'string' ? value : new SlotLargeInteger(state, field);
  };
}

type Group = Readonly<Record<string, ParameterView>>;
type Make = (state: IopbState) => ParameterView | Group;

/** The union: one storage, many views. Members with sub-structures (`DirectoryControl.QueryDirectory`) are nested as in C. */
export class FLT_PARAMETERS {
  readonly #state: IopbState;
  /** The view that was asked for first: an operation has parameters of one member, and hardly anybody looks at another. */
  #first: ParameterView | Group | null = null;
  #firstNumber = -1;
  /** Other views that have been asked for, by the number of their member. */
  #others: Map<number, ParameterView | Group> | null = null;

  declare readonly Create: ParameterView;
  declare readonly CreatePipe: ParameterView;
  declare readonly CreateMailslot: ParameterView;
  declare readonly Read: ParameterView;
  declare readonly Write: ParameterView;
  declare readonly QueryFileInformation: ParameterView;
  declare readonly SetFileInformation: ParameterView;
  declare readonly QueryEa: ParameterView;
  declare readonly SetEa: ParameterView;
  declare readonly QueryVolumeInformation: ParameterView;
  declare readonly SetVolumeInformation: ParameterView;
  declare readonly DirectoryControl: Group;
  declare readonly FileSystemControl: Group;
  declare readonly DeviceIoControl: Group;
  declare readonly LockControl: ParameterView;
  declare readonly QuerySecurity: ParameterView;
  declare readonly SetSecurity: ParameterView;
  declare readonly WMI: ParameterView;
  declare readonly QueryQuota: ParameterView;
  declare readonly SetQuota: ParameterView;
  declare readonly Pnp: Group;
  declare readonly AcquireForSectionSynchronization: ParameterView;
  declare readonly AcquireForModifiedPageWriter: ParameterView;
  declare readonly ReleaseForModifiedPageWriter: ParameterView;
  declare readonly QueryOpen: ParameterView;
  declare readonly FastIoCheckIfPossible: ParameterView;
  declare readonly NetworkQueryOpen: ParameterView;
  declare readonly MdlRead: ParameterView;
  declare readonly MdlReadComplete: ParameterView;
  declare readonly PrepareMdlWrite: ParameterView;
  declare readonly MdlWriteComplete: ParameterView;
  declare readonly MountVolume: ParameterView;
  declare readonly Others: ParameterView;

  constructor(state: IopbState) {
    this.#state = state;
  }

  static view(parameters: FLT_PARAMETERS, number: number, make: Make): ParameterView | Group {
    if (parameters.#firstNumber === number && parameters.#first !== null) return parameters.#first;
    const known = parameters.#others?.get(number);
    if (known !== undefined) return known;
    const made = make(parameters.#state);
    if (parameters.#first === null) {
      parameters.#first = made;
      parameters.#firstNumber = number;
    } else (parameters.#others ??= new Map()).set(number, made);
    return made;
  }
}

/** A member with sub-structures: each view is made when it is asked for. */
function groupClass(outer: string, classes: ReadonlyMap<string, ViewClass>): new (state: IopbState) => Group {
  class ParameterGroup {
    readonly #state: IopbState;
    readonly #views: (ParameterView | undefined)[] = [];
    constructor(state: IopbState) {
      this.#state = state;
    }
    static view(group: ParameterGroup, number: number, View: ViewClass): ParameterView {
      return group.#views[number] ?? (group.#views[number] = new View(group.#state));
    }
  }
  [...classes].forEach(([name, View], number) => {
    Object.defineProperty(ParameterGroup.prototype, name.slice(outer.length + 1), {
      enumerable: true,
      get(this: ParameterGroup) {
        return ParameterGroup.view(this, number, View);
      },
    });
  });
  return ParameterGroup as unknown as new (state: IopbState) => Group;
}

function makerOf(outer: string, classes: ReadonlyMap<string, ViewClass>): Make {
  const single = classes.get(outer);
  if (single !== undefined) return (state) => new single(state);
  const ParameterGroup = groupClass(outer, classes);
  return (state) => new ParameterGroup(state);
}

function installMembers(): void {
  const groups = new Map<string, Map<string, ViewClass>>();
  for (const { member } of fltParameters) {
    const [outer = member] = member.split('.');
    const classes = groups.get(outer) ?? new Map<string, ViewClass>();
    groups.set(outer, classes.set(member, viewClass(member)));
  }
  [...groups].forEach(([outer, classes], number) => {
    const make = makerOf(outer, classes);
    Object.defineProperty(FLT_PARAMETERS.prototype, outer, {
      enumerable: true,
      get(this: FLT_PARAMETERS) {
        return FLT_PARAMETERS.view(this, number, make);
      },
    });
  });
}

installMembers();

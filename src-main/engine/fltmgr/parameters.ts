/**
 * FLT_IO_PARAMETER_BLOCK and FLT_PARAMETERS as drivers see them: accessors over the slots of a ParameterBlock.
 *
 * Source: FLT_IO_PARAMETER_BLOCK; FLT_PARAMETERS; the members come from nt/tables.generated.ts (`fltParameters`). Reading the
 * wrong member gives the wrong field, as in C.
 */
import { fltParameters } from '../../nt/tables.generated.ts';
import type { FILE_OBJECT } from '../iomgr/fileObject.ts';
import { LARGE_INTEGER, quadPartOf } from '../kernel/largeInteger.ts';
import type { PFLT_INSTANCE } from './handles.ts';
import { parameterMember, readSlot, writeSlot, type FieldPlace, type ParameterBlock } from './parameterBlock.ts';

/** One member of the union, by WDK field names. */
export interface ParameterView {
  [field: string]: unknown;
}

/** Told before a field changes. `path` is the WDK path below the block, e.g. `Parameters.Read.Length`. */
export type WriteHook = (iopb: FLT_IO_PARAMETER_BLOCK, path: string, from: unknown, to: unknown) => void;

/** What the Filter Manager does to a parameter block behind the drivers' backs. */
export interface IopbFriend {
  /** The current values. Treat as read-only. */
  block(iopb: FLT_IO_PARAMETER_BLOCK): ParameterBlock;
  /** Shows other values through the same object; the block counts as shared. */
  show(iopb: FLT_IO_PARAMETER_BLOCK, block: ParameterBlock, target: PFLT_INSTANCE | null): void;
  /** From now on a write makes a copy first: somebody else kept the block. */
  share(iopb: FLT_IO_PARAMETER_BLOCK): ParameterBlock;
  slot(iopb: FLT_IO_PARAMETER_BLOCK, place: FieldPlace): unknown;
  setSlot(iopb: FLT_IO_PARAMETER_BLOCK, place: FieldPlace, path: string, value: unknown): void;
  setHook(iopb: FLT_IO_PARAMETER_BLOCK, hook: WriteHook | null): void;
}

export let iopbFriend: IopbFriend;

export class FLT_IO_PARAMETER_BLOCK {
  #block: ParameterBlock;
  #shared = true;
  #target: PFLT_INSTANCE | null;
  #parameters: FLT_PARAMETERS | null = null;
  #hook: WriteHook | null = null;

  constructor(block: ParameterBlock, target: PFLT_INSTANCE | null) {
    this.#block = block;
    this.#target = target;
  }

  /** The block to write to, copied first when it is shared. */
  #own(): ParameterBlock {
    if (this.#shared) {
      this.#block = this.#block.clone();
      this.#shared = false;
    }
    return this.#block;
  }

  static {
    iopbFriend = {
      block: (iopb) => iopb.#block,
      show: (iopb, block, target) => {
        iopb.#block = block;
        iopb.#shared = true;
        iopb.#target = target;
      },
      share: (iopb) => {
        iopb.#shared = true;
        return iopb.#block;
      },
      slot: (iopb, place) => readSlot(iopb.#block.slots, place),
      setSlot: (iopb, place, path, value) => {
        iopb.#hook?.(iopb, path, readSlot(iopb.#block.slots, place), value);
        writeSlot(iopb.#own().slots, place, value);
      },
      setHook: (iopb, hook) => {
        iopb.#hook = hook;
      },
    };
  }

  get IrpFlags(): number {
    return this.#block.irpFlags;
  }

  set IrpFlags(value: number) {
    this.#hook?.(this, 'IrpFlags', this.#block.irpFlags, value);
    this.#own().irpFlags = value;
  }

  get MajorFunction(): number {
    return this.#block.majorFunction;
  }

  set MajorFunction(value: number) {
    this.#hook?.(this, 'MajorFunction', this.#block.majorFunction, value);
    this.#own().majorFunction = value;
  }

  get MinorFunction(): number {
    return this.#block.minorFunction;
  }

  set MinorFunction(value: number) {
    this.#hook?.(this, 'MinorFunction', this.#block.minorFunction, value);
    this.#own().minorFunction = value;
  }

  get OperationFlags(): number {
    return this.#block.operationFlags;
  }

  set OperationFlags(value: number) {
    this.#hook?.(this, 'OperationFlags', this.#block.operationFlags, value);
    this.#own().operationFlags = value;
  }

  get Reserved(): number {
    return this.#block.reserved;
  }

  set Reserved(value: number) {
    this.#hook?.(this, 'Reserved', this.#block.reserved, value);
    this.#own().reserved = value;
  }

  get TargetFileObject(): FILE_OBJECT | null {
    return this.#block.targetFileObject;
  }

  set TargetFileObject(value: FILE_OBJECT | null) {
    this.#hook?.(this, 'TargetFileObject', this.#block.targetFileObject, value);
    this.#own().targetFileObject = value;
  }

  /** Not part of the shared values: every filter sees its own instance here. */
  get TargetInstance(): PFLT_INSTANCE | null {
    return this.#target;
  }

  set TargetInstance(value: PFLT_INSTANCE | null) {
    this.#hook?.(this, 'TargetInstance', this.#target, value);
    this.#target = value;
  }

  get Parameters(): FLT_PARAMETERS {
    this.#parameters ??= new FLT_PARAMETERS(this);
    return this.#parameters;
  }
}

/** A LARGE_INTEGER that lives in a slot: writing a part writes the parameter block. */
class SlotLargeInteger extends LARGE_INTEGER {
  readonly #iopb: FLT_IO_PARAMETER_BLOCK;
  readonly #place: FieldPlace;
  readonly #path: string;

  constructor(iopb: FLT_IO_PARAMETER_BLOCK, place: FieldPlace, path: string) {
    super();
    this.#iopb = iopb;
    this.#place = place;
    this.#path = path;
  }

  override get QuadPart(): bigint {
    return quadPartOf(iopbFriend.slot(this.#iopb, this.#place)) ?? 0n;
  }

  override set QuadPart(value: bigint) {
    iopbFriend.setSlot(this.#iopb, this.#place, this.#path, BigInt.asIntN(64, BigInt(value)));
  }
}

type ViewClass = new (iopb: FLT_IO_PARAMETER_BLOCK) => ParameterView;

function accessors(place: FieldPlace, path: string, iopbOf: (view: object) => FLT_IO_PARAMETER_BLOCK): PropertyDescriptor {
  const large = place.type === 'LARGE_INTEGER';
  return {
    enumerable: true,
    get(this: object): unknown {
      const iopb = iopbOf(this);
      const value = iopbFriend.slot(iopb, place);
      return large && (typeof value === 'bigint' || typeof value === 'number') ? new SlotLargeInteger(iopb, place, path) : value;
    },
    set(this: object, value: unknown) {
      iopbFriend.setSlot(iopbOf(this), place, path, large ? (quadPartOf(value) ?? value) : value);
    },
  };
}

/** A class with one accessor a field, made once for each member. */
function viewClass(memberName: string): ViewClass {
  class View {
    readonly #iopb: FLT_IO_PARAMETER_BLOCK;
    constructor(iopb: FLT_IO_PARAMETER_BLOCK) {
      this.#iopb = iopb;
    }
    static of(view: object): FLT_IO_PARAMETER_BLOCK {
      return (view as View).#iopb;
    }
  }
  for (const place of parameterMember(memberName).fields) {
    Object.defineProperty(View.prototype, place.name, accessors(place, `Parameters.${memberName}.${place.name}`, View.of));
  }
  return View as unknown as ViewClass;
}

type Group = Readonly<Record<string, ParameterView>>;

/** The union: one storage, many views. Members with sub-structures (`DirectoryControl.QueryDirectory`) are nested as in C. */
export class FLT_PARAMETERS {
  readonly #iopb: FLT_IO_PARAMETER_BLOCK;
  readonly #views = new Map<string, ParameterView | Group>();

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

  constructor(iopb: FLT_IO_PARAMETER_BLOCK) {
    this.#iopb = iopb;
  }

  static cached(parameters: FLT_PARAMETERS, name: string, make: (iopb: FLT_IO_PARAMETER_BLOCK) => ParameterView | Group): ParameterView | Group {
    let view = parameters.#views.get(name);
    if (view === undefined) {
      view = make(parameters.#iopb);
      parameters.#views.set(name, view);
    }
    return view;
  }
}

function installMembers(): void {
  const classes = new Map(fltParameters.map((row) => [row.member, viewClass(row.member)]));
  const groups = new Map<string, string[]>();
  for (const name of classes.keys()) {
    const [outer = name] = name.split('.');
    groups.set(outer, [...(groups.get(outer) ?? []), name]);
  }
  for (const [outer, names] of groups) {
    const make = (iopb: FLT_IO_PARAMETER_BLOCK): ParameterView | Group => {
      const view = (name: string): ParameterView => new (classes.get(name) as ViewClass)(iopb);
      if (names.length === 1 && names[0] === outer) return view(outer);
      return Object.freeze(Object.fromEntries(names.map((name) => [name.slice(outer.length + 1), view(name)])));
    };
    Object.defineProperty(FLT_PARAMETERS.prototype, outer, {
      enumerable: true,
      get(this: FLT_PARAMETERS) {
        return FLT_PARAMETERS.cached(this, outer, make);
      },
    });
  }
}

installMembers();

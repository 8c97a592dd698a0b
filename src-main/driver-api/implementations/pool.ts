/**
 * Pool memory and lookaside lists.
 *
 * Source: ExAllocatePool2 and its relatives, ExInitializeNPagedLookasideList, ExInitializeLookasideListEx, FltAllocatePoolAlignedWithTag.
 * Memory that is not asked to be cleared holds bytes that nobody can know. What is allocated is in the ledger with tag, size and place;
 * freeing twice, with another tag or in the middle is what BAD_POOL_CALLER (0xC2) is for and ends the run at that line.
 */
import { APC_LEVEL, type UNICODE_STRING } from '../../engine/index.ts';
import { STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER_4, STATUS_INVALID_PARAMETER_5, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { KBUFFER } from '../kbuffer.ts';
import { poolConstants } from '../poolConstants.ts';
import type { DriverServices, Routines } from '../services.ts';
import { KernelException } from './memory.ts';

type PoolKind = 'paged' | 'nonpaged';

/** A tag as four letters; C's multi-character constants are accepted as numbers. */
function tagText(tag: unknown): string {
  if (typeof tag === 'string') return tag;
  if (typeof tag !== 'number') return '';
  return String.fromCharCode(tag & 0xff, (tag >> 8) & 0xff, (tag >> 16) & 0xff, (tag >>> 24) & 0xff);
}

/** POOL_TYPE: the lowest bit tells paged pool. */
const kindOfType = (type: number): PoolKind => (type & 1 ? 'paged' : 'nonpaged');
const raiseIfAllocationFails = 0x10;

export class Pool {
  readonly #services: DriverServices;

  constructor(services: DriverServices) {
    this.#services = services;
  }

  allocate(routine: string, kind: PoolKind, bytes: number, tag: unknown, zeroed: boolean): KBUFFER | null {
    const { world } = this.#services;
    if (kind === 'paged' && !world.engine.checkIrql(routine, APC_LEVEL)) return null;
    if (!this.#services.mayAllocate(routine)) return null;
    const number = world.objects.next();
    const text = tagText(tag);
    const buffer = KBUFFER.make(number, kind, bytes, world.objects.pattern(number), { tag: text, zeroed });
    this.#services.take('pool', buffer, buffer.id, { tag: text, size: bytes });
    return buffer;
  }

  /** `tag`: undefined where the routine takes none. Strings that a routine allocated are freed the same way. */
  free(routine: string, given: KBUFFER | UNICODE_STRING, tag?: unknown): void {
    if (given instanceof KBUFFER) this.#freeMemory(routine, given, tag);
    else if (this.#services.ledger.get(given)?.kind === 'string') this.#services.ledger.giveBack(given);
    else throw new RangeError(`${routine}: no routine has allocated this UNICODE_STRING, or it has been freed already; the text of a string needs no memory`);
  }

  #freeMemory(routine: string, buffer: KBUFFER, tag: unknown): void {
    const { world, ledger } = this.#services;
    const bad = (what: string): Error => new RangeError(`${routine}: ${buffer.id} ${what} (BAD_POOL_CALLER, 0xC2)`);
    if (buffer.kind !== 'paged' && buffer.kind !== 'nonpaged') throw bad('is no pool memory, and not the driver\'s to free');
    if (buffer.freed) throw bad('has been freed already');
    if (!KBUFFER.isWhole(buffer)) throw bad('is the middle of an allocation; free what the allocation returned');
    if (tag !== undefined && tagText(tag) !== '' && tagText(tag) !== buffer.tag) throw bad(`was allocated with tag ${buffer.tag}, not ${tagText(tag)}`);
    if (buffer.kind === 'paged' && !world.engine.checkIrql(routine, APC_LEVEL)) return;
    if (!world.engine.mayFree(buffer)) return;
    KBUFFER.free(buffer);
    ledger.giveBack(buffer);
  }
}

function allocations(pool: Pool): Routines {
  const withType = (routine: string, zeroed: boolean) => (type: number, bytes: number, tag?: unknown): KBUFFER | null => {
    const memory = pool.allocate(routine, kindOfType(type), bytes, tag, zeroed);
    if (memory === null && (type & raiseIfAllocationFails) !== 0) throw new KernelException(STATUS_INSUFFICIENT_RESOURCES, `${routine} could not allocate ${bytes} bytes and was asked to raise.`);
    return memory;
  };
  const flags = (routine: string) => (given: number | bigint, bytes: number, tag: unknown): KBUFFER | null => {
    const bits = BigInt(given);
    const { POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED, POOL_FLAG_UNINITIALIZED, POOL_FLAG_RAISE_ON_FAILURE } = poolConstants;
    const kinds = [POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED].filter((kind) => (bits & kind) !== 0n);
    const valid = kinds.length === 1 && tagText(tag) !== '' && tag !== 0;
    const memory = valid ? pool.allocate(routine, kinds[0] === POOL_FLAG_PAGED ? 'paged' : 'nonpaged', bytes, tag, (bits & POOL_FLAG_UNINITIALIZED) === 0n) : null;
    if (memory === null && (bits & POOL_FLAG_RAISE_ON_FAILURE) !== 0n) throw new KernelException(STATUS_INSUFFICIENT_RESOURCES, `${routine} could not allocate ${bytes} bytes and was asked to raise.`);
    return memory;
  };
  return {
    ExAllocatePool2: flags('ExAllocatePool2'),
    ExAllocatePool3: flags('ExAllocatePool3'),
    ExAllocatePool: withType('ExAllocatePool', false),
    ExAllocatePoolWithTag: withType('ExAllocatePoolWithTag', false),
    ExAllocatePoolWithTagPriority: withType('ExAllocatePoolWithTagPriority', false),
    ExAllocatePoolUninitialized: withType('ExAllocatePoolUninitialized', false),
    ExAllocatePoolZero: withType('ExAllocatePoolZero', true),
    ExAllocatePoolQuotaZero: withType('ExAllocatePoolQuotaZero', true),
    ExAllocatePoolWithQuotaTag: withType('ExAllocatePoolWithQuotaTag', false),
    ExFreePool: (buffer: KBUFFER | UNICODE_STRING) => pool.free('ExFreePool', buffer),
    ExFreePoolWithTag: (buffer: KBUFFER | UNICODE_STRING, tag: unknown) => pool.free('ExFreePoolWithTag', buffer, tag),
    ExFreePool2: (buffer: KBUFFER, tag: unknown) => pool.free('ExFreePool2', buffer, tag),
    FltAllocatePoolAlignedWithTag: (_instance: unknown, type: number, bytes: number, tag: unknown) => withType('FltAllocatePoolAlignedWithTag', false)(type, bytes, tag),
    FltFreePoolAlignedWithTag: (_instance: unknown, buffer: KBUFFER, tag: unknown) => pool.free('FltFreePoolAlignedWithTag', buffer, tag),
  };
}

type Allocate = (...args: readonly unknown[]) => unknown;

interface Lookaside {
  readonly kind: PoolKind;
  readonly type: number;
  readonly size: number;
  readonly tag: unknown;
  readonly allocate: Allocate | null;
  readonly free: Allocate | null;
  /** LOOKASIDE_LIST_EX: its routines get the list as well. */
  readonly extended: boolean;
}

function lookasides(services: DriverServices, pool: Pool): Routines {
  const lists = new WeakMap<object, Lookaside>();
  const known = (routine: string, list: object): Lookaside => {
    const found = lists.get(list);
    if (found === undefined) throw new TypeError(`${routine}: the lookaside list has not been initialized, or has been deleted`);
    return found;
  };
  const initialize = (list: object, state: Lookaside): void => {
    lists.set(list, state);
    services.take('lookaside', list, `lookaside list ${tagText(state.tag)}`, { tag: tagText(state.tag) });
  };
  const legacy = (kind: PoolKind) => (list: object, allocate: Allocate | null | undefined, free: Allocate | null | undefined, _flags: number, size: number, tag: unknown): void =>
    initialize(list, { kind, type: kind === 'paged' ? 1 : 0, size, tag, allocate: allocate ?? null, free: free ?? null, extended: false });
  const allocate = (routine: string) => (list: object): unknown => {
    const state = known(routine, list);
    if (state.allocate !== null) return state.allocate(state.type, state.size, state.tag, ...(state.extended ? [list] : []));
    return pool.allocate(routine, state.kind, state.size, state.tag, false);
  };
  const free = (routine: string) => (list: object, entry: unknown): void => {
    const state = known(routine, list);
    if (state.free !== null) state.free(entry, ...(state.extended ? [list] : []));
    else if (entry instanceof KBUFFER) pool.free(routine, entry, state.tag);
    else throw new TypeError(`${routine}: Entry is nothing that the list gave out`);
  };
  const remove = (routine: string) => (list: object): void => {
    known(routine, list);
    lists.delete(list);
    services.ledger.giveBack(list);
  };
  return {
    ExInitializeNPagedLookasideList: legacy('nonpaged'),
    ExAllocateFromNPagedLookasideList: allocate('ExAllocateFromNPagedLookasideList'),
    ExFreeToNPagedLookasideList: free('ExFreeToNPagedLookasideList'),
    ExDeleteNPagedLookasideList: remove('ExDeleteNPagedLookasideList'),
    ExInitializePagedLookasideList: legacy('paged'),
    ExAllocateFromPagedLookasideList: allocate('ExAllocateFromPagedLookasideList'),
    ExFreeToPagedLookasideList: free('ExFreeToPagedLookasideList'),
    ExDeletePagedLookasideList: remove('ExDeletePagedLookasideList'),
    ExInitializeLookasideListEx: (list: object, give: Allocate | null | undefined, take: Allocate | null | undefined, type: number, flags: number, size: number, tag: unknown) => {
      if (![0, 1, 4, 5, 512, 516].includes(type)) return STATUS_INVALID_PARAMETER_4;
      if (![0, 1, 2].includes(flags)) return STATUS_INVALID_PARAMETER_5;
      initialize(list, { kind: kindOfType(type), type, size, tag, allocate: give ?? null, free: take ?? null, extended: true });
      return STATUS_SUCCESS;
    },
    ExAllocateFromLookasideListEx: allocate('ExAllocateFromLookasideListEx'),
    ExFreeToLookasideListEx: free('ExFreeToLookasideListEx'),
    ExDeleteLookasideListEx: remove('ExDeleteLookasideListEx'),
    ExFlushLookasideListEx: (list: object) => {
      known('ExFlushLookasideListEx', list);
    },
  };
}

export function poolRoutines(services: DriverServices): Routines {
  const pool = new Pool(services);
  return { ...allocations(pool), ExInitializeDriverRuntime: () => undefined, ...lookasides(services, pool) };
}

/**
 * In which context the file system completes a request: inside the call, with the thread kept inside, or pended.
 *
 * A pure decision. Sources: driver-api-usage.md 5.6 (scheduling rules); of filter-manager-core.md (any IRP but a create may
 * complete in an arbitrary thread at DISPATCH_LEVEL or below); Microsoft's pages of IoIsOperationSynchronous and "Ensuring that
 * Completion Processing is Performed at Safe IRQL".
 *
 * | Request | natural | always-inline | always-pended | worst-irql | seeded |
 * | --- | --- | --- | --- | --- | --- |
 * | fast I/O, FsFilter, under way beside others | inside | inline | inside | inside | inside or inline |
 * | any that the file system ends by itself: oplock, notification, lock | pend, arbitrary, PASSIVE | the same | the same | pend, arbitrary, DISPATCH | pend, any level |
 * | IRP, ended before anything else was issued | inline | inline | pend, arbitrary, PASSIVE | pend, arbitrary, DISPATCH | any of these |
 * | create, or always synchronous, under way beside others | inside | inline | pend, arbitrary, PASSIVE | pend, arbitrary, DISPATCH | any of these |
 * | synchronous handle or synchronous paging I/O, likewise | inside | inline | pend, arbitrary, PASSIVE | pend, arbitrary, DISPATCH | any of these |
 * | asynchronous read or write past the cache, likewise | pend, arbitrary, DISPATCH (CPL-001) | inline | pend, arbitrary, PASSIVE | pend, arbitrary, DISPATCH | any of these |
 * | other asynchronous, likewise | pend, arbitrary, PASSIVE | inline | pend, arbitrary, PASSIVE | pend, arbitrary, DISPATCH | any of these |
 *
 * A create completes at PASSIVE_LEVEL always, and the Filter Manager brings its posts to the originating thread; so it does with what a
 * filter has synchronized. Where the thread cannot be kept inside (it is not the originating one, or a driver's routine lies below
 * on the stack), an IRP is pended instead and anything else completes inline.
 */
import { APC_LEVEL, DISPATCH_LEVEL, PASSIVE_LEVEL, type Irql, type OperationKind } from '../../engine/index.ts';
import {
  IRP_MJ_CREATE, IRP_MJ_CREATE_MAILSLOT, IRP_MJ_CREATE_NAMED_PIPE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_READ,
  IRP_MJ_WRITE, IRP_NOCACHE, IRP_PAGING_IO, IRP_SYNCHRONOUS_PAGING_IO,
} from '../../nt/values.generated.ts';
import type { CompletionPolicy } from '../runSettings.ts';

/**
 * What the recording shows of other requests while this one was under way: nothing was issued; something was; its own thread went on with
 * something that is not part of it, so it cannot have been inside.
 */
export type Overlap = 'none' | 'others' | 'own-thread';

export interface CompletionFacts {
  /** Number of the operation: `seeded` chooses by it. */
  readonly index: number;
  readonly kind: OperationKind;
  readonly major: number;
  readonly irpFlags: number;
  /** FO_SYNCHRONOUS_IO. */
  readonly synchronousHandle: boolean;
  readonly overlap: Overlap;
  /** The calling thread is the originating one, and no driver's routine is running. */
  readonly canStay: boolean;
}

export type Placement =
  /** Completes inside the call. */
  | { readonly kind: 'inline' }
  /** The thread stays inside the file system until the request's end. */
  | { readonly kind: 'inside' }
  /** STATUS_PENDING; completed at its end. */
  | Pended;

export interface Pended {
  readonly kind: 'pend';
  readonly thread: 'arbitrary' | 'originating';
  readonly irql: Irql;
}

export interface PolicySettings {
  readonly policy: CompletionPolicy;
  readonly seed: number;
  /** CPL-001 */
  readonly diskCompletesAtDispatch: boolean;
}

const inline: Placement = Object.freeze({ kind: 'inline' });
const inside: Placement = Object.freeze({ kind: 'inside' });
const pend = (thread: Pended['thread'], irql: Irql): Pended => Object.freeze({ kind: 'pend', thread, irql });
const pendPassive = pend('arbitrary', PASSIVE_LEVEL);
const pendApc = pend('arbitrary', APC_LEVEL);
const pendDispatch = pend('arbitrary', DISPATCH_LEVEL);
const pendOriginating = pend('originating', PASSIVE_LEVEL);

const creates: ReadonlySet<number> = new Set([IRP_MJ_CREATE, IRP_MJ_CREATE_NAMED_PIPE, IRP_MJ_CREATE_MAILSLOT]);
/** Requests a program can have under way without waiting; the I/O manager waits for all others itself (IRP_SYNCHRONOUS_API). */
const canBeAsynchronous: ReadonlySet<number> = new Set([
  IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_DEVICE_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL,
]);

/** Where and how the request completes. Returns shared objects. */
export function placeCompletion(facts: CompletionFacts, settings: PolicySettings): Placement {
  if (facts.kind !== 'irp') return placeCall(facts, settings);
  switch (settings.policy) {
    case 'always-inline': return inline;
    case 'always-pended': return pendPassive;
    case 'worst-irql': return creates.has(facts.major) ? pendPassive : pendDispatch;
    case 'seeded': return chosenBySeed(facts, settings.seed);
    default: return natural(facts, settings.diskCompletesAtDispatch);
  }
}

/** Every way in which Windows could complete the request. Shared objects. */
export function allowedPlacements(facts: CompletionFacts): readonly Placement[] {
  const stays = facts.overlap !== 'none' && facts.canStay;
  if (facts.kind !== 'irp') return stays ? [inline, inside] : [inline];
  const within = stays ? inside : inline;
  return creates.has(facts.major) ? [within, pendPassive] : [within, pendPassive, pendDispatch, pendApc, pendOriginating];
}

/** Thread and level of what the file system has pended and ends by itself: an oplock breaks, a lock is granted, a directory changes. */
export function placeOwnCompletion(index: number, { policy, seed }: PolicySettings): Pended {
  if (policy === 'worst-irql') return pendDispatch;
  return policy === 'seeded' ? levelBySeed(index, seed) : pendPassive;
}

/** Fast I/O and FsFilter calls cannot be pended. */
function placeCall({ index, overlap, canStay }: CompletionFacts, { policy, seed }: PolicySettings): Placement {
  if (overlap === 'none' || !canStay || policy === 'always-inline') return inline;
  return policy === 'seeded' && mixed(index, seed) % 2 === 0 ? inline : inside;
}

function natural(facts: CompletionFacts, diskCompletesAtDispatch: boolean): Placement {
  if (facts.overlap === 'none') return inline;
  if (isSynchronous(facts)) return facts.canStay ? inside : pendPassive;
  const pastCache = (facts.irpFlags & (IRP_NOCACHE | IRP_PAGING_IO)) !== 0 && (facts.major === IRP_MJ_READ || facts.major === IRP_MJ_WRITE);
  return pastCache && diskCompletesAtDispatch ? pendDispatch : pendPassive;
}

/** IoIsOperationSynchronous, for recordings: they do not tell IRP_SYNCHRONOUS_API, which the I/O manager sets by the request. */
export function isSynchronous({ major, irpFlags, synchronousHandle, overlap }: Pick<CompletionFacts, 'major' | 'irpFlags' | 'synchronousHandle' | 'overlap'>): boolean {
  if ((irpFlags & IRP_PAGING_IO) !== 0) return (irpFlags & IRP_SYNCHRONOUS_PAGING_IO) !== 0;
  if (!canBeAsynchronous.has(major)) return true;
  return synchronousHandle && overlap !== 'own-thread';
}

function chosenBySeed(facts: CompletionFacts, seed: number): Placement {
  const stays = facts.overlap !== 'none' && facts.canStay;
  const within = stays ? inside : inline;
  if (creates.has(facts.major)) return mixed(facts.index, seed) % 2 === 0 ? within : pendPassive;
  switch (mixed(facts.index, seed) % 6) {
    case 0: return pendPassive;
    case 1: return pendApc;
    case 2: return pendDispatch;
    case 3: return pendOriginating;
    default: return within;
  }
}

function levelBySeed(index: number, seed: number): Pended {
  switch (mixed(index, seed) % 3) {
    case 0: return pendPassive;
    case 1: return pendApc;
    default: return pendDispatch;
  }
}

/** A whole number that looks like chance and is the same for the same operation and seed (MurmurHash3's finalizer). */
function mixed(index: number, seed: number): number {
  let x = (Math.imul(index, 0x9e3779b1) ^ seed) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * Locks, critical regions and IRQL.
 *
 * Source: wdm.h and fltkernel.h, the page of each routine; driver-api-usage.md 1.3 (fast mutexes raise to APC_LEVEL, spin locks to
 * DISPATCH_LEVEL) and H-01 to H-06.
 */
import { STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { APC_LEVEL, DISPATCH_LEVEL, PASSIVE_LEVEL, type Irql } from '../../kernel/irql.ts';
import { RundownProtection, SharedLock, type SharedOrder } from '../../kernel/locks.ts';
import type { EngineThread } from '../../kernel/thread.ts';
import { Wait, type Blocking } from '../../kernel/wait.ts';
import type { ActivationRecord } from '../activation.ts';
import type { Core } from '../core.ts';
import { refArg, type Definition } from './definition.ts';

const silent = true;
const ofCaller = true;

/** IRQL before a fast mutex or an in-stack lock was taken. */
const earlierIrql = new WeakMap<SharedLock, Irql>();
const lockOfHandle = new WeakMap<object, { readonly lock: SharedLock; readonly irql: Irql }>();

const where = (activation: ActivationRecord | null) => ({ filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation: activation?.operation ?? null });

function notOwned(routine: string, lock: SharedLock, thread: EngineThread, bugCheck: string): never {
  const owners = lock.owners().map(({ name }) => name);
  throw new TypeError(`${routine}: ${lock.label} is not owned by ${thread.name}${owners.length === 0 ? '; nobody has it' : `, but by ${owners.join(', ')}`} (${bugCheck}).`);
}

function release(core: Core, routine: string, lock: SharedLock, bugCheck: string, thread = core.threads.kernel.thread): void {
  if (!lock.release(thread)) notOwned(routine, lock, thread, bugCheck);
  core.threads.kernel.gaveBack(lock, thread);
}

function enterCritical(core: Core): void {
  const { kernel } = core.threads;
  kernel.states.of(kernel.thread).criticalRegions++;
}

function leaveRegion(core: Core, routine: string, field: 'criticalRegions' | 'guardedRegions'): void {
  const { kernel } = core.threads;
  const state = kernel.states.of(kernel.thread);
  if (state[field] === 0) throw new TypeError(`${routine}: ${kernel.thread.name} is in no ${field === 'criticalRegions' ? 'critical' : 'guarded'} region; each leave needs an enter before it.`);
  state[field]--;
}

// -- ERESOURCE

const resourceOf = (core: Core, routine: string, storage: unknown): SharedLock => core.threads.kernel.get(routine, 'Resource', storage, SharedLock, 'ERESOURCE', 'ExInitializeResourceLite');

/** H-05: a thread that can be suspended while it owns a resource. */
function checkApcs(core: Core, routine: string, lock: SharedLock, activation: ActivationRecord | null): void {
  if (!core.threads.kernel.apcsDisabled()) core.hint('H-05', where(activation), { api: routine, lock: lock.label });
}

function* acquire(core: Core, lock: SharedLock, exclusive: boolean, order: SharedOrder, mayWait: boolean, activation: ActivationRecord | null): Blocking<boolean> {
  const { kernel } = core.threads;
  const { thread } = kernel;
  if (!mayWait) {
    if (!(exclusive ? lock.tryExclusive(thread) : lock.tryShared(thread, order))) return false;
  } else if (exclusive) yield* lock.exclusive(thread);
  else yield* lock.shared(thread, order);
  kernel.took(lock, activation, thread);
  return true;
}

const isTrue = (value: unknown): boolean => value === true || value === 1;

const acquiring = (name: string, exclusive: boolean, order: SharedOrder = 'normal'): Definition => ({
  ofCaller, refused: false,
  *blocks(core, [resource, wait], _call, activation) {
    const lock = resourceOf(core, name, resource);
    checkApcs(core, name, lock, activation);
    return yield* acquire(core, lock, exclusive, order, isTrue(wait), activation);
  },
});

/** Enters a critical region and waits for the lock. */
const entering = (name: string, exclusive: boolean, order: SharedOrder = 'normal'): Definition => ({
  ofCaller,
  *blocks(core, [resource], _call, activation) {
    const lock = resourceOf(core, name, resource);
    enterCritical(core);
    yield* acquire(core, lock, exclusive, order, true, activation);
    return undefined;
  },
});

const leaving = (name: string): Definition => ({
  ofCaller, run: (core, [resource]) => {
    release(core, name, resourceOf(core, name, resource), 'RESOURCE_NOT_OWNED, bug check 0xE3');
    leaveRegion(core, name, 'criticalRegions');
  },
});

/** Deleting a lock that somebody has, or waits for, corrupts memory on Windows. */
function checkUnused(routine: string, lock: SharedLock): void {
  const users = lock.owners().length + lock.waiting(true) + lock.waiting(false);
  if (users > 0) throw new TypeError(`${routine}: ${lock.label} is still in use by ${lock.owners().map(({ name }) => name).join(', ')}.`);
}

const resourceRoutines: Record<string, Definition> = {
  ExInitializeResourceLite: {
    silent, run: (core, [resource]) => {
      core.threads.kernel.initialize('ExInitializeResourceLite', 'Resource', resource, 'ERESOURCE', (label) => new SharedLock(label, true));
      return STATUS_SUCCESS;
    },
  },
  ExReinitializeResourceLite: {
    silent, run: (core, [resource]) => {
      checkUnused('ExReinitializeResourceLite', resourceOf(core, 'ExReinitializeResourceLite', resource));
      return STATUS_SUCCESS;
    },
  },
  ExDeleteResourceLite: {
    silent, run: (core, [resource]) => {
      checkUnused('ExDeleteResourceLite', resourceOf(core, 'ExDeleteResourceLite', resource));
      core.threads.kernel.forget(resource);
      return STATUS_SUCCESS;
    },
  },
  ExAcquireResourceExclusiveLite: acquiring('ExAcquireResourceExclusiveLite', true),
  ExAcquireResourceSharedLite: acquiring('ExAcquireResourceSharedLite', false),
  ExAcquireSharedStarveExclusive: acquiring('ExAcquireSharedStarveExclusive', false, 'starve-exclusive'),
  ExAcquireSharedWaitForExclusive: acquiring('ExAcquireSharedWaitForExclusive', false, 'wait-for-exclusive'),
  ExEnterCriticalRegionAndAcquireResourceExclusive: entering('ExEnterCriticalRegionAndAcquireResourceExclusive', true),
  ExEnterCriticalRegionAndAcquireResourceShared: entering('ExEnterCriticalRegionAndAcquireResourceShared', false),
  ExEnterCriticalRegionAndAcquireSharedWaitForExclusive: entering('ExEnterCriticalRegionAndAcquireSharedWaitForExclusive', false, 'wait-for-exclusive'),
  FltAcquireResourceExclusive: entering('FltAcquireResourceExclusive', true),
  FltAcquireResourceShared: entering('FltAcquireResourceShared', false),
  FltReleaseResource: leaving('FltReleaseResource'),
  ExReleaseResourceAndLeaveCriticalRegion: leaving('ExReleaseResourceAndLeaveCriticalRegion'),
  ExReleaseResourceLite: { ofCaller, run: (core, [resource]) => release(core, 'ExReleaseResourceLite', resourceOf(core, 'ExReleaseResourceLite', resource), 'RESOURCE_NOT_OWNED, bug check 0xE3') },
  ExReleaseResourceForThreadLite: {
    ofCaller, run: (core, [resource, thread]) => {
      const lock = resourceOf(core, 'ExReleaseResourceForThreadLite', resource);
      const owner = lock.owners().find((one) => one.ethread === thread);
      if (owner === undefined) throw new TypeError(`ExReleaseResourceForThreadLite: ${lock.label} is not owned by that thread; pass what ExGetCurrentResourceThread gave there (RESOURCE_NOT_OWNED, bug check 0xE3).`);
      release(core, 'ExReleaseResourceForThreadLite', lock, 'RESOURCE_NOT_OWNED, bug check 0xE3', owner);
    },
  },
  ExConvertExclusiveToSharedLite: {
    ofCaller, run: (core, [resource]) => {
      const lock = resourceOf(core, 'ExConvertExclusiveToSharedLite', resource);
      const { thread } = core.threads.kernel;
      if (!lock.convertToShared(thread)) notOwned('ExConvertExclusiveToSharedLite', lock, thread, 'it must be owned exclusively');
    },
  },
  ExIsResourceAcquiredExclusiveLite: { silent, run: (core, [resource]) => resourceOf(core, 'ExIsResourceAcquiredExclusiveLite', resource).isExclusive(core.threads.kernel.thread) },
  ExIsResourceAcquiredSharedLite: { silent, run: (core, [resource]) => resourceOf(core, 'ExIsResourceAcquiredSharedLite', resource).held(core.threads.kernel.thread) },
  ExIsResourceAcquiredLite: { silent, run: (core, [resource]) => resourceOf(core, 'ExIsResourceAcquiredLite', resource).held(core.threads.kernel.thread) },
  ExGetExclusiveWaiterCount: { silent, run: (core, [resource]) => resourceOf(core, 'ExGetExclusiveWaiterCount', resource).waiting(true) },
  ExGetSharedWaiterCount: { silent, run: (core, [resource]) => resourceOf(core, 'ExGetSharedWaiterCount', resource).waiting(false) },
  ExGetCurrentResourceThread: { silent, run: (core) => core.threads.kernel.thread.ethread },
  ExDisableResourceBoostLite: { silent, run: (core, [resource]) => void resourceOf(core, 'ExDisableResourceBoostLite', resource) },
};

// -- fast and guarded mutexes

const fastOf = (core: Core, routine: string, storage: unknown): SharedLock => core.threads.kernel.get(routine, 'FastMutex', storage, SharedLock, 'FAST_MUTEX', 'ExInitializeFastMutex');
const guardedOf = (core: Core, routine: string, storage: unknown): SharedLock => core.threads.kernel.get(routine, 'Mutex', storage, SharedLock, 'KGUARDED_MUTEX', 'KeInitializeGuardedMutex');

function raiseFor(core: Core, lock: SharedLock): void {
  const { kernel } = core.threads;
  earlierIrql.set(lock, kernel.irql);
  if (kernel.irql < APC_LEVEL) kernel.setIrql(APC_LEVEL);
}

const enterGuarded = (core: Core): void => {
  const { kernel } = core.threads;
  kernel.states.of(kernel.thread).guardedRegions++;
};

const notOwner = 'only its owner may release it';

const mutexRoutines: Record<string, Definition> = {
  ExInitializeFastMutex: { silent, run: (core, [mutex]) => void core.threads.kernel.initialize('ExInitializeFastMutex', 'FastMutex', mutex, 'FAST_MUTEX', (label) => new SharedLock(label, false)) },
  ExAcquireFastMutex: {
    ofCaller, *blocks(core, [mutex], _call, activation) {
      const lock = fastOf(core, 'ExAcquireFastMutex', mutex);
      yield* acquire(core, lock, true, 'normal', true, activation);
      raiseFor(core, lock);
      return undefined;
    },
  },
  ExTryToAcquireFastMutex: {
    ofCaller, refused: false, run: (core, [mutex], _call, activation) => {
      const lock = fastOf(core, 'ExTryToAcquireFastMutex', mutex);
      const { kernel } = core.threads;
      if (!lock.tryExclusive(kernel.thread)) return false;
      kernel.took(lock, activation);
      raiseFor(core, lock);
      return true;
    },
  },
  ExReleaseFastMutex: {
    ofCaller, run: (core, [mutex]) => {
      const lock = fastOf(core, 'ExReleaseFastMutex', mutex);
      release(core, 'ExReleaseFastMutex', lock, notOwner);
      core.threads.kernel.setIrql(earlierIrql.get(lock) ?? PASSIVE_LEVEL);
    },
  },
  ExAcquireFastMutexUnsafe: {
    ofCaller, *blocks(core, [mutex], _call, activation) {
      yield* acquire(core, fastOf(core, 'ExAcquireFastMutexUnsafe', mutex), true, 'normal', true, activation);
      return undefined;
    },
  },
  ExReleaseFastMutexUnsafe: { ofCaller, run: (core, [mutex]) => release(core, 'ExReleaseFastMutexUnsafe', fastOf(core, 'ExReleaseFastMutexUnsafe', mutex), notOwner) },
  KeInitializeGuardedMutex: { silent, run: (core, [mutex]) => void core.threads.kernel.initialize('KeInitializeGuardedMutex', 'Mutex', mutex, 'KGUARDED_MUTEX', (label) => new SharedLock(label, false)) },
  KeAcquireGuardedMutex: {
    ofCaller, *blocks(core, [mutex], _call, activation) {
      yield* acquire(core, guardedOf(core, 'KeAcquireGuardedMutex', mutex), true, 'normal', true, activation);
      enterGuarded(core);
      return undefined;
    },
  },
  KeTryToAcquireGuardedMutex: {
    ofCaller, refused: false, run: (core, [mutex], _call, activation) => {
      const lock = guardedOf(core, 'KeTryToAcquireGuardedMutex', mutex);
      const { kernel } = core.threads;
      if (!lock.tryExclusive(kernel.thread)) return false;
      kernel.took(lock, activation);
      enterGuarded(core);
      return true;
    },
  },
  KeReleaseGuardedMutex: {
    ofCaller, run: (core, [mutex]) => {
      release(core, 'KeReleaseGuardedMutex', guardedOf(core, 'KeReleaseGuardedMutex', mutex), notOwner);
      leaveRegion(core, 'KeReleaseGuardedMutex', 'guardedRegions');
    },
  },
  KeAcquireGuardedMutexUnsafe: {
    ofCaller, *blocks(core, [mutex], _call, activation) {
      yield* acquire(core, guardedOf(core, 'KeAcquireGuardedMutexUnsafe', mutex), true, 'normal', true, activation);
      return undefined;
    },
  },
  KeReleaseGuardedMutexUnsafe: { ofCaller, run: (core, [mutex]) => release(core, 'KeReleaseGuardedMutexUnsafe', guardedOf(core, 'KeReleaseGuardedMutexUnsafe', mutex), notOwner) },
};

// -- push locks

const pushOf = (core: Core, routine: string, storage: unknown): SharedLock => core.threads.kernel.getOrMake(routine, 'PushLock', storage, SharedLock, 'EX_PUSH_LOCK', (label) => new SharedLock(label, false));

/** The Flt forms enter a critical region themselves; the Ex forms want the caller to be in one. */
const acquiringPush = (name: string, exclusive: boolean): Definition => ({
  ofCaller,
  *blocks(core, [storage], _call, activation) {
    const lock = pushOf(core, name, storage);
    if (name.startsWith('Flt')) enterCritical(core);
    else checkApcs(core, name, lock, activation);
    yield* acquire(core, lock, exclusive, 'normal', true, activation);
    return undefined;
  },
});

const releasingPush = (name: string): Definition => ({
  ofCaller, run: (core, [storage]) => {
    release(core, name, pushOf(core, name, storage), notOwner);
    if (name.startsWith('Flt')) leaveRegion(core, name, 'criticalRegions');
  },
});

const initializingPush = (name: string): Definition => ({ silent, run: (core, [storage]) => void core.threads.kernel.initialize(name, 'PushLock', storage, 'EX_PUSH_LOCK', (label) => new SharedLock(label, false)) });

const pushRoutines: Record<string, Definition> = {
  FltInitializePushLock: initializingPush('FltInitializePushLock'),
  ExInitializePushLock: initializingPush('ExInitializePushLock'),
  FltDeletePushLock: {
    silent, run: (core, [storage]) => {
      checkUnused('FltDeletePushLock', pushOf(core, 'FltDeletePushLock', storage));
      core.threads.kernel.forget(storage);
    },
  },
  ...Object.fromEntries(['FltAcquirePushLockExclusive', 'FltAcquirePushLockExclusiveEx', 'ExAcquirePushLockExclusive', 'ExAcquirePushLockExclusiveEx'].map((name) => [name, acquiringPush(name, true)])),
  ...Object.fromEntries(['FltAcquirePushLockShared', 'FltAcquirePushLockSharedEx', 'ExAcquirePushLockShared', 'ExAcquirePushLockSharedEx'].map((name) => [name, acquiringPush(name, false)])),
  ...Object.fromEntries(['FltReleasePushLock', 'FltReleasePushLockEx', 'ExReleasePushLockExclusive', 'ExReleasePushLockExclusiveEx', 'ExReleasePushLockShared', 'ExReleasePushLockSharedEx'].map((name) => [name, releasingPush(name)])),
};

// -- spin locks

const spinOf = (core: Core, routine: string, storage: unknown): SharedLock => core.threads.kernel.getOrMake(routine, 'SpinLock', storage, SharedLock, 'spin lock', (label) => new SharedLock(label, false));

/** One processor runs one thread: a spin lock that is taken will not become free while its caller spins. */
function takeSpin(core: Core, lock: SharedLock, exclusive: boolean, activation: ActivationRecord | null): Irql {
  const { kernel } = core.threads;
  const { thread, irql } = kernel;
  if (!(exclusive ? lock.tryExclusive(thread) : lock.tryShared(thread))) core.threads.stuck({ thread, wait: new Wait({ what: lock.label, owners: lock.owners }), subject: activation, nested: true }, false);
  kernel.took(lock, activation, thread);
  kernel.setIrql(DISPATCH_LEVEL);
  return irql;
}

function releaseSpin(core: Core, routine: string, lock: SharedLock, irql: Irql): void {
  release(core, routine, lock, notOwner);
  core.threads.kernel.setIrql(irql);
}

function irqlArg(routine: string, value: unknown): Irql {
  if (value === 0 || value === 1 || value === 2) return value;
  throw new TypeError(`${routine}: NewIrql is ${String(value)}; PASSIVE_LEVEL, APC_LEVEL or DISPATCH_LEVEL is wanted, as the acquiring routine gave it.`);
}

/** KIRQL routine(lock), and the release that takes it back. */
const spinPair = (acquiringName: string, releasingName: string, exclusive: boolean): Record<string, Definition> => ({
  [acquiringName]: { ofCaller, run: (core, [storage], _call, activation) => takeSpin(core, spinOf(core, acquiringName, storage), exclusive, activation) },
  [releasingName]: { ofCaller, run: (core, [storage, irql]) => releaseSpin(core, releasingName, spinOf(core, releasingName, storage), irqlArg(releasingName, irql)) },
});

/** For callers at DISPATCH_LEVEL already. */
const spinAtDispatch = (acquiringName: string, releasingName: string, exclusive: boolean): Record<string, Definition> => ({
  [acquiringName]: { ofCaller, run: (core, [storage], _call, activation) => void takeSpin(core, spinOf(core, acquiringName, storage), exclusive, activation) },
  [releasingName]: { ofCaller, run: (core, [storage]) => release(core, releasingName, spinOf(core, releasingName, storage), notOwner) },
});

const inStack = (acquiringName: string, releasingName: string): Record<string, Definition> => ({
  [acquiringName]: {
    ofCaller, run: (core, [storage, handle], _call, activation) => {
      if (typeof handle !== 'object' || handle === null) throw new TypeError(`${acquiringName}: LockHandle is no object; {} will do.`);
      const lock = spinOf(core, acquiringName, storage);
      lockOfHandle.set(handle, { lock, irql: takeSpin(core, lock, true, activation) });
    },
  },
  [releasingName]: {
    ofCaller, run: (core, [handle]) => {
      const entry = typeof handle === 'object' && handle !== null ? lockOfHandle.get(handle) : undefined;
      if (entry === undefined) throw new TypeError(`${releasingName}: LockHandle was not filled in by ${acquiringName}.`);
      lockOfHandle.delete(handle as object);
      releaseSpin(core, releasingName, entry.lock, entry.irql);
    },
  },
});

const spinRoutines: Record<string, Definition> = {
  KeInitializeSpinLock: { silent, run: (core, [storage]) => void core.threads.kernel.initialize('KeInitializeSpinLock', 'SpinLock', storage, 'spin lock', (label) => new SharedLock(label, false)) },
  KeAcquireSpinLock: {
    ofCaller, run: (core, [storage, oldIrql], _call, activation) => {
      const box = refArg<number>(oldIrql);
      box.value = takeSpin(core, spinOf(core, 'KeAcquireSpinLock', storage), true, activation);
    },
  },
  ...spinPair('KeAcquireSpinLockRaiseToDpc', 'KeReleaseSpinLock', true),
  ...spinPair('KeAcquireSpinLockForDpc', 'KeReleaseSpinLockForDpc', true),
  ...spinPair('ExAcquireSpinLockExclusive', 'ExReleaseSpinLockExclusive', true),
  ...spinPair('ExAcquireSpinLockShared', 'ExReleaseSpinLockShared', false),
  ...spinAtDispatch('KeAcquireSpinLockAtDpcLevel', 'KeReleaseSpinLockFromDpcLevel', true),
  ...spinAtDispatch('ExAcquireSpinLockExclusiveAtDpcLevel', 'ExReleaseSpinLockExclusiveFromDpcLevel', true),
  ...spinAtDispatch('ExAcquireSpinLockSharedAtDpcLevel', 'ExReleaseSpinLockSharedFromDpcLevel', false),
  ...inStack('KeAcquireInStackQueuedSpinLock', 'KeReleaseInStackQueuedSpinLock'),
  ...inStack('KeAcquireInStackQueuedSpinLockAtDpcLevel', 'KeReleaseInStackQueuedSpinLockFromDpcLevel'),
  ...inStack('KeAcquireInStackQueuedSpinLockForDpc', 'KeReleaseInStackQueuedSpinLockForDpc'),
  KeTryToAcquireSpinLockAtDpcLevel: {
    ofCaller, refused: false, run: (core, [storage], _call, activation) => {
      const lock = spinOf(core, 'KeTryToAcquireSpinLockAtDpcLevel', storage);
      if (!lock.tryExclusive(core.threads.kernel.thread)) return false;
      core.threads.kernel.took(lock, activation);
      return true;
    },
  },
  ExTryConvertSharedSpinLockExclusive: { ofCaller, refused: false, run: (core, [storage]) => spinOf(core, 'ExTryConvertSharedSpinLockExclusive', storage).convertToExclusive(core.threads.kernel.thread) },
  KeTestSpinLock: { silent, run: (core, [storage]) => spinOf(core, 'KeTestSpinLock', storage).free },
};

// -- rundown protection

const rundownOf = (core: Core, routine: string, storage: unknown): RundownProtection => core.threads.kernel.getOrMake(routine, 'RunRef', storage, RundownProtection, 'EX_RUNDOWN_REF', (label) => new RundownProtection(label));

const rundownRelease = (name: string): Definition => ({
  ofCaller, run: (core, [storage, count]) => {
    const rundown = rundownOf(core, name, storage);
    if (!rundown.release(name.endsWith('Ex') ? Number(count) : 1)) throw new TypeError(`${name}: ${rundown.label} has not been acquired so often.`);
  },
});

const rundownRoutines: Record<string, Definition> = {
  ExInitializeRundownProtection: { silent, run: (core, [storage]) => void core.threads.kernel.initialize('ExInitializeRundownProtection', 'RunRef', storage, 'EX_RUNDOWN_REF', (label) => new RundownProtection(label)) },
  ExReInitializeRundownProtection: { silent, run: (core, [storage]) => rundownOf(core, 'ExReInitializeRundownProtection', storage).reinitialize() },
  ExRundownCompleted: { silent, run: (core, [storage]) => rundownOf(core, 'ExRundownCompleted', storage).complete() },
  ExAcquireRundownProtection: { ofCaller, refused: false, run: (core, [storage]) => rundownOf(core, 'ExAcquireRundownProtection', storage).acquire(1) },
  ExAcquireRundownProtectionEx: { ofCaller, refused: false, run: (core, [storage, count]) => rundownOf(core, 'ExAcquireRundownProtectionEx', storage).acquire(Number(count)) },
  ExReleaseRundownProtection: rundownRelease('ExReleaseRundownProtection'),
  ExReleaseRundownProtectionEx: rundownRelease('ExReleaseRundownProtectionEx'),
  ExWaitForRundownProtectionRelease: { ofCaller, blocks: (core, [storage]) => rundownOf(core, 'ExWaitForRundownProtectionRelease', storage).waitForRelease() },
};

// -- regions and IRQL

const regionRoutines: Record<string, Definition> = {
  KeEnterCriticalRegion: { silent, run: (core) => enterCritical(core) },
  KeLeaveCriticalRegion: { silent, run: (core) => leaveRegion(core, 'KeLeaveCriticalRegion', 'criticalRegions') },
  FsRtlEnterFileSystem: { silent, run: (core) => enterCritical(core) },
  FsRtlExitFileSystem: { silent, run: (core) => leaveRegion(core, 'FsRtlExitFileSystem', 'criticalRegions') },
  KeEnterGuardedRegion: { silent, run: (core) => enterGuarded(core) },
  KeLeaveGuardedRegion: { silent, run: (core) => leaveRegion(core, 'KeLeaveGuardedRegion', 'guardedRegions') },
  KeAreAllApcsDisabled: { silent, run: (core) => core.threads.kernel.irql >= APC_LEVEL || core.threads.kernel.states.of(core.threads.kernel.thread).guardedRegions > 0 },
  KeAreApcsDisabled: { silent, run: (core) => core.threads.kernel.apcsDisabled() },
  KeGetCurrentIrql: { silent, run: (core) => core.threads.kernel.irql },
  KeRaiseIrql: {
    ofCaller, run: (core, [irql, oldIrql]) => {
      refArg<number>(oldIrql).value = raise(core, 'KeRaiseIrql', irql);
    },
  },
  KfRaiseIrql: { ofCaller, run: (core, [irql]) => raise(core, 'KfRaiseIrql', irql) },
  KeRaiseIrqlToDpcLevel: { ofCaller, run: (core) => raise(core, 'KeRaiseIrqlToDpcLevel', DISPATCH_LEVEL) },
  KeLowerIrql: {
    ofCaller, run: (core, [value]) => {
      const irql = irqlArg('KeLowerIrql', value);
      const { kernel } = core.threads;
      if (irql > kernel.irql) throw new TypeError(`KeLowerIrql: NewIrql is ${irql}, above the current ${kernel.irql} (IRQL_NOT_LESS_OR_EQUAL).`);
      kernel.setIrql(irql);
    },
  },
};

function raise(core: Core, routine: string, value: unknown): Irql {
  const irql = irqlArg(routine, value);
  const { kernel } = core.threads;
  const before = kernel.irql;
  if (irql < before) throw new TypeError(`${routine}: NewIrql is ${irql}, below the current ${before} (IRQL_NOT_GREATER_OR_EQUAL).`);
  kernel.setIrql(irql);
  return before;
}

export const lockRoutines: Record<string, Definition> = { ...resourceRoutines, ...mutexRoutines, ...pushRoutines, ...spinRoutines, ...rundownRoutines, ...regionRoutines };

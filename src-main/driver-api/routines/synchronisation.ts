/**
 * Waits, events, locks, timers, DPCs, system threads and work items.
 *
 * Source: the page of each routine (wdm.h, ntddk.h, ntifs.h, fltkernel.h); driver-api-usage.md 1.3, 5.6. Which of them can block is the engine's
 * knowledge (`blockingRoutines`).
 */
import { input, inputOutput, optionalInput, optionalOutput, output, ownRows, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

type Fields = Partial<RoutineRow> & Pick<RoutineRow, 'name' | 'parameters' | 'returns' | 'meaning'>;
type IrqlLimit = RoutineRow['irql'];

/** Rows of routines the engine implements. Their source is their page. */
const rows = (irql: IrqlLimit, list: readonly Fields[]): readonly RoutineRow[] =>
  list.flatMap((fields) => ownRows({ area: 'Synchronisation', source: `${fields.name}; driver-api-usage.md 5.6`, irql }, [{ binding: 'engine', ...fields }]));

const timeout = optionalInput('Timeout', 'Ref<LARGE_INTEGER> | LONGLONG', 'in 100 ns: negative from now, positive since 1601, 0 polls, NULL waits without limit');
const increment = input('Increment', 'number', 'priority boost, IO_NO_INCREMENT; no effect');
const waitFlag = input('Wait', 'boolean', 'TRUE when a wait follows at once; no effect');
const event = inputOutput('Event', 'PRKEVENT', 'the event');
const reason = input('WaitReason', 'number', 'Executive');
const mode = input('WaitMode', 'number', 'KernelMode or UserMode');
const alertable = input('Alertable', 'boolean', 'user APCs end the wait; there are none here');
const waitStatuses = [
  ['STATUS_SUCCESS', 'the object was signalled (STATUS_WAIT_0)'], ['STATUS_TIMEOUT', 'the time was up: a success code, compare with STATUS_SUCCESS'], ['STATUS_ABANDONED', 'a mutex whose owner ended without releasing it'],
  ['STATUS_ALERTED', 'Alertable, and the thread was alerted; not here'], ['STATUS_USER_APC', 'Alertable or UserMode, and a user APC came; not here'],
] as const;
const cancellableStatuses = [...waitStatuses.slice(0, 3), ['STATUS_CANCELLED', 'the operation of CallbackData was cancelled'], ['STATUS_THREAD_IS_TERMINATING', 'the thread is being ended']] as const;
const waitType = input('WaitType', 'number', 'WaitAll or WaitAny');
const count = input('Count', 'number', 'number of objects, at most 64');
const objects = input('Object', 'readonly object[]', 'the objects');
const waitBlocks = optionalOutput('WaitBlockArray', 'PVOID', 'any object, needed for more than three objects');
const object = input('Object', 'object', 'event, semaphore, mutex, timer or thread');
const callbackData = optionalInput('CallbackData', 'PFLT_CALLBACK_DATA', 'the operation whose cancellation ends the wait');

const waits = [
  ...rows('DISPATCH', [
    { name: 'KeWaitForSingleObject', returns: 'NTSTATUS', parameters: [object, reason, mode, alertable, timeout], statuses: waitStatuses, meaning: 'Waits until an object is signalled. At DISPATCH_LEVEL only with a time-out of 0.' },
    {
      name: 'KeWaitForMultipleObjects', returns: 'NTSTATUS', parameters: [count, objects, waitType, reason, mode, alertable, timeout, waitBlocks],
      statuses: [['STATUS_SUCCESS', 'WaitAll: every object was signalled; WaitAny: the first one was, and n more (STATUS_WAIT_1 ...) for object n'], ...waitStatuses.slice(1)], meaning: 'Waits for one or all of several objects. At DISPATCH_LEVEL only with a time-out of 0.',
    },
  ]),
  ...rows('APC', [
    { name: 'FltCancellableWaitForSingleObject', returns: 'NTSTATUS', parameters: [object, timeout, callbackData], statuses: cancellableStatuses, meaning: 'Waits until an object is signalled or the operation is cancelled.' },
    {
      name: 'FltCancellableWaitForMultipleObjects', returns: 'NTSTATUS', parameters: [count, { ...objects, name: 'ObjectArray' }, waitType, timeout, waitBlocks, callbackData], statuses: cancellableStatuses,
      meaning: 'Waits for one or all of several objects, or until the operation is cancelled.',
    },
    {
      name: 'KeDelayExecutionThread', returns: 'NTSTATUS', parameters: [mode, alertable, input('Interval', 'Ref<LARGE_INTEGER> | LONGLONG', 'in 100 ns: negative from now, positive since 1601')], statuses: [['STATUS_SUCCESS', 'the time is over'], ['STATUS_ALERTED', 'Alertable, and the thread was alerted; not here'], ['STATUS_USER_APC', 'Alertable or UserMode, and a user APC came; not here']],
      meaning: 'Lets the virtual clock go on.',
    },
  ]),
];

const events = rows('DISPATCH', [
  { name: 'KeInitializeEvent', irql: 'any', returns: 'void', parameters: [output('Event', 'PRKEVENT', 'the event: {}'), input('Type', 'number', 'NotificationEvent or SynchronizationEvent'), input('State', 'boolean', 'TRUE: signalled')], meaning: 'Prepares an event.' },
  { name: 'KeSetEvent', returns: 'number', parameters: [event, increment, waitFlag], meaning: 'Signals an event. Returns its previous state, 0 when it was not signalled.' },
  { name: 'KeResetEvent', returns: 'number', parameters: [event], meaning: 'Makes an event not signalled. Returns its previous state.' },
  { name: 'KeClearEvent', returns: 'void', parameters: [event], meaning: 'Makes an event not signalled.' },
  { name: 'KePulseEvent', returns: 'number', parameters: [event, increment, waitFlag], meaning: 'Signals an event for those who wait now, and resets it.' },
  { name: 'KeReadStateEvent', returns: 'number', parameters: [event], meaning: 'Nonzero when the event is signalled.' },
]);

const namedEvents: readonly RoutineRow[] = ownRows({ area: 'Synchronisation', source: 'IoCreateNotificationEvent', irql: 'PASSIVE' }, ['Notification', 'Synchronization'].map((type) => ({
  name: `IoCreate${type}Event`, source: `IoCreate${type}Event`, returns: 'PKEVENT | null',
  parameters: [input('EventName', 'PUNICODE_STRING | string', 'its full name, for example \\BaseNamedObjects\\Scan'), output('EventHandle', 'Ref<HANDLE>', 'receives a handle for ZwClose')], meaning: `Opens the ${type.toLowerCase()} event of that name, or makes it, signalled.`,
})));

const semaphore = inputOutput('Semaphore', 'PRKSEMAPHORE', 'the semaphore');
const mutex = inputOutput('Mutex', 'PRKMUTEX', 'the mutex');
const counting = rows('DISPATCH', [
  { name: 'KeInitializeSemaphore', irql: 'PASSIVE', returns: 'void', parameters: [output('Semaphore', 'PRKSEMAPHORE', 'the semaphore: {}'), input('Count', 'number', 'first count'), input('Limit', 'number', 'highest count')], meaning: 'Prepares a semaphore.' },
  { name: 'KeReleaseSemaphore', returns: 'number', parameters: [semaphore, increment, input('Adjustment', 'number', 'added to the count'), waitFlag], meaning: 'Adds to the count and lets as many waiters through. Returns the previous count; above the limit it raises STATUS_SEMAPHORE_LIMIT_EXCEEDED.' },
  { name: 'KeReadStateSemaphore', irql: 'any', returns: 'number', parameters: [semaphore], meaning: 'The count.' },
  { name: 'KeInitializeMutex', irql: 'any', returns: 'void', parameters: [output('Mutex', 'PRKMUTEX', 'the mutex: {}'), input('Level', 'number', 'reserved, 0')], meaning: 'Prepares a mutex. It is taken with KeWaitForSingleObject and may be taken again by its owner.' },
  { name: 'KeReleaseMutex', returns: 'number', parameters: [mutex, waitFlag], meaning: 'Releases a mutex of the calling thread. Returns its previous state: 0 or negative. In another thread it raises STATUS_MUTANT_NOT_OWNED.' },
  { name: 'KeReadStateMutex', returns: 'number', parameters: [mutex], meaning: '1 when the mutex is free.' },
]);

const queue = inputOutput('Queue', 'PRKQUEUE', 'the queue');
const entry = inputOutput('Entry', 'LIST_ENTRY', 'the entry');
const queues = rows('DISPATCH', [
  { name: 'KeInitializeQueue', returns: 'void', parameters: [output('Queue', 'PRKQUEUE', 'the queue: {}'), input('Count', 'number', 'threads that may run at once; no effect')], meaning: 'Prepares a queue.' },
  { name: 'KeInsertQueue', returns: 'number', parameters: [queue, entry], meaning: 'Appends an entry. Returns the number of entries before.' },
  { name: 'KeInsertHeadQueue', returns: 'number', parameters: [queue, entry], meaning: 'Puts an entry in front. Returns the number of entries before.' },
  { name: 'KeRemoveQueue', returns: 'any', parameters: [queue, mode, timeout], statuses: [['STATUS_TIMEOUT', 'no entry in time'], ['STATUS_ABANDONED', 'the queue was run down']], meaning: 'Waits for an entry and takes it; or a status: compare the result with it. At DISPATCH_LEVEL only with a time-out of 0.' },
  {
    name: 'KeRemoveQueueEx', returns: 'number', parameters: [queue, mode, alertable, timeout, output('EntryArray', 'any[]', 'receives the entries'), input('Count', 'number', 'most entries to take')],
    statuses: [['STATUS_TIMEOUT', 'no entry in time'], ['STATUS_ABANDONED', 'the queue was run down']], meaning: 'Waits for entries and takes several. Returns how many. At DISPATCH_LEVEL only with a time-out of 0.',
  },
  { name: 'KeReadStateQueue', returns: 'number', parameters: [queue], meaning: 'Number of entries.' },
  { name: 'KeRundownQueue', returns: 'any', parameters: [queue], meaning: 'Ends the queue: whoever waits gets STATUS_ABANDONED. Returns the first entry that was left, or null.' },
]);

const resource = inputOutput('Resource', 'PERESOURCE', 'the resource');
const mayWait = input('Wait', 'boolean', 'TRUE waits; FALSE gives up at once');
const acquisition = (name: string, meaning: string): Fields => ({ name, returns: 'boolean', parameters: [resource, mayWait], meaning: `${meaning} FALSE when it is not to be had and Wait is FALSE. Normal kernel APCs must be disabled (KeEnterCriticalRegion).` });
const entering = (name: string, meaning: string): Fields => ({ name, returns: 'void', parameters: [resource], meaning });
const resources = rows('APC', [
  { name: 'ExInitializeResourceLite', irql: 'DISPATCH', returns: 'NTSTATUS', parameters: [output('Resource', 'PERESOURCE', 'the resource: {}, for example a property of a context')], statuses: [['STATUS_SUCCESS', 'always']], meaning: 'Prepares a reader-writer lock.' },
  { name: 'ExReinitializeResourceLite', irql: 'DISPATCH', returns: 'NTSTATUS', parameters: [resource], statuses: [['STATUS_SUCCESS', 'always']], meaning: 'Prepares a resource for another use.' },
  { name: 'ExDeleteResourceLite', returns: 'NTSTATUS', parameters: [resource], statuses: [['STATUS_SUCCESS', 'always']], meaning: 'Ends a resource. Nobody may own it or wait for it.' },
  acquisition('ExAcquireResourceExclusiveLite', 'Acquires a resource alone; its owner may do so again.'),
  acquisition('ExAcquireResourceSharedLite', 'Acquires a resource together with others. Waits behind threads that wait for exclusive access, unless the caller shares it already.'),
  acquisition('ExAcquireSharedStarveExclusive', 'Acquires a resource together with others, past threads that wait for exclusive access.'),
  acquisition('ExAcquireSharedWaitForExclusive', 'Acquires a resource together with others, always behind threads that wait for exclusive access.'),
  { name: 'ExReleaseResourceLite', irql: 'DISPATCH', returns: 'void', parameters: [resource], meaning: 'Releases a resource once. The calling thread must own it.' },
  { name: 'ExReleaseResourceForThreadLite', irql: 'DISPATCH', returns: 'void', parameters: [resource, input('ResourceThreadId', 'ERESOURCE_THREAD', 'from ExGetCurrentResourceThread')], meaning: 'Releases a resource that another thread has acquired.' },
  { name: 'ExConvertExclusiveToSharedLite', returns: 'void', parameters: [resource], meaning: 'Keeps the resource, but lets others share it.' },
  { name: 'ExIsResourceAcquiredExclusiveLite', irql: 'DISPATCH', returns: 'boolean', parameters: [resource], meaning: 'Whether the calling thread owns the resource alone.' },
  { name: 'ExIsResourceAcquiredSharedLite', irql: 'DISPATCH', returns: 'number', parameters: [resource], meaning: 'How often the calling thread has acquired the resource, in either way.' },
  { name: 'ExIsResourceAcquiredLite', irql: 'DISPATCH', returns: 'number', parameters: [resource], meaning: 'How often the calling thread has acquired the resource, in either way.' },
  { name: 'ExGetExclusiveWaiterCount', irql: 'DISPATCH', returns: 'number', parameters: [resource], meaning: 'Threads that wait for exclusive access.' },
  { name: 'ExGetSharedWaiterCount', irql: 'DISPATCH', returns: 'number', parameters: [resource], meaning: 'Threads that wait for shared access.' },
  { name: 'ExGetCurrentResourceThread', irql: 'any', returns: 'ERESOURCE_THREAD', parameters: [], meaning: 'The calling thread, for ExReleaseResourceForThreadLite.' },
  { name: 'ExDisableResourceBoostLite', irql: 'DISPATCH', returns: 'void', parameters: [resource], meaning: 'No priorities here: no effect.' },
  entering('ExEnterCriticalRegionAndAcquireResourceExclusive', 'Disables normal kernel APCs and acquires the resource alone.'),
  entering('ExEnterCriticalRegionAndAcquireResourceShared', 'Disables normal kernel APCs and acquires the resource together with others.'),
  entering('ExEnterCriticalRegionAndAcquireSharedWaitForExclusive', 'Disables normal kernel APCs and acquires the resource together with others, behind threads that wait for exclusive access.'),
  { name: 'ExReleaseResourceAndLeaveCriticalRegion', returns: 'void', parameters: [resource], meaning: 'Releases the resource and enables normal kernel APCs again.' },
  entering('FltAcquireResourceExclusive', 'Disables normal kernel APCs and acquires the resource alone.'),
  entering('FltAcquireResourceShared', 'Disables normal kernel APCs and acquires the resource together with others.'),
  { name: 'FltReleaseResource', irql: 'DISPATCH', returns: 'void', parameters: [resource], meaning: 'Releases the resource and enables normal kernel APCs again.' },
]);

const fast = inputOutput('FastMutex', 'PFAST_MUTEX', 'the mutex');
const guarded = inputOutput('Mutex', 'PKGUARDED_MUTEX', 'the mutex');
const mutexes = rows('APC', [
  { name: 'ExInitializeFastMutex', irql: 'DISPATCH', returns: 'void', parameters: [output('FastMutex', 'PFAST_MUTEX', 'the mutex: {}')], meaning: 'Prepares a fast mutex.' },
  { name: 'ExAcquireFastMutex', returns: 'void', parameters: [fast], meaning: 'Waits for the mutex and raises to APC_LEVEL. Its owner may not take it again.' },
  { name: 'ExTryToAcquireFastMutex', returns: 'boolean', parameters: [fast], meaning: 'Takes the mutex if it is free.' },
  { name: 'ExReleaseFastMutex', returns: 'void', parameters: [fast], meaning: 'Releases the mutex and restores the IRQL.' },
  { name: 'ExAcquireFastMutexUnsafe', returns: 'void', parameters: [fast], meaning: 'Waits for the mutex; the caller has disabled APCs.' },
  { name: 'ExReleaseFastMutexUnsafe', returns: 'void', parameters: [fast], meaning: 'Releases the mutex.' },
  { name: 'KeInitializeGuardedMutex', returns: 'void', parameters: [output('Mutex', 'PKGUARDED_MUTEX', 'the mutex: {}')], meaning: 'Prepares a guarded mutex.' },
  { name: 'KeAcquireGuardedMutex', returns: 'void', parameters: [guarded], meaning: 'Waits for the mutex and disables all kernel APCs. Its owner may not take it again.' },
  { name: 'KeTryToAcquireGuardedMutex', returns: 'boolean', parameters: [guarded], meaning: 'Takes the mutex if it is free.' },
  { name: 'KeReleaseGuardedMutex', returns: 'void', parameters: [guarded], meaning: 'Releases the mutex and enables kernel APCs again.' },
  { name: 'KeAcquireGuardedMutexUnsafe', returns: 'void', parameters: [{ ...guarded, name: 'FastMutex' }], meaning: 'Waits for the mutex; the caller has disabled all kernel APCs.' },
  { name: 'KeReleaseGuardedMutexUnsafe', returns: 'void', parameters: [{ ...guarded, name: 'FastMutex' }], meaning: 'Releases the mutex.' },
]);

const pushLock = inputOutput('PushLock', 'PEX_PUSH_LOCK', 'the lock');
const pushFlags = optionalInput('Flags', 'number', 'no effect');
/** The macros of the executive name it so. */
const lock = { ...pushLock, name: 'Lock' };
const pushLocks = rows('APC', [
  { name: 'FltInitializePushLock', returns: 'void', parameters: [output('PushLock', 'PEX_PUSH_LOCK', 'the lock: {}')], meaning: 'Prepares a push lock.' },
  { name: 'ExInitializePushLock', returns: 'void', parameters: [output('PushLock', 'PEX_PUSH_LOCK', 'the lock: {}')], meaning: 'Prepares a push lock.' },
  { name: 'FltDeletePushLock', returns: 'void', parameters: [pushLock], meaning: 'Ends a push lock that nobody owns.' },
  ...['Flt', 'Ex'].flatMap((prefix) => ['Exclusive', 'Shared'].flatMap((how) => ['', 'Ex'].map((suffix): Fields => ({
    name: `${prefix}AcquirePushLock${how}${suffix}`, returns: 'void', parameters: suffix === '' ? [prefix === 'Ex' ? lock : pushLock] : [pushLock, pushFlags],
    meaning: `Waits for the lock, ${how === 'Shared' ? 'together with others' : 'alone'}. ${prefix === 'Flt' ? 'Disables normal kernel APCs.' : 'The caller has disabled normal kernel APCs.'} Not recursive.`,
  })))),
  ...['FltReleasePushLock', 'FltReleasePushLockEx', 'ExReleasePushLockExclusive', 'ExReleasePushLockExclusiveEx', 'ExReleasePushLockShared', 'ExReleasePushLockSharedEx'].map((name): Fields => ({
    name, returns: 'void', parameters: name.endsWith('Ex') ? [pushLock, pushFlags] : [name.startsWith('Ex') ? lock : pushLock], meaning: 'Releases the lock.',
  })),
]);

const spinLock = inputOutput('SpinLock', 'PKSPIN_LOCK', 'the lock: any object, {} will do');
const oldIrql = input('NewIrql', 'number', 'what the acquiring routine gave');
const lockHandle = (direction: (name: string, type: string, meaning: string) => RoutineParameter): RoutineParameter => direction('LockHandle', 'PKLOCK_QUEUE_HANDLE', 'a local object: {}');
const spinLocks = rows('DISPATCH', [
  { name: 'KeInitializeSpinLock', irql: 'any', returns: 'void', parameters: [spinLock], meaning: 'Prepares a spin lock.' },
  { name: 'KeAcquireSpinLock', returns: 'void', parameters: [spinLock, output('OldIrql', 'Ref<number>', 'receives the IRQL')], meaning: 'Raises to DISPATCH_LEVEL and takes the lock.' },
  { name: 'KeReleaseSpinLock', returns: 'void', parameters: [spinLock, oldIrql], meaning: 'Releases the lock and restores the IRQL.' },
  { name: 'KeAcquireSpinLockRaiseToDpc', returns: 'number', parameters: [spinLock], meaning: 'Raises to DISPATCH_LEVEL, takes the lock and returns the old IRQL.' },
  { name: 'KeAcquireSpinLockForDpc', returns: 'number', parameters: [spinLock], meaning: 'As KeAcquireSpinLock, from a DPC.' },
  { name: 'KeReleaseSpinLockForDpc', returns: 'void', parameters: [spinLock, { ...oldIrql, name: 'OldIrql' }], meaning: 'Releases what KeAcquireSpinLockForDpc took.' },
  { name: 'KeTestSpinLock', returns: 'boolean', parameters: [spinLock], meaning: 'Whether the lock is free.' },
  { name: 'KeTryToAcquireSpinLockAtDpcLevel', returns: 'boolean', parameters: [spinLock], meaning: 'Takes the lock if it is free; the caller is at DISPATCH_LEVEL.' },
  ...[['KeAcquireSpinLockAtDpcLevel', 'KeReleaseSpinLockFromDpcLevel'], ['ExAcquireSpinLockExclusiveAtDpcLevel', 'ExReleaseSpinLockExclusiveFromDpcLevel'], ['ExAcquireSpinLockSharedAtDpcLevel', 'ExReleaseSpinLockSharedFromDpcLevel']].flatMap(([acquire = '', release = '']): Fields[] => [
    { name: acquire, returns: 'void', parameters: [spinLock], meaning: 'Takes the lock; the caller is at DISPATCH_LEVEL already.' },
    { name: release, returns: 'void', parameters: [spinLock], meaning: `Releases what ${acquire} took.` },
  ]),
  ...['Exclusive', 'Shared'].flatMap((how): Fields[] => [
    { name: `ExAcquireSpinLock${how}`, returns: 'number', parameters: [spinLock], meaning: `Raises to DISPATCH_LEVEL, takes the lock ${how === 'Shared' ? 'together with others' : 'alone'} and returns the old IRQL.` },
    { name: `ExReleaseSpinLock${how}`, returns: 'void', parameters: [spinLock, { ...oldIrql, name: 'OldIrql' }], meaning: 'Releases the lock and restores the IRQL.' },
  ]),
  { name: 'ExTryConvertSharedSpinLockExclusive', returns: 'boolean', parameters: [spinLock], meaning: 'Makes the only shared owner the exclusive one.' },
  ...['', 'AtDpcLevel', 'ForDpc'].flatMap((form): Fields[] => [
    { name: `KeAcquireInStackQueuedSpinLock${form}`, returns: 'void', parameters: [spinLock, lockHandle(output)], meaning: 'Raises to DISPATCH_LEVEL and takes the lock; the handle remembers both.' },
    { name: `KeReleaseInStackQueuedSpinLock${form === 'AtDpcLevel' ? 'FromDpcLevel' : form}`, returns: 'void', parameters: [lockHandle(inputOutput)], meaning: 'Releases the lock and restores the IRQL.' },
  ]),
]);

const rundown = inputOutput('RunRef', 'PEX_RUNDOWN_REF', 'the protection: any object, {} will do');
const references = input('Count', 'number', 'how many');
const rundownRoutines = rows('DISPATCH', [
  { name: 'ExInitializeRundownProtection', irql: 'APC', returns: 'void', parameters: [rundown], meaning: 'Prepares rundown protection.' },
  { name: 'ExReInitializeRundownProtection', irql: 'APC', returns: 'void', parameters: [rundown], meaning: 'Prepares it for another use after a rundown.' },
  { name: 'ExAcquireRundownProtection', returns: 'boolean', parameters: [rundown], meaning: 'Takes a reference. FALSE once the rundown has begun.' },
  { name: 'ExAcquireRundownProtectionEx', returns: 'boolean', parameters: [rundown, references], meaning: 'Takes several references. FALSE once the rundown has begun.' },
  { name: 'ExReleaseRundownProtection', returns: 'void', parameters: [rundown], meaning: 'Gives a reference back.' },
  { name: 'ExReleaseRundownProtectionEx', returns: 'void', parameters: [rundown, references], meaning: 'Gives several references back.' },
  { name: 'ExWaitForRundownProtectionRelease', irql: 'APC', returns: 'void', parameters: [rundown], meaning: 'Begins the rundown and waits until every reference is back.' },
  { name: 'ExRundownCompleted', irql: 'APC', returns: 'void', parameters: [rundown], meaning: 'Says that the rundown is over; references are refused from now on.' },
]);

const levels = rows('any', [
  { name: 'KeEnterCriticalRegion', irql: 'APC', returns: 'void', parameters: [], meaning: 'Disables normal kernel APCs, so that the thread cannot be suspended.' },
  { name: 'KeLeaveCriticalRegion', irql: 'APC', returns: 'void', parameters: [], meaning: 'Undoes KeEnterCriticalRegion.' },
  { name: 'KeEnterGuardedRegion', irql: 'APC', returns: 'void', parameters: [], meaning: 'Disables all kernel APCs.' },
  { name: 'KeLeaveGuardedRegion', irql: 'APC', returns: 'void', parameters: [], meaning: 'Undoes KeEnterGuardedRegion.' },
  { name: 'FsRtlEnterFileSystem', irql: 'APC', returns: 'void', parameters: [], meaning: 'Disables normal kernel APCs, as KeEnterCriticalRegion does, while resources are held.' },
  { name: 'FsRtlExitFileSystem', irql: 'APC', returns: 'void', parameters: [], meaning: 'Undoes FsRtlEnterFileSystem.' },
  { name: 'KeAreAllApcsDisabled', irql: 'DISPATCH', returns: 'boolean', parameters: [], meaning: 'TRUE in a guarded region and from APC_LEVEL on: special kernel APCs do not arrive either, so that name queries of the file system would deadlock.' },
  { name: 'KeAreApcsDisabled', irql: 'DISPATCH', returns: 'boolean', parameters: [], meaning: 'TRUE when normal kernel APCs do not arrive.' },
  { name: 'KeGetCurrentIrql', returns: 'number', parameters: [], meaning: 'PASSIVE_LEVEL 0, APC_LEVEL 1, DISPATCH_LEVEL 2.' },
  { name: 'KeRaiseIrql', returns: 'void', parameters: [input('NewIrql', 'number', 'not below the current level'), output('OldIrql', 'Ref<number>', 'receives the current level')], meaning: 'Raises the IRQL.' },
  { name: 'KfRaiseIrql', returns: 'number', parameters: [input('NewIrql', 'number', 'not below the current level')], meaning: 'Raises the IRQL and returns the old one.' },
  { name: 'KeRaiseIrqlToDpcLevel', returns: 'number', parameters: [], meaning: 'Raises to DISPATCH_LEVEL and returns the old IRQL.' },
  { name: 'KeLowerIrql', returns: 'void', parameters: [input('NewIrql', 'number', 'what KeRaiseIrql gave')], meaning: 'Restores the IRQL.' },
]);

const timer = inputOutput('Timer', 'PKTIMER', 'the timer');
const dpc = inputOutput('Dpc', 'PRKDPC', 'the DPC');
const dueTime = input('DueTime', 'LONGLONG', 'in 100 ns: negative from now, positive since 1601');
const optionalDpc = optionalInput('Dpc', 'PRKDPC', 'queued when the time has come');
const exTimer = input('Timer', 'PEX_TIMER', 'from ExAllocateTimer');
const timers = rows('DISPATCH', [
  { name: 'KeInitializeTimer', returns: 'void', parameters: [output('Timer', 'PKTIMER', 'the timer: {}')], meaning: 'Prepares a notification timer.' },
  { name: 'KeInitializeTimerEx', returns: 'void', parameters: [output('Timer', 'PKTIMER', 'the timer: {}'), input('Type', 'number', 'NotificationTimer or SynchronizationTimer')], meaning: 'Prepares a timer.' },
  { name: 'KeSetTimer', returns: 'boolean', parameters: [timer, dueTime, optionalDpc], meaning: 'Sets a timer on the virtual clock. TRUE when it was set already.' },
  { name: 'KeSetTimerEx', returns: 'boolean', parameters: [timer, dueTime, input('Period', 'number', 'in ms; 0: once'), optionalDpc], meaning: 'Sets a timer that may come again. TRUE when it was set already.' },
  { name: 'KeSetCoalescableTimer', returns: 'boolean', parameters: [timer, dueTime, input('Period', 'number', 'in ms; 0: once'), input('TolerableDelay', 'number', 'no effect'), optionalDpc], meaning: 'As KeSetTimerEx.' },
  { name: 'KeCancelTimer', returns: 'boolean', parameters: [timer], meaning: 'TRUE when the timer was set. A DPC that is queued already still runs.' },
  { name: 'KeReadStateTimer', returns: 'boolean', parameters: [timer], meaning: 'Whether the time has come.' },
  { name: 'ExAllocateTimer', returns: 'PEX_TIMER | null', parameters: [optionalInput('Callback', 'EXT_CALLBACK', 'called at DISPATCH_LEVEL when the time has come'), optionalInput('CallbackContext', 'PVOID', 'for the callback'), input('Attributes', 'number', 'EX_TIMER_*; no effect')], meaning: 'Makes a timer with a callback of its own.' },
  { name: 'ExSetTimer', returns: 'boolean', parameters: [exTimer, dueTime, input('Period', 'bigint | number', 'in 100 ns; 0: once'), optionalInput('Parameters', 'PVOID', 'NULL')], meaning: 'Sets the timer. TRUE when it was set already.' },
  { name: 'ExCancelTimer', returns: 'boolean', parameters: [exTimer, optionalInput('Parameters', 'PVOID', 'NULL')], meaning: 'TRUE when the timer was set.' },
  { name: 'ExDeleteTimer', irql: 'APC', returns: 'boolean', parameters: [exTimer, input('Cancel', 'boolean', 'TRUE'), input('Wait', 'boolean', 'wait for a callback under way'), optionalInput('Parameters', 'PVOID', 'NULL')], meaning: 'Ends the timer. TRUE when it was set.' },
  { name: 'KeInitializeDpc', irql: 'any', returns: 'void', parameters: [output('Dpc', 'PRKDPC', 'the DPC: {}'), input('DeferredRoutine', 'KDEFERRED_ROUTINE', 'runs at DISPATCH_LEVEL in an arbitrary thread'), optionalInput('DeferredContext', 'PVOID', 'for the routine')], meaning: 'Prepares a deferred procedure call.' },
  { name: 'KeInsertQueueDpc', irql: 'any', returns: 'boolean', parameters: [dpc, optionalInput('SystemArgument1', 'PVOID', 'for the routine'), optionalInput('SystemArgument2', 'PVOID', 'for the routine')], meaning: 'Queues the call: it runs as soon as the IRQL is below DISPATCH_LEVEL. FALSE when it is queued already.' },
  { name: 'KeRemoveQueueDpc', irql: 'any', returns: 'boolean', parameters: [dpc], meaning: 'Takes the call out of the queue. TRUE when it was there.' },
  { name: 'KeFlushQueuedDpcs', irql: 'PASSIVE', returns: 'void', parameters: [], meaning: 'Lets every queued call run.' },
  { name: 'KeSetImportanceDpc', irql: 'any', returns: 'void', parameters: [dpc, input('Importance', 'number', 'no effect')], meaning: 'No effect.' },
  { name: 'KeSetTargetProcessorDpc', irql: 'any', returns: 'void', parameters: [dpc, input('Number', 'number', 'no effect')], meaning: 'No effect: there is one processor.' },
]);

const threads: readonly RoutineRow[] = [
  ...ownRows({ area: 'Synchronisation', source: 'PsCreateSystemThread', irql: 'PASSIVE' }, [{
    name: 'PsCreateSystemThread', returns: 'NTSTATUS',
    parameters: [
      output('ThreadHandle', 'Ref<HANDLE>', 'receives a handle, for ObReferenceObjectByHandle and ZwClose'), input('DesiredAccess', 'number', 'THREAD_ALL_ACCESS'), optionalInput('ObjectAttributes', 'PVOID', 'NULL'),
      optionalInput('ProcessHandle', 'PVOID', 'NULL: the System process'), optionalOutput('ClientId', 'Ref<any>', 'NULL'), input('StartRoutine', 'KSTART_ROUTINE', 'a generator function where it waits in a loop'), optionalInput('StartContext', 'PVOID', 'for the routine'),
    ],
    statuses: [['STATUS_SUCCESS', 'the thread will begin when it is its turn']], meaning: 'Makes a system thread.',
  }]),
  ...rows('PASSIVE', [{ name: 'PsTerminateSystemThread', returns: 'NTSTATUS', parameters: [input('ExitStatus', 'NTSTATUS', 'of the thread')], statuses: [['STATUS_INVALID_PARAMETER', 'not called from a system thread']], meaning: 'Ends the calling system thread; does not return.' }]),
];

const workItem = input('IoWorkItem', 'PIO_WORKITEM', 'from IoAllocateWorkItem');
const queueType = input('QueueType', 'number', 'DelayedWorkQueue or CriticalWorkQueue');
const work = rows('DISPATCH', [
  { name: 'IoAllocateWorkItem', returns: 'PIO_WORKITEM | null', parameters: [optionalInput('DeviceObject', 'PVOID', 'handed to the routine')], meaning: 'Allocates a work item; null without memory.' },
  { name: 'IoInitializeWorkItem', irql: 'any', returns: 'void', parameters: [optionalInput('IoObject', 'PVOID', 'handed to the routine'), output('IoWorkItem', 'PIO_WORKITEM', 'the item: {}')], meaning: 'Prepares a work item of the driver\'s own.' },
  { name: 'IoUninitializeWorkItem', irql: 'any', returns: 'void', parameters: [workItem], meaning: 'Ends an item of IoInitializeWorkItem.' },
  { name: 'IoFreeWorkItem', returns: 'void', parameters: [workItem], meaning: 'Frees an item of IoAllocateWorkItem that is not queued.' },
  { name: 'IoQueueWorkItem', returns: 'void', parameters: [workItem, input('WorkerRoutine', 'IO_WORKITEM_ROUTINE', 'runs in a system worker'), queueType, optionalInput('Context', 'PVOID', 'for the routine')], meaning: 'Queues a routine `(DeviceObject, Context)`.' },
  { name: 'IoQueueWorkItemEx', returns: 'void', parameters: [workItem, input('WorkerRoutine', 'IO_WORKITEM_ROUTINE_EX', 'runs in a system worker'), queueType, optionalInput('Context', 'PVOID', 'for the routine')], meaning: 'Queues a routine `(IoObject, Context, IoWorkItem)`.' },
  { name: 'ExInitializeWorkItem', irql: 'any', returns: 'void', parameters: [output('Item', 'PWORK_QUEUE_ITEM', 'the item: {}'), input('Routine', 'WORKER_THREAD_ROUTINE', 'runs in a system worker'), optionalInput('Context', 'PVOID', 'for the routine')], meaning: 'Prepares a work item of the executive.' },
  { name: 'ExQueueWorkItem', returns: 'void', parameters: [input('WorkItem', 'PWORK_QUEUE_ITEM', 'from ExInitializeWorkItem'), queueType], meaning: 'Queues the item. Nothing keeps the driver loaded meanwhile: prefer IoQueueWorkItem or FltQueueGenericWorkItem.' },
]);

export const synchronisationRows: readonly RoutineRow[] = [
  ...waits, ...events, ...namedEvents, ...counting, ...queues, ...resources, ...mutexes, ...pushLocks, ...spinLocks, ...rundownRoutines, ...levels, ...timers, ...threads, ...work,
];

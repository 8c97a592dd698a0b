/**
 * The engine: a Filter Manager that can be run again.
 *
 * Pure and deterministic: a clock of its own, no chance, nothing happens unless the host asks for it. The host issues requests, answers as
 * the lower device, completes what that device pended, runs work items and cancels; the engine calls the drivers and tells an
 * observer. Inside, kernel <- iomgr <- fltmgr.
 */
import type { AssumptionSettings } from './assumptions/index.ts';
import type { FLT_CALLBACK_DATA } from './fltmgr/callbackData.ts';
import type { ContextView } from './fltmgr/contexts/contexts.ts';
import type { PKTRANSACTION } from './fltmgr/contexts/transactionObject.ts';
import { FilterManager } from './fltmgr/filterManager.ts';
import type { HostCall } from './fltmgr/hostCall.ts';
import type { EngineInspection } from './fltmgr/inspection.ts';
import type { Filter, FilterState, Instance, Volume, VolumeDescription } from './fltmgr/instance.ts';
import type { LowerAnswer, LowerDevice } from './fltmgr/lowerDevice.ts';
import type { Operation } from './fltmgr/operation.ts';
import type { HeldRoutine, KnownRoutine } from './fltmgr/replaceRoutines.ts';
import type { ServiceDescription } from './fltmgr/services.ts';
import type { WorkItem } from './fltmgr/workItems.ts';
import type { ProgramSide } from './fltmgr/ports/programSide.ts';
import type { FileSystemServices } from './iomgr/fileSystemServices.ts';
import type { FILE_OBJECT } from './iomgr/fileObject.ts';
import type { IoRequest } from './iomgr/request.ts';
import type { BugCheck, Deadlock, WaitGraphLine } from './kernel/bugCheck.ts';
import type { Chooser } from './kernel/choices.ts';
import type { Irql } from './kernel/irql.ts';
import type { EngineThread } from './kernel/thread.ts';
import type { Activation, CallSite, CallUnderWay, EngineObserver, RoutineAspect, Violation } from './observer.ts';

export { siteText } from './observer.ts';
export { assumptionAreas, assumptions, settleAssumptions, undecidableRules, type Assumption, type AssumptionSettings } from './assumptions/index.ts';
export { bugs, type BugCoverage } from './bugs.ts';
export { explainingHint, hintKinds, type HintKind } from './hints.ts';
export { assumptionOf, ruleById, type Rule } from './rules.ts';
export { altitudeFrom, compareAltitudes, type Altitude } from './fltmgr/altitude.ts';
export type { ContextView } from './fltmgr/contexts/contexts.ts';
export { contextTypeName, FLT_ALL_CONTEXTS } from './fltmgr/contexts/contextType.ts';
export { FLT_VARIABLE_SIZED_CONTEXTS } from './fltmgr/contexts/registration.ts';
export { transactionNotifications } from './fltmgr/contexts/transactions.ts';
export { ContextMemory, noteContextFields, type ContextFieldChange, type ContextReference, type ContextStep } from './fltmgr/contexts/contextRecord.ts';
export { FLT_FILE_NAME_INFORMATION } from './fltmgr/names/nameRecord.ts';
export { parseName, type NameParts } from './fltmgr/names/parseName.ts';
export type { PKTRANSACTION } from './fltmgr/contexts/transactionObject.ts';
export { describeIopb, memberNameFor, type IopbFieldValue } from './fltmgr/describeIopb.ts';
export { Filter, filterOf, Frame, Instance, instanceOf, Volume, volumeOf, type FilterState, type InstanceState, type OperationEntry, type VolumeDescription, type VolumeState } from './fltmgr/instance.ts';
export type { EngineInspection, LockView, ThreadRoutine, ThreadView } from './fltmgr/inspection.ts';
export { HostCall } from './fltmgr/hostCall.ts';
export { loadOrderGroupOf, loadOrderGroups, type LoadOrderGroup } from './fltmgr/loadOrderGroups.ts';
export { noAutomaticAttachment, noManualAttachment, type InstanceDefinition, type ServiceDescription } from './fltmgr/services.ts';
export type { LowerAnswer, LowerCall, LowerDevice } from './fltmgr/lowerDevice.ts';
export { Operation, operationOf, type OperationState } from './fltmgr/operation.ts';
export { REFUSED, refusedStatus } from './fltmgr/callChecks.ts';
export { forgetPointerNumbers } from './fltmgr/pointerNumbers.ts';
export { parameterMembers, parameterSlots, type FieldPlace, type ParameterMember } from './fltmgr/parameterBlock.ts';
export type { WorkItem } from './fltmgr/workItems.ts';
export { blockingRoutines } from './fltmgr/routines/index.ts';
export { findDevice } from './iomgr/objectName.ts';
export { byteOrigin, isKnownOrigin, type BufferContent } from './iomgr/byteOrigins.ts';
export { FILE_OBJECT, type FileObjectDescription } from './iomgr/fileObject.ts';
export type { ContextSupport, FileLocation, FileSystemListener, FileSystemServices, ResolvedPath } from './iomgr/fileSystemServices.ts';
export { fallbackGoesOn, fallbackMajors, isRefusal } from './iomgr/fallback.ts';
export type { IoRequest, IoVolume, OperationKind } from './iomgr/request.ts';
export * from './fsrtl/index.ts';
export { choiceKinds, type ChoiceKind, type Chooser } from './kernel/choices.ts';
export { BugCheck, bugCheckCode, Deadlock, DriverException, type WaitGraphLine } from './kernel/bugCheck.ts';
export { APC_LEVEL, DISPATCH_LEVEL, irqlName, PASSIVE_LEVEL, type Irql } from './kernel/irql.ts';
export { isGenerator, Wait, type Blocking } from './kernel/wait.ts';
export { createThread, type EngineThread, type ThreadDescription, type ThreadKind } from './kernel/thread.ts';
export type {
  Activation, ActivationKind, ApiCall, CallSite, CallUnderWay, EngineEvent, EventPoint, EngineObserver, IopbChange, PortFacts, PortStep, QueueStep, RoutineAspect, Severity, SilentCall, Violation,
} from './observer.ts';
export { Connection } from './fltmgr/ports/connection.ts';
export { GetMessageCall, type ConnectResult, type GetResult, type SendResult } from './fltmgr/ports/programCalls.ts';
export type { ConnectRequest, ProgramMessage, ProgramSide } from './fltmgr/ports/programSide.ts';
export * from './wdk.ts';

/** An Flt routine: exact WDK name and argument order. Who calls is known from the activation that is running. */
export type EngineRoutine = (...args: readonly unknown[]) => unknown;

export interface EngineOptions {
  readonly lowerDevice: LowerDevice;
  /** Names, streams and context support; absent: no file system answers, and names and contexts of files are not to be had. */
  readonly fileSystem?: FileSystemServices;
  /** Virtual time at the start, 100 ns since 1601. Default 0. */
  readonly startTime?: bigint;
  /** Readings by rule, e.g. `{ 'R-5.15': 'oldest-first' }`; see `assumptions`. */
  readonly assumptions?: Readonly<Partial<Record<string, string>>>;
  readonly observer?: EngineObserver | null;
  /** The nearest driver line on the host's stack. Asked only for rare events. */
  readonly callSite?: () => CallSite | null;
  /** Saves asking: looking at the stack takes longer than most calls. Null around everything that the call makes run in turn. */
  readonly callUnderWay?: CallUnderWay;
  /** The line of a driver's routine, from the host's knowledge of its source. Asked only for violations found after a return. */
  readonly routineSite?: (routine: (...args: never[]) => unknown, about: RoutineAspect) => CallSite | null;
  /** Keep `Operation.iopbHistory` and tell `change` events. */
  readonly trackWrites?: boolean;
  /** False makes an allocation of the named routine fail. */
  readonly allocate?: (routine: string) => boolean;
  /** The request the I/O manager sends after a refused fast I/O or FsFilter call; absent: it does not come again. */
  readonly fallback?: (refused: Operation, major: number) => IoRequest | null;
  /** What the engine goes on with where a routine has returned `result`, asked before the observer hears of it; absent: that result. */
  readonly replaceResult?: (activation: Activation, result: unknown) => unknown;
  /**
   * Which creates that end in STATUS_REPARSE the I/O manager sends again (GEN-040): all, those that a filter redirected (a recording has
   * the others already), or none (default: the host is the I/O manager).
   */
  readonly reparse?: 'all' | 'filters' | 'none';
  /** Makes the system buffer of a request that needs one of its own. */
  readonly makeBuffer?: (length: number) => unknown;
  /** The buffer behind what a driver passes as a pointer to a structure. */
  readonly bufferOf?: (value: unknown) => unknown;
  /** FltCancelFileOpen sends IRP_MJ_CLEANUP down. Default true. */
  readonly cancelOpenCleanup?: boolean;
  /** Order of ready threads where SIM-001 says `shuffled`. */
  readonly scheduleSeed?: number;
  /** Decides where Windows could go one way or another; absent: always the first way, and SIM-001 for threads. */
  readonly chooser?: Chooser;
  /** System workers for each queue type. Default 4. */
  readonly workersPerQueue?: number;
  /** Lets other things happen while a thread waits on the stack; false when nothing is left to happen. */
  readonly pump?: () => boolean;
  /** Number of the first operation that has none of its own (generated I/O). Default: counts on from the last one issued. */
  readonly generatedFrom?: number;
  /** What two pointers to the same memory have in common: windows and mappings of one buffer. */
  readonly memoryOf?: (buffer: object) => object;
  /** Makes the MDL of FltLockUserBuffer. */
  readonly makeMdl?: (buffer: unknown) => unknown;
  /** The Filter Manager frees an MDL that a filter has swapped in: it is no leak of the filter's, and must not be used any more. */
  readonly freeMdl?: (mdl: unknown) => void;
}

/** `ignore`: go on, stop again next time; `zap`: report, but do not stop again; `remove`: silence (filter-manager-core.md 8). */
export type ViolationAnswer = 'ignore' | 'zap' | 'remove';

/** What a driver brings for DriverEntry. */
export interface DriverIdentity {
  readonly name: string;
}

export interface Engine {
  /** Exact WDK names. A routine that is not here is not provided. */
  readonly routines: Readonly<Record<string, EngineRoutine>>;
  readonly assumptions: AssumptionSettings;
  readonly filters: readonly Filter[];
  readonly volumes: readonly Volume[];
  /** The driver routine that is running, innermost first; null between events. */
  readonly activation: Activation | null;
  /** Set once the simulated system has bug-checked. */
  readonly bugCheck: BugCheck | null;
  /** Set once a thread on the stack waits for what can never happen: the run is over (OV-002). */
  readonly deadlock: Deadlock | null;
  /** Virtual time, 100 ns since 1601. */
  readonly time: bigint;
  /** Virtual time of what is due next; null when nothing is. */
  readonly nextTime: bigint | null;
  /** Threads that wait, and for what. */
  readonly waiting: readonly WaitGraphLine[];
  /** Waiting work items and safe routines, oldest first. */
  readonly workItems: readonly WorkItem[];

  /** What the registry says of a driver. Without it a driver registers all the same, and the host attaches its instances. */
  addService(service: ServiceDescription): void;
  /** A volume that is mounted, or is known and will be. Filters that run already are not asked: see `attachRunningFilters`. */
  addVolume(description: VolumeDescription): Volume;
  /** A file system mounts a volume: filters are asked when its first create comes (VOL-012). A gone one comes back as a new object. */
  mountVolume(volume: Volume | VolumeDescription): Volume;
  /** Instances are torn down, volume contexts go, the volume is gone (VOL-050). */
  dismountVolume(volume: Volume, thread?: EngineThread): HostCall<number>;
  /** Attaches the filters that run, by their instance definitions, as if the volume had been there when they started. */
  attachRunningFilters(volume: Volume): void;
  /**
   * Runs DriverEntry at PASSIVE_LEVEL in a system thread, so that FltRegisterFilter knows the driver. Returns its status;
   * STATUS_PENDING when it is a generator function that has to wait. `routine`: the driver's own, where `entry` only calls it.
   */
  runDriverEntry(driver: DriverIdentity, entry: () => unknown, irql?: Irql, routine?: Activation['routine']): number;
  /** FilterLoad: runs the entry of the service. */
  loadFilter(name: string, thread?: EngineThread): HostCall<number>;
  /** FilterUnload; `mandatory`: a service stop. */
  unloadFilter(name: string, options?: { readonly mandatory?: boolean; readonly thread?: EngineThread }): HostCall<number>;
  filterByName(name: string): Filter | undefined;
  /** The routines of a filter that are held for later calls, and what for. */
  routinesOf(name: string): readonly KnownRoutine[];
  /** Puts others in their place. Between events; what is on its way keeps what it started with. */
  replaceRoutines(name: string, replace: (routine: HeldRoutine) => HeldRoutine): void;
  filterState(name: string): FilterState;
  /** Attaches an instance, asking InstanceSetupCallback. Returns the status; the instance when it attached. */
  attach(filter: Filter, volume: Volume, altitude: string, instanceName: string, setupFlags?: number): { readonly status: number; readonly instance: Instance | null };
  /** FilterAttach: by the name of an instance definition, null for the default one. */
  attachVolume(filter: Filter, volume: Volume, name: string | null): HostCall<{ readonly status: number; readonly instance: Instance | null }>;
  /** FilterAttachAtAltitude. */
  attachVolumeAtAltitude(filter: Filter, volume: Volume, altitude: string, name: string | null): HostCall<{ readonly status: number; readonly instance: Instance | null }>;
  /** Manual detach of one instance: asks InstanceQueryTeardownCallback first; an absent one refuses. */
  detach(instance: Instance, thread: EngineThread): HostCall<number>;
  /** FilterDetach: by instance name, null for the highest instance of the filter on the volume. */
  detachVolume(filter: Filter, volume: Volume, name: string | null, thread?: EngineThread): HostCall<number>;
  /** References on a filter, an instance or a volume, by its handle; null for anything else. */
  referenceCount(object: unknown): number | null;
  /** The object behind a handle is freed. */
  isGone(object: unknown): boolean;
  /** Teardown without asking, e.g. for a dismount. `reason`: FLTFL_INSTANCE_TEARDOWN_*. */
  teardown(instance: Instance, thread: EngineThread, reason: number): void;
  /** Teardown that another thread starts while a callback is running; its teardown-start callback is not run. */
  startTeardownRace(instance: Instance): void;

  issue(request: IoRequest): Operation;
  /** The file system completes an IRP it has pended. */
  completeLower(operation: Operation, thread: EngineThread, irql: Irql, status: number, information: number): void;
  /** The thread that the lower device has kept inside (`wait`) comes out: completed in its own context, with that status. */
  returnLower(operation: Operation, status: number, information: number): void;
  /** Lets the host do something when the virtual clock reaches that time, in order with timers and time-outs, also while a thread waits on the stack. */
  at(time: bigint, action: () => void): void;
  cancel(operation: Operation, thread: EngineThread, irql: Irql): void;
  /** Runs until no simulated thread can go on and no worker is free for what is queued. Reports threads that never can (OV-002). */
  settle(): void;
  /** Work items that the chooser has put off may begin at the next opportunity. */
  endDelays(): void;
  /** Moves the clock: timers, time-outs and DPCs happen in order, and everybody who can run does. Never backwards. */
  advanceTo(time: bigint): void;
  /** Runs the oldest work item, in `thread` (a free system worker when absent). False when none waits, or no worker is free. */
  runNextWorkItem(thread?: EngineThread): boolean;
  runWorkItem(item: WorkItem, thread: EngineThread, irql?: Irql): void;
  /** Runs a routine of a filter on its own account: a timer, a thread, a racing callback. False when it is a generator that has to wait. */
  runRoutine(filter: Filter, name: string, thread: EngineThread, irql: Irql, operation: Operation | null, routine: () => unknown): boolean;
  /** What a filter has allocated and not freed: counts, references with the place where each was taken, history. */
  contextsOf(filter: Filter): readonly ContextView[];
  /** A program begins a transaction. */
  beginTransaction(): PKTRANSACTION;
  /** A file object is opened in a transaction: FltObjects.Transaction of its operations. Call it before the create is issued. */
  openInTransaction(fileObject: FILE_OBJECT, transaction: PKTRANSACTION): void;
  /** Commit and rollback tell the filters that enlisted. STATUS_PENDING while one of them still owes an answer. */
  commitTransaction(transaction: PKTRANSACTION): number;
  rollBackTransaction(transaction: PKTRANSACTION): number;
  /** PsCreateSystemThread without its handle: the thread begins when it is its turn. Called from a driver's routine. */
  createSystemThread(routine: (context: unknown) => unknown, context: unknown): EngineThread;
  /** The event of that name, made signalled when there is none yet. `type`: NotificationEvent 0, SynchronizationEvent 1. */
  namedEvent(name: string, type: number): object;
  /** Operations that have been issued and are not completed, in order of their start. */
  pendingOperations(): readonly Operation[];
  /** Threads, locks, timers, ports and files of drivers as they are, for a debugger. Looking changes nothing that a run could tell. */
  inspect(): EngineInspection;
  /** End of the run: reports what was never handed back (FV-018, FV-042). */
  finish(): void;
  /** The scenario is over: what filters that are still registered hold (CTX-050). */
  reportLeaks(): void;

  /** The programs at the other end of communication ports. */
  readonly ports: ProgramSide;
  /** ZwClose of a file handle that a driver opened: its status; null when it is none. */
  closeHandle(handle: unknown): number | null;
  /** The file object behind an open file handle of a driver's; null when it is none. */
  fileObjectOfHandle(handle: unknown): FILE_OBJECT | null;
  /** IoSetTopLevelIrp and IoGetTopLevelIrp; NULL is null. */
  setTopLevelIrp(thread: EngineThread, value: unknown): void;
  topLevelIrp(thread: EngineThread): unknown;

  /** What the user says to a violation; counts from now on for the same violation of the same filter. Bug checks cannot be answered. */
  answerViolation(violation: Pick<Violation, 'id' | 'filter'>, answer: ViolationAnswer): void;
  /** Driver code touches memory, up to `end` bytes of the buffer; for hints. `kind`: user, system, pool. */
  bufferTouched(buffer: object, access: 'read' | 'written', end: number, kind: string): void;
  /** The routine whose own code runs now; null while the engine, the file system or nobody does. */
  readonly running: Activation | null;
  /** Does something in the middle of driver code that is no doing of the driver's: a debugger stops and looks around. */
  aside(action: () => void): void;
  /** As `aside`, for a look that others make meanwhile: until the answer is called. */
  stepAside(): () => void;
  /** A hint that somebody outside the engine has found, about the routine that is running or another one; at the line of the driver that is running, or another one. */
  hint(id: string, words?: Readonly<Record<string, string>>, about?: Activation | null, site?: CallSite | null): void;
  /** A driver is about to free a buffer or MDL. False, and FV-029, when FltMgr or the caller owns it. */
  mayFree(object: unknown): boolean;
  /** The checks of a routine the engine does not provide otherwise: FV-090, FV-092, FV-093, FV-116. Undefined when it may go on. */
  checkCall(name: string, data: FLT_CALLBACK_DATA | null): unknown;
  /** for a routine that is none of the engine's own. False, and FV-090, when the caller's IRQL is above `max`. */
  checkIrql(name: string, max: Irql): boolean;
  createThread: typeof import('./kernel/thread.ts').createThread;
}

export type { LowerAnswer as DeviceAnswer };

/** A fresh system: no volumes, no filters. */
export function createEngine(options: EngineOptions): Engine {
  return new FilterManager(options);
}

/**
 * The Filter Manager as its host sees it: every external event comes in here.
 *
 * An event runs to its end; then teardowns that became free complete and the I/O manager sends what it sends again
 * each as an event of its own.
 */
import type { DriverIdentity, Engine, EngineOptions, EngineRoutine, ViolationAnswer } from '../index.ts';
import type { AssumptionSettings } from '../assumptions/index.ts';
import { fileObjectFriend, type FILE_OBJECT } from '../iomgr/fileObject.ts';
import type { IoRequest } from '../iomgr/request.ts';
import type { BugCheck, Deadlock, WaitGraphLine } from '../kernel/bugCheck.ts';
import { KernelEvent } from '../kernel/dispatcher.ts';
import { PASSIVE_LEVEL, type Irql } from '../kernel/irql.ts';
import { createThread, type EngineThread } from '../kernel/thread.ts';
import type { Blocking } from '../kernel/wait.ts';
import { STATUS_PENDING } from '../../nt/values.generated.ts';
import type { Activation, CallSite, Violation } from '../observer.ts';
import type { FLT_CALLBACK_DATA } from './callbackData.ts';
import type { ActivationRecord } from './activation.ts';
import { attachByHost, attachRunningFilters, attachVolume, attachVolumeAtAltitude, type Attachment } from './attach.ts';
import { checkContextExists, checkFileOpen, checkIrql, REFUSED } from './callChecks.ts';
import type { ContextView } from './contexts/contexts.ts';
import type { PKTRANSACTION } from './contexts/transactionObject.ts';
import { commitTransaction, rollBackTransaction } from './contexts/transactions.ts';
import { Core } from './core.ts';
import { completeFromDevice, returnFromDevice } from './dispatch.ts';
import { type Filter, type Volume, type FilterState, type Instance, type VolumeDescription } from './instance.ts';
import { HostCall } from './hostCall.ts';
import { inspect, type EngineInspection } from './inspection.ts';
import { issueRequest } from './issue.ts';
import { reportLeaks } from './leaks.ts';
import { lifecycleOf, type Lifecycle } from './lifecycle.ts';
import { addVolume, dismountVolume, mountVolume } from './mounting.ts';
import { operationOf, type Operation } from './operation.ts';
import { closeHandle } from './ownIo/close.ts';
import { openFilesOf } from './ownIo/openFiles.ts';
import { setTopLevelIrp, topLevelIrpOf } from './ownIo/topLevelIrp.ts';
import { visitRoutines, type HeldRoutine, type KnownRoutine } from './replaceRoutines.ts';
import { portsOf } from './ports/portTable.ts';
import { ProgramSide } from './ports/programSide.ts';
import { objectOf } from './references.ts';
import { runNested } from './runNested.ts';
import { cancelOperation, runWorkItem } from './pending.ts';
import { mayFree } from './lockUserBuffer.ts';
import { makeRoutines } from './routines/index.ts';
import { callerOf } from './routines/ownIo.ts';
import { createSystemThread } from './routines/timers.ts';
import { serviceFrom, type ServiceDescription } from './services.ts';
import { completeTeardowns, detachInstance, detachVolume, startTeardown, startTeardownRace } from './teardown.ts';
import { filterNamed, loadFilter, runEntry, unloadFilter } from './unload.ts';
import type { WorkItem } from './workItems.ts';

export class FilterManager implements Engine {
  readonly routines: Readonly<Record<string, EngineRoutine>>;
  readonly createThread = createThread;
  readonly #core: Core;
  readonly #lifecycle: Lifecycle;

  /** The programs at the other end of communication ports. */
  readonly ports: ProgramSide;

  constructor(options: EngineOptions) {
    this.#core = new Core(options);
    this.ports = new ProgramSide(this.#core, (body) => this.#event(body));
    this.#lifecycle = lifecycleOf(this.#core);
    this.#core.issue = (request, followUp) => this.#issue(request, followUp);
    this.#core.threads.event = (body) => this.#threadEvent(body);
    this.#core.threads.runWork = (item, thread) => runWorkItem(this.#core, item, thread);
    this.routines = makeRoutines(this.#core);
  }

  get assumptions(): AssumptionSettings {
    return this.#core.settings;
  }

  get filters(): readonly Filter[] {
    return this.#core.filters;
  }

  get volumes(): readonly Volume[] {
    return this.#core.volumes;
  }

  get activation(): Activation | null {
    return this.#core.activation;
  }

  get bugCheck(): BugCheck | null {
    return this.#core.bugCheck;
  }

  get deadlock(): Deadlock | null {
    return this.#core.deadlock;
  }

  get time(): bigint {
    return this.#core.threads.scheduler.time;
  }

  get nextTime(): bigint | null {
    return this.#core.threads.scheduler.nextDue();
  }

  get waiting(): readonly WaitGraphLine[] {
    return this.#core.threads.graph();
  }

  /** A host call outside an event: its exceptions end the run like an event's. */
  #outside(body: () => void): void {
    if (this.#core.ended !== null) throw this.#core.ended;
    try {
      body();
    } catch (error) {
      this.#core.unwind();
      throw error;
    }
  }

  endDelays(): void {
    this.#core.threads.endDelays();
  }

  settle(): void {
    const core = this.#core;
    if (core.ended === null && core.workItems.length === 0 && !core.threads.scheduler.hasTasks) return;
    this.#outside(() => {
      this.#core.threads.scheduler.settle();
      this.#core.threads.reportDead();
    });
  }

  advanceTo(time: bigint): void {
    this.#outside(() => this.#core.threads.scheduler.advanceTo(time));
  }

  get workItems(): readonly WorkItem[] {
    return this.#core.workItems;
  }

  /** Runs one event, and what follows from it. */
  #event<T>(body: () => T): T {
    const core = this.#core;
    core.beginEvent();
    let result: T;
    try {
      result = body();
    } catch (error) {
      core.unwind();
      throw error;
    }
    if (core.ended !== null) throw core.ended;
    if (core.endEvent()) this.#settle();
    return result;
  }

  /** A part of a simulated thread, which is an event even where it runs while another one waits. */
  #threadEvent(body: () => void): void {
    const core = this.#core;
    core.beginEvent();
    body();
    if (core.ended !== null) throw core.ended;
    core.endEvent();
    this.#settle();
  }

  #settle(): void {
    const core = this.#core;
    completeTeardowns(core);
    for (let next = core.afterEvent.shift(); next !== undefined; next = core.afterEvent.shift()) next();
  }

  // -- services, filters, volumes, instances

  /** A sequence of the Filter Manager's own in a thread; it may have to wait. */
  #sequence<T>(thread: EngineThread | undefined, body: (thread: EngineThread) => Blocking<T>): HostCall<T> {
    const call = new HostCall<T>();
    const runs = thread ?? this.#core.systemThread;
    this.#event(() => this.#core.threads.runSystem(runs, body(runs), (result) => call.end(result as T)));
    return call;
  }

  addService(service: ServiceDescription): void {
    this.#lifecycle.addService(serviceFrom(service));
  }

  addVolume(description: VolumeDescription): Volume {
    return addVolume(this.#core, description);
  }

  mountVolume(volume: Volume | VolumeDescription): Volume {
    return this.#event(() => mountVolume(this.#core, volume).volume);
  }

  dismountVolume(volume: Volume, thread?: EngineThread): HostCall<number> {
    return this.#sequence(thread, (runs) => dismountVolume(this.#core, volume, runs));
  }

  attachRunningFilters(volume: Volume): void {
    this.#event(() => attachRunningFilters(this.#core, volume));
  }

  runDriverEntry(driver: DriverIdentity, entry: () => unknown, irql: Irql = PASSIVE_LEVEL, routine: Activation['routine'] = entry): number {
    const call = this.#sequence(undefined, (thread) => runEntry(this.#core, driver.name, entry, thread, irql, routine));
    return call.result ?? STATUS_PENDING;
  }

  loadFilter(name: string, thread?: EngineThread): HostCall<number> {
    return this.#sequence(thread, (runs) => loadFilter(this.#core, name, runs));
  }

  unloadFilter(name: string, options: { readonly mandatory?: boolean; readonly thread?: EngineThread } = {}): HostCall<number> {
    return this.#sequence(options.thread, (runs) => unloadFilter(this.#core, name, options.mandatory === true, runs));
  }

  filterState(name: string): FilterState {
    return filterNamed(this.#core, name)?.state ?? (this.#lifecycle.loading.has(name.toLowerCase()) ? 'loading' : 'absent');
  }

  routinesOf(name: string): readonly KnownRoutine[] {
    const known: KnownRoutine[] = [];
    this.#visitRoutines(name, (routine, what) => {
      known.push({ routine, what });
      return routine;
    });
    return known;
  }

  replaceRoutines(name: string, replace: (routine: HeldRoutine) => HeldRoutine): void {
    this.#visitRoutines(name, replace);
  }

  #visitRoutines(name: string, visit: (routine: HeldRoutine, what: string) => HeldRoutine): void {
    const filter = filterNamed(this.#core, name);
    if (filter !== undefined) visitRoutines(this.#core, portsOf(this.#core), filter, visit);
  }

  filterByName(name: string): Filter | undefined {
    return this.#core.filters.find((filter) => filter.name === name);
  }

  attach(filter: Filter, volume: Volume, altitude: string, instanceName: string, setupFlags?: number): Attachment {
    return this.#event(() => attachByHost(this.#core, filter, volume, altitude, instanceName, setupFlags));
  }

  attachVolume(filter: Filter, volume: Volume, name: string | null): HostCall<Attachment> {
    return this.#sequence(undefined, () => attachVolume(this.#core, filter, volume, name));
  }

  attachVolumeAtAltitude(filter: Filter, volume: Volume, altitude: string, name: string | null): HostCall<Attachment> {
    return this.#sequence(undefined, () => attachVolumeAtAltitude(this.#core, filter, volume, altitude, name));
  }

  detach(instance: Instance, thread: EngineThread): HostCall<number> {
    return this.#sequence(thread, (runs) => detachInstance(this.#core, instance, runs));
  }

  detachVolume(filter: Filter, volume: Volume, name: string | null, thread?: EngineThread): HostCall<number> {
    return this.#sequence(thread, (runs) => detachVolume(this.#core, filter, volume, name, runs));
  }

  referenceCount(object: unknown): number | null {
    return objectOf(object)?.references ?? null;
  }

  isGone(object: unknown): boolean {
    return objectOf(object)?.gone === true;
  }

  teardown(instance: Instance, thread: EngineThread, reason: number): void {
    this.#event(() => startTeardown(this.#core, instance, thread, reason));
  }

  startTeardownRace(instance: Instance): void {
    startTeardownRace(this.#core, instance);
  }

  issue(request: IoRequest): Operation {
    return this.#issue(request, null);
  }

  #issue(request: IoRequest, followUp: Operation['followUp']): Operation {
    const core = this.#core;
    core.beginEvent();
    let operation: Operation;
    try {
      operation = issueRequest(core, request, followUp);
    } catch (error) {
      core.unwind();
      throw error;
    }
    if (core.ended !== null) throw core.ended;
    if (core.endEvent() && (core.teardowns.length > 0 || core.afterEvent.length > 0 || this.#lifecycle.waiting)) this.#settle();
    return operation;
  }

  completeLower(operation: Operation, thread: EngineThread, irql: Irql, status: number, information: number): void {
    if (!operation.atDevice) throw new RangeError(`Operation ${operation.index} is not at the lower device, so that cannot complete it.`);
    this.#event(() => completeFromDevice(this.#core, operation, thread, irql, status, information, {}));
  }

  returnLower(operation: Operation, status: number, information: number): void {
    if (!operation.inDevice) throw new RangeError(`No thread is inside the lower device for operation ${operation.index}.`);
    this.#event(() => returnFromDevice(this.#core, operation, status, information));
  }

  at(time: bigint, action: () => void): void {
    this.#core.threads.scheduler.at(time, action);
  }

  cancel(operation: Operation, thread: EngineThread, irql: Irql): void {
    this.#event(() => cancelOperation(this.#core, operation, thread, irql));
  }

  runNextWorkItem(thread?: EngineThread): boolean {
    const [item] = this.#core.workItems;
    if (item === undefined) return false;
    const { workers } = this.#core.threads;
    const worker = thread ?? workers.free(item.queueType);
    if (worker === null) return false;
    this.runWorkItem(item, worker);
    return true;
  }

  runWorkItem(item: WorkItem, thread: EngineThread, irql: Irql = PASSIVE_LEVEL): void {
    if (!this.#core.takeWorkItem(item)) throw new RangeError('The work item is not in its queue any more.');
    this.#event(() => runWorkItem(this.#core, item, thread, irql));
  }

  runRoutine(filter: Filter, name: string, thread: EngineThread, irql: Irql, operation: Operation | null, routine: () => unknown): boolean {
    const core = this.#core;
    return this.#event(() => {
      const held = operation?.hold?.instance;
      const instance = held?.filter === filter ? held : (filter.instances[0] ?? null);
      const record = core.enter('routine', name, operation, filter, instance, thread, irql);
      record.data = operation?.data ?? null;
      record.routine = routine;
      return core.threads.runThen(record, routine, () => undefined);
    });
  }

  contextsOf(filter: Filter): readonly ContextView[] {
    return this.#core.contexts.of(filter);
  }

  beginTransaction(): PKTRANSACTION {
    return this.#core.contexts.newTransaction().handle;
  }

  openInTransaction(fileObject: FILE_OBJECT, transaction: PKTRANSACTION): void {
    fileObjectFriend.setTransaction(fileObject, transaction);
  }

  commitTransaction(transaction: PKTRANSACTION): number {
    return this.#event(() => commitTransaction(this.#core, transaction));
  }

  rollBackTransaction(transaction: PKTRANSACTION): number {
    return this.#event(() => rollBackTransaction(this.#core, transaction));
  }

  createSystemThread(routine: (context: unknown) => unknown, context: unknown): EngineThread {
    return createSystemThread(this.#core, routine, context);
  }

  namedEvent(name: string, type: number): object {
    const { kernel } = this.#core.threads;
    return kernel.named(name, () => {
      const event = Object.freeze({ id: name });
      kernel.initialize('IoCreateNotificationEvent', 'EventName', event, 'KEVENT', (label) => new KernelEvent(label, type === 1, true));
      return event;
    });
  }

  inspect(): EngineInspection {
    return inspect(this.#core);
  }

  pendingOperations(): readonly Operation[] {
    return this.#core.active();
  }

  finish(): void {
    const core = this.#core;
    if (core.ended !== null) return;
    // A worker that sleeps may still hand back what it holds.
    core.threads.waitOut();
    for (const operation of core.active()) {
      const { hold } = operation;
      if (hold?.pended !== true) continue;
      core.violate(hold.phase === 'pre' ? 'FV-018' : 'FV-042', { filter: hold.instance.filter, instance: hold.instance, operation }, {}, null);
    }
    core.threads.reportUnfinished();
  }

  reportLeaks(): void {
    const core = this.#core;
    if (core.ended !== null) return;
    for (const filter of core.filters) reportLeaks(core, filter, true);
  }

  // -- file objects and handles

  #running(): ActivationRecord | null {
    return this.#core.activation;
  }

  closeHandle(handle: unknown): number | null {
    const running = this.#running();
    if (running === null) return null;
    return runNested(this.#core, closeHandle(this.#core, handle, callerOf(running)));
  }

  fileObjectOfHandle(handle: unknown): FILE_OBJECT | null {
    return openFilesOf(this.#core).byHandle(handle)?.fileObject ?? null;
  }

  setTopLevelIrp(thread: EngineThread, value: unknown): void {
    setTopLevelIrp(this.#core, thread, value);
  }

  topLevelIrp(thread: EngineThread): unknown {
    return topLevelIrpOf(this.#core, thread);
  }

  answerViolation(violation: Pick<Violation, 'id' | 'filter'>, answer: ViolationAnswer): void {
    const key = `${violation.filter?.name ?? 'null'} ${violation.id}`;
    if (answer === 'ignore') this.#core.violationAnswers.delete(key);
    else this.#core.violationAnswers.set(key, answer);
  }

  bufferTouched(buffer: object, access: 'read' | 'written', end: number, kind: string): void {
    this.#core.hints?.touched(buffer, access, end, kind);
  }

  get running(): Activation | null {
    return this.#core.driverRuns ? this.#core.activation : null;
  }

  aside(action: () => void): void {
    const back = this.stepAside();
    try {
      action();
    } finally {
      back();
    }
  }

  stepAside(): () => void {
    return this.#core.stepAside();
  }

  hint(id: string, words: Readonly<Record<string, string>> = {}, about: Activation | null = this.#core.activation, site?: CallSite | null): void {
    if (about !== null) this.#core.hint(id, { filter: about.filter, instance: about.instance, operation: about.operation }, words, site);
  }

  mayFree(object: unknown): boolean {
    if (typeof object === 'object' && object !== null) this.#core.hints?.freed(object);
    return mayFree(this.#core, object);
  }

  checkIrql(name: string, max: Irql): boolean {
    return checkIrql(this.#core, name, this.#core.activation?.operation ?? null, max);
  }

  checkCall(name: string, data: FLT_CALLBACK_DATA | null): unknown {
    const core = this.#core;
    const operation = data === null ? null : operationOf(data);
    if (!checkIrql(core, name, operation)) return REFUSED;
    const status = checkContextExists(core, name, operation);
    if (status !== undefined) return status;
    return checkFileOpen(core, name, operation) ? undefined : REFUSED;
  }
}

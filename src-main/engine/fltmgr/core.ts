/**
 * What every part of the Filter Manager needs: the activation stack, the lists, events and violations.
 *
 * Nothing in here knows an I/O rule; those are in the files named after them.
 */
import { assertExists } from '../../base/assert.ts';
import { irpMjName } from '../../nt/names.ts';
import { type AssumptionSettings, settleAssumptions } from '../assumptions/index.ts';
import { APC_LEVEL, PASSIVE_LEVEL, type Irql } from '../kernel/irql.ts';
import { BugCheck, bugCheckCode, Deadlock, DriverException } from '../kernel/bugCheck.ts';
import type { FileSystemListener } from '../iomgr/fileSystemServices.ts';
import type { IoRequest } from '../iomgr/request.ts';
import { createThread, type EngineThread } from '../kernel/thread.ts';
import { isGenerator, type Blocking } from '../kernel/wait.ts';
import type { ActivationKind, ApiCall, CallSite, CallUnderWay, EngineEvent, EngineObserver, Violation } from '../observer.ts';
import type { EngineOptions } from '../index.ts';
import { hintKinds } from '../hints.ts';
import { HintChecks } from './hintChecks.ts';
import { fillTemplate, violationKinds } from '../violations/index.ts';
import { ActivationRecord } from './activation.ts';
import type { CancelSafeQueue } from './cancelSafeQueue.ts';
import { Contexts } from './contexts/contexts.ts';
import { makeHandle } from './handles.ts';
import { Filter, type Instance, type Volume } from './instance.ts';
import { Ledger } from './ledger.ts';
import { Names } from './names/names.ts';
import type { Operation, PendedSince } from './operation.ts';
import { EngineIopbWatcher } from './iopbWatcher.ts';
import { readingsOf, type Readings } from './readings.ts';
import { fallbackSite } from './violationSites.ts';
import { ThreadExit } from './kernelObjects.ts';
import { Threads } from './threads.ts';
import type { WorkItem } from './workItems.ts';

/** A teardown under way, in the order in which teardowns started. */
export interface Teardown {
  readonly instance: Instance;
  readonly thread: EngineThread;
  readonly reason: number;
}

/** A call of an Flt routine that is being made. */
export class CallRecord implements ApiCall {
  readonly name: string;
  readonly args: readonly unknown[];
  result: unknown = undefined;
  readonly filter: Filter | null;
  operation: Operation | null;
  readonly site: CallSite | null;
  logged = false;
  returned = false;

  constructor(name: string, args: readonly unknown[], filter: Filter | null, operation: Operation | null, site: CallSite | null) {
    this.name = name;
    this.args = args;
    this.filter = filter;
    this.operation = operation;
    this.site = site;
  }
}

export class Core {
  readonly options: EngineOptions;
  readonly observer: EngineObserver | null;
  readonly #replaceResult: ((activation: ActivationRecord, result: unknown) => unknown) | null;
  readonly settings: AssumptionSettings;
  readonly readings: Readings;
  readonly trackWrites: boolean;
  readonly volumes: Volume[] = [];
  readonly filters: Filter[] = [];
  readonly workItems: WorkItem[] = [];
  readonly teardowns: Teardown[] = [];
  /** Work items that drivers have allocated and not freed. */
  readonly allocatedItems = new Map<{ readonly id: string }, { readonly filter: Filter }>();
  readonly queues = new WeakMap<object, CancelSafeQueue>();
  readonly ledger = new Ledger();
  readonly contexts: Contexts;
  readonly names: Names;
  /** Operations under way, from the youngest on: a linked list through the operations. */
  lastActive: Operation | null = null;
  readonly systemThread: EngineThread;
  /** Name of the driver whose DriverEntry is running. */
  registeringDriver: string | null = null;
  bugCheck: BugCheck | null = null;
  /** A wait on the stack that nothing can end: the run is over (OV-002). */
  deadlock: Deadlock | null = null;
  readonly threads: Threads;
  /** Routines that were set aside, as they were. */
  readonly parked = new Set<ActivationRecord>();
  /** Issues a request of the I/O manager; installed by the Filter Manager. */
  issue: ((request: IoRequest, followUp: Operation['followUp']) => Operation) | null = null;
  /** Follow-up work of completed operations, run at the end of the event. */
  readonly afterEvent: (() => void)[] = [];
  readonly iopbWatcher: EngineIopbWatcher;
  /** Code of a driver is running, not the engine on its behalf. */
  driverRuns = false;
  /** What the user said to a violation of a filter, by the filter's name and the violation's id. */
  readonly violationAnswers = new Map<string, 'zap' | 'remove'>();
  /** Null when nobody watches. */
  readonly hints: HintChecks | null;
  readonly #toldHints = new Set<string>();
  readonly #activations: ActivationRecord[] = [];
  readonly #call: CallUnderWay;
  #depth = 0;
  #eventDepth = 0;
  #nextIndex: number;
  #generatedIndex: number | null;
  #handles = 0;

  constructor(options: EngineOptions) {
    this.options = options;
    this.#call = options.callUnderWay ?? { site: null };
    this.observer = options.observer ?? null;
    this.#replaceResult = options.replaceResult ?? null;
    this.trackWrites = options.trackWrites ?? false;
    const { settings, problems } = settleAssumptions(options.assumptions);
    if (problems[0] !== undefined) throw new RangeError(problems[0]);
    this.settings = settings;
    this.readings = readingsOf(settings);
    this.iopbWatcher = new EngineIopbWatcher(this);
    this.hints = this.observer === null ? null : new HintChecks(this);
    this.contexts = new Contexts(this);
    this.names = new Names(this);
    const { fileSystem } = options;
    if (fileSystem !== undefined) fileSystem.listener = this.#fileSystemListener();
    this.#nextIndex = 1;
    this.#generatedIndex = options.generatedFrom ?? null;
    this.systemThread = createThread({ tid: 8, pid: 4, process: 'System', kind: 'system', name: 'System' });
    this.threads = new Threads(this);
  }

  #fileSystemListener(): FileSystemListener {
    return {
      streamFreed: (stream) => {
        this.names.cache.streamFreed(stream);
        this.contexts.streamFreed(stream);
      },
      fileFreed: (file) => this.contexts.fileFreed(file),
      nameChanged: (volume, path) => {
        this.names.nameChanged(volume, path);
        this.contexts.nameGone(volume, path);
      },
    };
  }

  // -- activations

  get activation(): ActivationRecord | null {
    return this.#depth === 0 ? null : assertExists(this.#activations[this.#depth - 1]);
  }

  /** The outermost routine of a driver that is running, or the last one that has: `scanner's post`. */
  get lastRoutine(): string | null {
    const [record] = this.#activations;
    return record === undefined ? null : `${record.filter.name}'s ${record.name === '' ? record.kind : record.name}`;
  }

  /** Callers fill in what their kind has. */
  enter(kind: ActivationKind, name: string, operation: Operation | null, filter: Filter, instance: Instance | null, thread: EngineThread, irql: Irql): ActivationRecord {
    const record = this.#push(filter, thread);
    record.begin(kind, name, operation, filter, instance, thread, irql);
    return record;
  }

  /** Callers describe it only when somebody watches. */
  enterCallback(kind: 'pre' | 'post', operation: Operation, instance: Instance, thread: EngineThread, irql: Irql): ActivationRecord {
    const record = this.#push(instance.filter, thread);
    record.beginCallback(kind, operation, instance, thread, irql);
    return record;
  }

  #push(filter: Filter, thread: EngineThread): ActivationRecord {
    const depth = this.#depth++;
    const record = this.#activations[depth] ?? this.#newRecord(depth, filter, thread);
    if (depth > 0) closeInterrupted(record.parent);
    this.driverRuns = true;
    this.#beginOutside(record);
    return record;
  }

  #newRecord(depth: number, filter: Filter, thread: EngineThread): ActivationRecord {
    const record = new ActivationRecord(depth, depth === 0 ? null : assertExists(this.#activations[depth - 1]), filter, thread);
    this.#activations[depth] = record;
    return record;
  }

  /** What a routine does is none of the call that made it run. */
  #beginOutside(record: ActivationRecord): void {
    const { site } = this.#call;
    if (record.callAround !== site) record.callAround = site;
    if (site !== null) this.#call.site = null;
  }

  /** Returns what the routine has returned, or what the host has put in its place. */
  leave(record: ActivationRecord, result: unknown): unknown {
    if (record.enteredIrql !== null) this.threads.kernel.checkReturn(record);
    this.#depth = record.depth;
    this.driverRuns = false;
    if (this.#call.site !== record.callAround) this.#call.site = record.callAround;
    const given = this.#replaceResult === null ? result : this.#replaceResult(record, result);
    this.observer?.callbackReturned(record, given);
    return given;
  }

  /** What left a routine instead of a result. Simulated ends pass through; anything else is the driver's exception. */
  failed(record: ActivationRecord, error: unknown): never {
    if (error instanceof BugCheck || error instanceof Deadlock || error instanceof DriverException) throw error;
    this.observer?.routineFailed?.(record, error);
    throw new DriverException(record.filter.name, record.name === '' ? record.kind : record.name, record.operation?.index ?? null, error);
  }

  /** Calls a routine. What it returned is its result, or the generator it turned out to be. */
  callRoutine(record: ActivationRecord, routine: () => unknown): unknown {
    this.observer?.callbackEntered(record);
    try {
      return routine();
    } catch (error) {
      if (error instanceof ThreadExit && record.kind === 'thread') return error;
      return this.failed(record, error);
    }
  }

  /** Runs a routine to its end, whether it is a generator or not: other threads run while it waits. */
  run(record: ActivationRecord, routine: () => unknown): unknown {
    const result = this.callRoutine(record, routine);
    if (isGenerator(result)) return this.threads.drain(record, result);
    return this.leave(record, result);
  }

  /** Before a routine does anything: the run goes on, and the last blocking routine was called as it has to be. */
  checkCaller(): void {
    const { ended } = this;
    if (ended !== null) throw ended;
    this.threads.checkStarted();
  }

  /** Takes the innermost routine off the stack: it waits. The record stays its own. */
  park(record: ActivationRecord): void {
    this.#depth = record.depth;
    this.#activations.length = record.depth;
    this.#call.site = record.callAround;
    this.parked.add(record);
  }

  /** A routine that was set aside goes on, on top of whatever is running. */
  unpark(record: ActivationRecord): void {
    this.parked.delete(record);
    const depth = this.#depth++;
    record.depth = depth;
    record.parent = depth === 0 ? null : assertExists(this.#activations[depth - 1]);
    this.#activations.length = depth;
    this.#activations.push(record);
    this.#beginOutside(record);
  }

  /** Forgets the stack after an exception, so that the host can still look at the lists. */
  unwind(): void {
    this.#depth = 0;
    this.#eventDepth = 0;
    this.#activations.length = 0;
    this.driverRuns = false;
    this.#call.site = null;
  }

  /** What runs until the returned action is called is nobody's doing. */
  stepAside(): () => void {
    const { driverRuns } = this;
    const { site } = this.#call;
    this.driverRuns = false;
    this.#call.site = null;
    return () => {
      this.driverRuns = driverRuns;
      this.#call.site = site;
    };
  }

  // -- assumptions and waits

  /** Whether an assumption was settled with this word. */
  is(id: string, word: string): boolean {
    return this.settings[id] === word;
  }

  /** Runs a routine that may block: nested, or through yield* where the driver routine that calls is a generator. */
  block(name: string, routine: Blocking<unknown>): unknown {
    return this.threads.block(name, routine);
  }

  // -- operations

  nextIndex(generated: boolean): number {
    if (generated && this.#generatedIndex !== null) return this.#generatedIndex++;
    return this.#nextIndex++;
  }

  usedIndex(index: number): void {
    if (index >= this.#nextIndex) this.#nextIndex = index + 1;
  }

  link(operation: Operation): void {
    operation.previousActive = this.lastActive;
    if (this.lastActive !== null) this.lastActive.nextActive = operation;
    this.lastActive = operation;
  }

  unlink(operation: Operation): void {
    const { previousActive, nextActive } = operation;
    if (previousActive !== null) previousActive.nextActive = nextActive;
    if (nextActive === null) this.lastActive = previousActive;
    else nextActive.previousActive = previousActive;
    operation.previousActive = null;
    operation.nextActive = null;
  }

  active(): Operation[] {
    const list: Operation[] = [];
    for (let operation = this.lastActive; operation !== null; operation = operation.previousActive) list.push(operation);
    return list.sort((a, b) => a.index - b.index);
  }

  // -- work items

  newHandle(kind: string): { readonly id: string } {
    return makeHandle(`${kind}(${++this.#handles})`);
  }

  queueWorkItem(item: WorkItem): void {
    this.workItems.push(item);
    if (item.operation !== null) (item.operation.workItems ??= []).push(item);
    this.event({ kind: 'workQueued', item, rule: item.kind === 'safe' ? 'R-3.22' : item.kind === 'context' ? 'CTX-035' : 'R-4.11' });
    if (item.kind !== 'context' && this.is('SIM-001', 'work-first')) this.threads.startWork();
  }

  /** Takes an item out of its queue. False when it is not there any more. */
  takeWorkItem(item: WorkItem): boolean {
    const at = this.workItems.indexOf(item);
    if (at < 0) return false;
    this.workItems.splice(at, 1);
    const { operation } = item;
    if (operation !== null && operation.workItems !== null) {
      const rest = operation.workItems.filter((other) => other !== item);
      operation.workItems = rest.length === 0 ? null : rest;
    }
    return true;
  }

  // -- events

  get inEvent(): boolean {
    return this.#eventDepth > 0;
  }

  beginEvent(): void {
    const { ended } = this;
    if (ended !== null) throw ended;
    this.#eventDepth++;
    this.driverRuns = false;
  }

  /** What ended the simulated system, whatever drivers made of the exception. */
  get ended(): BugCheck | Deadlock | null {
    return this.bugCheck ?? this.deadlock;
  }

  /** True when this was the outermost event. */
  endEvent(): boolean {
    this.driverRuns = this.#depth > 0;
    return --this.#eventDepth === 0;
  }

  event(event: EngineEvent): void {
    this.observer?.event(event);
  }

  /** Now, by the virtual clock and by the events that were told. */
  moment(): PendedSince {
    return { time: this.threads.scheduler.time, point: this.observer?.point ?? null };
  }

  readonly siteOfDriver = (): CallSite | null => (this.driverRuns ? this.site() : null);

  /** Where no routine of a driver runs there is none on the stack, and looking for one takes longer the deeper that is. */
  site(): CallSite | null {
    if (this.#depth === 0) return null;
    return (this.driverRuns ? null : this.#call.site) ?? this.options.callSite?.() ?? null;
  }

  /** Tells of a call now and not when it returns, because others follow from it. */
  logCall(call: CallRecord | null): void {
    if (call === null || call.logged) return;
    call.logged = true;
    this.observer?.event({ kind: 'api', call });
  }

  returnCall(call: CallRecord | null, result: unknown): void {
    if (call === null) return;
    call.result = result;
    call.returned = true;
    if (call.logged) this.observer?.event({ kind: 'apiReturned', call });
    else this.logCall(call);
    this.hints?.called(call);
  }

  // -- violations

  /** `ruled`: the rule of the catalogue that this case falls under, where it names several. */
  violate(id: string, where: { readonly filter: Filter | string | null; readonly instance: Instance | null; readonly operation: Operation | null }, words: Readonly<Record<string, string>> = {}, found: CallSite | null = this.site(), ruled: string | null = null): void {
    const kind = assertExists(violationKinds.get(id), `no violation ${id}`);
    if (this.observer === null && kind.severity !== 'B') return;
    const rule = ruled ?? kind.rules[0];
    const { filter, instance, operation } = where;
    const sentence = fillTemplate(kind.template, { f: describeFilter(filter, instance), op: describeOperation(operation), ...words });
    const answer = this.violationAnswers.get(`${filter instanceof Filter ? filter.name : String(filter)} ${id}`);
    if (answer === 'remove' && kind.severity !== 'B') return;
    // The nearest driver on the stack may be another one, inside whose call this was found.
    const isOwn = found !== null && (!(filter instanceof Filter) || found.driver === filter.name);
    const site = isOwn ? found : filter instanceof Filter ? fallbackSite(this, id, filter, operation) : null;
    const violation: Violation = {
      id, severity: kind.severity, sentence, rule, source: kind.source,
      filter: filter instanceof Filter ? filter : null, instance, operation, site,
    };
    this.event({ kind: 'violation', violation, stops: kind.severity === 'B' || (kind.severity === 'V' && answer !== 'zap'), rule });
    if (kind.severity !== 'B') return;
    this.event({ kind: 'bugcheck', code: bugCheckCode, parameter1: kind.bugCheckParameter, site, operation, violation, rule });
    this.bugCheck = new BugCheck(kind.bugCheckParameter, id, sentence, site);
    throw this.bugCheck;
  }

  /** A hint, told once for each line of a driver; where lines are not known, once for each sentence. */
  hint(id: string, where: { readonly filter: Filter | null; readonly instance: Instance | null; readonly operation: Operation | null }, words: Readonly<Record<string, string>> = {}, site: CallSite | null = this.site()): void {
    if (this.observer === null) return;
    const kind = assertExists(hintKinds.get(id), `no hint ${id}`);
    const { filter, instance, operation } = where;
    const sentence = fillTemplate(kind.template, { f: describeFilter(filter, instance), op: describeOperation(operation), ...words });
    const key = `${id} ${words['path'] ?? ''} ${filter?.name ?? ''} ${site === null ? sentence : `${site.driver}:${site.line}`}`;
    if (this.#toldHints.has(key)) return;
    this.#toldHints.add(key);
    this.event({ kind: 'hint', id, sentence, advice: kind.advice, source: kind.source, filter, instance, operation, site });
  }

  // -- writes to parameters

  recordChange(operation: Operation, field: string, from: unknown, to: unknown, by: string, site: CallSite | null): void {
    if (Object.is(from, to)) return;
    const change = { field, from, to, by, site, issued: 0, sequence: 0 };
    operation.iopbHistory = [...operation.iopbHistory, change];
    this.event({ kind: 'change', operation, change, rule: 'R-6.4' });
  }
}

/** Whoever is interrupted may not lend its callback data to others; what it reads itself afterwards is looked at more closely. */
function closeInterrupted(record: ActivationRecord | null): void {
  const operation = record?.operation ?? null;
  if (operation !== null) operation.shown.close();
}

export const describeOperation = (operation: Operation | null): string => (operation === null ? 'no operation' : `operation ${operation.index} (${irpMjName(operation.major)})`);

export function describeFilter(filter: Filter | string | null, instance: Instance | null): string {
  const name = filter === null ? 'a filter' : typeof filter === 'string' ? filter : filter.name;
  return instance === null || instance.name === name ? name : `${name} (${instance.name})`;
}

/** Whether a callback at this level may touch pageable memory. */
export const isSafeIrql = (irql: Irql): boolean => irql === PASSIVE_LEVEL || irql === APC_LEVEL;

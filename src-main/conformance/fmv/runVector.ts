/**
 * Runs one FMV/1 vector on a fresh engine, through the engine's public face only.
 *
 * Source: filter-manager-core.md 9.1, "Running a vector".
 */
import {
  BugCheck, createEngine, createThread, DriverException, FILE_OBJECT, type Activation, type ApiCall, type Engine, type EngineEvent, type EngineObserver, type EngineThread, type Filter,
  type IoRequest, type Irql, type LowerAnswer, type Operation, type OperationKind, type Ref, type Volume,
} from '../../engine/index.ts';
import { assertExists } from '../../base/assert.ts';
import { hex, irpMjFromName, irpMjName } from '../../nt/names.ts';
import { ntStatusFromName, ntStatusShortName, type NTSTATUS } from '../../nt/ntStatus.ts';
import { irpMajor } from '../../nt/tables.generated.ts';
import * as values from '../../nt/values.generated.ts';
import { initialParameters, minorOf } from './fields.ts';
import { irqlLetter, irqlOf, LogLines, postWord, preWords, resultText } from './logLines.ts';
import { ScriptedFilter, type ScriptHost } from './scriptedFilter.ts';
import type { FilterPlace, Script, Step, Vector } from './vector.ts';

export interface VectorOutcome {
  readonly log: readonly string[];
  readonly final: string;
  readonly violations: string;
}

const constant = (name: string): number => Number((values as unknown as Record<string, number>)[name] ?? 0);
const kinds: Readonly<Record<string, OperationKind>> = { IRP: 'irp', FAST: 'fastio', FSF: 'fsfilter' };
const statusOf = (name: string): NTSTATUS => assertExists(ntStatusFromName(name === 'FLT_DISALLOW_FSFILTER_IO' ? 'FLT_DISALLOW_FAST_IO' : name), `no status ${name}`);

export function runVector(vector: Vector): VectorOutcome {
  return new VectorRun(vector).run();
}

class VectorRun implements ScriptHost, EngineObserver {
  readonly engine: Engine;
  readonly #vector: Vector;
  readonly #log = new LogLines();
  readonly #violations: string[] = [];
  readonly #threads = new Map<string, EngineThread>();
  readonly #fileObjects = new Map<string, FILE_OBJECT>();
  readonly #filters = new Map<string, { scripted: ScriptedFilter; filter: Filter | null }>();
  readonly #volumes = new Map<string, Volume>();
  readonly #operations = new Map<number, Operation>();
  readonly #issued: Operation[] = [];
  readonly #routineNames = new Map<object, string>();
  readonly #openCallbacks: object[] = [];
  #failAllocation = false;
  /** `run` gives its work entry no prefix. */
  #running = false;
  #bugCheck = false;
  /** A queue call is under way whose entries have no prefix. */
  #unprefixed = false;

  constructor(vector: Vector) {
    this.#vector = vector;
    this.engine = createEngine({
      observer: this,
      lowerDevice: { dispatch: ({ operation }) => this.#answer(operation) },
      allocate: () => !this.#failAllocation,
      cancelOpenCleanup: vector.cancelClean,
      makeMdl: (buffer) => `lk_${String(buffer)}`,
      ...(vector.reissue ? { fallback: (refused: Operation, major: number) => this.#fallback(refused, major) } : {}),
    });
    for (const stack of vector.stacks) {
      const frames = stack.frames;
      const lowest = (places: readonly FilterPlace[]): string => [...places].sort((a, b) => Number(a.altitude) - Number(b.altitude))[0]?.altitude ?? '0';
      this.#volumes.set(stack.volume, this.engine.addVolume({ name: stack.volume, legacyFiltersBelow: frames.slice(0, -1).map(lowest) }));
      for (const place of frames.flat()) this.#attach(place, stack.volume);
    }
  }

  run(): VectorOutcome {
    try {
      for (const step of this.#vector.timeline) this.#step(step);
      this.engine.finish();
    } catch (error) {
      if (!(error instanceof BugCheck)) throw error instanceof DriverException && error.cause instanceof Error ? error.cause : error;
    }
    return {
      log: this.#log.lines,
      final: this.#bugCheck ? 'BUGCHECK' : this.#issued.map((operation, at) => (at === 0 ? '' : `#${operation.index} `) + this.#final(operation)).join(' ; '),
      violations: this.#violations.length === 0 ? 'none' : this.#violations.join(' '),
    };
  }

  #final(operation: Operation): string {
    return operation.state === 'completed' ? this.#result(operation, operation.status, operation.information) : 'PENDED';
  }

  // --- the world of the scripts

  fileObject(name: string): FILE_OBJECT {
    let object = this.#fileObjects.get(name);
    if (object === undefined) {
      object = new FILE_OBJECT({ id: name, volume: name === 'foV2' ? 'V2' : 'V1', name: `\\${name}`, flags: this.#vector.fileObjectFlags.reduce((all, flag) => all | constant(flag), 0) });
      this.#fileObjects.set(name, object);
    }
    return object;
  }

  instanceHandle(name: string): unknown {
    for (const volume of this.#volumes.values()) for (const instance of volume.instances) if (instance.name === name) return instance.handle;
    return null;
  }

  script(filter: string, routine: string, operation: number): Script | undefined {
    return this.#vector.scripts.get(`${filter}.${routine}#${operation}`) ?? this.#vector.scripts.get(`${filter}.${routine}`);
  }

  log(operation: number | null, text: string): void {
    this.#log.add(operation, text);
  }

  withoutMemory<T>(call: () => T): T {
    this.#failAllocation = true;
    try {
      return call();
    } finally {
      this.#failAllocation = false;
    }
  }

  runInline(scripted: ScriptedFilter, name: string, thread: string, irql: Irql): void {
    this.#runRoutine(scripted, name, this.#thread(thread), irql);
  }

  nameRoutine(routine: object, name: string): void {
    this.#routineNames.set(routine, name);
  }

  withoutPrefix<T>(call: () => T): T {
    this.#unprefixed = true;
    try {
      return call();
    } finally {
      this.#unprefixed = false;
    }
  }

  queueIsMutex(name: string): boolean {
    return this.#vector.mutexQueues.includes(name);
  }

  // --- set-up

  #thread(name: string): EngineThread {
    let thread = this.#threads.get(name);
    if (thread === undefined) {
      thread = createThread({ tid: this.#threads.size + 1, pid: 100, process: 'vector', kind: name.startsWith('T') ? 'requestor' : name.startsWith('W') ? 'worker' : 'arbitrary', name });
      this.#threads.set(name, thread);
    }
    return thread;
  }

  #attach(place: FilterPlace, volumeName: string): void {
    let known = this.#filters.get(place.filter);
    if (known === undefined) {
      const scripted = new ScriptedFilter(place.filter, this);
      this.engine.runDriverEntry({ name: place.filter }, () => this.#driverEntry(scripted));
      known = { scripted, filter: this.engine.filterByName(place.filter) ?? null };
      this.#filters.set(place.filter, known);
    }
    const volume = assertExists(this.#volumes.get(volumeName), `no volume ${volumeName}`);
    const { instance } = this.engine.attach(assertExists(known.filter, `${place.filter} did not register`), volume, place.altitude, `${place.filter}${volumeName.slice(1)}`);
    if (instance !== null) known.scripted.instances.push(instance);
  }

  #driverEntry(scripted: ScriptedFilter): number {
    const filter: Ref<unknown> = { value: null };
    const rows = irpMajor.filter((row) => row.registrable).flatMap((row) => {
      const lines = this.#vector.registrations.filter((line) => line.filter === scripted.name && (line.major === null || irpMjFromName(line.major) === row.value));
      const line = lines.findLast((one) => one.major !== null) ?? lines.at(-1);
      const pre = line?.pre ?? true;
      const post = (line?.post ?? true) && row.postAllowed;
      const flags = (line?.flags ?? []).reduce((all, flag) => all | constant(`FLTFL_OPERATION_REGISTRATION_${flag}`), 0);
      return pre || post ? [{ MajorFunction: row.value, Flags: flags, PreOperation: pre ? scripted.pre : null, PostOperation: post ? scripted.post : null }] : [];
    });
    const registration = {
      OperationRegistration: rows,
      InstanceSetupCallback: scripted.setup,
      InstanceQueryTeardownCallback: () => values.STATUS_SUCCESS,
      InstanceTeardownStartCallback: scripted.teardownStart,
      FilterUnloadCallback: () => values.STATUS_SUCCESS,
    };
    const { FltRegisterFilter, FltStartFiltering } = this.engine.routines;
    const status = assertExists(FltRegisterFilter)({}, registration, filter) as number;
    return status === values.STATUS_SUCCESS ? (assertExists(FltStartFiltering)(filter.value) as number) : status;
  }

  // --- the timeline

  #step(step: Step): void {
    if (this.#bugCheck) return;
    switch (step.kind) {
      case 'op':
        this.#issue(step);
        break;
      case 'complete':
        this.engine.completeLower(this.#operation(step.operation), this.#thread(step.thread), irqlOf(step.irql), statusOf(step.status), step.information);
        break;
      case 'work': {
        const scripted = assertExists(this.#filters.get(step.filter), `no filter ${step.filter}`).scripted;
        const item = this.engine.workItems.find((one) => one.filter.name === scripted.name && this.#routineNames.get(one.routine) === step.name);
        if (item !== undefined) this.engine.runWorkItem(item, this.#thread(step.thread));
        break;
      }
      case 'run':
        this.#running = true;
        this.#runRoutine(assertExists(this.#filters.get(step.filter), `no filter ${step.filter}`).scripted, step.name, this.#thread(step.thread), irqlOf(step.irql));
        this.#running = false;
        break;
      case 'cancel':
        this.engine.cancel(this.#operation(1), this.#thread(step.thread), irqlOf(step.irql));
        break;
      case 'teardown': {
        const instance = assertExists(this.#filters.get(step.filter)?.scripted.instances[0], `no instance of ${step.filter}`);
        this.engine.detach(instance, this.#thread(step.thread));
        break;
      }
      case 'attach':
        this.#attach(step.place, 'V1');
        break;
    }
  }

  #operation(index: number): Operation {
    return assertExists(this.#operations.get(index), `operation ${index} has not been issued`);
  }

  #issue(step: Extract<Step, { kind: 'op' }>): void {
    const has = (flag: string): boolean => step.flags.includes(flag);
    const fileObject = this.fileObject('fo1');
    if (has('SYNCFO')) fileObject.Flags |= values.FO_SYNCHRONOUS_IO;
    if (has('DASD')) fileObject.Flags |= values.FO_VOLUME_OPEN;
    const irpFlags =
      (has('PAGING') ? values.IRP_PAGING_IO : 0) | (has('SYNCPAGING') ? values.IRP_PAGING_IO | values.IRP_SYNCHRONOUS_PAGING_IO : 0) |
      (has('NOCACHE') ? values.IRP_NOCACHE : 0) | (has('SYNCAPI') ? values.IRP_SYNCHRONOUS_API : 0);
    this.#issueRequest({
      kind: kinds[step.operationKind] ?? 'irp', irpFlags, operationFlags: 0, fileObject, ...this.#parameters(step.major, step.sub),
      thread: this.#thread(step.thread), irql: irqlOf(step.irql), requestorMode: 1, volume: assertExists(this.#volumes.get('V1')),
      systemBuffer: has('SYSBUF'), topLevelIrp: has('TOP'), canceled: has('CANCELED'),
    });
  }

  #issueRequest(request: IoRequest): void {
    try {
      this.engine.issue(request);
    } catch (error) {
      if (!(error instanceof BugCheck)) throw error;
    }
  }

  #parameters(major: string, sub: string | null): Pick<IoRequest, 'major' | 'minor' | 'member' | 'values'> {
    const name = sub ?? (major === 'DIRECTORY_CONTROL' ? 'QUERY_DIRECTORY' : major === 'LOCK_CONTROL' ? 'LOCK' : null);
    return { major: assertExists(irpMjFromName(major), `no major ${major}`), minor: minorOf(major, name), ...initialParameters(major, name) };
  }

  /** R-2.32: the IRP that follows has the same thread, IRQL and flags, and the same SUB when the major is the same. */
  #fallback(refused: Operation, major: number): IoRequest {
    const before = assertExists(refused.request);
    const same = major === refused.major ? { minor: before.minor, member: before.member, values: before.values } : {};
    return {
      kind: 'irp', irpFlags: before.irpFlags, operationFlags: 0, fileObject: before.fileObject, ...this.#parameters(irpMjName(major).replace('IRP_MJ_', ''), null), ...same,
      thread: before.thread, irql: before.irql, requestorMode: before.requestorMode, volume: before.volume, systemBuffer: before.systemBuffer === true, topLevelIrp: before.topLevelIrp === true,
    };
  }

  #answer(operation: Operation): LowerAnswer {
    const script = this.#vector.device.get(operation.index);
    switch (script?.kind) {
      case 'complete':
        return { kind: 'complete', status: statusOf(script.status), information: script.information };
      case 'pend':
        return { kind: 'pend' };
      case 'pend-early':
        return { kind: 'pend-early', thread: this.#thread(script.thread), irql: irqlOf(script.irql), status: statusOf(script.status), information: script.information };
      case 'decline':
        return { kind: 'decline' };
      default:
        this.#log.add(operation.index, 'the lower driver must not be reached');
        return { kind: 'complete', status: values.STATUS_UNSUCCESSFUL, information: 0 };
    }
  }

  #runRoutine(scripted: ScriptedFilter, name: string, thread: EngineThread, irql: Irql): void {
    const item = this.engine.workItems.find((one) => one.filter.name === scripted.name && this.#routineNames.get(one.routine) === name);
    if (item !== undefined && irql === 0) {
      this.engine.runWorkItem(item, thread);
      return;
    }
    const filter = assertExists(this.#filters.get(scripted.name)?.filter);
    const operation = scripted.heldOperation() ?? this.#operations.get(1) ?? null;
    this.engine.runRoutine(filter, name, thread, irql, operation, scripted.routine(name) as () => void);
  }

  // --- what the engine tells

  operationIssued(operation: Operation): void {
    this.#operations.set(operation.index, operation);
    if (operation.initiator === null && operation.request !== null) this.#issued.push(operation);
  }

  callbackEntered(activation: Activation): void {
    const key = {};
    this.#openCallbacks.push(key);
    const { kind, filter, thread, irql, operation, data } = activation;
    const where = `${filter.name} ${thread.name} ${irqlLetter(irql)}`;
    const index = operation?.index ?? null;
    const status = data === null ? '' : this.#result(operation, data.IoStatus.Status, data.IoStatus.Information);
    const context = contextWord(activation.completionContext);
    const name = this.#routineNames.get(activation.routine ?? {}) ?? activation.name;
    switch (kind) {
      case 'pre':
        this.#log.open(key, index, (end) => `pre ${where} => ${end}`);
        break;
      case 'post':
      case 'drain':
        this.#log.open(key, index, (end) => `post ${where} st=${status} cc=${context}${kind === 'drain' ? ' fl=DRAINING' : ''} => ${end}`);
        break;
      case 'safe':
        this.#log.open(key, index, (end) => `safe ${filter.name}.${name} ${thread.name} ${irqlLetter(irql)} st=${status} cc=${context} => ${end}`);
        break;
      case 'status':
        this.#log.add(index, `scb ${where} st=${ntStatusShortName(activation.operationStatus)} rc=${contextWord(activation.requesterContext)}`);
        break;
      case 'work':
      case 'routine':
        this.#log.add(this.#running ? null : index, `work ${filter.name}.${name} ${thread.name} ${irqlLetter(irql)}`);
        break;
      case 'cancel':
        this.#log.add(index, `cancelcb ${where}`);
        break;
      case 'async':
        this.#log.add(index, `asynccb ${where} st=${status}`);
        break;
      default:
        break;
    }
  }

  callbackReturned(activation: Activation, result: unknown): void {
    const key = this.#openCallbacks.pop() ?? {};
    const { kind, filter, operation } = activation;
    if (kind === 'pre') {
      const script = this.script(filter.name, 'pre', operation?.index ?? 1);
      const word = script?.returns ?? preWords[Number(result)] ?? String(result);
      const context = activation.completionContext;
      this.#log.close(key, `${word}${context === null || context === undefined ? '' : ` cc=${contextWord(context)}`}`);
    } else if (kind === 'post' || kind === 'drain' || kind === 'safe') {
      const routine = kind === 'safe' ? (this.#routineNames.get(activation.routine ?? {}) ?? activation.name) : kind;
      const script = this.script(filter.name, routine, operation?.index ?? 1) ?? (kind === 'drain' ? this.script(filter.name, 'post', operation?.index ?? 1) : undefined);
      const word = script?.returns;
      this.#log.close(key, word === undefined || word === null || word === 'RET' ? postWord(Number(result)) : word);
    }
  }

  lowerCalled(operation: Operation, frame: number, thread: EngineThread, irql: Irql): void {
    this.#log.add(operation.index, `${frame === 0 ? 'fsd' : `down f${frame}`} ${thread.name} ${irqlLetter(irql)}`);
  }

  lowerCompleted(operation: Operation, thread: EngineThread, irql: Irql, status: NTSTATUS, information: number): void {
    this.#log.add(operation.index, `done ${thread.name} ${irqlLetter(irql)} ${this.#result(operation, status, information)}`);
  }

  lowerReturned(operation: Operation, frame: number, thread: EngineThread, _irql: Irql, status: NTSTATUS): void {
    this.#log.add(operation.index, `ret ${frame === 0 ? '' : `f${frame} `}${thread.name} ${ntStatusShortName(status)}`);
  }

  operationCompleted(): void {
    // The final status is read at the end.
  }

  event(event: EngineEvent): void {
    switch (event.kind) {
      case 'api':
        this.#api(event.call);
        break;
      case 'apiReturned':
        this.#log.close(event.call, this.#apiResult(event.call));
        break;
      case 'violation':
        this.#violations.push(event.violation.id);
        this.#log.add(event.violation.id === 'FV-120' || this.#unprefixed ? null : (event.violation.operation?.index ?? null), `viol ${event.violation.id} ${event.violation.filter?.name ?? '-'}`);
        break;
      case 'freemdl':
        this.#log.add(event.operation.index, `freemdl ${event.filter.name} ${String(event.mdl)}`);
        break;
      case 'cancel':
        this.#log.add(event.operation.index, `cancel ${event.thread.name} ${irqlLetter(event.irql)}`);
        break;
      case 'queueStep':
        this.#log.add(this.#unprefixed ? null : (event.operation?.index ?? null), `cbdq ${event.filter.name} ${event.step}`);
        break;
      case 'teardown':
        this.#log.add(null, `teardown ${event.instance.filter.name} ${event.phase}`);
        break;
      case 'fallback':
        this.#log.add(null, `reissue IRP ${irpMjName(event.major).replace('IRP_MJ_', '')}`);
        break;
      case 'bugcheck':
        this.#bugCheck = true;
        this.#log.add(event.operation?.index ?? null, `bugcheck F5/${hex(event.parameter1, 2).slice(2)}`);
        break;
      case 'change':
      case 'workQueued':
        break;
    }
  }

  #api(call: ApiCall): void {
    if (!loggedCalls.has(call.name)) return;
    const filter = call.filter?.name ?? '-';
    const args = call.name === 'FltCompletePendedPreOperation' ? `(${completeArguments(call)})` : '';
    const index = unprefixedQueueCalls.has(call.name) ? null : (call.operation?.index ?? null);
    if (call.result === undefined && !voidCalls.has(call.name)) this.#log.open(call, index, (end) => `api ${filter} ${call.name}${args} = ${end}`);
    else this.#log.add(index, `api ${filter} ${call.name}${args} = ${this.#apiResult(call)}`);
  }

  #apiResult(call: ApiCall): string {
    const { name, result, args } = call;
    if (result === 'REFUSED') return 'REFUSED';
    switch (name) {
      case 'FltPerformSynchronousIo': {
        const data = args[0] as { IoStatus: { Status: number; Information: number } };
        return `void st=${resultText(data.IoStatus.Status, data.IoStatus.Information)}`;
      }
      case 'FltDoCompletionProcessingWhenSafe':
        return `${result ? 'TRUE' : 'FALSE'}/${postWord(Number((args[5] as Ref<number>).value))}`;
      case 'FltIsIoCanceled':
      case 'FltIsOperationSynchronous':
        return result ? 'TRUE' : 'FALSE';
      case 'FltGetSwappedBufferMdlAddress':
        return result === null ? 'NULL' : String(result);
      case 'FltCbdqRemoveNextIo':
      case 'FltCbdqRemoveIo': {
        const operation = [...this.#operations.values()].find((one) => one.data === result);
        return operation === undefined ? 'NULL' : `#${operation.index}`;
      }
      default:
        return voidCalls.has(name) ? 'void' : ntStatusShortName(Number(result));
    }
  }

  /** FLT_DISALLOW_FSFILTER_IO is printed by this name although it is an alias (R-2.31). */
  #result(operation: Operation | null, status: number, information: number): string {
    if (status === values.STATUS_FLT_DISALLOW_FAST_IO && operation?.kind === 'fsfilter') return `FLT_DISALLOW_FSFILTER_IO/${information}`;
    return resultText(status, information);
  }
}

const contextWord = (context: unknown): string => (context === null || context === undefined ? 'NULL' : String(context));

function completeArguments(call: ApiCall): string {
  const [, status, context] = call.args;
  const word = preWords[Number(status)] ?? String(status);
  return context === null || context === undefined ? word : `${word},${contextWord(context)}`;
}

const unprefixedQueueCalls: ReadonlySet<string> = new Set(['FltCbdqRemoveNextIo', 'FltCbdqRemoveIo', 'FltCbdqDisable', 'FltCbdqEnable']);
const voidCalls: ReadonlySet<string> = new Set([
  'FltCompletePendedPreOperation', 'FltCompletePendedPostOperation', 'FltCancelFileOpen', 'FltReissueSynchronousIo', 'FltRetainSwappedBufferMdlAddress', 'FltCbdqDisable', 'FltCbdqEnable', 'FltFreeCallbackData',
]);
/** Only these write an `api` entry; allocation, dirty marks and set-up calls do not. */
const loggedCalls: ReadonlySet<string> = new Set([
  ...voidCalls, ...unprefixedQueueCalls, 'FltRequestOperationStatusCallback', 'FltQueueDeferredIoWorkItem', 'FltDoCompletionProcessingWhenSafe', 'FltPerformSynchronousIo', 'FltPerformAsynchronousIo', 'FltLockUserBuffer',
  'FltGetSwappedBufferMdlAddress', 'FltCbdqInsertIo', 'FltSetCancelCompletion', 'FltClearCancelCompletion', 'FltIsIoCanceled', 'FltIsOperationSynchronous',
]);

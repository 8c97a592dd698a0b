/**
 * One run in the child: engine, drivers, replayer and recorder, put together and driven a slice at a time.
 */
import { seededRandom } from '../base/seededRandom.ts';
import { serviceGlobalNames } from '../driver-api/service/serviceGlobals.ts';
import { createDriverGlobals, driverGlobalNames, DRIVER_OBJECT } from '../driver-api/driverGlobals.ts';
import { ObjectNumbers, type DriverWorld } from '../driver-api/driverWorld.ts';
import { KBUFFER, MDL } from '../driver-api/kbuffer.ts';
import { viewedBytes } from '../driver-api/structures/struct.ts';
import { buildObjects, emptyObjects } from '../debugger/objects.ts';
import type { BufferView, EngineObjects } from '../debugger/objectsData.ts';
import { createEngine, DriverException, noAutomaticAttachment, PASSIVE_LEVEL, settleAssumptions, UNICODE_STRING, type CallSite, type CallUnderWay, type Engine, type Volume } from '../engine/index.ts';
import { ntStatusName, ntSuccess } from '../nt/ntStatus.ts';
import { textHash } from '../replay/eventHash.ts';
import { deviceName, splitPath } from '../replay/recordedPaths.ts';
import { operationAt, type OperationPage } from '../replay/operationPage.ts';
import { OperationReader } from '../replay/operationReader.ts';
import { unknownSource } from '../replay/bytes/unknownBytes.ts';
import type { UnknownReads } from '../replay/bytes/unknownReads.ts';
import { PlannedEdits } from '../replay/overlays/plannedEdits.ts';
import { plannedStack } from '../replay/overlays/plannedStack.ts';
import { ReturnEdits } from '../replay/overlays/returnEdits.ts';
import type { EventPage } from '../replay/eventPage.ts';
import { packEventPage } from '../replay/packedEventPage.ts';
import type { RecorderOptions } from '../replay/recorder.ts';
import type { NumberedOperation } from '../trace/record.ts';
import type { RunReport } from '../replay/runReport.ts';
import { Replayer } from '../replay/replayer.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import { RunLayers } from '../replay/runLayers.ts';
import { ScheduleChoices } from '../replay/scheduleChoices.ts';
import { AssignEdits } from './assignEdits.ts';
import { BreakpointWatch } from './breakpointWatch.ts';
import { bufferBehind, bufferView, iopbValue, requestedLevel, type BufferWish } from './bufferView.ts';
import { watchBuffers } from './bufferWatch.ts';
import type { BufferPlace } from './control.ts';
import { askedCallSite, currentCallSite } from './callSite.ts';
import { altitudeProblem, serviceOf } from './driverInstances.ts';
import { noteValues } from './valueNotes.ts';
import { runProblem } from './errors.ts';
import { checkDriver, checkService, type CheckedDriver, type CheckedScript } from './loader.ts';
import { beginRun, type DriverLayouts } from './runDrivers.ts';
import type { BreakpointData, BreakpointLog, DriverSource, FollowGoal, HostMessage, RecordOrder, RunProblem, RunRequest, RunSummary } from './messages.ts';
import { problemOf } from './problems.ts';
import { dosNameOf, processDirectory } from './processDirectory.ts';
import { DriverRealm, stopWithoutRealm, type LoadedDriver } from './realm.ts';
import { recordedBuffers } from './recordedBuffers.ts';
import { RunSwitches } from './runSwitches.ts';
import { RoutineSites } from './routineSites.ts';
import { Services } from './services.ts';
import { serviceSourceOf, type ServiceSource } from './serviceSource.ts';
import { StoppingRecorder, type StopFunction } from './stops.ts';
import { generatedFrom } from '../base/generatedIo.ts';

const pageRows = 8192;
/** So many messages of breakpoints go out together. */
const logsAtOnce = 200;
/** One look at the clock for so many operations. */
const operationsBetweenLooks = 16;

/** Windows, mappings and structures over one allocation are the same memory. */
function memoryOf(value: object): object {
  const buffer = value instanceof KBUFFER ? value : viewedBytes(value);
  return buffer === null ? value : KBUFFER.memory(buffer);
}

/** Null where the run has no overlays and will have none. */
function editsOf({ plan, processes, likes, follow }: RunRequest): PlannedEdits | null {
  // A follower may be told to go on as a branch.
  if ((plan === undefined || plan.overlays.length === 0) && follow === undefined) return null;
  return new PlannedEdits(plan?.overlays ?? [], processes, recordsOf(likes));
}

const recordsOf = (likes: OperationPage | undefined): NumberedOperation[] => (likes === undefined ? [] : Array.from({ length: likes.count }, (_, row) => operationAt(likes, row)));

/** A driver with its realm. */
interface Loaded {
  readonly driver: DriverSource;
  readonly realm: DriverRealm;
  readonly module: LoadedDriver;
}

export class EngineRun {
  readonly recorder: StoppingRecorder;
  readonly layers: RunLayers;
  readonly engine: Engine;
  readonly #request: RunRequest;
  readonly #send: (message: HostMessage) => void;
  readonly #replayer: Replayer;
  readonly #objects: ObjectNumbers;
  readonly #realms = new Map<string, DriverRealm>();
  readonly #routineSites = new RoutineSites();
  readonly #callUnderWay: CallUnderWay = { site: null };
  readonly #layouts: DriverLayouts;
  #services: Services | null = null;
  #unknownReads: UnknownReads | null = null;
  #ownStop: StopFunction | null = null;
  readonly #volumes = new Map<string, Volume>();
  /** The one that was asked for last. */
  #lastVolume: Volume | null = null;
  readonly #operations: OperationReader;
  readonly #choices: ScheduleChoices | null;
  readonly #edits: PlannedEdits | null;
  readonly #switches: RunSwitches | null;
  readonly #logs: BreakpointLog[] = [];
  #assigns: AssignEdits | null = null;
  #startTime = 0n;
  #nextOperation: number;
  #loaded = false;
  /** Operation that was issued last. */
  operation = 0;
  done = 0;
  stopping = false;
  ended = false;
  /** A follower that waits to be told where to go. */
  parked = false;
  #parkBefore = Number.POSITIVE_INFINITY;
  #goal = 0;
  /** What happens is recorded already: nothing but stops is sent. */
  #follows: boolean;
  #stopAtEdit: number | null;

  constructor(requested: RunRequest, send: (message: HostMessage) => void) {
    const edits = (this.#edits = editsOf(requested));
    const request = edits === null ? requested : { ...requested, drivers: plannedStack(requested.drivers, requested.plan?.overlays ?? []) };
    this.#follows = request.follow !== undefined;
    this.#stopAtEdit = this.#follows ? null : (request.stopAtEdit ?? null);
    const returns = edits !== null && (edits.hasReturns || this.#follows) ? new ReturnEdits(edits, () => (this.#stopAtEdit === null ? null : edits.at(this.#stopAtEdit))) : null;
    const assigns = edits !== null && (edits.hasAssigns || this.#follows);
    this.#request = request;
    this.#layouts = beginRun(request);
    this.#send = (message) => {
      if (message.kind !== 'breakpointLog') this.sendLogs();
      send(message);
    };
    this.#switches = RunSwitches.of(request, {
      engine: () => this.engine, provided: () => this.#provided, layout: (driver) => this.#layouts.get(driver) ?? null, code: (driver, code) => this.#routineSites.add(driver, code), line: (routine) => this.#routineSites.site(routine, {})?.line ?? null,
      note: (driver, text) => this.recorder.note('load', null, this.layers.list.find((one) => one.name === driver)?.layer ?? 0, 0, { text, driver }),
    });
    this.#objects = new ObjectNumbers(request.seed);
    this.#nextOperation = request.firstOperation;
    this.#operations = new OperationReader(request.firstOperation - 1);
    this.layers = new RunLayers(request.drivers);
    const schedule = request.plan?.schedule ?? null;
    this.#choices = schedule === null ? null : new ScheduleChoices(schedule, () => this.operation);
    const assumptions = settleAssumptions(request.assumptions).settings;
    this.#replayer = new Replayer({
      processes: request.processes,
      settings: request.settings,
      is: (assumption, word) => assumptions[assumption] === word,
      buffers: recordedBuffers({ objects: this.#objects, unknown: unknownSource(request.settings.unknownBytes, request.seed, request.unknownFiles ?? []), mdl: (buffer) => this.#mdl(buffer) }),
      volume: (name) => this.#volume(name), seed: request.seed, chooser: this.#choices, edits,
      late: (record, issued) => this.recorder.released(record, issued.kind === 'not-issued' ? issued.cause : null),
    });
    this.recorder = new StoppingRecorder(
      { layers: this.layers, recordEvents: request.recordEvents, ...this.#outlets(), completed: (operation) => this.#replayer.completed(operation), returned: (activation) => this.#unknownReads?.left(activation) },
      { layers: this.layers, processes: request.processes },
      {
        drivers: request.drivers, send: this.#send, stopFunction: (driver) => this.#stopFunction(driver), activation: () => this.engine.activation, aside: (action) => this.engine.aside(action), follows: () => this.#follows, stopsWhenBroken: request.stopsWhenBroken === true,
        breakpoints: (recorder) => this.#watch(recorder), ...(returns !== null && { returns }), ...(assigns && { assigns: () => this.#assigns }),
      },
    );
    this.engine = createEngine({
      lowerDevice: this.#replayer.device, assumptions, observer: this.recorder, callSite: currentCallSite, callUnderWay: this.#callUnderWay, routineSite: (routine, about) => this.#routineSites.site(routine, about), trackWrites: true, generatedFrom,
      makeMdl: (buffer) => this.#mdl(buffer), makeBuffer: (length) => this.#systemBuffer(length), bufferOf: viewedBytes, memoryOf, scheduleSeed: request.seed, ...(this.#choices !== null && { chooser: this.#choices }), fileSystem: this.#replayer.fileSystem, reparse: 'filters', pump: () => this.#replayer.pump(),
      fallback: (refused, major) => this.#replayer.fallback(refused, major), ...(returns !== null && { replaceResult: (activation, result) => returns.replace(activation, result) }),
    });
    this.#replayer.begin(this.engine);
    this.#unknownReads = watchBuffers({ engine: this.engine, drivers: request.drivers, looked: (look) => this.recorder.unknownRead(look), ...(request.settings.unknownBytes === 'stop' && { began: (activation) => this.recorder.stopAtUnknown(activation) }) });
    if (assigns) {
      this.#assigns = new AssignEdits(edits, request.plan?.overlays ?? [], { point: () => this.recorder.point, activation: () => this.engine.activation, edit: (driver) => this.#realms.get(driver)?.edit ?? null, stopAt: () => this.#stopAtEdit });
    }
    this.#noteValues(this.#follows || request.stopOnEntry);
    this.setBreakpoints(request.breakpoints);
    if (request.follow !== undefined) this.follow(request.follow);
    if (request.stopOnEntry) this.recorder.step({ kind: 'any' });
  }

  /** What the simulated system holds now; looking is no event. */
  objects(): EngineObjects {
    let objects = emptyObjects;
    this.engine.aside(() => (objects = buildObjects({ engine: this.engine, volumes: this.#replayer.volumes, requestedLevel })));
    return objects;
  }

  buffer(from: BufferPlace, wish: BufferWish): BufferView | null {
    const { subject } = this.recorder;
    if (from.kind === 'shown') return KBUFFER.shown === null ? null : bufferView(KBUFFER.shown.buffer, wish, subject?.now ?? null, KBUFFER.shown.structure);
    const iopb = subject === null ? null : { received: subject.received, snapshot: subject.iopbSnapshot, sent: subject.sent, now: subject.now }[from.column];
    const buffer = bufferBehind(iopbValue(iopb, from.path));
    return buffer === null ? null : bufferView(buffer, wish, iopb);
  }

  setBreakpoints(breakpoints: readonly BreakpointData[]): void {
    this.recorder.setBreakpoints(breakpoints);
    if (breakpoints.length > 0) this.#noteValues(true);
  }

  /** Who writes what is noted where somebody may look at it. */
  #noteValues(on: boolean): void {
    noteValues(on ? { point: () => this.recorder.point, aside: (look) => this.engine.aside(look) } : null);
  }

  /** Of a follower: where to go from here. */
  follow({ id = 0, target, parkBefore }: FollowGoal): void {
    this.#goal = id;
    this.recorder.runTo(target);
    this.#parkBefore = parkBefore ?? Number.POSITIVE_INFINITY;
    this.parked = false;
  }

  /** Of a follower that waits: it goes on as a branch and is recorded from here on, the page that is open included. */
  record({ overlays, likes, stopAtEdit }: RecordOrder): void {
    this.#edits?.replace(overlays, recordsOf(likes));
    this.#assigns?.replace(overlays);
    this.#stopAtEdit = stopAtEdit ?? null;
    this.#follows = false;
    this.#parkBefore = Number.POSITIVE_INFINITY;
    this.recorder.runTo(null);
    this.recorder.handOutResults();
    this.parked = false;
  }

  /** Pages of what is recorded go out; those of a follower are only looked at. */
  #outlets(): Pick<RecorderOptions, 'eventPage' | 'resultPage' | 'passed'> {
    const { follow } = this.#request;
    return {
      eventPage: (page) => this.#send({ kind: 'eventPage', page, final: true }),
      resultPage: (page) => {
        if (!this.#follows) this.#send({ kind: 'resultPage', page });
      },
      ...(follow !== undefined && {
        passed: (page: EventPage, chain: string) => {
          if (!this.#follows) return false;
          if (page.first === follow.handOut) this.#send({ kind: 'eventPage', page: packEventPage(page), final: true });
          this.#send({ kind: 'chain', first: page.first, count: page.count, chain });
          return true;
        },
      }),
    };
  }

  /** What the run's breakpoints look at. */
  #watch(recorder: StoppingRecorder): BreakpointWatch {
    const realm = (driver: string | null): DriverRealm | undefined => (driver === null ? undefined : this.#realms.get(driver)) ?? this.#realms.values().next().value;
    return new BreakpointWatch({
      layers: this.layers, processes: this.#request.processes, place: () => ({ ...recorder.point, ...recorder.runner }), activation: () => this.engine.activation, line: () => currentCallSite()?.line ?? 0, lineAsked: () => askedCallSite()?.line ?? 0,
      time: () => this.engine.time, underWay: () => this.engine.pendingOperations(), aside: (action) => this.engine.aside(action), compile: (driver, names, code) => realm(driver)?.compile(names, code) ?? null,
      logged: (log) => this.#log(log), threw: (id, message) => this.#send({ kind: 'breakpointThrew', id, message }),
    });
  }

  #log(log: BreakpointLog): void {
    this.#logs.push(log);
    if (this.#logs.length >= logsAtOnce) this.sendLogs();
  }

  /** What breakpoints have written since the last time. */
  sendLogs(): void {
    if (this.#logs.length > 0) this.#send({ kind: 'breakpointLog', logs: this.#logs.splice(0) });
  }

  addPage(page: OperationPage, last: boolean): void {
    this.#operations.add(page, last);
  }

  /** How many operations are at hand. */
  get waiting(): number {
    return this.#operations.waiting;
  }

  /** The last number the host has handed over, to ask for more. */
  get lastReceived(): number {
    return this.#operations.lastReceived;
  }

  get wantsMore(): boolean {
    return !this.#operations.complete;
  }

  /** Checks and loads every driver, runs DriverEntry. False when the run cannot start; what is wrong has been told. */
  load(): boolean {
    this.#loaded = true;
    this.#startTime = this.#operations.first?.time ?? 0n;
    this.engine.advanceTo(this.#startTime);
    const { problems } = settleAssumptions(this.#request.assumptions);
    for (const message of problems) this.#problem(runProblem('load', message, {}));
    if (problems.length > 0) return false;
    const provided = this.#provided;
    const checked: CheckedDriver[] = [];
    const scripts: (readonly [ServiceSource, CheckedScript])[] = [];
    let sound = true;
    const refuse = (problems: readonly RunProblem[]): void => {
      sound = false;
      problems.forEach((problem) => this.#problem(problem));
    };
    for (const driver of this.#request.drivers) {
      const result = checkDriver(driver, provided, this.#layouts.get(driver.name) ?? null);
      if (result.kind === 'ok') checked.push(result.checked);
      else refuse(result.problems);
      const script = serviceSourceOf(driver);
      const service = script === null ? null : checkService(script, serviceGlobalNames);
      if (service?.kind === 'problems') refuse(service.problems);
      else if (script !== null && service !== null) scripts.push([script, service.checked]);
    }
    if (!sound) return false;
    this.#send({ kind: 'loaded', layers: this.layers.list });
    return checked.every((one) => this.#loadDriver(one)) && this.#beginServices(scripts);
  }

  /** The names of the driver API. */
  get #provided(): ReadonlySet<string> {
    return driverGlobalNames(Object.keys(this.engine.routines));
  }

  /** The programs at the other end of ports begin once every driver is there. */
  #beginServices(scripts: readonly (readonly [ServiceSource, CheckedScript])[]): boolean {
    if (scripts.length === 0) return true;
    const { processes } = this.#replayer;
    const services = new Services({
      engine: this.engine, objects: this.#objects, seed: this.#request.seed, startTime: this.#startTime, processNamed: (name) => processes.named(name), idInUse: (id) => processes.has(id),
      print: (text, { name, driver }, line) => this.recorder.print(text, this.layers.list.find((one) => one.name === driver.name)?.layer ?? 0, line, name),
    });
    this.#services = services;
    try {
      for (const [script, checked] of scripts) services.load(script, checked);
      services.begin();
    } catch (error) {
      this.#fail(error);
      return false;
    }
    return !this.#serviceFailed();
  }

  /** A service script has thrown: the run is over. */
  #serviceFailed(): boolean {
    const failure = this.#services?.failure ?? null;
    if (failure !== null) this.#fail(failure);
    return failure !== null;
  }

  #loadDriver(checked: CheckedDriver): boolean {
    const { driver } = checked;
    const service = serviceOf(driver);
    const problem = altitudeProblem(service);
    if (problem !== null) {
      this.#problem(runProblem('load', problem, { driver: driver.name }));
      return false;
    }
    this.engine.addService(service);
    try {
      const loaded = this.#instantiate(checked);
      const status = this.engine.runDriverEntry({ name: driver.name }, () => {
        const result = loaded.module.DriverEntry(new DRIVER_OBJECT(driver.name), new UNICODE_STRING(`\\Registry\\Machine\\System\\CurrentControlSet\\Services\\${driver.name}`));
        return typeof result === 'number' ? result >>> 0 : 0xc0000001;
      }, PASSIVE_LEVEL, loaded.module.DriverEntry);
      if (ntSuccess(status)) return true;
      this.#problem(runProblem('load', `${driver.name}.ts: DriverEntry failed with ${ntStatusName(status)}, so the driver was not loaded; see the event log for the calls it made.`, { driver: driver.name }));
    } catch (error) {
      this.#fail(error);
    }
    return false;
  }

  #instantiate(checked: CheckedDriver): Loaded {
    const { driver } = checked;
    const print = (text: string): void => {
      const site = this.#callSite();
      this.recorder.log(text, this.engine.activation, site?.line ?? 0, site?.driver ?? driver.name);
    };
    const startTime = this.#startTime;
    const world: DriverWorld = {
      engine: this.engine, now: () => this.engine.time, startTime, print, seed: this.#request.seed, objects: this.#objects,
      fileName: (fileObject) => {
        // The trace's own name of the operation under way is newer than the one the file was opened by.
        const operation = this.engine.activation?.operation ?? null;
        const path = operation !== null && operation.iopb.TargetFileObject === fileObject ? (replayTagOf(operation)?.asIssued.path ?? null) : null;
        const name = path === null ? { volume: fileObject.volume, name: fileObject.FileName.Buffer } : splitPath(path);
        return { volume: deviceName(name.volume), path: name.name };
      },
      calls: this.recorder, driverName: driver.name, serviceValues: driver.manifest?.values ?? {}, callSite: () => this.#callSite(), processes: processDirectory(this.#replayer.processes, () => this.engine.time), dosName: dosNameOf,
    };
    const realm = new DriverRealm({
      globals: createDriverGlobals(world), now: world.now, random: seededRandom(this.#request.seed ^ textHash(driver.name)), print, callUnderWay: this.#callUnderWay,
      lineReached: (place) => this.recorder.tape.reached(place), breakpointReached: (rows) => this.recorder.lineBreakpoint(rows), ...(this.#assigns !== null && { edits: this.#assigns }),
    });
    this.#realms.set(driver.name, realm);
    this.#routineSites.add(driver.name, checked.code);
    return { driver, realm, module: this.#switches?.load(realm, checked) ?? realm.load(checked) };
  }

  /** The driver's line, asked by routines of its own. */
  #callSite(): CallSite | null {
    return this.#callUnderWay.site ?? currentCallSite();
  }

  /** Memory that the I/O manager makes itself: zeroed. */
  #systemBuffer(length: number): KBUFFER {
    const number = this.#objects.next();
    return KBUFFER.make(number, 'system', length, this.#objects.pattern(number), { zeroed: true });
  }

  #stopFunction(driver: string | null): StopFunction | null {
    const realm = driver === null ? [...this.#realms.values()][0] : this.#realms.get(driver);
    return realm?.stop ?? (driver === null ? (this.#ownStop ??= stopWithoutRealm()) : null);
  }

  #volume(name: string): Volume {
    if (this.#lastVolume !== null && name === this.#lastVolume.name) return this.#lastVolume;
    let volume = this.#volumes.get(name);
    if (volume === undefined) {
      volume = this.engine.addVolume({ name });
      this.#volumes.set(name, volume);
      // The trace names a volume at its first use; to the drivers it was there when they started.
      this.engine.attachRunningFilters(volume);
      this.#attachByHand(volume);
    }
    return (this.#lastVolume = volume);
  }

  /** A driver in the stack whose default instance suppresses automatic attachment: somebody has attached it by hand. */
  #attachByHand(volume: Volume): void {
    for (const driver of this.#request.drivers) {
      const { instances, defaultInstance } = serviceOf(driver);
      const flags = (instances.find(({ name }) => name === defaultInstance) ?? instances[0])?.flags ?? 0;
      const filter = this.engine.filterByName(driver.name);
      if ((flags & noAutomaticAttachment) !== 0 && filter !== undefined) this.engine.attachVolume(filter, volume, null);
    }
  }

  #mdl(buffer: unknown): MDL | null {
    return buffer instanceof KBUFFER ? new MDL(this.#objects.next(), buffer) : null;
  }

  /** Issues operations until there is no more to do, more has to come, or the time is up. */
  slice(until: () => boolean): 'more' | 'waiting' | 'parked' | 'ended' {
    if (this.ended) return 'ended';
    if (this.parked && !this.stopping) return 'parked';
    try {
      if (!this.#loaded && !this.load()) return this.#end('failed');
      while (!this.stopping) {
        if (!this.#operations.ready) {
          if (!this.#operations.complete) return 'waiting';
          if (this.#parkBefore !== Number.POSITIVE_INFINITY) return this.#park(this.#request.lastOperation + 1, false);
          this.#replayer.finish(this.engine);
          return this.#end(this.#serviceFailed() ? 'failed' : 'completed');
        }
        if (this.#operations.nextIndex >= this.#parkBefore) return this.#park(this.#operations.nextIndex, false);
        if (this.recorder.hasMissed) return this.#park(this.#operations.nextIndex, true);
        if (this.#switches !== null && !this.#switchDrivers(this.#switches)) return this.#end('failed');
        this.#issue();
        if (this.#serviceFailed()) return this.#end('failed');
        // Pages end where the operations say, never the clock: the same run has the same pages.
        if (this.done % operationsBetweenLooks === 0) {
          this.#flush(pageRows);
          if (until()) return 'more';
        }
      }
      return this.#end('stopped');
    } catch (error) {
      this.#fail(error);
      return this.#end('failed');
    }
  }

  #park(next: number, missed: boolean): 'parked' {
    this.recorder.runTo(null);
    this.parked = true;
    this.#send({ kind: 'parked', at: this.recorder.point, next, missed, goal: this.#goal, page: this.recorder.pageStart });
    return 'parked';
  }

  /** False when a version cannot take over; why has been told. */
  #switchDrivers(switches: RunSwitches): boolean {
    const problems = switches.before(this.#operations.nextIndex);
    for (const problem of problems) this.#problem(problem);
    return problems.length === 0;
  }

  #issue(): void {
    const record = this.#operations.next();
    this.operation = record.index;
    this.#nextOperation = record.index + 1;
    const issued = this.#replayer.issue(this.engine, record, this.#operations.upcoming);
    if (issued.kind === 'held') this.recorder.held(record.index);
    else if (issued.kind !== 'issued') this.recorder.notIssued(record, issued.kind === 'not-issued' ? issued.cause : 0);
    this.done++;
  }

  #flush(atLeast: number): void {
    if (this.recorder.openRows < atLeast) return;
    this.recorder.flush(atLeast, this.engine.pendingOperations());
    this.recorder.flushResults(this.#nextOperation, false);
  }

  /** Hands out everything, as the run may not live on. */
  deliver(): void {
    this.recorder.flush(1, []);
    this.recorder.flushResults(this.#nextOperation, true);
  }

  #end(outcome: RunSummary['outcome']): 'ended' {
    this.ended = true;
    if (outcome === 'completed') this.recorder.neverEnded(this.engine.pendingOperations());
    this.deliver();
    const { events, violations, notices, differences, hash, report } = this.recorder;
    this.#send({ kind: 'ended', summary: { outcome, operations: this.done, events, violations, notices, differences, eventHash: hash, report: { ...report, ...this.#editReport }, choices: this.#choices?.report ?? null } });
    return 'ended';
  }

  get #editReport(): Pick<RunReport, 'edits' | 'switches'> {
    const edits = this.#edits?.report ?? null;
    return { ...(edits !== null && { edits }), ...(this.#switches !== null && { switches: this.#switches.outcomes }) };
  }

  #problem(problem: RunProblem): void {
    this.#send({ kind: 'problem', problem });
  }

  #fail(error: unknown): void {
    const index = error instanceof DriverException ? error.operation : this.operation;
    const operation = this.engine.pendingOperations().find((one) => one.index === index) ?? null;
    const problem = problemOf(error, operation, this.operation);
    const layer = this.layers.list.find((one) => one.name === problem.driver)?.layer ?? 0;
    if (this.recorder.tape.isNoting) this.recorder.stopAtTapeEnd(null);
    this.recorder.note('error', operation, layer, problem.line ?? 0, { message: problem.message, ...(problem.driver === null ? {} : { driver: problem.driver }) });
    if (problem.kind === 'deadlock' || (problem.kind === 'exception' && !(error instanceof DriverException))) this.recorder.brokeOff(operation, problem.message);
    this.deliver();
    this.#problem(problem);
  }
}

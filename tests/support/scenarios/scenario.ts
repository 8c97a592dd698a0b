/**
 * The world W0 of driver-api-usage.md 0.1 with drivers in it, and programs that do what a scenario says.
 *
 * One writable NTFS volume `\Device\HarddiskVolume1`, process 100, asynchronous handles. Requests are numbered in the order in which
 * they come; `lines()` hands out what has happened since, in the page's notation (see transcript.ts).
 */
import { assertExists } from '../../../src-main/base/assert.ts';
import { controlForm, createForm, ioRequest, oplockForm, type RequestForm } from '../../../src-main/conformance/fmo/requests.ts';
import type { DriverWorld, ServiceValue } from '../../../src-main/driver-api/driverWorld.ts';
import { ObjectNumbers } from '../../../src-main/driver-api/driverWorld.ts';
import { informationConstants } from '../../../src-main/driver-api/informationConstants.ts';
import { KBUFFER, MDL, type BufferKind } from '../../../src-main/driver-api/kbuffer.ts';
import { NotifyRoutines } from '../../../src-main/driver-api/notifyRoutines.ts';
import { serviceGlobalNames } from '../../../src-main/driver-api/service/serviceGlobals.ts';
import { ResourceLedger } from '../../../src-main/driver-api/resourceLedger.ts';
import {
  createEngine, createThread, fallbackMajors, FILE_OBJECT, type Engine, type EngineThread, type Filter, type HostCall, type Instance, type Irql, type LowerAnswer, type LowerCall, type LowerDevice, type Operation,
  type OperationKind, type PKTRANSACTION, type Volume,
} from '../../../src-main/engine/index.ts';
import { currentCallSite } from '../../../src-main/engine-host/callSite.ts';
import { serviceOf } from '../../../src-main/engine-host/driverInstances.ts';
import { checkService } from '../../../src-main/engine-host/loader.ts';
import type { DriverSource } from '../../../src-main/engine-host/messages.ts';
import { RoutineSites } from '../../../src-main/engine-host/routineSites.ts';
import { Services } from '../../../src-main/engine-host/services.ts';
import { serviceSourceOf } from '../../../src-main/engine-host/serviceSource.ts';
import { ModelFileSystem, type FileOptions, type ModelVolume, type PageIo, type PageTransfer, type VolumeDescriptionOfModel } from '../../../src-main/filesystem/model/index.ts';
import { ntStatusFromName, ntStatusShortName, ntSuccess } from '../../../src-main/nt/ntStatus.ts';
import * as nt from '../../../src-main/nt/values.generated.ts';
import { driverEntry, driverSource } from './loadDriver.ts';
import { ServiceProgram, type ServiceReply } from './serviceProgram.ts';
import { Transcript } from './transcript.ts';

/** 1 January 2026. */
export const startTime = 134_116_992_000_000_000n;
export const seconds = (count: number): bigint => BigInt(Math.round(count * 1000)) * 10_000n;

/** A driver of the bundle by name, or a source. */
export type ScenarioDriver = string | DriverSource;

export interface ScenarioOptions {
  readonly drivers: readonly ScenarioDriver[];
  /** Contents by path; a number is a size whose contents nobody knows, a directory ends in a backslash. */
  readonly files?: Readonly<Record<string, string | number | FileOptions>>;
  /** Values under the service key, beside the manifest's. */
  readonly values?: Readonly<Record<string, ServiceValue>>;
  readonly volume?: Partial<VolumeDescriptionOfModel> & { readonly deviceType?: number; readonly filesystemType?: number };
  readonly assumptions?: Readonly<Record<string, string>>;
  /** Load every driver at once, as most scenarios do. Default true. */
  readonly load?: boolean;
  readonly apis?: readonly string[];
  /** Reads and writes are cached: the file system moves the data by paging I/O from the top of the stack. Default false. */
  readonly cache?: boolean;
}

export interface OpenOptions {
  /** Letters of rwxad, `ra`, `wa`. Default `r`. */
  readonly access?: string;
  readonly share?: number;
  readonly disposition?: number;
  readonly options?: number;
  readonly process?: number;
  readonly related?: string;
  readonly operationFlags?: number;
  readonly irpFlags?: number;
  readonly volume?: string;
  readonly kernel?: boolean;
  readonly topLevelIrp?: boolean;
  readonly transaction?: PKTRANSACTION;
}

export interface IoOptions {
  readonly fast?: boolean;
  readonly paging?: boolean;
  readonly nocache?: boolean;
  /** Comes with an MDL; paging I/O always does. */
  readonly mdl?: boolean;
  readonly offset?: number;
  readonly process?: number;
  readonly kernel?: boolean;
  readonly topLevelIrp?: boolean;
  readonly buffer?: KBUFFER;
}

/** A request of a program, which may not be over yet. */
export interface Request {
  readonly number: string;
  readonly operation: Operation;
  /** Where its data is or arrives. */
  readonly buffer: KBUFFER | null;
}

interface Held {
  readonly operation: Operation;
  readonly answer: LowerAnswer;
  readonly cancellable: boolean;
}

/** What the file system shall do with a request it gets. */
interface Order {
  readonly matches: (call: LowerCall) => boolean;
  readonly status: number | null;
  /** What is held can be cancelled. */
  readonly cancellable: boolean;
}

const rights: Readonly<Record<string, number>> = { r: 1, w: 2, a: 4, x: 0x20, d: 0x10000 };
const accessOf = (letters: string): number => (letters === 'ra' ? 0x80 : letters === 'wa' ? 0x100 : [...letters].reduce((sum, letter) => sum | (rights[letter] ?? 0), 0));
const zeros = { seed: 0, origin: 0, base: 0 } as const;
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export class Scenario {
  readonly engine: Engine;
  readonly model: ModelFileSystem;
  readonly transcript = new Transcript();
  readonly ledgers = new Map<string, ResourceLedger>();
  readonly services: ServiceProgram[] = [];
  /** Told of every request that reaches the file system, while its parameters can be read. */
  onLower: (call: LowerCall) => void = () => undefined;
  readonly #volumes = new Map<string, { readonly model: ModelVolume; readonly volume: Volume }>();
  readonly #handles = new Map<string, FILE_OBJECT>();
  readonly #threads = new Map<number, EngineThread[]>();
  readonly #busy = new Map<EngineThread, Operation>();
  readonly #orders: Order[] = [];
  readonly #held: Held[] = [];
  readonly #before = new Map<string, () => void>();
  readonly #sites = new RoutineSites();
  readonly #notifications: NotifyRoutines[] = [];
  readonly #objects = new ObjectNumbers(1);
  readonly #completer = createThread({ tid: 16, pid: 4, process: 'System', kind: 'arbitrary', name: 'X' });
  readonly #system = createThread({ tid: 20, pid: 4, process: 'System', kind: 'system', name: 'System' });

  constructor(options: ScenarioOptions) {
    const { assumptions = {} } = options;
    let engine: Engine | null = null;
    this.model = new ModelFileSystem({
      is: (id, word) => engine?.assumptions[id] === word,
      now: () => engine?.time ?? startTime,
      complete: (operation, status, information) => engine?.completeLower(operation, this.#completer, 0, status, information),
      ...(options.cache === true ? { pageIo: (transfer: PageTransfer, done: Parameters<PageIo>[1]) => this.#page(transfer, done) } : {}),
    });
    engine = createEngine({
      lowerDevice: this.#device(), fileSystem: this.model, assumptions, observer: this.transcript, startTime, reparse: 'all', trackWrites: true, callSite: currentCallSite,
      routineSite: (routine, about) => this.#sites.site(routine, about), makeMdl: (buffer) => (buffer instanceof KBUFFER ? new MDL(this.#objects.next(), buffer) : null),
      freeMdl: (mdl) => void (mdl instanceof MDL && MDL.free(mdl)), pump: () => this.#pump(),
    });
    this.engine = engine;
    KBUFFER.freedTouched = (buffer) => this.engine.hint('D-06', { buffer: buffer.id });
    this.transcript.running = () => this.engine.activation;
    this.transcript.apis.clear();
    for (const name of options.apis ?? []) this.transcript.apis.add(name);
    this.addVolume('C', options.volume ?? {});
    for (const [path, contents] of Object.entries(options.files ?? {})) this.file(path, contents);
    for (const driver of options.drivers) this.addDriver(driver, options.values ?? {});
    if (options.load !== false) {
      for (const driver of options.drivers) this.load(typeof driver === 'string' ? driver : driver.name);
      this.transcript.take();
    }
  }

  // -- the world

  addVolume(name: string, description: NonNullable<ScenarioOptions['volume']>): Volume {
    const device = `\\Device\\HarddiskVolume${this.#volumes.size + 1}`;
    const { deviceType, filesystemType, ...model } = description;
    const made = this.model.addVolume({ name: device, fileSystem: 'NTFS', ...model });
    const types = { NTFS: nt.FLT_FSTYPE_NTFS, FAT: nt.FLT_FSTYPE_FAT, RDR: nt.FLT_FSTYPE_LANMAN, exFAT: nt.FLT_FSTYPE_EXFAT, ReFS: nt.FLT_FSTYPE_REFS } as const;
    const volume = this.engine.addVolume({
      name: device, deviceType: deviceType ?? (made.fileSystem === 'RDR' ? 20 : 8), filesystemType: filesystemType ?? types[made.fileSystem], sectorSize: made.sectorSize, writable: !made.readOnly,
    });
    this.#volumes.set(name, { model: made, volume });
    return volume;
  }

  volume(name = 'C'): Volume {
    return assertExists(this.#volumes.get(name)).volume;
  }

  modelVolume(name = 'C'): ModelVolume {
    return assertExists(this.#volumes.get(name)).model;
  }

  file(path: string, contents: string | number | FileOptions, volume = 'C'): void {
    const directory = path.endsWith('\\');
    const given = typeof contents === 'string' ? { contents: bytesOf(contents) } : typeof contents === 'number' ? { size: contents } : contents;
    this.modelVolume(volume).makeFile(directory ? path.slice(0, -1) : path, directory ? { ...(typeof contents === 'object' ? contents : {}), directory: true } : given);
  }

  /** What a stream holds on disk; null when there is none. */
  onDisk(path: string, volume = 'C'): string | null {
    const stream = this.modelVolume(volume).findStream(path);
    if (stream === null) return null;
    const buffer = this.buffer('system', Number(stream.size));
    stream.contents.read(0n, buffer.length, buffer, null);
    return textOf(buffer);
  }

  addDriver(given: ScenarioDriver, values: Readonly<Record<string, ServiceValue>>): void {
    const driver = typeof given === 'string' ? driverSource(given) : given;
    const ledger = new ResourceLedger();
    this.ledgers.set(driver.name, ledger);
    const notifications = new NotifyRoutines();
    this.#notifications.push(notifications);
    const world: DriverWorld = {
      engine: this.engine, now: () => this.engine.time, startTime, print: (text) => this.transcript.add(`DBG "${text.replace(/\n$/, '')}"`), seed: 1, objects: this.#objects, ledger,
      fileName: (fileObject) => ({ volume: fileObject.volume, path: fileObject.FileName.Buffer }), notifications, driverName: driver.name, serviceValues: { ...driver.manifest?.values, ...values }, callSite: currentCallSite,
    };
    const entry = driverEntry(driver, world, this.#sites, (globals) => this.#interruptible(globals));
    this.engine.addService({ ...serviceOf(driver), entry });
  }

  /** Something that happens once, when a driver calls that routine: what another thread does in between. */
  beforeCall(routine: string, then: () => void): void {
    this.#before.set(routine, then);
  }

  #interruptible(globals: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const interrupt = (name: string, routine: (...args: readonly unknown[]) => unknown) => (...args: readonly unknown[]): unknown => {
      const then = this.#before.get(name);
      this.#before.delete(name);
      then?.();
      return routine(...args);
    };
    const wrapped = Object.entries(globals).filter(([name, value]) => name.startsWith('Flt') && typeof value === 'function');
    return { ...globals, ...Object.fromEntries(wrapped.map(([name, value]) => [name, interrupt(name, value as (...args: readonly unknown[]) => unknown)])) };
  }

  // -- life cycle

  load(name: string): string {
    return this.#ended(this.engine.loadFilter(name, this.#system));
  }

  unload(name: string, mandatory = false): string {
    return this.#ended(this.engine.unloadFilter(name, { mandatory, thread: this.#system }));
  }

  filter(name: string): Filter {
    return assertExists(this.engine.filterByName(name));
  }

  instance(driver: string, name: string | null = null): Instance | null {
    return this.engine.filterByName(driver)?.instances.find((one) => name === null || one.name === name) ?? null;
  }

  /** Manual attachment, by the name of an instance definition. */
  attach(driver: string, name: string | null = null, volume = 'C'): string {
    const call = this.engine.attachVolume(this.filter(driver), this.volume(volume), name);
    this.settle();
    return call.result === null ? 'waiting' : ntStatusShortName(call.result.status);
  }

  detach(driver: string, name: string | null = null, volume = 'C'): string {
    return this.#ended(this.engine.detachVolume(this.filter(driver), this.volume(volume), name, this.#system));
  }

  #ended(call: HostCall<number>): string {
    this.settle();
    return call.result === null ? 'waiting' : ntStatusShortName(call.result);
  }

  /** What a driver has not given back: contexts that live, pool, handles, references. */
  leftovers(driver: string): string[] {
    const filter = this.engine.filterByName(driver);
    const contexts = filter === undefined ? [] : this.engine.contextsOf(filter).map(({ label, count }) => `${label} (${count})`);
    return [...contexts, ...(this.ledgers.get(driver)?.report() ?? [])];
  }

  // -- the file system below

  #device(): LowerDevice {
    return {
      dispatch: (call) => this.#dispatch(call),
      offersFastIo: (volume, major) => this.model.offersFastIo(volume, major),
      cancel: (operation) => this.#held.some((one) => one.operation === operation && one.cancellable) || this.model.cancel(operation),
    };
  }

  #dispatch(call: LowerCall): LowerAnswer {
    this.onLower(call);
    const at = this.#orders.findIndex(({ matches }) => matches(call));
    const [order] = at < 0 ? [] : this.#orders.splice(at, 1);
    const answer: LowerAnswer = order !== undefined && order.status !== null ? { kind: 'complete', status: order.status, information: 0 } : this.model.dispatch(call);
    if (order === undefined || order.status !== null || answer.kind !== 'complete') {
      this.transcript.fileSystem(call, answer);
      return answer;
    }
    this.#held.push({ operation: call.operation, answer, cancellable: order.cancellable });
    this.transcript.fileSystem(call, { kind: 'pend' });
    return { kind: 'pend' };
  }

  /** The next request of that major function stays at the file system; by default it may be cancelled there. */
  hold(major: number, cancellable = true): void {
    this.#orders.push({ matches: ({ iopb }) => iopb.MajorFunction === major, status: null, cancellable });
  }

  /** The next request of that major function fails. */
  fail(major: number, status: string, also: (call: LowerCall) => boolean = () => true): void {
    this.#orders.push({ matches: (call) => call.iopb.MajorFunction === major && also(call), status: assertExists(ntStatusFromName(status)), cancellable: true });
  }

  /** The file system completes what it has held, in an arbitrary thread. */
  release(request: Request, irql: Irql = 0): void {
    const at = this.#held.findIndex(({ operation }) => operation === request.operation);
    const [held] = this.#held.splice(at, 1);
    if (at < 0 || held?.answer.kind !== 'complete') throw new Error(`${request.number} is not held`);
    this.engine.completeLower(held.operation, this.#completer, irql, held.answer.status, held.answer.information);
    this.settle();
  }

  /** The same for everything that is held. */
  releaseAll(): void {
    for (const { operation, answer } of this.#held.splice(0)) {
      if (answer.kind === 'complete') this.engine.completeLower(operation, this.#completer, 0, answer.status, answer.information);
    }
    this.settle();
  }

  /** Paging I/O of the file system: in the thread that needs it, or in the lazy writer's. */
  #page({ kind, fileObject, offset, length, bytes, by }: PageTransfer, done: Parameters<PageIo>[1]): void {
    const page = this.buffer('system', length);
    bytes?.forEach((byte, at) => page.setU8(at, byte));
    const values = { Length: length, Key: 0, ByteOffset: offset, MdlAddress: new MDL(this.#objects.next(), page) };
    const form: RequestForm = {
      minor: 0, systemBuffer: false, output: null, ...(kind === 'read' ? { major: nt.IRP_MJ_READ, member: 'Read', values: { ...values, ReadBuffer: page } } : { major: nt.IRP_MJ_WRITE, member: 'Write', values: { ...values, WriteBuffer: page } }),
    };
    this.transcript.pagingFor = by;
    const operation = this.engine.issue(ioRequest(form, {
      kind: 'irp', fileObject, volume: { name: fileObject.volume }, thread: by?.thread ?? this.#system, irpFlags: nt.IRP_PAGING_IO | nt.IRP_NOCACHE | nt.IRP_SYNCHRONOUS_PAGING_IO, operationFlags: 0, requestorMode: 0,
    }));
    const end = (): void => done(operation.status, page.at(0, operation.information));
    if (operation.state === 'completed') end();
    else {
      this.transcript.onCompleted = (one) => {
        if (one === operation) end();
      };
    }
  }

  /** The lazy writer comes by. */
  lazyWrite(): void {
    this.model.writeBehind();
    this.settle();
  }

  // -- time

  /** So many seconds after the start. */
  at(time: number): void {
    const until = startTime + seconds(time);
    for (const due of this.services.flatMap((service) => service.dueTimes()).filter((one) => one <= until).sort((a, b) => Number(a - b))) {
      this.engine.advanceTo(due);
      this.settle();
    }
    this.engine.advanceTo(until);
    this.settle();
  }

  settle(): void {
    for (let moved = true; moved;) {
      this.engine.settle();
      moved = this.model.runReady() || this.#serve();
      for (const [thread, operation] of this.#busy) if (operation.state === 'completed') this.#busy.delete(thread);
    }
  }

  #serve(): boolean {
    return this.services.some((service) => service.work());
  }

  /** Somebody waits on the stack: the file system and the programs go on meanwhile. */
  #pump(): boolean {
    return this.model.runReady() || this.#serve();
  }

  // -- programs

  thread(process = 100): EngineThread {
    const threads = this.#threads.get(process) ?? [];
    this.#threads.set(process, threads);
    const free = threads.find((thread) => !this.#busy.has(thread));
    if (free !== undefined) return free;
    const [first] = threads;
    const thread = createThread({
      tid: process * 10 + threads.length * 4, pid: process, process: `P${process}`, kind: 'requestor', name: `P${process}${threads.length === 0 ? '' : `#${threads.length + 1}`}`, ...(first === undefined ? {} : { eprocess: first.eprocess }),
    });
    threads.push(thread);
    return thread;
  }

  buffer(kind: BufferKind, length: number): KBUFFER {
    return KBUFFER.make(this.#objects.next(), kind, length, zeros, { zeroed: true });
  }

  /** A program's memory whose bytes nobody recorded. */
  unknown(length: number): KBUFFER {
    return KBUFFER.make(this.#objects.next(), 'user', length, zeros);
  }

  text(kind: BufferKind, text: string): KBUFFER {
    const buffer = this.buffer(kind, text.length);
    bytesOf(text).forEach((byte, at) => buffer.setU8(at, byte));
    return buffer;
  }

  handle(name: string): FILE_OBJECT {
    return assertExists(this.#handles.get(name), `no handle ${name}`);
  }

  #issue(form: RequestForm, fileObject: FILE_OBJECT | null, more: {
    readonly kind?: OperationKind; readonly irpFlags?: number; readonly operationFlags?: number; readonly process?: number; readonly kernel?: boolean; readonly topLevelIrp?: boolean; readonly volume?: string;
  }): Operation {
    const process = more.process ?? 100;
    const thread = process === 4 ? this.#system : this.thread(process);
    const request = ioRequest(form, {
      kind: more.kind ?? 'irp', fileObject, volume: { name: more.volume ?? fileObject?.volume ?? this.volume().name }, thread, irpFlags: more.irpFlags ?? 0, operationFlags: more.operationFlags ?? 0,
      requestorMode: more.kernel === true || process === 4 ? 0 : 1, ...(more.topLevelIrp === true ? { topLevelIrp: true } : {}),
    });
    const operation = this.engine.issue(request);
    if (operation.state !== 'completed') {
      // A thread that waits for a callback has not got control back.
      if (operation.current?.entryOpen === true) this.#busy.set(thread, operation);
      else this.transcript.pending(operation);
    }
    this.settle();
    return operation;
  }

  #request(operation: Operation, buffer: KBUFFER | null): Request {
    return { number: this.transcript.nameOf(operation), operation, buffer };
  }

  create(name: string, path: string, options: OpenOptions = {}): Request {
    const device = this.volume(options.volume ?? 'C').name;
    const related = options.related === undefined ? null : this.handle(options.related);
    const fileObject = new FILE_OBJECT({ id: name, volume: device, name: path, flags: path === '' && related === null ? nt.FO_VOLUME_OPEN : 0 });
    fileObject.RelatedFileObject = related;
    if (options.transaction !== undefined) this.engine.openInTransaction(fileObject, options.transaction);
    if (((options.options ?? 0) & (nt.FILE_SYNCHRONOUS_IO_ALERT | nt.FILE_SYNCHRONOUS_IO_NONALERT)) !== 0) fileObject.Flags |= nt.FO_SYNCHRONOUS_IO;
    if (((options.options ?? 0) & nt.FILE_NO_INTERMEDIATE_BUFFERING) !== 0) fileObject.Flags |= nt.FO_NO_INTERMEDIATE_BUFFERING;
    const form = createForm({ access: accessOf(options.access ?? 'r'), share: options.share ?? 7, disposition: options.disposition ?? nt.FILE_OPEN, options: options.options ?? 0, attributes: 0x80 });
    const operation = this.#issue(form, fileObject, options);
    const last = latest(operation);
    if (last.state === 'completed' && ntSuccess(last.status) && last.status !== nt.STATUS_REPARSE) {
      fileObject.Flags |= nt.FO_HANDLE_CREATED;
      this.#handles.set(name, fileObject);
    } else if (last.state !== 'completed') {
      // It may succeed later.
      this.#handles.set(name, fileObject);
    } else if ((fileObject.Flags & nt.FO_FILE_OPEN_CANCELLED) !== 0) this.#issue(bare(nt.IRP_MJ_CLOSE), fileObject, {});
    return this.#request(last, null);
  }

  read(name: string, length: number, options: IoOptions = {}): Request {
    return this.#transfer(nt.IRP_MJ_READ, name, options.buffer ?? this.buffer('user', length), length, options);
  }

  write(name: string, data: string | number, options: IoOptions = {}): Request {
    const length = typeof data === 'number' ? data : data.length;
    const buffer = options.buffer ?? (typeof data === 'string' ? this.text('user', data) : this.buffer('user', data));
    return this.#transfer(nt.IRP_MJ_WRITE, name, buffer, length, options);
  }

  #transfer(major: number, name: string, buffer: KBUFFER, length: number, options: IoOptions): Request {
    const fileObject = this.handle(name);
    const uncached = options.nocache === true || (fileObject.Flags & nt.FO_NO_INTERMEDIATE_BUFFERING) !== 0;
    const irpFlags = options.paging === true ? nt.IRP_PAGING_IO | nt.IRP_NOCACHE : uncached ? nt.IRP_NOCACHE : 0;
    const mdl = options.mdl === true || options.paging === true ? new MDL(this.#objects.next(), buffer) : null;
    const values = { Length: length, Key: 0, ByteOffset: BigInt(options.offset ?? 0), MdlAddress: mdl };
    const form: RequestForm = {
      major, minor: 0, systemBuffer: false, output: null,
      ...(major === nt.IRP_MJ_READ ? { member: 'Read', values: { ...values, ReadBuffer: buffer } } : { member: 'Write', values: { ...values, WriteBuffer: buffer } }),
    };
    return this.#send(form, fileObject, buffer, { ...options, irpFlags });
  }

  /** Fast I/O comes again as an IRP where it was refused (R-2.32). */
  #send(form: RequestForm, fileObject: FILE_OBJECT, buffer: KBUFFER | null, options: IoOptions & { readonly irpFlags?: number; readonly operationFlags?: number }): Request {
    const { fast, paging, irpFlags = 0, process = paging === true ? 4 : 100, kernel, topLevelIrp, operationFlags = 0 } = options;
    const more = { process, irpFlags, operationFlags, ...(kernel === undefined ? {} : { kernel }), ...(topLevelIrp === undefined ? {} : { topLevelIrp }) };
    let operation = this.#issue(form, fileObject, { ...more, kind: fast === true ? 'fastio' : 'irp' });
    if (operation.state === 'completed' && fallbackMajors(operation.kind, form.major, operation.status).length === 1) operation = this.#issue(form, fileObject, { ...more, kind: 'irp' });
    return this.#request(operation, buffer);
  }

  setInformation(name: string, informationClass: number, buffer: KBUFFER, more: Readonly<Record<string, unknown>> = {}, options: IoOptions = {}): Request {
    const values = { Length: buffer.length, FileInformationClass: informationClass, ParentOfTarget: null, InfoBuffer: buffer, ...more };
    return this.#send({ major: nt.IRP_MJ_SET_INFORMATION, minor: 0, member: 'SetFileInformation', values, systemBuffer: true, output: null }, this.handle(name), buffer, options);
  }

  setDisposition(name: string, deletes: boolean, options: IoOptions = {}): Request {
    const buffer = this.buffer('system', 1);
    buffer.setU8(0, Number(deletes));
    return this.setInformation(name, nt.FileDispositionInformation, buffer, {}, options);
  }

  setDispositionEx(name: string, flags: number, options: IoOptions = {}): Request {
    const buffer = this.buffer('system', 4);
    buffer.setU32(0, flags);
    return this.setInformation(name, nt.FileDispositionInformationEx, buffer, {}, options);
  }

  setEndOfFile(name: string, size: number, options: IoOptions = {}): Request {
    const buffer = this.buffer('system', 8);
    buffer.setU64(0, BigInt(size));
    return this.setInformation(name, nt.FileEndOfFileInformation, buffer, {}, options);
  }

  setBasic(name: string): Request {
    return this.setInformation(name, nt.FileBasicInformation, this.buffer('system', 40));
  }

  rename(name: string, target: string, options: { readonly replace?: boolean; readonly flags?: number; readonly kernel?: boolean; readonly process?: number; readonly informationClass?: number; readonly parent?: FILE_OBJECT } = {}): Request {
    const buffer = this.buffer('system', 24 + 2 * target.length);
    buffer.setU32(0, options.flags ?? Number(options.replace === true));
    buffer.setU32(16, 2 * target.length);
    buffer.setWstr(20, target);
    const informationClass = options.informationClass ?? (options.flags === undefined ? nt.FileRenameInformation : nt.FileRenameInformationEx);
    const more = options.parent === undefined ? { ReplaceIfExists: Number(options.replace === true) } : { ParentOfTarget: options.parent };
    return this.setInformation(name, informationClass, buffer, more, { ...(options.kernel === true ? { kernel: true } : {}), ...(options.process === undefined ? {} : { process: options.process }) });
  }

  queryInformation(name: string, informationClass: number, length = 512): Request {
    const buffer = this.buffer('system', length);
    const values = { Length: length, FileInformationClass: informationClass, InfoBuffer: buffer };
    return this.#send({ major: nt.IRP_MJ_QUERY_INFORMATION, minor: 0, member: 'QueryFileInformation', values, systemBuffer: true, output: buffer }, this.handle(name), buffer, {});
  }

  queryDirectory(name: string, options: { readonly pattern?: string; readonly length?: number; readonly informationClass?: number; readonly restart?: boolean; readonly single?: boolean } = {}): Request {
    const buffer = this.buffer('user', options.length ?? 1024);
    const values = {
      Length: buffer.length, FileName: null, FileInformationClass: options.informationClass ?? nt.FileBothDirectoryInformation, FileIndex: 0, DirectoryBuffer: buffer, MdlAddress: null,
    };
    const operationFlags = (options.restart === true ? nt.SL_RESTART_SCAN : 0) | (options.single === true ? nt.SL_RETURN_SINGLE_ENTRY : 0);
    return this.#send({ major: nt.IRP_MJ_DIRECTORY_CONTROL, minor: nt.IRP_MN_QUERY_DIRECTORY, member: 'DirectoryControl.QueryDirectory', values, systemBuffer: false, output: buffer }, this.handle(name), buffer, { operationFlags } as IoOptions);
  }

  notify(name: string, filter = 0x1ff): Request {
    const buffer = this.buffer('user', 1024);
    const values = { Length: buffer.length, CompletionFilter: filter, DirectoryBuffer: buffer };
    return this.#send({ major: nt.IRP_MJ_DIRECTORY_CONTROL, minor: nt.IRP_MN_NOTIFY_CHANGE_DIRECTORY, member: 'DirectoryControl.NotifyDirectory', values, systemBuffer: false, output: buffer }, this.handle(name), buffer, {});
  }

  control(name: string, code: number, input: KBUFFER | null = null, outputLength = 0, options: IoOptions = {}): Request {
    const form = controlForm(nt.IRP_MJ_FILE_SYSTEM_CONTROL, code, input, outputLength);
    return this.#send({ ...form, minor: nt.IRP_MN_USER_FS_REQUEST }, this.handle(name), form.output, options);
  }

  /** FSCTL_REQUEST_OPLOCK; `acknowledge` answers a break with the level that is kept. */
  oplock(name: string, level: number, acknowledge = false): Request {
    const form = oplockForm(level, acknowledge ? 2 : 1);
    return this.#send({ ...form, minor: nt.IRP_MN_USER_FS_REQUEST }, this.handle(name), form.output, {});
  }

  /** A section is made over an open file: the file system is told before and after. */
  section(name: string, pageProtection: number): Request {
    const values = { SyncType: informationConstants.SyncTypeCreateSection, PageProtection: pageProtection };
    const acquire: RequestForm = { ...bare(nt.IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION), member: 'AcquireForSectionSynchronization', values };
    const operation = this.#issue(acquire, this.handle(name), { kind: 'fsfilter' });
    this.#issue(bare(nt.IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION), this.handle(name), { kind: 'fsfilter' });
    return this.#request(operation, null);
  }

  /** Anything without parameters of its own. */
  plain(major: number, name: string | null, options: { readonly kind?: OperationKind; readonly minor?: number } = {}): Request {
    const operation = this.#issue({ ...bare(major), minor: options.minor ?? 0 }, name === null ? null : this.handle(name), options);
    return this.#request(operation, null);
  }

  networkQueryOpen(path: string): Request {
    const fileObject = new FILE_OBJECT({ id: 'query-open', volume: this.volume().name, name: path });
    const buffer = this.buffer('system', 56);
    return this.#request(this.#issue({ major: nt.IRP_MJ_NETWORK_QUERY_OPEN, minor: 0, member: 'NetworkQueryOpen', values: { NetworkInformation: buffer }, systemBuffer: true, output: buffer }, fileObject, { kind: 'fastio' }), buffer);
  }

  cleanup(name: string): Request {
    const fileObject = this.handle(name);
    const operation = this.#issue(bare(nt.IRP_MJ_CLEANUP), fileObject, {});
    fileObject.Flags |= nt.FO_CLEANUP_COMPLETE;
    return this.#request(operation, null);
  }

  close(name: string): Request {
    return this.#request(this.#issue(bare(nt.IRP_MJ_CLOSE), this.handle(name), {}), null);
  }

  /** The last handle is closed. */
  closeHandle(name: string): void {
    this.cleanup(name);
    this.close(name);
  }

  cancel(request: Request): void {
    this.engine.cancel(request.operation, this.thread(request.operation.thread.pid), 0);
    this.settle();
  }

  /** The service script beside a driver begins, as that process. What it writes is lines: `SVC "..."`. */
  serve(name: string, process: number): void {
    const script = serviceSourceOf(driverSource(name));
    const result = script === null ? null : checkService(script, serviceGlobalNames);
    if (script === null || result?.kind !== 'ok') throw new Error(`${name} has no sound service script`);
    const services = new Services({
      engine: this.engine, objects: this.#objects, seed: 1, startTime, processNamed: () => this.thread(process).eprocess, idInUse: () => false, print: (text) => this.transcript.add(`SVC "${text}"`),
    });
    services.load(script, result.checked);
    services.begin();
    this.settle();
    if (services.failure !== null) throw new Error(`the service script of ${name} has failed`, { cause: services.failure });
  }

  /** A process is gone; its id may be given again. */
  endProcess(process: number): void {
    const [thread] = this.#threads.get(process) ?? [];
    this.#threads.delete(process);
    if (thread !== undefined) for (const notifications of this.#notifications) notifications.processExited(thread.eprocess, process, 4);
  }

  /** A program connects to a port and answers its messages. */
  connect(port: string, process: number, answer: (data: Uint8Array) => ServiceReply | null, context: KBUFFER | null = null): ServiceProgram {
    const service = new ServiceProgram(this.engine, port, this.thread(process), answer, (line) => this.transcript.add(line));
    this.services.push(service);
    service.connect(context);
    this.settle();
    return service;
  }

  // -- what has happened

  /** The lines since the last time. */
  lines(): string[] {
    return this.transcript.take();
  }
}

const bare = (major: number): RequestForm => ({ major, minor: 0, member: null, values: {}, systemBuffer: false, output: null });

/** The request that a create which ended in a reparse has become. */
function latest(operation: Operation): Operation {
  let last = operation;
  while (last.successor !== null) last = last.successor;
  return last;
}

export function textOf(buffer: KBUFFER, length = buffer.length): string {
  return String.fromCharCode(...buffer.bytes(0, length));
}

/** One line each, trimmed: scenarios are written as a block of text. */
export const expected = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

/** Drivers' TypeScript through the real loader and realm, over the engine and the model file system; and a program that uses files. */
import { createDriverGlobals, DRIVER_OBJECT } from '../../../src-main/driver-api/driverGlobals.ts';
import { ObjectNumbers, type DriverWorld } from '../../../src-main/driver-api/driverWorld.ts';
import { KBUFFER, MDL } from '../../../src-main/driver-api/kbuffer.ts';
import { viewedBytes } from '../../../src-main/driver-api/structures/struct.ts';
import { providedNames } from '../../../src-main/engine-host/driverCheck.ts';
import { serviceOf } from '../../../src-main/engine-host/driverInstances.ts';
import { checkDriver } from '../../../src-main/engine-host/loader.ts';
import { seededRandom } from '../../../src-main/base/seededRandom.ts';
import { DriverRealm } from '../../../src-main/engine-host/realm.ts';
import { createEngine, createThread, FILE_OBJECT, UNICODE_STRING, type Engine, type EngineEvent, type EngineObserver, type EngineThread, type Operation, type Violation, type Volume } from '../../../src-main/engine/index.ts';
import { ModelFileSystem, type ModelVolume } from '../../../src-main/filesystem/model/index.ts';
import { FILE_OPEN, FILE_OPEN_IF, FO_SYNCHRONOUS_IO, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_WRITE } from '../../../src-main/nt/values.generated.ts';
import { ownDriver } from '../engine-host/runs.ts';

const startTime = 134_116_992_000_000_000n;
const nothing = (): void => undefined;

export interface DriverText {
  readonly name: string;
  readonly source: string;
  readonly altitude?: string;
}

export class LoadedDrivers {
  readonly engine: Engine;
  readonly volume: Volume;
  readonly model: ModelVolume;
  readonly printed: string[] = [];
  readonly violations: Violation[] = [];
  readonly events: EngineEvent[] = [];
  readonly thread: EngineThread = createThread({ tid: 41, pid: 1234, process: 'editor.exe', kind: 'requestor' });
  readonly #objects = new ObjectNumbers(1);
  #files = 0;

  constructor(drivers: readonly DriverText[]) {
    let engine: Engine | null = null;
    const completer = createThread({ tid: 16, pid: 4, process: 'System', kind: 'arbitrary', name: 'X' });
    const fileSystem = new ModelFileSystem({
      is: (id, word) => engine?.assumptions[id] === word, now: () => engine?.time ?? startTime, complete: (operation, status, information) => engine?.completeLower(operation, completer, 0, status, information),
    });
    const observer: EngineObserver = {
      operationIssued: nothing, callbackEntered: nothing, callbackReturned: nothing, lowerCalled: nothing, lowerCompleted: nothing, lowerReturned: nothing, operationCompleted: nothing,
      event: (event) => {
        this.events.push(event);
        if (event.kind === 'violation') this.violations.push(event.violation);
      },
    };
    engine = createEngine({
      lowerDevice: fileSystem, fileSystem, observer, startTime, makeMdl: (buffer) => new MDL(this.#objects.next(), buffer as KBUFFER), makeBuffer: (length) => this.buffer(length), bufferOf: viewedBytes,
    });
    this.engine = engine;
    this.model = fileSystem.addVolume({ name: '\\Device\\HarddiskVolume1', fileSystem: 'NTFS' });
    this.volume = engine.addVolume({ name: '\\Device\\HarddiskVolume1', deviceType: 8, filesystemType: 2 });
    for (const driver of drivers) this.#load(driver);
    engine.settle();
  }

  #load({ name, source, altitude = '320000' }: DriverText): void {
    const { engine } = this;
    const driver = ownDriver(name, source, 1, altitude);
    const result = checkDriver(driver, providedNames());
    if (result.kind !== 'ok') throw new Error(result.problems.map(({ message }) => message).join('\n'));
    engine.addService(serviceOf(driver));
    const print = (text: string): void => void this.printed.push(text.trimEnd());
    const world: DriverWorld = { engine, now: () => engine.time, startTime, print, seed: 1, objects: this.#objects, fileName: (file) => ({ volume: file.volume, path: file.FileName.Buffer }), driverName: name };
    const realm = new DriverRealm({ globals: createDriverGlobals(world), now: world.now, random: seededRandom(1), print });
    const module = realm.load(result.checked);
    const status = engine.runDriverEntry({ name }, () => Number(module.DriverEntry(new DRIVER_OBJECT(name), new UNICODE_STRING(name))) >>> 0);
    if (status !== 0) throw new Error(`${name}: DriverEntry gave 0x${status.toString(16)}`);
  }

  buffer(length: number, text = ''): KBUFFER {
    const number = this.#objects.next();
    const buffer = KBUFFER.make(number, 'system', length, this.#objects.pattern(number), { zeroed: true });
    for (let at = 0; at < text.length; at++) buffer.setU8(at, text.charCodeAt(at));
    return buffer;
  }

  ids(): string[] {
    return this.violations.map(({ id }) => id);
  }

  // -- what the program does

  #issue(major: number, fileObject: FILE_OBJECT, member: string | null, values: Readonly<Record<string, unknown>>): Operation {
    const operation = this.engine.issue({
      kind: 'irp', major, minor: 0, irpFlags: 0, operationFlags: 0, fileObject, member, values, thread: this.thread, irql: 0, requestorMode: 1, volume: this.volume,
    });
    this.engine.settle();
    return operation;
  }

  create(path: string, options: { readonly access?: number; readonly disposition?: number } = {}): { readonly file: FILE_OBJECT; readonly operation: Operation } {
    const { access = 0x12019f, disposition = path.endsWith('\\') ? FILE_OPEN : FILE_OPEN_IF } = options;
    const file = new FILE_OBJECT({ id: `file${++this.#files}`, volume: this.volume.name, name: path, flags: FO_SYNCHRONOUS_IO });
    const SecurityContext = { SecurityQos: null, DesiredAccess: access, FullCreateOptions: 0x20, AccessState: { OriginalDesiredAccess: access, RemainingDesiredAccess: access, PreviouslyGrantedAccess: 0, Flags: 0 } };
    const operation = this.#issue(IRP_MJ_CREATE, file, 'Create', { SecurityContext, Options: ((disposition << 24) | 0x20) >>> 0, FileAttributes: 0x80, ShareAccess: 7, EaLength: 0, EaBuffer: null, AllocationSize: 0n });
    return { file, operation };
  }

  read(file: FILE_OBJECT, length: number, offset = 0n): { readonly buffer: KBUFFER; readonly operation: Operation } {
    const buffer = this.buffer(length);
    return { buffer, operation: this.#issue(IRP_MJ_READ, file, 'Read', { Length: length, Key: 0, ByteOffset: offset, ReadBuffer: buffer, MdlAddress: null }) };
  }

  write(file: FILE_OBJECT, text: string, offset = 0n): Operation {
    return this.#issue(IRP_MJ_WRITE, file, 'Write', { Length: text.length, Key: 0, ByteOffset: offset, WriteBuffer: this.buffer(text.length, text), MdlAddress: null });
  }

  close(file: FILE_OBJECT): void {
    this.#issue(IRP_MJ_CLEANUP, file, null, {});
    this.#issue(IRP_MJ_CLOSE, file, null, {});
  }

  unload(name: string): number | null {
    const call = this.engine.unloadFilter(name);
    this.engine.settle();
    return call.result;
  }
}

/** The bytes of a buffer as text, up to the first zero. */
export const textIn = (bytes: Uint8Array): string => String.fromCharCode(...bytes).replace(/\0[\s\S]*$/, '');

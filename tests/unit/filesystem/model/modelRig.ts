/** The model file system below an engine without filters, driven as the vectors' `usr` and `sys` drive it. */
import { KBUFFER } from '../../../../src-main/driver-api/kbuffer.ts';
import { createEngine, createThread, extendFileObject, FILE_OBJECT, settleAssumptions, type Engine, type Operation, type OperationKind } from '../../../../src-main/engine/index.ts';
import { ModelFileSystem, type ModelVolume, type VolumeDescriptionOfModel } from '../../../../src-main/filesystem/model/index.ts';
import { ntStatusName } from '../../../../src-main/nt/ntStatus.ts';
import * as nt from '../../../../src-main/nt/values.generated.ts';

export interface CreateOptions {
  readonly access?: string;
  readonly share?: string;
  readonly disp?: number;
  readonly opts?: number;
  readonly key?: string;
  readonly parentKey?: string;
  readonly attributes?: number;
  readonly related?: FILE_OBJECT;
  readonly operationFlags?: number;
  readonly ignoreShare?: boolean;
}

/** `SUCCESS 1`: status without its prefix, Information where it is not 0. `pending` while the request waits. */
export type Outcome = string;

const rights: Readonly<Record<string, number>> = {
  r: nt.FILE_READ_DATA, w: nt.FILE_WRITE_DATA, a: nt.FILE_APPEND_DATA, x: nt.FILE_EXECUTE, d: nt.DELETE, ra: nt.FILE_READ_ATTRIBUTES, wa: nt.FILE_WRITE_ATTRIBUTES, re: nt.FILE_READ_EA,
  rc: nt.READ_CONTROL, s: nt.SYNCHRONIZE,
};

export function accessOf(text: string): number {
  let access = 0;
  for (const part of text.split('+')) for (const one of part in rights ? [part] : [...part]) access |= rights[one] ?? 0;
  return access;
}

const shareOf = (text: string): number => (text.includes('R') ? 1 : 0) | (text.includes('W') ? 2 : 0) | (text.includes('D') ? 4 : 0);

export function outcome(operation: Operation): Outcome {
  if (operation.state !== 'completed') return 'pending';
  return `${ntStatusName(operation.status).replace('STATUS_', '')}${operation.information === 0 ? '' : ` ${operation.information}`}`;
}

export class ModelRig {
  readonly engine: Engine;
  readonly fs: ModelFileSystem;
  readonly volume: ModelVolume;
  readonly thread = createThread({ tid: 8, pid: 4, process: 'app.exe', kind: 'requestor', name: 'T1' });
  /** Requests that the file system completed after it had pended them, in order: `r1 SUCCESS 7`. */
  readonly done: string[] = [];
  now = 133_000_000_000_000_000n;
  readonly #names = new Map<Operation, string>();
  readonly #opened = new Map<string, FILE_OBJECT>();
  #count = 0;
  #buffers = 0;

  constructor(volume: Partial<VolumeDescriptionOfModel> = {}, assumptions: Readonly<Record<string, string>> = {}) {
    const { settings, problems } = settleAssumptions(assumptions);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    this.fs = new ModelFileSystem({
      is: (id, word) => settings[id] === word, now: () => this.now,
      complete: (operation, status, information) => {
        this.engine.completeLower(operation, this.thread, 0, status, information);
        this.done.push(`${this.#names.get(operation) ?? '?'} ${outcome(operation)}`);
      },
    });
    this.volume = this.fs.addVolume({ name: '\\Device\\HarddiskVolume1', fileSystem: 'NTFS', ...volume });
    this.engine = createEngine({ lowerDevice: this.fs, assumptions });
    this.engine.addVolume({ name: this.volume.name });
  }

  buffer(length: number, fill?: (buffer: KBUFFER) => void): KBUFFER {
    const buffer = KBUFFER.make(++this.#buffers, 'system', length, { seed: 1, origin: 0, base: 0 }, { zeroed: true });
    fill?.(buffer);
    return buffer;
  }

  handle(name: string): FILE_OBJECT {
    const fileObject = this.#opened.get(name);
    if (fileObject === undefined) throw new Error(`${name} was never opened`);
    return fileObject;
  }

  issue(name: string, major: number, member: string | null, values: Readonly<Record<string, unknown>>, fileObject: FILE_OBJECT, more: { readonly kind?: OperationKind; readonly minor?: number; readonly irpFlags?: number; readonly operationFlags?: number; readonly slots?: readonly unknown[] } = {}): Operation {
    const volume = this.engine.volumes[0];
    if (volume === undefined) throw new Error('no volume');
    // The operation may complete inside the call, before its name can be noted.
    const operation = this.engine.issue({ kind: more.kind ?? 'irp', major, minor: more.minor ?? 0, irpFlags: more.irpFlags ?? 0, operationFlags: more.operationFlags ?? 0, fileObject, member, values, thread: this.thread, irql: 0, requestorMode: 1, volume, ...(more.slots !== undefined && { slots: more.slots }) });
    this.#names.set(operation, name);
    this.settle();
    return operation;
  }

  settle(): void {
    while (this.fs.runReady());
  }

  /** What has been completed late since the last question. */
  late(): string[] {
    return this.done.splice(0);
  }

  createOp(name: string, path: string, options: CreateOptions = {}): Operation {
    const fileObject = new FILE_OBJECT({ id: `fo${++this.#count}`, volume: this.volume.name, name: path });
    if (options.related !== undefined) fileObject.RelatedFileObject = options.related;
    extendFileObject(fileObject, { oplockKey: options.key ?? null, parentOplockKey: options.parentKey ?? null, ignoresShareAccess: options.ignoreShare ?? false });
    this.#opened.set(name, fileObject);
    const access = accessOf(options.access ?? 'r');
    return this.issue(name, nt.IRP_MJ_CREATE, 'Create', {
      SecurityContext: { DesiredAccess: access }, Options: (((options.disp ?? nt.FILE_OPEN) << 24) | (options.opts ?? 0)) >>> 0, FileAttributes: options.attributes ?? 0,
      ShareAccess: shareOf(options.share ?? 'RWD'), EaLength: 0, EaBuffer: null, AllocationSize: 0n,
    }, fileObject, { operationFlags: options.operationFlags ?? 0 });
  }

  create(name: string, path: string, options: CreateOptions = {}): Outcome {
    return outcome(this.createOp(name, path, options));
  }

  read(name: string, offset: number | bigint, length: number, more: { readonly kind?: OperationKind; readonly irpFlags?: number; readonly buffer?: KBUFFER } = {}): Outcome {
    return outcome(this.issue(name, nt.IRP_MJ_READ, 'Read', { Length: length, ByteOffset: BigInt(offset), ReadBuffer: more.buffer ?? this.buffer(length) }, this.handle(name), more));
  }

  write(name: string, offset: number | bigint, data: string | number, more: { readonly kind?: OperationKind; readonly irpFlags?: number; readonly op?: string } = {}): Outcome {
    const length = typeof data === 'number' ? data : data.length;
    const buffer = this.buffer(length, (to) => {
      if (typeof data === 'string') for (let at = 0; at < length; at++) to.setU8(at, data.charCodeAt(at));
    });
    return outcome(this.issue(more.op ?? name, nt.IRP_MJ_WRITE, 'Write', { Length: length, ByteOffset: BigInt(offset), WriteBuffer: buffer }, this.handle(name), more));
  }

  /** What the file holds, as text. */
  text(name: string, offset = 0, length = 64): string {
    const buffer = this.buffer(length);
    const operation = this.issue(name, nt.IRP_MJ_READ, 'Read', { Length: length, ByteOffset: BigInt(offset), ReadBuffer: buffer }, this.handle(name));
    return operation.information === 0 ? outcome(operation) : String.fromCharCode(...buffer.bytes(0, operation.information));
  }

  set(op: string, name: string, informationClass: number, info: unknown, length: number, more: Readonly<Record<string, unknown>> = {}): Outcome {
    return outcome(this.issue(op, nt.IRP_MJ_SET_INFORMATION, 'SetFileInformation', { Length: length, FileInformationClass: informationClass, InfoBuffer: info, ...more }, this.handle(name)));
  }

  delete(name: string, deletes = true, op = name): Outcome {
    return this.set(op, name, nt.FileDispositionInformation, this.buffer(1, (to) => to.setU8(0, Number(deletes))), 1);
  }

  deleteEx(name: string, flags: number): Outcome {
    return this.set(name, name, nt.FileDispositionInformationEx, this.buffer(4, (to) => to.setU32(0, flags)), 4);
  }

  rename(name: string, target: string, options: { readonly replace?: boolean; readonly flags?: number; readonly op?: string; readonly informationClass?: number; readonly parent?: FILE_OBJECT } = {}): Outcome {
    const length = 20 + target.length * 2;
    const buffer = this.buffer(length, (to) => {
      to.setU32(0, options.flags ?? Number(options.replace ?? false));
      to.setU32(16, target.length * 2);
      to.setWstr(20, target);
    });
    const informationClass = options.informationClass ?? (options.flags === undefined ? nt.FileRenameInformation : nt.FileRenameInformationEx);
    return this.set(options.op ?? name, name, informationClass, buffer, length, options.parent === undefined ? {} : { ParentOfTarget: options.parent });
  }

  size(name: string, size: number, op = name): Outcome {
    return this.set(op, name, nt.FileEndOfFileInformation, this.buffer(8, (to) => to.setU64(0, BigInt(size))), 8);
  }

  query(name: string, informationClass: number, length = 512): { readonly outcome: Outcome; readonly buffer: KBUFFER } {
    const buffer = this.buffer(length);
    const operation = this.issue(name, nt.IRP_MJ_QUERY_INFORMATION, 'QueryFileInformation', { Length: length, FileInformationClass: informationClass, InfoBuffer: buffer }, this.handle(name));
    return { outcome: outcome(operation), buffer };
  }

  fsctlOp(op: string, name: string, code: number, values: Readonly<Record<string, unknown>> = {}): Operation {
    return this.issue(op, nt.IRP_MJ_FILE_SYSTEM_CONTROL, 'FileSystemControl.Buffered', { FsControlCode: code, InputBufferLength: 0, OutputBufferLength: 0, SystemBuffer: null, ...values }, this.handle(name));
  }

  fsctl(op: string, name: string, code: number, values: Readonly<Record<string, unknown>> = {}): Outcome {
    return outcome(this.fsctlOp(op, name, code, values));
  }

  /** FSCTL_REQUEST_OPLOCK with the given level bits and flag REQUEST (1) or ACK (2). */
  granular(op: string, name: string, level: number, flags: number): { readonly outcome: Outcome; readonly buffer: KBUFFER } {
    const buffer = this.buffer(24, (to) => {
      to.setU16(0, 1);
      to.setU16(2, 12);
      to.setU32(4, level);
      to.setU32(8, flags);
    });
    return { outcome: this.fsctl(op, name, nt.FSCTL_REQUEST_OPLOCK, { InputBufferLength: 12, OutputBufferLength: 24, SystemBuffer: buffer }), buffer };
  }

  oplock(op: string, name: string, level: string): Outcome {
    const legacy: Readonly<Record<string, number>> = { L1: nt.FSCTL_REQUEST_OPLOCK_LEVEL_1, L2: nt.FSCTL_REQUEST_OPLOCK_LEVEL_2, BATCH: nt.FSCTL_REQUEST_BATCH_OPLOCK, FILTER: nt.FSCTL_REQUEST_FILTER_OPLOCK };
    const code = legacy[level];
    return code === undefined ? this.granular(op, name, granularLevel(level), 1).outcome : this.fsctl(op, name, code);
  }

  ack(op: string, name: string, level: string): Outcome {
    return this.granular(op, name, granularLevel(level), 2).outcome;
  }

  lock(name: string, offset: number, length: number, options: { readonly exclusive?: boolean; readonly unlock?: boolean; readonly wait?: boolean; readonly op?: string; readonly kind?: OperationKind } = {}): Outcome {
    const flags = (options.wait === true ? 0 : nt.SL_FAIL_IMMEDIATELY) | (options.exclusive === true ? nt.SL_EXCLUSIVE_LOCK : 0);
    return outcome(this.issue(options.op ?? name, nt.IRP_MJ_LOCK_CONTROL, 'LockControl', { Length: BigInt(length), Key: 0, ByteOffset: BigInt(offset), ProcessId: null, FailImmediately: options.wait !== true, ExclusiveLock: options.exclusive === true }, this.handle(name), {
      minor: options.unlock === true ? nt.IRP_MN_UNLOCK_SINGLE : nt.IRP_MN_LOCK, operationFlags: flags, ...(options.kind !== undefined && { kind: options.kind }),
    }));
  }

  section(name: string, protection: number): Outcome {
    return outcome(this.issue(name, nt.IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, 'AcquireForSectionSynchronization', { SyncType: 1, PageProtection: protection }, this.handle(name), { kind: 'fsfilter' }));
  }

  cleanup(name: string): Outcome {
    return outcome(this.issue(name, nt.IRP_MJ_CLEANUP, null, {}, this.handle(name)));
  }

  /** The last handle and the last reference go. */
  close(name: string): Outcome {
    const cleaned = this.cleanup(name);
    this.issue(name, nt.IRP_MJ_CLOSE, null, {}, this.handle(name));
    return cleaned;
  }

  cancel(operation: Operation): void {
    this.engine.cancel(operation, this.thread, 0);
    this.settle();
  }

  /** Names in the directory, in the order of the enumeration. */
  list(name: string, pattern: string | null = null, more: { readonly length?: number; readonly restart?: boolean; readonly single?: boolean } = {}): { readonly outcome: Outcome; readonly names: string[] } {
    const length = more.length ?? 4096;
    const buffer = this.buffer(length);
    const flags = (more.restart === true ? nt.SL_RESTART_SCAN : 0) | (more.single === true ? nt.SL_RETURN_SINGLE_ENTRY : 0);
    const operation = this.issue(name, nt.IRP_MJ_DIRECTORY_CONTROL, 'DirectoryControl.QueryDirectory', { Length: length, FileName: pattern, FileInformationClass: nt.FileNamesInformation, FileIndex: 0, DirectoryBuffer: buffer }, this.handle(name), { minor: nt.IRP_MN_QUERY_DIRECTORY, operationFlags: flags });
    const names: string[] = [];
    if (operation.information > 0) {
      for (let at = 0; ; ) {
        names.push(buffer.wstr(at + 12, Math.min(buffer.u32(at + 8), (buffer.length - at - 12) & ~1)));
        const next = buffer.u32(at);
        if (next === 0) break;
        at += next;
      }
    }
    return { outcome: outcome(operation).replace(/ \d+$/, ''), names };
  }
}

export const granularLevel = (level: string): number => (level.includes('R') ? 1 : 0) | (level.includes('H') ? 2 : 0) | (level.includes('W') ? 4 : 0);

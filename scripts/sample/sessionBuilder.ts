/**
 * Builds a synthetic session: actors (a thread each) issue operations on clocks of their own, and the result is sorted by time.
 *
 * Names, flags and detail keys are those of the Process Monitor reader (src-main/trace/formats/procmon-pml).
 */
import { ntStatus } from '../../src-main/nt/ntStatus.ts';
import { dispositions, fileClassNames } from '../../src-main/trace/formats/procmon/vocabulary.ts';
import { controlCodeText } from '../../src-main/trace/formats/procmon/controlCodes.ts';
import { procmonOperationName } from '../../src-main/trace/formats/procmon/operations.ts';
import type { DetailValue, OperationKind, OperationRecord, ProcessIndex, TraceProcess, TraceTime } from '../../src-main/trace/record.ts';

export const ticksPerMillisecond = 10_000;

export const status = {
  success: 0,
  pending: 0x103,
  lockedByReaders: 0x12a,
  oplockHandleClosed: 0x216,
  bufferOverflow: 0x80000005,
  noMoreFiles: 0x80000006,
  endOfFile: 0xc0000011,
  accessDenied: 0xc0000022,
  nameNotFound: 0xc0000034,
  lockNotGranted: 0xc0000055,
  oplockNotGranted: 0xc00000e2,
  fastIoDisallowed: 0xc01c0004,
} as const;

/** Usual IRP flags, by procmon-formats.md 10.3. */
export const irp = { create: 0x884, close: 0x404, cachedRead: 0x900, cachedWrite: 0xa00, noCacheRead: 0x901, noCacheWrite: 0xa01, paging: 0x43 } as const;

export interface Actor {
  readonly process: TraceProcess;
  readonly tid: number;
  /** Ticks since the start of the session at which the next operation is issued. */
  now: number;
}

export interface Handle {
  readonly actor: Actor;
  readonly path: string;
}

export interface OperationOptions {
  readonly sub?: number;
  readonly kind?: OperationKind;
  readonly status?: number;
  readonly irpFlags?: number;
  readonly offset?: number;
  readonly length?: number;
  readonly information?: number;
  readonly detail?: { readonly [key: string]: DetailValue };
  /** Ticks; null for one that never completes in the session. */
  readonly duration?: number | null;
}

/** A small generator with a fixed seed: the same session every time. */
export class Random {
  #state = 0x2545f491;

  next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low));
  }
}

export class SessionBuilder {
  readonly processes: TraceProcess[] = [];
  readonly records: OperationRecord[] = [];
  readonly random = new Random();
  readonly #start: bigint;

  constructor(start: bigint) {
    this.#start = start;
  }

  process(name: string, pid: number): TraceProcess {
    const process: TraceProcess = {
      index: this.processes.length as ProcessIndex, pid, parentPid: null, name, imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: true,
      startTime: null, endTime: null,
    };
    this.processes.push(process);
    return process;
  }

  actor(process: TraceProcess, tid: number, milliseconds: number): Actor {
    return { process, tid, now: Math.round(milliseconds * ticksPerMillisecond) };
  }

  /** One operation; moves the actor's clock behind it, plus a little time of its own. */
  operation(actor: Actor, major: number, path: string, options: OperationOptions = {}): void {
    const kind = options.kind ?? 'irp';
    const code = options.status ?? status.success;
    const usual = kind === 'irp' ? this.random.between(60, 900) : this.random.between(8, 90);
    const duration = options.duration === undefined ? usual : options.duration;
    this.records.push({
      sourceIndex: 0,
      time: (this.#start + BigInt(actor.now)) as TraceTime,
      duration: duration === null || code === status.pending ? null : BigInt(duration),
      process: actor.process.index,
      tid: actor.tid,
      operation: procmonOperationName(major, options.sub ?? 0),
      major,
      minor: major === 0x0c || major === 0x11 || major === 0x0d ? (options.sub ?? 0) : 0,
      kind,
      path,
      status: ntStatus(code),
      information: options.information ?? null,
      irpFlags: options.irpFlags ?? 0,
      offset: options.offset === undefined ? null : BigInt(options.offset),
      length: options.length ?? null,
      detail: options.detail ?? {},
      stack: null,
      provenance: {},
    });
    // Pending requests and long waits leave the thread free; the story moves it on where it must wait.
    actor.now += (duration === null || duration > 50 * ticksPerMillisecond ? 400 : duration) + this.random.between(20, 4000);
  }

  create(actor: Actor, path: string, options: { readonly disposition?: number; readonly access?: number; readonly share?: number; readonly options?: number; readonly status?: number; readonly duration?: number } = {}): Handle {
    const disposition = options.disposition ?? 1;
    const code = options.status ?? status.success;
    const result = disposition === 2 ? 2 : disposition === 5 ? 3 : 1;
    this.operation(actor, 0x00, path, {
      irpFlags: irp.create,
      status: code,
      ...(options.duration === undefined ? {} : { duration: options.duration }),
      ...(code === status.success ? { information: result } : {}),
      detail: {
        DesiredAccess: options.access ?? 0x120089,
        Disposition: dispositions[disposition] ?? '',
        CreateDisposition: disposition,
        CreateOptions: options.options ?? 0x60,
        FileAttributes: disposition === 1 ? 0 : 0x80,
        ShareAccess: options.share ?? 7,
        AllocationSize: 0,
        ...(code === status.success ? { OpenResult: ['', 'Opened', 'Created', 'Overwritten'][result] ?? '' } : {}),
      },
    });
    return { actor, path };
  }

  /** The last handle goes (IRP_MJ_CLEANUP), then the file object (IRP_MJ_CLOSE). */
  close(handle: Handle): void {
    this.operation(handle.actor, 0x12, handle.path, { irpFlags: irp.close });
    this.operation(handle.actor, 0x02, handle.path, { irpFlags: irp.close });
  }

  read(handle: Handle, offset: number, length: number, options: { readonly kind?: OperationKind; readonly irpFlags?: number; readonly got?: number; readonly status?: number } = {}): void {
    const { kind = 'irp', got = length, status: code = status.success } = options;
    const flags = options.irpFlags ?? (kind === 'irp' ? irp.cachedRead : 0);
    this.operation(handle.actor, 0x03, handle.path, { kind, status: code, irpFlags: flags, offset, length, information: code === status.success ? got : 0, detail: { Priority: 3 } });
  }

  write(handle: Handle, offset: number, length: number, options: { readonly kind?: OperationKind; readonly irpFlags?: number; readonly status?: number } = {}): void {
    const { kind = 'irp', status: code = status.success } = options;
    const flags = options.irpFlags ?? (kind === 'irp' ? irp.cachedWrite : 0);
    this.operation(handle.actor, 0x04, handle.path, { kind, status: code, irpFlags: flags, offset, length, information: code === status.success ? length : 0, detail: { Priority: 3 } });
  }

  /** A fast path that is turned down, and the IRP the I/O manager then sends on the same thread. */
  refusedFastRead(handle: Handle, offset: number, length: number): void {
    this.read(handle, offset, length, { kind: 'fastio', status: status.fastIoDisallowed });
    this.read(handle, offset, length);
  }

  query(handle: Handle, fileClass: number, length: number, answer: { readonly [key: string]: DetailValue }): void {
    this.operation(handle.actor, 0x05, handle.path, {
      sub: fileClass, kind: fileClass === 4 || fileClass === 5 ? 'fastio' : 'irp', length, information: length,
      detail: { Class: fileClassNames[fileClass] ?? '', FileInformationClass: fileClass, ...answer },
    });
  }

  set(handle: Handle, fileClass: number, length: number, values: { readonly [key: string]: DetailValue }): void {
    this.operation(handle.actor, 0x06, handle.path, {
      sub: fileClass, irpFlags: 0x830, length, information: 0, detail: { Class: fileClassNames[fileClass] ?? '', FileInformationClass: fileClass, ...values },
    });
  }

  control(handle: Handle, code: number, options: { readonly status?: number; readonly input?: number; readonly output?: number; readonly duration?: number | null } = {}): void {
    this.operation(handle.actor, 0x0d, handle.path, {
      status: options.status ?? status.success,
      irpFlags: 0x800,
      ...(options.duration === undefined ? {} : { duration: options.duration }),
      detail: { Control: controlCodeText(code), ControlCode: code, OutputBufferLength: options.output ?? 0, InputBufferLength: options.input ?? 0 },
    });
  }

  lock(handle: Handle, minor: 1 | 2, offset: number, length: number, options: { readonly exclusive?: boolean; readonly status?: number } = {}): void {
    this.operation(handle.actor, 0x11, handle.path, {
      sub: minor, kind: 'fastio', status: options.status ?? status.success, offset, length,
      detail: minor === 1 ? { Key: 0, Length: length, FailImmediately: true, Exclusive: options.exclusive ?? false } : { Key: 0, Length: length },
    });
  }

  /** A listing in one call, and the call that finds nothing more. */
  enumerate(handle: Handle, names: readonly string[]): void {
    const detail = { Class: 'FileBothDirectoryInformation', FileInformationClass: 3 };
    const size = names.reduce((sum, name) => sum + ((0x5e + name.length * 2 + 7) & ~7), 0);
    this.operation(handle.actor, 0x0c, handle.path, { sub: 1, irpFlags: 0x870, length: 4096, information: size, detail: { ...detail, Filter: '*', Entries: names } });
    this.operation(handle.actor, 0x0c, handle.path, { sub: 1, irpFlags: 0x870, length: 4096, status: status.noMoreFiles, information: 0, detail });
  }

  /** A section is made for the file: FsFilter callbacks around it. */
  section(handle: Handle, pageProtection: number): void {
    this.operation(handle.actor, 0xff, handle.path, { kind: 'fsfilter', status: status.lockedByReaders, detail: { SyncType: 1, SyncTypeName: 'SyncTypeCreateSection', PageProtection: pageProtection } });
    this.operation(handle.actor, 0xfe, handle.path, { kind: 'fsfilter' });
  }

  /** Operations in the order of their times, numbered. */
  sorted(): OperationRecord[] {
    const sorted = this.records.map((record, i) => ({ record, i })).sort((a, b) => Number(a.record.time - b.record.time) || a.i - b.i);
    return sorted.map(({ record }, i) => ({ ...record, sourceIndex: i }));
  }
}

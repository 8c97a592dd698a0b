/**
 * Where hints are found: bugs of drivers that no rule forbids, at a call of theirs, at a return of theirs, or at a buffer they touch.
 *
 * Source: driver-api-usage.md, section 4. Asked only when somebody watches. Each check is the narrowest that tells the bug from the
 * corrected driver; what cannot be told apart from outside is listed in hints.ts with the reason.
 */
import { ntStatusName, ntError, ntSuccess } from '../../nt/ntStatus.ts';
import {
  FILE_DELETE_ON_CLOSE, FLT_PREOP_COMPLETE, FLT_PREOP_SYNCHRONIZE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_QUERY_EA,
  IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ, IRP_MJ_SET_EA, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_SECURITY, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_WRITE,
  IRP_PAGING_IO, SL_OPEN_TARGET_DIRECTORY, STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND, STATUS_FLT_INVALID_NAME_REQUEST, STATUS_MOUNT_POINT_NOT_RESOLVED, STATUS_NOT_FOUND,
  STATUS_REPARSE, STATUS_TIMEOUT,
} from '../../nt/values.generated.ts';
import { fileObjectFriend } from '../iomgr/fileObject.ts';
import type { CallSite } from '../observer.ts';
import type { ActivationRecord } from './activation.ts';
import { bufferFields, memberOfBlock } from './buffers.ts';
import type { CallRecord, Core } from './core.ts';
import { type Filter, type Instance, instanceOf } from './instance.ts';
import type { Hold, Operation } from './operation.ts';
import { type ParameterBlock, readSlot } from './parameterBlock.ts';
import { returnSite } from './violationSites.ts';

type Words = Readonly<Record<string, string>>;

/** FileXxxInformation classes of FILE_INFORMATION_CLASS, each with the newer one that does the same. */
const newerClass: ReadonlyMap<number, number> = new Map([[13, 64], [10, 65], [11, 72]]);
const className: Readonly<Record<number, string>> = {
  10: 'FileRenameInformation', 11: 'FileLinkInformation', 13: 'FileDispositionInformation', 64: 'FileDispositionInformationEx', 65: 'FileRenameInformationEx', 72: 'FileLinkInformationEx',
};
const disposition = 13;

/** Operations whose work is done when their post callback runs, and is not undone by a status. */
const doneBelow: ReadonlySet<number> = new Set([IRP_MJ_WRITE, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_EA, IRP_MJ_SET_SECURITY, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL]);
/** Operations whose Information counts bytes of their buffer. */
const countsBytes: ReadonlySet<number> = new Set([IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_QUERY_SECURITY]);

/** What FILE_CREATE results mean: IoStatus.Information of a create. */
const createResults: readonly (string | undefined)[] = ['superseded', undefined, 'created', 'overwritten'];

/** Routines that need an open file. */
const needsOpenFile = /^Flt(Get|Set|Delete)(File|Stream|StreamHandle)Context$|^FltGetFileNameInformation|^Flt(Read|Write|QueryInformation|SetInformation)File/;
const createsFile = /^FltCreateFile(Ex2?)?$/;
const ownCached = /^Flt(ReadFile|WriteFile|ReadFileEx|WriteFileEx|FlushBuffers|FlushBuffers2)$/;

/** FLTFL_IO_OPERATION_NON_CACHED */
const nonCached = 1;


interface Refused {
  /** Information classes it has completed with an error, and those it let pass. */
  readonly refused: Set<number>;
}

export class HintChecks {
  readonly #core: Core;
  readonly #guards = new Map<Filter, Refused>();
  /** Reply buffers of FltSendMessage that were never written. */
  readonly #unwritten = new WeakSet();

  constructor(core: Core) {
    this.#core = core;
  }

  #tell(id: string, activation: ActivationRecord, words: Words = {}): void {
    this.#core.hint(id, { filter: activation.filter, instance: activation.instance, operation: activation.operation }, words);
  }

  // ---- calls

  /** A routine of the Filter Manager has returned to a driver. */
  called({ name, args, result }: CallRecord): void {
    const { activation } = this.#core;
    if (activation === null) return;
    if (activation.operation !== null) this.#calledIn(activation, activation.operation, name, args, result);
    if (name === 'FltRegisterFilter' && result === 0) this.#registered(activation, args[1]);
    if (name === 'FltAllocateContext' && result === STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND) this.#tell('F-11', activation);
    if (name === 'FltSendMessage' && result === STATUS_TIMEOUT && typeof args[4] === 'object' && args[4] !== null) this.#unwritten.add(this.#memory(args[4]));
    if (createsFile.test(name) && result === STATUS_MOUNT_POINT_NOT_RESOLVED) this.#tell('C-19', activation, { api: name });
    if (name === 'FltReadFile' || name === 'FltWriteFile') this.#misaligned(activation, name, args);
  }

  #calledIn(activation: ActivationRecord, operation: Operation, name: string, args: readonly unknown[], result: unknown): void {
    const { kind } = activation;
    const isPost = kind === 'post' || kind === 'safe';
    const paging = (operation.initial.irpFlags & IRP_PAGING_IO) !== 0;
    if (isPost && operation.major === IRP_MJ_CREATE && operation.status === STATUS_REPARSE && needsOpenFile.test(name)) this.#tell('C-01', activation, { api: name });
    if (name === 'FltCancelFileOpen' && isPost) this.#cancelled(activation, operation);
    if (name.startsWith('FltGetFileNameInformation') && result === STATUS_FLT_INVALID_NAME_REQUEST) this.#tell('C-05', activation, { api: name });
    if (name === 'FltGetFileNameInformation' && kind === 'pre' && operation.major === IRP_MJ_CREATE && (operation.initial.operationFlags & SL_OPEN_TARGET_DIRECTORY) !== 0) this.#tell('C-13', activation);
    if (name === 'FltGetStreamHandleContext' && result === STATUS_NOT_FOUND && paging) this.#tell('F-12', activation);
    if (/^FltSet(File|Stream)Context$/.test(name) && result === 0 && isPost && operation.major === IRP_MJ_CREATE) this.#replaced(activation, name, args);
    if (ownCached.test(name) && paging && operation.major === IRP_MJ_WRITE && (name.startsWith('FltFlush') || (Number(args[5]) & nonCached) === 0)) this.#tell('H-21', activation, { api: name });
  }

  /** C-04: what a cancelled open has done stays done. */
  #cancelled(activation: ActivationRecord, operation: Operation): void {
    const done = createResults[operation.information];
    if (done !== undefined && ntSuccess(operation.status)) this.#tell('C-04', activation, { done });
    if (operation.hold !== null) operation.hold.cancelledOpen = this.#core.site() ?? true;
  }

  /** F-06: FltSetStreamContext(Instance, FileObject, Operation, NewContext, OldContext) with FLT_SET_CONTEXT_REPLACE_IF_EXISTS (0). */
  #replaced(activation: ActivationRecord, name: string, [, , operation, , old]: readonly unknown[]): void {
    const replaced = typeof old === 'object' && old !== null && 'value' in old && old.value !== null && old.value !== undefined;
    if (operation === 0 && replaced) this.#tell('F-06', activation, { api: name });
  }

  /** D-07, which only some disks refuse: FltReadFile(Instance, FileObject, ByteOffset, Length, Buffer, Flags, ...) */
  #misaligned(activation: ActivationRecord, name: string, [instance, , offset, length, , flags]: readonly unknown[]): void {
    const sectorSize = instanceOf(instance)?.volume.sectorSize;
    if ((Number(flags) & nonCached) === 0 || sectorSize === undefined) return;
    const at = typeof offset === 'object' && offset !== null && 'QuadPart' in offset ? Number(offset.QuadPart) : Number(offset ?? 0);
    if (at % sectorSize !== 0 || Number(length) % sectorSize !== 0) this.#tell('D-07', activation, { api: name, n: String(Number(length)), offset: String(at) });
  }

  #registered(activation: ActivationRecord, registration: unknown): void {
    const given = (registration ?? {}) as Readonly<Record<string, unknown>>;
    const effects = [['FilterUnloadCallback', 'it can never be unloaded'], ['InstanceQueryTeardownCallback', 'a manual detach is refused']] as const;
    for (const [routine, effect] of effects) if (typeof given[routine] !== 'function') this.#tell('H-17', activation, { routine, effect, path: routine });
  }

  // ---- returns

  /** A pre callback hands its operation back with `value`. */
  preReturned(operation: Operation, hold: Hold, value: number, synchronized: boolean): void {
    const { instance } = hold;
    const { status, information } = operation;
    if (value === FLT_PREOP_COMPLETE && ntError(status) && information !== 0) this.#returned('A-05', operation, instance, value, { status: ntStatusName(status), n: String(information) });
    if (value === FLT_PREOP_SYNCHRONIZE && synchronized) {
      const held = this.#core.threads.kernel.states.heldBy(hold.thread);
      if (held.length > 0) this.#returned('B-11', operation, instance, value, { locks: held.map(({ label }) => label).join(', ') });
    }
    this.#guard(operation, hold, value);
  }

  /** A pre callback has passed its operation down, and changed nothing. */
  passed(operation: Operation, hold: Hold, value: number): void {
    if (this.#guards.size > 0) this.#guard(operation, hold, value);
  }

  #returned(id: string, operation: Operation, instance: Instance, returned: unknown, words: Words): void {
    const core = this.#core;
    core.hint(id, { filter: instance.filter, instance, operation }, words, operation.shown.writtenAt ?? returnSite(core, operation, instance.filter, id, returned));
  }

  /** G-01, G-04: a guard that knows one way and lets the others pass. */
  #guard(operation: Operation, { instance, received }: Hold, value: number): void {
    const { filter } = instance;
    const guard = this.#guards.get(filter);
    const refused = value === FLT_PREOP_COMPLETE && ntError(operation.status);
    if (operation.major === IRP_MJ_SET_INFORMATION) {
      const of = fieldOf(operation, received, 'FileInformationClass');
      if (refused) {
        if (guard === undefined) this.#guards.set(filter, { refused: new Set([of]) });
        else guard.refused.add(of);
        return;
      }
      for (const [older, newer] of newerClass) {
        if (of !== newer || guard?.refused.has(older) !== true || guard.refused.has(newer)) continue;
        this.#returned(older === disposition ? 'G-01' : 'G-04', operation, instance, value, { first: className[older] ?? '', other: className[newer] ?? '' });
      }
    } else if (operation.major === IRP_MJ_CREATE && !refused && guard?.refused.has(disposition) === true && (fieldOf(operation, received, 'Options') & FILE_DELETE_ON_CLOSE) !== 0) {
      this.#returned('G-01', operation, instance, value, { first: className[disposition] ?? '', other: 'a create with FILE_DELETE_ON_CLOSE' });
    }
  }

  /** A post callback is finished. */
  postReturned(operation: Operation, hold: Hold, returned: unknown): void {
    this.#cancelledOpenReturned(operation, hold);
    if (!operation.shown.written) return;
    const { instance, entryStatus } = hold;
    const { status, information } = operation;
    if (ntSuccess(entryStatus) && ntError(status) && doneBelow.has(operation.major)) this.#returned('A-16', operation, instance, returned, { status: ntStatusName(status) });
    const length = countsBytes.has(operation.major) ? this.#length(operation) : null;
    if (length !== null && ntSuccess(status) && information > length) this.#returned('A-15', operation, instance, returned, { n: String(information), length: String(length) });
  }

  /** C-03: told when the post callback of a cancelled open is over. */
  #cancelledOpenReturned(operation: Operation, hold: Hold): void {
    const { cancelledOpen, instance } = hold;
    const { status } = operation;
    if (cancelledOpen === null || !ntSuccess(status)) return;
    const site: CallSite | null = cancelledOpen === true ? null : cancelledOpen;
    this.#core.hint('C-03', { filter: instance.filter, instance, operation }, { status: ntStatusName(status) }, site);
  }

  #length(operation: Operation): number | null {
    const block = operation.block;
    const member = memberOfBlock(operation, block);
    const place = member?.fieldByName.get('OutputBufferLength') ?? member?.fieldByName.get('Length');
    return place === undefined ? null : Number(readSlot(block.slots, place)) >>> 0;
  }

  // ---- waits

  /** Before a thread waits. */
  waits(activation: ActivationRecord, what: string): void {
    const paging = activation.operation !== null && (activation.operation.initial.irpFlags & IRP_PAGING_IO) !== 0;
    if ((activation.kind === 'post' || activation.kind === 'drain') && paging) this.#tell('B-14', activation, { what });
  }

  // ---- names

  issued(operation: Operation): void {
    const { targetFileObject } = operation.initial;
    if (targetFileObject !== null) fileObjectFriend.watchName(targetFileObject, this.#nameLooked);
  }

  /** C-09: in a callback, driver code looks at FileObject->FileName. */
  readonly #nameLooked = (): void => {
    const core = this.#core;
    const { activation } = core;
    if (activation !== null && core.driverRuns && (activation.kind === 'pre' || activation.kind === 'post')) this.#tell('C-09', activation);
  };

  // ---- buffers

  #memory(buffer: object): object {
    return this.#core.options.memoryOf?.(buffer) ?? buffer;
  }

  /** A buffer is touched, its bytes up to `end`. */
  touched(buffer: object, access: 'read' | 'written', end: number, kind: string): void {
    const core = this.#core;
    const { activation } = core;
    if (activation === null || !core.driverRuns) return;
    const memory = this.#memory(buffer);
    if (access === 'read' && this.#unwritten.has(memory)) this.#tell('H-07', activation);
    if (access === 'written') this.#unwritten.delete(memory);
    const { operation } = activation;
    if (operation !== null) this.#touchedIn(activation, operation, memory, access, end, kind);
  }

  #touchedIn(activation: ActivationRecord, operation: Operation, memory: object, access: 'read' | 'written', end: number, kind: string): void {
    const own = operation.hold?.received ?? operation.block;
    const fields = bufferFields(operation, own);
    if (fields === undefined || typeof fields.buffer !== 'object' || fields.buffer === null || this.#memory(fields.buffer) !== memory) return;
    const isPost = activation.kind === 'post' || activation.kind === 'drain' || activation.kind === 'safe';
    if (kind === 'user' && fields.mdl !== null) this.#tell('D-11', activation);
    if (kind === 'user' && activation.kind === 'work' && fields.mdl === null) this.#tell('E-08', activation);
    if (kind === 'user' && isPost && fields.mdl === null && (activation.irql >= 2 || activation.thread.eprocess !== operation.thread.eprocess)) this.#tell('B-05', activation);
    if (access === 'read' && isPost && ntError(operation.status) && operation.major !== IRP_MJ_WRITE) this.#tell('B-12', activation, { status: ntStatusName(operation.status) });
    if (access === 'written' && activation.kind === 'pre' && operation.major === IRP_MJ_WRITE) this.#tell('D-10', activation);
    if (access === 'written' && isPost && operation.major === IRP_MJ_READ && ntSuccess(operation.status) && end > operation.information) {
      this.#tell('D-14', activation, { end: String(end), n: String(operation.information) });
    }
  }

  /** D-05: a buffer that the operation below still has is about to be freed. */
  freed(object: object): void {
    const { activation } = this.#core;
    const operation = activation?.operation ?? null;
    if (activation === null || operation === null || activation.kind !== 'pre' || operation.hold === null) return;
    const now = bufferFields(operation, operation.hold.received);
    const live = bufferFields(operation, operation.shown.block);
    if (live?.buffer === object && now?.buffer !== object) this.#tell('D-05', activation, { buffer: 'id' in object ? String(object.id) : 'it' });
  }
}

/** A number of a parameter block; 0 where it has no such member. */
function fieldOf(operation: Operation, block: ParameterBlock, name: string): number {
  const place = memberOfBlock(operation, block)?.fieldByName.get(name);
  return place === undefined ? 0 : Number(readSlot(block.slots, place)) >>> 0;
}

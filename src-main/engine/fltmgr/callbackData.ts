/**
 * FLT_CALLBACK_DATA, IO_STATUS_BLOCK and FLT_RELATED_OBJECTS as drivers see them.
 *
 * Source: FLT_CALLBACK_DATA; FLT_RELATED_OBJECTS; IC-009. Callback data lives as long as its parameter block, and asks there
 * whether it may still be used. The Filter Manager compares what it owns (Flags, Thread, RequestorMode) after
 * each callback; IoStatus remembers whether it was written at all, because writing SUCCESS over SUCCESS counts.
 */
import { ntStatus, type NTSTATUS } from '../../nt/ntStatus.ts';
import type { FILE_OBJECT } from '../iomgr/fileObject.ts';
import type { PETHREAD } from '../kernel/thread.ts';
import type { CallSite } from '../observer.ts';
import type { PFLT_FILTER, PFLT_INSTANCE, PFLT_VOLUME } from './handles.ts';
import type { ParameterBlock } from './parameterBlock.ts';
import { deadIopb, iopbFriend, type FLT_IO_PARAMETER_BLOCK, type IopbState } from './parameters.ts';

/** What the Filter Manager does to an IoStatus: read and reset the "written" mark. */
export interface IoStatusFriend {
  written(status: IO_STATUS_BLOCK): boolean;
  setWritten(status: IO_STATUS_BLOCK, written: boolean): void;
  /** From now on the line of each write of Status is kept. */
  trace(status: IO_STATUS_BLOCK, site: () => CallSite | null): void;
  /** Where Status was written since the mark was reset; null where nobody keeps it. */
  site(status: IO_STATUS_BLOCK): CallSite | null;
  /** Sets both values without marking them written. */
  assign(status: IO_STATUS_BLOCK, value: number, information: number): void;
}

export let ioStatusFriend: IoStatusFriend;

export class IO_STATUS_BLOCK {
  #status: NTSTATUS;
  #information: number;
  #written = false;
  #siteOfWriter: (() => CallSite | null) | null = null;
  #site: CallSite | null = null;

  constructor(status = 0, information = 0) {
    this.#status = ntStatus(status);
    this.#information = information;
  }

  static {
    ioStatusFriend = {
      written: (status) => status.#written,
      setWritten: (status, written) => {
        status.#written = written;
        if (!written) status.#site = null;
      },
      trace: (status, site) => {
        status.#siteOfWriter = site;
      },
      site: (status) => status.#site,
      assign: (status, value, information) => {
        status.#status = ntStatus(value);
        status.#information = information;
      },
    };
  }

  /** Unsigned; the signed form is accepted. */
  get Status(): NTSTATUS {
    return this.#status;
  }

  set Status(value: number) {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw new TypeError(`IoStatus.Status takes an NTSTATUS; ${String(value)} was given.`);
    this.#status = ntStatus(value);
    this.#written = true;
    if (this.#siteOfWriter !== null) this.#site = this.#siteOfWriter();
  }

  get Information(): number {
    return this.#information;
  }

  set Information(value: number | bigint) {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw new TypeError(`IoStatus.Information takes an integer from 0 to 2^53-1; ${String(value)} was given.`);
    this.#information = number;
    this.#written = true;
  }
}

export interface CallbackDataFriend {
  /** The engine's own record behind the data: an Operation, a draining copy or data allocated by a filter. */
  owner(data: FLT_CALLBACK_DATA): object;
  /** The Filter Manager's own write. */
  setFlags(data: FLT_CALLBACK_DATA, flags: number): void;
  /** Shows it to a driver with these values; the block counts as shared. */
  present(data: FLT_CALLBACK_DATA, block: ParameterBlock, target: PFLT_INSTANCE, flags: number): void;
  /** Nothing in it differs from what was presented, except perhaps IoStatus. */
  isAsPresented(data: FLT_CALLBACK_DATA, block: ParameterBlock, target: PFLT_INSTANCE, flags: number, thread: PETHREAD | null, requestorMode: number, tagData: unknown): boolean;
}

export let callbackDataFriend: CallbackDataFriend;

/** LIST_ENTRY of callback data: the first two words of FilterContext. */
class QueueLinks {
  readonly #words: unknown[];
  /** What CONTAINING_RECORD finds. */
  readonly Owner: object;

  constructor(words: unknown[], owner: object) {
    this.#words = words;
    this.Owner = owner;
  }

  get Flink(): unknown {
    return this.#words[0];
  }

  set Flink(entry: unknown) {
    this.#words[0] = entry;
  }

  get Blink(): unknown {
    return this.#words[1];
  }

  set Blink(entry: unknown) {
    this.#words[1] = entry;
  }
}

/** PVOID QueueContext[2]: the last two words of FilterContext. */
class QueueContext {
  readonly #words: unknown[];

  constructor(words: unknown[]) {
    this.#words = words;
  }

  get 0(): unknown {
    return this.#words[2];
  }

  set 0(value: unknown) {
    this.#words[2] = value;
  }

  get 1(): unknown {
    return this.#words[3];
  }

  set 1(value: unknown) {
    this.#words[3] = value;
  }

  get length(): number {
    return 2;
  }
}

/** Words that a filter keeps in callback data while it holds the operation. */
class QueueWords {
  readonly words: unknown[] = [null, null, null, null];
  readonly links: QueueLinks;
  readonly context = new QueueContext(this.words);

  constructor(data: object) {
    this.links = new QueueLinks(this.words, data);
  }
}

export class FLT_CALLBACK_DATA {
  readonly #state: IopbState;
  readonly #iopb: FLT_IO_PARAMETER_BLOCK;
  readonly #ioStatus: IO_STATUS_BLOCK;
  #queueWords: QueueWords | null = null;

  constructor(owner: object, iopb: FLT_IO_PARAMETER_BLOCK, ioStatus: IO_STATUS_BLOCK, flags: number, thread: PETHREAD | null, requestorMode: number) {
    const state = iopbFriend.state(iopb);
    state.owner = owner;
    state.flags = flags;
    state.thread = thread;
    state.requestorMode = requestorMode;
    this.#state = state;
    this.#iopb = iopb;
    this.#ioStatus = ioStatus;
  }

  static {
    callbackDataFriend = {
      owner: (data) => data.#state.owner ?? data,
      setFlags: (data, flags) => {
        data.#state.flags = flags;
      },
      present: (data, block, target, flags) => {
        const state = data.#state;
        state.block = block;
        state.shared = true;
        state.open = true;
        state.target = target;
        state.flags = flags;
      },
      isAsPresented: (data, block, target, flags, thread, requestorMode, tagData) => {
        const state = data.#state;
        return state.block === block && state.target === target && state.flags === flags && state.thread === thread && state.requestorMode === requestorMode && state.tagData === tagData;
      },
    };
  }

  /** Asked before every access: whether a driver reaches for it after its lifetime. */
  #refused(): boolean {
    return !this.#state.open && this.#state.refused();
  }

  /** FLTFL_CALLBACK_DATA_* */
  get Flags(): number {
    return this.#state.open || !this.#state.refused() ? this.#state.flags : 0;
  }

  set Flags(value: number) {
    if (this.#refused()) return;
    if (typeof value !== 'number') throw new TypeError(`Flags takes FLTFL_CALLBACK_DATA_* flags; ${String(value)} was given.`);
    this.#state.flags = value;
  }

  get Thread(): PETHREAD | null {
    return this.#refused() ? null : this.#state.thread;
  }

  set Thread(value: PETHREAD | null) {
    if (!this.#refused()) this.#state.thread = value;
  }

  /** KernelMode 0, UserMode 1 */
  get RequestorMode(): number {
    return this.#refused() ? 0 : this.#state.requestorMode;
  }

  set RequestorMode(value: number) {
    if (!this.#refused()) this.#state.requestorMode = value;
  }

  get TagData(): unknown {
    return this.#refused() ? null : this.#state.tagData;
  }

  set TagData(value: unknown) {
    if (!this.#refused()) this.#state.tagData = value;
  }

  get Iopb(): FLT_IO_PARAMETER_BLOCK {
    return this.#state.open || !this.#state.refused() ? this.#iopb : deadIopb();
  }

  get IoStatus(): IO_STATUS_BLOCK {
    return this.#refused() ? new IO_STATUS_BLOCK() : this.#ioStatus;
  }

  /** Assigning the structure copies it, as in C. */
  set IoStatus(value: { readonly Status: number; readonly Information: number }) {
    if (this.#refused()) return;
    if (typeof value !== 'object' || (value as unknown) === null) throw new TypeError(`IoStatus takes an IO_STATUS_BLOCK; ${String(value)} was given.`);
    this.#ioStatus.Status = value.Status;
    this.#ioStatus.Information = value.Information;
  }

  /** Four words for a filter's own queue, while it holds the operation. Shares storage with QueueLinks and QueueContext. */
  get FilterContext(): unknown[] {
    return this.#queue().words;
  }

  get QueueLinks(): QueueLinks {
    return this.#queue().links;
  }

  get QueueContext(): QueueContext {
    return this.#queue().context;
  }

  #queue(): QueueWords {
    if (this.#refused()) return new QueueWords(this);
    this.#queueWords ??= new QueueWords(this);
    return this.#queueWords;
  }
}

/** Given to every callback; a filter cannot write it. */
export class FLT_RELATED_OBJECTS {
  readonly #filter: PFLT_FILTER;
  readonly #volume: PFLT_VOLUME | null;
  readonly #instance: PFLT_INSTANCE | null;
  readonly #fileObject: FILE_OBJECT | null;
  readonly #transaction: object | null;

  constructor(filter: PFLT_FILTER, volume: PFLT_VOLUME | null, instance: PFLT_INSTANCE | null, fileObject: FILE_OBJECT | null, transaction: object | null = null) {
    this.#filter = filter;
    this.#volume = volume;
    this.#instance = instance;
    this.#fileObject = fileObject;
    this.#transaction = transaction;
  }

  get Filter(): PFLT_FILTER {
    return this.#filter;
  }

  get Volume(): PFLT_VOLUME | null {
    return this.#volume;
  }

  get Instance(): PFLT_INSTANCE | null {
    return this.#instance;
  }

  get FileObject(): FILE_OBJECT | null {
    return this.#fileObject;
  }

  get Transaction(): object | null {
    return this.#transaction;
  }
}

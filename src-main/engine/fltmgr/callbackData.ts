/**
 * FLT_CALLBACK_DATA and FLT_RELATED_OBJECTS as drivers see them.
 *
 * Source: FLT_CALLBACK_DATA; FLT_RELATED_OBJECTS; IC-009. Callback data lives as long as its parameter block, and asks there
 * whether it may still be used. The Filter Manager compares what it owns (Flags, Thread, RequestorMode) after
 * each callback; IoStatus remembers whether it was written at all, because writing SUCCESS over SUCCESS counts.
 */
import type { FILE_OBJECT } from '../iomgr/fileObject.ts';
import type { PETHREAD } from '../kernel/thread.ts';
import type { PFLT_FILTER, PFLT_INSTANCE, PFLT_VOLUME } from './handles.ts';
import { IO_STATUS_BLOCK } from './ioStatus.ts';
import { deadIopb, type FLT_IO_PARAMETER_BLOCK, type IopbState, iopbState } from './parameters.ts';

/** The engine's own record behind callback data: an Operation, a draining copy or data allocated by a filter. */
export let callbackDataOwner: (data: FLT_CALLBACK_DATA) => object;

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
  /** Made when a driver asks for it: few do, for few operations. */
  #ioStatus: IO_STATUS_BLOCK | null = null;
  #queueWords: QueueWords | null = null;

  constructor(owner: object, iopb: FLT_IO_PARAMETER_BLOCK, flags: number, thread: PETHREAD | null, requestorMode: number) {
    const state = iopbState(iopb);
    state.owner = owner;
    state.flags = flags;
    state.thread = thread;
    state.requestorMode = requestorMode;
    this.#state = state;
    this.#iopb = iopb;
  }

  static {
    callbackDataOwner = (data) => data.#state.owner ?? data;
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
    this.#state.touched = true;
    this.#state.flags = value;
  }

  get Thread(): PETHREAD | null {
    return this.#refused() ? null : this.#state.thread;
  }

  set Thread(value: PETHREAD | null) {
    if (this.#refused()) return;
    this.#state.touched = true;
    this.#state.thread = value;
  }

  /** KernelMode 0, UserMode 1 */
  get RequestorMode(): number {
    return this.#refused() ? 0 : this.#state.requestorMode;
  }

  set RequestorMode(value: number) {
    if (this.#refused()) return;
    this.#state.touched = true;
    this.#state.requestorMode = value;
  }

  get TagData(): unknown {
    return this.#refused() ? null : this.#state.tagData;
  }

  set TagData(value: unknown) {
    if (this.#refused()) return;
    this.#state.touched = true;
    this.#state.tagData = value;
  }

  get Iopb(): FLT_IO_PARAMETER_BLOCK {
    return this.#state.open || !this.#state.refused() ? this.#iopb : deadIopb();
  }

  get IoStatus(): IO_STATUS_BLOCK {
    return this.#refused() ? new IO_STATUS_BLOCK() : (this.#ioStatus ??= new IO_STATUS_BLOCK(this.#state));
  }

  /** Assigning the structure copies it, as in C. */
  set IoStatus(value: { readonly Status: number; readonly Information: number }) {
    if (this.#refused()) return;
    if (typeof value !== 'object' || (value as unknown) === null) throw new TypeError(`IoStatus takes an IO_STATUS_BLOCK; ${String(value)} was given.`);
    const ioStatus = (this.#ioStatus ??= new IO_STATUS_BLOCK(this.#state));
    ioStatus.Status = value.Status;
    ioStatus.Information = value.Information;
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

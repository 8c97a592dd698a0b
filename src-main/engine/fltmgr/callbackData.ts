/**
 * FLT_CALLBACK_DATA, IO_STATUS_BLOCK and FLT_RELATED_OBJECTS as drivers see them.
 *
 * Source: FLT_CALLBACK_DATA; FLT_RELATED_OBJECTS. The Filter Manager compares what it owns (Flags, Thread, RequestorMode) after
 * each callback; IoStatus remembers whether it was written at all, because writing SUCCESS over SUCCESS counts.
 */
import { ntStatus, type NTSTATUS } from '../../nt/ntStatus.ts';
import type { FILE_OBJECT } from '../iomgr/fileObject.ts';
import type { PETHREAD } from '../kernel/thread.ts';
import type { PFLT_FILTER, PFLT_INSTANCE, PFLT_VOLUME } from './handles.ts';
import type { FLT_IO_PARAMETER_BLOCK } from './parameters.ts';

/** What the Filter Manager does to an IoStatus: read and reset the "written" mark. */
export interface IoStatusFriend {
  written(status: IO_STATUS_BLOCK): boolean;
  setWritten(status: IO_STATUS_BLOCK, written: boolean): void;
  /** Sets both values without marking them written. */
  assign(status: IO_STATUS_BLOCK, value: number, information: number): void;
}

export let ioStatusFriend: IoStatusFriend;

export class IO_STATUS_BLOCK {
  #status: NTSTATUS;
  #information: number;
  #written = false;

  constructor(status = 0, information = 0) {
    this.#status = ntStatus(status);
    this.#information = information;
  }

  static {
    ioStatusFriend = {
      written: (status) => status.#written,
      setWritten: (status, written) => {
        status.#written = written;
      },
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
    this.#status = ntStatus(value);
    this.#written = true;
  }

  get Information(): number {
    return this.#information;
  }

  set Information(value: number | bigint) {
    this.#information = Number(value);
    this.#written = true;
  }
}

export interface CallbackDataFriend {
  /** The engine's own record behind the data: an Operation, a draining copy or data allocated by a filter. */
  owner(data: FLT_CALLBACK_DATA): object;
}

export let callbackDataFriend: CallbackDataFriend;

export class FLT_CALLBACK_DATA {
  /** FLTFL_CALLBACK_DATA_* */
  Flags: number;
  Thread: PETHREAD | null;
  /** KernelMode 0, UserMode 1 */
  RequestorMode: number;
  TagData: unknown = null;
  readonly #iopb: FLT_IO_PARAMETER_BLOCK;
  readonly #ioStatus: IO_STATUS_BLOCK;
  readonly #owner: object;
  #filterContext: unknown[] | null = null;

  constructor(owner: object, iopb: FLT_IO_PARAMETER_BLOCK, ioStatus: IO_STATUS_BLOCK, flags: number, thread: PETHREAD | null, requestorMode: number) {
    this.#owner = owner;
    this.#iopb = iopb;
    this.#ioStatus = ioStatus;
    this.Flags = flags;
    this.Thread = thread;
    this.RequestorMode = requestorMode;
  }

  static {
    callbackDataFriend = { owner: (data) => data.#owner };
  }

  get Iopb(): FLT_IO_PARAMETER_BLOCK {
    return this.#iopb;
  }

  get IoStatus(): IO_STATUS_BLOCK {
    return this.#ioStatus;
  }

  /** Assigning the structure copies it, as in C. */
  set IoStatus(value: { readonly Status: number; readonly Information: number }) {
    this.#ioStatus.Status = value.Status;
    this.#ioStatus.Information = value.Information;
  }

  /** Four words for a filter's own queue, while it holds the operation. Shares storage with QueueContext. */
  get FilterContext(): unknown[] {
    this.#filterContext ??= [null, null, null, null];
    return this.#filterContext;
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

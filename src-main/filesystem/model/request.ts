/**
 * One request at the model file system, from its dispatch to its answer.
 *
 * A handler answers inline, declines fast I/O, or leaves the request waiting; a waiting request is run again from the start of its
 * handler (OPL-041), which is why handlers check before they change anything.
 */
import type { FILE_OBJECT, FLT_IO_PARAMETER_BLOCK, LowerAnswer, LowerCall, Operation, OperationKind, OplockWaiter, ParameterView } from '../../engine/index.ts';
import { IRP_PAGING_IO } from '../../nt/values.generated.ts';
import type { FillUnknown } from './contents.ts';
import type { Handle } from './nodes.ts';
import type { PageIo } from './pageCache.ts';
import type { ModelVolume } from './volume.ts';

/** What handlers need of the file system around them. */
export interface ModelServices {
  readonly is: (assumption: string, word: string) => boolean;
  readonly now: () => bigint;
  readonly fillUnknown: FillUnknown | null;
  /** Null: there is no cache. */
  readonly pageIo: PageIo | null;
  volume(name: string): ModelVolume | undefined;
  handleOf(fileObject: FILE_OBJECT | null): Handle | null;
  opened(handle: Handle, volume: ModelVolume): void;
  closed(handle: Handle): void;
  /** Completes a request that was left waiting. */
  finish(request: ModelRequest, status: number, information: number): void;
  /** Runs the handler again once the host says so. */
  runLater(request: ModelRequest, recheck: boolean): void;
  /** A create met a reparse point that leads to `target`. */
  reparsed(fileObject: FILE_OBJECT, tag: number, target: string | null): void;
}

const memberPaths = new Map<string, readonly [outer: string, inner: string | undefined]>();

/** Few names, asked for with every request. */
function memberPath(member: string): readonly [outer: string, inner: string | undefined] {
  let path = memberPaths.get(member);
  if (path === undefined) {
    const [outer = '', inner] = member.split('.');
    memberPaths.set(member, (path = [outer, inner]));
  }
  return path;
}

export class ModelRequest {
  readonly services: ModelServices;
  readonly operation: Operation;
  readonly volume: ModelVolume;
  readonly kind: OperationKind;
  readonly major: number;
  readonly minor: number;
  readonly irpFlags: number;
  readonly operationFlags: number;
  readonly fileObject: FILE_OBJECT | null;
  readonly requestorProcess: object;
  #iopb: FLT_IO_PARAMETER_BLOCK;
  /** False once it has waited and may go on without another look at the oplocks. */
  checksOplocks = true;
  /** Gives up waiting; null while it does not wait for anything that can be given up. */
  giveUp: (() => boolean) | null = null;
  /** The paging I/O it has waited for failed with this status. */
  pagingFailure: number | null = null;
  /** The answer is not wanted any more: the engine completes the IRP itself. */
  cancelled = false;

  constructor(services: ModelServices, volume: ModelVolume, call: LowerCall) {
    const { operation, iopb } = call;
    this.services = services;
    this.operation = operation;
    this.volume = volume;
    this.kind = operation.kind;
    this.major = iopb.MajorFunction;
    this.minor = iopb.MinorFunction;
    this.irpFlags = iopb.IrpFlags;
    this.operationFlags = iopb.OperationFlags;
    this.fileObject = iopb.TargetFileObject;
    this.requestorProcess = operation.thread.eprocess;
    this.#iopb = iopb;
  }

  /** One member of FLT_PARAMETERS, e.g. `Read` or `DirectoryControl.QueryDirectory`. */
  parameters(member: string): ParameterView {
    const [outer, inner] = memberPath(member);
    const view = (this.#iopb.Parameters as unknown as Readonly<Record<string, ParameterView>>)[outer] as ParameterView;
    return inner === undefined ? view : (view[inner] as ParameterView);
  }

  /** The call is over: from now on a copy of what was sent is read. */
  keepParameters(): void {
    this.#iopb = this.operation.sent ?? this.#iopb;
  }

  get paging(): boolean {
    return (this.irpFlags & IRP_PAGING_IO) !== 0;
  }

  /** A waiter that lets this request go on. */
  waiter(cancel: (waiter: OplockWaiter) => boolean): OplockWaiter {
    const waiter: OplockWaiter = {
      resume: (recheck) => {
        this.giveUp = null;
        this.services.runLater(this, recheck);
      },
    };
    this.giveUp = () => cancel(waiter);
    return waiter;
  }
}

export type Handler = (request: ModelRequest) => LowerAnswer;

export const complete = (status: number, information = 0): LowerAnswer => ({ kind: 'complete', status, information });
export const pend: LowerAnswer = { kind: 'pend' };
export const decline: LowerAnswer = { kind: 'decline' };

/** A ULONG-like parameter; what is no number counts as 0. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : 0;
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : 0;
}

/** A LARGE_INTEGER, or a pointer to one. */
export function bigintOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return typeof value === 'object' && value !== null && 'QuadPart' in value ? bigintOf(value.QuadPart) : 0n;
}

/** What a routine of the Filter Manager is to the engine, and how its arguments are read. */
import type { Blocking } from '../../kernel/wait.ts';
import type { ActivationRecord } from '../activation.ts';
import { callbackDataOwner, FLT_CALLBACK_DATA } from '../callbackData.ts';
import type { CancelSafeQueue } from '../cancelSafeQueue.ts';
import { refusedStatus } from '../callChecks.ts';
import type { CallRecord, Core } from '../core.ts';
import { AllocatedData } from '../ownIo/allocatedData.ts';
import type { Ref } from '../handles.ts';
import { filterOf, instanceOf, volumeOf, type Filter, type Instance, type Volume } from '../instance.ts';
import { Operation } from '../operation.ts';
import { objectOf, type FltObject } from '../references.ts';
import { WrongHandle, wrongHandle } from '../wrongHandle.ts';

/** Answer of a refused call; `given` is what the driver gets. */
export class Refusal {
  readonly given: unknown;
  constructor(given: unknown) {
    this.given = given;
  }
}

export type Implementation = (core: Core, args: readonly unknown[], call: CallRecord | null, activation: ActivationRecord | null) => unknown;

export type BlockingImplementation = (core: Core, args: readonly unknown[], call: CallRecord | null, activation: ActivationRecord | null) => Blocking<unknown>;

export interface Definition {
  /** One of the two: a routine that returns at once, or one that may block. */
  readonly run?: Implementation;
  readonly blocks?: BlockingImplementation;
  /** Checks IRQL itself. */
  readonly ownIrql?: boolean;
  /** What a refused call gives the driver: an error status, NULL, nothing. */
  readonly refused?: unknown;
  /** Macros and plain questions: no event. */
  readonly silent?: boolean;
  /** Belongs to no operation although one is an argument (cancel-safe queues). */
  readonly noOperation?: boolean;
  /** Belongs to the operation under way, if there is one. */
  readonly ofCaller?: boolean;
}

export function dataArg(value: unknown): FLT_CALLBACK_DATA {
  if (value instanceof FLT_CALLBACK_DATA) return value;
  throw wrongHandle('CallbackData', value, 'CallbackData is no FLT_CALLBACK_DATA.');
}

export function operationArg(value: unknown): Operation {
  const owner = callbackDataOwner(dataArg(value));
  if (owner instanceof Operation) return owner;
  if (owner instanceof AllocatedData && owner.operation !== null) return owner.operation;
  throw new TypeError('CallbackData belongs to no operation that is under way.');
}

export function ownerOf(args: readonly unknown[]): Operation | null {
  for (const arg of args) {
    if (!(arg instanceof FLT_CALLBACK_DATA)) continue;
    const owner = callbackDataOwner(arg);
    return owner instanceof Operation ? owner : null;
  }
  return null;
}

export function refArg<T>(value: unknown): Ref<T> {
  if (typeof value === 'object' && value !== null && 'value' in value) return value as Ref<T>;
  throw new TypeError('An out-parameter is missing: pass ref().');
}

/** NULL, text and other things that are no objects at all are a slip of the pen, not a stale pointer. */
function handleArg<T extends { readonly gone: boolean }>(object: T | undefined, parameter: string, type: string, value: unknown): T {
  if (object !== undefined && !object.gone) return object;
  if (typeof value === 'object' && value !== null) throw new WrongHandle(parameter, value);
  throw new TypeError(`${parameter} is no ${type}.`);
}

export const filterArg = (value: unknown): Filter => handleArg(filterOf(value), 'Filter', 'PFLT_FILTER', value);

export const instanceArg = (value: unknown): Instance => handleArg(instanceOf(value), 'Instance', 'PFLT_INSTANCE', value);

/** A filter, an instance or a volume. */
export const objectArg = (value: unknown): FltObject => handleArg(objectOf(value), 'FltObject', 'PFLT_FILTER, PFLT_INSTANCE or PFLT_VOLUME', value);

export function queueArg(core: Core, value: unknown): CancelSafeQueue {
  const queue = typeof value === 'object' && value !== null ? core.queues.get(value) : undefined;
  if (queue === undefined) throw new TypeError('The queue was not initialized with FltCbdqInitialize.');
  return queue;
}

export function callerArg(activation: ActivationRecord | null): ActivationRecord {
  if (activation === null) throw new TypeError('An Flt routine was called outside a callback.');
  return activation;
}

export const volumeArg = (value: unknown): Volume => handleArg(volumeOf(value), 'Volume', 'PFLT_VOLUME', value);

/** Text of a UNICODE_STRING or of a plain string; null for NULL. */
export function textArg(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && 'Buffer' in value && typeof value.Buffer === 'string') return value.Buffer;
  throw new TypeError('A UNICODE_STRING or a string is wanted here.');
}

/** Text that is required. */
export function nameArg(value: unknown): string {
  const text = textArg(value);
  if (text === null) throw new TypeError('A UNICODE_STRING is wanted here, not NULL.');
  return text;
}

/** What a routine answers where the engine refuses to perform the call. */
export const refusing = (status: number): unknown => (status === refusedStatus ? new Refusal(status) : status);

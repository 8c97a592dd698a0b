/**
 * Cancel-safe queues: FltCbdq*.
 *
 * to R-4.28 (FltCbdqInitialize; FltCbdqInsertIo; FltCbdqRemoveNextIo; FltCbdqRemoveIo; FltCbdqDisable; FltCbdqEnable).
 * FltMgr takes the lock around insert, peek and remove; the filter's routines do no locking of their own.
 */
import { ntSuccess } from '../../nt/ntStatus.ts';
import { STATUS_CANCELLED, STATUS_FLT_CBDQ_DISABLED, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { APC_LEVEL, type Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { QueueStep } from '../observer.ts';
import type { FLT_CALLBACK_DATA } from './callbackData.ts';
import { needsApcLevel, type CancelSafeQueue } from './cancelSafeQueue.ts';
import { refusedStatus } from './callChecks.ts';
import type { Core } from './core.ts';
import { operationOf, type Operation } from './operation.ts';
import { rememberCall } from './violationSites.ts';

/** Runs one of the queue's routines in the context of the caller, or of `thread` when there is none. */
function call<T>(core: Core, queue: CancelSafeQueue, name: string, operation: Operation | null, routine: () => T, thread?: EngineThread, irql?: Irql): T {
  const { activation } = core;
  const { instance } = queue;
  const record = core.enter('queue', name, operation, instance.filter, instance, thread ?? activation?.thread ?? core.systemThread, irql ?? activation?.irql ?? 0);
  return core.run(record, routine) as T;
}

function step(core: Core, queue: CancelSafeQueue, operation: Operation | null, kind: QueueStep, rule: string): void {
  core.event({ kind: 'queueStep', filter: queue.instance.filter, operation, step: kind, rule });
}

class Lock {
  readonly #core: Core;
  readonly #queue: CancelSafeQueue;
  readonly #operation: Operation | null;
  readonly #irql = { value: 0 };

  constructor(core: Core, queue: CancelSafeQueue, operation: Operation | null) {
    this.#core = core;
    this.#queue = queue;
    this.#operation = operation;
    step(core, queue, operation, 'acquire', 'R-4.22');
    call(core, queue, 'Acquire', operation, () => queue.routines.Acquire(queue.handle, this.#irql));
  }

  release(): void {
    step(this.#core, this.#queue, this.#operation, 'release', 'R-4.22');
    call(this.#core, this.#queue, 'Release', this.#operation, () => this.#queue.routines.Release(this.#queue.handle, this.#irql.value));
  }
}

/** FV-071: a queue whose lock is a mutex or resource, used at DISPATCH. */
function refusedAtDispatch(core: Core, queue: CancelSafeQueue, operation: Operation | null): boolean {
  const { activation } = core;
  if (activation === null || activation.irql <= APC_LEVEL || !needsApcLevel(queue)) return false;
  core.violate('FV-071', { filter: queue.instance.filter, instance: queue.instance, operation }, { q: String((queue.handle as { id?: unknown }).id ?? 'of its own') });
  return !core.readings.performedAboveIrql;
}

export function insertIo(core: Core, queue: CancelSafeQueue, operation: Operation, context: unknown, insertContext: unknown): number {
  const where = { filter: queue.instance.filter, instance: queue.instance, operation };
  if (operation.kind !== 'irp') {
    core.violate('FV-070', where);
    return refusedStatus;
  }
  if (refusedAtDispatch(core, queue, operation)) return refusedStatus;
  if (!queue.enabled && core.is('R-4.24', 'not-locked')) return STATUS_FLT_CBDQ_DISABLED;
  const lock = new Lock(core, queue, operation);
  if (!queue.enabled) {
    lock.release();
    return STATUS_FLT_CBDQ_DISABLED;
  }
  if (operation.canceled) {
    // R-4.26 (INFERRED): not inserted; the filter completes it at once and returns PENDING.
    lock.release();
    if (core.is('R-4.26', 'refused')) return STATUS_CANCELLED;
    completeCanceled(core, queue, operation);
    return STATUS_SUCCESS;
  }
  step(core, queue, operation, 'insert', 'R-4.24');
  const status = call(core, queue, 'InsertIo', operation, () => queue.routines.InsertIo(queue.handle, operation.data, insertContext));
  if (ntSuccess(status)) {
    operation.queue = queue;
    operation.shown.close();
    rememberCall(core, operation, 'queue');
    operation.queueContext = context;
    if (context !== null) queue.contexts.set(context, operation);
  }
  lock.release();
  return status >>> 0;
}

function completeCanceled(core: Core, queue: CancelSafeQueue, operation: Operation, thread?: EngineThread, irql?: Irql): void {
  step(core, queue, operation, 'canceled', 'R-4.27');
  call(core, queue, 'CompleteCanceledIo', operation, () => queue.routines.CompleteCanceledIo(queue.handle, operation.data), thread, irql);
}

function unqueue(core: Core, queue: CancelSafeQueue, operation: Operation): void {
  call(core, queue, 'RemoveIo', operation, () => queue.routines.RemoveIo(queue.handle, operation.data));
  operation.queue = null;
  operation.queueContext = null;
}

/** FltCbdqRemoveNextIo. Null when nothing is found or the call is refused. */
export function removeNextIo(core: Core, queue: CancelSafeQueue, peekContext: unknown): { readonly operation: Operation | null; readonly refused: boolean } {
  if (refusedAtDispatch(core, queue, null)) return { operation: null, refused: true };
  const lock = new Lock(core, queue, null);
  const peek = (after: FLT_CALLBACK_DATA | null): FLT_CALLBACK_DATA | null => {
    step(core, queue, null, 'peek', 'R-4.25');
    return call(core, queue, 'PeekNextIo', null, () => queue.routines.PeekNextIo(queue.handle, after, peekContext));
  };
  let found: Operation | null = null;
  for (let data = peek(null); data !== null && data !== undefined; data = peek(data)) {
    const candidate = operationOf(data);
    if (candidate === null || candidate.canceled) continue;
    step(core, queue, null, 'remove', 'R-4.25');
    unqueue(core, queue, candidate);
    found = candidate;
    break;
  }
  lock.release();
  return { operation: found, refused: false };
}

/** FltCbdqRemoveIo: by the context of the insertion. */
export function removeIo(core: Core, queue: CancelSafeQueue, context: unknown): { readonly operation: Operation | null; readonly refused: boolean } {
  if (refusedAtDispatch(core, queue, null)) return { operation: null, refused: true };
  const lock = new Lock(core, queue, null);
  const operation = queue.contexts.get(context) ?? null;
  const queued = operation !== null && operation.queue === queue && operation.queueContext === context;
  if (queued) {
    step(core, queue, null, 'remove', 'R-4.25');
    unqueue(core, queue, operation);
  }
  lock.release();
  return { operation: queued ? operation : null, refused: false };
}

/** FltCbdqDisable and FltCbdqEnable. False when refused. */
export function setEnabled(core: Core, queue: CancelSafeQueue, enabled: boolean): boolean {
  if (refusedAtDispatch(core, queue, null)) return false;
  queue.enabled = enabled;
  return true;
}

/** cancel of a queued operation, in the cancelling thread and at its IRQL. */
export function cancelQueued(core: Core, queue: CancelSafeQueue, operation: Operation, thread: EngineThread, irql: Irql): void {
  const lock = new Lock(core, queue, operation);
  step(core, queue, operation, 'remove', 'R-4.27');
  unqueue(core, queue, operation);
  const held = core.is('R-4.27', 'lock-held');
  if (!held) lock.release();
  completeCanceled(core, queue, operation, thread, irql);
  if (held) lock.release();
}

/** FV-077: the engine takes it out itself. */
export function removeQuietly(core: Core, operation: Operation): void {
  if (operation.queue !== null) unqueue(core, operation.queue, operation);
}

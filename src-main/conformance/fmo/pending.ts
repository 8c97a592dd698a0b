/** Calls that have not returned yet, under the names their `op=` gives them (rule 2). */
import { operationOf, type FLT_CALLBACK_DATA, type Operation } from '../../engine/index.ts';
import type { Facts, Journal } from './journal.ts';

export class Pending {
  /** Null: the call has no `op=`. */
  readonly name: string | null;
  /** The IRP, FsFilter or fast I/O call of an I/O request, the last one where several follow each other. */
  operation: Operation | null = null;
  /** The step has said that it is blocked or pended: its end will be a `done` line. */
  returned = false;
  /** The caller has STATUS_PENDING as soon as the file system keeps the request, whatever comes of it in the same step (OPL-010). */
  returnsPending = false;
  ended = false;
  result: unknown = undefined;
  facts: Facts = {};
  /** What the caller has before the call has ended: an overlapped request. */
  early: unknown = null;
  /** How `usr.cancel` takes it back. */
  cancel: (() => void) | null = null;

  constructor(name: string | null) {
    this.name = name;
  }
}

export class PendingCalls {
  readonly #journal: Journal;
  readonly #byName = new Map<string, Pending>();
  readonly #byOperation = new WeakMap<Operation, Pending>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Opens a call. A name may serve again after its call has ended. */
  begin(name: string | null): Pending {
    const pending = new Pending(name);
    if (name !== null) this.#byName.set(name, pending);
    return pending;
  }

  named(name: string): Pending | undefined {
    return this.#byName.get(name);
  }

  link(pending: Pending, operation: Operation): void {
    pending.operation = operation;
    this.#byOperation.set(operation, pending);
  }

  of(operation: Operation): Pending | undefined {
    return this.#byOperation.get(operation);
  }

  /** Name of the operation behind callback data; null for one without `op=`. */
  nameOf(data: FLT_CALLBACK_DATA, current: Operation | null): string | null {
    const operation = operationOf(data) ?? current;
    return operation === null ? null : (this.#byOperation.get(operation)?.name ?? null);
  }

  end(pending: Pending, result: unknown, facts: Facts): void {
    if (pending.ended) return;
    pending.ended = true;
    pending.result = result;
    pending.facts = facts;
    if (pending.returned) this.#journal.add({ kind: 'done', op: pending.name ?? '(a call without op=)', result, facts });
  }
}

/**
 * Transactions: enlistment, notifications, and their end.
 *
 * CTX-027 of filter-manager-objects.md (FltEnlistInTransaction; PFLT_TRANSACTION_NOTIFICATION_CALLBACK; FltPrePrepareComplete,
 * FltPrepareComplete, FltCommitComplete, FltRollbackComplete, FltRollbackEnlistment). Covered: one coordinator that sends
 * pre-prepare, prepare and commit, or rollback, to every enlistment in the order of enlisting. Not covered: recovery, single phase,
 * delegation. The status of an answer nobody asked for is assumed to be STATUS_TRANSACTION_NOT_ACTIVE.
 */
import {
  FLT_TRANSACTION_CONTEXT, STATUS_FLT_ALREADY_ENLISTED, STATUS_FLT_CONTEXT_ALREADY_DEFINED, STATUS_FLT_CONTEXT_ALREADY_LINKED, STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND, STATUS_PENDING,
  STATUS_SUCCESS, STATUS_TRANSACTION_NOT_ACTIVE,
} from '../../../nt/values.generated.ts';
import { PASSIVE_LEVEL } from '../../kernel/irql.ts';
import type { Core } from '../core.ts';
import type { Instance } from '../instance.ts';
import { contextOf } from './contextRecord.ts';
import { usableContext } from './setContext.ts';
import { ownerIsCaller, ownerStatus, transactionTarget } from './targets.ts';
import { transactionOf, type Enlistment, type Transaction, type TransactionState } from './transactionObject.ts';

/** TRANSACTION_NOTIFY_* of wdm.h that the engine sends. */
export const TRANSACTION_NOTIFY_PREPREPARE = 0x1;
export const TRANSACTION_NOTIFY_PREPARE = 0x2;
export const TRANSACTION_NOTIFY_COMMIT = 0x4;
export const TRANSACTION_NOTIFY_ROLLBACK = 0x8;
export const TRANSACTION_NOTIFY_COMMIT_FINALIZE = 0x4000_0000;

/** For drivers to name. FLT_MAX_TRANSACTION_NOTIFICATIONS: everything a minifilter may ask for. */
export const transactionNotifications: readonly (readonly [name: string, value: number, meaning: string])[] = [
  ['TRANSACTION_NOTIFY_PREPREPARE', TRANSACTION_NOTIFY_PREPREPARE, 'the transaction is about to prepare'],
  ['TRANSACTION_NOTIFY_PREPARE', TRANSACTION_NOTIFY_PREPARE, 'prepare'],
  ['TRANSACTION_NOTIFY_COMMIT', TRANSACTION_NOTIFY_COMMIT, 'the transaction commits'],
  ['TRANSACTION_NOTIFY_ROLLBACK', TRANSACTION_NOTIFY_ROLLBACK, 'the transaction rolls back'],
  ['TRANSACTION_NOTIFY_COMMIT_FINALIZE', TRANSACTION_NOTIFY_COMMIT_FINALIZE, 'the commit is finished'],
  [
    'FLT_MAX_TRANSACTION_NOTIFICATIONS',
    TRANSACTION_NOTIFY_PREPREPARE | TRANSACTION_NOTIFY_PREPARE | TRANSACTION_NOTIFY_COMMIT | TRANSACTION_NOTIFY_ROLLBACK | TRANSACTION_NOTIFY_COMMIT_FINALIZE, 'all of them',
  ],
];

/** The phases in which each notification is sent. */
const phases: Readonly<Partial<Record<TransactionState, { readonly notify: number; readonly next: TransactionState }>>> = {
  'pre-preparing': { notify: TRANSACTION_NOTIFY_PREPREPARE, next: 'preparing' },
  preparing: { notify: TRANSACTION_NOTIFY_PREPARE, next: 'committing' },
  committing: { notify: TRANSACTION_NOTIFY_COMMIT, next: 'committed' },
  'rolling-back': { notify: TRANSACTION_NOTIFY_ROLLBACK, next: 'rolled-back' },
};

export function enlistInTransaction(core: Core, instance: Instance, given: unknown, contextGiven: unknown, mask: unknown): number {
  if (typeof instance.filter.registration.TransactionNotificationCallback !== 'function' || typeof mask !== 'number') return STATUS_INVALID_PARAMETER;
  if (contextOf(contextGiven) === undefined || !ownerIsCaller(core, instance.filter, 'a transaction context')) return STATUS_INVALID_PARAMETER;
  const context = usableContext(core, contextGiven, 'FltEnlistInTransaction');
  const transaction = transactionOf(given);
  if (context?.type !== FLT_TRANSACTION_CONTEXT || transaction === undefined) return STATUS_INVALID_PARAMETER;
  if (transaction.state !== 'active') return STATUS_TRANSACTION_NOT_ACTIVE;
  const dying = ownerStatus(instance);
  if (dying !== 0) return dying;
  if (transaction.enlistments.some((one) => one.instance === instance)) return STATUS_FLT_ALREADY_ENLISTED;
  // A context that FltSetTransactionContext has set on this transaction stays where it is.
  if (context.link?.target !== transaction) {
    if (context.link !== null || context.unlinked) return STATUS_FLT_CONTEXT_ALREADY_LINKED;
    if (core.contexts.find(FLT_TRANSACTION_CONTEXT, transaction, instance) !== null) return STATUS_FLT_CONTEXT_ALREADY_DEFINED;
    const target = transactionTarget(instance, given);
    if (typeof target === 'number') return target;
    core.contexts.link(context, target, 'FltEnlistInTransaction');
  }
  transaction.enlistments.push({ instance, context, mask, owed: 0 });
  return STATUS_SUCCESS;
}

/** Calls TransactionNotificationCallback. STATUS_PENDING leaves the answer owed. */
function notify(core: Core, transaction: Transaction, enlistment: Enlistment, notification: number): void {
  const { instance, context } = enlistment;
  const routine = instance.filter.registration.TransactionNotificationCallback;
  if ((enlistment.mask & notification) === 0 || typeof routine !== 'function' || instance.state === 'none') return;
  enlistment.owed = notification;
  const objects = instance.objectsForTransaction(transaction.handle);
  const record = core.enter('transaction', '', null, instance.filter, instance, core.activation?.thread ?? core.systemThread, PASSIVE_LEVEL);
  record.fltObjects = objects;
  record.routine = routine;
  record.flags = notification;
  record.givenContext = context.object;
  const status = core.run(record, () => routine(objects, context.object, notification));
  if (status !== STATUS_PENDING && enlistment.owed === notification) enlistment.owed = 0;
}

/** Goes on as long as nobody owes an answer. */
function advance(core: Core, transaction: Transaction): void {
  for (let phase = phases[transaction.state]; phase !== undefined; phase = phases[transaction.state]) {
    if (transaction.enlistments.some(({ owed }) => owed !== 0)) return;
    enter(core, transaction, phase.next);
  }
}

function enter(core: Core, transaction: Transaction, state: TransactionState): void {
  transaction.state = state;
  const phase = phases[state];
  if (phase !== undefined) {
    for (const enlistment of [...transaction.enlistments]) {
      if (transaction.state === state) notify(core, transaction, enlistment, phase.notify);
    }
    return;
  }
  if (state === 'committed') {
    for (const enlistment of transaction.enlistments) notify(core, transaction, enlistment, TRANSACTION_NOTIFY_COMMIT_FINALIZE);
  }
  transaction.enlistments.length = 0;
  core.contexts.transactionEnded(FLT_TRANSACTION_CONTEXT, transaction);
}

/** The program commits. STATUS_PENDING while a filter still owes an answer. */
export function commitTransaction(core: Core, given: unknown): number {
  const transaction = transactionOf(given);
  if (transaction?.state !== 'active') return STATUS_TRANSACTION_NOT_ACTIVE;
  enter(core, transaction, 'pre-preparing');
  advance(core, transaction);
  return transaction.ended ? STATUS_SUCCESS : STATUS_PENDING;
}

/** The program, or a filter with FltRollbackEnlistment, rolls back. */
export function rollBackTransaction(core: Core, given: unknown): number {
  const transaction = transactionOf(given);
  if (transaction === undefined || transaction.ended || transaction.state === 'committing' || transaction.state === 'rolling-back') return STATUS_TRANSACTION_NOT_ACTIVE;
  for (const enlistment of transaction.enlistments) enlistment.owed = 0;
  enter(core, transaction, 'rolling-back');
  advance(core, transaction);
  return transaction.ended ? STATUS_SUCCESS : STATUS_PENDING;
}

/** FltPrePrepareComplete, FltPrepareComplete, FltCommitComplete, FltRollbackComplete: the answer to one notification. */
export function answerNotification(core: Core, instance: Instance, given: unknown, notification: number): number {
  const transaction = transactionOf(given);
  if (transaction === undefined) return STATUS_INVALID_PARAMETER;
  const enlistment = transaction.enlistments.find((one) => one.instance === instance);
  if (enlistment === undefined) return STATUS_NOT_FOUND;
  if (enlistment.owed !== notification) return STATUS_TRANSACTION_NOT_ACTIVE;
  enlistment.owed = 0;
  // Inside the callback itself the loop that called it goes on.
  if (core.activation?.kind !== 'transaction') advance(core, transaction);
  return STATUS_SUCCESS;
}

export function rollBackEnlistment(core: Core, instance: Instance, given: unknown): number {
  const transaction = transactionOf(given);
  if (transaction === undefined) return STATUS_INVALID_PARAMETER;
  if (!transaction.enlistments.some((one) => one.instance === instance)) return STATUS_NOT_FOUND;
  return rollBackTransaction(core, given);
}

/** A kernel transaction, as far as minifilters meet it. Source: FltEnlistInTransaction; PFLT_TRANSACTION_NOTIFICATION_CALLBACK. */
import type { Instance } from '../instance.ts';
import { makeHandle } from '../handles.ts';
import type { ContextRecord } from './contextRecord.ts';

/** What drivers hold of a transaction. */
export interface PKTRANSACTION {
  readonly id: string;
}

/** `pre-preparing`, `preparing`, `committing`, `rolling-back`: notifications are out and answers are awaited. */
export type TransactionState = 'active' | 'pre-preparing' | 'preparing' | 'committing' | 'rolling-back' | 'committed' | 'rolled-back';

export interface Enlistment {
  readonly instance: Instance;
  readonly context: ContextRecord;
  /** TRANSACTION_NOTIFY_* */
  readonly mask: number;
  /** The notification whose answer the filter still owes; 0 when none. */
  owed: number;
}

export class Transaction {
  readonly handle: PKTRANSACTION;
  state: TransactionState = 'active';
  readonly enlistments: Enlistment[] = [];

  constructor(number: number) {
    this.handle = makeHandle(`KTRANSACTION#${number}`);
    transactionByHandle.set(this.handle, this);
  }

  get ended(): boolean {
    return this.state === 'committed' || this.state === 'rolled-back';
  }
}

const transactionByHandle = new WeakMap<object, Transaction>();

export const transactionOf = (handle: unknown): Transaction | undefined => (typeof handle === 'object' && handle !== null ? transactionByHandle.get(handle) : undefined);

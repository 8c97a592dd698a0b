/** A cancel-safe queue as FltCbdqInitialize sets it up; queues.ts says what it does. */
import type { FLT_CALLBACK_DATA } from './callbackData.ts';
import type { Instance } from './instance.ts';
import type { Operation } from './operation.ts';

/** The filter's own routines, in the order of FltCbdqInitialize. */
export interface CancelSafeQueueRoutines {
  readonly InsertIo: (Cbdq: object, Data: FLT_CALLBACK_DATA, InsertContext: unknown) => number;
  readonly RemoveIo: (Cbdq: object, Data: FLT_CALLBACK_DATA) => void;
  readonly PeekNextIo: (Cbdq: object, Data: FLT_CALLBACK_DATA | null, PeekContext: unknown) => FLT_CALLBACK_DATA | null;
  readonly Acquire: (Cbdq: object, Irql: { value: number } | null) => void;
  readonly Release: (Cbdq: object, Irql: number) => void;
  readonly CompleteCanceledIo: (Cbdq: object, Data: FLT_CALLBACK_DATA) => void;
}

export interface CancelSafeQueue {
  /** The FLT_CALLBACK_DATA_QUEUE the filter passes around. */
  readonly handle: object;
  readonly instance: Instance;
  readonly routines: CancelSafeQueueRoutines;
  enabled: boolean;
  /** Operations by the context they were inserted with. A context stays valid after the removal. */
  readonly contexts: Map<unknown, Operation>;
}

/** the other routines run at APC or below when the lock is a mutex or resource. The queue says so in `LockKind`. */
export const needsApcLevel = (queue: CancelSafeQueue): boolean => 'LockKind' in queue.handle && (queue.handle.LockKind === 'mutex' || queue.handle.LockKind === 'resource');

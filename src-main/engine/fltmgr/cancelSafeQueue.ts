/** A cancel-safe queue as FltCbdqInitialize sets it up; see pending.ts for what it does. */
import type { FLT_CALLBACK_DATA } from './callbackData.ts';
import type { Instance } from './instance.ts';

/** The filter's own routines. Their names and order are those of FltCbdqInitialize. */
export interface CancelSafeQueueRoutines {
  readonly InsertIo: (Cbdq: object, Data: FLT_CALLBACK_DATA, InsertContext: unknown) => number;
  readonly RemoveIo: (Cbdq: object, Data: FLT_CALLBACK_DATA) => void;
  readonly PeekNextIo: (Cbdq: object, Data: FLT_CALLBACK_DATA | null, PeekContext: unknown) => FLT_CALLBACK_DATA | null;
  readonly Acquire: (Cbdq: object, Irql: { value: number }) => void;
  readonly Release: (Cbdq: object, Irql: number) => void;
  readonly CompleteCanceledIo: (Cbdq: object, Data: FLT_CALLBACK_DATA) => void;
}

export interface CancelSafeQueue {
  /** The FLT_CALLBACK_DATA_QUEUE the filter passes around. */
  readonly handle: object;
  readonly instance: Instance;
  readonly routines: CancelSafeQueueRoutines;
  /** Highest IRQL its lock allows: DISPATCH for a spin lock, APC for a mutex or resource. */
  readonly maxIrql: 1 | 2;
  enabled: boolean;
}

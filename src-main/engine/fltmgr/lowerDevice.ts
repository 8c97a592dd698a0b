/** The device below the lowest frame: a simulated file system, handed in from outside. */
import type { IoVolume } from '../iomgr/request.ts';
import type { Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Operation } from './operation.ts';
import type { FLT_IO_PARAMETER_BLOCK } from './parameters.ts';

export interface LowerCall {
  readonly operation: Operation;
  /** What the file system receives. Valid during the call. */
  readonly iopb: FLT_IO_PARAMETER_BLOCK;
  readonly volume: IoVolume;
  readonly thread: EngineThread;
  readonly irql: Irql;
}

/** An MDL that the file system made for the buffer it got, and a system buffer of its own. */
export interface LowerExtras {
  readonly mdl?: unknown;
  readonly newSystemBuffer?: unknown;
}

export type LowerAnswer =
  /** Completes inside the call. */
  | ({ readonly kind: 'complete'; readonly status: number; readonly information: number } & LowerExtras)
  /** Returns STATUS_PENDING; `Engine.completeLower` follows. `expected`: with this status, where that is known already. */
  | { readonly kind: 'pend'; readonly expected?: number }
  /**
   * The calling thread stays inside the file system; `Engine.returnLower` follows, which completes inside the call. Only where no driver
   * routine is running: what lies below one on the stack cannot be left waiting.
   */
  | { readonly kind: 'wait'; readonly expected?: number }
  /** Completes in another context before it returns STATUS_PENDING. */
  | ({ readonly kind: 'pend-early'; readonly thread: EngineThread; readonly irql: Irql; readonly status: number; readonly information: number } & LowerExtras)
  /** Refuses fast I/O: the caller may come again with an IRP. */
  | { readonly kind: 'decline' };

export interface LowerDevice {
  dispatch(call: LowerCall): LowerAnswer;
  /** Whether there is a fast I/O entry point for the operation; absent: for every one (FIO-028). */
  offersFastIo?(volume: IoVolume, major: number): boolean;
  /**
   * Asked when an IRP it has pended is cancelled. True: it completes the IRP with STATUS_CANCELLED, in the cancelling context
   * (also when absent); false: it ignores the cancellation.
   */
  cancel?(operation: Operation): boolean;
}

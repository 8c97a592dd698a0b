/** An I/O request as the I/O manager (or a replayed trace) issues it, before it is an operation. */
import type { Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { FILE_OBJECT } from './fileObject.ts';

/** An operation has one kind for its whole life. */
export type OperationKind = 'irp' | 'fastio' | 'fsfilter';

export interface IoVolume {
  readonly name: string;
}

export interface IoRequest {
  /** Operation number for events; the engine counts on when it is absent. */
  readonly index?: number | undefined;
  readonly kind: OperationKind;
  /** IRP_MJ_* as the unsigned byte it has in MajorFunction. */
  readonly major: number;
  readonly minor: number;
  /** IRP_* */
  readonly irpFlags: number;
  /** SL_* */
  readonly operationFlags: number;
  readonly fileObject: FILE_OBJECT | null;
  /** FLT_PARAMETERS member that `values` belong to, e.g. `Read`, `DirectoryControl.QueryDirectory`; null without parameters. */
  readonly member: string | null;
  /** Fields by WDK name; LARGE_INTEGERs as bigint. What is absent is zero or NULL. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The six slots themselves, from `parameterSlots`; wins over `member` and `values`. Not copied: do not change them any more. */
  readonly slots?: readonly unknown[];
  readonly thread: EngineThread;
  readonly irql: Irql;
  /** KernelMode 0, UserMode 1 */
  readonly requestorMode: 0 | 1;
  readonly volume: IoVolume;
  /** The buffer comes from nonpaged pool: FLTFL_CALLBACK_DATA_SYSTEM_BUFFER. */
  readonly systemBuffer?: boolean;
  /** TopLevelIrp is not NULL wherever this operation is handled. */
  readonly topLevelIrp?: boolean;
  /** Comes from the system itself and not from whoever numbers requests: it is numbered like generated I/O. */
  readonly unnumbered?: boolean;
  /** How often the I/O manager has sent this create again after STATUS_REPARSE. */
  readonly reparseRound?: number;
  /** The cancel bit is set from the start. */
  readonly canceled?: boolean;
}

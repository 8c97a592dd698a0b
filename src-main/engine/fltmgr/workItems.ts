/** Work items and queued safe routines: they run when the host says so, oldest first. */
import type { PFLT_DEFERRED_IO_WORKITEM, PFLT_GENERIC_WORKITEM } from './handles.ts';
import type { Filter, Instance } from './instance.ts';
import type { Operation } from './operation.ts';

export interface WorkItem {
  readonly kind: 'deferred' | 'generic' | 'safe';
  readonly filter: Filter;
  readonly instance: Instance | null;
  /** The operation a deferred item or safe routine belongs to. */
  readonly operation: Operation | null;
  readonly routine: (...args: never[]) => unknown;
  readonly handle: PFLT_DEFERRED_IO_WORKITEM | PFLT_GENERIC_WORKITEM | null;
  readonly context: unknown;
  /** CriticalWorkQueue 0, DelayedWorkQueue 1 */
  readonly queueType: number;
}

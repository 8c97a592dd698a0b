/** Work items and queued safe routines: they run when the host says so or lets the system settle, oldest first. */
import type { PFLT_DEFERRED_IO_WORKITEM, PFLT_GENERIC_WORKITEM } from './handles.ts';
import type { Filter, Instance } from './instance.ts';
import type { Operation } from './operation.ts';

export interface WorkItem {
  /** `io`: of IoQueueWorkItem; `ex`: of ExQueueWorkItem; `context`: the end of a context, the engine's own (CTX-035). */
  readonly kind: 'deferred' | 'generic' | 'safe' | 'io' | 'ex' | 'context';
  readonly filter: Filter;
  readonly instance: Instance | null;
  /** The operation a deferred item or safe routine belongs to. */
  readonly operation: Operation | null;
  readonly routine: (...args: never[]) => unknown;
  readonly handle: PFLT_DEFERRED_IO_WORKITEM | PFLT_GENERIC_WORKITEM | null;
  /** io, ex: what its routine is called with. */
  readonly arguments?: readonly unknown[];
  readonly context: unknown;
  /** CriticalWorkQueue 0, DelayedWorkQueue 1 */
  readonly queueType: number;
}

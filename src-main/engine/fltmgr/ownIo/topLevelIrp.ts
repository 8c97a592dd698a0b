/**
 * The top-level IRP of a thread (IoSetTopLevelIrp): set while a file system or a filter is in the middle of a request of its own.
 *
 * GEN-011, NAM-011 of filter-manager-objects.md ask for it.
 */
import type { EngineThread } from '../../kernel/thread.ts';
import type { Core } from '../core.ts';

const values = new WeakMap<Core, WeakMap<EngineThread, unknown>>();

export function setTopLevelIrp(core: Core, thread: EngineThread, value: unknown): void {
  let threads = values.get(core);
  if (threads === undefined) {
    threads = new WeakMap();
    values.set(core, threads);
  }
  if (value === null || value === undefined || value === 0) threads.delete(thread);
  else threads.set(thread, value);
}

/** Null when there is none. */
export const topLevelIrpOf = (core: Core, thread: EngineThread): unknown => values.get(core)?.get(thread) ?? null;

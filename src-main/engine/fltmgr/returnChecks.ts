/** Checks that every return of a callback shares: fields that belong to the Filter Manager, and work items left behind. */
import { FLTFL_CALLBACK_DATA_DIRTY, FLTFL_CALLBACK_DATA_POST_OPERATION, IRP_MJ_CREATE } from '../../nt/values.generated.ts';
import type { Core } from './core.ts';
import type { Findings } from './findings.ts';
import type { Instance } from './instance.ts';
import type { Operation } from './operation.ts';
import { removeQuietly } from './queues.ts';

/** restores what a filter may not write. */
export function checkOwnedFields(operation: Operation, expectedFlags: number, findings: Findings): void {
  const { data } = operation;
  const fields: string[] = [];
  if (((data.Flags ^ expectedFlags) & ~FLTFL_CALLBACK_DATA_DIRTY) !== 0) {
    fields.push('Flags');
    data.Flags = (expectedFlags | (data.Flags & FLTFL_CALLBACK_DATA_DIRTY)) >>> 0;
  }
  if (data.Thread !== operation.thread.ethread) {
    fields.push('Thread');
    data.Thread = operation.thread.ethread;
  }
  if (data.RequestorMode !== operation.requestorMode) {
    fields.push('RequestorMode');
    data.RequestorMode = operation.requestorMode;
  }
  if (fields.length > 0) findings.add('FV-023', { field: fields.join(', ') }, fields[0] === 'Flags' ? null : 'R-6.4');
  if (data.TagData === operation.tagData) return;
  const postCreate = operation.major === IRP_MJ_CREATE && (expectedFlags & FLTFL_CALLBACK_DATA_POST_OPERATION) !== 0;
  if (postCreate) {
    operation.tagData = data.TagData;
  } else {
    findings.add('FV-032');
    data.TagData = operation.tagData;
  }
}

/** takes what the callback queued, although it keeps the operation going, out of the work queue and the cancel-safe queue, unless the other readings leave it there. */
export function removeQueued(core: Core, operation: Operation, instance: Instance, findings: Findings): void {
  const items = operation.workItems?.filter((item) => item.kind === 'deferred' && item.instance === instance) ?? [];
  if (items.length > 0) {
    if (core.is('R-4.17', 'runs')) operation.workItems = operation.workItems?.filter((item) => !items.includes(item)) ?? null;
    else for (const item of items) core.takeWorkItem(item);
    findings.add('FV-067');
  }
  if (operation.queue === null || operation.queue.instance.filter !== instance.filter) return;
  if (!core.is('R-4.28', 'stays')) removeQuietly(core, operation);
  findings.add('FV-077');
}

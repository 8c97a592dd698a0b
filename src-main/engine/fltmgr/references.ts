/**
 * References on filters, instances and volumes: FltObjectReference, FltObjectDereference, and pointers that are handed out referenced.
 *
 * SIM-004, VOL-019, VOL-036, VOL-042, VOL-060 of filter-manager-objects.md (FltObjectReference; FltObjectDereference).
 */
import { STATUS_FLT_DELETING_OBJECT, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import type { Core } from './core.ts';
import { Filter, filterOf, Instance, instanceOf, type Volume, volumeOf } from './instance.ts';
import { lifecycleOf } from './lifecycle.ts';

export type FltObject = Filter | Instance | Volume;

/** What a PFLT_FILTER, PFLT_INSTANCE or PFLT_VOLUME stands for. */
export const objectOf = (handle: unknown): FltObject | undefined => filterOf(handle) ?? instanceOf(handle) ?? volumeOf(handle);

/** New work in the name of it is refused with STATUS_FLT_DELETING_OBJECT (VOL-042). */
export function isDying(object: FltObject): boolean {
  if (object instanceof Filter) return object.unloading;
  if (object instanceof Instance) return object.state !== 'attached';
  return object.state === 'dismounting' || object.state === 'gone';
}

const kindOf = (object: FltObject): 'filter' | 'instance' | 'volume' => (object instanceof Filter ? 'filter' : object instanceof Instance ? 'instance' : 'volume');

/** The calling filter takes a reference. */
export function takeReference(core: Core, object: FltObject): void {
  object.references++;
  const filter = core.activation?.filter;
  if (filter !== undefined) core.ledger.take(filter, kindOf(object), object.handle, object.handle.id, core.site());
}

export function referenceObject(core: Core, object: FltObject): number {
  if (isDying(object)) return STATUS_FLT_DELETING_OBJECT;
  takeReference(core, object);
  return STATUS_SUCCESS;
}

/** False: the caller holds no reference to give back. */
export function dereferenceObject(core: Core, object: FltObject): boolean {
  const filter = core.activation?.filter;
  if (object.references === 0 || (filter !== undefined && !core.ledger.giveBack(filter, object.handle))) return false;
  object.references--;
  lifecycleOf(core).check();
  return true;
}

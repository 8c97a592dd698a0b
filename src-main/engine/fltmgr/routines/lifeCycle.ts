/** Registration and its end, loading and unloading, attaching and detaching. */
import type { Ref } from '../handles.ts';
import type { PFLT_FILTER } from '../handles.ts';
import { STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { attachVolume, attachVolumeAtAltitude, type Attachment } from '../attach.ts';
import { refusedStatus } from '../callChecks.ts';
import type { Core } from '../core.ts';
import { takeReference } from '../references.ts';
import { registerFilter, startFiltering } from '../registration.ts';
import { runNested } from '../runNested.ts';
import { detachVolume } from '../teardown.ts';
import { loadFilter, unloadByDriver, unregisterFilter } from '../unload.ts';
import { type Definition, filterArg, nameArg, refArg, textArg, volumeArg } from './definition.ts';
import { WrongHandle } from '../wrongHandle.ts';

/** The instance goes out referenced (VOL-019), when the caller asked for it. */
function attached(core: Core, { status, instance }: Attachment, result: unknown): number {
  if (result === null || result === undefined) return status;
  const target = refArg<unknown>(result);
  if (instance === null) {
    target.value = null;
    return status;
  }
  takeReference(core, instance);
  target.value = instance.handle;
  return STATUS_SUCCESS;
}

export const lifeCycleRoutines: Record<string, Definition> = {
  FltRegisterFilter: { refused: refusedStatus, run: (core, [driver, table, filter]) => registerFilter(core, driver, table, refArg<PFLT_FILTER | null>(filter) satisfies Ref<PFLT_FILTER | null>) },
  FltStartFiltering: { refused: refusedStatus, run: (core, [filter]) => startFiltering(core, filterArg(filter)) },
  FltUnregisterFilter: {
    *blocks(core, [handle], _call, activation) {
      const filter = filterArg(handle);
      // A second call while the first one waits finds the pointer dead.
      if (filter.unloading) throw new WrongHandle('Filter', handle);
      yield* unregisterFilter(core, filter, activation?.thread ?? core.systemThread);
      return undefined;
    },
  },
  FltLoadFilter: { refused: refusedStatus, *blocks(core, [name], _call, activation) { return yield* loadFilter(core, nameArg(name), activation?.thread ?? core.systemThread); } },
  FltUnloadFilter: { refused: refusedStatus, *blocks(core, [name]) { return yield* unloadByDriver(core, nameArg(name)); } },
  FltAttachVolume: {
    refused: refusedStatus,
    run: (core, [filter, volume, name, result]) => attached(core, runNested(core, attachVolume(core, filterArg(filter), volumeArg(volume), textArg(name))), result),
  },
  FltAttachVolumeAtAltitude: {
    refused: refusedStatus,
    run: (core, [filter, volume, altitude, name, result]) => attached(core, runNested(core, attachVolumeAtAltitude(core, filterArg(filter), volumeArg(volume), nameArg(altitude), textArg(name))), result),
  },
  FltDetachVolume: {
    refused: refusedStatus,
    *blocks(core, [filter, volume, name], _call, activation) {
      return yield* detachVolume(core, filterArg(filter), volumeArg(volume), textArg(name), activation?.thread ?? core.systemThread);
    },
  },
};

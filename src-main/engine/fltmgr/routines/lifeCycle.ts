/** Registration and its end. */
import { STATUS_FLT_INSTANCE_NOT_FOUND } from '../../../nt/values.generated.ts';
import type { FLT_REGISTRATION } from '../../wdk.ts';
import { refusedStatus } from '../callChecks.ts';
import type { PFLT_FILTER } from '../handles.ts';
import { volumeOf } from '../instance.ts';
import { registerFilter, startFiltering, unregisterFilter } from '../registration.ts';
import { detachManually } from '../teardown.ts';
import { type Definition, filterArg, refArg } from './definition.ts';

export const lifeCycleRoutines: Record<string, Definition> = {
  FltRegisterFilter: { run: (core, [driver, table, filter]) => registerFilter(core, driver, table as FLT_REGISTRATION, refArg<PFLT_FILTER | null>(filter)), refused: refusedStatus },
  FltStartFiltering: { run: (_core, [filter]) => startFiltering(filterArg(filter)), refused: refusedStatus },
  FltUnregisterFilter: { run: (core, [filter], _call, activation) => unregisterFilter(core, filterArg(filter), activation?.thread ?? core.systemThread) },
  FltDetachVolume: {
    refused: refusedStatus,
    run: (core, [filter, volume, name], _call, activation) => {
      const wanted = typeof name === 'object' && name !== null ? String(name) : name;
      const instance = filterArg(filter).instances.find((one) => one.volume === volumeOf(volume) && (wanted === null || wanted === undefined || one.name === wanted));
      return instance === undefined ? STATUS_FLT_INSTANCE_NOT_FOUND : detachManually(core, instance, activation?.thread ?? core.systemThread);
    },
  },
};

/** Filters, instances and volumes as objects. */
import { STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { compareAltitudes } from '../altitude.ts';
import { refusedStatus } from '../callChecks.ts';
import { type Definition, instanceArg, refArg } from './definition.ts';

export const objectRoutines: Record<string, Definition> = {
  FltCompareInstanceAltitudes: { silent: true, run: (_core, [a, b]) => compareAltitudes(instanceArg(a).altitude, instanceArg(b).altitude) },
  FltGetVolumeFromInstance: {
    refused: refusedStatus,
    run: (_core, [instance, result]) => {
      refArg<unknown>(result).value = instanceArg(instance).volume.handle;
      return STATUS_SUCCESS;
    },
  },
  FltObjectReference: { silent: true, refused: refusedStatus, run: () => STATUS_SUCCESS },
  FltObjectDereference: { silent: true, run: () => undefined },
};

/** Questions and marks on callback data. */
import { irpMjName } from '../../../nt/names.ts';
import { FLTFL_CALLBACK_DATA_DIRTY, FLTFL_CALLBACK_DATA_FAST_IO_OPERATION, FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION, FLTFL_CALLBACK_DATA_IRP_OPERATION, FLTFL_CALLBACK_DATA_REISSUED_IO, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER } from '../../../nt/values.generated.ts';
import { FLT_CALLBACK_DATA } from '../callbackData.ts';
import { refusedStatus } from '../callChecks.ts';
import { isOperationSynchronous } from '../operationFacts.ts';
import { requestStatusCallback } from '../statusCallback.ts';
import { type Definition, dataArg, operationArg } from './definition.ts';

const dirtyBit = (data: FLT_CALLBACK_DATA, set: boolean): void => {
  data.Flags = (set ? data.Flags | FLTFL_CALLBACK_DATA_DIRTY : data.Flags & ~FLTFL_CALLBACK_DATA_DIRTY) >>> 0;
};

const flagMacro = (bit: number): Definition => ({ silent: true, run: (_core, [data]) => (((data as { Flags: number }).Flags & bit) >>> 0) });

export const callbackDataRoutines: Record<string, Definition> = {
  FltSetCallbackDataDirty: { run: (_core, [data]) => dirtyBit(dataArg(data), true) },
  FltClearCallbackDataDirty: { run: (_core, [data]) => dirtyBit(dataArg(data), false) },
  FltIsCallbackDataDirty: { silent: true, run: (_core, [data]) => (dataArg(data).Flags & FLTFL_CALLBACK_DATA_DIRTY) !== 0 },
  // the macros give the bit, not a truth value.
  FLT_IS_IRP_OPERATION: flagMacro(FLTFL_CALLBACK_DATA_IRP_OPERATION),
  FLT_IS_FASTIO_OPERATION: flagMacro(FLTFL_CALLBACK_DATA_FAST_IO_OPERATION),
  FLT_IS_FS_FILTER_OPERATION: flagMacro(FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION),
  FLT_IS_REISSUED_IO: flagMacro(FLTFL_CALLBACK_DATA_REISSUED_IO),
  FLT_IS_SYSTEM_BUFFER: flagMacro(FLTFL_CALLBACK_DATA_SYSTEM_BUFFER),
  FltGetIrpName: { silent: true, run: (_core, [major]) => irpMjName(Number(major) & 0xff) },
  FltIsOperationSynchronous: { run: (_core, [data]) => isOperationSynchronous(operationArg(data)) },
  FltIsIoCanceled: {
    run: (core, [data], _call, activation) => {
      const operation = operationArg(data);
      if (operation.kind === 'irp') return operation.canceled;
      core.violate('FV-075', { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation });
      return false;
    },
  },
  FltGetRequestorProcess: { silent: true, refused: null, run: (_core, [data]) => operationArg(data).thread.eprocess },
  FltGetRequestorProcessId: { silent: true, refused: 0, run: (_core, [data]) => operationArg(data).thread.pid },
  FltGetRequestorProcessIdEx: { silent: true, refused: 0, run: (_core, [data]) => operationArg(data).thread.pid },
  FltGetNewSystemBufferAddress: { refused: null, run: (_core, [data]) => operationArg(data).newSystemBuffer },
  FltRequestOperationStatusCallback: {
    ownIrql: true, refused: refusedStatus,
    run: (core, [data, routine, context]) => requestStatusCallback(core, data instanceof FLT_CALLBACK_DATA ? operationArg(data) : null, routine, context ?? null),
  },
};

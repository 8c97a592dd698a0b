/** Buffers and MDLs of an operation. */
import { FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { refusedStatus } from '../callChecks.ts';
import { decodeParameters, lockUserBuffer, retainSwappedBufferMdl, swappedBufferMdl } from '../lockUserBuffer.ts';
import { type Definition, dataArg, operationArg, refArg } from './definition.ts';

export const bufferRoutines: Record<string, Definition> = {
  FltLockUserBuffer: { refused: refusedStatus, run: (core, [data]) => lockUserBuffer(core, operationArg(data), dataArg(data)) },
  FltDecodeParameters: {
    run: (_core, [data, mdl, buffer, length, access]) => {
      // FIO-027: FsFilter operations are not decoded.
      const decoded = (dataArg(data).Flags & FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION) !== 0 ? null : decodeParameters(dataArg(data).Iopb);
      if (decoded === null) return STATUS_INVALID_PARAMETER;
      for (const [target, value] of [[mdl, decoded.mdl], [buffer, decoded.buffer], [length, decoded.length], [access, decoded.access]]) {
        if (target !== null && target !== undefined) refArg<unknown>(target).value = value;
      }
      return STATUS_SUCCESS;
    },
  },
  FltGetSwappedBufferMdlAddress: { run: (core, [data]) => swappedBufferMdl(core, operationArg(data)) },
  FltRetainSwappedBufferMdlAddress: { run: (core, [data]) => retainSwappedBufferMdl(core, operationArg(data)) },
};

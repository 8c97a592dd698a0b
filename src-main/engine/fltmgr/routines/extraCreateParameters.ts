/**
 * Extra create parameters.
 *
 * GEN-043, GEN-044 of filter-manager-objects.md; argument order of each routine's reference page.
 */
import { STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { refusedStatus } from '../callChecks.ts';
import type { Core } from '../core.ts';
import { ecpArg, ecpListArg, outArg, store, ulongArg } from '../ownIo/arguments.ts';
import {
  allocateList, allocateParameter, type Ecp, type EcpCleanup, ecpListOf, findParameter, freeList, freeParameter, guidText, insertParameter, isIrpCreate, nextParameter, removeParameter, setEcpList,
} from '../ownIo/ecp.ts';
import { type Definition, filterArg, operationArg, refArg } from './definition.ts';

function allocate(core: Core, routine: string, filter: unknown, type: unknown, size: unknown, cleanup: unknown, result: unknown): number {
  const out = refArg<unknown>(result);
  out.value = null;
  const guid = guidText(type);
  if (guid === null) return STATUS_INVALID_PARAMETER;
  if (core.options.allocate?.(routine) === false) return STATUS_INSUFFICIENT_RESOURCES;
  out.value = allocateParameter(core, filterArg(filter), guid, ulongArg('SizeOfContext', size), typeof cleanup === 'function' ? (cleanup as EcpCleanup) : null);
  return STATUS_SUCCESS;
}

/** Stores what a search has found. */
function give(found: Ecp | null, context: unknown, size: unknown): number {
  store(outArg(context), found?.context ?? null);
  store(outArg(size), found?.size ?? 0);
  return found === null ? STATUS_NOT_FOUND : STATUS_SUCCESS;
}

function next(list: unknown, current: unknown, type: unknown, context: unknown, size: unknown): number {
  if (list === null || list === undefined) return STATUS_INVALID_PARAMETER;
  const found = nextParameter(ecpListArg(list), current);
  store(outArg(type), found?.type ?? null);
  return give(found, context, size);
}

export const extraCreateParameterRoutines: Record<string, Definition> = {
  FltAllocateExtraCreateParameterList: {
    refused: refusedStatus,
    run: (core, [filter, , result]) => {
      const out = refArg<unknown>(result);
      out.value = null;
      if (core.options.allocate?.('FltAllocateExtraCreateParameterList') === false) return STATUS_INSUFFICIENT_RESOURCES;
      out.value = allocateList(core, filterArg(filter));
      return STATUS_SUCCESS;
    },
  },
  FltFreeExtraCreateParameterList: { run: (core, [filter, list], _call, activation) => freeList(core, ecpListArg(list), filterArg(filter), activation) },
  FltAllocateExtraCreateParameter: { refused: refusedStatus, run: (core, [filter, type, size, , cleanup, , result]) => allocate(core, 'FltAllocateExtraCreateParameter', filter, type, size, cleanup, result) },
  FltAllocateExtraCreateParameterFromLookasideList: {
    refused: refusedStatus, run: (core, [filter, type, size, , cleanup, , result]) => allocate(core, 'FltAllocateExtraCreateParameterFromLookasideList', filter, type, size, cleanup, result),
  },
  FltInitExtraCreateParameterLookasideList: { run: () => undefined },
  FltDeleteExtraCreateParameterLookasideList: { run: () => undefined },
  FltFreeExtraCreateParameter: { run: (core, [, context], _call, activation) => freeParameter(core, ecpArg(context), activation) },
  FltInsertExtraCreateParameter: { refused: refusedStatus, run: (core, [, list, context]) => insertParameter(core, ecpListArg(list), ecpArg(context)) },
  FltRemoveExtraCreateParameter: {
    refused: refusedStatus, run: (core, [filter, list, type, context, size]) => give(removeParameter(core, filterArg(filter), ecpListArg(list), guidText(type)), context, size),
  },
  FltFindExtraCreateParameter: { refused: refusedStatus, run: (_core, [, list, type, context, size]) => give(findParameter(ecpListArg(list), guidText(type)), context, size) },
  FltGetNextExtraCreateParameter: { refused: refusedStatus, run: (_core, [, list, current, type, context, size]) => next(list, current, type, context, size) },
  FltGetEcpListFromCallbackData: {
    refused: refusedStatus,
    run: (_core, [, data, result]) => {
      const out = refArg<unknown>(result);
      const operation = operationArg(data);
      out.value = null;
      if (!isIrpCreate(operation)) return STATUS_INVALID_PARAMETER;
      out.value = ecpListOf(operation);
      return STATUS_SUCCESS;
    },
  },
  FltSetEcpListIntoCallbackData: {
    refused: refusedStatus,
    run: (core, [filter, data, list]) => setEcpList(core, operationArg(data), list === null || list === undefined ? null : ecpListArg(list), filterArg(filter)),
  },
  FltAcknowledgeEcp: {
    run: (_core, [, context]) => {
      ecpArg(context).acknowledged = true;
      return undefined;
    },
  },
  FltIsEcpAcknowledged: { silent: true, run: (_core, [, context]) => ecpArg(context).acknowledged },
  FltIsEcpFromUserMode: { silent: true, run: (_core, [, context]) => ecpArg(context).fromUserMode },
  FltPrepareToReuseEcp: {
    run: (_core, [, context]) => {
      ecpArg(context).acknowledged = false;
      return undefined;
    },
  },
};

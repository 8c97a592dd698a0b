/** Contexts: exact WDK names and argument order. The rules are in contexts/. */
import {
  FLT_FILE_CONTEXT, FLT_INSTANCE_CONTEXT, FLT_SECTION_CONTEXT, FLT_STREAMHANDLE_CONTEXT, FLT_STREAM_CONTEXT, FLT_TRANSACTION_CONTEXT, FLT_VOLUME_CONTEXT,
  STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import { refusedStatus } from '../callChecks.ts';
import { closeSectionForDataScan, createSectionForDataScan, registerForDataScan, sectionTarget } from '../contexts/dataScan.ts';
import { getRelatedContexts, getRelatedContextsEx, releaseRelatedContexts } from '../contexts/relatedContexts.ts';
import { allocateContext, deleteContext, deleteContextOf, getContext, referenceContext, releaseContext, setContext, type OldContext } from '../contexts/setContext.ts';
import { callingFilter, openFile, ownerIsCaller, ownerStatus, targetOf, volumeTarget } from '../contexts/targets.ts';
import {
  answerNotification, enlistInTransaction, rollBackEnlistment, TRANSACTION_NOTIFY_COMMIT, TRANSACTION_NOTIFY_PREPARE, TRANSACTION_NOTIFY_PREPREPARE, TRANSACTION_NOTIFY_ROLLBACK,
} from '../contexts/transactions.ts';
import type { Core } from '../core.ts';
import { instanceOf, type Volume } from '../instance.ts';
import { filterArg, instanceArg, Refusal, refArg, volumeArg, type Definition } from './definition.ts';

const oldArg = (value: unknown): OldContext => (value === null || value === undefined ? null : refArg<unknown>(value));

const volumeStatus = (volume: Volume): number => (volume.state === 'dismounting' || volume.state === 'gone' ? STATUS_FLT_DELETING_OBJECT : STATUS_SUCCESS);

/** FltSet<Type>Context(Instance, Object, Operation, NewContext, OldContext); instance contexts have no object. */
function setter(name: string, type: number): Definition {
  const hasObject = type !== FLT_INSTANCE_CONTEXT;
  return {
    refused: refusedStatus,
    run: (core, [first, ...others]) => {
      const [object, operation, context, old] = hasObject ? others : [null, ...others];
      const instance = instanceArg(first);
      return setContext(core, {
        type, routine: name, operation, context, old: oldArg(old), owner: instance.filter, target: () => targetOf(core, type, instance, object), ownerStatus: () => ownerStatus(instance),
      });
    },
  };
}

function getter(name: string, type: number): Definition {
  const hasObject = type !== FLT_INSTANCE_CONTEXT;
  return {
    refused: refusedStatus,
    run: (core, [first, ...others]) => {
      const [object, result] = hasObject ? others : [null, ...others];
      const instance = instanceArg(first);
      const context = refArg<unknown>(result);
      const target = !ownerIsCaller(core, instance.filter, 'a context') ? STATUS_INVALID_PARAMETER : type === FLT_SECTION_CONTEXT ? sectionTarget(core, instance, object) : targetOf(core, type, instance, object);
      return getContext(core, type, target, context, name);
    },
  };
}

function deleter(name: string, type: number): Definition {
  const hasObject = type !== FLT_INSTANCE_CONTEXT;
  return {
    refused: refusedStatus,
    run: (core, [first, ...others]) => {
      const [object, old] = hasObject ? others : [null, ...others];
      const instance = instanceArg(first);
      const target = ownerIsCaller(core, instance.filter, 'a context') ? targetOf(core, type, instance, object) : STATUS_INVALID_PARAMETER;
      return deleteContextOf(core, type, target, ownerStatus(instance), oldArg(old), name);
    },
  };
}

/** The three routines of a type of instance contexts. */
function family(word: string, type: number): Record<string, Definition> {
  const [set, get, remove] = [`FltSet${word}Context`, `FltGet${word}Context`, `FltDelete${word}Context`];
  return { [set]: setter(set, type), [get]: getter(get, type), [remove]: deleter(remove, type) };
}

const volumeFamily: Record<string, Definition> = {
  FltSetVolumeContext: {
    refused: refusedStatus,
    run: (core, [first, operation, context, old]) => {
      const volume = volumeArg(first);
      const filter = callingFilter(core);
      if (filter === null) return STATUS_INVALID_PARAMETER;
      return setContext(core, {
        type: FLT_VOLUME_CONTEXT, routine: 'FltSetVolumeContext', operation, context, old: oldArg(old), owner: filter, target: () => volumeTarget(filter, volume),
        ownerStatus: () => volumeStatus(volume),
      });
    },
  },
  FltGetVolumeContext: {
    refused: refusedStatus,
    run: (core, [first, second, result]) => {
      const filter = filterArg(first);
      const context = refArg<unknown>(result);
      const target = volumeTarget(filter, volumeArg(second));
      return getContext(core, FLT_VOLUME_CONTEXT, ownerIsCaller(core, filter, 'a context') ? target : STATUS_INVALID_PARAMETER, context, 'FltGetVolumeContext');
    },
  },
  FltDeleteVolumeContext: {
    refused: refusedStatus,
    run: (core, [first, second, old]) => {
      const filter = filterArg(first);
      const volume = volumeArg(second);
      const target = ownerIsCaller(core, filter, 'a context') ? volumeTarget(filter, volume) : STATUS_INVALID_PARAMETER;
      return deleteContextOf(core, FLT_VOLUME_CONTEXT, target, volumeStatus(volume), oldArg(old), 'FltDeleteVolumeContext');
    },
  },
};

const supports = (core: Core, fileObject: unknown, which: 'stream' | 'streamHandle' | 'file'): boolean => openFile(core, fileObject)?.support[which] ?? false;

const released = (result: unknown): unknown => (result === refusedStatus ? new Refusal(undefined) : undefined);

const answer = (notification: number): Definition => ({ refused: refusedStatus, run: (core, [instance, transaction]) => answerNotification(core, instanceArg(instance), transaction, notification) });

export const contextRoutines: Record<string, Definition> = {
  FltAllocateContext: {
    refused: refusedStatus,
    run: (core, [filter, type, size, pool, result]) => {
      const context = refArg<unknown>(result);
      const owner = filterArg(filter);
      return ownerIsCaller(core, owner, 'a context') ? allocateContext(core, owner, type, size, pool, context) : STATUS_INVALID_PARAMETER;
    },
  },
  ...volumeFamily,
  ...family('Instance', FLT_INSTANCE_CONTEXT),
  ...family('File', FLT_FILE_CONTEXT),
  ...family('Stream', FLT_STREAM_CONTEXT),
  ...family('StreamHandle', FLT_STREAMHANDLE_CONTEXT),
  ...family('Transaction', FLT_TRANSACTION_CONTEXT),
  FltGetSectionContext: getter('FltGetSectionContext', FLT_SECTION_CONTEXT),
  FltGetContexts: { run: (core, [objects, desired, contexts]) => getRelatedContexts(core, objects, desired, contexts) },
  FltGetContextsEx: { refused: refusedStatus, run: (core, [objects, desired, size, contexts]) => getRelatedContextsEx(core, objects, desired, size, contexts) },
  FltReleaseContexts: { run: (core, [contexts]) => releaseRelatedContexts(core, contexts, false, 'FltReleaseContexts') },
  FltReleaseContextsEx: { run: (core, [size, contexts]) => releaseRelatedContexts(core, contexts, Number(size) >= 56, 'FltReleaseContextsEx') },
  FltReferenceContext: { run: (core, [context]) => referenceContext(core, context) },
  FltReleaseContext: { run: (core, [context]) => released(releaseContext(core, context, 'FltReleaseContext')) },
  FltDeleteContext: { run: (core, [context]) => deleteContext(core, context) },
  FltSupportsStreamContexts: { refused: false, run: (core, [fileObject]) => supports(core, fileObject, 'stream') },
  FltSupportsStreamHandleContexts: { refused: false, run: (core, [fileObject]) => supports(core, fileObject, 'streamHandle') },
  FltSupportsFileContexts: { refused: false, run: (core, [fileObject]) => supports(core, fileObject, 'file') },
  FltSupportsFileContextsEx: {
    refused: false,
    run: (core, [fileObject, instance]) => supports(core, fileObject, 'file') || (instanceOf(instance) !== undefined && supports(core, fileObject, 'stream')),
  },
  FltRegisterForDataScan: { refused: refusedStatus, run: (core, [instance]) => registerForDataScan(core, instanceArg(instance)) },
  FltCreateSectionForDataScan: {
    refused: refusedStatus,
    run: (core, [instance, fileObject, context, _access, _attributes, _maximum, _protection, _allocation, _flags, handle, object, fileSize]) =>
      createSectionForDataScan(core, instanceArg(instance), fileObject, context, { handle: oldArg(handle), object: oldArg(object), fileSize: oldArg(fileSize) }),
  },
  FltCloseSectionForDataScan: { refused: refusedStatus, run: (core, [context]) => closeSectionForDataScan(core, context) },
  FltEnlistInTransaction: { refused: refusedStatus, run: (core, [instance, transaction, context, mask]) => enlistInTransaction(core, instanceArg(instance), transaction, context, mask) },
  FltPrePrepareComplete: answer(TRANSACTION_NOTIFY_PREPREPARE),
  FltPrepareComplete: answer(TRANSACTION_NOTIFY_PREPARE),
  FltCommitComplete: answer(TRANSACTION_NOTIFY_COMMIT),
  FltRollbackComplete: answer(TRANSACTION_NOTIFY_ROLLBACK),
  FltRollbackEnlistment: { refused: refusedStatus, run: (core, [instance, transaction]) => rollBackEnlistment(core, instanceArg(instance), transaction) },
};

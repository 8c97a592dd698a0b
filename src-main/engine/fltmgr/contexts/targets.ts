/**
 * What a context can be set on, and where there is nothing to set it on.
 *
 * CTX-003, CTX-023, CTX-024, CTX-043 to CTX-045 of filter-manager-objects.md; R-7.3 (file-system-support-for-contexts;
 * FltSupportsFileContextsEx; filtering-i-o-operations-in-a-minifilter-driver).
 */
import { ntSuccess } from '../../../nt/ntStatus.ts';
import {
  FLT_FILE_CONTEXT, FLT_INSTANCE_CONTEXT, FLT_STREAMHANDLE_CONTEXT, FLT_STREAM_CONTEXT, FLT_TRANSACTION_CONTEXT, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_NETWORK_QUERY_OPEN,
  STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND, STATUS_NOT_SUPPORTED, STATUS_REPARSE,
} from '../../../nt/values.generated.ts';
import { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { ContextSupport, FileLocation } from '../../iomgr/fileSystemServices.ts';
import type { Core } from '../core.ts';
import type { Filter, Instance, Volume } from '../instance.ts';
import type { ContextLink } from './contextRecord.ts';
import { transactionOf } from './transactionObject.ts';

/** Where the contexts of one type hang, or the status that says why there is no such place. */
export type Target = ContextLink | number;

/** The filter whose code runs. */
export function callingFilter(core: Core): Filter | null {
  return core.activation?.filter ?? null;
}

const whereOf = (core: Core) => ({ filter: callingFilter(core), instance: core.activation?.instance ?? null, operation: core.activation?.operation ?? null });

/** OV-039: the instance (or the filter given) is not the caller's own. True when the call may go on. */
export function ownerIsCaller(core: Core, owner: Filter, words: string): boolean {
  const caller = callingFilter(core);
  if (caller === null || caller === owner) return true;
  core.violate('OV-039', whereOf(core), { ctx: words });
  return core.is('CTX-024', 'performed');
}

/** FV-093: a place in an operation's way where its file object has no contexts. */
function hasNoFile(core: Core, fileObject: FILE_OBJECT): boolean {
  const { activation } = core;
  const operation = activation?.operation ?? null;
  if (activation === null || operation === null || operation.iopb.TargetFileObject !== fileObject) return false;
  const { major, hold } = operation;
  const inPre = activation.kind === 'pre' || (hold !== null && hold.phase === 'pre' && hold.instance === activation.instance);
  const inPost = activation.kind === 'post' || activation.kind === 'drain' || activation.kind === 'safe';
  return (major === IRP_MJ_CREATE && inPre) || (major === IRP_MJ_CLOSE && inPost) || major === IRP_MJ_NETWORK_QUERY_OPEN;
}

/** CTX-045: post of a create that opened nothing. */
function openedNothing(core: Core, fileObject: FILE_OBJECT): boolean {
  const operation = core.activation?.operation ?? null;
  if (operation === null || operation.major !== IRP_MJ_CREATE || operation.iopb.TargetFileObject !== fileObject) return false;
  const { status } = operation;
  return operation.hold?.phase !== 'pre' && (!ntSuccess(status) || status === STATUS_REPARSE);
}

function supports(type: number, support: ContextSupport): boolean {
  if (type === FLT_STREAM_CONTEXT) return support.stream;
  if (type === FLT_STREAMHANDLE_CONTEXT) return support.streamHandle;
  // CTX-003: without file contexts of its own the Filter Manager emulates them with stream contexts.
  return support.file || support.stream;
}

/** The place of an open file, or null where the file system knows none or keeps no contexts. */
export function openFile(core: Core, fileObject: unknown): { readonly location: FileLocation; readonly support: ContextSupport } | null {
  const { fileSystem } = core.options;
  if (fileSystem === undefined || !(fileObject instanceof FILE_OBJECT)) return null;
  const { activation } = core;
  if (activation?.operation?.major === IRP_MJ_NETWORK_QUERY_OPEN && activation.operation.iopb.TargetFileObject === fileObject) return null;
  const location = fileSystem.locate(fileObject);
  if (location === null || location.pagingFile) return null;
  if (openedNothing(core, fileObject) && core.is('CTX-045', 'not-open')) return null;
  return { location, support: fileSystem.supportsContexts(fileObject) };
}

/** A file, stream or stream handle. `quiet`: a question about many types at once, which is no mistake anywhere. */
export function fileTarget(core: Core, type: number, instance: Instance, fileObject: unknown, quiet = false): Target {
  const none = core.is('CTX-043', 'not-found') ? STATUS_NOT_FOUND : STATUS_NOT_SUPPORTED;
  if (!(fileObject instanceof FILE_OBJECT)) return STATUS_NOT_SUPPORTED;
  if (hasNoFile(core, fileObject)) {
    if (!quiet) core.violate('FV-093', whereOf(core));
    return none;
  }
  const open = openFile(core, fileObject);
  if (open === null || !supports(type, open.support)) return none;
  const { location } = open;
  const path = { volume: instance.volume, path: location.path };
  const target = type === FLT_STREAMHANDLE_CONTEXT ? fileObject : type === FLT_FILE_CONTEXT ? location.file : location.stream;
  return { target, owner: instance, label: type === FLT_STREAMHANDLE_CONTEXT ? `${fileObject.id} (${location.path})` : location.path, path };
}

export const instanceTarget = (instance: Instance): ContextLink => ({ target: instance, owner: instance, label: `instance ${instance.name}`, path: null });

export const volumeTarget = (filter: Filter, volume: Volume): ContextLink => ({ target: volume, owner: filter, label: `volume ${volume.name}`, path: null });

export function transactionTarget(instance: Instance, given: unknown): Target {
  const transaction = transactionOf(given);
  if (transaction === undefined) return STATUS_INVALID_PARAMETER;
  return { target: transaction, owner: instance, label: transaction.handle.id, path: null };
}

/** The place for a type of instance contexts. */
export function targetOf(core: Core, type: number, instance: Instance, object: unknown, quiet = false): Target {
  if (type === FLT_INSTANCE_CONTEXT) return instanceTarget(instance);
  if (type === FLT_TRANSACTION_CONTEXT) return transactionTarget(instance, object);
  return fileTarget(core, type, instance, object, quiet);
}

/** VOL-042: no new work in the name of what is going. */
export function ownerStatus(instance: Instance): number {
  return instance.state === 'attached' ? 0 : STATUS_FLT_DELETING_OBJECT;
}

/**
 * FltCreateFile, FltCreateFileEx, FltCreateFileEx2, FltOpenVolume, and the creates that a driver sends from the top of the stack.
 *
 * GEN-001 to GEN-004, GEN-010 to GEN-017 of filter-manager-objects.md (FltCreateFileEx2; IoCreateFileEx).
 */
import { ntSuccess } from '../../../nt/ntStatus.ts';
import {
  FO_FILE_OPEN, FO_FILE_OPEN_CANCELLED, FO_HANDLE_CREATED, IO_IGNORE_SHARE_ACCESS_CHECK, IRP_CREATE_OPERATION, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_SYNCHRONOUS_API, STATUS_INSUFFICIENT_RESOURCES,
  STATUS_INVALID_DEVICE_OBJECT_PARAMETER, STATUS_INVALID_HANDLE,
  STATUS_IO_REPARSE_TAG_NOT_HANDLED, STATUS_MOUNT_POINT_NOT_RESOLVED, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_REPARSE,
  STATUS_STACK_OVERFLOW,
} from '../../../nt/values.generated.ts';
import { extendFileObject } from '../../fsrtl/fileObjectExtension.ts';
import { createOperationFlags, createValues, fileObjectFlags, type CreateArguments } from '../../iomgr/createParameters.ts';
import { FILE_OBJECT, fileObjectFriend } from '../../iomgr/fileObject.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { Core } from '../core.ts';
import type { Instance, Volume } from '../instance.ts';
import type { Operation } from '../operation.ts';
import { deviceOf } from './devices.ts';
import { attachEcpList, settleTargetEcp, wantsAutomaticReparse, type EcpList } from './ecp.ts';
import { OpenFile, openFilesOf } from './openFiles.ts';
import { nameAfterReparse, reparseRounds } from './reparse.ts';
import { dying, ownOperation, start, untilCompleted, type Caller } from './send.ts';
import { topLevelIrpOf } from './topLevelIrp.ts';

/** Name, root and OBJ_* of an OBJECT_ATTRIBUTES. */
export interface ObjectAttributes {
  readonly name: string;
  readonly root: unknown;
  readonly attributes: number;
}

export interface OpenRequest {
  /** WDK name of the routine that was called. */
  readonly routine: string;
  /** Null: from the top of the stack. */
  readonly instance: Instance | null;
  readonly object: ObjectAttributes;
  readonly create: CreateArguments;
  readonly ecpList: EcpList | null;
  /** TxnParameters of the driver's create context. */
  readonly transaction: object | null;
}

export interface OpenResult {
  readonly status: number;
  readonly information: number;
  readonly file: OpenFile | null;
}

const failed = (status: number, information = 0): OpenResult => ({ status, information, file: null });

/** Where a name leads. */
interface Place {
  readonly volume: Volume;
  readonly path: string;
  readonly related: FILE_OBJECT | null;
}

function placeOf(core: Core, { name, root }: ObjectAttributes): Place | number {
  if (root !== null && root !== undefined) {
    const related = root instanceof FILE_OBJECT ? root : (openFilesOf(core).byHandle(root)?.fileObject ?? null);
    const volume = core.volumes.find((one) => one.name === related?.volume);
    if (related === null || volume === undefined) return STATUS_INVALID_HANDLE;
    return name.startsWith('\\') ? STATUS_OBJECT_PATH_SYNTAX_BAD : { volume, path: name, related };
  }
  const found = deviceOf(core, name);
  if (found !== null) return { ...found, related: null };
  if (!name.startsWith('\\')) return STATUS_OBJECT_PATH_SYNTAX_BAD;
  return name.indexOf('\\', 1) < 0 ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_OBJECT_PATH_NOT_FOUND;
}

// ---- entering oneself (GEN-017)

/** From which operation a create at the top of the stack was sent, and by whom. */
const sentFrom = new WeakMap<Operation, Caller>();

const deepestEntry = (core: Core): number => (core.is('GEN-017', 'eight') ? 8 : 16);

function selfEntries({ filter, operation }: Caller): number {
  let entries = 0;
  for (let from = operation === null ? undefined : sentFrom.get(operation); from !== undefined; from = from.operation === null ? undefined : sentFrom.get(from.operation)) {
    if (from.filter === filter) entries++;
  }
  return entries;
}

function entersItselfTooOften(core: Core, caller: Caller): boolean {
  const entries = selfEntries(caller) + 1;
  if (entries < deepestEntry(core)) return false;
  core.violate('OV-061', caller, { n: String(entries) });
  return true;
}

// ---- the open itself

/** Opens or creates a file. STATUS_REPARSE is followed inside (GEN-012). */
export function* openFile(core: Core, request: OpenRequest, caller: Caller): Blocking<OpenResult> {
  const { instance, object, routine } = request;
  if (caller.operation?.topLevelIrp === true || topLevelIrpOf(core, caller.thread) !== null) core.violate('OV-060', caller, { api: routine });
  const refused = dying(instance, caller.filter);
  if (refused !== 0) return failed(refused);
  if (core.options.allocate?.(routine) === false) return failed(STATUS_INSUFFICIENT_RESOURCES);
  const place = placeOf(core, object);
  if (typeof place === 'number') return failed(place);
  if (instance !== null && place.volume !== instance.volume) return failed(STATUS_INVALID_DEVICE_OBJECT_PARAMETER);
  return yield* openAt(core, request, place, caller);
}

function* openAt(core: Core, request: OpenRequest, first: Place, caller: Caller): Blocking<OpenResult> {
  let place = first;
  let below = request.instance;
  for (let round = 0; round < reparseRounds(core); round++) {
    if (below === null && entersItselfTooOften(core, caller)) return failed(STATUS_STACK_OVERFLOW);
    const { operation, fileObject } = yield* sendCreate(core, request, place, below, caller);
    const { status, information } = operation;
    if (status !== STATUS_REPARSE) return yield* finishOpen(core, request, operation, fileObject, place.volume, below, caller);
    const name = nameAfterReparse(core, fileObject, information);
    if (name === null) return failed(STATUS_IO_REPARSE_TAG_NOT_HANDLED);
    const next = deviceOf(core, name) ?? { volume: place.volume, path: name };
    core.event({ kind: 'reparse', operation, name, volume: next.volume.name, goesOn: round + 1 < reparseRounds(core), rule: 'GEN-012' });
    if (below !== null && next.volume !== place.volume) {
      if (!wantsAutomaticReparse(request.ecpList)) return failed(STATUS_MOUNT_POINT_NOT_RESOLVED);
      // GEN-014: the filter's own instance on the other volume, at the same altitude where there are several.
      below = caller.filter.instances.find((one) => one.volume === next.volume && one.altitude === below?.altitude) ?? caller.filter.instances.find((one) => one.volume === next.volume) ?? null;
    }
    place = { ...next, related: null };
  }
  return failed(STATUS_OBJECT_NAME_NOT_FOUND);
}

function* sendCreate(core: Core, request: OpenRequest, place: Place, below: Instance | null, caller: Caller): Blocking<{ readonly operation: Operation; readonly fileObject: FILE_OBJECT }> {
  const { create, object } = request;
  const files = openFilesOf(core);
  const fileObject = new FILE_OBJECT({ id: files.nextId(caller.filter), volume: place.volume.name, name: place.path, flags: fileObjectFlags(create.options) });
  fileObject.RelatedFileObject = place.related;
  if (below !== null) fileObjectFriend.startBelow(fileObject, below);
  if ((create.flags & IO_IGNORE_SHARE_ACCESS_CHECK) !== 0) extendFileObject(fileObject, { ignoresShareAccess: true });
  const operation = ownOperation(core, {
    major: IRP_MJ_CREATE, irpFlags: IRP_CREATE_OPERATION | IRP_SYNCHRONOUS_API, operationFlags: createOperationFlags(create.flags, object.attributes), fileObject, member: 'Create',
    values: createValues(create), ioManager: true,
  }, place.volume, below, caller.thread, caller.irql);
  attachEcpList(operation, request.ecpList);
  if (request.transaction !== null) fileObjectFriend.setTransaction(fileObject, request.transaction);
  if (below === null) sentFrom.set(operation, caller);
  start(core, operation, below);
  yield* untilCompleted(operation, `the create of ${place.path === '' ? place.volume.name : place.path}`);
  return { operation, fileObject };
}

function* finishOpen(core: Core, request: OpenRequest, operation: Operation, fileObject: FILE_OBJECT, volume: Volume, below: Instance | null, caller: Caller): Blocking<OpenResult> {
  const { status, information } = operation;
  fileObject.RelatedFileObject = null;
  if (!ntSuccess(status)) {
    if ((fileObject.Flags & FO_FILE_OPEN_CANCELLED) !== 0) yield* closeCancelled(core, fileObject, volume, below, caller);
    return failed(status, information);
  }
  const file = new OpenFile(fileObject, volume, below, caller.filter);
  fileObject.Flags |= FO_FILE_OPEN | FO_HANDLE_CREATED;
  openFilesOf(core).opened(file);
  settleTargetEcp(core, request.ecpList, below, volume);
  return { status, information, file };
}

/** a lower filter took the open back; the I/O manager closes it after the create has failed. */
function* closeCancelled(core: Core, fileObject: FILE_OBJECT, volume: Volume, below: Instance | null, caller: Caller): Blocking<void> {
  const close = ownOperation(core, { major: IRP_MJ_CLOSE, fileObject, member: null, values: {}, ioManager: true }, volume, below, caller.thread, caller.irql);
  start(core, close, below);
  yield* untilCompleted(close, `the close of ${fileObject.id}`);
}

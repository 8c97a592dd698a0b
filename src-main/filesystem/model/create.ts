/**
 * IRP_MJ_CREATE: finding what a name means, and opening or making it.
 *
 * Sources: MS-FSA 2.1.5.1; filter-manager-objects.md OPL-030 to OPL-038 (order of oplock and share checks), VOL-050, NAM-014 to
 * NAM-016, NAM-036. No access check by security descriptor: who may open what is decided by attributes, sharing and state alone.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import { fileAction } from '../../engine/index.ts';
import {
  DELETE, FILE_APPEND_DATA, FILE_ATTRIBUTE_ARCHIVE, FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_NORMAL, FILE_ATTRIBUTE_READONLY, FILE_ATTRIBUTE_SYSTEM,
  FILE_COMPLETE_IF_OPLOCKED, FILE_CREATE, FILE_CREATED, FILE_DELETE_ON_CLOSE, FILE_DIRECTORY_FILE, FILE_DOES_NOT_EXIST, FILE_EXISTS, FILE_NON_DIRECTORY_FILE, FILE_OPBATCH_BREAK_UNDERWAY,
  FILE_OPEN, FILE_OPEN_IF, FILE_OPEN_REQUIRING_OPLOCK, FILE_OPENED, FILE_OVERWRITE, FILE_OVERWRITTEN, FILE_RESERVE_OPFILTER, FILE_SHARE_DELETE, FILE_SUPERSEDE, FILE_SUPERSEDED,
  FILE_WRITE_DATA, SL_IGNORE_READONLY_ATTRIBUTE, SL_OPEN_TARGET_DIRECTORY, STATUS_ACCESS_DENIED, STATUS_CANNOT_BREAK_OPLOCK, STATUS_CANNOT_DELETE, STATUS_DELETE_PENDING,
  STATUS_EAS_NOT_SUPPORTED, STATUS_FILE_IS_A_DIRECTORY, STATUS_INVALID_PARAMETER, STATUS_MEDIA_WRITE_PROTECTED, STATUS_NOT_A_DIRECTORY, STATUS_OBJECT_NAME_COLLISION,
  STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OPLOCK_BREAK_IN_PROGRESS, STATUS_OPLOCK_NOT_GRANTED, STATUS_REPARSE, STATUS_SHARING_VIOLATION,
  STATUS_SUCCESS, STATUS_VOLUME_DISMOUNTED,
} from '../../nt/values.generated.ts';
import { breakDirectory } from './breaks.ts';
import { readEaList } from './extendedAttributes.ts';
import {
  breaksFilter, checkParameters, createParameters, has, opensById, opensReparsePoint, overwrites, sparesGranular, sparesLegacy, type CreateParameters,
} from './createParameters.ts';
import { joinPath, parseName, type ParsedName } from './names.ts';
import { settledHere, type Link, type ModelFile, type ModelStream } from './nodes.ts';
import { openHandle, shareOf } from './openHandle.ts';
import { complete, pend, type ModelRequest } from './request.ts';
import type { ModelVolume } from './volume.ts';

/** Where a create leads. */
interface Place {
  readonly parent: ModelFile | null;
  readonly name: string;
  readonly link: Link | null;
  readonly stream: string;
  readonly wantsDirectory: boolean;
  readonly openedPath: string;
}

export function create(request: ModelRequest): LowerAnswer {
  const { volume, fileObject } = request;
  if (fileObject === null) return complete(STATUS_INVALID_PARAMETER);
  if (volume.state !== 'mounted') return complete(STATUS_VOLUME_DISMOUNTED);
  const p = createParameters(request);
  const refused = checkParameters(p);
  if (refused !== STATUS_SUCCESS) return complete(refused);
  if (volume.lockedBy !== null) return complete(STATUS_ACCESS_DENIED);
  const place = findPlace(request, p);
  if (typeof place === 'number') return complete(place);
  if ('kind' in place) return place;
  if (place.parent === null && place.link === null) return openVolume(request, p);
  if (has(request.operationFlags, SL_OPEN_TARGET_DIRECTORY)) return openTargetDirectory(request, p, place);
  return place.link === null ? createFile(request, p, place) : openExisting(request, p, place, place.link);
}

// -- Names ---------------------------------------------------------------------------------------------------------------------

/** A status, an answer (STATUS_REPARSE), or the place. A place with neither parent nor link is the volume itself. */
function findPlace(request: ModelRequest, p: CreateParameters): Place | LowerAnswer | number {
  const { volume, services } = request;
  const fileObject = request.fileObject;
  if (fileObject === null) return STATUS_INVALID_PARAMETER;
  const name = fileObject.FileName.Buffer;
  const related = fileObject.RelatedFileObject;
  const above = related === null ? null : services.handleOf(related);
  if (related !== null && above === null) return STATUS_INVALID_PARAMETER;
  if (opensById(p) && !isPath(name)) return placeById(volume, name);
  if (above !== null && name.startsWith('\\')) return STATUS_INVALID_PARAMETER;
  if (name === '' && (above === null || above.kind === 'volume')) return volumePlace;
  const parsed = parseName(name, volume.features.streams);
  if (parsed.status !== STATUS_SUCCESS) return parsed.status;
  const openedPath = joinPath(above?.openedPath ?? '', above === null && !name.startsWith('\\') ? `\\${name}` : name);
  if (above === null || above.kind === 'volume') return walkTo(request, p, volume.root, parsed, openedPath);
  // A name that is only a stream, or empty, stays with the file it is relative to.
  if (parsed.components.length > 0 && !above.file.directory) return STATUS_OBJECT_PATH_NOT_FOUND;
  return walkTo(request, p, above.link, parsed, openedPath);
}

const volumePlace: Place = { parent: null, name: '', link: null, stream: '', wantsDirectory: false, openedPath: '' };

function walkTo(request: ModelRequest, p: CreateParameters, start: Link, parsed: ParsedName, openedPath: string): Place | LowerAnswer | number {
  const walk = request.volume.walk(start, parsed, opensReparsePoint(p) || has(request.operationFlags, SL_OPEN_TARGET_DIRECTORY));
  if (walk.status !== STATUS_SUCCESS) return walk.status;
  if (walk.reparse !== null && request.fileObject !== null) {
    const { tag, target } = walk.reparse.link.file.reparse ?? { tag: 0, target: null };
    const rest = walk.reparse.rest.length === 0 ? '' : `\\${walk.reparse.rest.join('\\')}`;
    const stream = parsed.stream === '' ? '' : `:${parsed.stream}`;
    request.services.reparsed(request.fileObject, tag, target === null ? null : target + rest + stream);
    return complete(STATUS_REPARSE, tag);
  }
  return { parent: walk.parent ?? (walk.link?.parent ?? null), name: walk.name, link: walk.link, stream: parsed.stream, wantsDirectory: parsed.wantsDirectory, openedPath };
}

/** A recording names the file that an id stands for. */
const isPath = (name: string): boolean => name.startsWith('\\') && name.length > 8;

/** FILE_OPEN_BY_FILE_ID: the name is the 64-bit id, four UTF-16 units. */
function placeById(volume: ModelVolume, name: string): Place | number {
  if (name.length !== 4 && name.length !== 8) return STATUS_INVALID_PARAMETER;
  let id = 0n;
  for (let at = 3; at >= 0; at--) id = (id << 16n) | BigInt(name.charCodeAt(at));
  const file = volume.files.get(id);
  const link = file?.links[0];
  if (link === undefined) return STATUS_INVALID_PARAMETER;
  return { parent: link.parent, name: link.name, link, stream: '', wantsDirectory: false, openedPath: link.path };
}

// -- Volume and target directory -------------------------------------------------------------------------------------------------

function openVolume(request: ModelRequest, p: CreateParameters): LowerAnswer {
  if (has(p.options, FILE_DIRECTORY_FILE)) return complete(STATUS_NOT_A_DIRECTORY);
  if (has(p.options, FILE_DELETE_ON_CLOSE)) return complete(STATUS_CANNOT_DELETE);
  if (p.disposition !== FILE_OPEN && p.disposition !== FILE_OPEN_IF) return complete(STATUS_ACCESS_DENIED);
  const { wholeVolume } = request.volume;
  openHandle(request, p, wholeVolume, wholeVolume.file.defaultStream, '', 'volume');
  return complete(STATUS_SUCCESS, FILE_OPENED);
}

/** The parent is opened for a rename; Information tells whether the target exists. */
function openTargetDirectory(request: ModelRequest, p: CreateParameters, place: Place): LowerAnswer {
  const parent = place.parent?.links[0];
  if (parent === undefined) return complete(STATUS_INVALID_PARAMETER);
  const share = shareOf(request, p);
  const stream = parent.file.defaultStream;
  if (share !== null && !stream.share.allows(share)) return complete(STATUS_SHARING_VIOLATION);
  const openedPath = place.openedPath.slice(0, Math.max(1, place.openedPath.lastIndexOf('\\')));
  openHandle(request, p, parent, stream, openedPath, 'file');
  return complete(STATUS_SUCCESS, place.link === null ? FILE_DOES_NOT_EXIST : FILE_EXISTS);
}

// -- Existing files ----------------------------------------------------------------------------------------------------------------

function openExisting(request: ModelRequest, p: CreateParameters, place: Place, link: Link): LowerAnswer {
  const { file } = link;
  const stream = file.stream(place.stream);
  if (link.deletePending || stream?.deletePending === true) return complete(STATUS_DELETE_PENDING);
  const wrongKind = checkKind(p, place, file);
  if (wrongKind !== STATUS_SUCCESS) return complete(wrongKind);
  if (stream === undefined) return createStream(request, p, place, link);
  if (p.disposition === FILE_CREATE) return complete(STATUS_OBJECT_NAME_COLLISION);
  const refused = checkAttributes(request, p, file, link);
  if (refused !== STATUS_SUCCESS) return complete(refused);
  const settled = settleOplocksAndSharing(request, p, stream);
  if (settled.answer !== null) return settled.answer;
  const information = overwrites(p) ? overwrite(request, p, stream, link) : FILE_OPENED;
  openHandle(request, p, link, stream, place.openedPath, 'file');
  if (has(p.options, FILE_OPEN_REQUIRING_OPLOCK) && request.fileObject !== null && request.services.is('OPL-035', 'others-wait')) stream.oplock.reserve(request.fileObject);
  return complete(settled.breakUnderway ? STATUS_OPLOCK_BREAK_IN_PROGRESS : STATUS_SUCCESS, information);
}

function checkKind(p: CreateParameters, place: Place, file: ModelFile): number {
  const asFile = place.stream !== '';
  if (file.directory && !asFile) {
    if (has(p.options, FILE_NON_DIRECTORY_FILE)) return STATUS_FILE_IS_A_DIRECTORY;
    return overwrites(p) ? STATUS_OBJECT_NAME_COLLISION : STATUS_SUCCESS;
  }
  if (has(p.options, FILE_DIRECTORY_FILE)) return p.disposition === FILE_CREATE && !asFile ? STATUS_OBJECT_NAME_COLLISION : STATUS_NOT_A_DIRECTORY;
  return place.wantsDirectory ? STATUS_OBJECT_NAME_INVALID : STATUS_SUCCESS;
}

function checkAttributes(request: ModelRequest, p: CreateParameters, file: ModelFile, link: Link): number {
  const writes = has(p.access, FILE_WRITE_DATA | FILE_APPEND_DATA) || overwrites(p);
  if (request.volume.readOnly && (writes || has(p.access, DELETE))) return STATUS_MEDIA_WRITE_PROTECTED;
  const readOnly = has(file.attributes, FILE_ATTRIBUTE_READONLY) && !has(request.operationFlags, SL_IGNORE_READONLY_ATTRIBUTE);
  if (has(p.options, FILE_DELETE_ON_CLOSE) && (readOnly || link.parent === null)) return STATUS_CANNOT_DELETE;
  if (readOnly && writes && !file.directory) return STATUS_ACCESS_DENIED;
  if (file.refusedAccess !== 0 && has(p.access, file.refusedAccess)) return STATUS_ACCESS_DENIED;
  if (overwrites(p)) {
    // Hidden and system files are overwritten only by those who say that they know.
    const kept = file.attributes & (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM);
    if ((kept & ~p.attributes) !== 0) return STATUS_ACCESS_DENIED;
  }
  return STATUS_SUCCESS;
}

/** OPL-030: BATCH and FILTER, share access, handle caching, everything else; in this order. */
function settleOplocksAndSharing(request: ModelRequest, p: CreateParameters, stream: ModelStream): { readonly answer: LowerAnswer | null; readonly breakUnderway: boolean } {
  const { fileObject, services } = request;
  const share = shareOf(request, p);
  const agrees = (): boolean => share === null || stream.share.allows(share);
  const oplock = stream.oplockIfAny;
  const done = (answer: LowerAnswer | null, breakUnderway = false): { answer: LowerAnswer | null; breakUnderway: boolean } => ({ answer, breakUnderway });
  const checks = request.checksOplocks && fileObject !== null;
  if (checks && reachesOtherStreams(request, p, stream)) return done(pend);
  if (oplock === null || !checks) {
    if (!agrees()) return done(complete(STATUS_SHARING_VIOLATION));
    return done(has(p.options, FILE_RESERVE_OPFILTER) && stream.handles.size > 0 ? complete(STATUS_OPLOCK_NOT_GRANTED) : null);
  }
  const by = { open: fileObject, access: p.access, share: p.share };
  const kind = overwrites(p) || has(p.options, FILE_RESERVE_OPFILTER) ? 'overwrite' : 'open';
  const spares = { sparesLegacy: sparesLegacy(p), sparesGranular: sparesGranular(p), breaksFilter: breaksFilter(p, services.is) };
  const waiter = request.waiter((one) => oplock.cancelWait(one));
  const never = has(p.options, FILE_COMPLETE_IF_OPLOCKED);
  if (has(p.options, FILE_OPEN_REQUIRING_OPLOCK)) {
    if (oplock.wouldBreak(kind, by, spares) || (!agrees() && oplock.wouldBreak('sharing-violation', by))) return done(complete(STATUS_CANNOT_BREAK_OPLOCK));
  } else if (!never && oplock.waitForReservation(fileObject, waiter)) return done(pend);
  const first = oplock.check(kind, by, never ? null : waiter, { ...spares, scope: 'batch-and-filter' });
  if (first === 'wait' && !never) return done(pend);
  let breakUnderway = first === 'wait';
  if (!agrees()) {
    const patient = !never || services.is('OPL-034', 'waits');
    const third = oplock.check('sharing-violation', by, patient ? waiter : null);
    if (third === 'wait' && patient) return done(pend);
    return done(complete(STATUS_SHARING_VIOLATION, breakUnderway ? FILE_OPBATCH_BREAK_UNDERWAY : 0));
  }
  const fourth = oplock.check(kind, by, never ? null : waiter, { ...spares, scope: 'others' });
  if (fourth === 'wait' && !never) return done(pend);
  breakUnderway ||= fourth === 'wait';
  if (has(p.options, FILE_RESERVE_OPFILTER) && stream.handles.size > 0) return done(complete(STATUS_OPLOCK_NOT_GRANTED));
  return done(null, breakUnderway);
}

/** OPL-038: an overwriting create looks at BATCH and FILTER of the file's other streams. True: it waits. */
function reachesOtherStreams(request: ModelRequest, p: CreateParameters, stream: ModelStream): boolean {
  if (!overwrites(p) || request.fileObject === null) return false;
  const alternate = stream.name !== '';
  if (alternate ? has(p.share, FILE_SHARE_DELETE) : !has(p.access, DELETE)) return false;
  for (const other of stream.file.streams) {
    const oplock = other.oplockIfAny;
    if (other === stream || oplock === null || (alternate && other.name !== '')) continue;
    const waiter = has(p.options, FILE_COMPLETE_IF_OPLOCKED) ? null : request.waiter((one) => oplock.cancelWait(one));
    const answer = oplock.check('overwrite', { open: request.fileObject, access: p.access, share: p.share }, waiter, { scope: 'batch-and-filter' });
    if (answer === 'wait' && waiter !== null) return true;
  }
  return false;
}

/** Returns the Information of the create. */
function overwrite(request: ModelRequest, p: CreateParameters, stream: ModelStream, link: Link): number {
  const { file } = stream;
  stream.contents.clear();
  stream.setSize(0n);
  stream.validDataLength = 0n;
  stream.allocation = p.allocation;
  if (stream.name === '') {
    for (const other of file.streams) if (other.name !== '' && !other.isOpen) file.removeStream(other);
    const given = attributesForNew(p, file.directory);
    file.attributes = p.disposition === FILE_SUPERSEDE ? given : file.attributes | given;
    if (p.disposition === FILE_SUPERSEDE) file.attributesShownBy = settledHere;
    file.clearEas();
  }
  request.volume.touch(file);
  if (stream.name === '') request.volume.reportChange(link, changedByOverwrite);
  return p.disposition === FILE_SUPERSEDE ? FILE_SUPERSEDED : FILE_OVERWRITTEN;
}

/** FILE_NOTIFY_CHANGE_ATTRIBUTES, _SIZE, _LAST_WRITE */
const changedByOverwrite = 0x4 | 0x8 | 0x10;

// -- New files ---------------------------------------------------------------------------------------------------------------------

/** FILE_ATTRIBUTE_* that a create may set. */
const settableAttributes = 0x1 | 0x2 | 0x4 | 0x20 | 0x100 | 0x1000 | 0x2000;

function attributesForNew(p: CreateParameters, directory: boolean): number {
  const given = p.attributes & settableAttributes & ~FILE_ATTRIBUTE_NORMAL;
  return directory ? (given & ~FILE_ATTRIBUTE_ARCHIVE) | FILE_ATTRIBUTE_DIRECTORY : given | FILE_ATTRIBUTE_ARCHIVE;
}

const opensOnlyExisting = ({ disposition }: CreateParameters): boolean => disposition === FILE_OPEN || disposition === FILE_OVERWRITE;

function createFile(request: ModelRequest, p: CreateParameters, place: Place): LowerAnswer {
  const { volume } = request;
  const { parent } = place;
  if (parent === null) return complete(STATUS_OBJECT_PATH_NOT_FOUND);
  const directory = has(p.options, FILE_DIRECTORY_FILE) && place.stream === '';
  if (opensOnlyExisting(p)) return complete(STATUS_OBJECT_NAME_NOT_FOUND);
  if (place.wantsDirectory && !directory) return complete(STATUS_OBJECT_NAME_INVALID);
  if (parent.links[0]?.deletePending === true || parent.links.length === 0) return complete(STATUS_DELETE_PENDING);
  if (volume.readOnly) return complete(STATUS_MEDIA_WRITE_PROTECTED);
  // FILE_ADD_FILE, FILE_ADD_SUBDIRECTORY
  if (has(parent.refusedAccess, directory ? FILE_APPEND_DATA : FILE_WRITE_DATA)) return complete(STATUS_ACCESS_DENIED);
  if (has(p.options, FILE_DELETE_ON_CLOSE) && has(p.attributes, FILE_ATTRIBUTE_READONLY)) return complete(STATUS_CANNOT_DELETE);
  const eas = readEaList(volume, p.eaBuffer, p.eaLength);
  if (eas === null) return complete(STATUS_EAS_NOT_SUPPORTED);
  const link = addTunneled(volume, parent, place.name, directory);
  link.file.attributes = attributesForNew(p, directory);
  for (const [name, value] of eas) link.file.setEa(name, value);
  const stream = place.stream === '' ? link.file.defaultStream : link.file.addStream(place.stream);
  stream.allocation = p.allocation;
  volume.touch(parent);
  openHandle(request, p, link, stream, place.openedPath, 'file');
  breakDirectory(request, parent);
  volume.reportName(link, fileAction.added);
  return complete(STATUS_SUCCESS, FILE_CREATED);
}

/** NAM-036: a name that was removed lately comes back with its other name and its creation time. */
function addTunneled(volume: ModelVolume, parent: ModelFile, name: string, directory: boolean): Link {
  const tunneled = volume.tunnel.find(parent, name, volume.now());
  if (tunneled === null) return volume.addFile(parent, name, { directory });
  const byShortName = tunneled.longName.toUpperCase() !== name.toUpperCase();
  const longName = byShortName && parent.child(tunneled.longName) === undefined ? tunneled.longName : name;
  const shortName = byShortName ? (longName === name ? null : name) : tunneled.shortName;
  const link = volume.addFile(parent, longName, { directory, shortName: shortName !== null && !byShortName && parent.child(shortName) !== undefined ? null : shortName });
  link.file.times.creation = tunneled.creationTime;
  return link;
}

/** A new alternate stream of an existing file. */
function createStream(request: ModelRequest, p: CreateParameters, place: Place, link: Link): LowerAnswer {
  if (opensOnlyExisting(p)) return complete(STATUS_OBJECT_NAME_NOT_FOUND);
  const refused = checkAttributes(request, { ...p, access: p.access | FILE_WRITE_DATA }, link.file, link);
  if (refused !== STATUS_SUCCESS) return complete(refused);
  const stream = link.file.addStream(place.stream);
  stream.allocation = p.allocation;
  openHandle(request, p, link, stream, place.openedPath, 'file');
  request.volume.report(link.parent, `${link.name}:${stream.name}`, fileAction.addedStream, 0x200);
  return complete(STATUS_SUCCESS, FILE_CREATED);
}

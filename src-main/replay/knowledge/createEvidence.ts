/**
 * What a recorded create shows of the state it met: what was there, of what kind, who shared it.
 *
 * Sources: MS-FSA 2.1.5.1 (which state leads to which status), MS-SMB2 2.2.14 (create actions in Information). A status that says
 * nothing about the state (bad parameters, bad names, devices that are gone) shows nothing.
 */
import { shareTerms } from '../../engine/index.ts';
import { mapAccess, type AdoptedOpen, type Claim, type Link, type ModelVolume, type ShownKind } from '../../filesystem/model/index.ts';
import {
  FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_READONLY, FILE_ATTRIBUTE_SYSTEM, FILE_CREATE, FILE_CREATED, FILE_DIRECTORY_FILE, FILE_NON_DIRECTORY_FILE, FILE_OPEN, FILE_OPEN_REPARSE_POINT, FILE_OVERWRITE, FILE_OVERWRITE_IF, FILE_READ_ATTRIBUTES,
  FILE_SUPERSEDE, FILE_WRITE_DATA, FILE_APPEND_DATA, MAXIMUM_ALLOWED, READ_CONTROL, STATUS_ACCESS_DENIED, STATUS_CANNOT_DELETE, STATUS_DELETE_PENDING, STATUS_FILE_IS_A_DIRECTORY, STATUS_NOT_A_DIRECTORY,
  STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OPLOCK_BREAK_IN_PROGRESS, STATUS_SHARING_VIOLATION, STATUS_SUCCESS, SYNCHRONIZE,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { numberIn } from './recordedValues.ts';

/** A recorded create, read once. */
export interface RecordedCreate {
  readonly path: string;
  readonly shownBy: number;
  readonly status: number;
  /** Information; null where it was not recorded. */
  readonly action: number | null;
  readonly disposition: number;
  readonly options: number;
  readonly access: number;
  readonly share: number;
}

export function recordedCreate(record: NumberedOperation, path: string): RecordedCreate {
  const { detail } = record;
  return {
    path, shownBy: record.index, status: record.status ?? STATUS_SUCCESS, action: record.information, disposition: numberIn(detail['CreateDisposition']), options: numberIn(detail['CreateOptions']),
    access: mapAccess(numberIn(detail['DesiredAccess']) & ~MAXIMUM_ALLOWED), share: numberIn(detail['ShareAccess']),
  };
}

/** The create gave a handle. */
export const opened = ({ status }: RecordedCreate): boolean => status === STATUS_SUCCESS || status === STATUS_OPLOCK_BREAK_IN_PROGRESS;

/** It made the file. */
export const created = ({ action, disposition }: RecordedCreate): boolean => (action === null ? disposition === FILE_CREATE : action === FILE_CREATED);

const overwrites = ({ disposition }: RecordedCreate): boolean => disposition === FILE_SUPERSEDE || disposition === FILE_OVERWRITE || disposition === FILE_OVERWRITE_IF;
const writes = (create: RecordedCreate): boolean => (create.access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) !== 0 || overwrites(create);

/** Of what kind a file was that was opened so. */
export const kindOpened = ({ options, path }: RecordedCreate): ShownKind =>
  (options & FILE_DIRECTORY_FILE) !== 0 || path.endsWith('\\') ? 'directory' : (options & FILE_NON_DIRECTORY_FILE) !== 0 ? 'file' : null;

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('\\')));
/** Position of the stream's name, -1 for the default stream. */
const streamAt = (path: string): number => path.indexOf(':', path.lastIndexOf('\\') + 1);

/** What a create shows of what was there before it. */
export function showCreate(volume: ModelVolume, create: RecordedCreate, closesAreLost: boolean, claim: Claim): void {
  const { path, status } = create;
  if (path === '' || path === '\\') return;
  if (opened(create)) return showOpened(volume, create, closesAreLost, claim);
  switch (status) {
    case STATUS_OBJECT_NAME_NOT_FOUND:
      volume.shown.absent(path, claim);
      showParent(volume, create, claim);
      return;
    case STATUS_OBJECT_PATH_NOT_FOUND:
      return showMissingPath(volume, path, claim);
    case STATUS_OBJECT_NAME_COLLISION:
      volume.shown.exists(path, overwrites(create) ? 'directory' : null, create.shownBy, claim);
      return;
    case STATUS_FILE_IS_A_DIRECTORY:
      volume.shown.exists(path, 'directory', create.shownBy, claim);
      return;
    case STATUS_NOT_A_DIRECTORY:
      volume.shown.exists(path, 'file', create.shownBy, claim);
      return;
    case STATUS_SHARING_VIOLATION:
      return showExclusion(volume, create, claim);
    case STATUS_DELETE_PENDING: {
      const link = volume.shown.exists(path, kindOpened(create), create.shownBy, claim);
      if (link !== null) volume.shown.deletePending(link, true, claim);
      return;
    }
    case STATUS_CANNOT_DELETE: {
      const link = volume.shown.exists(path, kindOpened(create), create.shownBy, claim);
      if (link !== null && link.file.attributesShownBy !== 0) link.file.attributes |= FILE_ATTRIBUTE_READONLY;
      return;
    }
    case STATUS_ACCESS_DENIED:
      return showRefusal(volume, create, claim);
  }
}

function showParent(volume: ModelVolume, { path, shownBy }: RecordedCreate, claim: Claim): void {
  const parent = parentOf(path);
  if (parent !== '') volume.shown.exists(parent, 'directory', shownBy, claim);
}

function showOpened(volume: ModelVolume, create: RecordedCreate, closesAreLost: boolean, claim: Claim): void {
  const { path, shownBy } = create;
  if (created(create)) {
    volume.shown.absent(path, claim);
    const colon = streamAt(path);
    if (colon < 0) showParent(volume, create, claim);
    const link = volume.find(colon < 0 ? parentOf(path) : path.slice(0, colon));
    if (link !== null) link.file.refusedAccess &= ~(FILE_WRITE_DATA | FILE_APPEND_DATA);
    return;
  }
  const link = volume.shown.exists(path, kindOpened(create), shownBy, claim);
  if (link !== null) showGranted(volume, create, link, closesAreLost, claim);
}

/** Who may open it in this run is not what it was in the recording. */
const isOtherwise = ({ shown }: ModelVolume, path: string): boolean => shown.isChanged?.(path) === true || shown.isOpenedOtherwise?.(path) === true;

/** Whoever got in was kept out by nothing: no attribute, no mark, no open that shares too little. */
function showGranted(volume: ModelVolume, create: RecordedCreate, link: Link, closesAreLost: boolean, claim: Claim): void {
  if (claim === 'prior' && isOtherwise(volume, create.path)) return;
  const { file } = link;
  file.refusedAccess &= ~create.access;
  // A tag that did not stop an open belongs to something that sees through it.
  if (file.reparse !== null && file.reparse.transparent !== true && (create.options & FILE_OPEN_REPARSE_POINT) === 0) volume.shown.reparsePoint(file, { ...file.reparse, transparent: true });
  if (link.deletePending) volume.shown.deletePending(link, false, claim);
  if (writes(create) && file.attributesShownBy !== 0) file.attributes &= ~(FILE_ATTRIBUTE_READONLY | (overwrites(create) ? FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM : 0));
  const colon = streamAt(create.path);
  const stream = colon < 0 ? file.defaultStream : volume.findStream(create.path);
  if (stream === undefined || stream === null) return;
  const terms = shareTerms(create.access, create.share);
  if (!stream.share.allows(terms)) volume.shown.makeRoom(stream, terms, closesAreLost);
}

/** One of the directories is missing; which one is not told, so the nearest that nothing else shows. */
export function showMissingPath(volume: ModelVolume, path: string, claim: Claim): void {
  const parent = volume.find(parentOf(path));
  if (parent === null || parent.parent === null || !parent.file.directory) return;
  volume.shown.removeName(parent, claim);
}

function showExclusion(volume: ModelVolume, create: RecordedCreate, claim: Claim): void {
  if (claim === 'prior' && isOtherwise(volume, create.path)) return;
  if (volume.shown.exists(create.path, kindOpened(create), create.shownBy, claim) === null) return;
  const stream = volume.findStream(create.path);
  if (stream?.share.allows(shareTerms(create.access, create.share)) === true) volume.shown.hold(stream, 'excludes');
}

/** Rights that everybody who may see a file has. */
const commonRights = SYNCHRONIZE | FILE_READ_ATTRIBUTES | READ_CONTROL;

/** A descriptor refuses it: there is no model of who asks, so it counts for everybody until somebody gets in. */
function showRefusal(volume: ModelVolume, create: RecordedCreate, claim: Claim): void {
  const { path, disposition, access, shownBy } = create;
  const known = volume.find(path);
  if (known === null && disposition !== FILE_OPEN && disposition !== FILE_OVERWRITE) {
    const parent = volume.shown.exists(parentOf(path), 'directory', shownBy, claim);
    if (parent !== null) parent.file.refusedAccess |= (create.options & FILE_DIRECTORY_FILE) !== 0 ? FILE_APPEND_DATA : FILE_WRITE_DATA;
    return;
  }
  const link = known ?? volume.shown.exists(path, kindOpened(create), shownBy, claim);
  if (link === null) return;
  const readOnly = (link.file.attributes & FILE_ATTRIBUTE_READONLY) !== 0 && writes(create);
  if (!readOnly) link.file.refusedAccess |= (access & ~commonRights) || access;
}

/** Brings the model in line with a create that the recording answered otherwise: the effects of it. */
export function redoCreate(volume: ModelVolume, create: RecordedCreate): Link | null {
  const link = volume.shown.exists(create.path, kindOpened(create) ?? (created(create) ? 'file' : null), create.shownBy, 'resync');
  const stream = link === null ? null : volume.findStream(create.path);
  if (stream !== null && (created(create) || overwrites(create))) volume.shown.size(stream, 0n, 'exact', create.shownBy, 'resync');
  return link;
}

/** The open that a recorded create made. */
export const adoptedOpen = ({ path, access, share, options, shownBy }: RecordedCreate): AdoptedOpen => ({ path, access, share, options, shownBy });

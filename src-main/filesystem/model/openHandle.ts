/**
 * Making a file object an open one.
 *
 * Sources: driver-api-usage.md 5.4 (fields of FILE_OBJECT that the file system sets); MS-FSA 2.1.5.1.1; GEN-016.
 */
import { fileObjectExtension, shareTerms, type FILE_OBJECT, type ShareTerms } from '../../engine/index.ts';
import {
  DELETE, FILE_APPEND_DATA, FILE_DELETE_ON_CLOSE, FILE_EXECUTE, FILE_NO_INTERMEDIATE_BUFFERING, FILE_READ_DATA, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_SYNCHRONOUS_IO_ALERT, FILE_SYNCHRONOUS_IO_NONALERT, FILE_WRITE_DATA, FILE_WRITE_THROUGH, FO_CACHE_SUPPORTED, FO_DELETE_ON_CLOSE,
  FO_NO_INTERMEDIATE_BUFFERING, FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN, FO_WRITE_THROUGH, SL_OPEN_PAGING_FILE,
} from '../../nt/values.generated.ts';
import { has, type CreateParameters } from './createParameters.ts';
import { settledHere, type Handle, type Link, type ModelStream, type ShownBy } from './nodes.ts';
import type { ModelRequest } from './request.ts';

/** Null: the open is neither checked nor counted. */
export function shareOf(request: ModelRequest, p: CreateParameters): ShareTerms | null {
  if (request.fileObject !== null && fileObjectExtension(request.fileObject).ignoresShareAccess) return null;
  return shareTerms(p.access, p.share);
}

/** How a file object is opened, and what shows it. */
export interface OpenTerms {
  readonly access: number;
  readonly share: number;
  readonly options: number;
  /** SL_OPEN_PAGING_FILE */
  readonly pagingFile: boolean;
  readonly shownBy: ShownBy;
}

export function openHandle(request: ModelRequest, p: CreateParameters, link: Link, stream: ModelStream, openedPath: string, kind: 'file' | 'volume'): void {
  const { fileObject, services } = request;
  if (fileObject === null) return;
  const terms: OpenTerms = { access: p.access, share: p.share, options: p.options, pagingFile: has(request.operationFlags, SL_OPEN_PAGING_FILE), shownBy: settledHere };
  services.opened(makeHandle(fileObject, terms, link, stream, openedPath, kind), request.volume);
}

/** Fills the file object and counts the open. */
export function makeHandle(fileObject: FILE_OBJECT, open: OpenTerms, link: Link, stream: ModelStream, openedPath: string, kind: 'file' | 'volume'): Handle {
  const { access, options, shownBy } = open;
  const terms = shareTerms(access, open.share);
  const counted = kind === 'file' && !fileObjectExtension(fileObject).ignoresShareAccess;
  const handle: Handle = {
    fileObject, kind, file: stream.file, stream, link, openedPath, shownBy, access, options, share: counted ? terms : null, deleteOnClose: has(options, FILE_DELETE_ON_CLOSE),
    posixDelete: false, cleanedUp: false, closed: false, cursor: null, modified: false, unseenLocks: null, volume: null, system: null,
  };
  if (handle.share !== null) stream.share.add(handle.share);
  if (kind === 'file') {
    // Also one that was there before: whoever opens it as a page file makes it one.
    if (open.pagingFile) stream.file.pagingFile = true;
    stream.handles.add(handle);
    link.handles++;
  }
  stream.references++;
  stream.file.references++;
  fileObject.FsContext = stream.fsContext;
  fileObject.FsContext2 = Object.freeze({ id: `Ccb(${fileObject.id})` });
  fileObject.SectionObjectPointer = stream.file.directory && stream.name === '' ? null : stream.sectionObjectPointer;
  showAccess(fileObject, terms);
  fileObject.Flags |= flagsOf(options, kind);
  return handle;
}

/** More of what an adopted handle may do has come to light. */
export function widen(handle: Handle, access: number): void {
  if ((access & ~handle.access) === 0) return;
  handle.access |= access;
  const { share, stream, fileObject } = handle;
  if (share === null || handle.cleanedUp) return;
  const shared = (share.sharesRead ? FILE_SHARE_READ : 0) | (share.sharesWrite ? FILE_SHARE_WRITE : 0) | (share.sharesDelete ? FILE_SHARE_DELETE : 0);
  stream.share.remove(share);
  handle.share = shareTerms(handle.access, shared);
  stream.share.add(handle.share);
  showAccess(fileObject, handle.share);
}

/** What an adopted handle may do is not certain any more: it takes no part in sharing until it does something again. */
export function narrow(handle: Handle): void {
  const { share, stream, fileObject } = handle;
  if (share === null || handle.cleanedUp) return;
  stream.share.remove(share);
  handle.access &= ~(FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_EXECUTE | DELETE);
  handle.share = shareTerms(handle.access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
  showAccess(fileObject, handle.share);
}

function showAccess(fileObject: FILE_OBJECT, terms: ShareTerms): void {
  const takesPart = terms.read || terms.write || terms.delete;
  fileObject.ReadAccess = terms.read;
  fileObject.WriteAccess = terms.write;
  fileObject.DeleteAccess = terms.delete;
  fileObject.SharedRead = takesPart && terms.sharesRead;
  fileObject.SharedWrite = takesPart && terms.sharesWrite;
  fileObject.SharedDelete = takesPart && terms.sharesDelete;
}

/** The open ends without a trace: nothing is deleted, nobody is told. For an open that turns out never to have been. */
export function dropHandle(handle: Handle): void {
  const { stream, fileObject } = handle;
  if (!handle.cleanedUp && handle.kind === 'file') {
    stream.locks.cleanup(fileObject);
    if (handle.share !== null) stream.share.remove(handle.share);
    stream.handles.delete(handle);
    handle.link.handles--;
    stream.oplockIfAny?.cleanup(fileObject);
  }
  handle.cleanedUp = true;
  if (handle.closed) return;
  handle.closed = true;
  stream.references--;
  stream.file.references--;
}

function flagsOf(options: number, kind: 'file' | 'volume'): number {
  let flags = kind === 'volume' ? FO_VOLUME_OPEN : 0;
  if (has(options, FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)) flags |= FO_SYNCHRONOUS_IO;
  if (has(options, FILE_NO_INTERMEDIATE_BUFFERING)) flags |= FO_NO_INTERMEDIATE_BUFFERING;
  else flags |= FO_CACHE_SUPPORTED;
  if (has(options, FILE_WRITE_THROUGH)) flags |= FO_WRITE_THROUGH;
  if (has(options, FILE_DELETE_ON_CLOSE)) flags |= FO_DELETE_ON_CLOSE;
  return flags;
}

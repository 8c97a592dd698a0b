/**
 * Making a file object an open one.
 *
 * Sources: driver-api-usage.md 5.4 (fields of FILE_OBJECT that the file system sets); MS-FSA 2.1.5.1.1; GEN-016.
 */
import { fileObjectExtension, shareTerms, type ShareTerms } from '../../engine/index.ts';
import {
  FILE_DELETE_ON_CLOSE, FILE_NO_INTERMEDIATE_BUFFERING, FILE_SYNCHRONOUS_IO_ALERT, FILE_SYNCHRONOUS_IO_NONALERT, FILE_WRITE_THROUGH, FO_CACHE_SUPPORTED, FO_DELETE_ON_CLOSE,
  FO_NO_INTERMEDIATE_BUFFERING, FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN, FO_WRITE_THROUGH, SL_OPEN_PAGING_FILE,
} from '../../nt/values.generated.ts';
import { has, type CreateParameters } from './createParameters.ts';
import type { Handle, Link, ModelStream } from './nodes.ts';
import type { ModelRequest } from './request.ts';

/** Null: the open is neither checked nor counted. */
export function shareOf(request: ModelRequest, p: CreateParameters): ShareTerms | null {
  if (request.fileObject !== null && fileObjectExtension(request.fileObject).ignoresShareAccess) return null;
  return shareTerms(p.access, p.share);
}

export function openHandle(request: ModelRequest, p: CreateParameters, link: Link, stream: ModelStream, openedPath: string, kind: 'file' | 'volume'): void {
  const { fileObject, services } = request;
  if (fileObject === null) return;
  const share = shareOf(request, p);
  const handle: Handle = {
    fileObject, kind, file: stream.file, stream, link, openedPath, access: p.access, options: p.options, share: kind === 'volume' ? null : share, deleteOnClose: has(p.options, FILE_DELETE_ON_CLOSE),
    posixDelete: false, cleanedUp: false, closed: false, cursor: null, modified: false,
  };
  if (handle.share !== null) stream.share.add(handle.share);
  if (kind === 'file') {
    // Also one that was there before: whoever opens it as a page file makes it one.
    if (has(request.operationFlags, SL_OPEN_PAGING_FILE)) stream.file.pagingFile = true;
    stream.handles.add(handle);
    link.handles++;
  }
  stream.references++;
  stream.file.references++;
  fileObject.FsContext = stream.fsContext;
  fileObject.FsContext2 = Object.freeze({ id: `Ccb(${fileObject.id})` });
  fileObject.SectionObjectPointer = stream.file.directory && stream.name === '' ? null : stream.sectionObjectPointer;
  const terms = shareTerms(p.access, p.share);
  const takesPart = terms.read || terms.write || terms.delete;
  fileObject.ReadAccess = terms.read;
  fileObject.WriteAccess = terms.write;
  fileObject.DeleteAccess = terms.delete;
  fileObject.SharedRead = takesPart && terms.sharesRead;
  fileObject.SharedWrite = takesPart && terms.sharesWrite;
  fileObject.SharedDelete = takesPart && terms.sharesDelete;
  fileObject.Flags |= flagsOf(p, kind);
  services.opened(handle, request.volume);
}

function flagsOf({ options }: CreateParameters, kind: 'file' | 'volume'): number {
  let flags = kind === 'volume' ? FO_VOLUME_OPEN : 0;
  if (has(options, FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)) flags |= FO_SYNCHRONOUS_IO;
  if (has(options, FILE_NO_INTERMEDIATE_BUFFERING)) flags |= FO_NO_INTERMEDIATE_BUFFERING;
  else flags |= FO_CACHE_SUPPORTED;
  if (has(options, FILE_WRITE_THROUGH)) flags |= FO_WRITE_THROUGH;
  if (has(options, FILE_DELETE_ON_CLOSE)) flags |= FO_DELETE_ON_CLOSE;
  return flags;
}

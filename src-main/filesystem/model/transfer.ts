/**
 * IRP_MJ_READ and IRP_MJ_WRITE, as IRPs and as fast I/O.
 *
 * Sources: MS-FSA 2.1.5.3, 2.1.5.4; filter-manager-objects.md GEN-022, GEN-023, GEN-025, OPL-020; IC-036, IC-039. Order of checks:
 * state, alignment, oplocks, byte-range locks, size.
 */
import type { FILE_OBJECT, LockOwner, LowerAnswer, ParameterView } from '../../engine/index.ts';
import {
  FILE_APPEND_DATA, FILE_WRITE_DATA, FO_FILE_MODIFIED, FO_FILE_SIZE_CHANGED, FO_NO_INTERMEDIATE_BUFFERING, FO_SYNCHRONOUS_IO, IRP_MN_COMPLETE, IRP_NOCACHE, STATUS_DISK_FULL,
  STATUS_END_OF_FILE, STATUS_FILE_LOCK_CONFLICT, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER, STATUS_MEDIA_WRITE_PROTECTED, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { mustWait, oplockForbidsFastIo } from './breaks.ts';
import { transferBuffer, type ByteBuffer } from './bytes.ts';
import type { Handle } from './nodes.ts';
import { cacheFor, pageIn, pageOut, type PageCache } from './pageCache.ts';
import { bigintOf, complete, decline, numberOf, pend, type ModelRequest } from './request.ts';

/** ByteOffset: low part -2, high part -1 is the current position; both -1 the end of the file (IC-039). */
const usePosition = -2n;
const atEnd = -1n;

/** Up to here no length leads beyond the largest offset. */
const farOffset = 0x7fff_ffff_0000_0000n;

/** A `FILE_NOTIFY_CHANGE_*` pair for data: size, last write. */
const changedData = 0x8 | 0x10;
const changedStreamData = 0x400 | 0x800;

interface Transfer {
  readonly handle: Handle;
  readonly fileObject: FILE_OBJECT;
  readonly length: number;
  readonly offset: bigint;
  readonly owner: LockOwner;
  /** The parameters it was read from. */
  readonly view: ParameterView;
}

const uncached = (request: ModelRequest, fileObject: FILE_OBJECT): boolean => (request.irpFlags & IRP_NOCACHE) !== 0 || (fileObject.Flags & FO_NO_INTERMEDIATE_BUFFERING) !== 0;

/** An answer, or what to transfer. */
function prepare(request: ModelRequest, member: 'Read' | 'Write', handle: Handle): Transfer | LowerAnswer {
  const { fileObject } = request;
  if (fileObject === null) return complete(STATUS_INVALID_PARAMETER);
  // The file system itself pages the index of a directory in and out.
  if (handle.file.directory && handle.stream.name === '' && !request.paging) return complete(STATUS_INVALID_DEVICE_REQUEST);
  const view = request.parameters(member);
  const length = numberOf(view['Length']);
  const synchronous = (fileObject.Flags & FO_SYNCHRONOUS_IO) !== 0;
  let offset = bigintOf(view['ByteOffset']);
  if (offset < 0n && offset === usePosition) {
    if (!synchronous) return complete(STATUS_INVALID_PARAMETER);
    offset = fileObject.CurrentByteOffset.QuadPart;
  }
  const appendsOnly = member === 'Write' && (handle.access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) === FILE_APPEND_DATA && !request.paging;
  if (member === 'Write' && (appendsOnly || (offset < 0n && offset === atEnd))) offset = handle.stream.size;
  if (offset < 0n || length < 0 || (offset > farOffset && offset + BigInt(length) > 0x7fff_ffff_ffff_ffffn)) return complete(STATUS_INVALID_PARAMETER);
  if (uncached(request, fileObject) && !request.paging && (offset % BigInt(request.volume.sectorSize) !== 0n || length % request.volume.sectorSize !== 0)) return complete(STATUS_INVALID_PARAMETER);
  return { handle, fileObject, length, offset, owner: { fileObject, process: request.requestorProcess, key: numberOf(view['Key']) }, view };
}

/** Fast I/O is offered for cached handles while no oplock and no lock of another forbids it. */
function fastIoRefused(request: ModelRequest, { fileObject, handle, owner, offset, length }: Transfer, writes: boolean): boolean {
  if (request.kind !== 'fastio') return false;
  const locks = handle.stream.locks;
  const locked = locks.any && !(writes ? locks.allowsWrite(owner, offset, BigInt(length)) : locks.allowsRead(owner, offset, BigInt(length)));
  // FsRtlCopyWrite makes no room: what goes beyond the allocation comes again as an IRP.
  if (writes && offset + BigInt(length) > handle.stream.allocation) return true;
  return !request.volume.features.fastIo || handle.kind === 'volume' || uncached(request, fileObject) || oplockForbidsFastIo(handle.stream) || locked;
}

function moved(request: ModelRequest, { fileObject, offset }: Transfer, bytes: number): void {
  if ((fileObject.Flags & FO_SYNCHRONOUS_IO) !== 0 && !request.paging) fileObject.CurrentByteOffset.QuadPart = offset + BigInt(bytes);
}

/** Caching of a file object begins with its first cached transfer. */
function beginCaching(request: ModelRequest, { fileObject, handle }: Transfer): void {
  if (handle.kind === 'volume' || uncached(request, fileObject)) return;
  fileObject.PrivateCacheMap ??= Object.freeze({ id: `PrivateCacheMap(${fileObject.id})` });
}

export function read(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  if ((request.minor & IRP_MN_COMPLETE) !== 0) return complete(STATUS_SUCCESS);
  const transfer = prepare(request, 'Read', handle);
  if ('kind' in transfer) return transfer;
  if (fastIoRefused(request, transfer, false)) return decline;
  const { stream } = handle;
  const { offset, length } = transfer;
  if (mustWait(request, stream, 'read')) return pend;
  if (length === 0) return complete(STATUS_SUCCESS);
  if (!request.paging && stream.locks.any && !stream.locks.allowsRead(transfer.owner, offset, BigInt(length))) return complete(STATUS_FILE_LOCK_CONFLICT);
  if (offset >= stream.size) return complete(STATUS_END_OF_FILE);
  const bytes = Math.min(Number(stream.size - offset), length);
  const cache = throughCache(request, transfer);
  const meanwhile = cache === null ? settleCache(request, transfer, bytes) : pageIn(request, cache, () => cache.missing(offset, bytes));
  if (meanwhile !== null) return meanwhile;
  const { view } = transfer;
  const target = transferBuffer(view['ReadBuffer'], view['MdlAddress']);
  if (cache === null) stream.contents.read(offset, bytes, target, request.services.fillUnknown);
  else cache.read(offset, bytes, target);
  beginCaching(request, transfer);
  moved(request, transfer, bytes);
  if (!request.paging) handle.file.times.lastAccess = request.services.now();
  return complete(STATUS_SUCCESS, bytes);
}

export function write(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  if ((request.minor & IRP_MN_COMPLETE) !== 0) return complete(STATUS_SUCCESS);
  const transfer = prepare(request, 'Write', handle);
  if ('kind' in transfer) return transfer;
  if (request.volume.readOnly) return complete(STATUS_MEDIA_WRITE_PROTECTED);
  if (fastIoRefused(request, transfer, true)) return decline;
  const { stream } = handle;
  const { offset, length } = transfer;
  if (mustWait(request, stream, 'write')) return pend;
  if (length === 0) return complete(STATUS_SUCCESS);
  if (!request.paging && stream.locks.any && !stream.locks.allowsWrite(transfer.owner, offset, BigInt(length))) return complete(STATUS_FILE_LOCK_CONFLICT);
  const cache = throughCache(request, transfer);
  const meanwhile = cache === null ? settleCache(request, transfer, length) : pageIn(request, cache, () => cache.missingForWrite(offset, length, stream.size));
  if (meanwhile !== null) return meanwhile;
  let bytes = length;
  const end = offset + BigInt(length);
  if (end > stream.size) {
    // Paging I/O never makes a file longer: what lies behind the end is dropped.
    if (request.paging) bytes = offset >= stream.size ? 0 : Number(stream.size - offset);
    else if (handle.kind === 'volume' || end > request.volume.totalBytes) return complete(handle.kind === 'volume' ? STATUS_END_OF_FILE : STATUS_DISK_FULL);
    else grow(handle, transfer.fileObject, end);
  }
  const { view } = transfer;
  if (bytes > 0) store(request, transfer, cache, bytes, transferBuffer(view['WriteBuffer'], view['MdlAddress']));
  beginCaching(request, transfer);
  moved(request, transfer, length);
  return complete(STATUS_SUCCESS, length);
}

function grow({ stream }: Handle, fileObject: FILE_OBJECT, end: bigint): void {
  stream.growTo(end);
  fileObject.Flags |= FO_FILE_SIZE_CHANGED;
}

/** The cache, for what is cached. */
const throughCache = (request: ModelRequest, { handle, fileObject }: Transfer): PageCache | null =>
  handle.kind === 'volume' || uncached(request, fileObject) ? null : cacheFor(request, handle.stream, fileObject);

/** What is newer in the cache has to be on the disk before a transfer that is not cached; paging I/O is what brings it there. */
function settleCache(request: ModelRequest, { handle, offset }: Transfer, bytes: number): LowerAnswer | null {
  const { cache } = handle.stream;
  return cache === null || request.paging ? null : pageOut(request, cache, () => cache.dirty(offset, bytes));
}

function store(request: ModelRequest, { handle, fileObject, offset }: Transfer, cache: PageCache | null, bytes: number, source: ByteBuffer | null): void {
  const { stream, file, link } = handle;
  if (cache !== null) cache.write(offset, bytes, source);
  else {
    stream.contents.write(offset, bytes, source);
    // What the cache had of it is old now.
    if (!request.paging) stream.cache?.drop(offset, bytes);
  }
  const end = offset + BigInt(bytes);
  if (end > stream.validDataLength) stream.validDataLength = end;
  if (request.paging || handle.kind === 'volume') return;
  fileObject.Flags |= FO_FILE_MODIFIED;
  handle.modified = true;
  request.volume.touch(file);
  if (stream.name === '') request.volume.reportChange(link, changedData);
  else request.volume.report(link.parent, `${link.name}:${stream.name}`, 8, changedStreamData);
}

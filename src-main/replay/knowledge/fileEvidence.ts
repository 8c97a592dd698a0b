/**
 * What a recorded request on an open file shows of the state it met: sizes, attributes, kinds, locks, who else writes.
 *
 * Sources: MS-FSA 2.1.5.3, 2.1.5.4 (reads and writes against the size), 2.1.5.9 (unlock), 2.1.5.12 (query information); FIO-022; the
 * keys of `detail` in src-main/trace/README.md.
 */
import { notShown, settledHere, type Claim, type Handle, type ModelVolume } from '../../filesystem/model/index.ts';
import {
  IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_LOCK_CONTROL, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_SECURITY, IRP_MJ_READ,
  IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE, IRP_MN_UNLOCK_SINGLE, IRP_PAGING_IO, STATUS_BUFFER_OVERFLOW, STATUS_END_OF_FILE, STATUS_FILE_LOCKED_WITH_ONLY_READERS, STATUS_FILE_LOCKED_WITH_WRITERS,
  STATUS_FLT_DISALLOW_FAST_IO, STATUS_NO_EAS_ON_FILE, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { bigintIn, numberIn } from './recordedValues.ts';
import { showSet } from './setEvidence.ts';

export function showFile(volume: ModelVolume, handle: Handle, record: NumberedOperation, closesAreLost: boolean, claim: Claim): void {
  switch (record.major ?? -1) {
    case IRP_MJ_READ:
      return showRead(volume, handle, record, claim);
    case IRP_MJ_WRITE:
      return showWrite(volume, handle, record, claim);
    case IRP_MJ_QUERY_INFORMATION:
      return showInformation(volume, handle, record, claim);
    case IRP_MJ_SET_INFORMATION:
      return showSet(volume, handle, record, closesAreLost, claim);
    case IRP_MJ_LOCK_CONTROL:
      return showLock(handle, record);
    case IRP_MJ_QUERY_EA:
      return showEas(handle, record);
    case IRP_MJ_QUERY_SECURITY:
      return showDescriptor(handle, record);
    case IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION:
      return showWriters(volume, handle, record, closesAreLost);
  }
}

// -- Transfers -------------------------------------------------------------------------------------------------------------------

/** A read that came in full shows the least size; one that was cut, or met the end, shows the end. */
function showRead(volume: ModelVolume, { stream, kind, file }: Handle, { status, information, offset, length, irpFlags, index }: NumberedOperation, claim: Claim): void {
  if (kind === 'volume' || offset === null || offset < 0n || length === null || length === 0) return;
  if (status === STATUS_SUCCESS) {
    if (file.directory && stream.name === '') volume.shown.kind(file, 'file', index, claim);
    const bytes = information ?? length;
    const end = offset + BigInt(bytes);
    if (bytes >= length) {
      if (stream.size < end) volume.shown.size(stream, end, 'least', index, claim);
    } else if (bytes > 0 && (irpFlags & IRP_PAGING_IO) === 0) {
      if (stream.size !== end || stream.sizeShownBy === notShown) volume.shown.size(stream, end, 'exact', index, claim);
    } else if (bytes > 0 && (stream.size <= offset || stream.sizeShownBy === notShown)) volume.shown.size(stream, end, 'exact', index, claim);
  } else if (status === STATUS_END_OF_FILE && stream.size > offset) volume.shown.size(stream, offset, 'most', index, claim);
}

/** FsRtlCopyWrite refuses what needs more room than is allocated: a refusal, or its absence, shows how much that is. */
function showWrite(volume: ModelVolume, { stream, kind, file }: Handle, { status, offset, length, kind: form, irpFlags, index }: NumberedOperation, claim: Claim): void {
  if (kind === 'volume' || offset === null || offset < 0n || length === null) return;
  if (status === STATUS_SUCCESS && file.directory && stream.name === '') volume.shown.kind(file, 'file', index, claim);
  const end = offset + BigInt(length);
  if (form === 'fastio') {
    if (status === STATUS_SUCCESS && stream.allocation < end) stream.allocation = end;
    else if (status === STATUS_FLT_DISALLOW_FAST_IO && stream.allocation >= end && end > stream.size) stream.allocation = end - 1n;
    return;
  }
  // Paging writes do not lengthen a file: what was written lay in it.
  if (status === STATUS_SUCCESS && (irpFlags & IRP_PAGING_IO) !== 0 && stream.sizeShownBy === notShown && offset >= stream.size) volume.shown.size(stream, offset + 1n, 'least', index, claim);
}

// -- Information -----------------------------------------------------------------------------------------------------------------

function showInformation(volume: ModelVolume, { file, stream, kind, link }: Handle, { status, detail, index }: NumberedOperation, claim: Claim): void {
  if ((status !== STATUS_SUCCESS && status !== STATUS_BUFFER_OVERFLOW) || kind === 'volume') return;
  const alternate = stream.name !== '';
  const attributes = detail['FileAttributes'];
  if (typeof attributes === 'number' && attributes !== 0 && !alternate && (file.attributesShownBy === notShown || claim === 'resync')) volume.shown.attributes(file, attributes, index, claim);
  const directory = detail['Directory'];
  if (typeof directory === 'boolean' && !alternate && file.directory !== directory) volume.shown.kind(file, directory ? 'directory' : 'file', index, claim);
  if (file.directory && !alternate) return;
  const size = bigintIn(detail['EndOfFile']);
  if (size !== null && (stream.size !== size || stream.sizeShownBy === notShown)) volume.shown.size(stream, size, 'exact', index, claim);
  const allocation = bigintIn(detail['AllocationSize']);
  if (allocation !== null && allocation !== stream.allocation && allocation >= stream.size) stream.allocation = allocation;
  if (detail['DeletePending'] === true && !link.deletePending) volume.shown.deletePending(link, true, claim);
}

// -- Locks, attributes, descriptors, sections ------------------------------------------------------------------------------------

/** What is unlocked was locked, by an operation before the recording. */
function showLock(handle: Handle, { status, minor, offset, detail, length }: NumberedOperation): void {
  if (status !== STATUS_SUCCESS || minor !== IRP_MN_UNLOCK_SINGLE || offset === null || handle.shownBy === settledHere) return;
  const range = { key: numberIn(detail['Key']), offset, length: bigintIn(detail['Length']) ?? BigInt(length ?? 0) };
  if (!handle.stream.locks.holds(handle.fileObject, range)) (handle.unseenLocks ??= []).push(range);
}

function showEas({ file }: Handle, { status, length }: NumberedOperation): void {
  const room = length ?? 0;
  if (status === STATUS_NO_EAS_ON_FILE) file.unknownEaBytes = 0;
  else if (status === STATUS_SUCCESS && (file.unknownEaBytes === 0 || file.unknownEaBytes > room)) file.unknownEaBytes = Math.max(1, room);
  else if (status === STATUS_BUFFER_OVERFLOW && file.unknownEaBytes <= room) file.unknownEaBytes = room + 1;
}

/** Whether a descriptor fits shows how long it is; the parts that were asked for have lengths of their own. */
function showDescriptor({ file }: Handle, { status, length, information, detail }: NumberedOperation): void {
  if (file.security !== null || length === null) return;
  const parts = numberIn(detail['SecurityInformation']);
  const known = file.descriptorBytes?.get(parts);
  if (status === STATUS_BUFFER_OVERFLOW) {
    const needed = Math.max(information ?? 0, length + 1);
    if (known === undefined || known <= length) (file.descriptorBytes ??= new Map()).set(parts, needed);
  } else if (status === STATUS_SUCCESS) {
    const bytes = Math.min(information ?? length, length);
    if (known === undefined || known > length) (file.descriptorBytes ??= new Map()).set(parts, bytes);
  }
}

/** FIO-022: STATUS_FILE_LOCKED_WITH_WRITERS shows that somebody has it open for writing, seen or not. */
function showWriters(volume: ModelVolume, { stream }: Handle, { status }: NumberedOperation, closesAreLost: boolean): void {
  if (status === STATUS_FILE_LOCKED_WITH_WRITERS && !stream.share.hasWriters) volume.shown.hold(stream, 'writes');
  else if (status === STATUS_FILE_LOCKED_WITH_ONLY_READERS && stream.share.hasWriters) volume.shown.withoutWriters(stream, closesAreLost);
}

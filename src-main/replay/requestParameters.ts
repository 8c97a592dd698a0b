/**
 * FLT_PARAMETERS of a recorded operation: which union member, with which values.
 *
 * Sources: iopb-and-constants.md (members by major function), src-main/trace/README.md (what `detail` holds). What a recording
 * does not tell is zero or NULL; buffers have the recorded length, or that of their structure.
 */
import { UNICODE_STRING } from '../engine/index.ts';
import {
  IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_CREATE, IRP_MJ_CREATE_MAILSLOT, IRP_MJ_CREATE_NAMED_PIPE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL,
  IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_MDL_READ, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_PREPARE_MDL_WRITE, IRP_MJ_QUERY_EA,
  IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN, IRP_MJ_QUERY_QUOTA, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ, IRP_MJ_SET_EA, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_QUOTA, IRP_MJ_SET_SECURITY,
  IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_WRITE, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX, IRP_PAGING_IO,
} from '../nt/values.generated.ts';
import type { NumberedOperation } from '../trace/record.ts';
import { bufferLength } from './bytes/bufferLengths.ts';
import type { AnswerFiller } from './bytes/fillAnswer.ts';
import { replacesTarget } from './bytes/inputBytes.ts';
import { numberIn, wideIn } from './bytes/recordedFields.ts';
import type { BufferUse } from './bytes/recordedContent.ts';
import { namesTarget, networkOpenLayout } from './bytes/structureLayouts.ts';

/** Makes the buffers and MDLs of requests: `user` belongs to the requestor's process, `system` is nonpaged pool. */
export interface BufferMaker {
  /** What is in it is made when somebody looks: most buffers are never looked at. */
  buffer(kind: 'user' | 'system', length: number, op: NumberedOperation, use: BufferUse): unknown;
  mdl(buffer: unknown): unknown;
  /** The file system has read bytes of a file into the buffer, from `at` on; nobody has recorded which. */
  filled?(buffer: unknown, at: number, path: string, offset: bigint, bytes: number): void;
  /** Driver code has put bytes of its own into the buffer. */
  wasWritten?(buffer: unknown): boolean;
  /** The file system has answered as recorded. */
  readonly answered?: AnswerFiller;
}

export interface RequestParameters {
  readonly member: string | null;
  readonly values: Readonly<Record<string, unknown>>;
  /** The data buffer comes from nonpaged pool: FLTFL_CALLBACK_DATA_SYSTEM_BUFFER. */
  readonly systemBuffer: boolean;
}

const none: RequestParameters = { member: null, values: {}, systemBuffer: false };

/** METHOD_BUFFERED 0, METHOD_IN_DIRECT 1, METHOD_OUT_DIRECT 2, METHOD_NEITHER 3: the two low bits of a control code. */
const methodNames = ['Buffered', 'Direct', 'Direct', 'Neither'];

const from = (member: string, values: Record<string, unknown>, systemBuffer = false): RequestParameters => ({ member, values, systemBuffer });

/** NULL where there is no byte to hold. */
const buffer = (make: BufferMaker, kind: 'user' | 'system', length: number, op: NumberedOperation, use: BufferUse): unknown => (length > 0 ? make.buffer(kind, length, op, use) : null);

export function requestParameters(op: NumberedOperation, make: BufferMaker): RequestParameters {
  switch (op.major) {
    case IRP_MJ_CREATE: return createParameters(op, make);
    case IRP_MJ_READ:
    case IRP_MJ_WRITE: return transferParameters(op, make);
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_SET_INFORMATION:
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
    case IRP_MJ_SET_VOLUME_INFORMATION: return informationParameters(op, make);
    case IRP_MJ_DIRECTORY_CONTROL: return directoryParameters(op, make);
    case IRP_MJ_FILE_SYSTEM_CONTROL:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL: return controlParameters(op, make);
    default: return rareParameters(op, make);
  }
}

function createParameters(op: NumberedOperation, make: BufferMaker): RequestParameters {
  const eaLength = numberIn(op, 'EaLength');
  return from('Create', {
    SecurityContext: Object.freeze({ DesiredAccess: numberIn(op, 'DesiredAccess'), FullCreateOptions: numberIn(op, 'CreateOptions') }),
    Options: createOptions(op), FileAttributes: numberIn(op, 'FileAttributes') & 0xffff, ShareAccess: numberIn(op, 'ShareAccess'),
    EaLength: eaLength, EaBuffer: buffer(make, 'system', eaLength, op, 'input'), AllocationSize: wideIn(op, 'AllocationSize') ?? 0n,
  });
}

const createOptions = (op: NumberedOperation): number => ((numberIn(op, 'CreateDisposition') << 24) | (numberIn(op, 'CreateOptions') & 0xffffff)) >>> 0;

function transferParameters(op: NumberedOperation, make: BufferMaker): RequestParameters {
  const isRead = op.major === IRP_MJ_READ;
  const length = op.length ?? 0;
  const data = buffer(make, 'user', length, op, isRead ? 'room' : 'input');
  const mdl = data !== null && (op.irpFlags & IRP_PAGING_IO) !== 0 ? make.mdl(data) : null;
  const Key = numberIn(op, 'Key');
  const ByteOffset = op.offset ?? 0n;
  return isRead ? from('Read', { Length: length, Key, ByteOffset, MdlAddress: mdl, ReadBuffer: data }) : from('Write', { Length: length, Key, ByteOffset, MdlAddress: mdl, WriteBuffer: data });
}

function informationParameters(op: NumberedOperation, make: BufferMaker): RequestParameters {
  const length = bufferLength(op);
  switch (op.major) {
    case IRP_MJ_QUERY_INFORMATION:
      return from('QueryFileInformation', { Length: length, FileInformationClass: numberIn(op, 'FileInformationClass'), InfoBuffer: buffer(make, 'system', length, op, 'room') }, op.kind === 'irp');
    case IRP_MJ_SET_INFORMATION:
      return from('SetFileInformation', setInformationValues(op, length, make), true);
    default: {
      const query = op.major === IRP_MJ_QUERY_VOLUME_INFORMATION;
      const values = { Length: length, FsInformationClass: numberIn(op, 'FsInformationClass'), VolumeBuffer: buffer(make, 'system', length, op, query ? 'room' : 'input') };
      return from(query ? 'QueryVolumeInformation' : 'SetVolumeInformation', values, true);
    }
  }
}

/** IC-042: ReplaceIfExists is a copy of what the buffer says; ParentOfTarget is NULL for a name the I/O manager has not opened. */
function setInformationValues(op: NumberedOperation, length: number, make: BufferMaker): Record<string, unknown> {
  const informationClass = numberIn(op, 'FileInformationClass');
  const replaces = namesTarget(informationClass) && replacesTarget(op);
  return {
    Length: length, FileInformationClass: informationClass, ReplaceIfExists: Number(replaces), AdvanceOnly: numberIn(op, 'AdvanceOnly'), InfoBuffer: buffer(make, 'system', length, op, 'input'),
  };
}

function directoryParameters(op: NumberedOperation, make: BufferMaker): RequestParameters {
  if (op.minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY || op.minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX) {
    const member = op.minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY ? 'DirectoryControl.NotifyDirectory' : 'DirectoryControl.NotifyDirectoryEx';
    const length = op.length ?? 0;
    return from(member, { Length: length, CompletionFilter: numberIn(op, 'CompletionFilter'), DirectoryBuffer: buffer(make, 'user', length, op, 'room') });
  }
  const length = bufferLength(op);
  return from('DirectoryControl.QueryDirectory', {
    Length: length, FileName: fileName(op.detail['Filter']), FileInformationClass: numberIn(op, 'FileInformationClass'), FileIndex: numberIn(op, 'FileIndex'),
    DirectoryBuffer: buffer(make, 'user', length, op, 'room'),
  });
}

function rareParameters(op: NumberedOperation, make: BufferMaker): RequestParameters {
  const length = op.length ?? 0;
  switch (op.major) {
    case IRP_MJ_CREATE_NAMED_PIPE:
    case IRP_MJ_CREATE_MAILSLOT:
      return from(op.major === IRP_MJ_CREATE_NAMED_PIPE ? 'CreatePipe' : 'CreateMailslot', { Options: createOptions(op), ShareAccess: numberIn(op, 'ShareAccess') });
    case IRP_MJ_LOCK_CONTROL: {
      const range = wideIn(op, 'Length') ?? BigInt(length);
      return from('LockControl', { Length: range, Key: numberIn(op, 'Key'), ByteOffset: op.offset ?? 0n, ProcessId: null, FailImmediately: numberIn(op, 'FailImmediately'), ExclusiveLock: numberIn(op, 'Exclusive') });
    }
    case IRP_MJ_QUERY_EA:
      return from('QueryEa', { Length: length, EaListLength: numberIn(op, 'EaListLength'), EaList: buffer(make, 'user', numberIn(op, 'EaListLength'), op, 'input'), EaIndex: numberIn(op, 'EaIndex'), EaBuffer: buffer(make, 'user', length, op, 'room') });
    case IRP_MJ_SET_EA:
      return from('SetEa', { Length: length, EaBuffer: buffer(make, 'user', length, op, 'input') });
    case IRP_MJ_QUERY_SECURITY:
      return from('QuerySecurity', { SecurityInformation: numberIn(op, 'SecurityInformation'), Length: length, SecurityBuffer: buffer(make, 'user', length, op, 'room') });
    case IRP_MJ_SET_SECURITY:
      return from('SetSecurity', { SecurityInformation: numberIn(op, 'SecurityInformation'), SecurityDescriptor: make.buffer('user', securityDescriptorBytes, op, 'input') });
    case IRP_MJ_QUERY_QUOTA:
    case IRP_MJ_SET_QUOTA: {
      const bytes = length > 0 ? length : rawLength(op.detail['Parameters']);
      return from(op.major === IRP_MJ_QUERY_QUOTA ? 'QueryQuota' : 'SetQuota', { Length: bytes, QuotaBuffer: buffer(make, 'user', bytes, op, op.major === IRP_MJ_QUERY_QUOTA ? 'room' : 'input') });
    }
    case IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION:
      return from('AcquireForSectionSynchronization', { SyncType: numberIn(op, 'SyncType'), PageProtection: numberIn(op, 'PageProtection') });
    case IRP_MJ_ACQUIRE_FOR_MOD_WRITE:
      return from('AcquireForModifiedPageWriter', { EndingOffset: wideIn(op, 'EndingOffset') ?? 0n });
    case IRP_MJ_QUERY_OPEN:
      return from('QueryOpen', { FileInformation: buffer(make, 'system', length, op, 'room'), Length: length, FileInformationClass: numberIn(op, 'FileInformationClass') });
    case IRP_MJ_NETWORK_QUERY_OPEN:
      return from('NetworkQueryOpen', { NetworkInformation: make.buffer('system', networkOpenLayout.size, op, 'room') });
    case IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE:
      return from('FastIoCheckIfPossible', { FileOffset: op.offset ?? 0n, Length: length, LockKey: numberIn(op, 'Key'), CheckForReadOperation: numberIn(op, 'CheckForReadOperation') });
    case IRP_MJ_MDL_READ:
    case IRP_MJ_PREPARE_MDL_WRITE:
      return from(op.major === IRP_MJ_MDL_READ ? 'MdlRead' : 'PrepareMdlWrite', { FileOffset: op.offset ?? 0n, Length: length, Key: numberIn(op, 'Key') });
    default:
      return none;
  }
}

/** sizeof(SECURITY_DESCRIPTOR_RELATIVE): what every descriptor has at least; how long it was is not recorded. */
const securityDescriptorBytes = 20;

/** The first ULONG of FLT_PARAMETERS that were recorded as hex digits: Length of the quota requests. */
function rawLength(parameters: unknown): number {
  const bytes = typeof parameters === 'string' ? /^(..)(..)(..)(..)/.exec(parameters) : null;
  const length = bytes === null ? 0 : Number.parseInt(`${bytes[4] ?? ''}${bytes[3] ?? ''}${bytes[2] ?? ''}${bytes[1] ?? ''}`, 16);
  return length > 0 && length < mostQuotaBytes ? length : 0;
}

/** No request carries more. */
const mostQuotaBytes = 0x1000_0000;

/** PUNICODE_STRING of a directory query: the pattern, NULL where none was given. */
const fileName = (pattern: unknown): UNICODE_STRING | null => (typeof pattern === 'string' ? new UNICODE_STRING(pattern) : null);

function controlParameters(op: NumberedOperation, make: BufferMaker): RequestParameters {
  const fileSystem = op.major === IRP_MJ_FILE_SYSTEM_CONTROL;
  const code = numberIn(op, 'ControlCode') >>> 0;
  const input = numberIn(op, 'InputBufferLength');
  const output = numberIn(op, 'OutputBufferLength');
  const method = code & 3;
  const values: Record<string, unknown> = { OutputBufferLength: output, InputBufferLength: input, [fileSystem ? 'FsControlCode' : 'IoControlCode']: code };
  if (!fileSystem && op.kind === 'fastio') {
    values['InputBuffer'] = buffer(make, 'user', input, op, 'input');
    values['OutputBuffer'] = buffer(make, 'user', output, op, 'room');
    return from('DeviceIoControl.FastIo', values);
  }
  const member = `${fileSystem ? 'FileSystemControl' : 'DeviceIoControl'}.${methodNames[method] ?? 'Buffered'}`;
  if (method === 0) {
    values['SystemBuffer'] = buffer(make, 'system', Math.max(input, output), op, 'input');
    return from(member, values, true);
  }
  const out = (values['OutputBuffer'] = buffer(make, 'user', output, op, 'room'));
  if (method === 3) values['InputBuffer'] = buffer(make, 'user', input, op, 'input');
  else {
    values['InputSystemBuffer'] = buffer(make, 'system', input, op, 'input');
    values['OutputMdlAddress'] = out === null ? null : make.mdl(out);
  }
  return from(member, values);
}

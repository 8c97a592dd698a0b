/**
 * FLT_PARAMETERS of a recorded operation: which union member, with which values.
 *
 * Sources: iopb-and-constants.md (members by major function), src-main/trace/README.md (what `detail` holds). What a recording
 * does not tell is zero or NULL; buffers have the recorded length and unknown bytes.
 */
import { UNICODE_STRING } from '../engine/index.ts';
import {
  IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_CREATE, IRP_MJ_CREATE_MAILSLOT, IRP_MJ_CREATE_NAMED_PIPE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL,
  IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_MDL_READ, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_PREPARE_MDL_WRITE, IRP_MJ_QUERY_EA,
  IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ, IRP_MJ_SET_EA, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_SECURITY,
  IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_WRITE, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX, IRP_PAGING_IO,
} from '../nt/values.generated.ts';
import type { NumberedOperation } from '../trace/record.ts';

/** Makes the buffers and MDLs of requests: `user` belongs to the requestor's process, `system` is nonpaged pool. */
export interface BufferMaker {
  buffer(kind: 'user' | 'system', length: number): unknown;
  mdl(buffer: unknown): unknown;
  /** The file system has read bytes of a file into the buffer, from `at` on; nobody has recorded which. */
  filled?(buffer: unknown, at: number, path: string, offset: bigint, bytes: number): void;
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

export function requestParameters(op: NumberedOperation, make: BufferMaker): RequestParameters {
  const detail = (name: string): number => {
    const value = op.detail[name];
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : typeof value === 'boolean' ? Number(value) : 0;
  };
  const length = op.length ?? 0;
  const userBuffer = (): unknown => (length > 0 ? make.buffer('user', length) : null);
  const systemBuffer = (bytes: number): unknown => (bytes > 0 ? make.buffer('system', bytes) : null);
  const from = (member: string, values: Record<string, unknown>, system = false): RequestParameters => ({ member, values, systemBuffer: system });

  switch (op.major) {
    case IRP_MJ_CREATE:
      return from('Create', {
        SecurityContext: Object.freeze({ DesiredAccess: detail('DesiredAccess'), FullCreateOptions: detail('CreateOptions') }),
        Options: ((detail('CreateDisposition') << 24) | (detail('CreateOptions') & 0xffffff)) >>> 0, FileAttributes: detail('FileAttributes') & 0xffff, ShareAccess: detail('ShareAccess'),
        EaLength: detail('EaLength'), EaBuffer: systemBuffer(detail('EaLength')), AllocationSize: BigInt(detail('AllocationSize')),
      });
    case IRP_MJ_CREATE_NAMED_PIPE:
    case IRP_MJ_CREATE_MAILSLOT:
      return from(op.major === IRP_MJ_CREATE_NAMED_PIPE ? 'CreatePipe' : 'CreateMailslot', {
        Options: ((detail('CreateDisposition') << 24) | (detail('CreateOptions') & 0xffffff)) >>> 0, ShareAccess: detail('ShareAccess'),
      });
    case IRP_MJ_READ:
    case IRP_MJ_WRITE: {
      const buffer = userBuffer();
      const paging = (op.irpFlags & IRP_PAGING_IO) !== 0;
      const values = { Length: length, Key: detail('Key'), ByteOffset: op.offset ?? 0n, MdlAddress: paging && buffer !== null ? make.mdl(buffer) : null };
      return op.major === IRP_MJ_READ ? from('Read', { ...values, ReadBuffer: buffer }) : from('Write', { ...values, WriteBuffer: buffer });
    }
    case IRP_MJ_QUERY_INFORMATION:
      return from('QueryFileInformation', { Length: length, FileInformationClass: detail('FileInformationClass'), InfoBuffer: systemBuffer(length) }, op.kind === 'irp');
    case IRP_MJ_SET_INFORMATION:
      return from('SetFileInformation', { Length: length, FileInformationClass: detail('FileInformationClass'), ReplaceIfExists: detail('ReplaceIfExists'), AdvanceOnly: detail('AdvanceOnly'), InfoBuffer: systemBuffer(length) }, true);
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
    case IRP_MJ_SET_VOLUME_INFORMATION:
      return from(op.major === IRP_MJ_QUERY_VOLUME_INFORMATION ? 'QueryVolumeInformation' : 'SetVolumeInformation', { Length: length, FsInformationClass: detail('FsInformationClass'), VolumeBuffer: systemBuffer(length) }, true);
    case IRP_MJ_DIRECTORY_CONTROL:
      if (op.minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY || op.minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX) {
        return from(op.minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY ? 'DirectoryControl.NotifyDirectory' : 'DirectoryControl.NotifyDirectoryEx', { Length: length, CompletionFilter: detail('CompletionFilter'), DirectoryBuffer: userBuffer() });
      }
      return from('DirectoryControl.QueryDirectory', { Length: length, FileName: fileName(op.detail['Filter']), FileInformationClass: detail('FileInformationClass'), FileIndex: detail('FileIndex'), DirectoryBuffer: userBuffer() });
    case IRP_MJ_FILE_SYSTEM_CONTROL:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
      return controlParameters(op, detail, make);
    case IRP_MJ_LOCK_CONTROL:
      return from('LockControl', { Length: BigInt(length), Key: detail('Key'), ByteOffset: op.offset ?? 0n, ProcessId: null, FailImmediately: detail('FailImmediately'), ExclusiveLock: detail('Exclusive') });
    case IRP_MJ_QUERY_EA:
      return from('QueryEa', { Length: length, EaListLength: detail('EaListLength'), EaIndex: detail('EaIndex'), EaBuffer: userBuffer() });
    case IRP_MJ_SET_EA:
      return from('SetEa', { Length: length, EaBuffer: userBuffer() });
    case IRP_MJ_QUERY_SECURITY:
      return from('QuerySecurity', { SecurityInformation: detail('SecurityInformation'), Length: length, SecurityBuffer: userBuffer() });
    case IRP_MJ_SET_SECURITY:
      return from('SetSecurity', { SecurityInformation: detail('SecurityInformation') });
    case IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION:
      return from('AcquireForSectionSynchronization', { SyncType: detail('SyncType'), PageProtection: detail('PageProtection') });
    case IRP_MJ_ACQUIRE_FOR_MOD_WRITE:
      return from('AcquireForModifiedPageWriter', { EndingOffset: BigInt(detail('EndingOffset')) });
    case IRP_MJ_QUERY_OPEN:
      return from('QueryOpen', { FileInformation: systemBuffer(length), Length: length, FileInformationClass: detail('FileInformationClass') });
    case IRP_MJ_NETWORK_QUERY_OPEN:
      return from('NetworkQueryOpen', { NetworkInformation: make.buffer('system', fileNetworkOpenInformationBytes) });
    case IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE:
      return from('FastIoCheckIfPossible', { FileOffset: op.offset ?? 0n, Length: length, LockKey: detail('Key'), CheckForReadOperation: detail('CheckForReadOperation') });
    case IRP_MJ_MDL_READ:
    case IRP_MJ_PREPARE_MDL_WRITE:
      return from(op.major === IRP_MJ_MDL_READ ? 'MdlRead' : 'PrepareMdlWrite', { FileOffset: op.offset ?? 0n, Length: length, Key: detail('Key') });
    default:
      return none;
  }
}

/** PUNICODE_STRING of a directory query: the pattern, NULL where none was given. */
const fileName = (pattern: unknown): UNICODE_STRING | null => (typeof pattern === 'string' ? new UNICODE_STRING(pattern) : null);

/** sizeof(FILE_NETWORK_OPEN_INFORMATION) */
const fileNetworkOpenInformationBytes = 56;

function controlParameters(op: NumberedOperation, detail: (name: string) => number, make: BufferMaker): RequestParameters {
  const fileSystem = op.major === IRP_MJ_FILE_SYSTEM_CONTROL;
  const code = detail('ControlCode') >>> 0;
  const input = detail('InputBufferLength');
  const output = detail('OutputBufferLength');
  const method = code & 3;
  const group = fileSystem ? 'FileSystemControl' : 'DeviceIoControl';
  const common = { OutputBufferLength: output, InputBufferLength: input, [fileSystem ? 'FsControlCode' : 'IoControlCode']: code };
  const buffer = (kind: 'user' | 'system', length: number): unknown => (length > 0 ? make.buffer(kind, length) : null);
  if (!fileSystem && op.kind === 'fastio') {
    return { member: 'DeviceIoControl.FastIo', values: { ...common, InputBuffer: buffer('user', input), OutputBuffer: buffer('user', output) }, systemBuffer: false };
  }
  const member = `${group}.${methodNames[method] ?? 'Buffered'}`;
  if (method === 0) return { member, values: { ...common, SystemBuffer: buffer('system', Math.max(input, output)) }, systemBuffer: true };
  const out = buffer('user', output);
  if (method === 3) return { member, values: { ...common, InputBuffer: buffer('user', input), OutputBuffer: out }, systemBuffer: false };
  return { member, values: { ...common, InputSystemBuffer: buffer('system', input), OutputBuffer: out, OutputMdlAddress: out === null ? null : make.mdl(out) }, systemBuffer: false };
}

/**
 * What an operation means to the oplocks of a stream, read from its callback data.
 *
 * Source: filter-manager-objects.md OPL-020, OPL-030 to OPL-032, OPL-073; FltCheckOplock.
 */
import {
  DELETE, FILE_COMPLETE_IF_OPLOCKED, FILE_EXECUTE, FILE_OPEN_REQUIRING_OPLOCK, FILE_OVERWRITE, FILE_OVERWRITE_IF, FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_READ_EA, FILE_RESERVE_OPFILTER,
  FILE_SHARE_READ, FILE_SUPERSEDE, FILE_WRITE_ATTRIBUTES, FileAllocationInformation, FileDispositionInformation, FileDispositionInformationEx, FileEndOfFileInformation, FileLinkInformation,
  FileLinkInformationEx, FileRenameInformation, FileRenameInformationEx, FileShortNameInformation, FileValidDataLengthInformation, FSCTL_SET_ZERO_DATA, GENERIC_ALL, GENERIC_EXECUTE,
  GENERIC_READ, GENERIC_WRITE, IRP_MJ_CLEANUP, IRP_MJ_CREATE, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_LOCK_CONTROL, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE,
  IRP_PAGING_IO, READ_CONTROL, SYNCHRONIZE,
} from '../../nt/values.generated.ts';
import type { CheckOptions } from '../fsrtl/oplock.ts';
import type { OplockOperation } from '../fsrtl/oplockRules.ts';
import type { FLT_IO_PARAMETER_BLOCK } from './parameters.ts';

/** OPL-073 */
const checkedMajors: ReadonlySet<number> = new Set([
  IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_SET_INFORMATION, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_LOCK_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_CLEANUP,
]);

export const hasOplockCheck = (major: number): boolean => checkedMajors.has(major);

export interface CheckedOperation {
  /** Null: the operation breaks nothing. */
  readonly operation: OplockOperation | null;
  readonly options: CheckOptions;
  /** FILE_COMPLETE_IF_OPLOCKED: it never waits. */
  readonly neverWaits: boolean;
  /** FILE_OPEN_REQUIRING_OPLOCK: it fails instead of breaking. */
  readonly neverBreaks: boolean;
  readonly access: number | undefined;
  readonly share: number | undefined;
}

const number = (value: unknown): number => (typeof value === 'number' ? value : typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : 0);

const plain = (operation: OplockOperation | null): CheckedOperation => ({ operation, options: {}, neverWaits: false, neverBreaks: false, access: undefined, share: undefined });

export function checkedOperation(iopb: FLT_IO_PARAMETER_BLOCK, is: (id: string, word: string) => boolean): CheckedOperation {
  // OPL-020: paging I/O is never checked.
  if ((iopb.IrpFlags & IRP_PAGING_IO) !== 0) return plain(null);
  switch (iopb.MajorFunction) {
    case IRP_MJ_CREATE:
      return createCheck(iopb, is);
    case IRP_MJ_READ:
      return plain('read');
    case IRP_MJ_WRITE:
      return plain('write');
    case IRP_MJ_FLUSH_BUFFERS:
      return plain('flush');
    case IRP_MJ_LOCK_CONTROL:
      return plain('lock');
    case IRP_MJ_SET_INFORMATION:
      return plain(setInformationCheck(iopb));
    case IRP_MJ_FILE_SYSTEM_CONTROL:
      return plain(number(iopb.Parameters.FileSystemControl['Common']?.['FsControlCode']) >>> 0 === FSCTL_SET_ZERO_DATA ? 'zero-data' : null);
    default:
      return plain(null);
  }
}

function createCheck(iopb: FLT_IO_PARAMETER_BLOCK, is: (id: string, word: string) => boolean): CheckedOperation {
  const view = iopb.Parameters.Create;
  const packed = number(view['Options']) >>> 0;
  const options = packed & 0xff_ffff;
  const disposition = packed >>> 24;
  const security = view['SecurityContext'];
  const access = typeof security === 'object' && security !== null && 'DesiredAccess' in security ? number(security.DesiredAccess) : 0;
  const share = number(view['ShareAccess']);
  const reserves = (options & FILE_RESERVE_OPFILTER) !== 0;
  const attributes = FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE;
  const only = (rights: number): boolean => (access & ~rights) === 0;
  const readers = attributes | FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE | READ_CONTROL | GENERIC_READ | GENERIC_EXECUTE;
  const wantsMore = !only(readers) || (access & (GENERIC_WRITE | GENERIC_ALL | DELETE)) !== 0;
  const keepsReadersOut = (share & FILE_SHARE_READ) === 0;
  return {
    operation: reserves || disposition === FILE_SUPERSEDE || disposition === FILE_OVERWRITE || disposition === FILE_OVERWRITE_IF ? 'overwrite' : 'open',
    options: {
      sparesLegacy: !reserves && only(attributes), sparesGranular: !reserves && only(attributes | READ_CONTROL),
      breaksFilter: is('OPL-032', 'access-and-share') ? wantsMore && keepsReadersOut : wantsMore || keepsReadersOut,
    },
    neverWaits: (options & FILE_COMPLETE_IF_OPLOCKED) !== 0, neverBreaks: (options & FILE_OPEN_REQUIRING_OPLOCK) !== 0, access, share,
  };
}

function setInformationCheck(iopb: FLT_IO_PARAMETER_BLOCK): OplockOperation | null {
  const view = iopb.Parameters.SetFileInformation;
  switch (number(view['FileInformationClass'])) {
    case FileEndOfFileInformation:
      return number(view['AdvanceOnly']) === 0 ? 'size' : null;
    case FileAllocationInformation:
    case FileValidDataLengthInformation:
      return 'size';
    case FileRenameInformation:
    case FileRenameInformationEx:
    case FileLinkInformation:
    case FileLinkInformationEx:
    case FileShortNameInformation:
      return 'rename';
    case FileDispositionInformation:
    case FileDispositionInformationEx:
      return deletes(view['InfoBuffer']) ? 'delete' : null;
    default:
      return null;
  }
}

/** The first byte of both structures has the bit that says delete. What is not known counts as a deletion. */
function deletes(info: unknown): boolean {
  if (typeof info !== 'object' || info === null) return true;
  if ('u8' in info && typeof info.u8 === 'function') return (number((info as { u8(offset: number): unknown }).u8(0)) & 1) !== 0;
  if ('DeleteFile' in info) return number(info.DeleteFile) !== 0;
  return !('Flags' in info) || (number(info.Flags) & 1) !== 0;
}

/**
 * What the I/O manager makes of the arguments of a create.
 *
 * Sources: IC-037, IC-038 (packing of Options, SecurityContext); FltCreateFile and IoCreateFile (flags); GEN-016.
 */
import {
  FILE_NO_INTERMEDIATE_BUFFERING, FILE_RANDOM_ACCESS, FILE_SEQUENTIAL_ONLY, FILE_SYNCHRONOUS_IO_ALERT, FILE_SYNCHRONOUS_IO_NONALERT, FILE_WRITE_THROUGH, FO_ALERTABLE_IO,
  FO_NO_INTERMEDIATE_BUFFERING, FO_RANDOM_ACCESS, FO_SEQUENTIAL_ONLY, FO_SYNCHRONOUS_IO, FO_WRITE_THROUGH, IO_FORCE_ACCESS_CHECK, IO_IGNORE_READONLY_ATTRIBUTE, IO_OPEN_PAGING_FILE,
  IO_OPEN_TARGET_DIRECTORY, IO_STOP_ON_SYMLINK, SL_CASE_SENSITIVE, SL_FORCE_ACCESS_CHECK, SL_IGNORE_READONLY_ATTRIBUTE, SL_OPEN_PAGING_FILE, SL_OPEN_TARGET_DIRECTORY, SL_STOP_ON_SYMLINK,
} from '../../nt/values.generated.ts';

export interface CreateArguments {
  readonly access: number;
  readonly allocation: bigint;
  readonly attributes: number;
  readonly share: number;
  readonly disposition: number;
  readonly options: number;
  readonly ea: unknown;
  readonly eaLength: number;
  /** IO_* */
  readonly flags: number;
}

/** OBJ_CASE_INSENSITIVE, OBJ_KERNEL_HANDLE (ntdef.h) */
export const objCaseInsensitive = 0x40;
export const objKernelHandle = 0x200;

/** Values of FLT_PARAMETERS.Create. */
export function createValues(create: CreateArguments): Record<string, unknown> {
  const { access, options, disposition } = create;
  const remaining = access >>> 0;
  return {
    SecurityContext: {
      SecurityQos: null, DesiredAccess: remaining, FullCreateOptions: options >>> 0,
      AccessState: { OriginalDesiredAccess: remaining, RemainingDesiredAccess: remaining, PreviouslyGrantedAccess: 0, Flags: 0 },
    },
    Options: ((disposition << 24) | (options & 0xff_ffff)) >>> 0, FileAttributes: create.attributes & 0xffff, ShareAccess: create.share & 0xffff,
    EaLength: create.eaLength, EaBuffer: create.ea, AllocationSize: create.allocation,
  };
}

const pairs = (value: number, table: readonly (readonly [number, number])[]): number => table.reduce((flags, [given, wanted]) => ((value & given) === 0 ? flags : flags | wanted), 0);

/** SL_* of the create's stack location. */
export function createOperationFlags(ioFlags: number, objectAttributes: number): number {
  const flags = pairs(ioFlags, [
    [IO_FORCE_ACCESS_CHECK, SL_FORCE_ACCESS_CHECK], [IO_OPEN_PAGING_FILE, SL_OPEN_PAGING_FILE], [IO_OPEN_TARGET_DIRECTORY, SL_OPEN_TARGET_DIRECTORY],
    [IO_STOP_ON_SYMLINK, SL_STOP_ON_SYMLINK], [IO_IGNORE_READONLY_ATTRIBUTE, SL_IGNORE_READONLY_ATTRIBUTE],
  ]);
  return (objectAttributes & objCaseInsensitive) === 0 ? flags | SL_CASE_SENSITIVE : flags;
}

/** FO_* that the I/O manager sets before it sends the create. */
export const fileObjectFlags = (options: number): number => pairs(options, [
  [FILE_SYNCHRONOUS_IO_ALERT, FO_SYNCHRONOUS_IO | FO_ALERTABLE_IO], [FILE_SYNCHRONOUS_IO_NONALERT, FO_SYNCHRONOUS_IO], [FILE_NO_INTERMEDIATE_BUFFERING, FO_NO_INTERMEDIATE_BUFFERING],
  [FILE_WRITE_THROUGH, FO_WRITE_THROUGH], [FILE_SEQUENTIAL_ONLY, FO_SEQUENTIAL_ONLY], [FILE_RANDOM_ACCESS, FO_RANDOM_ACCESS],
]);

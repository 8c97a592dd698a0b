/** Small enumerations and flags of wdm.h, ntddk.h and ntifs.h that belong to no table of nt/. */
import { registryConstants } from './implementations/registryTables.ts';
import { informationConstants } from './informationConstants.ts';
import { objectFlags } from './objectAttributes.ts';
import { poolConstants } from './poolConstants.ts';
import { registryTypes } from './registry.ts';
import { synchronisationConstants } from './synchronisationConstants.ts';

export const kernelConstants = {
  ...synchronisationConstants, ...poolConstants, ...registryConstants, ...registryTypes, ...objectFlags, ...informationConstants,
  LowPagePriority: 0, NormalPagePriority: 16, HighPagePriority: 32, MdlMappingNoWrite: 0x80000000, MdlMappingNoExecute: 0x40000000,
  IoReadAccess: 0, IoWriteAccess: 1, IoModifyAccess: 2, MmNonCached: 0, MmCached: 1, MmWriteCombined: 2,
  CriticalWorkQueue: 0, DelayedWorkQueue: 1, HyperCriticalWorkQueue: 2,
  KernelMode: 0, UserMode: 1,
  PASSIVE_LEVEL: 0, APC_LEVEL: 1, DISPATCH_LEVEL: 2,
  TRUE: true, FALSE: false, NULL: null,
  KeyBasicInformation: 0, KeyNodeInformation: 1, KeyFullInformation: 2,
  KeyValueBasicInformation: 0, KeyValueFullInformation: 1, KeyValuePartialInformation: 2, KeyValuePartialInformationAlign64: 4,
  KEY_QUERY_VALUE: 0x1, KEY_SET_VALUE: 0x2, KEY_CREATE_SUB_KEY: 0x4, KEY_ENUMERATE_SUB_KEYS: 0x8, KEY_READ: 0x20019, KEY_WRITE: 0x20006, KEY_ALL_ACCESS: 0xf003f,
  REG_OPTION_NON_VOLATILE: 0, REG_OPTION_VOLATILE: 1, REG_CREATED_NEW_KEY: 1, REG_OPENED_EXISTING_KEY: 2, DriverRegKeyParameters: 1, DriverRegKeyPersistentState: 2,
  ProcessBasicInformation: 0, ProcessSessionInformation: 24, ProcessImageFileName: 27, ProcessImageFileNameWin32: 43,
  PROCESS_TERMINATE: 0x1, PROCESS_VM_READ: 0x10, PROCESS_QUERY_INFORMATION: 0x400, PROCESS_QUERY_LIMITED_INFORMATION: 0x1000, PROCESS_ALL_ACCESS: 0x1fffff, PsCreateProcessNotifySubsystems: 0,
  FSCTL_TXFS_SAVEPOINT_INFORMATION: 0x98178, FLTFL_NORMALIZE_NAME_CASE_SENSITIVE: 0x1, FLTFL_NORMALIZE_NAME_DESTINATION_FILE_NAME: 0x2,
  GenericLessThan: 0, GenericGreaterThan: 1, GenericEqual: 2,
  HASH_STRING_ALGORITHM_DEFAULT: 0, HASH_STRING_ALGORITHM_X65599: 1,
  EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL: 1, EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE: 2, DrvRtPoolNxOptIn: 1,
  FILE_DEVICE_CD_ROM_FILE_SYSTEM: 0x3, FILE_DEVICE_DISK: 0x7, FILE_DEVICE_DISK_FILE_SYSTEM: 0x8, FILE_DEVICE_NETWORK_FILE_SYSTEM: 0x14, FILE_DEVICE_NULL: 0x15, FILE_DEVICE_UNKNOWN: 0x22,
  FILE_DEVICE_SECURE_OPEN: 0x100, DO_BUFFERED_IO: 0x4, DO_EXCLUSIVE: 0x8, DO_DIRECT_IO: 0x10, DO_DEVICE_INITIALIZING: 0x80, IO_NO_INCREMENT: 0,
  METHOD_BUFFERED: 0, METHOD_IN_DIRECT: 1, METHOD_OUT_DIRECT: 2, METHOD_NEITHER: 3, FILE_ANY_ACCESS: 0,
  CreateFileTypeNone: 0, CreateFileTypeNamedPipe: 1, CreateFileTypeMailslot: 2, FILE_USE_FILE_POINTER_POSITION: 0xfffffffe, FILE_WRITE_TO_END_OF_FILE: 0xffffffff,
  OWNER_SECURITY_INFORMATION: 0x1, GROUP_SECURITY_INFORMATION: 0x2, DACL_SECURITY_INFORMATION: 0x4, SACL_SECURITY_INFORMATION: 0x8, LABEL_SECURITY_INFORMATION: 0x10,
  FLT_ALLOCATE_CALLBACK_DATA_PREALLOCATE_ALL_MEMORY: 0x1, FLT_MAX_DEVICE_REPARSE_ATTEMPTS: 64, FLTTCFL_AUTO_REPARSE: 0x1, REPARSE_DATA_EX_FLAG_GIVEN_TAG_OR_NONE: 0x1,
  FSRTL_ALLOCATE_ECPLIST_FLAG_CHARGE_QUOTA: 0x1, FSRTL_ALLOCATE_ECP_FLAG_CHARGE_QUOTA: 0x1, FSRTL_ALLOCATE_ECP_FLAG_NONPAGED_POOL: 0x2, FSRTL_ECP_LOOKASIDE_FLAG_NONPAGED_POOL: 0x2,
  SECURITY_DESCRIPTOR_REVISION: 1, DPFLTR_IHVDRIVER_ID: 77, DPFLTR_ERROR_LEVEL: 0, DPFLTR_WARNING_LEVEL: 1, DPFLTR_TRACE_LEVEL: 2, DPFLTR_INFO_LEVEL: 3,
  MAXUSHORT: 0xffff, MAXULONG: 0xffffffff, MAXLONG: 0x7fffffff, UNICODE_NULL: '\0', UNICODE_STRING_MAX_BYTES: 0xfffe, PAGE_SIZE: 4096, PAGE_SHIFT: 12, MAX_PATH: 260, MAXIMUM_FILENAME_LENGTH: 256,
} as const;

/** Structures that drivers find ready, beside those they define. */
import { directoryStructs } from './directoryInformation.ts';
import { fileInformationStructs } from './fileInformation.ts';
import { largeIntegerType as LARGE_INTEGER, scalarTypes } from './memberTypes.ts';
import { struct, type StructType } from './struct.ts';
import { fileId128, unicodeStringType } from './valueClasses.ts';

const { HANDLE, LONG, NTSTATUS, PVOID, UCHAR, ULONG, ULONGLONG, ULONG_PTR, WCHAR } = scalarTypes;

/** Registry: ZwQueryValueKey and ZwQueryKey. Source: wdm.h. */
const registryStructs = {
  KEY_VALUE_BASIC_INFORMATION: struct({ TitleIndex: ULONG, Type: ULONG, NameLength: ULONG, Name: WCHAR.counted('NameLength') }, { name: 'KEY_VALUE_BASIC_INFORMATION' }),
  KEY_VALUE_PARTIAL_INFORMATION: struct({ TitleIndex: ULONG, Type: ULONG, DataLength: ULONG, Data: UCHAR.counted('DataLength') }, { name: 'KEY_VALUE_PARTIAL_INFORMATION' }),
  KEY_VALUE_FULL_INFORMATION: struct({ TitleIndex: ULONG, Type: ULONG, DataOffset: ULONG, DataLength: ULONG, NameLength: ULONG, Name: WCHAR.counted('NameLength') }, { name: 'KEY_VALUE_FULL_INFORMATION' }),
  KEY_BASIC_INFORMATION: struct({ LastWriteTime: LARGE_INTEGER, TitleIndex: ULONG, NameLength: ULONG, Name: WCHAR.counted('NameLength') }, { name: 'KEY_BASIC_INFORMATION' }),
  KEY_NODE_INFORMATION: struct({ LastWriteTime: LARGE_INTEGER, TitleIndex: ULONG, ClassOffset: ULONG, ClassLength: ULONG, NameLength: ULONG, Name: WCHAR.counted('NameLength') }, { name: 'KEY_NODE_INFORMATION' }),
  KEY_FULL_INFORMATION: struct({
    LastWriteTime: LARGE_INTEGER, TitleIndex: ULONG, ClassOffset: ULONG, ClassLength: ULONG, SubKeys: ULONG, MaxNameLen: ULONG, MaxClassLen: ULONG, Values: ULONG, MaxValueNameLen: ULONG,
    MaxValueDataLen: ULONG, Class: WCHAR.array(1),
  }, { name: 'KEY_FULL_INFORMATION' }),
} as const;

/** Processes and messages of ports. Source: ntddk.h, fltUserStructures.h. */
const otherStructs = {
  PROCESS_BASIC_INFORMATION: struct({ ExitStatus: NTSTATUS, PebBaseAddress: PVOID, AffinityMask: ULONG_PTR, BasePriority: LONG, UniqueProcessId: HANDLE, InheritedFromUniqueProcessId: HANDLE }, { name: 'PROCESS_BASIC_INFORMATION' }),
  FILTER_MESSAGE_HEADER: struct({ ReplyLength: ULONG, MessageId: ULONGLONG }, { name: 'FILTER_MESSAGE_HEADER' }),
  FILTER_REPLY_HEADER: struct({ Status: NTSTATUS, MessageId: ULONGLONG }, { name: 'FILTER_REPLY_HEADER' }),
  FILE_ID_128: fileId128,
} as const;

export const structures: Readonly<Record<string, StructType>> = { ...fileInformationStructs, ...directoryStructs, ...registryStructs, ...otherStructs };
export { registryStructs, unicodeStringType };

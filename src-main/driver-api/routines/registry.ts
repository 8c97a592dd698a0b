/** The registry: a small key tree from the manifest's values. Lengths count bytes. */
import { input, optionalInput, optionalOutput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const key = input('KeyHandle', 'HANDLE', 'from ZwOpenKey or ZwCreateKey');
const opened = output('KeyHandle', 'Ref<HANDLE>', 'receives the handle; close it with ZwClose');
const access = input('DesiredAccess', 'ULONG', 'not checked');
const attributes = input('ObjectAttributes', 'Ref<OBJECT_ATTRIBUTES> | OBJECT_ATTRIBUTES', 'name, from \\Registry on or relative to RootDirectory');
const valueName = input('ValueName', 'PUNICODE_STRING | string', 'name of the value');
const infoClass = (name: string, values: string): ReturnType<typeof input> => input(name, 'ULONG', values);
const buffer = (name: string): ReturnType<typeof optionalOutput> => optionalOutput(name, 'KBUFFER', 'receives the structure');
const length = input('Length', 'ULONG', 'bytes there are');
const resultLength = output('ResultLength', 'Ref<number>', 'receives the bytes needed');
const denied = ['STATUS_ACCESS_DENIED', 'the key or handle does not allow it; not checked here'] as const;
const found = [['STATUS_SUCCESS', 'opened'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'there is no such key'], ['STATUS_OBJECT_PATH_SYNTAX_BAD', 'neither a root nor a full path'], ['STATUS_INVALID_HANDLE', 'RootDirectory is no key'], ['STATUS_INVALID_PARAMETER', 'no OBJECT_ATTRIBUTES'], denied] as const;
const sized = [['STATUS_SUCCESS', 'the whole structure is written'], ['STATUS_BUFFER_OVERFLOW', 'its fixed part is written, the rest as far as it fits'], ['STATUS_BUFFER_TOO_SMALL', 'not even the fixed part fits; nothing is written'], ['STATUS_INVALID_PARAMETER', 'no such class'], ['STATUS_INVALID_HANDLE', 'no key'], ['STATUS_KEY_DELETED', 'the key has been deleted']] as const;
const ended = [...sized, ['STATUS_NO_MORE_ENTRIES', 'Index is beyond the last one']] as const;
const index = input('Index', 'ULONG', 'from 0');
const done = [['STATUS_SUCCESS', 'done'], ['STATUS_INVALID_HANDLE', 'no key'], ['STATUS_KEY_DELETED', 'the key has been deleted'], denied] as const;

const handles = ownRows({ area: 'Registry', source: 'wdm.h: the page of the routine; driver-api-usage.md 1.3', irql: 'PASSIVE' }, [
  { name: 'ZwOpenKey', returns: 'NTSTATUS', parameters: [opened, access, attributes], statuses: found, meaning: 'Opens a key. A driver finds its manifest\'s values under RegistryPath and in its Parameters key.' },
  { name: 'ZwOpenKeyEx', returns: 'NTSTATUS', parameters: [opened, access, attributes, input('OpenOptions', 'ULONG', 'ignored')], statuses: found, meaning: 'As ZwOpenKey.' },
  {
    name: 'ZwCreateKey', returns: 'NTSTATUS', parameters: [opened, access, attributes, optionalInput('TitleIndex', 'ULONG', '0'), optionalInput('Class', 'PUNICODE_STRING', 'NULL'), input('CreateOptions', 'ULONG', 'ignored: nothing outlives a run'), optionalOutput('Disposition', 'Ref<number>', 'receives REG_CREATED_NEW_KEY or REG_OPENED_EXISTING_KEY')],
    statuses: [['STATUS_SUCCESS', 'made or opened'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'the key above is not there'], ['STATUS_OBJECT_PATH_SYNTAX_BAD', 'neither a root nor a full path'], ['STATUS_INVALID_HANDLE', 'RootDirectory is no key'], ['STATUS_INVALID_PARAMETER', 'no OBJECT_ATTRIBUTES']], meaning: 'Opens a key, making it when it is not there.',
  },
  { name: 'ZwDeleteKey', returns: 'NTSTATUS', parameters: [key], statuses: [...done, ['STATUS_CANNOT_DELETE', 'it has keys below it']], meaning: 'Deletes a key.' },
  {
    name: 'ZwQueryValueKey', returns: 'NTSTATUS', parameters: [key, valueName, infoClass('KeyValueInformationClass', 'KeyValueBasicInformation, KeyValueFullInformation or KeyValuePartialInformation'), buffer('KeyValueInformation'), length, resultLength],
    statuses: [...sized, ['STATUS_OBJECT_NAME_NOT_FOUND', 'there is no such value']], meaning: 'Reads a value: view(KEY_VALUE_PARTIAL_INFORMATION, buffer).',
  },
  { name: 'ZwSetValueKey', returns: 'NTSTATUS', parameters: [key, valueName, optionalInput('TitleIndex', 'ULONG', '0'), input('Type', 'ULONG', 'REG_DWORD, REG_SZ ...'), optionalInput('Data', 'unknown', 'a buffer, a text, or a number in a box'), input('DataSize', 'ULONG', 'bytes; texts with their end')], statuses: [...done, ['STATUS_INVALID_PARAMETER', 'Data is none of these']], meaning: 'Writes a value.' },
  { name: 'ZwDeleteValueKey', returns: 'NTSTATUS', parameters: [key, valueName], statuses: [...done, ['STATUS_OBJECT_NAME_NOT_FOUND', 'there is no such value']], meaning: 'Deletes a value.' },
  { name: 'ZwEnumerateKey', returns: 'NTSTATUS', parameters: [key, index, infoClass('KeyInformationClass', 'KeyBasicInformation, KeyNodeInformation or KeyFullInformation'), buffer('KeyInformation'), length, resultLength], statuses: ended, meaning: 'Facts about a key below, by its number.' },
  { name: 'ZwEnumerateValueKey', returns: 'NTSTATUS', parameters: [key, index, infoClass('KeyValueInformationClass', 'KeyValueBasicInformation, KeyValueFullInformation or KeyValuePartialInformation'), buffer('KeyValueInformation'), length, resultLength], statuses: ended, meaning: 'A value by its number.' },
  { name: 'ZwQueryKey', returns: 'NTSTATUS', parameters: [key, infoClass('KeyInformationClass', 'KeyBasicInformation, KeyNodeInformation or KeyFullInformation'), buffer('KeyInformation'), length, resultLength], statuses: sized, meaning: 'Facts about a key.' },
  { name: 'ZwFlushKey', returns: 'NTSTATUS', parameters: [key], statuses: done, meaning: 'Nothing to write out here.' },
  {
    name: 'IoOpenDriverRegistryKey', returns: 'NTSTATUS', parameters: [input('DriverObject', 'PDRIVER_OBJECT', 'as DriverEntry got it'), input('RegKeyType', 'ULONG', 'DriverRegKeyParameters or DriverRegKeyPersistentState'), access, input('Flags', 'ULONG', '0'), { ...opened, name: 'DriverRegKey' }],
    statuses: [['STATUS_SUCCESS', 'opened'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'the driver has no service key'], ['STATUS_INVALID_PARAMETER', 'another type']], meaning: 'Opens the driver\'s key with the manifest\'s values.',
  },
]);

const relativeTo = input('RelativeTo', 'ULONG', 'RTL_REGISTRY_ABSOLUTE, RTL_REGISTRY_SERVICES ...; RTL_REGISTRY_HANDLE: Path is a key');
const path = input('Path', 'PUNICODE_STRING | string | HANDLE', 'path below it');
const name = { ...valueName, optional: true };
const missing = [['STATUS_SUCCESS', 'done'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'there is no such key or value'], ['STATUS_INVALID_PARAMETER', 'RelativeTo or an entry makes no sense']] as const;
const paths = ownRows({ area: 'Registry', source: 'wdm.h: the page of the routine', irql: 'PASSIVE' }, [
  { name: 'RtlQueryRegistryValues', returns: 'NTSTATUS', parameters: [relativeTo, path, input('QueryTable', 'readonly RTL_QUERY_REGISTRY_TABLE[]', '{ QueryRoutine, Flags, Name, EntryContext, DefaultType, DefaultData, DefaultLength }'), optionalInput('Context', 'PVOID', 'handed to the routines'), optionalInput('Environment', 'PVOID', 'NULL')], statuses: missing, meaning: 'Reads several values. With RTL_QUERY_REGISTRY_DIRECT into EntryContext: a box for a number, a UNICODE_STRING for a text; otherwise QueryRoutine is called with each.' },
  { name: 'RtlWriteRegistryValue', returns: 'NTSTATUS', parameters: [relativeTo, path, valueName, input('ValueType', 'ULONG', 'REG_DWORD, REG_SZ ...'), optionalInput('ValueData', 'unknown', 'a buffer, a text, or a number in a box'), input('ValueLength', 'ULONG', 'bytes')], statuses: missing, meaning: 'Writes a value by its path.' },
  { name: 'RtlDeleteRegistryValue', returns: 'NTSTATUS', parameters: [relativeTo, path, name], statuses: missing, meaning: 'Deletes a value by its path.' },
  { name: 'RtlCreateRegistryKey', returns: 'NTSTATUS', parameters: [relativeTo, path], statuses: missing, meaning: 'Makes a key by its path.' },
  { name: 'RtlCheckRegistryKey', returns: 'NTSTATUS', parameters: [relativeTo, path], statuses: missing, meaning: 'Whether a key is there.' },
]);

export const registryRows: readonly RoutineRow[] = [...handles, ...paths];

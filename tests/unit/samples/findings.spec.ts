/** What drivers written against the API have found, each as small as it can be said. */
import { describe, expect, it } from 'vitest';
import type { DriverSource } from '../../../src-main/engine-host/messages.ts';
import { FO_CLEANUP_COMPLETE } from '../../../src-main/nt/values.generated.ts';
import { expected, Scenario } from '../../support/scenarios/scenario.ts';

/** A driver with these operations and whatever else its text declares. */
function driver(name: string, operations: string, text: string, altitude = '370000'): DriverSource {
  const source = `${text}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [${operations}], FilterUnloadCallback: () => { FltUnregisterFilter(filter.value); return STATUS_SUCCESS; } }, filter);
  return FltStartFiltering(filter.value);
}`;
  return { id: 1, name, altitude, source, manifest: null };
}

const printName = `function PrintName(Data: PFLT_CALLBACK_DATA): void {
  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, name))) return;
  DbgPrint('%wZ\\n', name.value.Name);
  FltReleaseFileNameInformation(name.value);
}`;

describe('names of an open that gets another name', () => {
  it('are asked for again: the cache does not keep what the first create was for', () => {
    const redirect = driver('redirect', '[IRP_MJ_CREATE, 0, Pre, null]', `${printName}
function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PrintName(Data);
  if (FltObjects.FileObject === null || FltObjects.FileObject.FileName.Buffer !== '\\\\old') return FLT_PREOP_SUCCESS_NO_CALLBACK;
  IoReplaceFileObjectName(FltObjects.FileObject, '\\\\Device\\\\HarddiskVolume1\\\\new', 56);
  Data.IoStatus.Status = STATUS_REPARSE;
  Data.IoStatus.Information = IO_REPARSE;
  return FLT_PREOP_COMPLETE;
}`);
    const s = new Scenario({ drivers: [redirect], files: { '\\new': '' } });
    s.create('A', '\\old');
    expect(s.lines().filter((line) => line.startsWith('DBG'))).toEqual(['DBG "\\Device\\HarddiskVolume1\\old"', 'DBG "\\Device\\HarddiskVolume1\\new"']);
  });
});

describe('a file object after its cleanup', () => {
  it('can be asked about itself until it is closed, but has no data any more', () => {
    const asker = driver('asker', '[IRP_MJ_CLEANUP, 0, () => FLT_PREOP_SYNCHRONIZE, Post]', `function Post(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS): FLT_POSTOP_CALLBACK_STATUS {
  const buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, 512, 'Tag1');
  if (buffer === null || FltObjects.Instance === null || FltObjects.FileObject === null) return FLT_POSTOP_FINISHED_PROCESSING;
  DbgPrint('%08x\\n', FltQueryInformationFile(FltObjects.Instance, FltObjects.FileObject, buffer, 24, FileStandardInformation, null));
  DbgPrint('%08x\\n', FltReadFile(FltObjects.Instance, FltObjects.FileObject, LARGE_INTEGER(0n), 512, buffer, 0, null, null, null));
  ExFreePoolWithTag(buffer, 'Tag1');
  return FLT_POSTOP_FINISHED_PROCESSING;
}`);
    const s = new Scenario({ drivers: [asker], files: { '\\f': 'x' } });
    s.create('A', '\\f');
    s.lines();
    s.cleanup('A');
    expect(s.handle('A').Flags & FO_CLEANUP_COMPLETE).not.toBe(0);
    expect(s.lines()).toEqual(expected(`
      2 FS CLEANUP
      2.1 QUERY Standard
      DBG "00000000"
      VIOL FV-116
      DBG "c000000d"
      2 post asker
      2 OUT SUCCESS
    `).toSpliced(0, 0, '2 pre asker → SYNCHRONIZE'));
  });
});

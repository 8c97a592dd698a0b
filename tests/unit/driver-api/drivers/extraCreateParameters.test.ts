/** Two drivers that talk by extra create parameters. Source: filter-manager-objects.md 6.5 (GEN-043, GEN-044); the pages of the routines. */
import { describe, expect, it } from 'vitest';
import { STATUS_SUCCESS } from '../../../../src-main/nt/values.generated.ts';
import { LoadedDrivers } from '../../../support/driver-api/loadedDrivers.ts';
import { typeErrors } from '../../../support/driver-api/typeErrors.ts';

const guid = '{3f2504e0-4f89-41d3-9a0c-0305e82c3301}';

/** Adds a parameter to the program's creates, and asks with one of its own. */
const sender = `
const GUID_ECP_MARK = new GUID("${guid}");
let gFilter: PFLT_FILTER;

function EcpCleanup(EcpContext: PVOID, EcpType: string): void {
  DbgPrint("cleanup: %u %s", EcpContext.Count, IsEqualGUID(EcpType, GUID_ECP_MARK) ? "mark" : "other");
}

function NewList(Count: number, List: Ref<PECP_LIST | null>): NTSTATUS {
  const context = ref<any>();
  let status = FltAllocateExtraCreateParameterList(gFilter, 0, List);
  if (!NT_SUCCESS(status) || List.value === null) return status;
  status = FltAllocateExtraCreateParameter(gFilter, GUID_ECP_MARK, 8, FSRTL_ALLOCATE_ECP_FLAG_NONPAGED_POOL, EcpCleanup, "EcpM", context);
  if (NT_SUCCESS(status)) {
    context.value.Count = Count;
    status = FltInsertExtraCreateParameter(gFilter, List.value, context.value);
    if (!NT_SUCCESS(status)) FltFreeExtraCreateParameter(gFilter, context.value);
  }
  if (!NT_SUCCESS(status)) FltFreeExtraCreateParameterList(gFilter, List.value);
  return status;
}

function Probe(Instance: PFLT_INSTANCE): void {
  const list = ref<PECP_LIST>();
  if (!NT_SUCCESS(NewList(2, list))) return;
  const attributes = ref<OBJECT_ATTRIBUTES>();
  InitializeObjectAttributes(attributes, new UNICODE_STRING("\\\\Device\\\\HarddiskVolume1\\\\probe.txt"), OBJ_KERNEL_HANDLE, null, null);
  const driverContext = ref<IO_DRIVER_CREATE_CONTEXT>();
  IoInitializeDriverCreateContext(driverContext);
  driverContext.value.ExtraCreateParameter = list.value;
  const [handle, iosb, found] = [ref<HANDLE>(), ref<IO_STATUS_BLOCK>(), ref<any>()];
  const status = FltCreateFileEx2(gFilter, Instance, handle, null, FILE_GENERIC_READ, attributes, iosb, null, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_READ, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT, null, 0, 0, driverContext);
  if (NT_SUCCESS(FltFindExtraCreateParameter(gFilter, list.value, GUID_ECP_MARK, found, null))) {
    DbgPrint("probe: %08x, acknowledged %u", status, FltIsEcpAcknowledged(gFilter, found.value) ? 1 : 0);
    FltPrepareToReuseEcp(gFilter, found.value);
    DbgPrint("reused: %u", FltIsEcpAcknowledged(gFilter, found.value) ? 1 : 0);
  }
  if (NT_SUCCESS(status)) FltClose(handle.value);
  FltFreeExtraCreateParameterList(gFilter, list.value);
}

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const [existing, list] = [ref<PECP_LIST | null>(), ref<PECP_LIST>()];
  let status = FltGetEcpListFromCallbackData(gFilter, Data, existing);
  if (!NT_SUCCESS(status) || existing.value !== null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  status = NewList(1, list);
  if (!NT_SUCCESS(status)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  status = FltSetEcpListIntoCallbackData(gFilter, Data, list.value);
  if (!NT_SUCCESS(status)) {
    FltFreeExtraCreateParameterList(gFilter, list.value);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function PostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  if (!FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) && FltObjects.Instance !== null) Probe(FltObjects.Instance);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const list = ref<PECP_LIST | null>();
  DbgPrint("no create: %08x %08x", FltGetEcpListFromCallbackData(gFilter, Data, list), FltSetEcpListIntoCallbackData(gFilter, Data, null));
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, PostCreate], [IRP_MJ_READ, 0, PreRead]], FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
`;

/** Reads whatever comes with a create. */
const receiver = `
const GUID_ECP_MARK = new GUID("${guid}");
let gFilter: PFLT_FILTER;

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const list = ref<PECP_LIST | null>();
  if (!NT_SUCCESS(FltGetEcpListFromCallbackData(gFilter, Data, list)) || list.value === null) {
    DbgPrint("below: %wZ without", FltObjects.FileObject?.FileName);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  const [type, context, size] = [ref<string>(), ref<any>(), ref<number>()];
  let current: PVOID = null;
  while (NT_SUCCESS(FltGetNextExtraCreateParameter(gFilter, list.value, current, type, context, size))) {
    if (IsEqualGUID(type.value, GUID_ECP_MARK) && !FltIsEcpFromUserMode(gFilter, context.value)) {
      DbgPrint("below: %wZ with %u (%u bytes)", FltObjects.FileObject?.FileName, context.value.Count, size.value);
      FltAcknowledgeEcp(gFilter, context.value);
    }
    current = context.value;
  }
  if (FltFindExtraCreateParameter(gFilter, list.value, GUID_ECP_OPLOCK_KEY, context, null) !== STATUS_NOT_FOUND) DbgPrint("oplock key");
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate]], FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; } }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
`;

describe('drivers with extra create parameters', () => {
  it('are sound programs to the type checker', () => {
    expect(typeErrors({ '/sender.ts': `export {};\n${sender}`, '/receiver.ts': `export {};\n${receiver}` })).toEqual([]);
  });

  it('pass them down, acknowledge them, and free them once', () => {
    const run = new LoadedDrivers([{ name: 'sender', source: sender }, { name: 'receiver', source: receiver, altitude: '310000' }]);
    const { operation, file } = run.create('\\a.txt');
    expect(operation.status).toBe(STATUS_SUCCESS);
    expect(run.printed).toEqual([
      'below: \\a.txt with 1 (8 bytes)',
      // The probe's list is the driver's own to free; that of the program's create goes at its end.
      'below: \\probe.txt with 2 (8 bytes)', 'probe: 00000000, acknowledged 1', 'reused: 0', 'cleanup: 2 mark', 'cleanup: 1 mark',
    ]);
    run.printed.length = 0;
    run.read(file, 4);
    expect(run.printed).toEqual(['no create: c000000d c00000f0']);
    expect([run.unload('sender'), run.unload('receiver')]).toEqual([STATUS_SUCCESS, STATUS_SUCCESS]);
    expect(run.ids()).toEqual([]);
  });
});

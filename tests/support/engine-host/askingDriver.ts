/** A driver that asks its service before a create is allowed, and the scripts that answer it. */
import type { DriverManifest, DriverSource } from '../../../src-main/engine-host/messages.ts';

/** Fail open: a create is refused only by an answer. `timeout`: milliseconds, 0 waits without limit. */
export const askingSource = (timeout: number): string => `
interface Question { Pid: number; NameLength: number; Name: string; }
const QUESTION = struct({ Pid: ULONG, NameLength: ULONG, Name: WCHAR.array(256) });
const ANSWER = struct({ SafeToOpen: ULONG });

let gFilter: PFLT_FILTER;
let gServerPort: PFLT_PORT;
const gClientPort = ref<PFLT_PORT | null>();
const gUserProcess = ref<PEPROCESS | null>();

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, null]], FilterUnloadCallback: Unload }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  const descriptor = ref<PSECURITY_DESCRIPTOR | null>();
  status = FltBuildDefaultSecurityDescriptor(descriptor, 0x1F0001 /* FLT_PORT_ALL_ACCESS */);
  if (!NT_SUCCESS(status)) return status;
  const attributes = ref<OBJECT_ATTRIBUTES>();
  InitializeObjectAttributes(attributes, "\\\\AskPort", OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, null, descriptor.value);
  const port = ref<PFLT_PORT>();
  status = FltCreateCommunicationPort(gFilter, port, attributes, null, Connect, Disconnect, Message, 2);
  FltFreeSecurityDescriptor(descriptor.value);
  if (!NT_SUCCESS(status)) return status;
  gServerPort = port.value;
  return FltStartFiltering(gFilter);
}

function Unload(Flags: number): NTSTATUS {
  FltCloseCommunicationPort(gServerPort);
  FltUnregisterFilter(gFilter);
  return STATUS_SUCCESS;
}

function Connect(ClientPort: PFLT_PORT, Cookie: PVOID, Context: PVOID, Size: number, ConnectionCookie: Ref<PVOID>): NTSTATUS {
  if (Size === 4 && Context.u32(0) === 0xdead) return STATUS_ACCESS_DENIED;
  DbgPrint("connected by %s, context of %u bytes", PsGetProcessImageFileName(PsGetCurrentProcess()), Size);
  gClientPort.value = ClientPort;
  gUserProcess.value = PsGetCurrentProcess();
  return STATUS_SUCCESS;
}

function Disconnect(ConnectionCookie: PVOID): void {
  DbgPrint("disconnected");
  FltCloseClientPort(gFilter, gClientPort);
  gUserProcess.value = null;
}

function Message(Cookie: PVOID, Input: KBUFFER, InputLength: number, Output: KBUFFER, OutputLength: number, Returned: Ref<number>): NTSTATUS {
  if (InputLength < 4 || OutputLength < 4) return STATUS_INVALID_PARAMETER;
  Output.setU32(0, Input.u32(0) + 1);
  Returned.value = 4;
  return STATUS_SUCCESS;
}

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (gUserProcess.value !== null && FltGetRequestorProcess(Data) === gUserProcess.value) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const question = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(QUESTION), "Qstn");
  const answer = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(ANSWER), "Answ");
  const q = view(QUESTION, question);
  const name = FltObjects.FileObject.FileName.Buffer;
  q.Pid = FltGetRequestorProcessId(Data);
  q.NameLength = name.length * 2;
  q.Name = name;
  const length = ref<number>(sizeof(ANSWER));
  const status = FltSendMessage(gFilter, gClientPort, question, sizeof(QUESTION), answer, length, ${timeout === 0 ? 'null' : `LARGE_INTEGER(${-timeout * 10_000}n)`});
  DbgPrint("asked for %s: %08x", name, status);
  const safe = status !== STATUS_SUCCESS || view(ANSWER, answer).SafeToOpen !== 0;
  ExFreePoolWithTag(question, "Qstn");
  ExFreePoolWithTag(answer, "Answ");
  if (safe) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}
`;

export const asking = (service: string | null, timeout = 1000, manifest: DriverManifest | null = null): DriverSource => ({ id: 1, name: 'asking', altitude: '328010', source: askingSource(timeout), manifest, service });

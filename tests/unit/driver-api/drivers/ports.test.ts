/** A driver that asks its program before a file may be opened. Source: filter-manager-objects.md 7.2 to 7.4; driver-api-usage.md 5.10. */
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src-main/engine/index.ts';
import { STATUS_ACCESS_DENIED, STATUS_SUCCESS } from '../../../../src-main/nt/values.generated.ts';
import { LoadedDrivers, textIn } from '../../../support/driver-api/loadedDrivers.ts';
import { typeErrors } from '../../../support/driver-api/typeErrors.ts';

const source = `
const PORT_NAME = "\\\\GuardPort";
const QUESTION = struct({ ProcessId: ULONG, NameLength: ULONG, Name: WCHAR.array(64) });
const ANSWER = struct({ Allow: BOOLEAN });

let gFilter: PFLT_FILTER;
let gServerPort: PFLT_PORT | null = null;
const gClientPort = ref<PFLT_PORT>();

function PortConnect(ClientPort: PFLT_PORT, ServerPortCookie: PVOID, ConnectionContext: KBUFFER | null, SizeOfContext: number, ConnectionPortCookie: Ref<PVOID>): NTSTATUS {
  if (SizeOfContext < 4 || ConnectionContext === null || ConnectionContext.u32(0) !== 7) return STATUS_ACCESS_DENIED;
  gClientPort.value = ClientPort;
  ConnectionPortCookie.value = { served: 0 };
  return STATUS_SUCCESS;
}

function PortDisconnect(ConnectionCookie: PVOID): void {
  DbgPrint("gone after %u", ConnectionCookie.served);
  FltCloseClientPort(gFilter, gClientPort);
}

function PortMessage(PortCookie: PVOID, InputBuffer: KBUFFER | null, InputBufferLength: number, OutputBuffer: KBUFFER | null, OutputBufferLength: number, ReturnOutputBufferLength: Ref<number>): NTSTATUS {
  if (InputBuffer === null || InputBufferLength < 4 || OutputBuffer === null) return STATUS_INVALID_PARAMETER;
  if (OutputBufferLength < 4) return STATUS_BUFFER_TOO_SMALL;
  try {
    PortCookie.served++;
    OutputBuffer.setU32(0, InputBuffer.u32(0) * 2);
  } catch (error) {
    return STATUS_ACCESS_VIOLATION;
  }
  ReturnOutputBufferLength.value = 4;
  return STATUS_SUCCESS;
}

function* PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): Generator<unknown, FLT_PREOP_CALLBACK_STATUS, void> {
  const info = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, info))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const memory = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(QUESTION), "Grd1");
  const answer = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(ANSWER), "Grd2");
  let verdict: FLT_PREOP_CALLBACK_STATUS = FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (memory !== null && answer !== null) {
    const question = view(QUESTION, memory);
    question.ProcessId = FltGetRequestorProcessId(Data);
    question.NameLength = info.value.Name.Length;
    question.Name = info.value.Name.Buffer;
    const replyLength = ref(sizeof(ANSWER));
    const status = yield* FltSendMessage(gFilter, gClientPort, question, sizeof(QUESTION), answer, replyLength, LARGE_INTEGER(-10_000_000n));
    DbgPrint("asked: %08x, %u bytes", status, replyLength.value);
    if (status === STATUS_SUCCESS && !view(ANSWER, answer).Allow) {
      Data.IoStatus.Status = STATUS_ACCESS_DENIED;
      Data.IoStatus.Information = 0;
      verdict = FLT_PREOP_COMPLETE;
    }
  }
  if (memory !== null) ExFreePoolWithTag(memory, "Grd1");
  if (answer !== null) ExFreePoolWithTag(answer, "Grd2");
  FltReleaseFileNameInformation(info.value);
  return verdict;
}

function Unload(Flags: number): NTSTATUS {
  if (gServerPort !== null) FltCloseCommunicationPort(gServerPort);
  FltUnregisterFilter(gFilter);
  return STATUS_SUCCESS;
}

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, null]], FilterUnloadCallback: Unload }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;

  const descriptor = ref<PSECURITY_DESCRIPTOR | null>();
  status = FltBuildDefaultSecurityDescriptor(descriptor, FLT_PORT_ALL_ACCESS);
  if (NT_SUCCESS(status)) {
    const name = ref<UNICODE_STRING>();
    RtlInitUnicodeString(name, PORT_NAME);
    const attributes = ref<OBJECT_ATTRIBUTES>();
    InitializeObjectAttributes(attributes, name.value, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, null, descriptor.value);
    const port = ref<PFLT_PORT>();
    status = FltCreateCommunicationPort(gFilter, port, attributes, null, PortConnect, PortDisconnect, PortMessage, 1);
    gServerPort = port.value;
    if (descriptor.value !== null) FltFreeSecurityDescriptor(descriptor.value);
  }
  if (NT_SUCCESS(status)) status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) Unload(0);
  return status;
}
`;

/** The program behind the port. */
function connected(run: LoadedDrivers): Connection {
  const context = run.buffer(4);
  context.setU32(0, 7);
  const result = run.engine.ports.connect({ name: '\\GuardPort', thread: run.thread, context, contextSize: 4 }).result;
  if (result?.connection === null || result === null) throw new Error('not connected');
  return result.connection;
}

describe('a driver with a communication port', () => {
  it('is a sound program to the type checker', () => {
    expect(typeErrors({ '/guard.ts': source })).toEqual([]);
  });

  it('asks its program, and does what it says', () => {
    const run = new LoadedDrivers([{ name: 'guard', source }]);
    const connection = connected(run);
    const opens = [true, false].map((allow) => {
      const call = run.engine.ports.getMessage(connection, { size: 16 + 136, thread: run.thread });
      const { operation } = run.create('\\docs.txt');
      expect(operation.state).not.toBe('completed');
      const { data, replyLength, messageId } = call.result ?? { data: new Uint8Array(0), replyLength: 0, messageId: 0n };
      // ProcessId, NameLength, then the name in UTF-16; the reply the driver expects is counted with its header of 16 bytes.
      expect([data[0], data.length, replyLength]).toEqual([1234 & 0xff, 136, 17]);
      expect(textIn(data.subarray(8).filter((_, at) => at % 2 === 0))).toBe('\\Device\\HarddiskVolume1\\docs.txt');
      expect(run.engine.ports.reply(connection, { messageId, status: 0, data: Uint8Array.of(allow ? 1 : 0), thread: run.thread })).toBe(0);
      run.engine.settle();
      return operation.status;
    });
    expect(opens).toEqual([STATUS_SUCCESS, STATUS_ACCESS_DENIED]);
    expect(run.printed).toEqual(['asked: 00000000, 1 bytes', 'asked: 00000000, 1 bytes']);
    expect(run.ids()).toEqual([]);
  });

  it('goes on without an answer when the time is up, and after the program has gone', () => {
    const run = new LoadedDrivers([{ name: 'guard', source }]);
    const connection = connected(run);
    const { operation } = run.create('\\slow.txt');
    run.engine.advanceTo(run.engine.time + 20_000_000n);
    expect(operation.status).toBe(STATUS_SUCCESS);
    run.engine.ports.close(connection, run.thread);
    run.engine.settle();
    expect(run.create('\\free.txt').operation.status).toBe(STATUS_SUCCESS);
    // STATUS_TIMEOUT, then STATUS_PORT_DISCONNECTED.
    expect(run.printed).toEqual(['asked: 00000102, 1 bytes', 'gone after 0', 'asked: c0000037, 1 bytes']);
    expect(run.unload('guard')).toBe(STATUS_SUCCESS);
    expect(run.ids()).toEqual([]);
  });

  it('refuses a wrong program, takes one at a time, and answers its messages', () => {
    const run = new LoadedDrivers([{ name: 'guard', source }]);
    const { ports } = run.engine;
    expect(ports.connect({ name: '\\GuardPort', thread: run.thread, context: run.buffer(4), contextSize: 4 }).result?.hresult).toBe(0x80070005);
    expect(ports.connect({ name: '\\guardport', thread: run.thread, administrator: false }).result?.hresult).toBe(0x80070005);
    const connection = connected(run);
    expect(ports.connect({ name: '\\GuardPort', thread: run.thread }).result?.hresult).toBe(0x800704d6);
    const [input, output] = [run.buffer(4), run.buffer(4)];
    input.setU32(0, 21);
    expect(ports.send(connection, { thread: run.thread, input, inputLength: 4, output, outputLength: 4 }).result).toEqual({ hresult: 0, returned: 4 });
    expect(output.u32(0)).toBe(42);
    expect(ports.send(connection, { thread: run.thread, input, inputLength: 4, output, outputLength: 2 }).result?.hresult).toBe(0x8007007a);
    ports.close(connection, run.thread);
    expect(run.printed).toEqual(['gone after 1']);
  });
});

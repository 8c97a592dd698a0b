/** Hints about memory, found where driver code touches it, each at its line, and none for the corrected driver. */
import { describe, expect, it } from 'vitest';
import { runHere } from '../../support/engine-host/runHere.ts';
import { create, eventsOf, operation, oplock, ownDriver, read } from '../../support/engine-host/runs.ts';

const write = (index: number, fields: Parameters<typeof operation>[1] = {}) => operation(index, { operation: 'WriteFile', major: 4, offset: 0n, length: 64, information: 64, ...fields });
const dispositionEx = (index: number) => operation(index, { operation: 'SetDispositionInformationEx', major: 6, detail: { FileInformationClass: 64, Length: 4 }, length: 4 });

/** A driver with a pre and a post callback for three operations; the bodies begin on the lines given. */
const driver = (bodies: { readonly preRead?: string; readonly postRead?: string; readonly preWrite?: string; readonly preSet?: string }) => ownDriver('probe', `let gFilter: PFLT_FILTER;
function PreRead(Data, FltObjects, CompletionContext) {
${bodies.preRead ?? ''}
return FLT_PREOP_SUCCESS_WITH_CALLBACK; }
function PostRead(Data, FltObjects, CompletionContext, Flags) {
${bodies.postRead ?? ''}
return FLT_POSTOP_FINISHED_PROCESSING; }
function PreWrite(Data, FltObjects, CompletionContext) {
${bodies.preWrite ?? ''}
return FLT_PREOP_SUCCESS_NO_CALLBACK; }
function PreSet(Data, FltObjects, CompletionContext) {
${bodies.preSet ?? ''}
return FLT_PREOP_SUCCESS_NO_CALLBACK; }
export function DriverEntry(DriverObject, RegistryPath) {
  const filter = ref();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, PostRead], [IRP_MJ_WRITE, 0, PreWrite, null], [IRP_MJ_SET_INFORMATION, 0, PreSet, null]],
    InstanceQueryTeardownCallback: () => STATUS_SUCCESS, FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; } }, filter);
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
`);

const hints = (bodies: Parameters<typeof driver>[0], ...operations: ReturnType<typeof read>[]): string[] => {
  const log = runHere({ drivers: [driver(bodies)], operations: [create(1), ...operations] });
  expect(log.problems).toEqual([]);
  return eventsOf(log).filter(({ kind }) => kind === 'hint').map(({ name, line }) => `${name}:${line}`);
};

const failing = read(2, { status: 0xc0000011 | 0, information: 0 });

describe('a hint about memory', () => {
  it('B-12, D-14, D-16: the output of a read', () => {
    const bad = 'const b = Data.Iopb.Parameters.Read.ReadBuffer;\nif (b.u8(0) === 77) DbgPrint("an executable");\nb.setU8(200, 1);';
    expect(hints({ postRead: bad }, read(2, { length: 4096, information: 100 }))).toEqual(['D-16:7', 'D-14:8']);
    expect(hints({ postRead: bad.split('\n').slice(0, 2).join('\n') }, { ...failing })).toContain('B-12:7');
    const good = 'if (NT_SUCCESS(Data.IoStatus.Status) && Data.IoStatus.Information > 99) Data.Iopb.Parameters.Read.ReadBuffer.setU8(99, 1);';
    expect(hints({ postRead: good }, read(2, { length: 4096, information: 100 }), { ...failing, index: 3 as never })).toEqual([]);
  });

  it('D-10: data of a write changed in place, and a copy that is', () => {
    expect(hints({ preWrite: 'Data.Iopb.Parameters.Write.WriteBuffer.setU8(0, 1);' }, write(2))).toEqual(['D-10:9']);
    const good = 'const copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, "Copy");\nRtlCopyMemory(copy, Data.Iopb.Parameters.Write.WriteBuffer, 64);\ncopy.setU8(0, 1);\nExFreePoolWithTag(copy, "Copy");';
    expect(hints({ preWrite: good }, write(2))).toEqual([]);
  });

  it('D-11: the address of a buffer that has an MDL', () => {
    const locked = 'if (NT_SUCCESS(FltLockUserBuffer(Data))) {\n';
    // What the callback received names the MDL: a driver below the one that has locked it.
    const other = { ...driver({ preWrite: `${locked}}` }), id: 2, name: 'above', altitude: '400000' };
    const run = (body: string): string[] => {
      const log = runHere({ drivers: [other, driver({ preWrite: body })], operations: [create(1), write(2)] });
      return eventsOf(log).filter(({ kind }) => kind === 'hint').map(({ name, line }) => `${name}:${line}`);
    };
    expect(run('Data.Iopb.Parameters.Write.WriteBuffer.isKnown();\nData.Iopb.Parameters.Write.WriteBuffer.at(0).setU8; RtlCompareMemory(Data.Iopb.Parameters.Write.WriteBuffer, Data.Iopb.Parameters.Write.WriteBuffer, 4);')).toContain('D-11:10');
    expect(run('const { MdlAddress } = Data.Iopb.Parameters.Write;\nif (MdlAddress !== null) MmGetSystemAddressForMdlSafe(MdlAddress, NormalPagePriority);')).toEqual([]);
  });

  it('D-05: a buffer freed in pre that the operation below has', () => {
    const bad = 'const own = ExAllocatePool2(POOL_FLAG_NON_PAGED, 4096, "Swap");\nData.Iopb.Parameters.Read.ReadBuffer = own;\nExFreePoolWithTag(own, "Swap");\nData.Iopb.Parameters.Read.ReadBuffer = null;';
    expect(hints({ preRead: bad }, read(2))).toContain('D-05:5');
    const good = 'const own = ExAllocatePool2(POOL_FLAG_NON_PAGED, 4096, "Swap");\nExFreePoolWithTag(own, "Swap");';
    expect(hints({ preRead: good }, read(2))).toEqual([]);
  });

  it('G-02: flags read as a BOOLEAN', () => {
    expect(hints({ preSet: 'if (view(FILE_DISPOSITION_INFORMATION, Data.Iopb.Parameters.SetFileInformation.InfoBuffer).DeleteFile) DbgPrint("deleted");' }, dispositionEx(2))).toContain('G-02:12');
    expect(hints({ preSet: 'view(FILE_DISPOSITION_INFORMATION_EX, Data.Iopb.Parameters.SetFileInformation.InfoBuffer);' }, dispositionEx(2))).toEqual([]);
  });

  it('E-08: the caller\'s buffer in a worker', () => {
    const queue = (prepare: string, use: string) => `${prepare}const item = FltAllocateDeferredIoWorkItem();
const b = Data.Iopb.Parameters.Write.WriteBuffer;
FltQueueDeferredIoWorkItem(item, Data, (i, D, c) => {
  ${use}
  FltFreeDeferredIoWorkItem(i); FltCompletePendedPreOperation(D, FLT_PREOP_SUCCESS_NO_CALLBACK, null); }, DelayedWorkQueue, null);
return FLT_PREOP_PENDING;`;
    expect(hints({ preWrite: queue('', 'RtlCompareMemory(b, b, 4);') }, write(2))).toContain('E-08:12');
    expect(hints({ preWrite: queue('FltLockUserBuffer(Data);', 'MmGetSystemAddressForMdlSafe(D.Iopb.Parameters.Write.MdlAddress, NormalPagePriority);') }, write(2))).toEqual([]);
  });

  it('H-20: the current process in the post of a request that another thread completes', () => {
    const onFsctl = (body: string) => {
      const source = driver({ postRead: body });
      return { ...source, source: source.source.replace('[[IRP_MJ_READ,', '[[IRP_MJ_FILE_SYSTEM_CONTROL,') };
    };
    const run = (body: string): string[] => {
      const log = runHere({ drivers: [onFsctl(body)], operations: [create(1), oplock(2, { duration: 50_000n })] });
      return eventsOf(log).filter(({ kind }) => kind === 'hint').map(({ name, line }) => `${name}:${line}`);
    };
    expect(run('PsGetCurrentProcess();')).toEqual(['H-20:6']);
    expect(run('FltGetRequestorProcess(Data);')).toEqual([]);
  });
});

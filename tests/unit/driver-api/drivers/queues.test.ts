/** A driver that holds reads in a cancel-safe queue until a worker hands them back. Source: filter-manager-core.md 4.3; driver-api-usage.md 5.10. */
import { describe, expect, it } from 'vitest';
import { STATUS_CANCELLED, STATUS_SUCCESS } from '../../../../src-main/nt/values.generated.ts';
import { LoadedDrivers } from '../../../support/driver-api/loadedDrivers.ts';
import { typeErrors } from '../../../support/driver-api/typeErrors.ts';

const source = `
interface INSTANCE_CONTEXT {
  Cbdq: FLT_CALLBACK_DATA_QUEUE;
  QueueHead: LIST_ENTRY;
  Lock: PFAST_MUTEX;
  WorkerRunning: Ref<number>;
  Held: Ref<number>;
  Instance: PFLT_INSTANCE;
}

let gFilter: PFLT_FILTER;

function CsAcquire(Cbdq: PFLT_CALLBACK_DATA_QUEUE, Irql: Ref<number>): void {
  ExAcquireFastMutex(Cbdq.Context.Lock);
}

function CsRelease(Cbdq: PFLT_CALLBACK_DATA_QUEUE, Irql: number): void {
  ExReleaseFastMutex(Cbdq.Context.Lock);
}

function CsInsertIo(Cbdq: PFLT_CALLBACK_DATA_QUEUE, Data: PFLT_CALLBACK_DATA, InsertContext: PVOID): NTSTATUS {
  const context: INSTANCE_CONTEXT = Cbdq.Context;
  const wasEmpty = IsListEmpty(context.QueueHead);
  InsertTailList(context.QueueHead, Data.QueueLinks);
  InterlockedIncrement(context.Held);
  if (wasEmpty && InterlockedIncrement(context.WorkerRunning) === 1) {
    const item = FltAllocateGenericWorkItem();
    // The worker may come after the instance has gone.
    FltReferenceContext(context);
    if (item === null || !NT_SUCCESS(FltQueueGenericWorkItem(item, context.Instance, Worker, DelayedWorkQueue, context))) {
      RemoveTailList(context.QueueHead);
      FltReleaseContext(context);
      return STATUS_INSUFFICIENT_RESOURCES;
    }
  }
  return STATUS_SUCCESS;
}

function CsRemoveIo(Cbdq: PFLT_CALLBACK_DATA_QUEUE, Data: PFLT_CALLBACK_DATA): void {
  RemoveEntryList(Data.QueueLinks);
}

function CsPeekNextIo(Cbdq: PFLT_CALLBACK_DATA_QUEUE, Data: PFLT_CALLBACK_DATA | null, PeekContext: PVOID): PFLT_CALLBACK_DATA | null {
  const context: INSTANCE_CONTEXT = Cbdq.Context;
  const next = Data === null ? context.QueueHead.Flink : Data.QueueLinks.Flink;
  return next === context.QueueHead ? null : CONTAINING_RECORD<FLT_CALLBACK_DATA>(next, "FLT_CALLBACK_DATA", "QueueLinks");
}

function CsCompleteCanceledIo(Cbdq: PFLT_CALLBACK_DATA_QUEUE, Data: PFLT_CALLBACK_DATA): void {
  Data.IoStatus.Status = STATUS_CANCELLED;
  Data.IoStatus.Information = 0;
  FltCompletePendedPreOperation(Data, FLT_PREOP_COMPLETE, null);
}

function Drain(context: INSTANCE_CONTEXT): void {
  for (let data = FltCbdqRemoveNextIo(context.Cbdq, null); data !== null; data = FltCbdqRemoveNextIo(context.Cbdq, null)) {
    DbgPrint("worker: %u bytes", data.Iopb.Parameters.Read.Length);
    FltCompletePendedPreOperation(data, FLT_PREOP_SUCCESS_NO_CALLBACK, null);
  }
}

function* Worker(FltWorkItem: PFLT_GENERIC_WORKITEM, FltObject: PVOID, Context: PVOID): Generator<unknown, void, void> {
  const context: INSTANCE_CONTEXT = Context;
  const interval = LARGE_INTEGER(-10_000_000n);
  yield* KeDelayExecutionThread(KernelMode, false, interval);
  Drain(context);
  context.WorkerRunning.value = 0;
  FltReleaseContext(context);
  FltFreeGenericWorkItem(FltWorkItem);
}

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (!FLT_IS_IRP_OPERATION(Data) || FlagOn(Data.Iopb.IrpFlags, IRP_PAGING_IO) || FltObjects.Instance === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const found = ref<any>();
  if (!NT_SUCCESS(FltGetInstanceContext(FltObjects.Instance, found))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const status = FltCbdqInsertIo(found.value.Cbdq, Data, null, null);
  FltReleaseContext(found.value);
  DbgPrint("insert: %08x", status);
  return NT_SUCCESS(status) ? FLT_PREOP_PENDING : FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function InstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  if (FltObjects.Instance === null) return STATUS_FLT_DO_NOT_ATTACH;
  const allocated = ref<any>();
  let status = FltAllocateContext(FltObjects.Filter, FLT_INSTANCE_CONTEXT, 256, NonPagedPoolNx, allocated);
  if (!NT_SUCCESS(status)) return status;
  const context: INSTANCE_CONTEXT = allocated.value;
  context.Instance = FltObjects.Instance;
  context.Lock = {};
  context.WorkerRunning = ref(0);
  context.Held = ref(0);
  context.QueueHead = new LIST_ENTRY();
  context.Cbdq = { LockKind: "mutex", Context: context };
  InitializeListHead(context.QueueHead);
  ExInitializeFastMutex(context.Lock);
  status = FltCbdqInitialize(FltObjects.Instance, context.Cbdq, CsInsertIo, CsRemoveIo, CsPeekNextIo, CsAcquire, CsRelease, CsCompleteCanceledIo);
  if (NT_SUCCESS(status)) status = FltSetInstanceContext(FltObjects.Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context, null);
  FltReleaseContext(context);
  return status;
}

function TeardownStart(FltObjects: PCFLT_RELATED_OBJECTS, Reason: number): void {
  const found = ref<any>();
  if (FltObjects.Instance === null || !NT_SUCCESS(FltGetInstanceContext(FltObjects.Instance, found))) return;
  FltCbdqDisable(found.value.Cbdq);
  Drain(found.value);
  FltReleaseContext(found.value);
}

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, {
    ContextRegistration: [[FLT_INSTANCE_CONTEXT, 0, null, 256, "CsIn"]],
    OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]],
    InstanceSetupCallback: InstanceSetup,
    InstanceTeardownStartCallback: TeardownStart,
    FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
`;

describe('a driver with a cancel-safe queue', () => {
  it('is a sound program to the type checker', () => {
    expect(typeErrors({ '/hold.ts': source })).toEqual([]);
  });

  it('holds reads and hands them back from a worker, in order', () => {
    const run = new LoadedDrivers([{ name: 'hold', source }]);
    run.model.makeFile('\\a.txt', { size: 4096 });
    const { file } = run.create('\\a.txt');
    const reads = [16, 32].map((length) => run.read(file, length).operation);
    expect(reads.map(({ state }) => state === 'completed')).toEqual([false, false]);
    expect(run.events.flatMap((event) => (event.kind === 'queueStep' ? [event.step] : [])).slice(0, 6)).toEqual(['acquire', 'insert', 'release', 'acquire', 'insert', 'release']);
    run.engine.advanceTo(run.engine.time + 20_000_000n);
    run.engine.settle();
    expect(reads.map(({ status, information }) => [status, information])).toEqual([[STATUS_SUCCESS, 16], [STATUS_SUCCESS, 32]]);
    expect(run.printed).toEqual(['insert: 00000000', 'insert: 00000000', 'worker: 16 bytes', 'worker: 32 bytes']);
    expect(run.ids()).toEqual([]);
    expect(run.events.filter((event) => event.kind === 'hint' && event.id === 'H-03')).toEqual([]);
  });

  it('completes a cancelled read at once and the other one later', () => {
    const run = new LoadedDrivers([{ name: 'hold', source }]);
    run.model.makeFile('\\a.txt', { size: 4096 });
    const { file } = run.create('\\a.txt');
    const [first, second] = [run.read(file, 16).operation, run.read(file, 32).operation];
    run.engine.cancel(first, run.thread, 0);
    expect([first.status, first.information]).toEqual([STATUS_CANCELLED, 0]);
    expect(second.state).not.toBe('completed');
    run.engine.advanceTo(run.engine.time + 20_000_000n);
    run.engine.settle();
    expect(second.status).toBe(STATUS_SUCCESS);
    expect(run.printed).toEqual(['insert: 00000000', 'insert: 00000000', 'worker: 32 bytes']);
  });

  it('is not accused at the end of the run while its worker sleeps', () => {
    const run = new LoadedDrivers([{ name: 'hold', source }]);
    run.model.makeFile('\\a.txt', { size: 4096 });
    const { operation } = run.read(run.create('\\a.txt').file, 16);
    run.engine.finish();
    expect([operation.status, operation.information, run.ids()]).toEqual([STATUS_SUCCESS, 16, []]);
  });

  it('gives everything back when it is unloaded', () => {
    const run = new LoadedDrivers([{ name: 'hold', source }]);
    run.model.makeFile('\\a.txt', { size: 4096 });
    const { file } = run.create('\\a.txt');
    const { operation } = run.read(file, 16);
    const unload = run.engine.unloadFilter('hold');
    run.engine.settle();
    expect(operation.status).toBe(STATUS_SUCCESS);
    run.engine.advanceTo(run.engine.time + 20_000_000n);
    run.engine.settle();
    expect(unload.result).toBe(STATUS_SUCCESS);
    expect(run.read(file, 8).operation.status).toBe(STATUS_SUCCESS);
    expect(run.ids()).toEqual([]);
  });
});

/** Waits that nothing can end, told with a wait graph; and activity without end. Rules: SIM-003, OV-002; driver-api-usage.md 5.6 (3). */
import { describe, expect, it } from 'vitest';
import type { DriverSource } from '../../../src-main/engine-host/messages.ts';
import { create, eventsOf, operation, ownDriver, read, type RunLog } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';

/** `body`: what stands before DriverEntry, with Pre and Post for reads; `start`: what DriverEntry does before it starts filtering. */
const driver = (name: string, body: string, start = '', id = 1, altitude = '320000'): DriverSource => ownDriver(name, `
const gDone = ref<KEVENT>();
const gOther = ref<KEVENT>();
${body}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, Pre, Post]], FilterUnloadCallback: () => STATUS_SUCCESS }, filter);
  if (!NT_SUCCESS(status)) return status;
  KeInitializeEvent(gDone, NotificationEvent, false);
  KeInitializeEvent(gOther, NotificationEvent, false);
  ${start}
  return FltStartFiltering(filter.value);
}
`, id, altitude);

const pass = `
function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS { return FLT_PREOP_SUCCESS_NO_CALLBACK; }
`;
const post = `
function Post(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: FLT_POST_OPERATION_FLAGS): FLT_POSTOP_CALLBACK_STATUS {
  KeSetEvent(gDone, 0, false);
  return FLT_POSTOP_FINISHED_PROCESSING;
}
`;
const trace = [create(1), read(2), operation(3, { tid: 9, path: 'C:\\b' }), read(4)];
const deadWaits = (log: RunLog): string[] => eventsOf(log).filter(({ name }) => name === 'OV-002').map(({ detail }) => String(detail['sentence'] ?? detail['text'] ?? JSON.stringify(detail)));

describe('a callback on the stack', () => {
  // The second read's post would set the event, but that read is only issued after this one.
  const first = `
let gReads = 0;
function* Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (gReads++ === 0) {
    yield* KeWaitForSingleObject(gDone, Executive, KernelMode, false, null);
    DbgPrint("went on");
  }
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}
`;
  const nested = first.replace('function* Pre', 'function Pre').replace('yield* ', '');

  it('that waits for an operation which can only come after it ends the run with one sentence and a wait graph', () => {
    const log = runHere({ drivers: [driver('waiter', nested + post)], operations: trace });
    expect(log.summary?.outcome).toBe('failed');
    expect(log.problems).toHaveLength(1);
    expect(log.problems[0]).toMatchObject({ kind: 'deadlock', driver: 'waiter', line: 8 });
    expect(log.problems[0]?.message).toMatch(/^waiter\.ts:8:\d+: notes\.exe:7 waits for KEVENT 1, and nothing can end that wait: .* Wait graph: notes\.exe:7 \(waiter's pre, line 8, operation 2\) waits for KEVENT 1\. The run ended there, in operation 2/);
  });

  it('goes on as a generator: the other read is issued meanwhile', () => {
    const log = runHere({ drivers: [driver('waiter', first + post)], operations: trace });
    expect(log.problems).toEqual([]);
    expect(eventsOf(log).filter(({ kind }) => kind === 'log').map(({ operation: index }) => index)).toEqual([2]);
    expect([...(log.results.get(1)?.states.slice(0, 4) ?? [])]).toEqual([1, 1, 1, 1]);
  });

  it('goes on where the operation is under way already: its recorded end comes during the wait', () => {
    const overlapped = [create(1, { detail: { CreateDisposition: 1, CreateOptions: 0x40 } }), operation(2, { tid: 9, path: 'C:\\b', duration: 25_000n }), read(3)];
    const waits = nested.replace('gReads++ === 0', 'gReads++ === 1');
    const log = runHere({ drivers: [driver('waiter', waits + post)], operations: overlapped });
    expect(log.problems).toEqual([]);
    expect(eventsOf(log).filter(({ kind }) => kind === 'log').map(({ operation: index }) => index)).toEqual([3]);
  });
});

describe('threads that wait for each other', () => {
  it('for locks are told at once, each with its line, and the run goes on', () => {
    const log = runHere({
      drivers: [driver('locker', `${pass}${post}
const gFirst = ref<ERESOURCE>();
const gSecond = ref<ERESOURCE>();
function* One(Context: PVOID) {
  KeEnterCriticalRegion();
  yield* ExAcquireResourceExclusiveLite(gFirst, true);
  yield* KeDelayExecutionThread(KernelMode, false, LARGE_INTEGER(-10n));
  yield* ExAcquireResourceExclusiveLite(gSecond, true);
}
function* Two(Context: PVOID) {
  KeEnterCriticalRegion();
  yield* ExAcquireResourceExclusiveLite(gSecond, true);
  yield* KeDelayExecutionThread(KernelMode, false, LARGE_INTEGER(-10n));
  yield* ExAcquireResourceExclusiveLite(gFirst, true);
}`, 'ExInitializeResourceLite(gFirst); ExInitializeResourceLite(gSecond); PsCreateSystemThread(ref<HANDLE>(), 0, null, null, null, One, null); PsCreateSystemThread(ref<HANDLE>(), 0, null, null, null, Two, null);')],
      operations: trace,
    });
    expect(log.summary?.outcome).toBe('completed');
    const found = eventsOf(log).filter(({ name }) => name === 'OV-002');
    expect(found.map(({ line }) => line)).toEqual([18, 24]);
    expect(deadWaits(log)[0]).toMatch(/waits for ERESOURCE 2 \(exclusive\), and nothing can end that wait any more\. Held by: .* Wait graph: .*\(locker's One, line 18\) waits for ERESOURCE 2 \(exclusive\) \(held by .*\); .*\(locker's Two, line 24\) waits for ERESOURCE 1 \(exclusive\) \(held by /);
  });

  it('of two drivers, where the upper one waits for a read of its own that the lower one never hands back', () => {
    const upper = driver('upper', `
function* Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  yield* FltReadFile(FltObjects.Instance, FltObjects.FileObject, LARGE_INTEGER(0n), 512, ExAllocatePool2(POOL_FLAG_NON_PAGED, 512, "Peek"), FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET, null, null, null);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
${post}`, '', 1, '330000');
    const lower = driver('lower', `
function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS { return FLT_PREOP_PENDING; }
${post}`, '', 2, '310000');
    const log = runHere({ drivers: [upper, lower], operations: [create(1), read(2)] });
    expect(log.summary?.outcome).toBe('completed');
    expect(deadWaits(log)).toHaveLength(1);
    expect(deadWaits(log)[0]).toMatch(/notes\.exe:7 \(upper's pre, line 6, operation 2\) waits for FltReadFile on fo#1 \(held by lower, which holds operation/);
    expect(eventsOf(log).filter(({ name }) => name === 'FV-018')).toHaveLength(1);
  });
});

describe('at the end of the trace', () => {
  it('a callback that still waits is told, with its line', () => {
    const log = runHere({ drivers: [driver('waiter', `
function* Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  yield* KeWaitForSingleObject(gOther, Executive, KernelMode, false, null);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
${post}`)], operations: [create(1), read(2)] });
    expect(log.summary?.outcome).toBe('completed');
    expect(eventsOf(log).filter(({ name }) => name === 'OV-002').map(({ operation: index, line }) => [index, line])).toEqual([[2, 6]]);
    expect(deadWaits(log)[0]).toContain("notes.exe:7 (waiter's pre, line 6, operation 2) waits for KEVENT 2");
  });
});

describe('activity without end', () => {
  it('ends the run with the name of what queues itself', () => {
    const log = runHere({ drivers: [driver('poller', `${post}
function Poll(Item: PFLT_GENERIC_WORKITEM, FltObject: PVOID, Context: PVOID): void {
  FltQueueGenericWorkItem(FltAllocateGenericWorkItem(), FltObject, Poll, DelayedWorkQueue, null);
}
function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  FltQueueGenericWorkItem(FltAllocateGenericWorkItem(), FltObjects.Filter, Poll, DelayedWorkQueue, null);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}`)], operations: trace, request: { recordEvents: false } });
    expect(log.summary?.outcome).toBe('failed');
    expect(log.problems[0]).toMatchObject({ kind: 'deadlock', operation: 2 });
    expect(log.problems[0]?.message).toMatch(/without the virtual clock moving on.*poller's Poll/);
  });
});

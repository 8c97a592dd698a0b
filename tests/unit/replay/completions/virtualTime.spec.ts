/** The virtual clock follows the trace: timers, delays and time-outs come between records, at their own time. Source: driver-api-usage.md 5.6. */
import { describe, expect, it } from 'vitest';
import { operation, ownDriver } from '../../../support/engine-host/runs.ts';
import { runHere } from '../../../support/engine-host/runHere.ts';
import { toldBy } from '../../../support/engine-host/watching.ts';

const driver = ownDriver('clock', `
const gTimer = ref<KTIMER>();
const gDpc = ref<KDPC>();
const gNever = ref<KEVENT>();
function tell(what: string): void {
  const now = ref<LARGE_INTEGER>();
  KeQuerySystemTime(now);
  DbgPrint("%s", \`\${what} irql \${KeGetCurrentIrql()} at \${BigInt(now.value as unknown as bigint) - 133000000000000000n}\`);
}
function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  tell('pre');
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
function Tick(Dpc: PKDPC, Context: PVOID, A: PVOID, B: PVOID): void { tell('dpc'); }
function* Sleeper(Context: PVOID) {
  yield* KeDelayExecutionThread(KernelMode, false, LARGE_INTEGER(-12_000n));
  tell('slept');
  const status = yield* KeWaitForSingleObject(gNever, Executive, KernelMode, false, LARGE_INTEGER(-12_000n));
  tell(status === STATUS_TIMEOUT ? 'timed out' : 'signalled');
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, Pre, null]], FilterUnloadCallback: () => STATUS_SUCCESS }, filter);
  if (!NT_SUCCESS(status)) return status;
  KeInitializeEvent(gNever, NotificationEvent, false);
  KeInitializeTimer(gTimer);
  KeInitializeDpc(gDpc, Tick, null);
  KeSetTimer(gTimer, LARGE_INTEGER(-5000n), gDpc);
  PsCreateSystemThread(ref<HANDLE>(), 0, null, null, null, Sleeper, null);
  return FltStartFiltering(filter.value);
}
`);

describe('virtual time', () => {
  it('timers, delays and time-outs of a driver come between records, and everybody reads the time at which it is', () => {
    const log = runHere({ drivers: [driver], operations: [1, 2, 3, 4].map((index) => operation(index, {})) });
    expect(log.problems).toEqual([]);
    // The driver is loaded at the time of the first record. The system thread begins when it first has its turn, at that time too.
    expect(toldBy(log).map((line) => line.slice(line.indexOf(' ') + 1))).toEqual([
      'pre irql 0 at 10000', 'dpc irql 2 at 15000', 'pre irql 0 at 20000', 'slept irql 0 at 22000', 'pre irql 0 at 30000', 'timed out irql 0 at 34000', 'pre irql 0 at 40000',
    ]);
  });
});

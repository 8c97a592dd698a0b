/** A session whose trace is long enough for several pages of events below a driver that talks much, with requests that wait for others to go by. */
import { seededRandom } from '../../../src-main/base/seededRandom.ts';
import type { NTSTATUS } from '../../../src-main/nt/ntStatus.ts';
import type { OperationRecord, ProcessIndex } from '../../../src-main/trace/record.ts';
import { record } from '../operations.ts';
import { sessionWith } from '../sessions.ts';

const steps: readonly Partial<OperationRecord>[] = [
  { operation: 'CreateFile', major: 0, status: 0xc0000034 as NTSTATUS, information: 0, offset: null, length: null, detail: { DesiredAccess: 0x80, CreateDisposition: 1, CreateOptions: 0x20, ShareAccess: 7 } },
  { operation: 'CreateFile', major: 0, information: 1, offset: null, length: null, detail: { DesiredAccess: 0x12019f, CreateDisposition: 1, CreateOptions: 0x60, ShareAccess: 7 } },
  { operation: 'ReadFile', major: 3, information: 512, offset: 0n, length: 512 },
  { operation: 'WriteFile', major: 4, information: 128, offset: 64n, length: 128 },
  { operation: 'ReadFile', major: 3, information: 4096, offset: 4096n, length: 4096 },
  { operation: 'CloseFile', major: 0x12, information: 0, offset: null, length: null },
  { operation: 'IRP_MJ_CLOSE', major: 2, information: 0, offset: null, length: null },
];

/** Programs that look for, open, read, write and close files; how long each request takes, and by whom it is made, is by chance. */
export function branchTrace(count: number, seed: number): OperationRecord[] {
  const random = seededRandom(seed);
  const waits = (): bigint => (random() < 0.02 ? 40_000n : random() < 0.1 ? 900n : 5n);
  return Array.from({ length: count }, (_, at) => {
    const step = at % steps.length;
    const round = Math.floor(at / steps.length);
    return record(at, { path: `C:\\docs\\${step === 0 ? 'missing' : 'file'} ${round % 11}.txt`, process: (round % 2) as ProcessIndex, tid: 4124 + (round % 3), duration: step === 1 || step > 4 ? 5n : waits(), ...steps[step] });
  });
}

export function writeBranchSession(file: string, count: number, seed: number): number {
  const { session, trace } = sessionWith(file, branchTrace(count, seed));
  session.close();
  return trace;
}

/** Twenty events an operation and more, a state that goes on from operation to operation, and now and then a rule that is not kept. */
export const talkingDriver = (words = 'read'): string => `
let seen = 0;
const names = new Map<string, number>();
function PreAny(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  seen++;
  for (let at = 0; at < 12; at++) DbgPrint("%u: ${words} %u of %u\\n", at, Data.Iopb.MajorFunction, seen);
  names.set(String(Data.Iopb.MajorFunction), seen);
  if (seen % 40 === 0) Data.Iopb.Parameters.Read.Length = 16;
  return seen % 3 === 0 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_SUCCESS_WITH_CALLBACK;
}
function PostAny(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: FLT_POST_OPERATION_FLAGS): FLT_POSTOP_CALLBACK_STATUS {
  DbgPrint("done with 0x%x after %u\\n", Data.IoStatus.Status, seen);
  return FLT_POSTOP_FINISHED_PROCESSING;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreAny, PostAny], [IRP_MJ_READ, 0, PreAny, PostAny], [IRP_MJ_WRITE, 0, PreAny, PostAny], [IRP_MJ_CLEANUP, 0, PreAny, PostAny]] }, filter);
  return FltStartFiltering(filter.value);
}
`;

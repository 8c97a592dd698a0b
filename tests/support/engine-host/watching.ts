/** A driver that tells of every callback in which thread, at which IRQL and at what time it runs. */
import type { DriverSource } from '../../../src-main/engine-host/messages.ts';
import { eventsOf, ownDriver, type RunLog } from './runs.ts';

const majors = ['CREATE', 'READ', 'WRITE', 'QUERY_INFORMATION', 'SET_INFORMATION', 'DIRECTORY_CONTROL', 'FILE_SYSTEM_CONTROL', 'LOCK_CONTROL', 'CLEANUP', 'CLOSE', 'ACQUIRE_FOR_SECTION_SYNCHRONIZATION'];

/** `post`: what the post callback does before it returns. */
export const watching = (post = '', pre = ''): DriverSource => ownDriver('watching', `
function tell(what: string, data: PFLT_CALLBACK_DATA): void {
  const now = ref<LARGE_INTEGER>();
  KeQuerySystemTime(now);
  const top = IoGetTopLevelIrp() === null ? '' : ' top';
  DbgPrint("%s", \`\${what} \${FltGetIrpName(data.Iopb.MajorFunction)} thread \${PsGetCurrentThreadId()} irql \${KeGetCurrentIrql()} at \${BigInt(now.value as unknown as bigint) - 133000000000000000n}\${top}\`);
}

function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  tell('pre', Data);
  ${pre}
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function Post(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: FLT_POST_OPERATION_FLAGS): FLT_POSTOP_CALLBACK_STATUS {
  tell('post', Data);
  ${post}
  return FLT_POSTOP_FINISHED_PROCESSING;
}

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, { OperationRegistration: [${majors.map((name) => `[IRP_MJ_${name}, 0, Pre, Post]`).join(', ')}], FilterUnloadCallback: () => STATUS_SUCCESS }, filter);
  return NT_SUCCESS(status) ? FltStartFiltering(filter.value) : status;
}
`);

/** `2 post READ thread 7 irql 0 at 20100`: operation number and what the driver told, in order. */
export const toldBy = (log: RunLog): string[] => eventsOf(log).filter(({ kind }) => kind === 'log').map(({ operation, detail }) => `${operation} ${String(detail['text']).replaceAll('IRP_MJ_', '')}`);

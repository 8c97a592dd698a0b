/** Counts each read in a work item, and denies the next read while that has not been done: a race that only another order shows. */
export const racingSource = `
let noted = 0;
let begun = 0;
let filter: PFLT_FILTER;
function Note(WorkItem: PFLT_GENERIC_WORKITEM): void { noted++; FltFreeGenericWorkItem(WorkItem); }
function PreRead(Data: PFLT_CALLBACK_DATA): FLT_PREOP_CALLBACK_STATUS {
  if (noted < begun) { Data.IoStatus.Status = STATUS_ACCESS_DENIED; return FLT_PREOP_COMPLETE; }
  begun++;
  const item = FltAllocateGenericWorkItem();
  if (item !== null) FltQueueGenericWorkItem(item, filter, Note, DelayedWorkQueue, null);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT): NTSTATUS {
  const made = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]], FilterUnloadCallback: () => { FltUnregisterFilter(filter); return STATUS_SUCCESS; } }, made);
  filter = made.value;
  return FltStartFiltering(filter);
}
`;

/*
 * openTable: which files are open, by how many handles, and the most that each had at a time.
 *
 * A driver of several files. This one has DriverEntry and the ways out; beside it, in openTable\:
 *
 *   callbacks.ts  an open counts from its post callback on, when it has succeeded, until the cleanup of its handle
 *   names.ts      what a file is called
 *   table.ts      the table, and the lock that guards it
 *
 * The files share one scope, as C files share one linker's: a name is declared once, exported, and imported by whoever uses it. Variables
 * stay with the file that has them: the others call its functions.
 */
import { PostCreate, PreCleanup, TAG } from './openTable/callbacks.ts';
import { filesOfTable, initializeTable } from './openTable/table.ts';

let gFilter: PFLT_FILTER | null = null;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  initializeTable();
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    ContextRegistration: [[FLT_STREAMHANDLE_CONTEXT, 0, null, 16, TAG]],
    OperationRegistration: [
      [IRP_MJ_CREATE, 0, null, PostCreate],
      [IRP_MJ_CLEANUP, 0, PreCleanup, null],
      [IRP_MJ_OPERATION_END],
    ],
    FilterUnloadCallback: Unload,
    InstanceQueryTeardownCallback: () => STATUS_SUCCESS,
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  status = FltStartFiltering(filter.value);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  return status;
}

function Unload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (gFilter !== null) FltUnregisterFilter(gFilter);
  for (const { Name, Handles, Most } of filesOfTable()) DbgPrint('openTable: %s: %d open, %d at most\n', Name, Handles, Most);
  return STATUS_SUCCESS;
}

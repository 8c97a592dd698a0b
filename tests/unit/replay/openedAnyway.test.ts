/** REP-001: an open that failed in the recording succeeds in the run; nobody knows what the program would have done with it. */
import { expect, it } from 'vitest';
import { STATUS_OBJECT_NAME_NOT_FOUND } from '../../../src-main/nt/values.generated.ts';
import { eventKinds, pageText } from '../../../src-main/replay/eventPage.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { create, ownDriver } from '../../support/engine-host/runs.ts';

const opensAnyway = ownDriver('probe', `const Pre: PFLT_PRE_OPERATION_CALLBACK = (Data) => {
  DbgPrint('create');
  Data.IoStatus.Status = STATUS_SUCCESS;
  Data.IoStatus.Information = FILE_OPENED;
  return FLT_PREOP_COMPLETE;
};
const Seen: PFLT_PRE_OPERATION_CALLBACK = (Data) => {
  DbgPrint(Data.Iopb.MajorFunction === IRP_MJ_CLEANUP ? 'cleanup' : 'close');
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
};
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, Pre, null], [IRP_MJ_CLEANUP, 0, Seen, null], [IRP_MJ_CLOSE, 0, Seen, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`);

it.each([['closed-at-once', ['create', 'cleanup', 'close']], ['left-open', ['create']]])('%s', (word, seen) => {
  const log = runHere({ drivers: [opensAnyway], operations: [create(1, { status: STATUS_OBJECT_NAME_NOT_FOUND, information: 0 })], request: { assumptions: { 'REP-001': word } } });
  expect(log.problems).toEqual([]);
  const lines = [...log.pages.values()].flatMap((page) => [...page.columns.kind].flatMap((kind, row) => (eventKinds[kind] === 'log' ? [(JSON.parse(pageText(page, page.columns.detail[row] ?? 0)) as { text: string }).text] : [])));
  expect(lines).toEqual(seen);
});

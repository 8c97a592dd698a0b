import { expect, it } from 'vitest';
import { breakpointSpec, type Breakpoint } from '../../../src-main/debugger/breakpointSpec.ts';
import type { StopInfo } from '../../../src-main/engine-host/messages.ts';
import { IRP_MJ_READ } from '../../../src-main/nt/values.generated.ts';
import { create, ownDriver, read } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';

const source = (name: string): string => `
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  CompletionContext.value = '${name}';
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}
function PostRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID): FLT_POSTOP_CALLBACK_STATUS {
  Data.IoStatus.Status = STATUS_END_OF_FILE;
  Data.IoStatus.Information = 0;
  return FLT_POSTOP_FINISHED_PROCESSING;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, PostRead]] }, filter);
  return FltStartFiltering(filter.value);
}
`;

it('a stop shows what each layer has kept for its post callback, and who set IoStatus at which line', () => {
  const stops: StopInfo[] = [];
  const breakpoint: Breakpoint = { id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['post'] }, driverId: 1, where: { major: IRP_MJ_READ } }) };
  const log = runHere({ drivers: [ownDriver('upper', source('u'), 1, '380000'), ownDriver('lower', source('l'), 2, '320000')], operations: [create(1), read(2)], breakpoints: [breakpoint] }, (_run, stop) => stops.push(stop));
  expect(log.problems).toEqual([]);
  const [stop] = stops;
  // The lower filter's post has run and has been given its context back; the upper one's is about to be.
  expect(stop?.layers.filter(({ step }) => step === 'pre' || step === 'post').map(({ name, step, completionContext }) => [name, step, completionContext])).toEqual([
    ['upper', 'pre', '"u"'], ['lower', 'pre', undefined], ['lower', 'post', undefined], ['upper', 'post', '"u"'],
  ]);
  expect(stop?.iopb.ioStatus.changes?.map(({ by, line, to }) => [by, line, to])).toEqual([
    ['file system', null, 'STATUS_SUCCESS / 4096'], ['lower', 7, 'STATUS_END_OF_FILE'], ['lower', 8, 'Information 0'],
  ]);
});

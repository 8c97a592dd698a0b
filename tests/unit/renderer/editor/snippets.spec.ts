import { expect, it } from 'vitest';
import { problemsOf } from '../../../../src-main/engine-host/driverCheck.ts';
import { driverSnippets } from '../../../../src-renderer/editor/snippets.ts';
import { typeErrors } from '../../../support/driver-api/typeErrors.ts';

const plain = (text: readonly string[]): string => text.join('\n').replaceAll(/\$\{\d+:([^}]*)\}/g, '$1').replaceAll(/\$\d/g, '');

it.each(driverSnippets)('$title: loads, and has no type errors', ({ id, text }) => {
  const snippet = plain(text);
  const source = `export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  gFilter = ref<PFLT_FILTER>().value;
  gClientPort = ref<PFLT_PORT | null>(null);
  return STATUS_SUCCESS;
}
let gFilter: PFLT_FILTER;
let gClientPort: Ref<PFLT_PORT | null>;
function OperationStatus(FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, Status: NTSTATUS, RequesterContext: PVOID): void {}
${id === 'prePost' ? snippet : `function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
${snippet}
${id === 'pend' ? '' : 'return FLT_PREOP_SUCCESS_NO_CALLBACK;'}
}`}
`;
  expect(problemsOf([{ id: 1, name: 'probe', altitude: '1', source, manifest: null }])).toEqual([]);
  expect(typeErrors({ '/probe.ts': source })).toEqual([]);
});

/** Small drivers that change one thing. */
import type { DriverSource } from '../../../src-main/engine-host/messages.ts';
import { bundledDriver, ownDriver } from '../engine-host/runs.ts';

/** A driver with one pre callback whose body is given; `finalName` is the last component of the operation's file, in small letters. */
export function changing(major: string, body: string): DriverSource {
  return ownDriver('change', `
function finalNameOf(Data: PFLT_CALLBACK_DATA): string {
  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, name))) return '';
  FltParseFileNameInformation(name.value);
  const text = name.value.FinalComponent.Buffer.toLowerCase();
  FltReleaseFileNameInformation(name.value);
  return text;
}
function deny(Data: PFLT_CALLBACK_DATA, status: NTSTATUS): FLT_PREOP_CALLBACK_STATUS {
  Data.IoStatus.Status = status;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}
function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const finalName = finalNameOf(Data);
  ${body}
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[${major}, 0, Pre, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`, 1, '320000');
}

/** Does nothing. */
export const passThrough = (): DriverSource => bundledDriver('nullFilter');

/** A bundled driver with other values under its service key. */
export function withValues(name: string, values: Readonly<Record<string, string | number>>): DriverSource {
  const driver = bundledDriver(name);
  return { ...driver, manifest: { ...driver.manifest, values: { ...driver.manifest?.values, ...values } } };
}

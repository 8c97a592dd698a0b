/** Drivers of several files for tests. */
import type { DriverSource } from '../../../src-main/engine-host/messages.ts';
import { ownDriver } from './runs.ts';

/** Files beside the entry by name, with slots from 1 on. */
export const driverOf = (name: string, entry: string, files: Readonly<Record<string, string>>): DriverSource =>
  ({ ...ownDriver(name, entry), files: Object.entries(files).map(([file, text], at) => ({ slot: at + 1, name: file, text })) });

/** Its pre-read callback is in a file of its own. */
export const guardEntry = `import { PreRead } from './callbacks.ts';
export let gReads = 0;
export function noteRead(): void {
  gReads++;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`;

/** It names the entry's routine, which names this one: a cycle. */
export const callbacksFile = `import { gReads, noteRead } from './guard';
import { describe, type Described } from './util/text.ts';

export function PreRead(Data: PFLT_CALLBACK_DATA): FLT_PREOP_CALLBACK_STATUS {
  noteRead();
  const said: Described = describe(Data.Iopb.Parameters.Read.Length);
  DbgPrint("%d: %s", gReads, said.text);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
`;

export const textFile = `export interface Described { text: string }
const prefix = "length ";
export function describe(length: number): Described {
  const text = prefix + length;
  return { text };
}
`;

/** Slots: callbacks.ts 1, util/text.ts 2. */
export const guard = (changes: { readonly entry?: string; readonly callbacks?: string; readonly text?: string } = {}): DriverSource =>
  driverOf('guard', changes.entry ?? guardEntry, { 'callbacks.ts': changes.callbacks ?? callbacksFile, 'util/text.ts': changes.text ?? textFile });

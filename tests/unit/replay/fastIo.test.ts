/**
 * Fast I/O and FsFilter operations as filters see them in a replay.
 *
 * Expectations: iopb-and-constants.md (members of FLT_PARAMETERS by major), filter-manager-objects.md 9 (FIO-022 to FIO-026).
 */
import { describe, expect, it } from 'vitest';
import { eventKinds, pageText } from '../../../src-main/replay/eventPage.ts';
import type { NumberedOperation } from '../../../src-main/trace/record.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { operation, ownDriver } from '../../support/engine-host/runs.ts';

type Fields = Parameters<typeof operation>[1];

/** What a filter prints in its pre and its post of one operation. */
function seen(major: string, print: string, fields: Fields): string[] {
  const driver = ownDriver('probe', `function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const p = Data.Iopb.Parameters;
  DbgPrint('pre ' + KeGetCurrentIrql() + ' ' + (Data.Flags & 7) + ' ' + [${print}].join(' '));
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}
function Post(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: FLT_POST_OPERATION_FLAGS): FLT_POSTOP_CALLBACK_STATUS {
  DbgPrint('post ' + KeGetCurrentIrql() + ' ' + Data.IoStatus.Status.toString(16));
  return FLT_POSTOP_FINISHED_PROCESSING;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[${major}, 0, Pre, Post]] }, filter);
  return FltStartFiltering(filter.value);
}
`);
  const operations: NumberedOperation[] = [operation(1, fields)];
  const log = runHere({ drivers: [driver], operations });
  expect(log.problems).toEqual([]);
  return [...log.pages.values()].flatMap((page) => [...page.columns.kind].flatMap((kind, row) => (eventKinds[kind] === 'log' ? [(JSON.parse(pageText(page, page.columns.detail[row] ?? 0)) as { text: string }).text] : [])));
}

// PASSIVE 0, APC 1; flags: 1 IRP, 2 fast I/O, 4 FsFilter.
describe('in a replay', () => {
  it.each<readonly [string, string, Fields, readonly string[]]>([
    ['IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION', 'p.AcquireForSectionSynchronization.SyncType, p.AcquireForSectionSynchronization.PageProtection', { major: 0xff, kind: 'fsfilter', detail: { SyncType: 1, PageProtection: 2 }, status: 0x12a }, ['pre 0 4 1 2', 'post 0 12a']],
    ['IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION', '', { major: 0xfe, kind: 'fsfilter' }, ['pre 0 4 ', 'post 0 0']],
    ['IRP_MJ_ACQUIRE_FOR_MOD_WRITE', 'p.AcquireForModifiedPageWriter.EndingOffset.QuadPart', { major: 0xfd, kind: 'fsfilter', detail: { EndingOffset: 65536 } }, ['pre 0 4 65536', 'post 0 0']],
    ['IRP_MJ_RELEASE_FOR_MOD_WRITE', '', { major: 0xfc, kind: 'fsfilter' }, ['pre 1 4 ', 'post 1 0']],
    ['IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE', 'p.FastIoCheckIfPossible.FileOffset, p.FastIoCheckIfPossible.Length, p.FastIoCheckIfPossible.LockKey, p.FastIoCheckIfPossible.CheckForReadOperation', { major: 0xf3, kind: 'fastio', offset: 4096n, length: 512, detail: { Key: 7, CheckForReadOperation: true } }, ['pre 0 2 4096 512 7 1', 'post 0 0']],
    ['IRP_MJ_MDL_READ', 'p.MdlRead.FileOffset, p.MdlRead.Length, p.MdlRead.Key', { major: 0xf1, kind: 'fastio', offset: 8192n, length: 4096 }, ['pre 0 2 8192 4096 0', 'post 0 0']],
    ['IRP_MJ_NETWORK_QUERY_OPEN', 'p.NetworkQueryOpen.NetworkInformation !== null', { major: 0xf2, kind: 'fastio', status: 0xc0000034 }, ['pre 0 2 true', 'post 0 c0000034']],
    ['IRP_MJ_QUERY_OPEN', 'p.QueryOpen.FileInformationClass, p.QueryOpen.FileInformation !== null', { major: 0xf9, kind: 'fsfilter', length: 72, detail: { FileInformationClass: 68 } }, ['pre 0 4 68 true', 'post 0 0']],
  ])('%s has its kind, its parameters and its result', (major, print, fields, expected) => {
    expect(seen(major, print, fields)).toEqual(expected);
  });
});

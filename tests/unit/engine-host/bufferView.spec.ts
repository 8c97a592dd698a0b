import { describe, expect, it } from 'vitest';
import { breakpointSpec, type Breakpoint } from '../../../src-main/debugger/breakpointSpec.ts';
import type { BufferView } from '../../../src-main/debugger/objectsData.ts';
import { KBUFFER } from '../../../src-main/driver-api/kbuffer.ts';
import { overlayOf } from '../../../src-main/engine-host/bufferView.ts';
import type { StopInfo } from '../../../src-main/engine-host/messages.ts';
import { IRP_MJ_CLOSE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_SET_INFORMATION } from '../../../src-main/nt/values.generated.ts';
import { bundledDriver, create, operation, ownDriver, type RunOptions } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';

const at = (major: number, callback: 'pre' | 'post'): Breakpoint => ({ id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: [callback] }, where: { major } }) });
const whole = { offset: 0, length: 4096, structure: null };

function viewAt(options: RunOptions, path: string, wish = whole): BufferView | null {
  const found: (BufferView | null)[] = [];
  const log = runHere(options, (run) => found.push(run.buffer({ kind: 'field', column: 'now', path }, wish)));
  expect(log.problems).toEqual([]);
  return found[0] ?? null;
}

const plain = (bytes: readonly number[]): KBUFFER => {
  const buffer = KBUFFER.make(1, 'system', bytes.length, { fill: () => undefined, knows: false } as never, { zeroed: true });
  buffer.put(Uint8Array.from(bytes));
  return buffer;
};
const u16 = (value: number): number[] => [value & 0xff, value >> 8];
const wide = (text: string): number[] => [...text].flatMap((character) => u16(character.charCodeAt(0)));

describe('a buffer at a stop', () => {
  it('shows the answer of a query with the members that were recorded', () => {
    // 2021-06-01 00:00:00 UTC in ticks, MS-FSCC 2.4.7: FILE_BASIC_INFORMATION has 40 bytes, FileAttributes at 32.
    const time = 132_669_792_000_000_000n;
    const query = operation(2, { operation: 'QueryBasicInformationFile', major: IRP_MJ_QUERY_INFORMATION, information: 40, length: 40, detail: { FileInformationClass: 4, CreationTime: time, FileAttributes: 0x20 } });
    const view = viewAt({ drivers: [bundledDriver('passThrough')], operations: [create(1), query], breakpoints: [at(IRP_MJ_QUERY_INFORMATION, 'post')] }, 'Parameters.QueryFileInformation.InfoBuffer');
    expect(view).toMatchObject({ length: 40, offset: 0, freed: false, overlay: { structure: 'FILE_BASIC_INFORMATION', more: false } });
    expect(view?.bytes).toHaveLength(80);
    const row = (name: string) => view?.overlay?.rows.find((one) => one.name === name);
    expect(row('CreationTime')).toMatchObject({ offset: 0, size: 8, type: 'LARGE_INTEGER', known: true, value: `2021-06-01 00:00:00.000 UTC (${time})` });
    expect(row('FileAttributes')).toMatchObject({ offset: 32, size: 4, known: true, value: '0x00000020 FILE_ATTRIBUTE_ARCHIVE' });
    // The trace does not have it.
    expect(row('ChangeTime')?.known).toBe(false);
    expect(view?.origins[0]).toMatchObject({ offset: 0, length: 8, origin: 'rebuilt' });
    expect(view?.origins.reduce((sum, { length }) => sum + length, 0)).toBe(40);
    expect(view?.history?.map(({ by, place }) => [by, place])).toEqual([['file system', null]]);
    expect(view?.history?.[0]).toMatchObject({ offset: 0, length: 40, point: { issued: 2 } });
  });

  it('names the target of a rename, and who has written over bytes of it', () => {
    const source = `
function PreSet(Data: PFLT_CALLBACK_DATA): FLT_PREOP_CALLBACK_STATUS {
  Data.Iopb.Parameters.SetFileInformation.InfoBuffer.setU8(0, 1);
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}
function PostSet(): FLT_POSTOP_CALLBACK_STATUS { return FLT_POSTOP_FINISHED_PROCESSING; }
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_SET_INFORMATION, 0, PreSet, PostSet]] }, filter);
  return FltStartFiltering(filter.value);
}
`;
    const rename = operation(2, { operation: 'SetRenameInformationFile', major: IRP_MJ_SET_INFORMATION, detail: { FileInformationClass: 10, ReplaceIfExists: false, FileName: 'C:\\docs\\b.txt' } });
    const view = viewAt({ drivers: [ownDriver('writer', source)], operations: [create(1), rename], breakpoints: [at(IRP_MJ_SET_INFORMATION, 'post')] }, 'Parameters.SetFileInformation.InfoBuffer');
    expect(view?.overlay?.structure).toBe('FILE_RENAME_INFORMATION');
    expect(view?.overlay?.rows.find(({ name }) => name === 'FileName')?.value).toContain('b.txt');
    expect(view?.overlay?.rows.find(({ name }) => name === 'ReplaceIfExists')?.value).toBe('true');
    expect(view?.origins[0]).toEqual({ offset: 0, length: 1, origin: 'written', writer: 'writer' });
    // Line 3 of the driver; the rest is as the request brought it.
    expect(view?.history?.map(({ by }) => by)).toEqual(['writer']);
    expect(view?.history?.[0]).toMatchObject({ offset: 0, length: 1, place: { driver: 'writer', line: 3 }, point: { issued: 2 } });
  });

  it('walks the entries of a listing and the names of a reparse point', () => {
    // FILE_NAMES_INFORMATION (MS-FSCC 2.4.33): NextEntryOffset, FileIndex, FileNameLength, FileName.
    const entry = (next: number, name: string): number[] => [...u16(next), 0, 0, 0, 0, 0, 0, ...u16(name.length * 2), 0, 0, ...wide(name)];
    const listing = overlayOf(plain([...entry(16, 'ab'), ...entry(0, 'cd')]), 'FILE_NAMES_INFORMATION');
    expect(listing?.rows.filter(({ name }) => name === 'FileName').map(({ entry: number, offset, value }) => [number, offset, value])).toEqual([[0, 12, '"ab"'], [1, 28, '"cd"']]);
    // REPARSE_DATA_BUFFER of a symbolic link (MS-FSCC 2.1.2.4): names behind the 20 bytes of the header.
    const link = overlayOf(plain([0x0c, 0, 0, 0xa0, ...u16(20), 0, 0, ...u16(0), ...u16(4), ...u16(4), ...u16(4), 1, 0, 0, 0, ...wide('ab'), ...wide('cd')]), 'REPARSE_DATA_BUFFER');
    const value = (name: string) => link?.rows.find((row) => row.name === name)?.value;
    expect(value('ReparseTag')).toBe('0xA000000C IO_REPARSE_TAG_SYMLINK');
    expect(value('SubstituteName')).toBe('"ab"');
    expect(value('PrintName')).toBe('"cd"');
    expect(value('SymbolicLinkReparseBuffer.Flags')).toBe('1');
    expect(link?.rows.some(({ name }) => name.startsWith('MountPoint'))).toBe(false);
  });

  it('leaves nothing in the log, and finds nothing where there is no buffer', () => {
    const query = operation(2, { operation: 'QueryBasicInformationFile', major: IRP_MJ_QUERY_INFORMATION, information: 40, length: 40, detail: { FileInformationClass: 4 } });
    const options: RunOptions = { drivers: [bundledDriver('passThrough')], operations: [create(1), query, operation(3, { major: IRP_MJ_CLOSE, operation: 'IRP_MJ_CLOSE' })], breakpoints: [at(IRP_MJ_QUERY_INFORMATION, 'pre'), { ...at(IRP_MJ_QUERY_INFORMATION, 'post'), id: 2 }] };
    const stops: StopInfo[] = [];
    const looked = runHere(options, (run, stop) => {
      stops.push(stop);
      expect(run.buffer({ kind: 'field', column: 'now', path: 'Parameters.QueryFileInformation.InfoBuffer' }, whole)).not.toBeNull();
      expect(run.buffer({ kind: 'field', column: 'now', path: 'TargetFileObject' }, whole)).toBeNull();
    });
    expect(stops).toHaveLength(2);
    expect(looked.summary?.eventHash).toBe(runHere({ ...options, breakpoints: [] }).summary?.eventHash);
  });
});

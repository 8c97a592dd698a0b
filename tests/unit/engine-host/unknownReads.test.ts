/** Decisions by bytes that the trace does not hold: told once a callback, at their line, and not for work that looks at no value. Source: driver-api-usage.md 5.5. */
import { describe, expect, it } from 'vitest';
import { defaultRunSettings, type RunSettings } from '../../../src-main/replay/runSettings.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { create, eventsOf, operation, ownDriver, read } from '../../support/engine-host/runs.ts';

/** A driver whose post-read has this body; it begins on line 3. */
const driver = (body: string) => ownDriver('probe', `let gFilter: PFLT_FILTER;
function PostRead(Data, FltObjects, CompletionContext, Flags) {
${body}
return FLT_POSTOP_FINISHED_PROCESSING; }
export function DriverEntry(DriverObject, RegistryPath) {
  const filter = ref();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, () => FLT_PREOP_SUCCESS_WITH_CALLBACK, PostRead], [IRP_MJ_SET_INFORMATION, 0, PreSet, null], [IRP_MJ_QUERY_INFORMATION, 0, () => FLT_PREOP_SUCCESS_WITH_CALLBACK, PostQuery]],
    InstanceQueryTeardownCallback: () => STATUS_SUCCESS, FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; } }, filter);
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
function PreSet(Data) { DbgPrint("%ws", view(FILE_RENAME_INFORMATION, Data.Iopb.Parameters.SetFileInformation.InfoBuffer).FileName); return FLT_PREOP_SUCCESS_NO_CALLBACK; }
function PostQuery(Data) { const i = view(FILE_STANDARD_INFORMATION, Data.Iopb.Parameters.QueryFileInformation.InfoBuffer); DbgPrint("%I64d %d", i.EndOfFile.QuadPart, i.NumberOfLinks); return FLT_POSTOP_FINISHED_PROCESSING; }
`);

const run = (body: string, ...more: ReturnType<typeof read>[]) => {
  const log = runHere({ drivers: [driver(`const b = Data.Iopb.Parameters.Read.ReadBuffer;\n${body}`)], operations: [create(1), ...more] });
  expect(log.problems).toEqual([]);
  return log;
};
const told = (body: string, ...more: ReturnType<typeof read>[]) => eventsOf(run(body, ...(more.length === 0 ? [read(2, { length: 64, information: 64 })] : more))).filter(({ kind }) => kind === 'unknown').map(({ line }) => line);

describe('a callback that looks at unknown bytes', () => {
  it.each([
    ['one byte', 'if (b.u8(0) === 77) DbgPrint("an executable");'],
    ['text', 'if (b.wstr(0, 8) === "test") DbgPrint("a test");'],
    ['all of them', 'let sum = 0;\nfor (const byte of b.bytes(0, 64)) sum += byte;\nDbgPrint("%d", sum);'],
    ['a comparison', 'if (RtlCompareMemory(b, b, 8) === 8) DbgPrint("equal");'],
    ['a structure', 'DbgPrint("%d", view(struct({ Magic: ULONG }), b).Magic);'],
    ['a copy of them', 'const copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, "Copy"); RtlCopyMemory(copy, b, 64); DbgPrint("%d", copy.u32(8)); ExFreePoolWithTag(copy, "Copy");'],
  ])('is told of: %s', (_what, body) => {
    const lines = told(body);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toBeGreaterThanOrEqual(4);
  });

  it('is told of once, at its first line, however often it looks', () => {
    expect(told('b.u8(0);\nb.u8(1);\nb.u32(8);')).toEqual([4]);
  });

  it('counts callbacks; the hint comes once for each line', () => {
    const log = run('if (b.u8(0) === 77) DbgPrint("an executable");', read(2), read(3));
    expect(eventsOf(log).filter(({ kind, name }) => kind === 'hint' && name === 'D-16')).toHaveLength(1);
    expect(log.summary?.report.unknownReads).toEqual({ count: 2, places: [{ driver: 'probe', line: 4, count: 2, first: 2 }] });
  });
});

it('a decision that does without the data counts, and is no hint', () => {
  const log = run('if (!b.isKnown(0, 64)) DbgPrint("no data");', read(2), read(3));
  const rows = eventsOf(log).filter(({ kind, name }) => kind === 'unknown' || name === 'D-16');
  expect(rows.map(({ kind, line, detail }) => [kind, line, (detail as { readonly text: string }).text.replace(/#\d+/, '')])).toEqual(Array.from({ length: 2 }, () => ['unknown', 4, 'decides without data: asks for 64 bytes at offset 0 of UserBuffer, which nobody recorded']));
  expect(log.summary?.report.unknownReads.count).toBe(2);
});

describe('work that looks at no value', () => {
  it.each([
    ['a copy', 'const copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, "Copy"); RtlCopyMemory(copy, b, 64); ExFreePoolWithTag(copy, "Copy");'],
    ['a cipher in place', 'for (let at = 0; at < 64; at++) b.setU8(at, b.u8(at) ^ 0x5a);'],
    ['a cipher by words into another buffer', 'const out = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, "Copy"); for (let at = 0; at < 64; at += 4) out.setU32(at, (b.u32(at) ^ 0x5a5a5a5a) >>> 0); ExFreePoolWithTag(out, "Copy");'],
    ['a cipher over a copy of the bytes', 'const data = b.bytes(0, 64); for (let at = 0; at < 64; at++) b.setU8(at, data[at] ^ 0x5a);'],
    ['asking whether known bytes are known', 'b.setU32(0, 1); if (b.isKnown(0, 4)) DbgPrint("known");'],
  ])('is not told of: %s', (_what, body) => {
    expect(told(body)).toEqual([]);
  });

  it('leaves unknown what it has made of unknown bytes', () => {
    expect(told('for (let at = 0; at < 64; at++) b.setU8(at, b.u8(at) ^ 0x5a);\nif (b.u8(0) === 77) DbgPrint("still unknown");')).toEqual([5]);
  });
});

describe('what unknown bytes are read as', () => {
  const first = 'DbgPrint("%02x%02x %d", b.u8(0), b.u8(1), b.isKnown(0, 2));';
  const printed = (settings: Partial<RunSettings>, more: object = {}, fields: Parameters<typeof read>[1] = {}) => {
    const log = runHere({ drivers: [driver(`const b = Data.Iopb.Parameters.Read.ReadBuffer;\n${first}`)], operations: [create(1), read(2, fields)], request: { settings: { ...defaultRunSettings, ...settings }, ...more } });
    return { lines: eventsOf(log).filter(({ kind }) => kind === 'log').map(({ detail }) => (detail as { readonly text: string }).text), log };
  };

  it('zeros', () => {
    expect(printed({ unknownBytes: 'zeros' }).lines).toEqual(['0000 0']);
  });

  it('a pattern of seed, file and offset', () => {
    const [line] = printed({}).lines;
    expect(printed({}).lines).toEqual([line]);
    expect(printed({}, { seed: 2 }).lines).not.toEqual([line]);
    expect(printed({}, {}, { offset: 8192n }).lines).not.toEqual([line]);
  });

  it('files of the user, by path and offset; they stay unknown', () => {
    const unknownFiles = [{ path: 'c:\\DOCS\\a.txt', bytes: new Uint8Array([1, 2, 0xab, 0xcd]) }];
    expect(printed({}, { unknownFiles }).lines).toEqual(['0102 0']);
    expect(printed({}, { unknownFiles }, { offset: 2n }).lines).toEqual(['abcd 0']);
    expect(printed({ unknownBytes: 'zeros' }, { unknownFiles }, { offset: 3n }).lines).toEqual(['cd00 0']);
    expect(printed({}, { unknownFiles }).log.summary?.report.unknownReads.count).toBe(1);
  });

  it('stop: the run stops in the callback that reads them, once', () => {
    const { log } = printed({ unknownBytes: 'stop' });
    expect(log.stops.map(({ reason, driver: name, callback, operation: { index } }) => [reason, name, callback, index])).toEqual([['unknown-bytes', 'probe', 'post', 2]]);
    expect(printed({}).log.stops).toEqual([]);
    // What a stop shows is no look of the driver's.
    expect(log.summary?.eventHash).toBe(printed({}).log.summary?.eventHash);
  });

  it('what was written in the run is read back the same', () => {
    const write = operation(2, { operation: 'WriteFile', major: 4, offset: 0n, length: 64, information: 64 });
    const [line] = printed({}).lines;
    const log = runHere({ drivers: [driver(`const b = Data.Iopb.Parameters.Read.ReadBuffer;\n${first}`)], operations: [create(1), write, read(3)] });
    expect(eventsOf(log).filter(({ kind }) => kind === 'log').map(({ detail }) => (detail as { readonly text: string }).text)).toEqual([line]);
  });
});

it('what the trace tells is no unknown data: a name, an answer', () => {
  const rename = operation(2, { operation: 'SetRenameInformationFile', major: 6, detail: { FileInformationClass: 10, ReplaceIfExists: false, FileName: 'C:\\docs\\b.txt' } });
  const query = operation(3, { operation: 'QueryStandardInformationFile', major: 5, path: 'C:\\docs\\b.txt', detail: { FileInformationClass: 5, AllocationSize: 8192, EndOfFile: 5000, NumberOfLinks: 3, DeletePending: false, Directory: false } });
  const log = run('', rename, query);
  expect(eventsOf(log).filter(({ kind }) => kind === 'unknown' || kind === 'log').map(({ kind, detail }) => [kind, detail])).toEqual([
    ['log', { text: '\\??\\C:\\docs\\b.txt', driver: 'probe' }], ['log', { text: '5000 3', driver: 'probe' }],
  ]);
});

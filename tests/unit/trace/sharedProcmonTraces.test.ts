/** Real Process Monitor files, where they are at hand. Expectations are transcribed from their MANIFEST.md and procmon-formats.md. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import { formatTraceTime } from '../../../src-main/trace/record.ts';
import { accountedFor, chunkedSource, collectTrace, countBy } from '../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../support/trace/collectTrace.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/traces/procmon');
const reason = existsSync(folder) ? '' : ' (skipped: ../shared/traces/procmon is not here)';
let temporary = '';

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'fltreplay-traces-'));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Inflates a `.zlib` file into the temporary folder and reads the result. */
function bytesOf(path: string): Buffer {
  const packed = readFileSync(join(folder, path));
  if (!path.endsWith('.zlib')) return packed;
  const inflated = join(temporary, basename(path, '.zlib'));
  writeFileSync(inflated, inflateSync(packed));
  return readFileSync(inflated);
}

const load = (path: string): CollectedTrace => collectTrace(bytesSource(bytesOf(path), basename(path)));

function span(trace: CollectedTrace): readonly [string, string] {
  return [formatTraceTime(assertExists(trace.summary.firstTime)), formatTraceTime(assertExists(trace.summary.lastTime))];
}

/** Operations and skipped events by name, as the MANIFEST counts them. */
function countsOf(trace: CollectedTrace): { [operation: string]: number } {
  const counts = countBy(trace.operations, (operation) => operation.operation);
  for (const { operation, count } of trace.summary.skippedOperations ?? []) counts[operation] = (counts[operation] ?? 0) + count;
  return counts;
}

const utc32Counts = {
  QueryOpen: 2983, CreateFileMapping: 2374, QuerySecurityFile: 1422, FileSystemControl: 726, QueryDirectory: 625, DeviceIoControl: 274, WriteFile: 74,
  NotifyChangeDirectory: 41, LockFile: 19, UnlockFileSingle: 19, SetSecurityFile: 8, FlushBuffersFile: 6, QueryAttributeTagFile: 6,
};
const utc64Counts = {
  WriteFile: 5325, CreateFileMapping: 3556, FASTIO_RELEASE_FOR_SECTION_SYNCHRONIZATION: 3556, QueryOpen: 3107, FileSystemControl: 2912,
  FASTIO_ACQUIRE_FOR_MOD_WRITE: 1640, FASTIO_RELEASE_FOR_MOD_WRITE: 1640, LockFile: 1338, UnlockFileSingle: 1338, QueryEAFile: 1253, QueryDirectory: 1173,
  DeviceIoControl: 948, QuerySecurityFile: 941, FASTIO_ACQUIRE_FOR_CC_FLUSH: 850, FASTIO_RELEASE_FOR_CC_FLUSH: 850, QueryAttributeTagFile: 693,
  SetSecurityFile: 142, FlushBuffersFile: 88, NotifyChangeDirectory: 68, FASTIO_MDL_READ_COMPLETE: 1,
};
const processCounts = { 'Load Image': 1952, 'Thread Create': 720, 'Thread Exit': 611, 'Process Start': 44, 'Process Create': 39, 'Process Exit': 34 };
const registryCounts = {
  RegQueryValue: 14863, RegQueryKey: 7641, RegEnumKey: 2888, RegEnumValue: 1546, RegSetInfoKey: 693, RegCreateKey: 392, RegSetValue: 88, RegQueryKeySecurity: 77,
  RegLoadKey: 22, RegDeleteValue: 13, RegDeleteKey: 12, RegQueryMultipleValueKey: 5,
};
const bench64Counts = {
  CreateFile: 16002, CloseFile: 13259, IRP_MJ_CLOSE: 12796, CreateFileMapping: 12500, FASTIO_RELEASE_FOR_SECTION_SYNCHRONIZATION: 12500, QueryOpen: 7605,
  QueryBasicInformationFile: 6933, ReadFile: 5387, QueryStandardInformationFile: 3852, WriteFile: 1412, QueryDirectory: 72, 'Thread Create': 55, LockFile: 32,
  UnlockFileSingle: 32, 'Thread Exit': 31, FASTIO_ACQUIRE_FOR_CC_FLUSH: 27, FASTIO_RELEASE_FOR_CC_FLUSH: 27, SetEndOfFileInformationFile: 17,
  QueryNetworkOpenInformationFile: 12, FlushBuffersFile: 12, NotifyChangeDirectory: 9, QueryNameInformationFile: 5, FASTIO_MDL_READ_COMPLETE: 5,
  QueryAttributeTagFile: 4, SetDispositionInformationEx: 4, SetStorageReservedIdInformation: 2, QuerySizeInformationVolume: 2,
  QueryCaseSensitiveInformation: 1, QueryInformationVolume: 1, QueryAllInformationFile: 1, SetBasicInformationFile: 1,
};
const bench64Results = {
  '0x0': 76012 - 86, '0xc01c0004': 7543, '0x12a': 6234, '0xc0000034': 1464, '0xc000003a': 1286, '0x104': 27, '0xc0000011': 19, '0xc0000035': 5, '0x103': 3, '0x12b': 2,
  '0xc0000022': 2, '0x80000005': 1,
};
const eronnen = 'eronnen-procmon-parser/CompressedLogFile';
const bench = 'progmboy-openprocmon/CompressedLogFileBench64PML.zlib';

describe.skipIf(reason !== '')(`Process Monitor logs of version 9${reason}`, () => {
  it.each([
    { file: `${eronnen}UTC32FilesystemPML.zlib`, events: 8577, operations: 8577, processes: 65, bits: false, span: ['2020-07-31T06:55:07.0236729Z', '2020-07-31T07:00:23.5461851Z'], counts: utc32Counts },
    {
      // Classes the exporting Procmon did not know print <Unknown>; two of the four have names by now (page 16.2: "name it yourself").
      file: `${eronnen}UTC64FilesystemPML.zlib`, events: 31569, operations: 31569, processes: 38, bits: true, span: ['2020-07-31T07:19:37.0147934Z', '2020-07-31T07:21:09.1328193Z'],
      counts: { ...utc64Counts, '<Unknown>': 114 + 5, SetStorageReservedIdInformation: 7, QueryCaseSensitiveInformation: 24 },
    },
    { file: `${eronnen}UTC64ProcessPML.zlib`, events: 3400, operations: 0, processes: 74, bits: true, span: ['2020-07-31T07:37:18.2093997Z', '2020-07-31T07:43:04.9016710Z'], counts: processCounts },
    { file: 'eronnen-procmon-parser/LogFileUTC64Process.PML', events: 3400, operations: 0, processes: 74, bits: true, span: ['2020-07-31T07:37:18.2093997Z', '2020-07-31T07:43:04.9016710Z'], counts: processCounts },
    { file: `${eronnen}UTC64RegistryPML.zlib`, events: 28240, operations: 0, processes: 35, bits: true, span: ['2020-07-31T07:27:31.7947753Z', '2020-07-31T07:29:02.6731119Z'], counts: registryCounts },
    { file: bench, events: 92598, operations: 92512, processes: 17, bits: true, span: ['2026-06-05T06:42:34.4865138Z', '2026-06-05T06:42:45.5766865Z'], counts: bench64Counts },
  ])('$file holds what its MANIFEST says', ({ file, events, operations, processes, bits, span: times, counts }) => {
    const trace = load(file);
    expect(trace.summary).toMatchObject({ format: 'procmon-pml-9', events, operations, damaged: [] });
    expect(accountedFor(trace.summary)).toBe(events);
    expect(trace.processes.length).toBe(processes);
    expect(trace.summary.system['is64Bit']).toBe(bits);
    expect(span(trace)).toEqual(times);
    expect(countsOf(trace)).toEqual(counts);
  });

  it('has the recorded results of the unfiltered capture', () => {
    expect(countBy(load(bench).operations, (operation) => `0x${(operation.status ?? 0).toString(16)}`)).toEqual(bench64Results);
  });

  it('finds the create that follows a refused QueryOpen on its thread, as the format page counts them', () => {
    const { operations } = load(bench);
    const last = new Map<string, (typeof operations)[number]>();
    let refused = 0;
    let followed = 0;
    for (const operation of operations) {
      const thread = `${operation.process}/${operation.tid}`;
      const before = last.get(thread);
      if (before?.operation === 'QueryOpen' && before.status === 0xc01c0004) {
        refused += 1;
        if (operation.operation === 'CreateFile' && operation.path === before.path) followed += 1;
      }
      last.set(thread, operation);
    }
    expect(refused).toBe(7525);
    expect(followed).toBe(7457);
  });

  it('reads the same whatever the source hands out at a time', () => {
    const bytes = bytesOf(`${eronnen}UTC32FilesystemPML.zlib`);
    const whole = collectTrace(bytesSource(bytes));
    expect(collectTrace(chunkedSource(bytes, 60_001)).operations).toEqual(whole.operations);
  });

  it('refuses what is no trace in one sentence', () => {
    expect(() => load('rurik-noriben/ProcmonConfiguration.pmc')).toThrow(/of no format FltReplay knows/);
    expect(() => collectTrace(bytesSource(readFileSync(join(folder, bench)), bench))).toThrow(/zlib stream/);
  });
});

describe.skipIf(reason !== '')(`Procmon CSV exports${reason}`, () => {
  it.each([
    { file: `${eronnen}UTC32FilesystemCSV.zlib`, events: 8577, operations: 8577, span: ['2020-07-31T06:55:07.0236729Z', '2020-07-31T07:00:23.5461851Z'], counts: utc32Counts },
    { file: 'eronnen-procmon-parser/LogFileUTC32Filesystem.CSV', events: 8577, operations: 8577, span: ['2020-07-31T06:55:07.0236729Z', '2020-07-31T07:00:23.5461851Z'], counts: utc32Counts },
    { file: `${eronnen}UTC64FilesystemCSV.zlib`, events: 31569, operations: 31569, span: ['2020-07-31T07:19:37.0147934Z', '2020-07-31T07:21:09.1328193Z'], counts: { ...utc64Counts, '<Unknown>': 150 } },
    { file: `${eronnen}UTC64ProcessCSV.zlib`, events: 3400, operations: 0, span: ['2020-07-31T07:37:18.2093997Z', '2020-07-31T07:43:04.9016710Z'], counts: processCounts },
    { file: 'eronnen-procmon-parser/LogFileUTC64Process.CSV', events: 3400, operations: 0, span: ['2020-07-31T07:37:18.2093997Z', '2020-07-31T07:43:04.9016710Z'], counts: processCounts },
    { file: `${eronnen}UTC64RegistryCSV.zlib`, events: 28240, operations: 0, span: ['2020-07-31T07:27:31.7947753Z', '2020-07-31T07:29:02.6731119Z'], counts: registryCounts },
    {
      // No date column: times of day are right (UTC-5, local), the date is assumed.
      file: 'rurik-noriben/Noriben_09_Apr_13__20_16_13_368000.csv', events: 623, operations: 248, span: ['2000-01-01T20:16:14.4778228Z', '2000-01-01T20:16:30.5894584Z'],
      counts: {
        WriteFile: 143, RegCreateKey: 91, RegSetValue: 71, CreateFile: 65, 'UDP Send': 62, 'UDP Receive': 45, RegDeleteKey: 30, 'TCP Receive': 20, FlushBuffersFile: 20,
        'TCP Disconnect': 16, 'TCP Reconnect': 15, SetDispositionInformationFile: 9, 'TCP Send': 7, QuerySizeInformationVolume: 6, 'Process Create': 4, 'Process Start': 4,
        'Process Exit': 4, SetAllInformationFile: 4, RegDeleteValue: 3, RegFlushKey: 3, QueryAttributeInformationVolume: 1,
      },
    },
  ])('$file holds what its MANIFEST says', ({ file, events, operations, span: times, counts }) => {
    const trace = load(file);
    expect(trace.summary).toMatchObject({ format: 'procmon-csv', events, operations, damaged: [] });
    expect(accountedFor(trace.summary)).toBe(events);
    expect(span(trace)).toEqual(times);
    expect(countsOf(trace)).toEqual(counts);
  });

  /** What the two sources may differ in, by the format page: 16.2 names, 10.5 a 32-bit lock length, 10.4 lengths the text leaves out. */
  it.each(['UTC32Filesystem', 'UTC64Filesystem'])('%s says row by row what its log says', (name) => {
    const log = load(`${eronnen}${name}PML.zlib`);
    const csv = load(`${eronnen}${name}CSV.zlib`);
    const differing: unknown[] = [];
    log.operations.forEach((left, i) => {
      const right = assertExists(csv.operations[i]);
      const [p, q] = [log.processOf(left), csv.processOf(right)];
      const same =
        (left.operation === right.operation || right.operation === '<Unknown>') && left.path === right.path && left.status === right.status && left.time === right.time &&
        left.duration === right.duration && left.tid === right.tid && p.pid === q.pid && p.name === q.name && left.offset === right.offset &&
        (right.length === null || left.length === right.length || (left.length === 2 ** 64 && right.length === 2 ** 32 - 1)) &&
        ['CompletionFilter', 'SecurityInformation', 'ControlCode', 'Filter', 'FileAttributes', 'ReparseTag', 'Exclusive', 'FailImmediately', 'SyncType', 'EndingOffset', 'EndOfFile'].every(
          (key) => right.detail[key] === undefined || left.detail[key] === right.detail[key],
        );
      if (!same) differing.push({ left, right });
    });
    expect(differing).toEqual([]);
    expect(csv.operations.length).toBe(log.operations.length);
  });
});

/** Real ETL files, imported, where they are at hand. Expectations: counts.json and MANIFEST.md of their folder, and TraceEvent's published output for one of them. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import type { ContextEvent, OperationRecord } from '../../../src-main/trace/record.ts';
import { accountedFor, collectTrace } from '../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../support/trace/collectTrace.ts';
import { unzipEntry } from '../../support/trace/unzip.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/traces/etw');
const here = existsSync(folder);
const reason = here ? '' : ' (skipped: ../shared/traces/etw is not here)';

interface Counted {
  readonly records: number;
  readonly counts: { readonly [event: string]: number };
}

const counted = here ? (JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8')) as { readonly [file: string]: Counted }) : {};
const main = 'perfview/net.4.5.2.x64.etl';

function load(file: string): CollectedTrace {
  const packed = readFileSync(join(folder, file));
  const bytes = file.endsWith('.zip') ? unzipEntry(packed, '.etl') : file.endsWith('.etlgz') ? gunzipSync(packed) : packed;
  return collectTrace(bytesSource(bytes, basename(file)));
}

describe.skipIf(!here)(`every shared file${reason}`, () => {
  it.each(Object.keys(counted))('%s: every record is counted by its name', (file) => {
    const { summary } = load(file);
    const { records, counts } = assertExists(counted[file]);
    const found = Object.fromEntries([...(summary.operationEvents ?? []).map(({ event, count }) => [event, count] as const), ...(summary.skippedOperations ?? []).map(({ operation, count }) => [operation, count] as const)]);
    expect(found).toEqual(counts);
    expect(summary.events).toBe(records);
    expect(accountedFor(summary)).toBe(records);
    expect(summary.damaged.filter((damage) => damage.records !== 0)).toEqual([]);
  });

  it('a trace without file operations says what was recorded instead', () => {
    expect(load('airbus-etl-parser/ShutdownPerfDiagLogger.etl').summary.system['note']).toMatch(/^no file operations were recorded \(the kernel session recorded process, thread, image\)/);
    expect(load('s4/WindowsUpdate.20251008.140245.443.8.etl').summary.damaged).toMatchObject([{ reason: expect.stringMatching(/^the recorder lost 41 events/), records: 0 }]);
  });

  it('processes logged by test tools are read in both widths', () => {
    for (const file of ['sawbuck/process_data_32_v2.etl', 'sawbuck/process_data_64_v3.etl']) {
      expect(load(file).processes.map(({ name, pid, user }) => [name, pid, user])).toEqual(
        expect.arrayContaining([['System', 4, 'S-1-5-18'], ['smss.exe', expect.any(Number), 'S-1-5-18'], ['notepad.exe', expect.any(Number), expect.stringMatching(/^S-1-5-21-/)]]),
      );
    }
  });
});

/** A line of TraceEvent's output: `EVENT 169.833: Provider/Event PID=…; TID=…; …`. */
interface BaselineRow {
  readonly ms: string;
  readonly event: string;
  readonly fields: { readonly [name: string]: string };
}

function baseline(...events: readonly string[]): readonly BaselineRow[] {
  const rows: BaselineRow[] = [];
  for (const line of readFileSync(join(folder, 'perfview/net.4.5.2.x64.baseline.txt'), 'utf8').split('\n')) {
    const match = /^EVENT ([\d,.]+): (\S.*?) (PID=.*)$/.exec(line);
    const event = match?.[2] ?? '';
    if (match === null || !events.includes(event)) continue;
    const fields = Object.fromEntries((match[3] ?? '').split('; ').map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1).trimEnd()]));
    rows.push({ ms: (match[1] ?? '').replaceAll(',', ''), event, fields });
  }
  return rows;
}

const number = (text: string | undefined): number => Number((text ?? '').replaceAll(',', ''));
/** TraceEvent cuts long values and leaves the image's extension out. */
const cutOf = (text: string | undefined): string => (text ?? '').replace(/\.\.\.;?$/, '');

describe.skipIf(!here)(`the main sample against TraceEvent's output${reason}`, () => {
  const trace = here ? load(main) : undefined;
  const start = trace?.summary.firstTime ?? 0n;
  /** The text has three decimals; halves are rounded as .NET does. */
  const isAt = (time: bigint, ms: string): boolean => Math.abs(Number(time - start) / 10_000 - Number(ms)) < 0.00051;

  /** The row of a time and an address or number in its detail. */
  function row(of: BaselineRow, name: string, key: string, value: bigint | number): ContextEvent {
    const found = trace?.contextEvents.find((event) => event.name === name && isAt(event.time, of.ms) && event.detail[key] === value);
    return assertExists(found, `${of.event} at ${of.ms}`);
  }

  function expectOwner(found: ContextEvent | OperationRecord, { fields }: BaselineRow): void {
    const process = assertExists(found.process === null ? undefined : trace?.processes[found.process]);
    expect(process.pid).toBe(number(fields['PID']));
    expect(process.name.replace(/\.exe$/, '')).toBe(fields['PName']);
    expect(found.tid).toBe(number(fields['TID']));
  }

  it('Kernel-File creates: time, thread, process, address, options, path', () => {
    const rows = baseline('Microsoft-Windows-Kernel-File/Create');
    expect(rows.length).toBe(5);
    for (const of of rows) {
      const found = assertExists(trace?.operations.find((op) => isAt(op.time, of.ms) && op.detail['Irp'] === BigInt(of.fields['IrpPtr'] ?? 0)));
      expectOwner(found, of);
      expect(found.detail).toMatchObject({ FileObject: BigInt(of.fields['FileObject'] ?? 0), FileAttributes: 0, ShareAccess: 7, Disposition: 'Open', Processor: number(of.fields['ProceNum']) });
      // FILE_ATTRIBUTE_ARCHIVE is the name TraceEvent gives to 0x20.
      const options = of.fields['CreateOptions'] ?? '';
      expect(found.detail['CreateOptions']).toBe(options.startsWith('FILE_ATTRIBUTE_ARCHI') ? 0x20 : Number(options));
      const shown = found.path ?? '';
      const path = cutOf(of.fields['FileName']);
      // Redirector segments are left out of the path, and stand in NtPath.
      if (path.startsWith('\\\\')) expect(String(found.detail['NtPath'])).toContain(path.slice(1));
      else expect(shown.startsWith(path)).toBe(true);
      expect(found.stack?.frames.length).toBeGreaterThan(0);
    }
    expect(trace?.operations).toHaveLength(562);
    expect(trace?.operations.every(({ path }) => path !== null)).toBe(true);
  });

  it('disk reads and writes: time, issuing thread, file, size, duration', () => {
    const rows = baseline('Windows Kernel/DiskIO/Read', 'Windows Kernel/DiskIO/Write');
    expect(rows.length).toBeGreaterThan(8);
    for (const of of rows) {
      const found = row(of, of.event.endsWith('Read') ? 'DiskIo/Read' : 'DiskIo/Write', 'Irp', BigInt(of.fields['Irp'] ?? 0));
      expectOwner(found, of);
      expect(found.detail).toMatchObject({ TransferSize: number(of.fields['TransferSize']), ByteOffset: number(of.fields['ByteOffset']), FileKey: BigInt(of.fields['FileKey'] ?? 0) });
      expect(Number(found.duration) / 10_000).toBeCloseTo(number(of.fields['ElapsedTimeMSec']), 2);
      expect((found.path ?? '').startsWith(cutOf(of.fields['FileName']))).toBe(true);
    }
  });

  it('all disk transfers are given a process and a file', () => {
    const transfers = trace?.contextEvents.filter(({ name }) => name === 'DiskIo/Read' || name === 'DiskIo/Write') ?? [];
    expect(transfers).toHaveLength(1229);
    expect(transfers.filter(({ path, process }) => path === null || process === null)).toEqual([]);
  });

  it('threads and processes begin and end where TraceEvent has them', () => {
    const names: { readonly [event: string]: string } = { 'Windows Kernel/Thread/Start': 'Thread/Start', 'Windows Kernel/Thread/Stop': 'Thread/End' };
    const rows = baseline(...Object.keys(names));
    expect(rows.length).toBeGreaterThan(8);
    for (const of of rows) expectOwner(row(of, assertExists(names[of.event]), 'ThreadId', number(of.fields['TID'])), of);
    for (const of of baseline('Windows Kernel/Process/Start', 'Windows Kernel/Process/Stop')) {
      const found = row(of, of.event.endsWith('Start') ? 'Process/Start' : 'Process/End', 'ProcessId', number(of.fields['ProcessID']));
      expect(found.detail).toMatchObject({ ParentId: number(of.fields['ParentID']), SessionId: number(of.fields['SessionID']) });
    }
  });

  it('processes of the rundown have their parents, names and command lines', () => {
    const rows = baseline('Windows Kernel/Process/DCStart');
    expect(rows.length).toBeGreaterThan(3);
    for (const { fields } of rows) {
      const process = assertExists(trace?.processes.find(({ pid }) => pid === number(fields['ProcessID'])));
      expect(process).toMatchObject({ name: fields['ImageFileName'], parentPid: number(fields['ParentID']) });
      expect((process.commandLine ?? '').startsWith(cutOf(fields['CommandLine']))).toBe(true);
    }
  });

  it('modules have their place, size and path', () => {
    const rows = baseline('Windows Kernel/Image/DCStart', 'Windows Kernel/Image/Load');
    expect(rows.length).toBeGreaterThan(3);
    for (const { fields } of rows.filter((of) => !(of.fields['FileName'] ?? '').startsWith('\\\\'))) {
      const base = BigInt(fields['ImageBase'] ?? 0);
      const found = assertExists(trace?.modules.find((module) => module.base === base && module.path.startsWith(cutOf(fields['FileName']))));
      expect(found.size).toBe(number(fields['ImageSize']));
    }
  });
});

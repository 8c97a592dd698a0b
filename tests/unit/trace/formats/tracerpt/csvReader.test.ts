/** Expectations are etw-formats.md 15 and the layouts of 9.3, put into rows by hand. */
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { formatTraceTime, parseTraceTime } from '../../../../../src-main/trace/record.ts';
import type { ImportOptions } from '../../../../../src-main/trace/traceFormat.ts';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { accountedFor, collectTrace } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';
import { scenarioEvents } from '../../../../support/trace/etwScenarioEvents.ts';
import type { ScenarioEvent } from '../../../../support/trace/etwScenarioEvents.ts';
import { tracerptCsvHeading, tracerptCsvRow, writeTracerptCsv } from '../../../../support/trace/writeTracerpt.ts';

const load = (text: string | Uint8Array, options: ImportOptions = {}): CollectedTrace => {
  const trace = collectTrace(bytesSource(typeof text === 'string' ? Buffer.from(text) : text), undefined, options);
  expect(accountedFor(trace.summary)).toBe(trace.summary.events);
  return trace;
};
const fileIo: ScenarioEvent = { t: 0, cpu: 0, className: 'FileIo', opcode: 64, opcodeName: 'Create', version: 3, pid: 1, tid: 2, fields: [] };
const rows = (...events: readonly ScenarioEvent[]): string => tracerptCsvHeading + events.map((event) => tracerptCsvRow(event)).join('');

describe('tracerpt CSV', () => {
  it('says what the log said of itself', () => {
    expect(load(writeTracerptCsv()).summary.system).toMatchObject({ build: 19041, processors: 2, pointerSize: 8, eventsLost: 0 });
  });

  it('reads the layouts of Windows 7, with the thread in front', () => {
    const trace = load(rows(
      { ...fileIo, version: 2, fields: [['IrpPtr', 16n], ['TTID', 1240n], ['FileObject', 32n], ['CreateOptions', 0x01000060], ['FileAttributes', 0x80], ['ShareAccess', 3], ['OpenPath', '\\a, "b".txt']] },
      { ...fileIo, version: 2, opcode: 68, opcodeName: 'Write', fields: [['Offset', 8n], ['IrpPtr', 48n], ['TTID', 1241n], ['FileObject', 32n], ['FileKey', 64n], ['IoSize', 36], ['IoFlags', 0xa00]] },
      { ...fileIo, version: 2, opcode: 71, opcodeName: 'Rename', fields: [['IrpPtr', 80n], ['TTID', 1242n], ['FileObject', 32n], ['FileKey', 64n], ['ExtraInfo', 0n], ['InfoClass', 10]] },
    ));
    expect(trace.operations).toMatchObject([
      { operation: 'FileIo/Create', tid: 1240, path: '\\a, "b".txt', detail: { CreateOptions: 0x60, FileAttributes: 0x80, ShareAccess: 3 } },
      { operation: 'FileIo/Write', tid: 1241, offset: 8n, length: 36, irpFlags: 0xa00, path: '\\a, "b".txt' },
      { operation: 'FileIo/Rename', tid: 1242, detail: { FileInformationClass: 10 } },
    ]);
  });

  it('reads processes and images of the manifest provider', () => {
    const provider = { ...fileIo, className: 'Microsoft-Windows-Kernel-Process', opcode: 1, opcodeName: 'Start', version: 0 };
    const trace = load(rows(
      { ...provider, id: 1, fields: [['ProcessID', 77], ['CreateTime', 133500000000000000n], ['ParentProcessID', 5], ['SessionID', 1], ['ImageName', '\\Device\\HarddiskVolume3\\x\\tool.exe']] },
      { ...fileIo, opcode: 66, opcodeName: 'Close', pid: 77, tid: 78, fields: [['IrpPtr', 16n], ['FileObject', 32n], ['FileKey', 64n], ['TTID', 78]] },
    ));
    expect(trace.processOf(assertExists(trace.operations[0]))).toMatchObject({ pid: 77, name: 'tool.exe', parentPid: 5, imagePath: '\\Device\\HarddiskVolume3\\x\\tool.exe' });
  });

  it('finds its columns in copies that a spreadsheet has made', () => {
    const copy = rows(...scenarioEvents).split('\r\n').map((line, index) => (line === '' ? '' : `${index === 0 ? 'Index' : index},${line}`)).join('\r\n');
    expect(load(copy).summary).toMatchObject({ format: 'tracerpt-csv', operations: 16, damaged: [] });
  });

  it('reads a row that begins like others and is written in another way', () => {
    const read = (pid: number, ...fields: ScenarioEvent['fields']): ScenarioEvent => ({ ...fileIo, opcode: 67, opcodeName: 'Read', pid, fields });
    const plain = read(1, ['Offset', 4096], ['IrpPtr', 16n], ['FileObject', 32n], ['FileKey', 64n], ['TTID', 78], ['IoSize', 512], ['IoFlags', 0], ['ExtraFlags', 0]);
    const odd = tracerptCsvRow(plain).replace(' 4096,', ' "8192",').replace(' 512,', ' -1 ,').replace('0x00000001', '       77,');
    const trace = load(rows(plain, plain, { ...plain, pid: 5 }) + odd.replace('       77,', '        77') + tracerptCsvRow(plain) + odd);
    expect(trace.operations.map(({ offset, length }) => [offset, length])).toEqual([[4096n, 512], [4096n, 512], [4096n, 512], [8192n, 0xffff_ffff], [4096n, 512]]);
    expect(trace.operations.map((operation) => trace.processOf(operation)?.pid)).toEqual([1, 1, 5, 77, 1]);
    // A column too many moves the time away.
    expect(trace.summary.damaged).toMatchObject([{ at: 7, unit: 'line', records: 1 }]);
  });

  it('refuses times that a spreadsheet has rounded', () => {
    expect(() => load(tracerptCsvHeading + tracerptCsvRow(fileIo, '1.3312743607246872e+17'))).toThrow(/row 2 has the time “1\.3312743607246872e\+17”: a spreadsheet has rounded/);
  });

  it('counts raw clock ticks from the time it is told', () => {
    const end: ScenarioEvent = { ...fileIo, opcode: 66, opcodeName: 'Close', fields: [['IrpPtr', 16n], ['FileObject', 32n], ['FileKey', 64n], ['TTID', 78]] };
    const trace = load(tracerptCsvHeading + tracerptCsvRow(end, '36000000000') + tracerptCsvRow(end, '36000012345'), { assumedDate: assertExists(parseTraceTime('2024-01-17T00:00:00.0000000Z')) });
    expect(trace.operations.map(({ time }) => formatTraceTime(time))).toEqual(['2024-01-17T00:00:00.0000000Z', '2024-01-17T00:00:00.0012345Z']);
    expect(trace.summary.system['times']).toMatch(/raw clock ticks/);
  });

  it('shows lost events', () => {
    const header = assertExists(scenarioEvents.find(({ className, opcode }) => className === 'EventTrace' && opcode === 0));
    const trace = load(rows({ ...header, fields: header.fields.map(([name, value]) => [name, name === 'EventsLost' ? 41 : value] as const) }));
    expect(trace.contextEvents).toMatchObject([{ contextClass: 'lost' }]);
    expect(trace.summary).toMatchObject({ events: 1, system: { eventsLost: 41 } });
  });

  it('counts events it has no use for by class and kind', () => {
    const trace = load(rows(
      { ...fileIo, className: 'Registry', opcode: 11, opcodeName: 'Open', fields: [] }, { ...fileIo, className: 'TcpIp', opcode: 10, opcodeName: 'SendIPV4', fields: [] },
      { ...fileIo, className: 'My-Provider', id: 7, opcode: 0, opcodeName: '', fields: [] },
    ));
    expect(trace.summary.skipped).toEqual([
      { reason: 'registry event', count: 1 }, { reason: 'network event', count: 1 }, { reason: 'manifest event', count: 1 },
    ]);
    expect(trace.summary.skippedOperations).toEqual([
      { operation: 'Registry/Open', count: 1 }, { operation: 'TcpIp/SendIPV4', count: 1 }, { operation: 'My-Provider/id 7', count: 1 },
    ]);
  });

  it('reports damaged lines and reads on', () => {
    const good = tracerptCsvRow({ ...fileIo, opcode: 66, opcodeName: 'Close', fields: [['IrpPtr', 16n], ['FileObject', 32n], ['FileKey', 64n], ['TTID', 78]] });
    const trace = load(`${tracerptCsvHeading}nonsense\r\n${tracerptCsvRow(fileIo)}${tracerptCsvRow(fileIo, 'yesterday')}${good}${good.slice(0, 90)}`);
    expect(trace.operations).toHaveLength(1);
    // Remarks on the whole trace, which cost no record, stand behind the damage.
    expect(trace.summary.damaged.filter(({ records }) => records !== 0)).toEqual([
      { at: 2, unit: 'line', reason: 'line has fewer columns than the first line', records: 1 },
      { at: 3, unit: 'line', reason: 'an event FileIo/Create lacks its fields', records: 1 },
      { at: 4, unit: 'line', reason: 'line has a time that cannot be read', records: 1 },
      { at: 6, unit: 'line', reason: 'the file ends inside this line', records: 1 },
    ]);
  });
});

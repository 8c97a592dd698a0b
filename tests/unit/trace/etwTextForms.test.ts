/** The scenario of etw-formats.md section 12 in every text form: the same operations, statuses and times come out of each, as exact as the form is. */
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import type { OperationRecord, TraceTime } from '../../../src-main/trace/record.ts';
import { accountedFor, chunkedSource, collectTrace } from '../../support/trace/collectTrace.ts';
import { majorOf, operations, processId, startTime, threadId, ticksAt } from '../../support/trace/etwScenario.ts';
import type { ScenarioOperation } from '../../support/trace/etwScenario.ts';
import { scenarioEvents } from '../../support/trace/etwScenarioEvents.ts';
import { perfViewEvents, writePerfViewCsv, writePerfViewXml, writeSavedXml } from '../../support/trace/writePerfView.ts';
import { writeTracerptCsv, writeTracerptXml } from '../../support/trace/writeTracerpt.ts';
import { writeXperf, xperfRows } from '../../support/trace/writeXperf.ts';

interface Form {
  readonly name: string;
  readonly format: string;
  readonly bytes: () => Uint8Array;
  /** Records of the file. */
  readonly events: number;
  /** 100 ns ticks to which its times are exact. */
  readonly precision: bigint;
  /** Where the form leaves things out. */
  readonly without?: readonly ('minifilter' | 'disk' | 'rename target')[];
}

const perfView = { events: perfViewEvents.length, without: ['minifilter', 'rename target'] } as const;

const forms: readonly Form[] = [
  { name: 'tracerpt CSV', format: 'tracerpt-csv', bytes: () => writeTracerptCsv(), events: scenarioEvents.length, precision: 1n },
  { name: 'tracerpt CSV, UTF-16', format: 'tracerpt-csv', bytes: () => writeTracerptCsv(scenarioEvents, 'utf16le'), events: scenarioEvents.length, precision: 1n },
  { name: 'tracerpt XML', format: 'tracerpt-xml', bytes: () => writeTracerptXml(), events: scenarioEvents.length, precision: 1n },
  { name: 'tracerpt XML, on one line in UTF-16, local times', format: 'tracerpt-xml', bytes: () => writeTracerptXml(scenarioEvents, { encoding: 'utf16le', offsetMinutes: -420, compact: true }), events: scenarioEvents.length, precision: 1n },
  { name: 'xperf dumper', format: 'xperf-dumper', bytes: () => writeXperf(), events: xperfRows.length, precision: 10n, without: ['minifilter', 'rename target'] },
  { name: 'xperf dumper without a start', format: 'xperf-dumper', bytes: () => writeXperf({ facts: '' }), events: xperfRows.length, precision: 10n, without: ['minifilter', 'rename target'] },
  { name: 'PerfView XML', format: 'perfview-xml', bytes: () => writePerfViewXml(), ...perfView, precision: 1n },
  { name: 'PerfView XML saved from the Events window', format: 'perfview-xml', bytes: () => writeSavedXml(), ...perfView, precision: 10n },
  { name: 'PerfView CSV', format: 'perfview-csv', bytes: () => writePerfViewCsv(), ...perfView, precision: 10n },
  {
    name: 'PerfView CSV with columns, of another locale', format: 'perfview-csv', ...perfView, precision: 10n,
    bytes: () => writePerfViewCsv(perfViewEvents, { separator: ';', columns: ['ThreadID', 'FileName', 'IrpPtr'] }),
  },
];

const dosPath = (path: string): string => path.replace('\\Device\\HarddiskVolume3\\', 'C:\\');

function expectedParameters({ what }: ScenarioOperation): Partial<OperationRecord> {
  const detail = (values: { readonly [key: string]: unknown }): OperationRecord['detail'] => expect.objectContaining(values) as OperationRecord['detail'];
  switch (what.event) {
    case 'Create':
      return { detail: detail({ CreateDisposition: what.options >>> 24, CreateOptions: what.options & 0xffffff, FileAttributes: what.attributes, ShareAccess: what.share }) };
    case 'Read': case 'Write':
      // The three bits of the priority are no flags of the IRP.
      return { offset: BigInt(what.offset), length: what.size, irpFlags: what.flags & 0x1ffff, kind: what.flags === 0 ? 'fastio' : 'irp' };
    case 'FSControl': return { detail: detail({ ControlCode: what.infoClass }) };
    case 'DirEnum': return { length: what.length, detail: detail({ FileInformationClass: what.infoClass, Filter: what.pattern }) };
    case 'DirNotify': return { length: what.length, detail: detail({ CompletionFilter: what.infoClass }) };
    case 'SetInfo': return { detail: detail({ FileInformationClass: what.infoClass, EndOfFile: what.extra }) };
    case 'Delete': return { detail: detail({ FileInformationClass: what.infoClass, DeleteFile: true }) };
    case 'Rename': case 'QueryInfo': return { detail: detail({ FileInformationClass: what.infoClass }) };
    default: return {};
  }
}

const near = (actual: bigint | null, expected: bigint, precision: bigint): boolean => {
  const difference = (actual ?? 0n) - expected;
  return difference < precision && -difference < precision;
};

describe.each(forms)('$name', ({ format, bytes, events, precision, without = [] }) => {
  const options = { assumedDate: startTime as TraceTime };
  const trace = collectTrace(bytesSource(bytes()), undefined, options);
  const sorted = [...trace.operations].sort((a, b) => (a.time === b.time ? a.sourceIndex - b.sourceIndex : a.time < b.time ? -1 : 1));

  it('holds the sixteen operations and nothing else unaccounted for', () => {
    expect(trace.summary).toMatchObject({ format, events, operations: 16, damaged: [] });
    expect(accountedFor(trace.summary)).toBe(events);
  });

  it.each(operations.map((expected, index) => ({ name: `${index + 1}: ${expected.what.event}`, expected, index })))('$name', ({ expected, index }) => {
    const inOrder = [...operations].sort((a, b) => a.start - b.start);
    const operation = assertExists(sorted[inOrder.indexOf(expected)]);
    const [major, minor] = majorOf[expected.what.event];
    expect(index).toBeLessThan(16);
    expect(operation).toMatchObject({ major, minor, status: expected.status, information: expected.information, path: dosPath(expected.path), tid: threadId });
    expect(operation).toMatchObject(expectedParameters(expected));
    expect(trace.processOf(operation)).toMatchObject({ pid: processId, name: 'notepad.exe' });
    expect([operation.time, ticksAt(expected.start)]).toSatisfy(([actual, wanted]: bigint[]) => near(actual ?? null, wanted ?? 0n, precision));
    expect([operation.duration, BigInt((expected.end - expected.start) * 10)]).toSatisfy(([actual, wanted]: bigint[]) => near(actual ?? null, wanted ?? 0n, 2n * precision));
  });

  it('ties what it tells beside the operations to them', () => {
    const create = assertExists(sorted[0]).sourceIndex;
    const minifilter = trace.contextEvents.filter(({ contextClass }) => contextClass === 'minifilter');
    const disk = trace.contextEvents.filter(({ contextClass }) => contextClass === 'disk');
    expect(minifilter.filter(({ operation }) => operation === create)).toHaveLength(without.includes('minifilter') ? 0 : 4);
    expect(disk).toHaveLength(without.includes('disk') ? 0 : 2);
    if (without.includes('rename target')) return;
    const rename = assertExists(sorted.find(({ major, detail }) => major === 6 && detail['FileInformationClass'] === 10));
    expect(rename.detail['FileName']).toBe('C:\\Users\\test\\b.txt');
  });

  it('does not depend on how the source hands out its bytes', () => {
    const pieces = collectTrace(chunkedSource(bytes(), 1001), undefined, options);
    expect(pieces.operations).toEqual(trace.operations);
  });
});

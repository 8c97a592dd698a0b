/** Rows as published in etw-formats.md 16, and what its table says of the columns. */
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { formatTraceTime } from '../../../../../src-main/trace/record.ts';
import { accountedFor, collectTrace } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';
import { writeXperf, xperfFacts } from '../../../../support/trace/writeXperf.ts';

const load = (bytes: Uint8Array): CollectedTrace => {
  const trace = collectTrace(bytesSource(bytes));
  expect(accountedFor(trace.summary)).toBe(trace.summary.events);
  return trace;
};
const spin = 'spin.exe (11060), 11224, spin.exe (11060), 11224, 0, 0xffffe288851f8608, 0xffffe2889d1aa7d0';
const write = `            FileIoWrite,    8304578,         ${spin}, 0x00000000ce, 0x00000041, 0x00000000, 0x00000000,   NotSet, "C:\\data\\phase.tsv", \r\n`;
const end = '            FileIoOpEnd,    8304586,         spin.exe (11060),          0,        spin.exe (11060),             11224,   0, 0xffffe288851f8608, 0xffffe2889d1aa7d0, 8, 0x00000000, 0x0000000000000041, FileIoWrite, "C:\\data\\phase.tsv"\r\n';

describe('xperf dumper', () => {
  it('reads published rows', () => {
    const trace = load(writeXperf({ rows: [write, end], facts: xperfFacts.replace(/Trace Start: \d+/, 'Trace Start: 131777972134992100') }));
    const operation = assertExists(trace.operations[0]);
    expect(operation).toMatchObject({
      operation: 'FileIo/Write', major: 4, kind: 'fastio', tid: 11224, path: 'C:\\data\\phase.tsv', offset: 0xcen, length: 0x41, status: 0, information: 0x41, duration: 80n,
      detail: { Irp: 0xffffe288851f8608n, FileObject: 0xffffe2889d1aa7d0n },
    });
    expect(trace.processOf(operation)).toMatchObject({ pid: 11060, name: 'spin.exe' });
    // 131777972134992100 x 100 ns and 8.304578 s behind 1601-01-01, by another calendar.
    expect(formatTraceTime(operation.time)).toBe('2018-08-03T19:13:41.8037880Z');
    expect(trace.summary).toMatchObject({ events: 2, system: { osVersion: '10.0.19041', pointerSize: 8, eventsLost: 0 } });
  });

  it('reads information classes by name and by number, and names that xperf did not know', () => {
    const query = (infoClass: string, name: string): string => `FileIoQueryInfo, 14195102, ${spin}, 0x0000000000000000, ${infoClass}, ${name}\r\n`;
    const trace = load(writeXperf({ rows: [query('FileBasicInformation', '"C:\\a, b.txt"'), query('0x00000005', '"Unknown (0xFFFFE00018843568)"')] }));
    expect(trace.operations).toMatchObject([
      { path: 'C:\\a, b.txt', detail: { FileInformationClass: 4 } }, { detail: { FileInformationClass: 5 } },
    ]);
  });

  it('follows the schemas of the dump', () => {
    const bytes = Buffer.from(Buffer.from(writeXperf({ rows: [
      `FileIoClose, 0xffffe288851f8608, 17, "C:\\x", 3\r\n`,
      `MiniFilterPreOpInit, 20, flt.exe (9), 0xfffff80000101000, 0xffffe2889d1aa7d0, 0xffffe288851f8608, IRP_MJ_CREATE\r\n`,
    ] })).toString().replace(/FileIoClose, [^\r]*/, 'FileIoClose, IrpPtr, TimeStamp, FileName, CPU')
      .replace('EndHeader', 'MiniFilterPreOpInit, TimeStamp, Process Name ( PID), RoutineAddr, FileObject, IrpPtr, MajorFunction\r\nEndHeader'));
    const trace = load(bytes);
    expect(trace.operations).toMatchObject([{ operation: 'FileIo/Close', path: 'C:\\x', detail: { Irp: 0xffffe288851f8608n, Processor: 3 } }]);
    expect(trace.contextEvents).toMatchObject([{ contextClass: 'minifilter', name: 'FltPreOpInit' }]);
  });

  it('counts rows that tell nothing of files', () => {
    const trace = load(writeXperf({ rows: ['UnknownEvent/Classic, 12, {68fdd900}\r\n', 'InvalidEvent/Stack, 13\r\n', 'Mark, 14, "x"\r\n', 'NoSchema, 15\r\n', 'RegOpen, 16\r\n'] }));
    expect(trace.summary).toMatchObject({ events: 5, operations: 0 });
    expect(trace.summary.skipped).toEqual([
      { reason: 'unknown event', count: 1 }, { reason: 'invalid event', count: 1 }, { reason: 'other event', count: 2 }, { reason: 'registry event', count: 1 },
    ]);
  });

  it('shows lost events and buffers', () => {
    const trace = load(writeXperf({ rows: [], facts: xperfFacts.replace('Events Lost: 0, Buffers lost: 0', 'Events Lost: 41, Buffers lost: 2') }));
    expect(trace.contextEvents.filter(({ contextClass }) => contextClass === 'lost')).toHaveLength(2);
    expect(trace.summary.system).toMatchObject({ eventsLost: 41, buffersLost: 2 });
  });

  it('reports rows that cannot be read, and reads on', () => {
    const trace = load(writeXperf({ rows: [write.replace('8304578', 'soon'), write.replace('0xffffe288851f8608', '-x-'), write, end, write.slice(0, 120)] }));
    expect(trace.operations).toHaveLength(1);
    expect(trace.summary.damaged.filter(({ records }) => records !== 0).map(({ reason }) => reason)).toEqual([
      'row has no time that can be read', 'a row FileIoWrite lacks its columns', 'the file ends inside this line',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { formatTraceTime, parseTraceTime } from '../../../../../src-main/trace/record.ts';
import type { TraceTime } from '../../../../../src-main/trace/record.ts';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { accountedFor, chunkedSource, collectTrace } from '../../../../support/trace/collectTrace.ts';
import { writeProcmonXml } from '../../../../support/trace/writeProcmonXml.ts';
import type { XmlEvent, XmlProcess, XmlWriteOptions } from '../../../../support/trace/writeProcmonXml.ts';

const time = (text: string): TraceTime => assertExists(parseTraceTime(text));

const event = (at: string, operation: string, path: string, detail = '', more: Partial<XmlEvent> = {}): XmlEvent => ({
  processIndex: 5,
  cells: { 'Time of Day': at, 'Process Name': 'notes.exe', PID: '4321', Operation: operation, Path: path, Result: 'SUCCESS', Detail: detail },
  ...more,
});

const notes: XmlProcess = {
  values: {
    ProcessIndex: 5, ProcessId: 4321, ParentProcessId: 12, ParentProcessIndex: 0, AuthenticationId: '00000000:000003e7', CreateTime: time('2020-07-31T06:55:07.0236729Z'), FinishTime: 0,
    IsVirtualized: 4294967295, Is64bit: 1, Integrity: 'Средний', Owner: 'BOX\\sample', ProcessName: 'notes.exe', ImagePath: 'C:\\Apps & more\\notes.exe', CommandLine: '"C:\\Apps & more\\notes.exe" <a>',
    CompanyName: 'Notes', Version: '1.0', Description: '',
  },
  modules: [{ Timestamp: time('2020-07-31T06:55:07.1000000Z'), BaseAddress: '0x7ffa744e0000', Size: 2113536, Path: 'C:\\Windows\\System32\\cdprt.dll', Version: '10.0', Company: 'Microsoft' }],
};

const read = (events: readonly XmlEvent[], options: XmlWriteOptions = {}) => collectTrace(bytesSource(writeProcmonXml(events, options)));

describe('a Procmon XML export', () => {
  const events = [
    event('6:55:08.0000001 AM', 'CreateFile', 'C:\\a & <b>.txt', "Desired Access: Generic Read, Disposition: Open, Options: , Attributes: n/a, ShareMode: None, AllocationSize: n/a, Impersonating: O'Neil, OpenResult: Opened"),
    event('6:55:08.0000002 AM', 'RegOpenKey', 'HKLM\\Software'),
    event('6:55:08.0000003 AM', 'ReadFile', 'C:\\grüße 😀', 'Offset: 0, Length: 4,096', { processIndex: 77 }),
  ];

  it('reads events as a CSV’s rows are read', () => {
    const trace = read(events);
    expect(trace.summary).toMatchObject({ format: 'procmon-xml', events: 3, operations: 2, damaged: [], skipped: [{ reason: 'registry event', count: 1 }] });
    expect(trace.operations[0]).toMatchObject({
      operation: 'CreateFile', path: 'C:\\a & <b>.txt', status: 0, information: 1, stack: null,
      detail: { DesiredAccess: 0x120089, CreateDisposition: 1, CreateOptions: 0, FileAttributes: 0, ShareAccess: 0, Impersonating: "O'Neil", OpenResult: 'Opened' },
    });
    expect(trace.operations[0]?.detail).not.toHaveProperty('AllocationSize');
    expect(trace.contextEvents).toEqual([expect.objectContaining({ sourceIndex: 1, name: 'RegOpenKey', contextClass: 'registry', path: 'HKLM\\Software', status: 0 })]);
    expect(trace.operations[1]).toMatchObject({ sourceIndex: 2, path: 'C:\\grüße 😀', offset: 0n });
  });

  it.each(['utf8', 'utf8-without-bom', 'utf16le', 'utf16be'] as const)('reads it in %s, in pieces, with LF', (encoding) => {
    const whole = read(events).operations;
    expect(read(events, { encoding }).operations).toEqual(whole);
    expect(read(events, { encoding, lineEnd: '\n' }).operations).toEqual(whole);
    expect(collectTrace(chunkedSource(writeProcmonXml(events, { encoding }), 7)).operations).toEqual(whole);
  });

  it('takes processes and modules from the list', () => {
    const trace = read(events, { processes: [notes] });
    expect(trace.processes).toEqual([
      {
        index: 0, pid: 4321, parentPid: 12, name: 'notes.exe', imagePath: 'C:\\Apps & more\\notes.exe', commandLine: '"C:\\Apps & more\\notes.exe" <a>', user: 'BOX\\sample', integrity: 'Средний', is64Bit: true,
        startTime: time('2020-07-31T06:55:07.0236729Z'), endTime: null,
      },
      // An event of a process that is not listed is described by its own columns.
      expect.objectContaining({ index: 1, pid: 4321, name: 'notes.exe', commandLine: null }),
    ]);
    expect(trace.operations.map((operation) => operation.process)).toEqual([0, 1]);
    expect(trace.modules).toEqual([
      { process: 0, base: 0x7ffa744e0000n, size: 2113536, path: 'C:\\Windows\\System32\\cdprt.dll', loadTime: time('2020-07-31T06:55:07.1000000Z'), version: '10.0', company: 'Microsoft', description: null },
    ]);
  });

  it.each([
    ['a module that is loaded', '12:25:07.1000400 PM', 'Load Image', 'Image Base: 0x7ffa744e0000, Image Size: 0x204000', '2020-07-31T06:55:07.1000400Z'],
    ['a process that starts', '9:55:07.0237000 PM', 'Process Start', 'Parent PID: 12', '2020-07-31T06:55:07.0237000Z'],
  ])('learns zone and date from %s', (_, at, operation, detail, expected) => {
    const { contextEvents, operations } = read([event(at, operation, 'C:\\x.dll', detail), event(at, 'CloseFile', 'C:\\a')], { processes: [notes] });
    expect(formatTraceTime(assertExists(contextEvents[0]).time)).toBe(expected);
    expect(operations[0]?.provenance['time']).toBe('derived');
  });

  it('takes the date of the newest time of the list where nothing tells the zone, and says that it is assumed', () => {
    const { operations } = read([event('6:55:08.0000000 AM', 'CloseFile', 'C:\\a')], { processes: [notes] });
    expect(formatTraceTime(assertExists(operations[0]).time)).toBe('2020-07-31T06:55:08.0000000Z');
    expect(operations[0]?.provenance['time']).toBe('assumed');
  });

  it('reads stacks, one object for equal ones', () => {
    const stack = [
      { address: '0xfffff80355a26e2b', path: 'C:\\Windows\\System32\\drivers\\FLTMGR.SYS', location: 'FLTMGR.SYS + 0x6e2b' },
      { address: '0x7ffa77af0000', path: 'C:\\Windows\\System32\\ntdll.dll', location: 'NtReadFile + 0x14' },
      { address: '0x1234' },
    ];
    const { operations } = read([event('6:55:08.0000001 AM', 'CloseFile', 'C:\\a', '', { stack }), event('6:55:08.0000002 AM', 'CloseFile', 'C:\\a', '', { stack }), event('6:55:08.0000003 AM', 'CloseFile', 'C:\\a')]);
    expect(operations[0]?.stack).toEqual({
      frames: BigUint64Array.of(0xfffff80355a26e2bn, 0x7ffa77af0000n, 0x1234n), locations: ['FLTMGR.SYS + 0x6e2b', 'ntdll.dll!NtReadFile + 0x14', null],
    });
    expect(operations[1]?.stack).toBe(operations[0]?.stack);
    expect(operations[2]?.stack).toBeNull();
    expect(operations[2]?.path).toBe('C:\\a');
  });

  it('takes Date & Time under any of its names', () => {
    const bytes = Buffer.from(writeProcmonXml([event('6:55:08.0000001 AM', 'CloseFile', 'C:\\a', '', { cells: { 'Time of Day': '18:55:08,0000001', 'Date & Time': '31.07.2020 18:55:08', Operation: 'CloseFile', Path: 'C:\\a' } })])).toString();
    for (const name of ['Date___Time', 'Date__Time', 'Date_Time']) {
      const { operations } = collectTrace(bytesSource(Buffer.from(bytes.replaceAll('Date___Time', name))));
      expect(formatTraceTime(assertExists(operations[0]).time)).toBe('2020-07-31T18:55:08.0000001Z');
    }
  });
});

describe('a damaged XML export', () => {
  const three = [1, 2, 3].map((n) => event(`6:55:08.000000${n} AM`, 'CloseFile', `C:\\${n}`));
  const text = Buffer.from(writeProcmonXml(three, { processes: [notes] })).toString();

  it.each([
    ['a raw “<” in a path', text.replace('C:\\2', 'C:\\2<x'), /start tag/],
    ['a lost end', text.replace('<Path>C:\\2</Path>', '<Path>C:\\2'), /no start tag/],
    ['a time that is none', text.replace('6:55:08.0000002 AM', 'noon'), /time that cannot be read/],
  ])('reports %s by its line and keeps the others', (_, broken, reason) => {
    const { summary, operations } = collectTrace(bytesSource(Buffer.from(broken)));
    expect(operations.map((operation) => operation.path)).toEqual(['C:\\1', 'C:\\3']);
    expect(summary.damaged).toEqual([{ at: text.slice(0, text.indexOf('C:\\2')).split('\n').length - 6, unit: 'line', reason: expect.stringMatching(reason) as string, records: 1 }]);
    expect(summary.events).toBe(3);
    expect(accountedFor(summary)).toBe(3);
  });

  it('keeps what stands before a cut, wherever it is', () => {
    for (let at = text.indexOf('<eventlist>'); at < text.length; at += 11) {
      const { summary } = collectTrace(bytesSource(Buffer.from(text.slice(0, at))));
      expect(accountedFor(summary)).toBe(summary.events);
      expect(summary.damaged.length).toBeLessThanOrEqual(1);
    }
  });

  it('keeps a process whose entry is damaged as far as it was read', () => {
    const { summary, processes, operations } = collectTrace(bytesSource(Buffer.from(text.replace('<Size>2113536</Size>', '<Size>2113536</Siz>'))));
    expect(processes[0]).toMatchObject({ pid: 4321, name: 'notes.exe' });
    expect(operations.length).toBe(3);
    expect(summary.damaged).toEqual([expect.objectContaining({ records: 0 })]);
  });

  it.each(['', '<processlist></processlist><eventlist></eventlist>', '<eventlist>\r\n</eventlist>'])('an export in which no event passed the filter is whole: <procmon>%s</procmon>', (lists) => {
    const { summary } = collectTrace(bytesSource(new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\r\n<procmon>${lists}</procmon>\r\n`)));
    expect(summary).toMatchObject({ format: 'procmon-xml', events: 0, damaged: [] });
  });

  it('says which column is missing', () => {
    expect(() => read([event('1', 'CloseFile', 'C:\\a', '', { cells: { Path: 'C:\\a' } })])).toThrow(/without the columns Operation, Time of Day/);
  });
});

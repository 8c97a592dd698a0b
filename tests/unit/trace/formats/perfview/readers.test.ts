/** Expectations are etw-formats.md 17, TraceEvent's published baseline text of a real trace, and rows written by hand. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { ticksOfMilliseconds } from '../../../../../src-main/trace/formats/perfview/rows.ts';
import { formatTraceTime, parseTraceTime } from '../../../../../src-main/trace/record.ts';
import { accountedFor, collectTrace, countBy } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';
import { escapeXml } from '../../../../support/trace/writeTracerpt.ts';

const load = (text: string): CollectedTrace => {
  const trace = collectTrace(bytesSource(Buffer.from(text)), undefined, { assumedDate: assertExists(parseTraceTime('2024-01-17T00:00:00.0000000Z')) });
  expect(accountedFor(trace.summary)).toBe(trace.summary.events);
  return trace;
};
const close = '<Event MSec=  "1,234.5678" PID=  "3988" PName="PerfView" TID=  "3780" EventName="FileIO/Close" IrpPtr="0xFFFFFA830393A3E8" FileObject="0xFFFFFA83004BDA90" FileKey="0xFFFFF8A000000010" FileName="C:\\R&amp;D.txt"/>\r\n';
const csvHeading = 'Event Name,Time MSec,Process Name,Rest\r\n';

describe('PerfView XML', () => {
  it('reads padded and grouped values', () => {
    const trace = load(`<Events>\r\n${close}</Events>`);
    const operation = assertExists(trace.operations[0]);
    expect(formatTraceTime(operation.time)).toBe('2024-01-17T00:00:01.2345678Z');
    expect(operation).toMatchObject({ operation: 'FileIO/Close'.replace('IO', 'Io'), tid: 3780, path: 'C:\\R&D.txt', detail: { Irp: 0xfffffa830393a3e8n, FileKey: 0xfffff8a000000010n } });
    expect(trace.processOf(operation)).toMatchObject({ pid: 3988, name: 'PerfView' });
    expect(trace.summary.system['start']).toMatch(/not recorded/);
  });

  it('tells the manifest events by their provider, and where it is left out', () => {
    const create = (name: string): string => close.replace('FileIO/Close', name).replace('FileKey="0xFFFFF8A000000010"', 'CreateOptions="2097152" CreateDisposition="OPEN_EXISTING" FileAttributes="0" ShareAccess="None"');
    const trace = load(`<Events>${create('Microsoft-Windows-Kernel-File/Create')}${create('Create')}</Events>`);
    expect(trace.operations).toMatchObject([
      { operation: 'Kernel-File/Create', detail: { CreateDisposition: 1, CreateOptions: 0x200000, ShareAccess: 0 } }, { operation: 'Kernel-File/Create' },
    ]);
  });

  it('reports damage with its line, and reads on', () => {
    const trace = load(`<Events>\r\n${close.replace('"1,234.5678"', '"soon"')}${close.replace('IrpPtr=', 'Irp=x')}${close.replace('IrpPtr', 'Other')}${close}`);
    expect(trace.operations).toHaveLength(1);
    expect(trace.summary.damaged.filter(({ records }) => records !== 0)).toMatchObject([
      { at: 2, reason: 'event has no time that can be read' }, { at: 3, reason: 'a start tag is malformed' }, { at: 4, reason: 'an event FileIO/Close lacks its fields' },
    ]);
  });
});

describe('PerfView CSV', () => {
  it('takes the rest of a row apart, whatever is in its values', () => {
    const trace = load(`${csvHeading}Windows Kernel/FileIO/Close,1.235,PerfView (3988), ThreadID="3780" IrpPtr="0x10" FileObject="0x20" FileKey="0x30" FileName="C:\\" Other="x"\r\n`
      + 'Windows Kernel/FileIO/Close,2.000,PerfView (3988),"ThreadID=""3,780"" IrpPtr=""0x10"" FileObject=""0x20"" FileKey=""0x30"" FileName=""C:\\a, b = c.txt"" "\r\n');
    expect(trace.operations).toMatchObject([{ path: 'C:\\', tid: 3780 }, { path: 'C:\\a, b = c.txt', tid: 3780 }]);
    expect(trace.summary.damaged.filter(({ records }) => records !== 0)).toEqual([]);
  });

  it('reports damage with its line, and reads on', () => {
    const good = 'Windows Kernel/FileIO/Close,2.000,x (1),IrpPtr="0x10" FileObject="0x20" FileName="C:\\a" \r\n';
    const trace = load(`${csvHeading}nonsense\r\n${good.replace('2.000', 'soon')}${good}${good.slice(0, 60)}`);
    expect(trace.operations).toHaveLength(1);
    expect(trace.summary.damaged.filter(({ records }) => records !== 0).map(({ at, reason }) => [at, reason])).toEqual([
      [2, 'row has fewer columns than the first line'], [3, 'event has no time that can be read'], [5, 'the file ends inside this line'],
    ]);
  });
});

it.each([['0.000', 0], ['1234.5678', 12_345_678], ['1,234.5678', 12_345_678], ['1.234,5678', 12_345_678], ['1234,5', 12_345_000], ['12', 120_000]])(
  'reads the milliseconds of %s', (text, ticks) => expect(ticksOfMilliseconds(text)).toBe(ticks),
);
it.each(['', 'x', '1.2x', '-1.0'])('takes “%s” for no time', (text) => expect(ticksOfMilliseconds(text)).toBeNaN());

const baseline = resolve(import.meta.dirname, '../../../../../../shared/traces/etw/perfview/net.4.5.2.x64.baseline.txt');
const reason = existsSync(baseline) ? '' : ' (skipped: ../shared/traces/etw is not here)';

describe.skipIf(reason !== '')(`TraceEvent's published baseline, in its own notation${reason}`, () => {
  /** `EVENT 28.609: Windows Kernel/Image/DCStart PID=4; TID=-1; PName=System; ...` as the XML of the same tool. */
  function asXml(): { readonly xml: string; readonly names: readonly string[] } {
    const names: string[] = [];
    const events = readFileSync(baseline, 'utf8').split('\n').flatMap((line) => {
      const match = /^EVENT ([\d.,]+): (.+?) (PID=.*)$/.exec(line.trim());
      if (match === null) return [];
      const [, time = '', name = '', values = ''] = match;
      names.push(name);
      const fields = values.split('; ').map((pair) => /^([^=]+)=(.*?);?$/.exec(pair)).filter((pair) => pair !== null).filter(([, field]) => /^\w+$/.test(field ?? ''));
      return [`<Event MSec="${time}" EventName="${escapeXml(name)}"${fields.map(([, field, value]) => ` ${field}="${escapeXml(value ?? '')}"`).join('')}/>\n`];
    });
    return { xml: `<Events>\n${events.join('')}</Events>\n`, names };
  }

  it('counts every event by its name, and reads the opens', () => {
    const { xml, names } = asXml();
    const trace = load(xml);
    expect(names.length).toBeGreaterThan(400);
    expect(trace.summary).toMatchObject({ format: 'perfview-xml', events: names.length });
    expect(trace.summary.damaged.filter(({ records }) => records !== 0)).toEqual([]);
    const counts = countBy(names, (name) => name);
    const { 'Microsoft-Windows-Kernel-File/Create': creates, ...others } = counts;
    expect(Object.fromEntries((trace.summary.skippedOperations ?? []).map(({ operation, count }) => [operation, count]))).toEqual(others);
    expect(trace.operations).toHaveLength(creates ?? 0);
    const first = assertExists([...trace.operations].sort((a, b) => a.sourceIndex - b.sourceIndex)[0]);
    expect(first).toMatchObject({
      tid: 3780, major: 0, status: null, detail: { Irp: 0xfffffa830393a3e8n, FileObject: 0xfffffa83004bda90n, CreateDisposition: 1, CreateOptions: 0x200000, FileAttributes: 0, ShareAccess: 7 },
    });
    expect(trace.processOf(first)).toMatchObject({ pid: 3988, name: 'PerfView' });
    expect(formatTraceTime(first.time)).toBe('2024-01-17T00:00:00.1698330Z');
  });
});

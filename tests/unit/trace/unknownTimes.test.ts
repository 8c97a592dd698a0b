/** What a trace leaves open of its times: what an import asks for, and nothing else. */
import { expect, it } from 'vitest';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import { detectTraceFormat } from '../../../src-main/trace/detect.ts';
import { collectTrace } from '../../support/trace/collectTrace.ts';
import { generateFileIo } from '../../support/trace/etl/generatedFileIo.ts';
import { scenarioEvents } from '../../support/trace/etwScenarioEvents.ts';
import { pmlSample } from '../../support/trace/pmlSample.ts';
import { writeMinispy } from '../../support/trace/writeMinispy.ts';
import { writePerfViewCsv, writePerfViewXml } from '../../support/trace/writePerfView.ts';
import { writePml } from '../../support/trace/writePml.ts';
import { writeProcmonCsv } from '../../support/trace/writeProcmonCsv.ts';
import { writeProcmonXml } from '../../support/trace/writeProcmonXml.ts';
import { writeTracerptCsv, writeTracerptXml } from '../../support/trace/writeTracerpt.ts';
import { writeXperf } from '../../support/trace/writeXperf.ts';

const cells = { Operation: 'CloseFile', 'Process Name': 'a.exe', PID: '7', Path: 'C:\\a', Result: 'SUCCESS' };
const times = { 'Time of Day': '4:33:14.3062614 PM', 'Date & Time': '7/25/2020 4:33:14 PM', 'Relative Time': '00:00:01.5000000' };
const withTimes = (...names: (keyof typeof times)[]): Readonly<Record<string, string>> => ({ ...cells, ...Object.fromEntries(names.map((name) => [name, times[name]])) });
const csv = (...names: (keyof typeof times)[]): Uint8Array => writeProcmonCsv(Object.keys(withTimes(...names)), [Object.values(withTimes(...names))]);

const tracerptXml = writeTracerptXml(scenarioEvents.slice(0, 3));
const withoutZones = Buffer.from(Buffer.from(tracerptXml).toString('utf8').replaceAll(/(SystemTime="[^"]*?\d)(?:Z|[+-]\d\d:\d\d)"/g, '$1"'));
const perfectXperf = Buffer.from(writeXperf()).toString('latin1');

it.each<[string, Uint8Array, readonly string[]]>([
  ['a Process Monitor log', writePml(pmlSample(64)).bytes, []],
  ['a Procmon CSV with times of day alone', csv('Time of Day'), ['date', 'zone']],
  ['a Procmon CSV with the date', csv('Time of Day', 'Date & Time'), ['zone']],
  ['a Procmon CSV with nothing but dates in whole seconds', csv('Date & Time'), ['zone']],
  ['a Procmon CSV with relative times alone', csv('Relative Time'), ['date']],
  ['a Procmon XML without processes', writeProcmonXml([{ cells: withTimes('Time of Day') }]), ['date', 'zone']],
  ['an ETW log', generateFileIo({ pointerSize: 8, version: 3 }), []],
  ['tracerpt CSV', writeTracerptCsv(scenarioEvents.slice(0, 3)), []],
  ['tracerpt XML', tracerptXml, []],
  ['tracerpt XML whose times have no zone', withoutZones, ['zone']],
  ['an xperf dump', writeXperf(), []],
  ['an xperf dump that does not say when it began', Buffer.from(perfectXperf.replace(/, Trace Start: \d+/, ''), 'latin1'), ['date']],
  ['PerfView XML', writePerfViewXml(), ['date']],
  ['PerfView CSV', writePerfViewCsv(), ['date']],
  ['a minispy log', writeMinispy([{ sequence: 1 }]), ['date', 'zone']],
  ['JSON Lines', Buffer.from('{"time":"2026-03-02T09:15:00.0000100Z","process":"a","pid":1,"tid":1,"operation":"x"}\n'), []],
])('%s leaves open what it does not say', (_, bytes, unknown) => {
  const source = bytesSource(bytes, 'trace');
  expect(collectTrace(source).summary.unknownTimes ?? []).toEqual(unknown);
  // Where the file cannot be looked at first, the format asks for no less.
  expect(detectTraceFormat(source).mayLackTimes ?? []).toEqual(expect.arrayContaining([...unknown]));
});

it('a Procmon XML whose process list tells the clock leaves nothing open', () => {
  // Started at 14:33:10 UTC by the list, at 16:33:10 by the event: two hours ahead.
  const start = (BigInt(Date.UTC(2020, 6, 25, 14, 33, 10)) * 10_000n + 116_444_736_000_000_000n);
  const values = { ProcessIndex: 1, ProcessId: 7, ParentProcessId: 1, CreateTime: start, FinishTime: 0, Is64bit: 1, Integrity: 'High', Owner: 'A\\b', ProcessName: 'a.exe', ImagePath: 'C:\\a.exe', CommandLine: 'a' };
  const started = { processIndex: 1, cells: { ...cells, Operation: 'Process Start', 'Time of Day': '4:33:10.0000000 PM' } };
  const bytes = writeProcmonXml([started, { processIndex: 1, cells: withTimes('Time of Day') }], { processes: [{ values }] });
  expect(collectTrace(bytesSource(bytes)).summary.unknownTimes ?? []).toEqual([]);
});

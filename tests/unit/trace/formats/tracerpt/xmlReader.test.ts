/** Expectations are etw-formats.md 14. */
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { accountedFor, collectTrace } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';
import { ticksAt, volume } from '../../../../support/trace/etwScenario.ts';
import { scenarioEvents } from '../../../../support/trace/etwScenarioEvents.ts';
import type { ScenarioEvent } from '../../../../support/trace/etwScenarioEvents.ts';
import { tracerptXmlEvent, writeTracerptXml } from '../../../../support/trace/writeTracerpt.ts';

const load = (text: string | Uint8Array): CollectedTrace => {
  const trace = collectTrace(bytesSource(typeof text === 'string' ? Buffer.from(text) : text));
  expect(accountedFor(trace.summary)).toBe(trace.summary.events);
  return trace;
};
const file = (...events: readonly string[]): string => `<Events>\r\n${events.join('')}</Events>\r\n`;
const close: ScenarioEvent = {
  t: 7, cpu: 1, className: 'FileIo', opcode: 66, opcodeName: 'Close', version: 3, pid: 77, tid: 78,
  fields: [['IrpPtr', 16n], ['FileObject', 32n], ['FileKey', 64n], ['TTID', 78]],
};

describe('tracerpt XML', () => {
  it('says what the log said of itself', () => {
    expect(load(writeTracerptXml()).summary.system).toMatchObject({ build: 19041, processors: 2, pointerSize: 8, recorded: expect.stringContaining('process, thread') as unknown });
  });

  it('tells the class by its GUID where there is no name', () => {
    const event = tracerptXmlEvent(close).replace(/<EventName.*<\/EventName>\r\n/, '');
    expect(load(file(event)).operations).toMatchObject([{ operation: 'FileIo/Close', time: ticksAt(7), tid: 78, detail: { FileObject: 32 } }]);
  });

  it('reads events whose class is their provider', () => {
    const event = tracerptXmlEvent(close).replace('{9e814aad-3204-11d2-9a82-006008a86939}', '{90CBDC39-4A3E-11D1-84F4-0000F80464E3}').replace(/<EventName.*<\/EventName>\r\n/, '')
      .replace(/<EventGuid>.*<\/EventGuid>/, '');
    expect(load(file(event)).operations).toHaveLength(1);
  });

  it('reads texts with references in them', () => {
    const create = assertExists(scenarioEvents.find(({ opcode }) => opcode === 64));
    const event = { ...create, fields: create.fields.map(([name, value]) => [name, name === 'OpenPath' ? 'C:\\R&D <1>.txt' : value] as const) };
    expect(load(file(tracerptXmlEvent(event))).operations[0]?.path).toBe('C:\\R&D <1>.txt');
  });

  it('counts what tracerpt could not decode, and reads the volume table out of it', () => {
    const hex = Buffer.from(`${volume}\0C:\\\0`, 'utf16le').toString('hex').toUpperCase();
    const mapping = assertExists(scenarioEvents.find(({ className }) => className === 'SystemConfigEx'));
    const undecoded = (event: ScenarioEvent, data: string): string =>
      tracerptXmlEvent({ ...event, fields: [] }).replace(/<EventData>[^]*<\/EventData>/, `<BinaryEventData>${data}</BinaryEventData>`);
    const create = assertExists(scenarioEvents.find(({ opcode }) => opcode === 64));
    const failed = tracerptXmlEvent({ ...close, fields: [] }).replace(/<EventData>[^]*<\/EventData>/,
      '<ProcessingErrorData>\r\n<ErrorCode>15003</ErrorCode>\r\n<DataItemName>IrpPtr</DataItemName>\r\n<EventPayload>00</EventPayload>\r\n</ProcessingErrorData>');
    const trace = load(file(undecoded(mapping, hex), tracerptXmlEvent(create), undecoded(close, '0001'), failed));
    expect(trace.operations).toMatchObject([{ path: 'C:\\Users\\test\\a.txt' }]);
    expect(trace.summary).toMatchObject({ events: 4, system: { eventsTracerptCouldNotDecode: 2 } });
    expect(trace.summary.skipped).toContainEqual({ reason: 'event that tracerpt could not decode', count: 2 });
  });

  it('reads events that look like the one before as if they were the first', () => {
    const events = Array.from({ length: 40 }, (_, i): ScenarioEvent => ({
      ...close, t: 10 + i, opcode: i % 3 === 0 ? 65 : 66, pid: i % 5 === 0 ? null : 77, fields: [['IrpPtr', BigInt(i + 16)], ['FileObject', BigInt(i + 100)], ['FileKey', 64n], ['TTID', i + 1]],
    }));
    // A number written with a reference, an attribute in other quotes, CDATA: the same values, in bytes that fit no event before.
    const odd = tracerptXmlEvent({ ...close, t: 60 }).replace('>    0x0000000000000010<', '>&#48;x10<').replace(`ThreadID="78"`, `ThreadID='78'`).replace('    78<', '<![CDATA[78]]><');
    const trace = load(file(...events.map((event) => tracerptXmlEvent(event)), odd, odd));
    expect(trace.operations).toHaveLength(42);
    trace.operations.slice(0, 40).forEach((operation, i) => expect(operation).toMatchObject({
      time: ticksAt(10 + i), operation: i % 3 === 0 ? 'FileIo/Cleanup' : 'FileIo/Close', tid: i + 1, detail: { Irp: i + 16, FileObject: i + 100, FileKey: 64, Processor: 1 },
    }));
    expect(trace.operations.slice(40)).toMatchObject([{ tid: 78, detail: { Irp: 16 } }, { tid: 78, detail: { Irp: 16 } }]);
  });

  it('reports damage with its line and reads on', () => {
    const good = tracerptXmlEvent(close);
    const lines = good.split('\r\n').length - 1;
    const trace = load(file(good, good.replace('</System>', ''), good.replace('2024-01-17T', 'yesterday '), good, good.slice(0, 300)));
    expect(trace.operations).toHaveLength(2);
    const damage = trace.summary.damaged.filter(({ records }) => records !== 0);
    expect(damage).toHaveLength(3);
    expect(damage.map(({ records, unit }) => [records, unit])).toEqual([[1, 'line'], [1, 'line'], [1, 'line']]);
    expect(damage[0]?.at).toBeGreaterThan(lines);
    expect(damage[1]?.reason).toBe('an event has no time that can be read');
  });
});

/** Writes events as tracerpt prints them: etw-formats.md 14 (XML) and 15 (CSV). */
import { ticksAt } from './etwScenario.ts';
import { scenarioEvents } from './etwScenarioEvents.ts';
import type { FieldValue, ScenarioEvent } from './etwScenarioEvents.ts';

export type TextEncoding = 'utf8' | 'utf16le';

export function encodeText(text: string, encoding: TextEncoding): Uint8Array {
  return encoding === 'utf8' ? Buffer.from(text, 'utf8') : Buffer.from(`\ufeff${text}`, 'utf16le');
}

export const tracerptCsvHeading =
  '            Event Name,       Type,   Event ID,    Version,    Channel,      Level,     Opcode,       Task,            Keyword,        PID,        TID, Processor Number, Instance ID, Parent Instance ID,                            Activity ID,                    Related Activity ID,           Clock-Time,   Kernel(ms),     User(ms), User Data\r\n';

const noGuid = '{00000000-0000-0000-0000-000000000000}';
const address = (value: bigint): string => `0x${BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(16, '0')}`;
const csvValue = (value: FieldValue): string => (typeof value === 'string' ? `"${value}"` : typeof value === 'bigint' ? address(value) : String(value));
const hexId = (value: number | null): string => `0x${(value ?? 0xffffffff).toString(16).toUpperCase().padStart(8, '0')}`;

export function tracerptCsvRow(event: ScenarioEvent, time: string = ticksAt(event.t).toString()): string {
  const fixed = [
    event.className.padStart(22), event.opcodeName === '' ? '          0' : event.opcodeName.padStart(11), String(event.id ?? 0).padStart(11), String(event.version).padStart(11), '0'.padStart(11),
    '0'.padStart(11), String(event.opcode).padStart(11), '0'.padStart(11), '0x0000000000000000'.padStart(19), hexId(event.pid).padStart(11), hexId(event.tid).padStart(11),
    String(event.cpu).padStart(17), ''.padStart(12), ''.padStart(19), noGuid, noGuid, time.padStart(21), '0'.padStart(13), '0'.padStart(13),
  ];
  return `${[...fixed, ...event.fields.map(([, value]) => ` ${csvValue(value)}`)].join(',')}\r\n`;
}

export function writeTracerptCsv(events: readonly ScenarioEvent[] = scenarioEvents, encoding: TextEncoding = 'utf8'): Uint8Array {
  return encodeText(tracerptCsvHeading + events.map((event) => tracerptCsvRow(event)).join(''), encoding);
}

const kernelProvider = '{9e814aad-3204-11d2-9a82-006008a86939}';
const classGuids: { readonly [className: string]: string } = {
  FileIo: '{90cbdc39-4a3e-11d1-84f4-0000f80464e3}', DiskIo: '{3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c}', Process: '{3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c}',
  Thread: '{3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c}', EventTrace: '{68fdd900-4a3e-11d1-84f4-0000f80464e3}', SystemConfigEx: '{9b79ee91-b5fd-41c0-a243-4248e266e9d0}',
};

export const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const xmlValue = (value: FieldValue): string => (typeof value === 'string' ? escapeXml(value) : typeof value === 'bigint' ? address(value) : String(value));

/** ISO 8601 with nine digits and the machine's offset, as tracerpt prints it. */
export function tracerptTime(t: number, offsetMinutes = 0): string {
  const ticks = ticksAt(t) - 116_444_736_000_000_000n + BigInt(offsetMinutes) * 600_000_000n;
  const text = new Date(Number(ticks / 10_000n)).toISOString().slice(0, 19);
  const zone = offsetMinutes === 0 ? 'Z' : `${offsetMinutes < 0 ? '-' : '+'}${String(Math.abs(offsetMinutes) / 60).padStart(2, '0')}:00`;
  return `${text}.${String(ticks % 10_000_000n).padStart(7, '0')}00${zone}`;
}

export function tracerptXmlEvent(event: ScenarioEvent, offsetMinutes = 0): string {
  const manifest = event.id !== undefined;
  const provider = manifest ? `Name="${event.className}" Guid="{edd08927-9cc4-4e65-b970-c2560fb5c289}"` : `Guid="${kernelProvider}"`;
  const data = event.fields.map(([name, value]) => `\t\t<Data Name="${name}">${typeof value === 'string' ? '' : ' '.repeat(4)}${xmlValue(value)}</Data>\r\n`).join('');
  const rendering = manifest
    ? '\t<RenderingInfo Culture="en-US">\r\n\t\t<Level>Information </Level>\r\n\t\t<Opcode>Info </Opcode>\r\n\t\t<Provider>Microsoft-Windows-Kernel-File </Provider>\r\n\t</RenderingInfo>\r\n'
    : `\t<RenderingInfo Culture="en-US">\r\n\t\t<Opcode>${event.opcodeName}</Opcode>\r\n\t\t<Provider>MSNT_SystemTrace</Provider>\r\n\t\t<EventName xmlns="http://schemas.microsoft.com/win/2004/08/events/trace">${event.className}</EventName>\r\n\t</RenderingInfo>\r\n\t<ExtendedTracingInfo xmlns="http://schemas.microsoft.com/win/2004/08/events/trace">\r\n\t\t<EventGuid>${classGuids[event.className] ?? noGuid}</EventGuid>\r\n\t</ExtendedTracingInfo>\r\n`;
  return `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\r\n\t<System>\r\n\t\t<Provider ${provider} />\r\n\t\t<EventID>${event.id ?? 0}</EventID>\r\n\t\t<Version>${event.version}</Version>\r\n\t\t<Level>0</Level>\r\n\t\t<Task>0</Task>\r\n\t\t<Opcode>${event.opcode}</Opcode>\r\n\t\t<Keywords>0x0</Keywords>\r\n\t\t<TimeCreated SystemTime="${tracerptTime(event.t, offsetMinutes)}" />\r\n\t\t<Correlation ActivityID="${noGuid}" />\r\n\t\t<Execution ProcessID="${event.pid ?? 4294967295}" ThreadID="${event.tid ?? 4294967295}" ProcessorID="${event.cpu}" KernelTime="0" UserTime="0" />\r\n\t\t<Channel />\r\n\t\t<Computer />\r\n\t</System>\r\n\t<EventData>\r\n${data}\t\t</EventData>\r\n${rendering}</Event>\r\n`;
}

export interface TracerptXmlOptions {
  readonly encoding?: TextEncoding;
  readonly offsetMinutes?: number;
  /** Everything on one line. */
  readonly compact?: boolean;
}

export function writeTracerptXml(events: readonly ScenarioEvent[] = scenarioEvents, options: TracerptXmlOptions = {}): Uint8Array {
  const text = `<Events>\r\n${events.map((event) => tracerptXmlEvent(event, options.offsetMinutes ?? 0)).join('')}</Events>\r\n`;
  return encodeText(options.compact === true ? text.replaceAll(/[\r\n\t]/g, '') : text, options.encoding ?? 'utf8');
}

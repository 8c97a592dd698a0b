/** Writes XML as Procmon exports it (procmon-formats.md 13): BOM, CRLF, one element a column, stacks where events have them. */
import { encoded } from './writeProcmonCsv.ts';
import type { CsvOptions } from './writeProcmonCsv.ts';

export interface XmlFrame {
  readonly address: string;
  readonly path?: string;
  readonly location?: string;
}

export interface XmlEvent {
  readonly processIndex?: number;
  /** By column name; `Date & Time` and its like get the element names Procmon would give them. */
  readonly cells: Readonly<Record<string, string>>;
  readonly stack?: readonly XmlFrame[];
}

export interface XmlModule {
  readonly Timestamp: bigint;
  readonly BaseAddress: string;
  readonly Size: number;
  readonly Path: string;
  readonly Version?: string;
  readonly Company?: string;
  readonly Description?: string;
}

export interface XmlProcess {
  /** Element name to text: ProcessIndex, ProcessId, CreateTime, ... */
  readonly values: Readonly<Record<string, string | number | bigint>>;
  readonly modules?: readonly XmlModule[];
}

export interface XmlWriteOptions {
  readonly processes?: readonly XmlProcess[];
  readonly encoding?: CsvOptions['encoding'];
  readonly lineEnd?: string;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
const element = (name: string, value: unknown): string => `<${name}>${String(value ?? '').replaceAll(/[&<>"']/g, (found) => escapes[found] ?? found)}</${name}>`;

export function writeProcmonXml(events: readonly XmlEvent[], options: XmlWriteOptions = {}): Uint8Array {
  const { processes, encoding = 'utf8', lineEnd = '\r\n' } = options;
  const moduleText = (module: XmlModule): string => `<module>${lineEnd}${Object.entries(module).map(([name, value]) => element(name, value)).join(lineEnd)}</module>${lineEnd}`;
  const processText = ({ values, modules }: XmlProcess): string =>
    `<process>${lineEnd}${Object.entries(values).map(([name, value]) => element(name, value)).join(lineEnd)}${lineEnd}<modulelist>${lineEnd}${(modules ?? []).map(moduleText).join('')}</modulelist></process>${lineEnd}`;
  const list = processes === undefined ? '' : `<processlist>${lineEnd}${processes.map(processText).join('')}</processlist>`;
  const text = events.map((event) => eventText(event, lineEnd)).join(lineEnd);
  return encoded(`<?xml version="1.0" encoding="UTF-8"?>${lineEnd}<procmon>${list}<eventlist>${lineEnd}${text}</eventlist></procmon>`, encoding);
}

function eventText({ processIndex, cells, stack }: XmlEvent, lineEnd: string): string {
  const columns = Object.entries(cells).map(([name, value]) => element(name.replaceAll(/[ &]/g, '_'), value) + lineEnd);
  const frames = (stack ?? []).map(
    (frame, depth) => `<frame>${lineEnd}${element('depth', depth)}${lineEnd}${element('address', frame.address)}${lineEnd}${element('path', frame.path)}${lineEnd}${element('location', frame.location)}${lineEnd}</frame>${lineEnd}`,
  );
  const stackText = stack === undefined ? '' : `<stack>${lineEnd}${frames.join('')}</stack>${lineEnd}`;
  return `<event>${lineEnd}${processIndex === undefined ? '' : element('ProcessIndex', processIndex) + lineEnd}${columns.join('')}${stackText}</event>${lineEnd}`;
}

/**
 * Reads the XML of PerfView: what `DumpEvents` and the raw view write (`MSec`, `PID`, `PName`, `TID`), and what the Events window saves (`TimeMsec`, `ProcessName`).
 *
 * Source: etw-formats.md 17; PerfView's TraceEvent.ToXml and EventWindow. Blanks pad values in front of their quotes, numbers have group separators.
 */
import type { ByteSource } from '../../byteSource.ts';
import type { EtwTextReader, EtwTextSink } from '../../etw/text/importEtwText.ts';
import { ProcessLabels } from '../../etw/text/processLabels.ts';
import type { DetailValue, UnknownTime } from '../../record.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { XmlReader } from '../../xml/xmlReader.ts';
import { assumedDate } from '../../assumedDate.ts';
import { PerfViewRows } from './rows.ts';

const progressEvery = 1024;
const unknown = 0xffff_ffff;

export class PerfViewXmlReader implements EtwTextReader {
  readonly #xml: XmlReader;
  readonly #rows: PerfViewRows;
  readonly #processes = new ProcessLabels();
  readonly system: { readonly [key: string]: DetailValue } = { start: 'not recorded; times count from an assumed one' };
  readonly unknownTimes: readonly UnknownTime[] = ['date'];
  #count = 0;
  #eventName = '';
  #provider: string | null = null;
  #time = '';

  constructor(source: ByteSource, options: ImportOptions) {
    this.#xml = new XmlReader(source, { records: ['Event'] });
    this.#rows = new PerfViewRows(options.assumedDate ?? assumedDate);
  }

  run(sink: EtwTextSink): void {
    const xml = this.#xml;
    for (;;) {
      const token = xml.next();
      if (token === 'end') return;
      if (token === 'damage') this.#damage(xml.reason, xml.lost ? 1 : 0, sink);
      // An event with text inside is opened; what it says stands in its attributes.
      else if ((token === 'leaf' || token === 'open') && xml.name === 'Event') this.#event(sink);
      else continue;
      this.#count += 1;
      if (this.#count % progressEvery === 0 && !sink.progress(xml.consumed)) return;
    }
  }

  #damage(reason: string, records: number, sink: EtwTextSink): void {
    sink.damage(this.#xml.line, reason, records);
    if (records > 0) this.#rows.damaged();
  }

  #event(sink: EtwTextSink): void {
    const xml = this.#xml;
    this.#rows.begin();
    this.#eventName = '';
    this.#provider = null;
    this.#time = '';
    for (let i = 0; i < xml.attributeCount; i++) this.#attribute(xml.attributeName(i), i, sink);
    const problem = this.#rows.finish(this.#eventName, this.#provider, this.#time, sink);
    if (problem !== undefined) this.#damage(problem, 1, sink);
  }

  #attribute(name: string, index: number, sink: EtwTextSink): void {
    const xml = this.#xml;
    const rows = this.#rows;
    switch (name) {
      case 'MSec': case 'TimeMsec': this.#time = xml.attributeValue(index); return;
      case 'EventName': this.#eventName = xml.attributeValue(index); return;
      // Behind the event's name it is its provider; further on it is a value of the event.
      case 'ProviderName':
        if (index > 0 && xml.attributeName(index - 1) === 'EventName') this.#provider = xml.attributeValue(index);
        return;
      case 'PID': rows.pid = idOf(xml.attributeValue(index)); return;
      case 'TID': rows.tid = idOf(xml.attributeValue(index)); return;
      case 'PName': this.#named(xml.attributeValue(index), sink); return;
      case 'ProcessName': {
        const process = this.#processes.read(xml.attributeValue(index), sink);
        rows.pid = process.pid;
        rows.processName = process.name;
        return;
      }
      default: rows.put(name, xml.bytes, xml.attributeStart(index), xml.attributeEnd(index), () => xml.attributeValue(index));
    }
  }

  /** The process stands in two attributes, its number first. */
  #named(name: string, sink: EtwTextSink): void {
    const { pid } = this.#rows;
    this.#rows.processName = name.trim();
    if (pid !== null) this.#processes.read(`${name.trim()} (${pid})`, sink);
  }
}

/** A process or thread; null for -1 and for what is no number. */
function idOf(text: string): number | null {
  const number = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(number) && number >= 0 && number < unknown ? number : null;
}

/**
 * Reads tracerpt's XML: one `Event` element an event, with the fields by name.
 *
 * Source: etw-formats.md 14. What tracerpt could not decode (`BinaryEventData`, `ProcessingErrorData`) is counted, but for the volume table, which is two texts.
 */
import type { ByteSource } from '../../byteSource.ts';
import { decodeLatin1, decodeUtf8, TextCache } from '../../byteText.ts';
import { slotOf, textBase, textSlot } from '../../etw/text/fieldSlots.ts';
import type { EtwTextReader, EtwTextSink } from '../../etw/text/importEtwText.ts';
import { IsoTimes } from '../../etw/text/isoTimes.ts';
import { NumberReader } from '../../etw/text/numberReader.ts';
import { learnsFromFile, TextEvents } from '../../etw/text/textEvents.ts';
import { TextFields } from '../../etw/text/textFields.ts';
import type { EtwEvent } from '../../etw/kernelEvent.ts';
import { hexDigit } from '../../hexText.ts';
import type { DetailValue, TraceTime, UnknownTime } from '../../record.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { decodeEntities } from '../../xml/entities.ts';
import { XmlReader } from '../../xml/xmlReader.ts';
import { EventTypes } from './eventTypes.ts';
import type { EventType } from './eventTypes.ts';
import { plainEvent } from './plainEvent.ts';
import { TraceHeader } from './traceHeader.ts';
import { hole, XmlTemplates } from './xmlTemplates.ts';

const progressEvery = 512;
const unknownId = 0xffff_ffff;
const kernelProvider = '{9e814aad-3204-11d2-9a82-006008a86939}';
/** A volume's two names, in hex. */
const maximumBinary = 8192;

export class TracerptXmlReader implements EtwTextReader {
  readonly #xml: XmlReader;
  readonly #number = new NumberReader();
  readonly #fields = new TextFields();
  readonly #events = new TextEvents(this.#fields);
  readonly #types = new EventTypes();
  readonly #header = new TraceHeader();
  readonly #times: IsoTimes;
  readonly #masks: number[] = [];
  readonly #templates = new XmlTemplates();
  readonly #texts = new TextCache(decodeUtf8, 2048);
  #records = 0;
  #undecoded = 0;
  // The event at hand.
  #section = '';
  #provider = '';
  #className = '';
  #classGuid = '';
  #opcodeName = '';
  #id = 0;
  #version = 0;
  #opcode = 0;
  #time: TraceTime | undefined;
  #pid: number | null = null;
  #tid: number | null = null;
  #processor: number | null = null;
  #isBinary = false;
  #binary = '';
  /** What is read in at once, and where in it the event begins. */
  #buffered: Uint8Array = new Uint8Array(0);
  #startOfEvent = 0;

  constructor(source: ByteSource, options: ImportOptions) {
    this.#xml = new XmlReader(source, { records: ['Event'] });
    this.#times = new IsoTimes(options.utcOffset ?? 0);
  }

  get system(): { readonly [key: string]: DetailValue } {
    return { ...this.#header.facts, ...(this.#undecoded > 0 ? { eventsTracerptCouldNotDecode: this.#undecoded } : {}) };
  }

  get unknownTimes(): readonly UnknownTime[] {
    return this.#times.lackZone ? ['zone'] : [];
  }

  run(sink: EtwTextSink): void {
    const xml = this.#xml;
    for (;;) {
      if (this.#readKnown(sink)) {
        if (this.#records % progressEvery === 0 && !sink.progress(xml.consumed)) return;
        continue;
      }
      switch (xml.next()) {
        case 'end': return;
        case 'open': this.#open(xml.name); break;
        case 'leaf': this.#leaf(xml.name); break;
        case 'close':
          if (xml.name === 'Event') {
            this.#finish(sink);
            if (this.#records % progressEvery === 0 && !sink.progress(xml.consumed)) return;
          } else if (xml.depth <= 2) {
            this.#section = '';
          }
          break;
        case 'damage':
          sink.damage(xml.line, xml.reason, xml.lost ? 1 : 0);
          if (xml.lost) this.#records += 1;
          break;
        case 'text': break;
      }
    }
  }

  /** Takes the next event where it looks like one before. */
  #readKnown(sink: EtwTextSink): boolean {
    const xml = this.#xml;
    const at = xml.recordAhead();
    const end = at < 0 ? -1 : this.#templates.match(xml.bytes, at);
    const { fitted } = this.#templates;
    if (end < 0 || fitted === null) return false;
    const { targets, type } = fitted;
    const { is } = type;
    if (sink.namesOnly && (is.kind === 'disk' || is.kind === 'other' || (is.kind === 'file' && !learnsFromFile(is.type)))) {
      xml.passRecord(at, end - '</Event>'.length, end, this.#templates.lines);
      this.#records += 1;
      return true;
    }
    this.#begin();
    for (let i = 0; i < targets.length; i++) this.#putHole(targets[i] ?? hole.ignored, i);
    xml.passRecord(at, end - '</Event>'.length, end, this.#templates.lines);
    this.#handOver(type, sink);
    return true;
  }

  #putHole(target: number, index: number): void {
    if (target === hole.ignored) return;
    const { bytes } = this.#xml;
    const start = this.#templates.starts[index] ?? 0;
    const end = this.#templates.ends[index] ?? 0;
    if (target >= textBase) {
      const text = this.#texts.get(bytes, start, end);
      this.#fields.putText(target - textBase, (this.#templates.escaped[index] === 1 ? decodeEntities(text) : text).trim());
    } else if (target >= 0) {
      this.#fields.readNumber(target, bytes, start, end);
    } else if (target === hole.time) {
      this.#time = this.#times.read(decodeLatin1(bytes, start, end));
    } else {
      const id = idOf(this.#texts.get(bytes, start, end));
      if (target === hole.pid) this.#pid = id;
      else if (target === hole.tid) this.#tid = id;
      else this.#processor = id;
    }
  }

  #open(name: string): void {
    if (name === 'Event') {
      this.#begin();
      this.#buffered = this.#xml.bytes;
      this.#startOfEvent = this.#xml.tokenStart;
    } else if (this.#section === '' || name === 'System') {
      this.#section = name;
    }
    if (name === 'ProcessingErrorData') this.#isBinary = true;
  }

  #begin(): void {
    this.#fields.clear();
    this.#section = '';
    this.#provider = '';
    this.#className = '';
    this.#classGuid = '';
    this.#opcodeName = '';
    this.#id = 0;
    this.#version = 0;
    this.#opcode = 0;
    this.#time = undefined;
    this.#pid = null;
    this.#tid = null;
    this.#processor = null;
    this.#isBinary = false;
    this.#binary = '';
    this.#masks.length = 0;
  }

  #leaf(name: string): void {
    if (name === 'Data') this.#data();
    else if (this.#section === 'System') this.#systemLeaf(name);
    else this.#otherLeaf(name);
  }

  #systemLeaf(name: string): void {
    const xml = this.#xml;
    switch (name) {
      case 'Provider': this.#provider = xml.attribute('Name') ?? xml.attribute('Guid') ?? ''; break;
      case 'EventID': this.#id = this.#textNumber(); break;
      case 'Version': this.#version = this.#textNumber(); break;
      case 'Opcode': this.#opcode = this.#textNumber(); break;
      case 'TimeCreated': this.#time = this.#times.read(xml.attribute('SystemTime') ?? ''); break;
      case 'Execution':
        this.#pid = idOf(xml.attribute('ProcessID'));
        this.#tid = idOf(xml.attribute('ThreadID'));
        this.#processor = idOf(xml.attribute('ProcessorID'));
        break;
      default:
    }
  }

  #otherLeaf(name: string): void {
    switch (name) {
      case 'EventName': this.#className = this.#xml.text().trim(); break;
      case 'EventGuid': this.#classGuid = this.#xml.text().trim(); break;
      case 'Opcode': this.#opcodeName = this.#xml.text().trim(); break;
      case 'BinaryEventData': case 'ProcessingErrorData':
        this.#isBinary = true;
        if (this.#xml.textEnd - this.#xml.textStart < maximumBinary) this.#binary = this.#xml.text();
        break;
      default:
    }
  }

  #textNumber(): number {
    return this.#number.read(this.#xml.bytes, this.#xml.textStart, this.#xml.textEnd) ? this.#number.low : 0;
  }

  #data(): void {
    const xml = this.#xml;
    const name = xml.attribute('Name');
    if (name === null) return;
    if (this.#records === 0) this.#header.take(name, xml.text().trim());
    const slot = slotOf(name);
    if (slot === undefined) {
      if (name.startsWith('GroupMask') && this.#masks.length < 8) this.#masks.push(this.#textNumber());
    } else if (slot >= textBase) {
      this.#fields.putText(slot - textBase, xml.text().trim());
    } else if (xml.isEscaped) {
      const digits = Uint8Array.from(xml.text(), (letter) => letter.charCodeAt(0) & 0xff);
      this.#fields.readNumber(slot, digits, 0, digits.length);
    } else {
      this.#fields.readNumber(slot, xml.bytes, xml.textStart, xml.textEnd);
    }
  }

  #finish(sink: EtwTextSink): void {
    const type = this.#typeOf();
    const canRepeat = !this.#isBinary && this.#records > 0 && type.is.kind !== 'header' && type.is.kind !== 'masks';
    if (canRepeat && this.#buffered === this.#xml.bytes) this.#templates.learn(this.#xml.bytes, this.#startOfEvent, this.#xml.position, type);
    this.#handOver(type, sink);
  }

  #handOver(type: EventType, sink: EtwTextSink): void {
    const time = this.#time;
    if (time === undefined) {
      sink.damage(this.#xml.line, 'an event has no time that can be read', 1);
    } else {
      this.#setHead(type, time);
      const event = this.#eventOf(type, sink);
      if (event === undefined) sink.damage(this.#xml.line, `an event ${type.name} lacks its fields`, 1);
      else sink.event(event);
    }
    this.#records += 1;
  }

  /** The kernel's events all have one provider; their class stands in what tracerpt adds. */
  #typeOf(): EventType {
    const isKernel = this.#provider === '' || this.#provider.toLowerCase() === kernelProvider;
    const nameOrGuid = isKernel || this.#provider.startsWith('{') ? this.#className || this.#classGuid || this.#provider : this.#provider;
    return this.#types.get(nameOrGuid, this.#id & 0xffff, this.#opcode & 0xff, this.#version & 0xff, this.#opcodeName);
  }

  #setHead(type: EventType, time: TraceTime): void {
    const { head } = this.#events;
    head.sourceIndex = this.#records;
    head.time = time;
    head.pid = this.#pid;
    head.tid = this.#tid;
    head.processor = this.#processor;
    head.name = type.name;
  }

  #eventOf({ is }: EventType, sink: EtwTextSink): EtwEvent | undefined {
    const events = this.#events;
    if (this.#isBinary) {
      if (is.kind === 'volume' && this.#readVolume()) return events.volume();
      this.#undecoded += 1;
      return events.other('event that tracerpt could not decode', null);
    }
    switch (is.kind) {
      case 'masks': return events.masks([...this.#masks]);
      case 'header': return this.#readHeader(sink);
      default: return plainEvent(is, events);
    }
  }

  #readHeader(sink: EtwTextSink): EtwEvent {
    const { head } = this.#events;
    const { eventsLost, buffersLost } = this.#header;
    if (eventsLost > 0) sink.lost({ what: 'events', sourceIndex: head.sourceIndex, time: head.time, count: eventsLost, processor: null });
    if (buffersLost > 0) sink.lost({ what: 'buffers', sourceIndex: head.sourceIndex, time: head.time, count: buffersLost, processor: null });
    return this.#events.other('log record', null);
  }

  /** SystemConfigEx/VolumeMapping has no MOF class: two texts behind each other, in hex (etw-formats.md 10.3). */
  #readVolume(): boolean {
    const hex = this.#binary.trim();
    const units: number[] = [];
    for (let at = 0; at + 4 <= hex.length; at += 4) {
      const low = hexByte(hex, at);
      const high = hexByte(hex, at + 2);
      if (low < 0 || high < 0) return false;
      units.push(low | (high << 8));
    }
    const [ntPath = '', dosPath] = String.fromCharCode(...units).split('\0');
    if (dosPath === undefined || ntPath === '') return false;
    this.#fields.putText(textSlot.ntPath, ntPath);
    this.#fields.putText(textSlot.dosPath, dosPath);
    return true;
  }
}

function hexByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** A process, thread or processor in decimal; null where it is unknown. */
function idOf(text: string | null): number | null {
  if (text === null) return null;
  const number = Number(text);
  return Number.isInteger(number) && number >= 0 && number < unknownId && text !== '' ? number : null;
}

/** Makes events of the names and values of TraceEvent's text, whichever way they are written down. Source: etw-formats.md 17. */
import type { EtwEvent } from '../../etw/kernelEvent.ts';
import { numberSlot as n, slotOf, textBase, textSlot as t } from '../../etw/text/fieldSlots.ts';
import type { EtwTextSink } from '../../etw/text/importEtwText.ts';
import { TextEvents } from '../../etw/text/textEvents.ts';
import { TextFields } from '../../etw/text/textFields.ts';
import type { TraceTime } from '../../record.ts';
import { kindOfName } from './eventNames.ts';
import type { PerfViewKind } from './eventNames.ts';
import { numberOfWords } from './words.ts';

const ticksPerMillisecond = 10_000;
/** Ticks since the start that a number counts exactly. */
const longestTrace = Number.MAX_SAFE_INTEGER / ticksPerMillisecond;
const maximumNames = 4096;

interface NamedKind {
  readonly name: string;
  readonly is: PerfViewKind;
}

/** Ticks of `1,234.5678` or `1234,5678` milliseconds: the last separator is the decimal one. NaN for anything else. */
export function ticksOfMilliseconds(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  let point = end;
  for (let at = end - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 0x2e || code === 0x2c) {
      point = at;
      break;
    }
  }
  let milliseconds = 0;
  let digits = 0;
  for (let at = 0; at < point; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit >= 0 && digit < 10) {
      milliseconds = milliseconds * 10 + digit;
      digits += 1;
    } else if (!isGroup(text.charCodeAt(at))) {
      return Number.NaN;
    }
  }
  let fraction = 0;
  let scale = ticksPerMillisecond;
  for (let at = point + 1; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit < 10)) return Number.NaN;
    scale /= 10;
    if (scale >= 1) fraction += digit * scale;
  }
  return digits === 0 || milliseconds > longestTrace ? Number.NaN : milliseconds * ticksPerMillisecond + fraction;
}

/** Blanks, no-break spaces, group separators. */
const isGroup = (code: number): boolean => code === 0x20 || code === 0x2c || code === 0x2e || code === 0x27 || code === 0xa0 || code === 0x202f || code === 0x2019;

export class PerfViewRows {
  readonly fields = new TextFields();
  readonly #events = new TextEvents(this.fields);
  readonly #kinds = new Map<string, NamedKind>();
  readonly #start: bigint;
  #records = 0;
  #lastTicks = -1;
  #lastTime = 0n as TraceTime;
  // The row at hand.
  pid: number | null = null;
  tid: number | null = null;
  processName = '';

  constructor(start: bigint) {
    this.#start = start;
  }

  /** Begins a row. */
  begin(): void {
    this.fields.clear();
    this.pid = null;
    this.tid = null;
    this.processName = '';
  }

  /** One value by its name; `bytes[start, end)` is the same as `text`, for numbers. */
  put(name: string, bytes: Uint8Array, start: number, end: number, text: () => string): void {
    const slot = slotOf(name);
    if (slot === undefined) return;
    if (slot >= textBase) this.fields.putText(slot - textBase, text());
    else if (!this.fields.readNumber(slot, bytes, start, end)) this.#putWords(slot, text());
  }

  #putWords(slot: number, text: string): void {
    const number = numberOfWords(slot, text);
    if (number !== undefined) this.fields.put(slot, number);
  }

  /** Hands over the row; says what is wrong with it, or nothing. */
  finish(eventName: string, provider: string | null, milliseconds: string, sink: EtwTextSink): string | undefined {
    const ticks = ticksOfMilliseconds(milliseconds);
    if (Number.isNaN(ticks)) return 'event has no time that can be read';
    if (ticks !== this.#lastTicks) {
      this.#lastTicks = ticks;
      this.#lastTime = (this.#start + BigInt(ticks)) as TraceTime;
    }
    const { name, is } = this.#kindOf(eventName, provider);
    const { head } = this.#events;
    head.sourceIndex = this.#records;
    head.time = this.#lastTime;
    head.pid = this.pid;
    head.tid = this.tid ?? this.fields.optional(n.threadId);
    head.processor = this.fields.optional(n.processorId);
    head.name = name;
    const event = this.#eventOf(is);
    if (event === undefined) return `an event ${name} lacks its fields`;
    sink.event(event);
    this.#records += 1;
    return undefined;
  }

  /** Counts a row that was damaged. */
  damaged(): void {
    this.#records += 1;
  }

  #kindOf(eventName: string, provider: string | null): NamedKind {
    const key = provider === null ? eventName : `${provider}/${eventName}`;
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const full = this.#kinds.size >= maximumNames;
    const made: NamedKind = { name: full ? 'more kinds of events' : key, is: kindOfName(eventName, provider) };
    if (!full) this.#kinds.set(key, made);
    return made;
  }

  /** TraceEvent shows processes and threads as if the event came from them. */
  #eventOf(is: PerfViewKind): EtwEvent | undefined {
    const { fields } = this;
    const events = this.#events;
    switch (is.kind) {
      case 'file': return events.file(is.type, is.provider);
      case 'process':
        if (!fields.has(n.processId)) this.#putPid();
        if (!fields.hasText(t.imageName)) fields.putText(t.imageName, this.processName);
        events.head.pid = null;
        return events.process(is.type);
      case 'thread':
        this.#putPid();
        if (events.head.tid !== null) fields.put(n.tThreadId, events.head.tid);
        return events.thread(is.type);
      case 'image':
        this.#putPid();
        return events.image(is.type);
      case 'disk': return events.disk(is.event, null);
      case 'volume': return events.volume();
      case 'other': return events.other(is.reason, null);
    }
  }

  #putPid(): void {
    if (this.pid !== null) this.fields.put(n.processId, this.pid);
  }
}

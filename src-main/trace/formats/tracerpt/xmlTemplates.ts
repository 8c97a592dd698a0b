/**
 * Reads events that look like earlier ones, many times faster than token by token.
 *
 * tracerpt writes every event of a kind with the same bytes but for the values in it. A template is one event that was read in full, with holes where its
 * values stood; an event whose bytes between the holes are the same has the same elements, and only its values have to be looked at. Anything else (a
 * reference in a number, an element more) does not fit, and is read in full.
 */
import { decodeLatin1 } from '../../byteText.ts';
import { LiteralMatcher, literalOf } from '../../etw/text/literal.ts';
import type { Literal } from '../../etw/text/literal.ts';
import { slotOf } from '../../etw/text/fieldSlots.ts';
import type { EventType } from './eventTypes.ts';

/** What stands in a hole: a slot of fieldSlots.ts, or one of these. */
export const hole = { ignored: -1, time: -2, pid: -3, tid: -4, processor: -5 } as const;

const attributes: ReadonlyMap<string, number> = new Map([
  ['SystemTime', hole.time], ['ProcessID', hole.pid], ['ThreadID', hole.tid], ['ProcessorID', hole.processor],
]);
const holes = /(<Data Name="([^"<]*)">)([^<]*)<|((SystemTime|ProcessID|ThreadID|ProcessorID|KernelTime|UserTime|ActivityID|RelatedActivityID)=")([^"<]*)"/g;
const endTag = '</Event>';

const lessThan = 0x3c;
const quote = 0x22;
const ampersand = 0x26;
const lineFeed = 0x0a;

const maximumTemplates = 96;
/** Events that fit no template are made one only so often: a file may have as many kinds as events. */
const maximumAttempts = 512;
const maximumSize = 16_384;
const maximumHoles = 256;

export interface Template {
  readonly type: EventType;
  /** Of each hole: what it is, and the byte that ends it. */
  readonly targets: readonly number[];
  readonly stops: readonly number[];
  /** The bytes in front of each hole and behind the last one. */
  readonly literals: readonly Literal[];
  /** Line feeds in those bytes. */
  readonly lines: number;
  /** The template that fitted after this one the last time. */
  next: Template | null;
}

export class XmlTemplates {
  readonly #templates: Template[] = [];
  #attempts = 0;
  #last: Template | null = null;
  #bytes: Uint8Array = new Uint8Array(0);
  /** The word of its first literal in which a template differed that did not fit; -1 where it differed further on. */
  #differentAt = -1;
  readonly #matcher = new LiteralMatcher();
  /** Of the event that fitted: its template, its end, its values. */
  fitted: Template | null = null;
  /** Line feeds in it. */
  lines = 0;
  readonly starts = new Int32Array(maximumHoles);
  readonly ends = new Int32Array(maximumHoles);
  /** Which values have references in them. */
  readonly escaped = new Uint8Array(maximumHoles);

  /** Place behind the event at `at`, or -1 where it fits no template. */
  match(bytes: Uint8Array, at: number): number {
    if (this.#templates.length === 0) return -1;
    this.#bytes = bytes;
    this.#matcher.use(bytes);
    const expected = this.#last?.next ?? this.#templates[0] ?? null;
    let end = expected === null ? -1 : this.#fit(expected, at);
    if (end >= 0) return this.#found(expected, end);
    let different = this.#differentAt;
    for (const template of this.#templates) {
      const first = template.literals[0];
      // Events of one provider begin alike for hundreds of bytes: most are told apart by the word in which the last one differed.
      if (template === expected || (first !== undefined && !this.#matcher.mayFit(first, at, different))) continue;
      end = this.#fit(template, at);
      if (end >= 0) return this.#found(template, end);
      different = this.#differentAt;
    }
    return -1;
  }

  #found(template: Template | null, end: number): number {
    if (this.#last !== null) this.#last.next = template;
    this.#last = template;
    this.fitted = template;
    return end;
  }

  #fit(template: Template, from: number): number {
    const { targets, stops, literals } = template;
    const matcher = this.#matcher;
    this.lines = template.lines;
    this.#differentAt = -1;
    let at = from;
    for (let i = 0; i < literals.length; i++) {
      const literal = literals[i];
      if (literal === undefined || !matcher.fits(literal, at)) {
        if (i === 0) this.#differentAt = matcher.different;
        return -1;
      }
      at += literal.size;
      if (i === targets.length) break;
      at = this.#value(i, at, stops[i] ?? lessThan, targets[i] ?? -1);
      if (at < 0) return -1;
    }
    return at;
  }

  /** Numbers with references in them are not read here. */
  #value(index: number, from: number, stop: number, target: number): number {
    const bytes = this.#bytes;
    let escaped = 0;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === stop) break;
      if (byte === lessThan) return -1;
      if (byte === ampersand) escaped = 1;
      else if (byte === lineFeed) this.lines += 1;
    }
    if (at >= bytes.length || (escaped === 1 && target < 64 && target !== hole.ignored)) return -1;
    this.starts[index] = from;
    this.ends[index] = at;
    this.escaped[index] = escaped;
    return at;
  }

  /** Makes a template of an event that was read in full: `bytes[start, end)`. */
  learn(bytes: Uint8Array, start: number, end: number, type: EventType): void {
    this.#last = null;
    if (this.#templates.length >= maximumTemplates || this.#attempts >= maximumAttempts || end - start > maximumSize) return;
    this.#attempts += 1;
    const text = decodeLatin1(bytes, start, end);
    if (!text.endsWith(endTag)) return;
    const template = makeTemplate(text, bytes, start, type);
    if (template === null) return;
    this.#templates.push(template);
    this.#last = template;
  }
}

/** `text` is the event that begins at `start`, one character a byte. */
function makeTemplate(text: string, bytes: Uint8Array, start: number, type: EventType): Template | null {
  const systemEnd = text.indexOf('</System>');
  const targets: number[] = [];
  const stops: number[] = [];
  const literals: Literal[] = [];
  let from = 0;
  let lines = 0;
  const literal = (to: number): void => {
    lines += countOf(text.slice(from, to), '\n');
    literals.push(literalOf(bytes, start + from, start + to));
  };
  for (const match of text.matchAll(holes)) {
    const [, data, name = '', dataValue = '', attribute, attributeName = '', attributeValue = ''] = match;
    if (attribute !== undefined && match.index > systemEnd) continue;
    const value = match.index + (data ?? attribute ?? '').length;
    literal(value);
    targets.push(data === undefined ? (attributes.get(attributeName) ?? hole.ignored) : (slotOf(name) ?? hole.ignored));
    stops.push(data === undefined ? quote : lessThan);
    from = value + (data === undefined ? attributeValue : dataValue).length;
  }
  literal(text.length);
  return targets.length > maximumHoles || !isPlain(text, systemEnd, targets, stops) ? null : { type, targets, stops, literals, lines, next: null };
}

const countOf = (text: string, part: string): number => text.split(part).length - 1;

/** True where every value stands in a hole: none in CDATA, in single quotes or behind attributes that tracerpt does not write. */
function isPlain(text: string, systemEnd: number, targets: readonly number[], stops: readonly number[]): boolean {
  const system = text.slice(0, Math.max(0, systemEnd));
  if (text.includes('<!') || system.includes("'") || countOf(text, '<Data') !== stops.filter((stop) => stop === lessThan).length) return false;
  if (!targets.includes(hole.time)) return false;
  return [...attributes].every(([name, target]) => countOf(system, name) === targets.filter((other) => other === target).length);
}

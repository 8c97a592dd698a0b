/**
 * Reads XML trace exports, piece by piece: Procmon's, tracerpt's and their like.
 *
 * Own code, because a trace is evidence: a parser of documents stops at the first error, and loses a million events for a control character in one
 * file name; this one says where the damage is and goes on at the next record. It works on bytes and makes text only of what is
 * asked for. It reads what trace tools write (elements, attributes, text, CDATA, comments, references); it checks no document
 * types and expands no entities of a document's own. Source for the notation: W3C, Extensible Markup Language 1.0, 2.4 to 3.1.
 *
 * Elements that hold only text, nearly all there are, come as one `leaf`:
 *
 *     <event>                      open   event
 *       <PID>4</PID>               leaf   PID, text() is `4`
 *       <Data Name="Irp"/>         leaf   Data, attribute('Name') is `Irp`
 *     </event>                     close  event
 */
import { decodeUtf8, TextCache } from '../byteText.ts';
import { readBytes } from '../byteWindow.ts';
import type { ByteSource } from '../byteSource.ts';
import { StreamBuffer } from '../streamBuffer.ts';
import type { TextEncoding } from '../textEncoding.ts';
import {
  ampersand, apostrophe, ascii, behind, cdataEnd, cdataStart, commentEnd, commentStart, equals, exclamation, find, greaterThan, instructionEnd, isNameByte, lessThan, quote,
  sameAscii, slash, startsWith,
} from './bytes.ts';
import { decodeEntities } from './entities.ts';

/**
 * `text` is what stands between elements where there is more than blanks. `damage` ends the record in hand, if there is one (`lost`); the next token
 * begins another, or is the end. Elements around a damaged one are closed without a token.
 */
export type XmlToken = 'open' | 'leaf' | 'close' | 'text' | 'damage' | 'end';

export interface XmlOptions {
  /** Elements at which reading goes on after damage, such as `event`. One of them never stands inside another. */
  readonly records: readonly string[];
  /** Bytes that one tag, or one element that holds only text, may have. */
  readonly maximumLength?: number;
  /** Bytes to read at a time. */
  readonly chunk?: number;
}

const usualLength = 1024 * 1024;
const maximumDepth = 64;

const lineFeed = 0x0a;

type Attempt = XmlToken | 'more' | 'again';

export class XmlReader {
  readonly #buffer: StreamBuffer;
  readonly #records: ReadonlySet<string>;
  readonly #recordBytes: readonly Uint8Array[];
  readonly #longest: number;
  readonly #maximum: number;
  readonly #names = new TextCache(decodeUtf8, 512);
  readonly #texts = new TextCache(decodeUtf8);
  readonly #open: string[] = [];
  /** Elements around a record; -1 before the first one. */
  #around = -1;
  #inRecord = false;
  /** Line of the place in the buffer up to which line feeds were counted. */
  #line = 1;
  #counted = 0;
  /** Where the token begins. */
  #start = 0;
  /** Where damage begins, which may be gone from the buffer by the time it is told. */
  #damage: { readonly line: number; readonly offset: number } | null = null;
  #textStart = 0;
  #textEnd = 0;
  #escaped = false;
  /** Text of a leaf that is made of pieces (CDATA, comments between); null for a plain range of bytes. */
  #assembled: string | null = null;
  #attributes = 0;
  /** Four places in the buffer for each: name from and to, value from and to. */
  readonly #places: number[] = [];
  /** Of the element that was opened or closed last. */
  name = '';
  /** After `damage`: what is wrong. */
  reason = '';
  /** After `damage`: whether a record was in hand, which is lost by it. */
  lost = false;

  constructor(source: ByteSource, options: XmlOptions) {
    this.#buffer = new StreamBuffer(source, declaredEncoding(source), options.chunk);
    this.#records = new Set(options.records);
    this.#recordBytes = options.records.map(ascii);
    this.#longest = Math.max(0, ...options.records.map((name) => name.length));
    this.#maximum = options.maximumLength ?? usualLength;
  }

  /** Elements that are open around the current place. */
  get depth(): number {
    return this.#open.length;
  }

  /** The line on which the token begins, from 1. */
  get line(): number {
    return this.#damage?.line ?? this.#countLines(this.#start);
  }

  /** Where in the source the token begins; where that is not UTF-8, the end of what was read. */
  get offset(): number {
    return this.#damage?.offset ?? this.#buffer.offsetOf(this.#start);
  }

  /** Offset in the source up to which it was used up: for progress. */
  get consumed(): number {
    return this.#buffer.consumed;
  }

  /** The bytes of the token: `textStart` to `textEnd` is the text of a leaf as it is written, for readers that decode it without making it text. */
  get bytes(): Uint8Array {
    return this.#buffer.bytes;
  }
  get textStart(): number {
    return this.#textStart;
  }
  get textEnd(): number {
    return this.#textEnd;
  }
  /** True where the bytes of the text are not the text itself: references, CDATA. */
  get isEscaped(): boolean {
    return this.#escaped || this.#assembled !== null;
  }

  /** Where the token begins in `bytes`. */
  get tokenStart(): number {
    return this.#start;
  }
  /** Where reading goes on in `bytes`. */
  get position(): number {
    return this.#buffer.position;
  }

  /** Place of a record that may begin next, for readers that know its bytes; -1 where none can, or nothing is known of records yet. */
  recordAhead(): number {
    if (this.#inRecord || this.#around < 0 || this.#open.length !== this.#around) return -1;
    const { bytes } = this.#buffer;
    let at = this.#buffer.position;
    while (at < bytes.length && (bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x20 || bytes[at] === 0x09)) at += 1;
    return bytes[at] === lessThan ? at : -1;
  }

  /** Goes on behind a whole record that the reader has taken by itself, with `lines` line feeds in it; its end tag begins at `endTag`. */
  passRecord(start: number, endTag: number, end: number, lines: number): void {
    this.#countLines(start);
    this.#counted = end;
    this.#line += lines;
    this.#start = endTag;
    this.#damage = null;
    this.#buffer.position = end;
  }

  next(): XmlToken {
    for (;;) {
      const token = this.#attempt();
      if (token === 'again') continue;
      if (token !== 'more') return token;
      if (this.#buffer.bytes.length - this.#buffer.position > this.#maximum) return this.#damaged(tooLong);
      this.#fill();
    }
  }

  /** Text of a leaf, or what stands between elements. Equal ones are one string. */
  text(): string {
    if (this.#assembled !== null) return this.#assembled;
    const text = this.#texts.get(this.#buffer.bytes, this.#textStart, this.#textEnd);
    return this.#escaped ? decodeEntities(text) : text;
  }

  get attributeCount(): number {
    return this.#attributes;
  }

  attributeName(index: number): string {
    return this.#names.get(this.#buffer.bytes, this.#places[index * 4] ?? 0, this.#places[index * 4 + 1] ?? 0);
  }

  attributeValue(index: number): string {
    return decodeEntities(this.#texts.get(this.#buffer.bytes, this.#places[index * 4 + 2] ?? 0, this.#places[index * 4 + 3] ?? 0));
  }

  /** Places of a value in `bytes`, as it is written: for readers that decode it without making it text. */
  attributeStart(index: number): number {
    return this.#places[index * 4 + 2] ?? 0;
  }
  attributeEnd(index: number): number {
    return this.#places[index * 4 + 3] ?? 0;
  }

  /** Value of an attribute of the element just opened (or of the leaf); null where it has none of that name. */
  attribute(name: string): string | null {
    const { bytes } = this.#buffer;
    for (let i = 0; i < this.#attributes; i++) {
      if (sameAscii(bytes, this.#places[i * 4] ?? 0, this.#places[i * 4 + 1] ?? 0, name)) return this.attributeValue(i);
    }
    return null;
  }

  /** After `open`: passes over everything inside the element and its end. False where damage came first, which is then the token in hand. */
  skip(): boolean {
    const outside = this.#open.length - 1;
    for (;;) {
      const token = this.next();
      if (token === 'damage' || token === 'end') return false;
      if (token === 'close' && this.#open.length <= outside) return true;
    }
  }

  #fill(): void {
    this.#countLines(this.#buffer.position);
    this.#buffer.fill();
    this.#counted = 0;
  }

  #countLines(to: number): number {
    const { bytes } = this.#buffer;
    let lines = 0;
    for (let at = this.#counted; at < to; at++) if (bytes[at] === lineFeed) lines += 1;
    this.#counted = Math.max(this.#counted, to);
    this.#line += lines;
    return this.#line;
  }

  #attempt(): Attempt {
    const { bytes, position, atEnd } = this.#buffer;
    this.#start = position;
    this.#attributes = 0;
    this.#assembled = null;
    this.#damage = null;
    if (position >= bytes.length) return atEnd ? this.#finish() : 'more';
    if (bytes[position] !== lessThan) return this.#between(position);
    if (position + 1 >= bytes.length) return this.#moreOrCut();
    const second = bytes[position + 1] ?? 0;
    if (second === slash) return this.#close(position);
    if (second === exclamation || second === 0x3f) return this.#markup(position);
    return this.#element(position);
  }

  #finish(): XmlToken {
    return this.#inRecord ? this.#damaged(`the file ends inside an element “${this.#open[this.#around] ?? ''}”`) : 'end';
  }

  #moreOrCut(): Attempt {
    if (!this.#buffer.atEnd) return 'more';
    const { bytes, position } = this.#buffer;
    // What begins where records stand is one.
    const isRecord = this.#around >= 0 && this.#open.length === this.#around && bytes[position + 1] !== slash;
    return this.#damaged('the file ends inside a tag', isRecord);
  }

  /** Blanks between elements are passed over; anything else is a token. */
  #between(position: number): Attempt {
    const { bytes, atEnd } = this.#buffer;
    const size = bytes.length;
    let at = position;
    while (at < size && (bytes[at] ?? 0) <= 0x20 && bytes[at] !== 0) at += 1;
    this.#buffer.position = at;
    this.#start = at;
    if (at >= size || bytes[at] === lessThan) return 'again';
    const first = at;
    while (at < size && bytes[at] !== lessThan) at += 1;
    if (at >= size && !atEnd && size - first <= this.#maximum) return 'more';
    this.#plainText(first, at);
    this.#buffer.position = at;
    return 'text';
  }

  #plainText(start: number, end: number): void {
    const { bytes } = this.#buffer;
    let at = start;
    while (at < end && bytes[at] !== ampersand) at += 1;
    this.#textStart = start;
    this.#textEnd = end;
    this.#escaped = at < end;
  }

  #close(position: number): Attempt {
    const { bytes } = this.#buffer;
    let at = position + 2;
    while (at < bytes.length && isNameByte(bytes[at] ?? 0)) at += 1;
    const nameEnd = at;
    while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at += 1;
    if (at >= bytes.length) return this.#moreOrCut();
    if (bytes[at] !== greaterThan || nameEnd === position + 2) return this.#damaged('an end tag is malformed');
    const name = this.#names.get(bytes, position + 2, nameEnd);
    if (this.#open.at(-1) === name) {
      this.#open.pop();
    } else {
      const level = this.#open.lastIndexOf(name);
      if (this.#inRecord) return this.#damaged(`end tag “${name}” has no start tag`);
      if (this.#records.has(name)) return this.#damaged(`end tag “${name}” has no start tag`, true);
      // Around records, what damage has left open is closed with what holds it, and what was never seen to open is passed over.
      this.#buffer.position = at + 1;
      if (level < 0) return 'again';
      this.#open.length = level;
    }
    if (this.#inRecord && this.#open.length === this.#around) this.#inRecord = false;
    this.#buffer.position = at + 1;
    this.name = name;
    return 'close';
  }

  /** Comments, instructions and declarations say nothing; CDATA between elements is text. */
  #markup(position: number): Attempt {
    const { bytes } = this.#buffer;
    if (startsWith(bytes, position, cdataStart)) {
      const end = find(bytes, position + 9, cdataEnd);
      if (end < 0) return this.#moreOrCut();
      this.#assembled = decodeUtf8(bytes, position + 9, end);
      this.#buffer.position = end + 3;
      return 'text';
    }
    const end = this.#markupEnd(position);
    if (end < 0) return bytes.length - position < 9 || !this.#buffer.atEnd ? this.#moreOrCut() : this.#damaged('a comment or declaration has no end');
    this.#buffer.position = end;
    return 'again';
  }

  #markupEnd(position: number): number {
    const { bytes } = this.#buffer;
    if (bytes[position + 1] === 0x3f) return behind(find(bytes, position + 2, instructionEnd), 2);
    if (startsWith(bytes, position, commentStart)) return behind(find(bytes, position + 4, commentEnd), 3);
    // A document type ends behind the bracket of its own declarations.
    let depth = 0;
    for (let at = position; at < bytes.length; at++) {
      if (bytes[at] === 0x5b) depth += 1;
      else if (bytes[at] === 0x5d) depth -= 1;
      else if (bytes[at] === greaterThan && depth <= 0) return at + 1;
    }
    return -1;
  }

  #element(position: number): Attempt {
    const { bytes } = this.#buffer;
    const size = bytes.length;
    let at = position + 1;
    while (at < size && isNameByte(bytes[at] ?? 0)) at += 1;
    const nameEnd = at;
    if (nameEnd === position + 1 && at < size) return this.#damaged('“<” is followed by no name');
    if (bytes[at] !== greaterThan) at = this.#readAttributes(at);
    if (at === needMore) return this.#moreOrCut();
    const isRecord = this.#isRecordAt(position + 1, nameEnd);
    if (at === malformed) return this.#damaged('a start tag is malformed', isRecord);
    const isEmpty = bytes[at] === slash;
    const inside = at + (isEmpty ? 2 : 1);
    if (this.#inRecord && isRecord) return this.#damaged(`an element “${this.#open[this.#around] ?? ''}” has no end`, true, position);
    if (isEmpty) return this.#leaf(position, nameEnd, inside, inside, inside);
    return this.#content(position, nameEnd, inside);
  }

  #isRecordAt(start: number, end: number): boolean {
    for (const record of this.#recordBytes) if (record.length === end - start && startsWith(this.#buffer.bytes, start, record)) return true;
    return false;
  }

  /** Text up to the end tag makes a leaf; anything else opens the element. */
  #content(position: number, nameEnd: number, inside: number): Attempt {
    const { bytes, atEnd } = this.#buffer;
    const size = bytes.length;
    let at = inside;
    let byte = 0;
    let escaped = false;
    for (; at < size; at++) {
      byte = bytes[at] ?? 0;
      if (byte === lessThan) break;
      if (byte === ampersand) escaped = true;
    }
    const needed = nameEnd - position + 2;
    if (at + needed > size && !atEnd) return 'more';
    if (at - position > this.#maximum) return this.#damaged(tooLong);
    const end = this.#endTag(position, nameEnd, at);
    if (end >= 0) {
      this.#escaped = escaped;
      return this.#leaf(position, nameEnd, inside, at, end);
    }
    if (bytes[at] === lessThan && bytes[at + 1] === exclamation) return this.#pieces(position, nameEnd, inside);
    return this.#opened(position, nameEnd, inside);
  }

  /** Behind the end tag at `at` where it is that of the start tag at `position`, else -1. */
  #endTag(position: number, nameEnd: number, at: number): number {
    const { bytes } = this.#buffer;
    if (bytes[at + 1] !== slash) return -1;
    const length = nameEnd - position - 1;
    for (let i = 0; i < length; i++) if (bytes[at + 2 + i] !== bytes[position + 1 + i]) return -1;
    return bytes[at + 2 + length] === greaterThan ? at + 3 + length : -1;
  }

  #leaf(position: number, nameEnd: number, start: number, end: number, next: number): XmlToken {
    if (start === end) this.#escaped = false;
    this.#textStart = start;
    this.#textEnd = end;
    this.name = this.#names.get(this.#buffer.bytes, position + 1, nameEnd);
    this.#buffer.position = next;
    if (!this.#inRecord && this.#records.has(this.name)) this.#around = this.#open.length;
    return 'leaf';
  }

  #opened(position: number, nameEnd: number, inside: number): XmlToken {
    if (this.#open.length >= maximumDepth) return this.#damaged('elements are nested too deeply');
    this.name = this.#names.get(this.#buffer.bytes, position + 1, nameEnd);
    if (!this.#inRecord && this.#records.has(this.name)) {
      this.#around = this.#open.length;
      this.#inRecord = true;
    }
    this.#open.push(this.name);
    this.#buffer.position = inside;
    return 'open';
  }

  /** An element with CDATA or comments in it: a leaf if there is nothing else but text. */
  #pieces(position: number, nameEnd: number, inside: number): Attempt {
    const { bytes, atEnd } = this.#buffer;
    let text = '';
    let at = inside;
    for (;;) {
      let stop = at;
      while (stop < bytes.length && bytes[stop] !== lessThan) stop += 1;
      text += decodeEntities(decodeUtf8(bytes, at, stop));
      if (stop + (nameEnd - position) + 2 > bytes.length && !atEnd) return 'more';
      const end = this.#endTag(position, nameEnd, stop);
      if (end >= 0) {
        const leaf = this.#leaf(position, nameEnd, inside, stop, end);
        this.#assembled = text;
        return leaf;
      }
      if (bytes[stop + 1] !== exclamation || stop >= bytes.length) return this.#opened(position, nameEnd, inside);
      const isCdata = startsWith(bytes, stop, cdataStart);
      const close = isCdata ? find(bytes, stop + 9, cdataEnd) : this.#markupEnd(stop);
      if (close < 0) return atEnd ? this.#opened(position, nameEnd, inside) : 'more';
      if (isCdata) text += decodeUtf8(bytes, stop + 9, close);
      at = isCdata ? close + 3 : close;
    }
  }

  /** Place of the `>` or `/>` that ends the tag; `needMore` or `malformed`. */
  #readAttributes(from: number): number {
    const { bytes } = this.#buffer;
    const size = bytes.length;
    let at = from;
    for (;;) {
      while (at < size && (bytes[at] ?? 0) <= 0x20) at += 1;
      if (at >= size) return needMore;
      if (bytes[at] === greaterThan) return at;
      if (bytes[at] === slash) {
        if (at + 1 >= size) return needMore;
        return bytes[at + 1] === greaterThan ? at : malformed;
      }
      at = this.#readAttribute(at);
      if (at < 0) return at;
    }
  }

  #readAttribute(from: number): number {
    const { bytes } = this.#buffer;
    const size = bytes.length;
    let at = from;
    while (at < size && isNameByte(bytes[at] ?? 0)) at += 1;
    const nameEnd = at;
    while (at < size && (bytes[at] ?? 0) <= 0x20) at += 1;
    if (at >= size) return needMore;
    if (bytes[at] !== equals || nameEnd === from) return malformed;
    at += 1;
    while (at < size && (bytes[at] ?? 0) <= 0x20) at += 1;
    if (at >= size) return needMore;
    const mark = bytes[at];
    if (mark !== quote && mark !== apostrophe) return malformed;
    const start = at + 1;
    for (at = start; at < size; at++) {
      const byte = bytes[at];
      if (byte === mark) break;
      // A lost quote must not swallow what follows.
      if (byte === lessThan) return malformed;
    }
    if (at >= size) return needMore;
    const place = this.#attributes * 4;
    this.#places[place] = from;
    this.#places[place + 1] = nameEnd;
    this.#places[place + 2] = start;
    this.#places[place + 3] = at;
    this.#attributes += 1;
    return at + 1;
  }

  /** Moves to the next record; `next` is its place where that is known. */
  #damaged(reason: string, lost = false, next = -1): XmlToken {
    const found = { line: this.#countLines(this.#start), offset: this.#buffer.offsetOf(this.#start) };
    this.reason = reason;
    this.lost = lost || this.#inRecord;
    this.#inRecord = false;
    if (next < 0) this.#seekRecord();
    if (this.#around >= 0) this.#open.length = Math.min(this.#open.length, this.#around);
    this.#damage = found;
    return 'damage';
  }

  /** A record whose end is passed on the way is lost, too. */
  #seekRecord(): void {
    let at = this.#buffer.position + 1;
    for (;;) {
      const { bytes, atEnd } = this.#buffer;
      at = bytes.indexOf(lessThan, at);
      if (at < 0) at = bytes.length;
      // Room for `</`, the longest name and the byte behind it.
      if (at + this.#longest + 3 > bytes.length && !atEnd) {
        this.#buffer.position = at;
        this.#fill();
        at = 0;
        continue;
      }
      if (at >= bytes.length) break;
      const isEnd = bytes[at + 1] === slash;
      if (this.#startsRecord(isEnd ? at + 2 : at + 1)) {
        if (!isEnd) break;
        this.lost = true;
      }
      at += 1;
    }
    this.#buffer.position = at;
  }

  #startsRecord(at: number): boolean {
    const { bytes } = this.#buffer;
    return this.#recordBytes.some((record) => startsWith(bytes, at, record) && !isNameByte(bytes[at + record.length] ?? 0));
  }
}

const needMore = -1;
const malformed = -2;
const tooLong = 'an element is too long';

/** What the XML declaration says, as far as it is one that is read. */
function declaredEncoding(source: ByteSource): TextEncoding {
  const head = readBytes(source, 0, 256);
  const declared = /^\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([\w-]+)["']/.exec(decodeUtf8(head, 0, head.length))?.[1]?.toLowerCase();
  return declared !== undefined && /^(windows-1252|iso-8859-1|us-ascii|cp1252|latin1)$/.test(declared) ? 'windows1252' : 'utf8';
}

/**
 * The string table of a Process Monitor log, and what all its tables have in common.
 *
 * Source: procmon-formats.md 4. Every count is checked against the room the table has before anything is read by it.
 */
import type { ByteSource } from '../../byteSource.ts';
import { decodeUtf16z } from '../../byteText.ts';
import { readBytes } from '../../byteWindow.ts';
import type { DamageSink } from './damage.ts';
import type { PmlHeader } from './header.ts';

/** Longest command line Windows allows, with room to spare; a string of more is damage. */
const maximumStringBytes = 1 << 17;
/** Room for 8 million processes: more is damage, and must not be allocated. */
const maximumArrayBytes = 64 * 1024 * 1024;
/** Strings that are kept once they are read; beyond it they are read again. */
const mostKept = 1 << 16;

/** The string table, read entry by entry when one is asked for. */
export class StringTable {
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #end: number;
  readonly #offsets: DataView;
  readonly #texts = new Map<number, string>();
  readonly #problems: DamageSink;
  #reported = false;
  /** Processes and modules share strings, so that a small damaged file could hand out any amount of text: no real one comes near this. */
  #charactersLeft: number;

  constructor(source: ByteSource, header: PmlHeader, problems: DamageSink) {
    this.#source = source;
    this.#problems = problems;
    this.#start = header.stringTable;
    this.#end = tableEnd(source, header.stringTable, header.iconTable);
    this.#offsets = countedArray(source, this.#start, this.#end, 4, 'string table', problems);
    this.#charactersLeft = (1 << 20) + 16 * Math.max(0, this.#end - Math.min(header.processTable, this.#start));
  }

  get(index: number): string {
    if (index === 0) return '';
    let text = this.#texts.get(index);
    if (text === undefined) {
      text = this.#read(index);
      if (this.#texts.size < mostKept) this.#texts.set(index, text);
    }
    this.#charactersLeft -= text.length;
    return this.#charactersLeft < 0 ? this.#bad() : text;
  }

  #read(index: number): string {
    if (index * 4 + 4 > this.#offsets.byteLength) return this.#bad();
    const at = this.#start + this.#offsets.getUint32(index * 4, true);
    const head = readBytes(this.#source, at, 4);
    if (at < this.#start || at + 4 > this.#end || head.length < 4) return this.#bad();
    const size = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
    if (size > maximumStringBytes || at + 4 + size > this.#end) return this.#bad();
    const bytes = readBytes(this.#source, at + 4, size);
    return bytes.length < size ? this.#bad() : decodeUtf16z(bytes, 0, bytes.length);
  }

  /** Reported once: a cut table would otherwise be reported for every process. */
  #bad(): string {
    if (!this.#reported) this.#problems.damage(this.#start, 'string table: strings lie outside the table, or are used more often than any log does, and are taken as empty', 0);
    this.#reported = true;
    return '';
  }
}

/** End of a table: where the next one starts, but never beyond the file. */
export function tableEnd(source: ByteSource, start: number, next: number): number {
  return next > start && next <= source.size ? next : source.size;
}

/** The u32 count at `start` and the `count` entries behind it; what the table has no room for is refused, not allocated. */
export function countedArray(source: ByteSource, start: number, end: number, entry: number, name: string, problems: DamageSink): DataView {
  const none = new DataView(new ArrayBuffer(0));
  // A table beyond the end of the file has been reported with the header.
  if (start === 0 || start >= source.size) return none;
  const head = readBytes(source, start, 4);
  if (head.length < 4) {
    problems.damage(start, `${name}: the file ends inside its count`, 0);
    return none;
  }
  const count = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (start + 4 + count * entry > end || count * entry > maximumArrayBytes) {
    problems.damage(start, `${name}: ${count} entries do not fit into the ${Math.max(0, end - start)} bytes it has`, 0);
    return none;
  }
  const bytes = readBytes(source, start + 4, count * entry);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

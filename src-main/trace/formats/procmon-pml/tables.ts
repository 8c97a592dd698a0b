/**
 * String and process tables of a Process Monitor log.
 *
 * Source: procmon-formats.md 4 and 5. Every count is checked against the room the table has before anything is read by it.
 */
import type { ByteSource } from '../../byteSource.ts';
import { decodeUtf16z } from '../../byteText.ts';
import { readBytes } from '../../byteWindow.ts';
import type { ImportTally } from '../../importTally.ts';
import type { ProcessIndex, TraceProcess, TraceTime } from '../../record.ts';
import type { PmlHeader } from './header.ts';

/** Longest command line Windows allows, with room to spare; a string of more is damage. */
const maximumStringBytes = 1 << 20;
/** Room for 8 million processes: more is damage, and must not be allocated. */
const maximumArrayBytes = 64 * 1024 * 1024;

/** The string table, read entry by entry when one is asked for. */
export class StringTable {
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #end: number;
  readonly #offsets: DataView;
  readonly #texts = new Map<number, string>();
  readonly #tally: ImportTally;
  #reported = false;

  constructor(source: ByteSource, header: PmlHeader, tally: ImportTally) {
    this.#source = source;
    this.#tally = tally;
    this.#start = header.stringTable;
    this.#end = tableEnd(source, header.stringTable, header.iconTable);
    this.#offsets = countedArray(source, this.#start, this.#end, 4, 'string table', tally);
  }

  get(index: number): string {
    if (index === 0) return '';
    const known = this.#texts.get(index);
    if (known !== undefined) return known;
    const text = this.#read(index);
    this.#texts.set(index, text);
    return text;
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
    if (!this.#reported) this.#tally.damage(Math.min(this.#start, this.#source.size), 'offset', 'string table: strings lie outside the table and are taken as empty', 0);
    this.#reported = true;
    return '';
  }
}

/** End of a table: where the next one starts, but never beyond the file. */
function tableEnd(source: ByteSource, start: number, next: number): number {
  return next > start && next <= source.size ? next : source.size;
}

/** The u32 count at `start` and the `count` entries behind it; what the table has no room for is refused, not allocated. */
function countedArray(source: ByteSource, start: number, end: number, entry: number, name: string, tally: ImportTally): DataView {
  const none = new DataView(new ArrayBuffer(0));
  // A table beyond the end of the file has been reported with the header.
  if (start === 0 || start >= source.size) return none;
  const head = readBytes(source, start, 4);
  if (head.length < 4) {
    tally.damage(start, 'offset', `${name}: the file ends inside its count`, 0);
    return none;
  }
  const count = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (start + 4 + count * entry > end || count * entry > maximumArrayBytes) {
    tally.damage(start, 'offset', `${name}: ${count} entries do not fit into the ${Math.max(0, end - start)} bytes it has`, 0);
    return none;
  }
  const bytes = readBytes(source, start + 4, count * entry);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Processes by the index Procmon's events use; hands out our own dense numbers and announces new ones to the tally. */
export class ProcessTable {
  readonly #tally: ImportTally;
  readonly #known = new Map<number, TraceProcess>();

  constructor(tally: ImportTally) {
    this.#tally = tally;
  }

  /** Our number for Procmon's process index. One that is not in the file gets a placeholder, so that its events are kept. */
  indexOf(procmonIndex: number): ProcessIndex {
    const known = this.#known.get(procmonIndex);
    if (known !== undefined) return known.index;
    return this.add(procmonIndex, { ...nobody, name: `<process ${procmonIndex} missing>` });
  }

  has(procmonIndex: number): boolean {
    return this.#known.has(procmonIndex);
  }

  add(procmonIndex: number, process: Omit<TraceProcess, 'index'>): ProcessIndex {
    const index = this.#known.size as ProcessIndex;
    const added: TraceProcess = { index, ...process };
    this.#known.set(procmonIndex, added);
    this.#tally.process(added);
    return index;
  }
}

export const nobody: Omit<TraceProcess, 'index'> = {
  pid: 0,
  parentPid: null,
  name: '',
  imagePath: null,
  commandLine: null,
  user: null,
  integrity: null,
  is64Bit: null,
  startTime: null,
  endTime: null,
};

/** Fixed part of a process record that is read here: up to the icon indices. */
const processRecordSize = 0x58;

/** Reads the whole process table; whatever of it is cut is reported and left out. */
export function readProcessTable(source: ByteSource, header: PmlHeader, strings: StringTable, table: ProcessTable, tally: ImportTally): void {
  const start = header.processTable;
  const end = tableEnd(source, start, header.stringTable);
  // Two arrays of n follow the count: the indices and the offsets of the records.
  const arrays = countedArray(source, start, end, 8, 'process table', tally);
  const count = arrays.byteLength >>> 3;
  for (let i = 0; i < count; i++) {
    const key = arrays.getUint32(i * 4, true);
    const at = start + arrays.getUint32((count + i) * 4, true);
    const bytes = at + processRecordSize <= end ? readBytes(source, at, processRecordSize) : new Uint8Array(0);
    if (bytes.length < processRecordSize) {
      tally.damage(Math.min(at, source.size), 'offset', 'process table: a process lies outside the table', 0);
    } else if (!table.has(key)) {
      table.add(key, processOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), strings, key));
    }
  }
}

function processOf(view: DataView, strings: StringTable, key: number): Omit<TraceProcess, 'index'> {
  const text = (at: number): string | null => strings.get(view.getUint32(at, true)) || null;
  const imagePath = text(0x44);
  const endTime = view.getBigUint64(0x28, true);
  return {
    pid: view.getUint32(0x04, true),
    parentPid: view.getUint32(0x08, true),
    name: text(0x40) ?? imageName(imagePath) ?? `<process ${key} without a name>`,
    imagePath,
    commandLine: text(0x48),
    user: text(0x3c),
    integrity: text(0x38),
    is64Bit: view.getUint32(0x34, true) === 1,
    startTime: view.getBigUint64(0x20, true) as TraceTime,
    endTime: endTime === 0n ? null : (endTime as TraceTime),
  };
}

/** `notepad.exe` of `C:\Windows\notepad.exe`. */
export function imageName(path: string | null): string | null {
  return path === null ? null : path.slice(path.lastIndexOf('\\') + 1) || null;
}

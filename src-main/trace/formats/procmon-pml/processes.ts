/**
 * The process table of a Process Monitor log with the modules of each process, and the processes of all parts of one log.
 *
 * Source: procmon-formats.md 5. Procmon's process indices hold within one file; the parts of a large capture are matched by process id,
 * start time and image (section 15).
 */
import type { ByteSource } from '../../byteSource.ts';
import { readBytes } from '../../byteWindow.ts';
import type { ImportTally } from '../../importTally.ts';
import type { ProcessIndex, TraceModule, TraceProcess, TraceTime } from '../../record.ts';
import type { DamageSink } from './damage.ts';
import type { PmlHeader } from './header.ts';
import { countedArray, tableEnd } from './strings.ts';
import type { StringTable } from './strings.ts';

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

/** Beyond it modules may be told twice; a capture has some ten thousand. */
const mostModulesKnown = 1 << 18;

/** Every process of a trace: those of later parts that are known already keep their number. */
export class TraceProcesses {
  readonly #tally: ImportTally;
  #count = 0;
  /** By identity; null where there is one part, which lists no process twice. */
  readonly #known: Map<string, TraceProcess> | null;
  readonly #modules = new Set<string>();

  constructor(tally: ImportTally, parts: number) {
    this.#tally = tally;
    this.#known = parts > 1 ? new Map() : null;
  }

  add(process: Omit<TraceProcess, 'index'>): ProcessIndex {
    const identity = `${process.pid} ${process.startTime ?? ''} ${process.imagePath ?? process.name}`;
    const before = this.#known?.get(identity);
    if (before !== undefined) return this.#merge(identity, before, process);
    const added = this.#announce(process);
    this.#known?.set(identity, added);
    return added.index;
  }

  /** A process of which nothing is known but that it is none of the others. */
  addUnknown(name: string): ProcessIndex {
    return this.#announce({ ...nobody, name }).index;
  }

  /** Each part lists the modules of its processes again: those of the parts before are told once. */
  addModule(module: TraceModule): void {
    if (this.#known !== null) {
      const identity = `${module.process} ${module.base} ${module.loadTime ?? ''}`;
      if (this.#modules.has(identity)) return;
      if (this.#modules.size < mostModulesKnown) this.#modules.add(identity);
    }
    this.#tally.module(module);
  }

  #announce(process: Omit<TraceProcess, 'index'>): TraceProcess {
    const added: TraceProcess = { index: this.#count as ProcessIndex, ...process };
    this.#count += 1;
    this.#tally.process(added);
    return added;
  }

  /** A later part knows more: that the process has ended, above all. */
  #merge(identity: string, before: TraceProcess, process: Omit<TraceProcess, 'index'>): ProcessIndex {
    const merged: TraceProcess = {
      ...before,
      parentPid: process.parentPid ?? before.parentPid,
      commandLine: process.commandLine ?? before.commandLine,
      user: process.user ?? before.user,
      integrity: process.integrity ?? before.integrity,
      is64Bit: process.is64Bit ?? before.is64Bit,
      endTime: process.endTime ?? before.endTime,
    };
    const keys = Object.keys(merged) as (keyof TraceProcess)[];
    if (keys.some((key) => merged[key] !== before[key])) {
      this.#known?.set(identity, merged);
      this.#tally.process(merged);
    }
    return before.index;
  }
}

/** Processes of one file by the index its events use. */
export class ProcessTable {
  readonly #processes: TraceProcesses;
  readonly #known = new Map<number, ProcessIndex>();
  #lastKey = -1;
  #lastIndex = 0 as ProcessIndex;

  constructor(processes: TraceProcesses) {
    this.#processes = processes;
  }

  /** Our number for Procmon's process index. One that is not in the file gets a placeholder, so that its events are kept. */
  indexOf(key: number): ProcessIndex {
    if (key === this.#lastKey) return this.#lastIndex;
    this.#lastIndex = this.#known.get(key) ?? this.#addUnknown(key);
    this.#lastKey = key;
    return this.#lastIndex;
  }

  #addUnknown(key: number): ProcessIndex {
    const index = this.#processes.addUnknown(`<process ${key} missing>`);
    this.#known.set(key, index);
    return index;
  }

  has(key: number): boolean {
    return this.#known.has(key);
  }

  add(key: number, process: Omit<TraceProcess, 'index'>): ProcessIndex {
    const index = this.#processes.add(process);
    this.#known.set(key, index);
    return index;
  }
}

/** Fixed part of a process record: up to the module list's mark. */
const processRecordSize = 0x60;
const modulesAtOnce = 1024;

/** Reads the process table of one file; whatever of it is cut is reported and left out. */
export class ProcessTableReader {
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #end: number;
  readonly #p: 4 | 8;
  readonly #strings: StringTable;
  readonly #table: ProcessTable;
  readonly #processes: TraceProcesses;
  readonly #problems: DamageSink;
  /** Records do not overlap: a table has room for so many modules, whatever its counts say. */
  #modulesLeft: number;

  constructor(source: ByteSource, header: PmlHeader, strings: StringTable, table: ProcessTable, processes: TraceProcesses, problems: DamageSink) {
    this.#source = source;
    this.#start = header.processTable;
    this.#end = tableEnd(source, header.processTable, header.stringTable);
    this.#p = header.pointerSize;
    this.#strings = strings;
    this.#table = table;
    this.#processes = processes;
    this.#problems = problems;
    this.#modulesLeft = Math.max(0, Math.floor((this.#end - this.#start) / this.#moduleSize));
  }

  get #moduleSize(): number {
    return 2 * this.#p + 48;
  }

  read(): void {
    // Two arrays of n follow the count: the indices and the offsets of the records.
    const arrays = countedArray(this.#source, this.#start, this.#end, 8, 'process table', this.#problems);
    const count = arrays.byteLength >>> 3;
    for (let i = 0; i < count; i++) {
      const key = arrays.getUint32(i * 4, true);
      const at = this.#start + arrays.getUint32((count + i) * 4, true);
      const size = processRecordSize + 4 + this.#p;
      const bytes = at + size <= this.#end ? readBytes(this.#source, at, size) : new Uint8Array(0);
      if (bytes.length < size) this.#problems.damage(at, 'process table: a process lies outside the table', 0);
      else if (!this.#table.has(key)) this.#process(key, at, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
  }

  #process(key: number, at: number, view: DataView): void {
    const index = this.#table.add(key, processOf(view, this.#strings, key));
    if (view.getUint8(processRecordSize) !== 1) return;
    const count = view.getUint32(processRecordSize + this.#p, true);
    const first = at + processRecordSize + this.#p + 4;
    const whole = Math.min(count, this.#modulesLeft, Math.max(0, Math.floor((this.#end - first) / this.#moduleSize)));
    if (whole < count) this.#problems.damage(at, `process table: ${count - whole} modules of a process lie outside the table`, 0);
    this.#modulesLeft -= whole;
    for (let i = 0; i < whole; i += modulesAtOnce) this.#modules(index, first + i * this.#moduleSize, Math.min(modulesAtOnce, whole - i));
  }

  #modules(process: ProcessIndex, at: number, count: number): void {
    const bytes = readBytes(this.#source, at, count * this.#moduleSize);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const p = this.#p;
    for (let i = 0; i + this.#moduleSize <= bytes.length; i += this.#moduleSize) {
      const text = (place: number): string | null => this.#strings.get(view.getUint32(i + 2 * p + place, true)) || null;
      this.#processes.addModule({
        process,
        base: p === 8 ? view.getBigUint64(i + p, true) : BigInt(view.getUint32(i + p, true)),
        size: view.getUint32(i + 2 * p, true),
        path: text(4) ?? '',
        loadTime: moduleTime(view.getUint32(i, true), view.getUint32(i + 2 * p + 44, true)),
        version: text(8),
        company: text(12),
        description: text(16),
      });
    }
  }
}

/** Halves of a FILETIME that stand at both ends of a module record. */
function moduleTime(low: number, high: number): TraceTime | null {
  return optionalTime((BigInt(high) << 32n) | BigInt(low));
}

function processOf(view: DataView, strings: StringTable, key: number): Omit<TraceProcess, 'index'> {
  const text = (at: number): string | null => strings.get(view.getUint32(at, true)) || null;
  const imagePath = text(0x44);
  return {
    pid: view.getUint32(0x04, true),
    parentPid: view.getUint32(0x08, true),
    name: text(0x40) ?? imageName(imagePath) ?? `<process ${key} without a name>`,
    imagePath,
    commandLine: text(0x48),
    user: text(0x3c),
    integrity: text(0x38),
    is64Bit: view.getUint32(0x34, true) === 1,
    startTime: optionalTime(view.getBigUint64(0x20, true)),
    endTime: optionalTime(view.getBigUint64(0x28, true)),
  };
}

/** `notepad.exe` of `C:\Windows\notepad.exe`. */
export function imageName(path: string | null): string | null {
  return path === null ? null : path.slice(path.lastIndexOf('\\') + 1) || null;
}

const optionalTime = (time: bigint): TraceTime | null => (time === 0n ? null : boundedTime(time));

const lastWritableTime = 2_650_467_743_999_999_999n;

/** Times are kept as they are, up to what ISO 8601 can write with a year of four digits: 9999-12-31. */
export function boundedTime(time: bigint): TraceTime {
  return (time > lastWritableTime ? lastWritableTime : time) as TraceTime;
}

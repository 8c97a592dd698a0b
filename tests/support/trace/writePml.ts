/**
 * Writes Process Monitor logs for tests, 32- and 64-bit.
 *
 * Written from procmon-formats.md sections 1 to 10, on purpose without any of the reader's code: the two check each other.
 */
import { ByteWriter } from './byteWriter.ts';

export interface PmlProcess {
  readonly index: number;
  readonly pid: number;
  readonly parentPid?: number;
  readonly name: string;
  readonly imagePath?: string;
  readonly commandLine?: string;
  readonly user?: string;
  readonly integrity?: string;
  readonly is64Bit?: boolean;
  readonly startTime?: bigint;
}

export interface PmlEvent {
  readonly processIndex: number;
  readonly tid?: number;
  /** 3 is File System. */
  readonly eventClass?: number;
  readonly operation: number;
  readonly time: bigint;
  readonly duration?: bigint;
  readonly result?: number;
  readonly stackDepth?: number;
  readonly detail: Uint8Array;
  readonly extra?: Uint8Array;
}

export interface PmlFile {
  readonly bits: 32 | 64;
  readonly version?: number;
  readonly processes: readonly PmlProcess[];
  readonly events: readonly PmlEvent[];
}

/** Where the sections of a written file start, for tests that cut it there. */
export interface PmlLayout {
  readonly bytes: Uint8Array;
  readonly events: number;
  readonly eventOffsets: number;
  readonly processTable: number;
  readonly stringTable: number;
  readonly iconTable: number;
  readonly hostTable: number;
  /** File offset of each event. */
  readonly eventStarts: readonly number[];
}

const headerSize = 0x3a8;

export function writePml(file: PmlFile): PmlLayout {
  const pointerSize = file.bits === 64 ? 8 : 4;
  const out = new ByteWriter();
  writeHeader(out, file);
  const eventStarts = file.events.map((event) => writeEvent(out, event, pointerSize));
  const eventOffsets = out.length;
  for (const start of eventStarts) out.u32(start).u8(0);
  const strings = new StringList();
  const processTable = out.length;
  writeProcesses(out, file.processes, strings, pointerSize);
  const stringTable = out.length;
  strings.write(out);
  const iconTable = out.length;
  out.u32(0);
  const hostTable = out.length;
  out.u32(0).u32(0);
  [eventOffsets, processTable, stringTable, iconTable].forEach((place, i) => out.patch64(0x248 + i * 8, place));
  out.patch64(0x3a0, hostTable);
  return { bytes: out.done(), events: headerSize, eventOffsets, processTable, stringTable, iconTable, hostTable, eventStarts };
}

function writeHeader(out: ByteWriter, file: PmlFile): void {
  out.bytes([0x50, 0x4d, 0x4c, 0x5f]).u32(file.version ?? 9).u32(file.bits === 64 ? 1 : 0);
  out.utf16('TESTBOX').padTo(0x2c).utf16('C:\\Windows').padTo(0x234);
  out.u32(file.events.length).u64(0).u64(headerSize).padTo(0x268).u64(0x7fffffeffff);
  out.u32(284).u32(10).u32(0).u32(19045).u32(2).padTo(0x38a).u8(1).u8(0).u32(4).u64(8 * 2 ** 30).u64(headerSize).u64(0);
}

function writeEvent(out: ByteWriter, event: PmlEvent, pointerSize: 4 | 8): number {
  const start = out.length;
  const depth = event.stackDepth ?? 0;
  const extraAt = event.extra === undefined ? 0 : 0x34 + depth * pointerSize + event.detail.length;
  out.u32(event.processIndex).u32(event.tid ?? 100).u32(event.eventClass ?? 3).u16(event.operation).u16(0xbeef).u32(start);
  out.u64(event.duration ?? 25n).u64(event.time).u32(event.result ?? 0).u16(depth).u16(0xbeef).u32(event.detail.length).u32(extraAt);
  for (let i = 0; i < depth; i++) out.pointer(0x7700_0000 + i, pointerSize);
  out.bytes(event.detail);
  if (event.extra !== undefined) out.u16(Math.min(event.extra.length, 0xffff)).bytes(event.extra);
  return start;
}

class StringList {
  readonly #texts: string[] = [''];

  index(text: string | undefined): number {
    const known = this.#texts.indexOf(text ?? '');
    return known >= 0 ? known : this.#texts.push(text ?? '') - 1;
  }

  write(out: ByteWriter): void {
    out.u32(this.#texts.length);
    let place = 4 + 4 * this.#texts.length;
    for (const text of this.#texts) {
      out.u32(place);
      place += 4 + text.length * 2 + 2;
    }
    for (const text of this.#texts) out.u32(text.length * 2 + 2).utf16(text).u16(0);
  }
}

function writeProcesses(out: ByteWriter, processes: readonly PmlProcess[], strings: StringList, pointerSize: 4 | 8): void {
  const size = 0x64 + pointerSize;
  out.u32(processes.length);
  for (const process of processes) out.u32(process.index);
  processes.forEach((_, i) => out.u32(4 + 8 * processes.length + i * size));
  for (const process of processes) {
    out.u32(process.index).u32(process.pid).u32(process.parentPid ?? 4).u32(0).u64(0x3e7).u32(1).u32(0xdeadbeef);
    out.u64(process.startTime ?? 0n).u64(0).u32(0).u32(process.is64Bit === true ? 1 : 0);
    out.u32(strings.index(process.integrity)).u32(strings.index(process.user)).u32(strings.index(process.name));
    out.u32(strings.index(process.imagePath)).u32(strings.index(process.commandLine)).u32(0).u32(0).u32(0).u32(0).u32(0);
    out.pointer(0, pointerSize).u32(0);
  }
}

/** What every file system event's detail blob holds. */
export interface FrameOptions {
  readonly bits: 32 | 64;
  readonly sub?: number;
  readonly flags?: number;
  readonly callbackFlags?: number;
  readonly path: string;
  /** Writes FLT_PARAMETERS; what is left is zero. */
  readonly parameters?: (out: ByteWriter, pointerSize: 4 | 8) => void;
  readonly tail?: (out: ByteWriter) => void;
}

/** The detail blob of section 10.1. Text is one byte a character where it can be. */
export function fileDetail(options: FrameOptions): Uint8Array {
  const pointerSize = options.bits === 64 ? 8 : 4;
  const out = new ByteWriter();
  out.u8(options.sub ?? 0).bytes([1, 2, 3, 4, 5, 6, 7]).u32(options.flags ?? 0).u32(options.callbackFlags ?? 1);
  options.parameters?.(out, pointerSize);
  out.padTo(0x18 + 5 * pointerSize).u16(descriptor(options.path)).u16(0xbeef);
  text(out, options.path);
  options.tail?.(out);
  return out.u16(0).done();
}

const isAscii = (value: string): boolean => /^[\x00-\x7f]*$/.test(value);

export function descriptor(value: string): number {
  return isAscii(value) ? 0x8000 | value.length : value.length;
}

export function text(out: ByteWriter, value: string): void {
  if (isAscii(value)) for (let i = 0; i < value.length; i++) out.u8(value.charCodeAt(i));
  else out.utf16(value);
}

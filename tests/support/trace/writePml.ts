/**
 * Writes Process Monitor logs for tests: versions 7 to 9, 32- and 64-bit, as Procmon saves them and as it writes its raw backing file.
 *
 * Written from procmon-formats.md sections 1 to 11, on purpose without any of the reader's code: the two check each other.
 */
import { ByteWriter } from './byteWriter.ts';

export interface PmlModule {
  readonly base: bigint;
  readonly size: number;
  readonly path: string;
  readonly loadTime: bigint;
  readonly version?: string;
  readonly company?: string;
  readonly description?: string;
}

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
  readonly endTime?: bigint;
  readonly session?: number;
  readonly company?: string;
  readonly version?: string;
  readonly description?: string;
  readonly modules?: readonly PmlModule[];
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
  /** Return addresses, innermost first. */
  readonly stack?: readonly bigint[];
  readonly detail: Uint8Array;
  readonly extra?: Uint8Array;
}

export interface PmlFile {
  readonly bits: 32 | 64;
  readonly version?: number;
  readonly computer?: string;
  readonly processes: readonly PmlProcess[];
  readonly events: readonly PmlEvent[];
  /** IPv4 addresses as four bytes, IPv6 as sixteen. */
  readonly hosts?: readonly { readonly address: readonly number[]; readonly name: string }[];
  readonly ports?: readonly { readonly port: number; readonly tcp: boolean; readonly name: string }[];
  /** `backing`: neighbours change places, captured output stands apart, and a record that no offset names ends the events. */
  readonly layout?: 'saved' | 'backing';
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
  const eventStarts = file.layout === 'backing' ? writeBackingEvents(out, file.events, pointerSize) : file.events.map((event) => writeEvent(out, event, pointerSize));
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
  writeHosts(out, file);
  [eventOffsets, processTable, stringTable, iconTable].forEach((place, i) => out.patch64(0x248 + i * 8, place));
  out.patch64(0x3a0, hostTable);
  return { bytes: out.done(), events: headerSize, eventOffsets, processTable, stringTable, iconTable, hostTable, eventStarts };
}

function writeHosts(out: ByteWriter, { hosts = [], ports = [] }: PmlFile): void {
  out.u32(hosts.length);
  for (const { address, name } of hosts) out.bytes(address).zeros(16 - address.length).u32(name.length * 2 + 2).utf16(name).u16(0);
  out.u32(ports.length);
  for (const { port, tcp, name } of ports) out.u16(port).u16(tcp ? 1 : 0).u32(name.length * 2 + 2).utf16(name).u16(0);
}

/** Every second event stands before the one it follows; captured output stands behind all events; one event more is in no array. */
function writeBackingEvents(out: ByteWriter, events: readonly PmlEvent[], pointerSize: 4 | 8): number[] {
  const starts: number[] = [];
  for (let i = 0; i < events.length; i += 2) {
    for (const at of [i + 1, i]) {
      const event = events[at];
      if (event !== undefined) starts[at] = writeEvent(out, event, pointerSize, true);
    }
  }
  events.forEach(({ extra }, i) => {
    if (extra === undefined) return;
    const start = starts[i] ?? 0;
    out.patch32(start + 0x30, out.length - start);
    writeExtra(out, extra);
  });
  const [first] = events;
  if (first !== undefined) writeEvent(out, first, pointerSize);
  return starts;
}

function writeHeader(out: ByteWriter, file: PmlFile): void {
  out.bytes([0x50, 0x4d, 0x4c, 0x5f]).u32(file.version ?? 9).u32(file.bits === 64 ? 1 : 0);
  out.utf16(file.computer ?? 'TESTBOX').padTo(0x2c).utf16('C:\\Windows').padTo(0x234);
  out.u32(file.events.length).u64(0).u64(headerSize).padTo(0x268).u64(0x7fffffeffff);
  out.u32(284).u32(10).u32(0).u32(19045).u32(2).padTo(0x38a).u8(1).u8(0).u32(4).u64(8 * 2 ** 30).u64(headerSize).u64(0);
}

function writeEvent(out: ByteWriter, event: PmlEvent, pointerSize: 4 | 8, apart = false): number {
  const start = out.length;
  const stack = event.stack ?? [];
  const extraAt = event.extra === undefined || apart ? 0 : 0x34 + stack.length * pointerSize + event.detail.length;
  out.u32(event.processIndex).u32(event.tid ?? 100).u32(event.eventClass ?? 3).u16(event.operation).u16(0xbeef).u32(start);
  out.u64(event.duration ?? 25n).u64(event.time).u32(event.result ?? 0).u16(stack.length).u16(0xbeef).u32(event.detail.length).u32(extraAt);
  for (const frame of stack) out.pointer(frame, pointerSize);
  out.bytes(event.detail);
  if (event.extra !== undefined && !apart) writeExtra(out, event.extra);
  return start;
}

/** Output of 64 KiB or more is cut to 65,535 bytes, and a byte of slack follows. */
function writeExtra(out: ByteWriter, extra: Uint8Array): void {
  const size = Math.min(extra.length, 0xffff);
  out.u16(size).bytes(extra.subarray(0, size));
  if (size === 0xffff) out.u8(0);
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
  out.u32(processes.length);
  for (const process of processes) out.u32(process.index);
  let place = 4 + 8 * processes.length;
  for (const process of processes) {
    out.u32(place);
    place += 0x64 + pointerSize + (process.modules?.length ?? 0) * (2 * pointerSize + 48);
  }
  for (const process of processes) {
    out.u32(process.index).u32(process.pid).u32(process.parentPid ?? 4).u32(0).u64(0x3e7).u32(process.session ?? 1).u32(0xdeadbeef);
    out.u64(process.startTime ?? 0n).u64(process.endTime ?? 0n).u32(0).u32(process.is64Bit === true ? 1 : 0);
    out.u32(strings.index(process.integrity)).u32(strings.index(process.user)).u32(strings.index(process.name));
    out.u32(strings.index(process.imagePath)).u32(strings.index(process.commandLine)).u32(strings.index(process.company));
    out.u32(strings.index(process.version)).u32(strings.index(process.description)).u32(0).u32(0);
    // Only the lowest byte counts; the others are junk in real files.
    out.pointer(0xcccccc00 + (process.modules === undefined ? 0 : 1), pointerSize).u32(process.modules?.length ?? 0);
    for (const module of process.modules ?? []) writeModule(out, module, strings, pointerSize);
  }
}

function writeModule(out: ByteWriter, module: PmlModule, strings: StringList, pointerSize: 4 | 8): void {
  out.u32(Number(module.loadTime & 0xffff_ffffn)).zeros(pointerSize - 4).pointer(module.base, pointerSize).u32(module.size);
  out.u32(strings.index(module.path)).u32(strings.index(module.version)).u32(strings.index(module.company)).u32(strings.index(module.description));
  out.u32(0x5f000000).zeros(12).u32(module.size).u32(0).u32(Number(module.loadTime >> 32n));
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

/**
 * A kernel trace of any length that is never in memory: buffers are made when they are read. Every operation has its end, every processor its
 * own file objects; the paths repeat.
 *
 * Payloads: etw-formats.md 9.3, version 3, 64-bit.
 */
import type { ByteSource } from '../../../../src-main/trace/byteSource.ts';
import { ByteWriter } from '../byteWriter.ts';
import { perfInfoRecord, systemRecord } from './etlRecords.ts';
import { etlDefaults, writeEtl } from './writeEtl.ts';

const bufferSize = 0x1_0000;
const headerSize = 0x48;
const pid = 4321;
const variants = 16;
/** Ticks between two records of a processor. */
const step = 100n;

export interface LargeEtl extends ByteSource {
  /** Records in the file, the log file header included. */
  readonly records: number;
  readonly operations: number;
}

/** At least `events` records, in whole buffers. */
export function largeEtl(events: number, processors = 4): LargeEtl {
  const first = writeEtl({ bufferSize, processors, headerRecords: rundown(processors) }, []);
  const templates = Array.from({ length: variants }, (_, variant) => new BufferTemplate(variant));
  const perBuffer = templates[0]?.times.length ?? 1;
  const buffers = Math.ceil(Math.max(0, events - 1 - rundown(processors).length) / perBuffer);
  const size = first.length + buffers * bufferSize;
  const scratch = new Uint8Array(bufferSize);
  let made = -1;

  const make = (buffer: number): Uint8Array => {
    if (buffer !== made) templates[buffer % variants]?.fill(scratch, buffer, processors);
    made = buffer;
    return scratch;
  };
  return {
    name: 'large.etl',
    size,
    records: 1 + rundown(processors).length + buffers * perBuffer,
    operations: (buffers * perBuffer) / 2,
    read(offset, length) {
      if (offset < first.length) return first.subarray(offset, Math.min(first.length, offset + length));
      const buffer = Math.floor((offset - first.length) / bufferSize);
      const within = (offset - first.length) % bufferSize;
      return offset >= size ? new Uint8Array(0) : make(buffer).subarray(within, Math.min(bufferSize, within + length));
    },
  };
}

/** The process and its threads, one a processor. */
function rundown(processors: number): Uint8Array[] {
  const process = new ByteWriter().u64(0xffffa00000432100n).u32(pid).u32(4).u32(1).u32(259).u64(0x1aa000n).u32(0).u32(0);
  process.bytes(Buffer.from('large.exe\0', 'latin1')).utf16('large.exe\0\0\0');
  const records = [perfInfoRecord(8, 0x0303, 4, etlDefaults.firstRawTime, process.done())];
  for (let cpu = 0; cpu < processors; cpu++) {
    const thread = new ByteWriter().u32(pid).u32(threadOf(cpu)).zeros(7 * 8).u32(0).bytes([8, 5, 2, 0]);
    records.push(systemRecord(8, 0x0503, 3, etlDefaults.firstRawTime, thread.done(), { tid: 0, pid: 0 }));
  }
  return records;
}

const threadOf = (processor: number): number => 5000 + 4 * processor;

/** One buffer of create, read, write, cleanup and close with their ends; times, threads and addresses are filled in. */
class BufferTemplate {
  readonly #bytes: Uint8Array;
  /** Where the times, the threads and the low halves of addresses that belong to a processor stand. */
  readonly times: number[] = [];
  readonly #threads: number[] = [];
  readonly #addresses: number[] = [];

  constructor(variant: number) {
    const out = new ByteWriter().zeros(headerSize);
    const path = `\\Device\\HarddiskVolume3\\large\\folder ${variant + 10}\\file.dat`;
    for (;;) {
      const cycle = new ByteWriter();
      const marks = { times: [...this.times], threads: [...this.#threads], addresses: [...this.#addresses] };
      this.#cycle(cycle, out.length, path);
      if (out.length + cycle.length > bufferSize) {
        this.times.splice(marks.times.length);
        this.#threads.splice(marks.threads.length);
        this.#addresses.splice(marks.addresses.length);
        break;
      }
      out.bytes(cycle.done());
    }
    const used = out.length;
    this.#bytes = new Uint8Array(bufferSize).fill(0xff);
    this.#bytes.set(out.done());
    const view = new DataView(this.#bytes.buffer);
    for (const [at, value] of [[0, bufferSize], [4, used], [8, used], [0x2c, 3], [0x30, used]] as const) view.setUint32(at, value, true);
    view.setUint16(0x34, 0x20, true);
    this.#bytes.fill(0, 0x38, headerSize);
  }

  #cycle(out: ByteWriter, base: number, path: string): void {
    const start = (type: number, body: (payload: ByteWriter) => void): void => this.#record(out, base, type, body);
    const objects = (payload: ByteWriter, keyed: boolean): void => {
      payload.u64(0xffffa00000001000n).u64(0xffffa00000002000n);
      if (keyed) payload.u64(0xffffb00000003000n);
      payload.u32(0);
    };
    start(64, (payload) => {
      objects(payload, false);
      payload.u32(0x01000060).u32(0x80).u32(3).utf16(`${path}\0`);
    });
    for (const type of [67, 68]) {
      start(type, (payload) => {
        payload.u64(4096);
        objects(payload, true);
        payload.u32(4096).u32(0x60900).u32(0);
      });
    }
    for (const type of [65, 66]) start(type, (payload) => objects(payload, true));
  }

  /** A start and its end. */
  #record(out: ByteWriter, base: number, type: number, body: (payload: ByteWriter) => void): void {
    const payload = new ByteWriter();
    body(payload);
    const bytes = payload.done();
    const irpAt = type === 67 || type === 68 ? 8 : 0;
    const begin = base + out.length + 16;
    const pointers = type === 64 ? 2 : 3;
    for (let i = 0; i < pointers; i++) this.#addresses.push(begin + irpAt + 8 * i);
    this.#threads.push(begin + irpAt + 8 * pointers);
    this.#put(out, base, perfInfoRecord(8, 0x0400 | type, 3, 0, bytes));
    this.#addresses.push(base + out.length + 16);
    this.#put(out, base, perfInfoRecord(8, 0x044c, 3, 0, new ByteWriter().u64(0xffffa00000001000n).u64(type === 67 ? 4096 : 1).u32(0).done()));
  }

  #put(out: ByteWriter, base: number, record: Uint8Array): void {
    this.times.push(base + out.length + 8);
    out.bytes(record).zeros(-record.length & 7);
  }

  /** Makes the buffer of that place in the file. */
  fill(into: Uint8Array, buffer: number, processors: number): void {
    into.set(this.#bytes);
    const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
    const processor = buffer % processors;
    view.setBigUint64(0x18, BigInt(buffer + 1), true);
    view.setUint16(0x28, processor, true);
    let time = etlDefaults.firstRawTime + step * BigInt(this.times.length * Math.floor(buffer / processors) + 1) + BigInt(processor);
    for (const at of this.times) {
      view.setBigUint64(at, time, true);
      time += step;
    }
    for (const at of this.#threads) view.setUint32(at, threadOf(processor), true);
    for (const at of this.#addresses) view.setUint32(at, view.getUint32(at, true) + 0x10000 * processor, true);
  }
}

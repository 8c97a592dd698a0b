/**
 * The generated traces: a small story of file I/O with every operation, minifilter callback and record kind that public traces lack.
 *
 * Source: etw-formats.md 12, which gives the hashes of the files, and 9 and 10 for the payloads.
 */
import { ByteWriter } from '../byteWriter.ts';
import { eventRecord, fullRecord, perfInfoRecord, systemRecord } from './etlRecords.ts';
import type { PointerSize } from './etlRecords.ts';
import { etlDefaults, writeEtl } from './writeEtl.ts';
import type { EtlBuffer, EtlLog } from './writeEtl.ts';

export interface GeneratedOptions {
  readonly pointerSize: PointerSize;
  /** Version of the FileIo records; version 2 has no path notes. */
  readonly version: 2 | 3;
  readonly compressed?: boolean;
  /** Times in microseconds of records to leave out. */
  readonly without?: readonly number[];
  /** What differs in the log's header. */
  readonly log?: EtlLog;
  /** Swaps the two data buffers in the file. */
  readonly swapped?: boolean;
}

export const generatedTimes = { first: etlDefaults.firstRawTime, start: etlDefaults.startTime } as const;

const irp = 0xffffa00000001000n;
const fileObject = 0xffffa00000002000n;
const key = 0xffffb00000003000n;
const fileObject2 = 0xffffa00000005000n;
const key2 = 0xffffb00000006000n;
const irp2 = 0xffffa00000007000n;
const irp3 = 0xffffa0000000d000n;
const secret = 0xffffa00000008000n;
const callback = 0xffffa00000004000n;
const filterA = 0xfffff80000101000n;
const filterB = 0xfffff80000102000n;
const diskIrp = 0xffffa0000000b000n;
const thread = 1240;
const volume = '\\Device\\HarddiskVolume3\\';
const fileA = `${volume}Users\\test\\a.txt`;
const fileB = `${volume}Users\\test\\b.txt`;
const systemConfigEx = '9b79ee91-b5fd-41c0-a243-4248e266e9d0';
const kernelFile = 'edd08927-9cc4-4e65-b970-c2560fb5c289';

interface Timed {
  readonly t: number;
  readonly cpu: number;
  readonly record: Uint8Array;
}

/** One of the three files, or a variant of it. */
export function generateFileIo(options: GeneratedOptions): Uint8Array {
  const records = new Story(options).records.filter(({ t }) => options.without?.includes(t) !== true);
  const of = (cpu: number): Uint8Array[] => records.filter((record) => record.cpu === cpu).sort((a, b) => a.t - b.t).map(({ record }) => record);
  const first = etlDefaults.firstRawTime;
  const buffers: EtlBuffer[] = [
    { processor: 1, sequence: 2, records: of(1), timeStamp: first + 95_200n },
    { processor: 0, sequence: 1, records: of(0), timeStamp: first + 95_300n, beyond: etlDefaults.bufferSize },
  ];
  if (options.swapped === true) buffers.reverse();
  return writeEtl({ pointerSize: options.pointerSize, compressed: options.compressed === true, ...options.log }, buffers);
}

/** Writes the story down, record by record. */
class Story {
  readonly records: Timed[] = [];
  readonly #pointer: PointerSize;
  readonly #version: 2 | 3;

  constructor(options: GeneratedOptions) {
    this.#pointer = options.pointerSize;
    this.#version = options.version;
    this.#beginning();
    this.#createAndWrite();
    this.#readAndInformation();
    this.#renameToClose();
    this.#directory();
    this.#denied();
    this.#disk();
    this.#manifest();
    this.#ending();
  }

  #beginning(): void {
    const masks = new ByteWriter();
    for (const mask of [0x06010207, 0, 0, 0, 0x00780000, 0, 0, 0, 0x2a]) masks.u32(mask);
    this.#system(0, 0, 0x0005, 2, masks, 1240, 1234);
    this.#put(1, 0, fullRecord(this.#pointer, systemConfigEx, { opcode: 35 }, rawTime(1), this.#out().utf16(`${volume}\0C:\\\0`).done()));
    this.#process(2, 0, 0x0303, { pid: 4, parent: 0, session: 0xffff_ffff, image: 'System', commandLine: '' });
    this.#process(3, 0, 0x0303, notepad);
    this.#thread(4, 4, 8);
    this.#thread(5, 1234, thread);
  }

  #createAndWrite(): void {
    this.#create(100, 0, irp, fileObject, [0x05000060, 0x80, 3], fileA);
    this.#filter(101, 0, 96, this.#block(filterA, fileObject, 0n, irp, callback, 0));
    this.#filter(103, 0, 98, this.#since(101, this.#block(filterA, fileObject, 0n, irp, callback, 0)));
    this.#filter(110, 1, 97, this.#block(filterB, fileObject, key, irp, callback, 0));
    this.#filter(112, 1, 99, this.#since(110, this.#block(filterB, fileObject, key, irp, callback, 0)));
    this.#end(120, 1, irp, 2);
    this.#name(121, 0, 32, key, fileA);
    this.#readWrite(200, 68, 0n, 5, 0);
    this.#end(202, 0, irp, 0, 0xc01c0004);
    this.#readWrite(203, 68, 0n, 5, 0x60a00);
    this.#end(230, 1, irp, 5);
  }

  #readAndInformation(): void {
    this.#readWrite(300, 67, 0n, 4096, 0x60900);
    this.#end(320, 0, irp, 5);
    this.#readWrite(330, 67, 5n, 4096, 0x60900);
    this.#end(335, 0, irp, 0, 0xc0000011);
    this.#info(400, 74, 0n, 5);
    this.#end(401, 0, irp, 24);
    this.#info(410, 69, 16_384n, 20);
    this.#end(411, 0, irp, 0);
    this.#info(420, 75, 0n, 0x900f4);
    this.#end(421, 0, irp, 56);
    this.#simple(430, 73);
    this.#end(450, 0, irp, 0);
  }

  #renameToClose(): void {
    this.#info(460, 71, 0n, 10);
    this.#path(461, 80, 0n, 10);
    this.#end(465, 0, irp, 0);
    this.#info(470, 70, 1n, 13);
    this.#path(471, 79, 1n, 13);
    this.#end(472, 0, irp, 0);
    this.#simple(480, 65);
    this.#end(482, 0, irp, 0);
    this.#simple(485, 66);
    this.#end(486, 0, irp, 0);
    this.#name(487, 0, 35, key, fileA);
  }

  #directory(): void {
    this.#directoryControl(500, 72, irp2, [0x278, 37, 0], '*.txt');
    this.#end(520, 1, irp2, 0x90);
    this.#directoryControl(530, 77, irp3, [0x20, 0x11, 0], '');
    this.#end(9000, 1, irp3, 0, 0xc0000120);
  }

  #denied(): void {
    this.#create(600, 1, irp2, secret, [0x01200000, 0, 7], `${volume}Windows\\secret.txt`);
    this.#filter(601, 1, 100, this.#block(filterA, secret, 0n, irp2, 0xffffa00000009000n, 0).u32(0xc0000022));
    this.#end(602, 1, irp2, 0, 0xc0000022);
    this.#filter(610, 1, 101, this.#block(filterB, fileObject2, key2, irp2, 0xffffa0000000a000n, 12).u32(0xc0000022));
  }

  #disk(): void {
    this.#system(700, 0, 0x010d, 3, this.#pointers(diskIrp).u32(thread), 8, 4);
    const write = this.#out().u32(0).u32(0x60043).u32(4096).u32(0).u64(0x123456000n).pointer(cut(key, this.#pointer), this.#pointer);
    write.pointer(cut(diskIrp, this.#pointer), this.#pointer).u64(2000).u32(thread);
    this.#perfInfo(900, 1, 0x010b, 3, write);
    this.#perfInfo(905, 1, 0x1b20, 2, this.#pointers(0xffffa0000000c000n, diskIrp));
  }

  #manifest(): void {
    const related = Uint8Array.from({ length: 16 }, (_, i) => i);
    const create = this.#pointers(irp, fileObject).u32(thread).u32(0x01000060).u32(0x80).u32(7).utf16(`${fileA}\0`).done();
    const createEvent = { id: 12, version: 1, level: 4, task: 12, keyword: 0x80000000000000a0n, tid: thread, pid: 1234, extended: [{ type: 1, data: related }] };
    this.#put(1000, 0, eventRecord(this.#pointer, kernelFile, createEvent, rawTime(1000), create));
    const end = this.#pointers(irp, 1n).u32(0).done();
    const endEvent = { id: 24, level: 4, task: 24, keyword: 0x8000000000000060n, tid: thread, pid: 1234 };
    this.#put(1010, 0, eventRecord(this.#pointer, kernelFile, endEvent, rawTime(1010), end));
  }

  #ending(): void {
    this.#name(9500, 1, 36, key2, `${volume}Users\\test`);
    this.#process(9510, 1, 0x0304, notepad);
  }

  #create(t: number, cpu: number, request: bigint, object: bigint, [options, attributes, share]: readonly [number, number, number], path: string): void {
    const out = this.#version === 3 ? this.#pointers(request, object).u32(thread) : this.#pointers(request, BigInt(thread), object);
    this.#fileIo(t, cpu, 64, out.u32(options).u32(attributes).u32(share).utf16(`${path}\0`));
  }

  #simple(t: number, type: number): void {
    this.#fileIo(t, 0, type, this.#operation(irp, fileObject, key, []));
  }

  #readWrite(t: number, type: number, offset: bigint, size: number, flags: number): void {
    const out = this.#out().u64(offset).bytes(this.#operation(irp, fileObject, key, []).done()).u32(size).u32(flags);
    this.#fileIo(t, 0, type, this.#version === 3 ? out.u32(0) : out);
  }

  #info(t: number, type: number, extra: bigint, informationClass: number): void {
    this.#fileIo(t, 0, type, this.#operation(irp, fileObject, key, [extra]).u32(informationClass));
  }

  #path(t: number, type: number, extra: bigint, informationClass: number): void {
    if (this.#version === 3) this.#fileIo(t, 0, type, this.#operation(irp, fileObject, key, [extra]).u32(informationClass).utf16(`${fileB}\0`));
  }

  #directoryControl(t: number, type: number, request: bigint, numbers: readonly [number, number, number], pattern: string): void {
    const out = this.#operation(request, fileObject2, key2, []);
    for (const number of numbers) out.u32(number);
    this.#fileIo(t, 1, type, out.utf16(`${pattern}\0`));
  }

  /** The pointers most classes begin with, and the thread where the version has it. */
  #operation(request: bigint, object: bigint, fileKey: bigint, extra: readonly bigint[]): ByteWriter {
    if (this.#version === 3) return this.#pointers(request, object, fileKey, ...extra).u32(thread);
    return this.#pointers(request, BigInt(thread), object, fileKey, ...extra);
  }

  #end(t: number, cpu: number, request: bigint, information: number, status = 0): void {
    this.#fileIo(t, cpu, 76, this.#pointers(request, BigInt(information)).u32(status));
  }

  #name(t: number, cpu: number, type: number, fileKey: bigint, path: string): void {
    this.#fileIo(t, cpu, type, this.#pointers(fileKey).utf16(`${path}\0`));
  }

  #filter(t: number, cpu: number, type: number, payload: ByteWriter): void {
    this.#fileIo(t, cpu, type, payload);
  }

  #block(routine: bigint, object: bigint, context: bigint, request: bigint, data: bigint, major: number): ByteWriter {
    return this.#pointers(routine, object, context, request, data).u32(major);
  }

  #since(t: number, block: ByteWriter): ByteWriter {
    return this.#out().u64(rawTime(t)).bytes(block.done());
  }

  #process(t: number, cpu: number, hook: number, process: typeof notepad): void {
    const out = this.#pointers(0xffffa00000000000n + BigInt(process.pid) * 0x100n).u32(process.pid).u32(process.parent).u32(process.session).u32(259);
    out.pointer(0x1aa000n, this.#pointer).u32(0).pointer(cut(0xffffb00000000040n, this.#pointer), this.#pointer).zeros(this.#pointer);
    out.bytes([1, 1, 0, 0, 0, 0, 0, 5, 0x12, 0, 0, 0]);
    for (const character of `${process.image}\0`) out.u8(character.charCodeAt(0));
    this.#perfInfo(t, cpu, hook, 4, out.utf16(`${process.commandLine}\0\0\0`));
  }

  #thread(t: number, pid: number, tid: number): void {
    const out = this.#out().u32(pid).u32(tid).zeros(7 * this.#pointer).u32(0).bytes([8, 5, 2, 0]);
    this.#system(t, 0, 0x0503, 3, out, 0, 0);
  }

  #fileIo(t: number, cpu: number, type: number, payload: ByteWriter): void {
    this.#perfInfo(t, cpu, 0x0400 | type, this.#version, payload);
  }

  #perfInfo(t: number, cpu: number, hook: number, version: number, payload: ByteWriter): void {
    this.#put(t, cpu, perfInfoRecord(this.#pointer, hook, version, rawTime(t), payload.done()));
  }

  #system(t: number, cpu: number, hook: number, version: number, payload: ByteWriter, tid: number, pid: number): void {
    this.#put(t, cpu, systemRecord(this.#pointer, hook, version, rawTime(t), payload.done(), { tid, pid }));
  }

  #put(t: number, cpu: number, record: Uint8Array): void {
    this.records.push({ t, cpu, record });
  }

  #out(): ByteWriter {
    return new ByteWriter();
  }

  #pointers(...values: readonly bigint[]): ByteWriter {
    const out = this.#out();
    for (const value of values) out.pointer(cut(value, this.#pointer), this.#pointer);
    return out;
  }
}

const notepad = { pid: 1234, parent: 4, session: 1, image: 'notepad.exe', commandLine: 'notepad.exe C:\\Users\\test\\a.txt' };

const rawTime = (t: number): bigint => etlDefaults.firstRawTime + 10n * BigInt(t);

/** A pointer of a 32-bit system has the low half only. */
const cut = (value: bigint, size: PointerSize): bigint => (size === 8 ? value : value & 0xffff_ffffn);

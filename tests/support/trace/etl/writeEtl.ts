/**
 * Writes ETL files for tests: any buffers on any processors, plain or compressed, of any session.
 *
 * Source: etw-formats.md 1, 2 and 12. Knows nothing of the reader.
 */
import { ByteWriter } from '../byteWriter.ts';
import { compressXpress } from './compressXpress.ts';
import { systemRecord } from './etlRecords.ts';
import type { PointerSize } from './etlRecords.ts';

export interface EtlLog {
  readonly bufferSize?: number;
  readonly pointerSize?: PointerSize;
  readonly osVersion?: readonly [number, number, number, number];
  readonly osBuild?: number;
  readonly processors?: number;
  readonly mode?: number;
  readonly clockType?: number;
  readonly cpuSpeedInMHz?: number;
  readonly perfFreq?: bigint;
  /** Raw time of the header record. */
  readonly firstRawTime?: bigint;
  readonly startTime?: bigint;
  /** 0 for a session that was never stopped. */
  readonly endTime?: bigint;
  readonly bootTime?: bigint;
  readonly buffersWritten?: number;
  readonly eventsLost?: number;
  readonly buffersLost?: number;
  readonly bias?: number;
  readonly loggerName?: string;
  readonly logFileName?: string;
  /** Buffers are compressed. */
  readonly compressed?: boolean;
  /** As before Windows 8: no PROC_INDEX flag, the processor in one byte, and SavedOffset 0 in the header buffer. */
  readonly beforeWindows8?: boolean;
  /** Records behind the log file header, in its buffer. */
  readonly headerRecords?: readonly Uint8Array[];
  readonly loggerId?: number;
}

export interface EtlBuffer {
  readonly processor: number;
  readonly sequence: number;
  readonly records: readonly Uint8Array[];
  readonly timeStamp?: bigint;
  readonly type?: number;
  /** Further flags, such as 2 (events lost) and 4 (buffer lost). */
  readonly flags?: number;
  /** Added to CurrentOffset, which nobody may use. */
  readonly beyond?: number;
}

export const etlDefaults = {
  bufferSize: 0x4000,
  firstRawTime: 36_000_000_000n,
  perfFreq: 10_000_000n,
  startTime: 133_500_000_000_000_000n,
} as const;

const headerSize = 0x48;
const flagFlush = 0x01;
const flagProcessorIndex = 0x20;
const flagCompressed = 0x40;
const modeCompressed = 0x0400_0000;

export function writeEtl(log: EtlLog, buffers: readonly EtlBuffer[]): Uint8Array {
  const header = logHeaderRecord(log, buffers.length + 1);
  const records = [header, ...(log.headerRecords ?? [])];
  const out = new ByteWriter();
  writeBuffer(out, log, { processor: 0, sequence: 0, records, timeStamp: 0n, type: 4, flags: flagFlush }, true);
  buffers.forEach((buffer, i) => {
    const flush = i === buffers.length - 1 ? flagFlush : 0;
    writeBuffer(out, log, { ...buffer, flags: (buffer.flags ?? 0) | flush }, false);
  });
  return out.done();
}

function writeBuffer(out: ByteWriter, log: EtlLog, buffer: EtlBuffer, isHeader: boolean): void {
  const bufferSize = log.bufferSize ?? etlDefaults.bufferSize;
  const area = paddedRecords(buffer.records);
  const used = headerSize + area.length;
  if (used > bufferSize) throw new Error(`${used} bytes of records do not fit into a buffer of ${bufferSize}`);
  const compressed = log.compressed === true && !isHeader;
  const content = compressed ? compressXpress(area) : area;
  const plainStride = log.compressed === true ? Math.ceil(used / 512) * 512 : bufferSize;
  const stride = compressed ? headerSize + content.length : plainStride;
  const start = out.length;
  out.u32(stride).u32(isHeader && log.beforeWindows8 === true ? 0 : used).u32(used + (buffer.beyond ?? 0)).u32(0);
  out.u64(buffer.timeStamp ?? 0n).u64(buffer.sequence).u64(0);
  if (log.beforeWindows8 === true) out.u8(buffer.processor).u8(8);
  else out.u16(buffer.processor);
  const flags = (buffer.flags ?? 0) | (log.beforeWindows8 === true ? 0 : flagProcessorIndex) | (compressed ? flagCompressed : 0);
  out.u16(log.loggerId ?? 1).u32(3).u32(used).u16(flags).u16(buffer.type ?? 0).zeros(16);
  out.bytes(content).bytes(new Uint8Array(start + stride - out.length).fill(0xff));
}

/** Every record begins on a multiple of eight. */
export function paddedRecords(records: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter();
  for (const record of records) out.bytes(record).zeros(-record.length & 7);
  return out.done();
}

function logHeaderRecord(log: EtlLog, buffers: number): Uint8Array {
  const pointer = log.pointerSize ?? 8;
  const startTime = log.startTime ?? etlDefaults.startTime;
  const out = new ByteWriter().u32(log.bufferSize ?? etlDefaults.bufferSize).bytes(log.osVersion ?? [10, 0, 1, 5]).u32(log.osBuild ?? 19041).u32(log.processors ?? 2);
  out.u64(log.endTime ?? startTime + 10_000_000n).u32(156_250).u32(0).u32(log.mode ?? (log.compressed === true ? modeCompressed | 1 : 1));
  out.u32(log.buffersWritten ?? buffers).u32(1).u32(pointer).u32(log.eventsLost ?? 0).u32(log.cpuSpeedInMHz ?? 3000).pointer(0, pointer).pointer(0, pointer);
  writeTimeZone(out, log.bias ?? 0);
  out.u32(0).u64(log.bootTime ?? startTime - 36_000_000_000n).u64(log.perfFreq ?? etlDefaults.perfFreq).u64(startTime).u32(log.clockType ?? 1).u32(log.buffersLost ?? 0);
  out.utf16(`${log.loggerName ?? 'NT Kernel Logger'}\0${log.logFileName ?? 'C:\\gen.etl'}\0`);
  return systemRecord(pointer, 0, 2, log.firstRawTime ?? etlDefaults.firstRawTime, out.done(), { tid: 1240, pid: 1234 });
}

function writeTimeZone(out: ByteWriter, bias: number): void {
  out.u32(bias);
  for (let i = 0; i < 2; i++) {
    const start = out.length;
    out.utf16('UTC').padTo(start + 64).zeros(16 + 4);
  }
}

/** TRACE_LOGFILE_HEADER, the first record of a log. Source: etw-formats.md 2. */
import { decodeUtf16 } from '../../../byteText.ts';
import { readBytes } from '../../../byteWindow.ts';
import type { ByteSource } from '../../../byteSource.ts';
import type { TraceTime } from '../../../record.ts';
import { bufferHeaderSize } from './bufferHeader.ts';
import { boundedTime, EtlClock } from './etlClock.ts';
import type { EtlClockType } from './etlClock.ts';
import type { EtlSession } from './etlRecord.ts';

const payload = bufferHeaderSize + 32;
const fixedSize = 0x118;
const largestRecord = 0xffff;
/** A raw time above is a FILETIME: no performance counter gets there (section 6). */
const leastFiletime = 100_000_000_000_000_000n;
const usualFrequency = 10_000_000n;

export interface EtlSessionHeader {
  readonly session: EtlSession;
  readonly clock: EtlClock;
  /** What is wrong with it, in the words of a report line; the reader goes on with the usual value. */
  readonly doubts: readonly string[];
}

/** Reads the header of the log that begins at `offset`, whose first record was recognised. */
export function readSessionHeader(source: ByteSource, offset: number): EtlSessionHeader {
  const bytes = new Uint8Array(bufferHeaderSize + largestRecord);
  const read = readBytes(source, offset, bytes.length);
  bytes.set(read);
  const view = new DataView(bytes.buffer);
  const recordEnd = Math.min(bufferHeaderSize + view.getUint16(bufferHeaderSize + 4, true), read.length);
  const pointerSize = view.getUint32(payload + 0x2c, true) === 4 ? 4 : 8;
  // Two pointers stand before the time zone.
  const shift = pointerSize === 4 ? -8 : 0;
  const names = textsFrom(bytes, payload + fixedSize + shift, recordEnd);
  const doubts: string[] = [];
  const firstRawTime = view.getBigUint64(bufferHeaderSize + 0x10, true);
  const clockType = clockTypeOf(view.getUint32(payload + 0x110 + shift, true), firstRawTime);
  const perfFreq = frequencyOf(view.getBigInt64(payload + 0x100 + shift, true), clockType, doubts);
  const cpuSpeedInMHz = view.getUint32(payload + 0x34, true);
  if (clockType === 'cpu cycles' && cpuSpeedInMHz === 0) doubts.push('the session says that the CPU runs at 0 MHz: times are guesses');
  const startTime = startTimeOf(view.getBigInt64(payload + 0x108 + shift, true), doubts);
  const session: EtlSession = {
    offset,
    name: names[0] ?? '',
    logFileName: names[1] ?? '',
    bufferSize: view.getUint32(payload, true),
    osVersion: `${view.getUint8(payload + 4)}.${view.getUint8(payload + 5)}`,
    osBuild: view.getUint32(payload + 8, true),
    processors: view.getUint32(payload + 0x0c, true),
    pointerSize,
    logFileMode: view.getUint32(payload + 0x20, true),
    clockType,
    firstRawTime,
    perfFreq,
    cpuSpeedInMHz,
    timerResolution: view.getUint32(payload + 0x18, true),
    startTime,
    endTime: timeOrNull(view.getBigInt64(payload + 0x10, true)),
    bootTime: timeOrNull(view.getBigInt64(payload + 0xf8 + shift, true)),
    timeZoneBias: view.getInt32(payload + 0x48 + shift, true),
    timeZoneName: textsFrom(bytes, payload + 0x4c + shift, payload + 0x4c + shift + 64)[0] ?? '',
    buffersWritten: view.getUint32(payload + 0x24, true),
    eventsLost: view.getUint32(payload + 0x30, true),
    buffersLost: view.getUint32(payload + 0x114 + shift, true),
  };
  return { session, clock: new EtlClock(clockType, firstRawTime, startTime, perfFreq, cpuSpeedInMHz), doubts };
}

function clockTypeOf(value: number, firstRawTime: bigint): EtlClockType {
  if (value === 1) return 'performance counter';
  if (value === 2) return 'system time';
  if (value === 3) return 'cpu cycles';
  return firstRawTime < leastFiletime ? 'performance counter' : 'system time';
}

function frequencyOf(value: bigint, clockType: EtlClockType, doubts: string[]): bigint {
  if (value > 0n) return value;
  if (clockType === 'performance counter') doubts.push(`the session says that its clock ticks ${value} times a second: 10,000,000 is assumed`);
  return usualFrequency;
}

function startTimeOf(value: bigint, doubts: string[]): TraceTime {
  const time = boundedTime(value);
  if (time !== value) doubts.push('the session says that it began at a time that is none: all times are off by as much');
  return time;
}

const timeOrNull = (value: bigint): TraceTime | null => (value > 0n ? boundedTime(value) : null);

/** The texts between NULs; the last NUL may be missing. */
function textsFrom(bytes: Uint8Array, start: number, end: number): string[] {
  return end > start ? decodeUtf16(bytes, start, end).split('\0') : [];
}

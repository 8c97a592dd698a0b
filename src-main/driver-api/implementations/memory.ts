/**
 * Plain memory: copying, clearing, comparing; probing user buffers; exceptions a driver raises itself.
 *
 * Source: the pages of RtlCopyMemory and its relatives, ProbeForRead, ExRaiseStatus. Bytes that the trace did not record stay unknown
 * when they are copied.
 */
import { STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT } from '../../nt/values.generated.ts';
import { type KBUFFER } from '../kbuffer.ts';
import type { DriverServices, Routines } from '../services.ts';

/** What __except catches: driver code asks GetExceptionCode(). */
export class KernelException extends Error {
  override readonly name = 'KernelException';
  readonly #code: number;

  constructor(code: number, sentence: string) {
    super(sentence);
    this.#code = code >>> 0;
  }

  GetExceptionCode(): number {
    return this.#code;
  }
}

function equalBytes(first: KBUFFER, second: KBUFFER, length: number): number {
  const a = first.bytes(0, length);
  const b = second.bytes(0, length);
  const different = a.findIndex((byte, at) => byte !== b[at]);
  return different < 0 ? length : different;
}

const copy = (destination: KBUFFER, source: KBUFFER, length: number): void => destination.copyFrom(source, length);
const copyBack = (destination: KBUFFER, source: KBUFFER, length: number): KBUFFER => {
  destination.copyFrom(source, length);
  return destination;
};
const zero = (destination: KBUFFER, length: number): void => destination.fill(0, 0, length);
const fill = (destination: KBUFFER, length: number, value: number): void => destination.fill(value & 0xff, 0, length);

function fillUlong(destination: KBUFFER, length: number, pattern: number): void {
  for (let at = 0; at + 4 <= length; at += 4) destination.setU32(at, pattern >>> 0);
}

function compareUlong(source: KBUFFER, length: number, pattern: number): number {
  for (let at = 0; at + 4 <= length; at += 4) if (source.u32(at) !== pattern >>> 0) return at;
  return length - (length % 4);
}

/** A probe fails where the buffer is too short, freed, or not the user's. */
const probe = (routine: string) => (address: KBUFFER | null, length: number, alignment: number): void => {
  if (length === 0) return;
  if (![1, 2, 4, 8, 16].includes(alignment)) throw new KernelException(STATUS_DATATYPE_MISALIGNMENT, `${routine}: an alignment is 1, 2, 4, 8 or 16, not ${alignment}.`);
  if (address === null || address === undefined || address.freed || address.length < length) {
    throw new KernelException(STATUS_ACCESS_VIOLATION, `${routine}: ${address === null || address === undefined ? 'NULL' : address.id} is not ${length} bytes that can be touched.`);
  }
  if (address.kind !== 'user' && address.kind !== 'message') throw new KernelException(STATUS_ACCESS_VIOLATION, `${routine}: ${address.id} is no user buffer; probe what a program handed in.`);
};

function raise(code: number, words: string): never {
  throw new KernelException(code, words);
}

export function memoryRoutines(_services: DriverServices): Routines {
  return {
    RtlCopyMemory: copy, RtlMoveMemory: copy, RtlCopyBytes: copy, RtlCopyMemoryNonTemporal: copy, memcpy: copyBack, memmove: copyBack,
    RtlZeroMemory: zero, RtlZeroBytes: zero, RtlSecureZeroMemory: zero,
    RtlFillMemory: fill, RtlFillBytes: fill, RtlFillMemoryUlong: fillUlong,
    memset: (destination: KBUFFER, value: number, length: number) => {
      fill(destination, length, value);
      return destination;
    },
    RtlCompareMemory: equalBytes,
    RtlEqualMemory: (first: KBUFFER, second: KBUFFER, length: number) => equalBytes(first, second, length) === length,
    RtlCompareMemoryUlong: compareUlong,
    memcmp: (first: KBUFFER, second: KBUFFER, length: number) => {
      const at = equalBytes(first, second, length);
      return at === length ? 0 : Math.sign(first.u8(at) - second.u8(at));
    },
    Add2Ptr: (buffer: KBUFFER, increment: number) => buffer.at(increment),
    ProbeForRead: probe('ProbeForRead'),
    ProbeForWrite: probe('ProbeForWrite'),
    ExRaiseStatus: (status: number) => raise(status, `ExRaiseStatus raised 0x${(status >>> 0).toString(16).toUpperCase()}.`),
    ExRaiseAccessViolation: () => raise(STATUS_ACCESS_VIOLATION, 'ExRaiseAccessViolation raised STATUS_ACCESS_VIOLATION.'),
    ExRaiseDatatypeMisalignment: () => raise(STATUS_DATATYPE_MISALIGNMENT, 'ExRaiseDatatypeMisalignment raised STATUS_DATATYPE_MISALIGNMENT.'),
  };
}

/**
 * Decodes the events around file I/O: processes, threads, images, disk I/O, volumes, what was recorded, stacks.
 *
 * Source: etw-formats.md 9.6 to 9.8, 10.1 to 10.4, 10.6, 10.7; MSDN, StackWalk_Event. Checked on a Windows 8 trace: events 37 and 38 of StackWalk refer to a
 * stack by its key, 35 and 36 give the frames behind one.
 */
import { decodeUtf16, TextCache } from '../../byteText.ts';
import type { EtwImage, EtwLife, EtwThread } from '../../etw/kernelEvent.ts';
import { pointerFromBigInt } from '../../etw/pointer.ts';
import type { DetailValue, TraceTime } from '../../record.ts';
import type { EtlRecord } from './container/etlRecord.ts';
import type { EventHead } from './eventHead.ts';
import { kernelTypeName } from './eventNames.ts';
import type { Decoded } from './fileEvents.ts';
import { endOfText, layout, pointerAt } from './layout.ts';
import type { Layout } from './layout.ts';
import { manifestProcessStart, manifestProcessStop, processPayload } from './processPayload.ts';
import type { PayloadBytes, ProcessPayload } from './processPayload.ts';

const lives: { readonly [type: number]: EtwLife } = { 1: 'start', 2: 'end', 3: 'rundown', 4: 'endRundown', 39: 'defunct' };
const imageLives: { readonly [type: number]: EtwImage['life'] } = { 10: 'start', 2: 'end', 3: 'rundown', 4: 'endRundown' };

const image0: Layout<'ImageBase' | 'ImageSize'> = layout('P ImageBase; P ImageSize');
const image1: Layout<'ImageBase' | 'ImageSize' | 'ProcessId'> = layout('P ImageBase; P ImageSize; u32 ProcessId');
const image2: typeof image1 = layout(
  'P ImageBase; P ImageSize; u32 ProcessId; u32 ImageChecksum; u32 TimeDateStamp; u8 SignatureLevel; u8 SignatureType; u16 Reserved0; P DefaultBase; '
  + 'u32 Reserved1; u32 Reserved2; u32 Reserved3; u32 Reserved4',
);
const manifestImage: typeof image1 = layout('P ImageBase; P ImageSize; u32 ProcessId; u32 ImageChecksum; u32 TimeDateStamp; P DefaultBase');
const diskTransfer: Layout<'DiskNumber' | 'IrpFlags' | 'TransferSize' | 'Reserved' | 'ByteOffset' | 'FileKey' | 'Irp' | 'Response'> =
  layout('u32 DiskNumber; u32 IrpFlags; u32 TransferSize; u32 Reserved; u64 ByteOffset; P FileKey; P Irp; u64 Response');
const diskFlush: Layout<'DiskNumber' | 'IrpFlags' | 'Response' | 'Irp'> = layout('u32 DiskNumber; u32 IrpFlags; u64 Response; P Irp');
const diskInit: Layout<'Irp'> = layout('P Irp');
const diskRedirected: Layout<'Irp' | 'FileKey'> = layout('P Irp; P FileKey');
const splitIo: Layout<'ParentIrp' | 'ChildIrp'> = layout('P ParentIrp; P ChildIrp');

const largestImage = 0xffff_ffff;

export class SystemEvents {
  readonly #paths = new TextCache(decodeUtf16, 1024);
  readonly #perfFreq: number;

  /** `perfFreq`: ticks a second, by which disk I/O is measured. */
  constructor(perfFreq: bigint) {
    this.#perfFreq = perfFreq > 0n ? Number(perfFreq) : 10_000_000;
  }

  process(record: EtlRecord, head: EventHead, type: number): Decoded {
    const life = lives[type];
    if (life === undefined || record.version === 0) return undefined;
    const found = processPayload(payloadOf(record), record.version, type, record.pointerSize, record.kind === 'full');
    return found === undefined ? 'short' : this.#processEvent(head, life, found);
  }

  #processEvent(head: EventHead, life: EtwLife, { exact: _, createTime, exitTime, ...fields }: ProcessPayload): Decoded {
    return { ...head, kind: 'process', life, ...fields, createTime: plausible(createTime), exitTime: plausible(exitTime) };
  }

  manifestProcess(record: EtlRecord, head: EventHead): Decoded {
    const { id, version } = record;
    switch (id) {
      case 1: case 15: {
        const found = manifestProcessStart(payloadOf(record), id, version);
        return found === undefined ? 'short' : this.#processEvent(head, id === 1 ? 'start' : 'rundown', found);
      }
      case 2: {
        const found = manifestProcessStop(payloadOf(record), version);
        return found === undefined ? 'short' : this.#processEvent(head, 'end', found);
      }
      case 3: case 4: return this.thread(record, head, id - 2);
      case 5: case 6: return this.#imageBy(manifestImage, record, head, id === 5 ? 'start' : 'end');
      default: return undefined;
    }
  }

  thread(record: EtlRecord, head: EventHead, type: number): Decoded {
    const life: EtwThread['life'] | undefined = type === 72 ? 'named' : type <= 4 ? lives[type] : undefined;
    if (life === undefined) return undefined;
    const { view, payloadStart: start, payloadSize } = record;
    if (payloadSize < 8) return 'short';
    const threadName = life === 'named' ? this.#text(record, start + 8) : null;
    return { ...head, kind: 'thread', life, processId: view.getUint32(start, true), threadId: view.getUint32(start + 4, true), threadName };
  }

  image(record: EtlRecord, head: EventHead, type: number): Decoded {
    const life = imageLives[type];
    if (life === undefined) return undefined;
    if (record.version === 0) return this.#imageBy(image0, record, head, life);
    return this.#imageBy(record.version === 1 ? image1 : image2, record, head, life);
  }

  /** A test tool's 64-bit payload under a 32-bit header is told by its text, which then ends exactly with the payload. */
  #imageBy(by: Layout<'ImageBase' | 'ImageSize'> | typeof image1, record: EtlRecord, head: EventHead, life: EtwImage['life']): Decoded {
    const { payloadSize, payloadStart: start, payloadEnd: end, bytes, view } = record;
    let { pointerSize } = record;
    if (record.kind === 'full') {
      const other = pointerSize === 4 ? 8 : 4;
      const exact = (size: 4 | 8): boolean => payloadSize >= by[size].size && endOfText(bytes, start + by[size].size, end) + 2 === end;
      if (!exact(pointerSize) && exact(other)) pointerSize = other;
    }
    const { at, size } = by[pointerSize];
    if (payloadSize < size) return 'short';
    const imageSize = pointerAt(view, start + at.ImageSize, pointerSize);
    return {
      ...head, kind: 'image', life, processId: 'ProcessId' in at ? view.getUint32(start + at.ProcessId, true) : null,
      base: pointerAt(view, start + at.ImageBase, pointerSize),
      size: typeof imageSize === 'number' && imageSize >= 0 && imageSize <= largestImage ? imageSize : 0, path: this.#text(record, start + size),
    };
  }

  disk(record: EtlRecord, head: EventHead, type: number): Decoded {
    switch (type) {
      case 10: case 11: case 55: case 56: return this.#diskTransfer(record, head);
      case 12: case 13: case 15: case 58: case 59: case 60: return this.#diskIrp(record, head, diskInit, true);
      case 14: case 57: return this.#diskFlush(record, head);
      case 16: return this.#diskRedirected(record, head);
      default: return undefined;
    }
  }

  #diskTransfer(record: EtlRecord, head: EventHead): Decoded {
    const { view, payloadStart: start, payloadSize, pointerSize } = record;
    const { at, size } = diskTransfer[pointerSize];
    if (payloadSize < size) return 'short';
    const flags = view.getUint32(start + at.IrpFlags, true);
    const detail: { [key: string]: DetailValue } = {
      DiskNumber: view.getUint32(start + at.DiskNumber, true), IrpFlags: (flags & ~0xe_0000) >>> 0, TransferSize: view.getUint32(start + at.TransferSize, true),
      ByteOffset: signedPointer(view.getBigInt64(start + at.ByteOffset, true)), Irp: addressAt(view, start + at.Irp, pointerSize),
    };
    const priority = (flags >>> 17) & 7;
    if (priority !== 0) detail['Priority'] = priority;
    return {
      ...head, kind: 'disk', event: kernelTypeName(record.hook), fileKey: pointerAt(view, start + at.FileKey, pointerSize),
      issuingTid: this.#issuer(record, size), response: this.#ticks(view.getBigUint64(start + at.Response, true)), detail,
    };
  }

  #diskFlush(record: EtlRecord, head: EventHead): Decoded {
    const { view, payloadStart: start, payloadSize, pointerSize } = record;
    const { at, size } = diskFlush[pointerSize];
    if (payloadSize < size) return 'short';
    return {
      ...head, kind: 'disk', event: kernelTypeName(record.hook), fileKey: null, issuingTid: this.#issuer(record, size),
      response: this.#ticks(view.getBigUint64(start + at.Response, true)),
      detail: {
        DiskNumber: view.getUint32(start + at.DiskNumber, true), IrpFlags: view.getUint32(start + at.IrpFlags, true), Irp: addressAt(view, start + at.Irp, pointerSize),
      },
    };
  }

  #diskIrp(record: EtlRecord, head: EventHead, by: Layout<'Irp'>, issued: boolean): Decoded {
    const { view, payloadStart: start, payloadSize, pointerSize } = record;
    const { at, size } = by[pointerSize];
    if (payloadSize < size) return 'short';
    return {
      ...head, kind: 'disk', event: kernelTypeName(record.hook), fileKey: null, issuingTid: issued ? this.#issuer(record, size) : null, response: null,
      detail: { Irp: addressAt(view, start + at.Irp, pointerSize) },
    };
  }

  #diskRedirected(record: EtlRecord, head: EventHead): Decoded {
    const { view, payloadStart: start, payloadSize, pointerSize } = record;
    const { at, size } = diskRedirected[pointerSize];
    if (payloadSize < size) return 'short';
    return {
      ...head, kind: 'disk', event: kernelTypeName(record.hook), fileKey: pointerAt(view, start + at.FileKey, pointerSize), issuingTid: null, response: null,
      detail: { Irp: addressAt(view, start + at.Irp, pointerSize) },
    };
  }

  splitIo(record: EtlRecord, head: EventHead): Decoded {
    const { view, payloadStart: start, payloadSize, pointerSize } = record;
    const { at, size } = splitIo[pointerSize];
    if (payloadSize < size) return 'short';
    return {
      ...head, kind: 'disk', event: kernelTypeName(record.hook), fileKey: null, issuingTid: null, response: null,
      detail: { ParentIrp: addressAt(view, start + at.ParentIrp, pointerSize), ChildIrp: addressAt(view, start + at.ChildIrp, pointerSize) },
    };
  }

  /** From version 3 on the thread stands behind the fixed part. */
  #issuer({ view, version, payloadStart, payloadSize }: EtlRecord, at: number): number | null {
    return version >= 3 && payloadSize >= at + 4 ? view.getUint32(payloadStart + at, true) : null;
  }

  /** A duration in ticks of the performance counter, in 100 ns. */
  #ticks(ticks: bigint): bigint | null {
    const count = Number(ticks);
    return count <= Number.MAX_SAFE_INTEGER ? BigInt(Math.floor((count / this.#perfFreq) * 10_000_000)) : null;
  }

  volume(record: EtlRecord, head: EventHead): Decoded {
    const { bytes, payloadStart: start, payloadEnd: end } = record;
    const stop = endOfText(bytes, start, end);
    return { ...head, kind: 'volume', ntPath: this.#text(record, start), dosPath: stop + 2 < end ? this.#text(record, stop + 2) : '' };
  }

  groupMasks({ view, payloadStart: start, payloadSize }: EtlRecord, head: EventHead): Decoded {
    if (payloadSize < 32) return 'short';
    return { ...head, kind: 'groupMasks', masks: Array.from({ length: 8 }, (_, i) => view.getUint32(start + i * 4, true)) };
  }

  stack(record: EtlRecord, head: EventHead, type: number): Decoded {
    const { view, payloadStart: start, payloadSize, pointerSize, clock } = record;
    if (type === 35 || type === 36) {
      if (payloadSize < pointerSize) return 'short';
      return { ...head, kind: 'stackDefinition', key: pointerAt(view, start, pointerSize), dies: type === 35, frames: framesAt(record, start + pointerSize) };
    }
    if (type !== 32 && type !== 37 && type !== 38) return undefined;
    if (payloadSize < 16 + (type === 32 ? 0 : pointerSize) || clock === null) return 'short';
    const of = {
      ...head, eventTime: clock.time(view.getUint32(start + 4, true), view.getUint32(start, true)), stackPid: view.getUint32(start + 8, true),
      stackTid: view.getUint32(start + 12, true),
    };
    return type === 32 ? { ...of, kind: 'stack', frames: framesAt(record, start + 16) } : { ...of, kind: 'stackReference', key: pointerAt(view, start + 16, pointerSize) };
  }

  /** Counted strings, not terminated; what follows them differs by id and version, and is left. */
  filterManager(record: EtlRecord, head: EventHead): Decoded {
    const { id, view, payloadStart: start, payloadSize, payloadEnd } = record;
    const named = id === 1 || (id >= 4 && id <= 7);
    if (id < 1 || id > 10) return undefined;
    const lengthAt = start + (named ? 12 : 4);
    if (payloadSize < (named ? 14 : 6)) return 'short';
    const end = Math.min(payloadEnd, lengthAt + 2 + view.getUint16(lengthAt, true) * 2);
    const text = this.#paths.get(record.bytes, lengthAt + 2, end);
    const row = { contextClass: 'minifilter', name: `FilterManager/${id}`, path: null, status: view.getUint32(start, true), detail: { [named ? 'DeviceName' : 'Text']: text } } as const;
    return { ...head, kind: 'other', reason: 'filter manager event', row };
  }

  #text({ bytes, payloadEnd }: EtlRecord, at: number): string {
    return this.#paths.get(bytes, at, endOfText(bytes, at, payloadEnd));
  }
}

const payloadOf = ({ bytes, view, payloadStart, payloadEnd }: EtlRecord): PayloadBytes => ({ bytes, view, start: payloadStart, end: payloadEnd });

function framesAt({ view, payloadEnd, pointerSize }: EtlRecord, at: number): BigUint64Array {
  const frames = new BigUint64Array(Math.max(0, Math.floor((payloadEnd - at) / pointerSize)));
  for (let i = 0; i < frames.length; i++) frames[i] = pointerSize === 8 ? view.getBigUint64(at + i * 8, true) : BigInt(view.getUint32(at + i * 4, true));
  return frames;
}

const addressAt = (view: DataView, at: number, pointerSize: 4 | 8): number | bigint =>
  pointerSize === 4 ? view.getUint32(at, true) : wide(view.getBigUint64(at, true));

const wide = (value: bigint): number | bigint => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value);

/** A byte offset of a disk: a number where that is exact. */
const signedPointer = (value: bigint): number | bigint => {
  const pointer = pointerFromBigInt(value);
  return typeof pointer === 'number' ? pointer : value;
};

/** 1601 and 0 stand for no time; beyond 9999 nothing is a time. */
function plausible(time: bigint | null): TraceTime | null {
  return time !== null && time > 0n && time <= 2_650_467_743_999_999_999n ? (time as TraceTime) : null;
}

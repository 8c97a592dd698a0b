/**
 * Where a record ends and when it was written, from its first bytes. Source: etw-formats.md 3 and 4.
 *
 * This runs once for every record of a file before the merge: it allocates nothing, and what only those who look at a record need
 * is left to `fillRecord`.
 */
import type { EtlRecordKind } from './etlRecord.ts';

export interface FrameKind {
  readonly kind: EtlRecordKind;
  readonly pointerSize: 4 | 8;
  readonly headerSize: number;
  /** Where the u16 size stands. */
  readonly sizeAt: 0 | 4;
  /** Where the raw time stands; 0 for none. */
  readonly timeAt: number;
}

const frame = (kind: EtlRecordKind, pointerSize: 4 | 8, headerSize: number, sizeAt: 0 | 4, timeAt: number): FrameKind => ({ kind, pointerSize, headerSize, sizeAt, timeAt });

const messageFrame = frame('message', 8, 8, 0, 0);

/** By TRACE_HEADER_TYPE, the third byte of a record. */
const frameKinds: readonly (FrameKind | undefined)[] = byHeaderType([
  [0x01, frame('system', 4, 32, 4, 0x10)],
  [0x02, frame('system', 8, 32, 4, 0x10)],
  [0x03, frame('compact', 4, 24, 4, 0x10)],
  [0x04, frame('compact', 8, 24, 4, 0x10)],
  [0x0a, frame('full', 4, 48, 0, 0x10)],
  [0x0b, frame('instance', 4, 56, 0, 0x10)],
  [0x0d, frame('error', 8, 8, 0, 0)],
  [0x10, frame('perfinfo', 4, 16, 4, 0x08)],
  [0x11, frame('perfinfo', 8, 16, 4, 0x08)],
  [0x12, frame('event', 4, 80, 0, 0x10)],
  [0x13, frame('event', 8, 80, 0, 0x10)],
  [0x14, frame('full', 8, 48, 0, 0x10)],
  [0x15, frame('instance', 8, 56, 0, 0x10)],
]);

function byHeaderType(entries: readonly (readonly [number, FrameKind])[]): readonly (FrameKind | undefined)[] {
  const kinds = new Array<FrameKind | undefined>(256).fill(undefined);
  for (const [headerType, kind] of entries) kinds[headerType] = kind;
  return kinds;
}

/** What stands at a place: a record, the end of what is used, or neither. */
export type FrameState = 'record' | 'end' | 'unknown kind' | 'bad size';

/** Walks over the records of one buffer. */
export class FrameWalker {
  kind: FrameKind = messageFrame;
  start = 0;
  /** Exact end of the record, without what pads it. */
  end = 0;
  rawHigh = 0;
  rawLow = 0;
  timed = false;

  /** Looks at the record at `at`, whose buffer is used up to `limit`. A record without a time keeps that of the one before. */
  look(view: DataView, at: number, limit: number): FrameState {
    this.start = at;
    if (at + 4 > limit) return 'end';
    const word = view.getUint32(at, true);
    if (word === 0 || word === 0xffff_ffff) return 'end';
    if (at + 8 > limit) return 'bad size';
    const mark = word >>> 24;
    const kind = mark >= 0xc0 ? frameKinds[(word >>> 16) & 0xff] : (mark & 0x90) === 0x90 ? messageFrame : undefined;
    if (kind === undefined) return 'unknown kind';
    const size = kind.sizeAt === 0 ? word & 0xffff : view.getUint16(at + 4, true);
    this.kind = kind;
    this.end = at + size;
    if (size < kind.headerSize || this.end > limit) return 'bad size';
    const timeAt = kind === messageFrame ? messageTimeAt(view, at, size) : kind.timeAt;
    this.timed = timeAt > 0;
    if (timeAt > 0) {
      this.rawLow = view.getUint32(at + timeAt, true);
      this.rawHigh = view.getUint32(at + timeAt + 4, true);
    }
    return 'record';
  }

  /** Where the next record begins. */
  get next(): number {
    return (this.end + 7) & ~7;
  }
}

/** OptionFlags of a WPP message: which fields its header has, in this order. */
export const messageSequence = 0x01;
export const messageGuid = 0x02;
export const messageComponent = 0x04;
export const messageTime = 0x08 | 0x10;
export const messageSystemInfo = 0x20;
export const messagePointer32 = 0x40;
export const messagePointer64 = 0x80;

/** Offset of the time in a message; 0 where it has none, or ends before. */
function messageTimeAt(view: DataView, at: number, size: number): number {
  const options = view.getUint16(at + 6, true);
  if ((options & messageTime) === 0) return 0;
  const place = 8 + ((options & messageSequence) !== 0 ? 4 : 0) + ((options & messageGuid) !== 0 ? 16 : (options & messageComponent) !== 0 ? 4 : 0);
  return place + 8 <= size ? place : 0;
}

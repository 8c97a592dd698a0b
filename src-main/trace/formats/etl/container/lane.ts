/** The records of one processor, buffer after buffer. Source: etw-formats.md 3, 7 and 8. */
import { bufferHeaderSize, flagBufferLost, flagCompressed, flagEventsLost } from './bufferHeader.ts';
import type { BufferIndex } from './bufferIndex.ts';
import { BufferSlot } from './bufferLoader.ts';
import type { BufferLoader } from './bufferLoader.ts';
import type { EtlClock } from './etlClock.ts';
import type { EtlDamage } from './etlRecord.ts';
import { FrameWalker } from './recordFrame.ts';
import type { FrameState } from './recordFrame.ts';

const reasons: { readonly [state in Exclude<FrameState, 'record'>]: string } = {
  end: 'a hole in a buffer; what stands behind it is not read',
  'unknown kind': 'a record of no known kind; the rest of its buffer is not read',
  'bad size': 'a record whose size cannot be; the rest of its buffer is not read',
};

/** A buffer of more records is read as it stands: real ones are of 64 KiB, and none is above 16 MiB. */
const mostSorted = 1 << 20;
const noOrder = new Uint32Array(0);

/** What lanes of a file share. */
export interface LaneContext {
  readonly index: BufferIndex;
  readonly loader: BufferLoader;
  readonly damage: (damage: EtlDamage) => void;
  /** A buffer has been taken in; its bytes count as read. */
  readonly loaded: (bytes: number) => void;
}

/** Something a buffer says was lost before it; told with the next record of its lane. */
export interface PendingLoss {
  readonly kind: 'events' | 'buffer' | 'gap';
  readonly count: number | null;
  readonly buffer: number;
}

export class Lane {
  readonly session: number;
  /** The lower goes first where times are equal: the processor, or the place of the buffer where buffers are merged with each other. */
  rank: number;
  readonly #context: LaneContext;
  readonly #clock: EtlClock | null;
  /** Positions of its buffers in the index, in their order. */
  readonly #buffers: Uint32Array;
  /** True where the buffer's own order is not to be relied on: one buffer took the records of all processors. */
  readonly bySequence: boolean;
  #next = 0;
  /** Where the records of a buffer stand that was put in order, and where they end. */
  #order = noOrder;
  #rest = 0;
  #position = 0;
  readonly slot = new BufferSlot();
  readonly frame = new FrameWalker();
  /** Position of the current buffer in the index. */
  buffer = 0;
  losses: PendingLoss[] = [];
  /** What the merge compares: the raw time, or FILETIME where sessions have clocks of their own. */
  keyHigh = 0;
  keyLow = 0;

  constructor(context: LaneContext, session: number, rank: number, buffers: Uint32Array, firstRawTime: bigint, clock: EtlClock | null, bySequence: boolean) {
    this.#context = context;
    this.session = session;
    this.rank = rank;
    this.#buffers = buffers;
    this.#clock = clock;
    this.bySequence = bySequence;
    // A record without a time in front of all others is of the beginning.
    this.frame.rawHigh = Number(BigInt.asUintN(64, firstRawTime) >> 32n);
    this.frame.rawLow = Number(firstRawTime & 0xffff_ffffn);
  }

  /** Moves to the next record; false behind the last one. */
  advance(): boolean {
    for (;;) {
      if (this.#order.length > 0 ? this.#stepSorted() : this.#step()) {
        this.#setKey();
        return true;
      }
      if (!this.#nextBuffer()) return false;
    }
  }

  /** Moves on within the buffer. */
  #step(): boolean {
    if (this.#position >= this.slot.end) return false;
    const state = this.frame.look(this.slot.view, this.#position, this.slot.end);
    if (state !== 'record') {
      this.#endBuffer(state);
      return false;
    }
    this.#position = this.frame.next;
    return true;
  }

  /** The next of a buffer that was put in order; what stands behind its records is looked at last. */
  #stepSorted(): boolean {
    const at = this.#order[this.#position];
    if (at === undefined) {
      this.#order = noOrder;
      this.#position = this.#rest;
      return this.#step();
    }
    this.#position += 1;
    return this.frame.look(this.slot.view, at, this.slot.end) === 'record';
  }

  #nextBuffer(): boolean {
    while (this.#next < this.#buffers.length) {
      const i = this.#buffers[this.#next] ?? 0;
      this.#next += 1;
      this.buffer = i;
      this.#noteLosses(i);
      const good = this.#context.loader.load(i, this.slot);
      this.#context.loaded(this.#context.index.stride[i] ?? 0);
      this.#position = bufferHeaderSize;
      if (!good) continue;
      if (this.bySequence) this.#sort();
      return true;
    }
    this.slot.end = 0;
    this.#context.loader.release(this.slot);
    return false;
  }

  #noteLosses(i: number): void {
    const { flags, missing } = this.#context.index;
    const bits = flags[i] ?? 0;
    const gap = missing[i] ?? 0;
    // Many buffers without any record behind them may all tell of losses.
    if (this.losses.length > 1000) return;
    if (gap > 0) this.losses.push({ kind: 'gap', count: gap === 0xffff_ffff ? null : gap, buffer: i });
    if ((bits & flagBufferLost) !== 0) this.losses.push({ kind: 'buffer', count: null, buffer: i });
    if ((bits & flagEventsLost) !== 0) this.losses.push({ kind: 'events', count: null, buffer: i });
  }

  /**
   * Puts the records of the buffer in order by time where they are not; equal times keep their order. Afterwards the buffer is walked in
   * `#order`, or as it stands where that is empty.
   */
  #sort(): void {
    // The lanes take the buffers of their session in turn.
    this.rank = this.#context.index.turn[this.buffer] ?? 0;
    this.#order = noOrder;
    const count = this.#countDisordered();
    if (count === 0 || count > mostSorted) return;
    const { slot, frame } = this;
    const starts = new Uint32Array(count);
    const highs = new Uint32Array(count);
    const lows = new Uint32Array(count);
    let at = bufferHeaderSize;
    for (let i = 0; i < count && frame.look(slot.view, at, slot.end) === 'record'; i++) {
      starts[i] = at;
      highs[i] = frame.rawHigh;
      lows[i] = frame.rawLow;
      at = frame.next;
    }
    const places = Uint32Array.from(starts, (_, i) => i);
    places.sort((a, b) => (highs[a] ?? 0) - (highs[b] ?? 0) || (lows[a] ?? 0) - (lows[b] ?? 0) || a - b);
    this.#rest = at;
    this.#order = places.map((place) => starts[place] ?? 0);
    this.#position = 0;
  }

  /** How many records the buffer holds; 0 where they stand in order. */
  #countDisordered(): number {
    const { slot, frame } = this;
    let at = bufferHeaderSize;
    let count = 0;
    let ordered = true;
    let high = 0;
    let low = 0;
    while (frame.look(slot.view, at, slot.end) === 'record') {
      if (count > 0 && (frame.rawHigh < high || (frame.rawHigh === high && frame.rawLow < low))) ordered = false;
      high = frame.rawHigh;
      low = frame.rawLow;
      count += 1;
      at = frame.next;
    }
    return ordered ? 0 : count;
  }

  /** Tells why the rest of the buffer is not read, where that is not its end. */
  #endBuffer(state: Exclude<FrameState, 'record'>): void {
    const { start } = this.frame;
    this.#position = this.slot.end;
    if (state === 'end' && isFiller(this.slot.bytes, start, this.slot.end)) return;
    const { index } = this.#context;
    const offset = index.offset[this.buffer] ?? 0;
    const compressed = ((index.flags[this.buffer] ?? 0) & flagCompressed) !== 0;
    const reason = this.slot.cut && state !== 'end' ? 'a record that the end of the file cuts' : reasons[state];
    // What stands behind a hole may be records, but nobody can tell how many.
    this.#context.damage({ at: compressed ? offset : offset + start, reason, records: state === 'end' ? 0 : 1 });
  }

  #setKey(): void {
    const { frame } = this;
    if (this.#clock === null) {
      this.keyHigh = frame.rawHigh;
      this.keyLow = frame.rawLow;
      return;
    }
    const time = this.#clock.time(frame.rawHigh, frame.rawLow);
    this.keyHigh = Number(time >> 32n);
    this.keyLow = Number(time & 0xffff_ffffn);
  }
}

/** True where nothing but the byte at `start` follows: what is left of a buffer is filled with zeros or ones. */
function isFiller(bytes: Uint8Array, start: number, end: number): boolean {
  const filler = bytes[start];
  for (let at = start; at < end; at++) if (bytes[at] !== filler) return false;
  return true;
}

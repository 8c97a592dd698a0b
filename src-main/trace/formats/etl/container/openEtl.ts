/**
 * Opens an ETL file and reads it as one stream of records in the order of time.
 *
 * Source: etw-formats.md 7. The first pass (`walkBuffers`) finds the buffers by their headers; each later one holds a buffer of every
 * processor and merges them.
 */
import { assertExists } from '../../../../base/assert.ts';
import type { ByteSource } from '../../../byteSource.ts';
import type { TraceTime } from '../../../record.ts';
import { BufferLoader } from './bufferLoader.ts';
import { flagCompressed } from './bufferHeader.ts';
import { EtlRecord } from './etlRecord.ts';
import type { EtlBuffers, EtlFile, EtlPass, EtlSession, EtlVisitor } from './etlRecord.ts';
import { fillRecord } from './fillRecord.ts';
import { GuidCache } from './guid.ts';
import { Lane } from './lane.ts';
import type { LaneContext } from './lane.ts';
import { LaneHeap } from './laneHeap.ts';
import { walkBuffers } from './walkBuffers.ts';
import type { WalkedBuffers } from './walkBuffers.ts';

const modeNoPerProcessorBuffering = 0x1000_0000;
/** Buffers of one processor whose records are put in order together, where one buffer takes those of all. */
const neighbours = 4;
const mostProcessors = 0x800;
const progressEvery = 4096;

/** `progress` hears of the search for buffers; where it gives false, what was found until then is the file. */
export function openEtl(source: ByteSource, progress: (done: number, total: number) => boolean = () => true): EtlFile {
  return new OpenedEtl(source, walkBuffers(source, progress));
}

class OpenedEtl implements EtlFile {
  readonly #source: ByteSource;
  readonly #walked: WalkedBuffers;
  /** Buffers of each lane: session * mostProcessors + processor. */
  readonly #lanes: ReadonlyMap<number, Uint32Array>;
  readonly sessions: readonly [EtlSession, ...EtlSession[]];
  readonly buffers: EtlBuffers;

  constructor(source: ByteSource, walked: WalkedBuffers) {
    this.#source = source;
    this.#walked = walked;
    const [first, ...others] = walked.sessions.map(({ session }) => session);
    this.sessions = [assertExists(first, 'a recognised file begins with a session'), ...others];
    this.buffers = { total: walked.total, compressed: walked.compressed, skipped: [...walked.skipped].map(([type, count]) => ({ type, count })) };
    this.#lanes = lanesOf(walked);
  }

  read(visitor: EtlVisitor): EtlPass {
    for (const damage of this.#walked.damages) visitor.damage(damage);
    return new EtlMerge(this.#source, this.#walked, this.#lanes, visitor).run();
  }
}

/** Distributes the buffers, which come in the order of their numbers, to the lanes that are merged. */
function lanesOf({ index, sessions }: WalkedBuffers): ReadonlyMap<number, Uint32Array> {
  const order = index.order();
  const keys = new Uint32Array(order.length);
  const sizes = new Map<number, number>();
  order.forEach((buffer, position) => {
    const session = index.session[buffer] ?? 0;
    const single = isSingle(sessions[session]?.session);
    const key = session * mostProcessors + (single ? position % neighbours : (index.processor[buffer] ?? 0));
    keys[position] = key;
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  });
  const lanes = new Map<number, Uint32Array>();
  const filled = new Map<number, number>();
  for (const [key, size] of sizes) lanes.set(key, new Uint32Array(size));
  order.forEach((buffer, position) => {
    const key = keys[position] ?? 0;
    const at = filled.get(key) ?? 0;
    const lane = lanes.get(key);
    if (lane !== undefined) lane[at] = buffer;
    filled.set(key, at + 1);
  });
  return lanes;
}

const isSingle = (session: EtlSession | undefined): boolean => session !== undefined && (session.logFileMode & modeNoPerProcessorBuffering) !== 0;

/** One pass over all records. */
class EtlMerge {
  readonly #walked: WalkedBuffers;
  readonly #visitor: EtlVisitor;
  readonly #total: number;
  readonly #heap = new LaneHeap();
  readonly #record = new EtlRecord();
  readonly #guids = new GuidCache();
  readonly #loader: BufferLoader;
  #done = 0;
  #cancelled = false;
  #inversions = 0;
  #lastHigh = 0;
  #lastLow = 0;
  #firstTime: TraceTime | null = null;

  constructor(source: ByteSource, walked: WalkedBuffers, lanes: ReadonlyMap<number, Uint32Array>, visitor: EtlVisitor) {
    this.#walked = walked;
    this.#visitor = visitor;
    this.#total = source.size;
    const damage = visitor.damage.bind(visitor);
    this.#loader = new BufferLoader(source, walked.index, walked.sessions, damage);
    const context: LaneContext = {
      index: walked.index,
      loader: this.#loader,
      damage,
      loaded: (bytes) => {
        this.#done += bytes;
        this.#tellProgress();
      },
    };
    for (const [key, buffers] of lanes) this.#addLane(context, key, buffers);
  }

  #addLane(context: LaneContext, key: number, buffers: Uint32Array): void {
    if (this.#cancelled) return;
    const session = Math.floor(key / mostProcessors);
    const header = this.#walked.sessions[session];
    if (header === undefined) return;
    // Sessions glued together have clocks of their own, which only FILETIME compares.
    const clock = this.#walked.sessions.length > 1 ? header.clock : null;
    const lane = new Lane(context, session, key, buffers, header.session.firstRawTime, clock, isSingle(header.session));
    if (lane.advance()) this.#heap.push(lane);
    else this.#tellLosses(lane);
  }

  run(): EtlPass {
    let current = this.#heap.pop();
    while (current !== undefined && !this.#cancelled) {
      this.#handOut(current);
      if (!current.advance()) {
        this.#tellLosses(current);
        current = this.#heap.pop();
      } else if (this.#heap.goesBefore(current)) {
        current = this.#heap.replaceTop(current);
      }
    }
    for (const damage of this.#loader.lost.reports()) this.#visitor.damage(damage);
    const { sourceIndex } = this.#record;
    if (!this.#cancelled) this.#visitor.progress(this.#total, this.#total);
    return {
      records: sourceIndex,
      inversions: this.#inversions,
      firstTime: this.#firstTime,
      lastTime: sourceIndex > 0 ? this.#record.time : null,
      cancelled: this.#cancelled,
    };
  }

  #handOut(lane: Lane): void {
    const record = this.#record;
    const header = this.#walked.sessions[lane.session];
    if (header === undefined) return;
    record.bytes = lane.slot.bytes;
    record.view = lane.slot.view;
    record.session = lane.session;
    record.clock = header.clock;
    const { index } = this.#walked;
    record.processor = index.processor[lane.buffer] ?? 0;
    record.bufferOffset = index.offset[lane.buffer] ?? 0;
    record.compressed = ((index.flags[lane.buffer] ?? 0) & flagCompressed) !== 0;
    fillRecord(record, lane.frame, this.#guids, header.session.pointerSize);
    this.#countTime(lane);
    if (lane.losses.length > 0) this.#tellLosses(lane);
    this.#visitor.record(record);
    record.sourceIndex += 1;
    if (record.sourceIndex % progressEvery === 0) this.#tellProgress();
  }

  #countTime(lane: Lane): void {
    if (this.#firstTime === null) this.#firstTime = this.#record.time;
    else if (lane.keyHigh < this.#lastHigh || (lane.keyHigh === this.#lastHigh && lane.keyLow < this.#lastLow)) this.#inversions += 1;
    this.#lastHigh = lane.keyHigh;
    this.#lastLow = lane.keyLow;
  }

  /** Tells of losses at the record at hand, which is the first behind them, or the last of all. */
  #tellLosses(lane: Lane): void {
    const { index } = this.#walked;
    for (const { kind, count, buffer } of lane.losses.splice(0)) {
      this.#visitor.lost({
        kind,
        count,
        processor: index.processor[buffer] ?? 0,
        session: lane.session,
        time: this.#firstTime === null ? (this.#walked.sessions[lane.session]?.session.startTime ?? (0n as TraceTime)) : this.#record.time,
        bufferOffset: index.offset[buffer] ?? 0,
      });
    }
  }

  #tellProgress(): void {
    if (!this.#visitor.progress(Math.min(this.#done, this.#total), this.#total)) this.#cancelled = true;
  }
}

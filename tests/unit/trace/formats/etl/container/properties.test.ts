/** Laws with random files: what was written is read, in order, however it was written; and no damage breaks a promise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../../src-main/trace/byteSource.ts';
import type { EtlRecord } from '../../../../../../src-main/trace/formats/etl/container/etlRecord.ts';
import { openEtl } from '../../../../../../src-main/trace/formats/etl/container/openEtl.ts';
import { recogniseEtl } from '../../../../../../src-main/trace/formats/etl/container/recogniseEtl.ts';
import { readHead } from '../../../../../../src-main/trace/traceHead.ts';
import { chunkedSource } from '../../../../../support/trace/collectTrace.ts';
import { collectEtl } from '../../../../../support/trace/etl/collectEtl.ts';
import { etlSamples } from '../../../../../support/trace/etl/etlSamples.ts';
import { eventRecord, fullRecord, perfInfoRecord, systemRecord } from '../../../../../support/trace/etl/etlRecords.ts';
import { etlDefaults, writeEtl } from '../../../../../support/trace/etl/writeEtl.ts';
import type { EtlBuffer } from '../../../../../support/trace/etl/writeEtl.ts';
import { mutate } from '../../../../../support/trace/fuzzMutate.ts';
import { FuzzRandom } from '../../../../../support/trace/fuzzRandom.ts';

const provider = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
const bufferSize = 0x1000;

interface Written {
  readonly tick: number;
  readonly processor: number;
  readonly kind: 'system' | 'perfinfo' | 'full' | 'event';
  readonly pointer: 4 | 8;
  readonly payload: Uint8Array;
}

const written: fc.Arbitrary<Written> = fc.record({
  tick: fc.integer({ min: 1, max: 500 }),
  processor: fc.integer({ min: 0, max: 5 }),
  kind: fc.constantFrom('system', 'perfinfo', 'full', 'event'),
  pointer: fc.constantFrom(4, 8),
  payload: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 900 }).map((length) => new Uint8Array(length).fill(65))),
});

function recordOf({ tick, kind, pointer, payload }: Written): Uint8Array {
  const time = etlDefaults.firstRawTime + BigInt(tick);
  if (kind === 'system') return systemRecord(pointer, 0x0440, 3, time, payload, { tid: tick, pid: 4 });
  if (kind === 'perfinfo') return perfInfoRecord(pointer, 0x0441, 3, time, payload);
  if (kind === 'full') return fullRecord(pointer, provider, { opcode: 7 }, time, payload);
  return eventRecord(pointer, provider, { id: tick }, time, payload);
}

/** Every processor's records in its own order of time, in buffers of random sizes whose places in the file are random too. */
function buffersOf(records: readonly Written[], cuts: readonly number[], shuffle: readonly number[]): EtlBuffer[] {
  const buffers: EtlBuffer[] = [];
  let sequence = 1;
  for (let processor = 0; processor <= 5; processor++) {
    let current: Uint8Array[] = [];
    let used = 0x48;
    const flush = (): void => {
      if (current.length > 0) buffers.push({ processor, sequence, records: current });
      sequence += 1;
      current = [];
      used = 0x48;
    };
    for (const record of records.filter((candidate) => candidate.processor === processor).sort((a, b) => a.tick - b.tick)) {
      const bytes = recordOf(record);
      if (used + bytes.length + 8 > bufferSize || cuts.includes(record.tick)) flush();
      current.push(bytes);
      used += Math.ceil(bytes.length / 8) * 8;
    }
    flush();
  }
  return buffers.map((buffer, i) => ({ buffer, key: shuffle[i % Math.max(1, shuffle.length)] ?? 0 })).sort((a, b) => a.key - b.key).map(({ buffer }) => buffer);
}

const identity = (record: { readonly tick: number; readonly processor: number; readonly kind: string; readonly pointer: number; readonly payload: Uint8Array }): string =>
  [record.tick, record.processor, record.kind, record.pointer, Buffer.from(record.payload).toString('hex')].join(' ');

describe('written and read again', () => {
  it.each([false, true])('every record comes once, whole, in order of time (compressed: %s)', (compressed) => {
    fc.assert(fc.property(fc.array(written, { maxLength: 120 }), fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 10 }), fc.array(fc.integer(), { maxLength: 20 }), (records, cuts, shuffle) => {
      const trace = collectEtl(writeEtl({ bufferSize, compressed, processors: 6 }, buffersOf(records, cuts, shuffle)));
      const back = trace.records.slice(1).map(({ rawTime, processor, kind, pointerSize, payload }) => ({ tick: Number(rawTime - etlDefaults.firstRawTime), processor, kind, pointer: pointerSize, payload }));
      expect(back.map(identity).sort()).toEqual(records.map(identity).sort());
      expect(back.map((record) => record.tick)).toEqual(back.map((record) => record.tick).sort((a, b) => a - b));
      expect(trace.records.map((record) => record.sourceIndex)).toEqual(trace.records.map((_, i) => i));
      expect(trace.damages).toEqual([]);
      expect(trace.pass.inversions).toBe(0);
    }), { numRuns: 60 });
  });
});

/** Everything one pass tells, as text; and whether every place it names is where it may be. */
function digest(bytes: Uint8Array, chunk: number): string {
  const lines: string[] = [];
  const file = openEtl(chunkedSource(bytes, chunk));
  const pass = file.read({
    record: (record) => void lines.push(checked(record, bytes.length)),
    damage: ({ at, reason, records }) => {
      expect(at >= 0 && at <= bytes.length && Number.isSafeInteger(at) && reason.length > 10 && records >= 0).toBe(true);
      lines.push(`damage ${at} ${reason} ${records}`);
    },
    lost: (loss) => void lines.push(`lost ${loss.kind} ${loss.count} ${loss.processor} ${loss.time}`),
    progress: (done, total) => done <= total,
  });
  return [...lines, `${pass.records} ${pass.inversions} ${pass.firstTime} ${pass.lastTime}`].join('\n');
}

function checked(record: EtlRecord, size: number): string {
  const { payloadStart, payloadEnd, start, bytes } = record;
  expect(start >= 0x48 && payloadStart > start && payloadEnd >= payloadStart && payloadEnd <= bytes.length && record.bufferOffset < size).toBe(true);
  for (const extent of [record.relatedActivityExtent, record.sidExtent, record.stackExtent, record.schemaExtent, record.traitsExtent]) {
    expect(extent.start === 0 || (extent.start > start && extent.end <= payloadEnd)).toBe(true);
  }
  const text = [record.kind, record.hook, record.guid, record.id, record.time, record.tid, record.processor, record.activityId, record.relatedActivityId, record.schemaName, record.providerName, record.stackAddresses()?.length];
  return `${text.join(' ')} ${Buffer.from(bytes.subarray(payloadStart, payloadEnd)).toString('hex')}`;
}

const rounds = 100;
const seed = 1;

describe('damaged in random ways', () => {
  it.each(etlSamples)('$name: every place stays within bounds, and pieces give what the whole gives', ({ bytes }) => {
    const base = bytes();
    for (let round = 0; round < rounds; round++) {
      const random = new FuzzRandom(Math.imul(seed, 0x01000193) ^ Math.imul(round + 1, 0x9e3779b1));
      const { bytes: damaged, recipe } = mutate(base, random, false);
      if (!recogniseEtl(readHead(bytesSource(damaged)))) continue;
      const begun = process.cpuUsage();
      const whole = digest(damaged, damaged.length);
      const used = process.cpuUsage(begun).user / 1000;
      expect(used, recipe.join('; ')).toBeLessThan(2000);
      expect(digest(damaged, 1 + random.below(3000)) === whole, recipe.join('; ')).toBe(true);
    }
  });
});

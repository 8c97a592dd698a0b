/** The generated traces and their variants. Hashes, counts and losses are those of etw-formats.md 12, never what our reader says. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../../src-main/trace/byteSource.ts';
import { recogniseEtl } from '../../../../../../src-main/trace/formats/etl/container/recogniseEtl.ts';
import { readHead } from '../../../../../../src-main/trace/traceHead.ts';
import { countBy } from '../../../../../support/trace/collectTrace.ts';
import { collectEtl } from '../../../../../support/trace/etl/collectEtl.ts';
import type { CollectedEtl, CollectedRecord } from '../../../../../support/trace/etl/collectEtl.ts';
import { generateFileIo } from '../../../../../support/trace/etl/generatedFileIo.ts';
import type { GeneratedOptions } from '../../../../../support/trace/etl/generatedFileIo.ts';

const plain: GeneratedOptions = { pointerSize: 8, version: 3 };
const packed: GeneratedOptions = { ...plain, compressed: true };
const old: GeneratedOptions = { pointerSize: 4, version: 2 };
const start = 133_500_000_000_000_000n;
const bufferSize = 0x4000;

const files = [
  { name: 'gen-fileio-v3-64', options: plain, bytes: 49_152, sha256: '6efb6aa6290422135f9456a2c6aed5efccbb45105a6319b245d2ed3c30785943', records: 56 },
  { name: 'gen-fileio-v3-64-lz', options: packed, bytes: 1997, sha256: 'b1ecd32ab1b7053c61cd9992347c6e8b85d0c3cc95998c2dde1e14d18632a017', records: 56 },
  { name: 'gen-fileio-v2-32', options: old, bytes: 49_152, sha256: 'c4d016f110b2a9874c629b00db22b337031292061af85a1b716c347834ff15a0', records: 54 },
];

/** Microseconds since the beginning, times as the page's table gives them. */
const microseconds = (record: CollectedRecord): number => Number(record.time - start) / 10;
const kernelCount = (trace: CollectedEtl, hook: number): number => trace.records.filter((record) => record.hook === hook).length;
const content = (trace: CollectedEtl): unknown[] => trace.records.map(({ bufferOffset: _, start: __, ...record }) => record);

describe('generated traces', () => {
  it.each(files)('$name is written byte for byte and all its records are read', ({ options, bytes, sha256, records }) => {
    const file = generateFileIo(options);
    expect(file.length).toBe(bytes);
    expect(createHash('sha256').update(file).digest('hex')).toBe(sha256);
    expect(recogniseEtl(readHead(bytesSource(file)))).toBe(true);
    const trace = collectEtl(file);
    expect(trace.records.length).toBe(records);
    expect(trace.damages).toEqual([]);
    expect(trace.losses).toEqual([]);
  });

  it('records of two processors come in one order of time, whatever the order of their buffers in the file', () => {
    const trace = collectEtl(generateFileIo(plain));
    const times = trace.records.map(microseconds);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // The table's records at 101 to 121 µs, with their processors.
    expect(trace.records.filter((record) => microseconds(record) >= 101 && microseconds(record) <= 121).map((record) => [microseconds(record), record.processor, record.opcode])).toEqual([
      [101, 0, 96], [103, 0, 98], [110, 1, 97], [112, 1, 99], [120, 1, 76], [121, 0, 32],
    ]);
    expect(content(collectEtl(generateFileIo({ ...plain, swapped: true })))).toEqual(content(trace));
  });

  it('the compressed file holds what the plain one holds', () => {
    const trace = collectEtl(generateFileIo(packed));
    expect(trace.file.buffers).toEqual({ total: 3, compressed: 2, skipped: [] });
    // The first record is the header itself, which says how the log was written.
    expect(content(trace).slice(1)).toEqual(content(collectEtl(generateFileIo(plain))).slice(1));
  });

  it('every kind of header keeps its fields', () => {
    const { records } = collectEtl(generateFileIo(plain));
    const kernelFile = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
    expect(records.find((record) => record.hook === 0x0005)).toMatchObject({ kind: 'system', version: 2, tid: 1240, pid: 1234, time: start });
    expect(records.find((record) => record.guid === '9b79ee91-b5fd-41c0-a243-4248e266e9d0')).toMatchObject({ kind: 'full', opcode: 35, version: 0, tid: 0, pid: 0, hook: -1 });
    expect(records.find((record) => record.hook === 0x0440)).toMatchObject({ kind: 'perfinfo', version: 3, tid: null, pid: null, guid: null });
    expect(records.find((record) => record.guid === kernelFile && record.id === 12)).toMatchObject({
      kind: 'event', version: 1, level: 4, task: 12, keyword: 0x80000000000000a0n, tid: 1240, pid: 1234, flags: 1,
      relatedActivityId: '03020100-0504-0706-0809-0a0b0c0d0e0f', activityId: '00000000-0000-0000-0000-000000000000',
    });
    // Create of version 3: two pointers, thread and three numbers in front of the path, whose characters take two bytes with their NUL.
    expect(records.find((record) => record.id === 12)?.payload.length).toBe(8 + 8 + 4 * 4 + 2 * ('\\Device\\HarddiskVolume3\\Users\\test\\a.txt'.length + 1));
    expect(records.find((record) => record.id === 24)).toMatchObject({ version: 0, relatedActivityId: null, flags: 0 });
  });

  it('without its last 10,000 bytes the rest is read and the cut is told', () => {
    const bytes = generateFileIo(plain);
    const trace = collectEtl(bytes.subarray(0, bytes.length - 10_000));
    // The last buffer's 3,000 used bytes are still there.
    expect(trace.records.length).toBe(56);
    expect(trace.damages).toEqual([{ at: 2 * bufferSize, reason: 'the file ends inside its last buffer; what is there is read', records: 0 }]);
    const short = collectEtl(bytes.subarray(0, 2 * bufferSize + 1000));
    expect(short.damages.map(({ records }) => records)).toEqual([0, 1]);
    expect(short.records.length).toBeLessThan(56);
    const whole = content(trace).map((record) => (record as CollectedRecord).rawTime);
    expect(short.records.every((record) => whole.includes(record.rawTime))).toBe(true);
  });

  it('a compressed buffer cut by the end of the file gives what it has', () => {
    const bytes = generateFileIo(packed);
    const trace = collectEtl(bytes.subarray(0, bytes.length - 300));
    expect(trace.records.length).toBeGreaterThan(30);
    expect(trace.records.length).toBeLessThan(56);
    expect(trace.damages[0]).toEqual({ at: 512 + 577, reason: 'the file ends inside its last buffer; what is there is read', records: 0 });
  });

  it('a session that was never stopped is read to its last buffer', () => {
    const trace = collectEtl(generateFileIo({ ...plain, log: { endTime: 0n, buffersWritten: 0 } }));
    expect(trace.file.sessions[0]).toMatchObject({ endTime: null, buffersWritten: 0 });
    expect(trace.records.length).toBe(56);
    expect(trace.pass.lastTime).toBe(start + 95_100n);
    expect(trace.damages).toEqual([]);
  });

  it('a header buffer without SavedOffset is read by its Offset, and the processor of old files is one byte', () => {
    const trace = collectEtl(generateFileIo({ ...plain, log: { beforeWindows8: true } }));
    expect(trace.records.length).toBe(56);
    expect(countBy(trace.records, (record) => String(record.processor))).toEqual(countBy(collectEtl(generateFileIo(plain)).records, (record) => String(record.processor)));
  });

  it('one flipped byte inside a compressed buffer costs no more than that buffer, and is told if it does not decompress', () => {
    const bytes = generateFileIo(packed);
    const others = collectEtl(bytes).records.filter((record) => record.processor === 0).length;
    let rejected = 0;
    for (let at = 512 + 0x48; at < 512 + 577; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      const trace = collectEtl(flipped);
      expect(trace.records.filter((record) => record.bufferOffset !== 512).length).toBe(others);
      if (trace.damages.length > 0) rejected += 1;
      if (trace.damages.some(({ reason }) => reason.includes('no valid compressed data'))) expect(trace.records.length).toBe(others);
    }
    expect(rejected).toBeGreaterThan(50);
  });

  it('without the end of the create there is one end less', () => {
    const trace = collectEtl(generateFileIo({ ...plain, without: [120] }));
    expect([kernelCount(trace, 0x0440), kernelCount(trace, 0x044c)]).toEqual([2, 15]);
    expect(trace.records.length).toBe(55);
  });

  it('a second pass over an opened file gives the same records', () => {
    const trace = collectEtl(generateFileIo(packed));
    const times: bigint[] = [];
    const pass = trace.file.read({ record: (record) => void times.push(record.time), damage: () => undefined, lost: () => undefined, progress: () => true });
    expect(times).toEqual(trace.records.map((record) => record.time));
    expect(pass).toEqual(trace.pass);
  });

  it('a pass that is cancelled stops at once', () => {
    const { file } = collectEtl(generateFileIo(packed));
    let seen = 0;
    const pass = file.read({ record: () => void (seen += 1), damage: () => undefined, lost: () => undefined, progress: () => false });
    expect(pass).toMatchObject({ cancelled: true, records: seen });
    expect(seen).toBeLessThan(56);
  });
});

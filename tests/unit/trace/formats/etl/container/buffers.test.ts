/** Buffers: their order, what they say was lost, and what happens where they are damaged. Rules: etw-formats.md 1, 6, 7 and 8. */
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../../src-main/trace/byteSource.ts';
import { recogniseEtl } from '../../../../../../src-main/trace/formats/etl/container/recogniseEtl.ts';
import { readHead } from '../../../../../../src-main/trace/traceHead.ts';
import { collectEtl } from '../../../../../support/trace/etl/collectEtl.ts';
import type { CollectedEtl } from '../../../../../support/trace/etl/collectEtl.ts';
import { messageRecord, perfInfoRecord } from '../../../../../support/trace/etl/etlRecords.ts';
import { etlDefaults, writeEtl } from '../../../../../support/trace/etl/writeEtl.ts';
import type { EtlBuffer, EtlLog } from '../../../../../support/trace/etl/writeEtl.ts';

const start = etlDefaults.firstRawTime;
const size = etlDefaults.bufferSize;

/** A record at `t` ticks behind the beginning; its payload is unimportant. */
const at = (t: number): Uint8Array => perfInfoRecord(8, 0x0444, 3, start + BigInt(t), [t & 0xff]);
const buffer = (processor: number, sequence: number, times: readonly number[], more: Partial<EtlBuffer> = {}): EtlBuffer => ({ processor, sequence, records: times.map(at), ...more });
/** Ticks of all records but the log file header. */
const ticks = (trace: CollectedEtl): number[] => trace.records.filter((record) => record.hook !== 0).map((record) => Number(record.rawTime - start));
const read = (buffers: readonly EtlBuffer[], log: EtlLog = {}): CollectedEtl => collectEtl(writeEtl(log, buffers));

describe('order', () => {
  it('buffers of a processor are read by their sequence numbers, not by their place', () => {
    expect(ticks(read([buffer(0, 3, [50, 60]), buffer(0, 1, [10, 20]), buffer(0, 2, [30, 40])]))).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('where times are equal the processor that delivered last goes on, else the lower one begins', () => {
    const trace = read([buffer(2, 1, [10, 20, 20]), buffer(1, 2, [20, 20, 30])]);
    expect(trace.records.slice(1).map((record) => [Number(record.rawTime - start), record.processor])).toEqual([[10, 2], [20, 2], [20, 2], [20, 1], [20, 1], [30, 1]]);
    const both = read([buffer(2, 1, [10, 20]), buffer(1, 2, [10, 20])]);
    expect(both.records.slice(1).map((record) => [Number(record.rawTime - start), record.processor])).toEqual([[10, 1], [10, 2], [20, 2], [20, 1]]);
  });

  it('a record that is earlier than the one before it in its buffer stays behind it and is counted', () => {
    const trace = read([buffer(0, 1, [10, 30, 20, 40]), buffer(1, 2, [15, 35])]);
    expect(ticks(trace)).toEqual([10, 15, 30, 20, 35, 40]);
    expect(trace.pass.inversions).toBe(1);
  });

  it('a log without buffers of processors is put in order across neighbouring buffers, equal times as they stand', () => {
    const trace = read([buffer(0, 1, [10, 30, 20, 50]), buffer(0, 2, [40, 60, 60, 55]), buffer(0, 3, [60, 45, 70])], { mode: 0x1000_0001 });
    expect(ticks(trace)).toEqual([10, 20, 30, 40, 45, 50, 55, 60, 60, 60, 70]);
    expect(trace.records.filter((record) => record.rawTime === start + 60n).map((record) => record.bufferOffset)).toEqual([2 * size, 2 * size, 3 * size]);
    expect(trace.pass.inversions).toBe(0);
  });

  it('two thousand processors are merged', () => {
    const buffers = Array.from({ length: 2000 }, (_, i) => buffer(i, i + 1, [2000 - i, 5000 + i]));
    const trace = read(buffers, { bufferSize: 0x400 });
    expect(ticks(trace)).toEqual([...Array.from({ length: 2000 }, (_, i) => i + 1), ...Array.from({ length: 2000 }, (_, i) => 5000 + i)]);
  });
});

describe('losses', () => {
  it('flags of a buffer are told with its first record, and a gap of numbers with its size', () => {
    const trace = read([buffer(0, 1, [10]), buffer(1, 2, [20], { flags: 2 }), buffer(0, 6, [30], { flags: 4 }), buffer(1, 7, [40])]);
    expect(trace.losses.map(({ kind, count, processor, time }) => ({ kind, count, processor, tick: Number(time - etlDefaults.startTime) }))).toEqual([
      { kind: 'events', count: null, processor: 1, tick: 20 },
      { kind: 'gap', count: 3, processor: 0, tick: 30 },
      { kind: 'buffer', count: null, processor: 0, tick: 30 },
    ]);
  });

  it('a loss told by a buffer without records is not forgotten', () => {
    expect(read([buffer(0, 1, [10]), buffer(0, 2, [], { flags: 2 })]).losses).toMatchObject([{ kind: 'events', bufferOffset: 2 * size }]);
  });

  it('what the header counts is there', () => {
    expect(read([], { eventsLost: 41, buffersLost: 3 }).file.sessions[0]).toMatchObject({ eventsLost: 41, buffersLost: 3 });
  });

  it('a circular log that begins anywhere has lost nothing', () => {
    expect(read([buffer(0, 910, [30]), buffer(0, 908, [10]), buffer(0, 909, [20])], { mode: 2 }).losses).toEqual([]);
  });
});

describe('buffers without records', () => {
  it('context switches, reference times, empty and debugger buffers are counted and not read', () => {
    const trace = read([buffer(0, 1, [10]), buffer(0, 2, [20], { type: 2 }), buffer(0, 3, [30], { type: 3 }), buffer(0, 4, [40], { type: 6 }), buffer(0, 5, [50], { type: 7 }), buffer(0, 6, [60], { type: 1 }), buffer(0, 7, [70], { type: 5 })]);
    expect(ticks(trace)).toEqual([10, 60, 70]);
    expect(trace.file.buffers).toEqual({
      total: 8, compressed: 0,
      skipped: [{ type: 'context switch', count: 1 }, { type: 'reference time', count: 1 }, { type: 'empty', count: 1 }, { type: 'debugger info', count: 1 }],
    });
  });
});

describe('damaged files', () => {
  const log = [buffer(0, 1, [10]), buffer(0, 2, [20]), buffer(0, 3, [30])];
  const patched = (patch: (view: DataView) => void, options: EtlLog = {}): CollectedEtl => {
    const bytes = writeEtl(options, log);
    patch(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return collectEtl(bytes);
  };

  it.each([0, 5, 0xffff_ffff, 0x3000, 0x4_0000])('a stride of %i in a plain log costs that buffer, and the next is found by the size of all', (stride) => {
    const trace = patched((view) => view.setUint32(2 * size, stride, true));
    expect(ticks(trace)).toEqual([10, 30]);
    expect(trace.damages).toEqual([{ at: 2 * size, reason: 'the records of 1 buffer are lost: no usable header', records: 0 }]);
  });

  it('a stride that cannot be in a compressed log ends the reading, which is told', () => {
    const bytes = writeEtl({ compressed: true }, log);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const second = view.getUint32(0, true) + view.getUint32(view.getUint32(0, true), true);
    view.setUint32(second, 3, true);
    const trace = collectEtl(bytes);
    expect(ticks(trace)).toEqual([10]);
    expect(trace.damages).toEqual([{ at: second, reason: `no buffer begins here; the ${bytes.length - second} bytes from here to the end of the file are not read`, records: 0 }]);
  });

  it.each([0, 0xff])('a tail of %i that was allocated and not written is nothing to tell', (filler) => {
    const written = writeEtl({}, log);
    const bytes = new Uint8Array(written.length + 3 * size).fill(filler);
    bytes.set(written);
    const trace = collectEtl(bytes);
    expect(ticks(trace)).toEqual([10, 20, 30]);
    expect(trace.damages).toEqual([]);
  });

  it('a hole of zeros in the middle is told with the number of buffers in it', () => {
    const bytes = writeEtl({}, log);
    bytes.fill(0, size, 3 * size);
    const trace = collectEtl(bytes);
    expect(ticks(trace)).toEqual([30]);
    expect(trace.damages).toEqual([{ at: size, reason: 'the records of 2 buffers are lost: no usable header', records: 0 }]);
  });

  it('however many buffers are damaged, all are counted in one line', () => {
    const many = Array.from({ length: 3000 }, (_, i) => buffer(0, i + 1, [i + 1]));
    const plain = writeEtl({ bufferSize: 0x400 }, many);
    for (let i = 1; i <= 3000; i += 2) plain.fill(0x41, i * 0x400, i * 0x400 + 8);
    expect(collectEtl(plain).damages).toEqual([{ at: 0x400, reason: 'the records of 1500 buffers are lost: no usable header', records: 0 }]);
    const packed = writeEtl({ bufferSize: 0x400, compressed: true }, many);
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    for (let at = view.getUint32(0, true); at < packed.length; at += view.getUint32(at, true)) view.setUint32(at + 0x48, 0xffff_ffff, true);
    expect(collectEtl(packed).damages.map(({ reason }) => reason)).toEqual(['the records of 3000 buffers are lost: no valid compressed data']);
  });

  it('what is no buffer behind the last one is told', () => {
    const written = writeEtl({}, log);
    const bytes = new Uint8Array(written.length + 100).fill(0x41);
    bytes.set(written);
    expect(collectEtl(bytes).damages).toEqual([{ at: written.length, reason: 'no buffer begins here; the 100 bytes from here to the end of the file are not read', records: 0 }]);
  });

  it('a buffer that uses more than it has is read as far as it goes', () => {
    const trace = patched((view) => view.setUint32(2 * size + 0x30, 0x7fff_ffff, true));
    expect(ticks(trace)).toEqual([10, 20, 30]);
    expect(trace.damages.map(({ at: place }) => place)).toEqual([2 * size]);
  });

  it('a buffer that uses nothing has lost nothing; one that uses less than its header is told', () => {
    const used = (value: number) => patched((view) => {
      view.setUint32(2 * size + 4, value, true);
      view.setUint32(2 * size + 0x30, value, true);
    });
    expect(used(0).damages).toEqual([]);
    expect(ticks(used(0))).toEqual([10, 30]);
    expect(used(9).damages).toEqual([{ at: 2 * size, reason: 'the records of 1 buffer are lost: less used than the header takes', records: 0 }]);
  });

  it('CurrentOffset is never used', () => {
    const trace = patched((view) => view.setUint32(2 * size + 8, 0xffff_fff0, true));
    expect(ticks(trace)).toEqual([10, 20, 30]);
    expect(trace.damages).toEqual([]);
  });

  it('a compressed buffer that claims a size beyond reason is left out without room being made for it', () => {
    const bytes = writeEtl({ compressed: true }, log);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    view.setUint32(view.getUint32(0, true) + 0x30, 0x7fff_ffff, true);
    const trace = collectEtl(bytes);
    expect(ticks(trace)).toEqual([20, 30]);
    expect(trace.damages).toMatchObject([{ at: view.getUint32(0, true), reason: 'the records of 1 buffer are lost: an impossible size behind decompression' }]);
  });

  it('a clock of zero ticks a second is replaced by the usual one, which is told', () => {
    const trace = patched(() => undefined, { perfFreq: 0n });
    expect(ticks(trace)).toEqual([10, 20, 30]);
    expect(trace.damages.map(({ reason }) => reason)).toEqual(['the session says that its clock ticks 0 times a second: 10,000,000 is assumed']);
    expect(trace.records.at(-1)?.time).toBe(etlDefaults.startTime + 30n);
  });

  it.each([-1n, -(1n << 63n), (1n << 63n) - 1n])('a beginning at %i is no time, which is told; what is kept is one', (startTime) => {
    const trace = collectEtl(writeEtl({ startTime, endTime: startTime, bootTime: startTime }, log));
    const { startTime: kept, endTime, bootTime } = trace.file.sessions[0];
    for (const time of [kept, endTime ?? 0n, bootTime ?? 0n, ...trace.records.map((record) => record.time)]) expect(time >= 0n && time < 2_650_467_744_000_000_000n).toBe(true);
    expect(trace.damages.map(({ reason }) => reason)).toEqual(['the session says that it began at a time that is none: all times are off by as much']);
  });

  it('times beyond all calendars stay within them', () => {
    const bytes = writeEtl({ clockType: 2, firstRawTime: etlDefaults.startTime }, [{ processor: 0, sequence: 1, records: [perfInfoRecord(8, 0x0444, 3, 0xffff_ffff_ffff_ffffn, []), perfInfoRecord(8, 0x0444, 3, 0n, [])] }]);
    const times = collectEtl(bytes).records.map((record) => record.time);
    expect(times.every((time) => time >= 0n && time < 2_650_467_744_000_000_000n)).toBe(true);
  });
});

describe('several logs in one file', () => {
  /** The second session counts other ticks from another moment: half a second later, a million a second. */
  const second: EtlLog = { firstRawTime: 777n, startTime: etlDefaults.startTime + 5_000_000n, perfFreq: 1_000_000n, loggerName: 'Second', bufferSize: 0x2000 };
  const first = writeEtl({ loggerName: 'First' }, [buffer(0, 1, [10, 5_000_100]), buffer(1, 2, [20])]);
  const other = writeEtl(second, [{ processor: 0, sequence: 1, records: [5, 20].map((t) => perfInfoRecord(8, 0x0444, 3, 777n + BigInt(t), [])) }]);
  const glued = Buffer.concat([first, other]);

  it('are sessions with clocks of their own, merged by time', () => {
    const trace = collectEtl(glued);
    expect(trace.file.sessions.map(({ name, offset }) => ({ name, offset }))).toEqual([{ name: 'First', offset: 0 }, { name: 'Second', offset: first.length }]);
    expect(trace.records.map((record) => [record.session, Number(record.time - etlDefaults.startTime)])).toEqual([
      [0, 0], [0, 10], [0, 20], [1, 5_000_000], [1, 5_000_050], [0, 5_000_100], [1, 5_000_200],
    ]);
    expect(trace.damages).toEqual([]);
    expect(trace.losses).toEqual([]);
  });
});

describe('recognising', () => {
  const head = (bytes: Uint8Array): boolean => recogniseEtl(readHead(bytesSource(bytes)));
  const whole = writeEtl({}, []);
  const changed = (place: number, value: number): Uint8Array => {
    const bytes = whole.slice();
    bytes[place] = value;
    return bytes;
  };

  it('goes by the first buffer', () => {
    expect(head(whole)).toBe(true);
    expect(head(writeEtl({ pointerSize: 4 }, []))).toBe(true);
  });

  it.each([
    ['another buffer type', changed(0x36, 0)], ['another record', changed(0x4e, 5)], ['another header type', changed(0x4a, 3)], ['another version', changed(0x48, 3)],
    ['no pointer size', changed(0x68 + 0x2c, 5)], ['too short', whole.subarray(0, 0x48 + 32 + 200)], ['nothing', new Uint8Array(0)], ['zeros', new Uint8Array(4096)],
  ])('%s is no ETL file', (_, bytes) => {
    expect(head(bytes)).toBe(false);
  });

  it('a file cut inside its first buffer is still told, and what is there is read', () => {
    const bytes = whole.subarray(0, 0x1c0);
    expect(head(bytes)).toBe(true);
    const trace = collectEtl(bytes);
    expect(trace.records.length).toBe(1);
    expect(trace.damages.length).toBe(1);
  });
});

describe('a log of messages', () => {
  it('with system time is on no counter', () => {
    const start2 = etlDefaults.startTime;
    const bytes = writeEtl({ clockType: 2, firstRawTime: start2 }, [{ processor: 0, sequence: 1, records: [messageRecord({ number: 10, time: start2 + 12_345n }, [1])] }]);
    const trace = collectEtl(bytes);
    expect(trace.file.sessions[0]).toMatchObject({ clockType: 'system time', firstRawTime: start2 });
    expect(trace.records[1]?.time).toBe(start2 + 12_345n);
  });
});

/** Every kind of record header, written and read back. Layouts: etw-formats.md 4 and 5. */
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../../../support/trace/byteWriter.ts';
import { collectEtl } from '../../../../../support/trace/etl/collectEtl.ts';
import type { CollectedEtl } from '../../../../../support/trace/etl/collectEtl.ts';
import {
  compactRecord, errorRecord, eventRecord, fullRecord, guidBytes, instanceRecord, messageRecord, perfInfoRecord, systemRecord,
} from '../../../../../support/trace/etl/etlRecords.ts';
import { etlDefaults, writeEtl } from '../../../../../support/trace/etl/writeEtl.ts';

const start = etlDefaults.firstRawTime;
const provider = '0cd1c309-0878-4515-83db-749843b3f5c9';
const payload = [1, 2, 3, 4, 5];

/** The records behind the log file header of a log whose only buffer holds these. */
function read(records: readonly Uint8Array[]): CollectedEtl {
  const trace = collectEtl(writeEtl({}, [{ processor: 3, sequence: 1, records }]));
  return { ...trace, records: trace.records.slice(1) };
}

const only = (record: Uint8Array) => {
  const trace = read([record]);
  expect(trace.damages).toEqual([]);
  expect(trace.records.length).toBe(1);
  expect(trace.records[0]?.processor).toBe(3);
  return trace.records[0];
};

describe('record headers', () => {
  it.each([4, 8] as const)('kernel records with %i-byte pointers', (pointer) => {
    const kernel = { hook: 0x0444, opcode: 0x44, version: 3, pointerSize: pointer, rawTime: start + 7n, guid: null, id: 0, payload: Buffer.from(payload) };
    expect(only(systemRecord(pointer, 0x0444, 3, start + 7n, payload, { tid: 11, pid: 12 }))).toMatchObject({ ...kernel, kind: 'system', tid: 11, pid: 12 });
    expect(only(compactRecord(pointer, 0x0444, 3, start + 7n, payload, { tid: 11, pid: 12 }))).toMatchObject({ ...kernel, kind: 'compact', tid: 11, pid: 12 });
    expect(only(perfInfoRecord(pointer, 0x0444, 3, start + 7n, payload))).toMatchObject({ ...kernel, kind: 'perfinfo', tid: null, pid: null });
  });

  it('a thread or process of 0xFFFFFFFF is unknown', () => {
    expect(only(systemRecord(8, 0x0444, 3, start, payload))).toMatchObject({ tid: null, pid: null });
  });

  it.each([4, 8] as const)('classic records with %i-byte pointers', (pointer) => {
    const event = { opcode: 35, level: 2, version: 4, tid: 21, pid: 22 };
    const classic = { ...event, hook: -1, pointerSize: pointer, rawTime: start + 9n, payload: Buffer.from(payload) };
    expect(only(fullRecord(pointer, provider, event, start + 9n, payload))).toMatchObject({ ...classic, kind: 'full', guid: provider });
    expect(only(instanceRecord(pointer, event, start + 9n, payload))).toMatchObject({ ...classic, kind: 'instance', guid: null });
  });

  it.each([4, 8] as const)('manifest events with %i-byte pointers', (pointer) => {
    const event = { id: 300, version: 2, channel: 16, level: 4, opcode: 9, task: 500, keyword: 0x8000_0000_0000_0021n, eventProperty: 4, tid: 31, pid: 32, activityId: '01020304-0506-0708-090a-0b0c0d0e0f10' };
    expect(only(eventRecord(pointer, provider, event, start + 1n, payload))).toMatchObject({
      ...event, kind: 'event', guid: provider, hook: -1, pointerSize: pointer, rawTime: start + 1n, payload: Buffer.from(payload), relatedActivityId: null, stack: null, schemaName: null,
    });
  });

  it('extended items are found, and the user data begins behind them', () => {
    const addresses = [0xfffff80012345678n, 0x7ff612345678n];
    const stack = new ByteWriter().u64(99n);
    for (const address of addresses) stack.u64(address);
    const schema = new ByteWriter().u16(20).u8(0x80).u8(0x01).bytes(Buffer.from('NameOfEvent\0Field\0', 'utf8'));
    const traits = new ByteWriter().u16(16).bytes(Buffer.from('My.Provider\0', 'utf8'));
    const extended = [
      { type: 1, data: guidBytes(provider) }, { type: 3, data: [1, 0, 0, 0] }, { type: 6, data: stack.done() }, { type: 11, data: schema.done() },
      { type: 12, data: traits.done() }, { type: 99, data: [7, 7, 7] },
    ];
    expect(only(eventRecord(8, provider, { id: 1, channel: 11, extended }, start, payload))).toMatchObject({
      payload: Buffer.from(payload), relatedActivityId: provider, stack: addresses, schemaName: 'NameOfEvent', providerName: 'My.Provider',
    });
  });

  it('32-bit stacks have four-byte addresses', () => {
    const stack = new ByteWriter().u64(0).u32(0x8012_3456).u32(0x7712_3456).done();
    expect(only(eventRecord(4, provider, { id: 1, extended: [{ type: 5, data: stack }] }, start, payload))?.stack).toEqual([0x8012_3456n, 0x7712_3456n]);
  });

  it('what one event carries is not seen on the next', () => {
    const { records } = read([
      eventRecord(8, provider, { id: 1, extended: [{ type: 1, data: guidBytes(provider) }] }, start, []),
      eventRecord(8, provider, { id: 2 }, start, []),
      perfInfoRecord(8, 0x0444, 3, start, payload),
    ]);
    expect(records.map((record) => record.relatedActivityId)).toEqual([provider, null, null]);
    expect(records[2]).toMatchObject({ guid: null, id: 0, keyword: 0n, flags: 0, tid: null });
  });

  it.each([0, 4, 7, 0xfff8])('an extended item that says it has %i bytes ends the chain, and the rest is user data', (size) => {
    const record = eventRecord(8, provider, { id: 1, extended: [{ type: 1, data: guidBytes(provider) }] }, start, payload);
    new DataView(record.buffer).setUint16(0x50, size, true);
    expect(only(record)).toMatchObject({ relatedActivityId: null, payload: Buffer.from(record.subarray(0x50)) });
  });

  it('software trace messages have the fields their options name', () => {
    expect(only(messageRecord({ number: 17, sequence: 5, guid: provider, time: start + 3n, system: { tid: 41, pid: 42 }, pointer: 4 }, payload))).toMatchObject({
      kind: 'message', id: 17, guid: provider, rawTime: start + 3n, timed: true, tid: 41, pid: 42, pointerSize: 4, payload: Buffer.from(payload),
    });
    expect(only(messageRecord({ number: 18, component: 9, time: start + 4n, performance: true, pointer: 8 }, payload))).toMatchObject({
      kind: 'message', id: 18, guid: null, rawTime: start + 4n, tid: null, pid: null, pointerSize: 8, payload: Buffer.from(payload),
    });
  });

  it('a record without a time has that of the one before it', () => {
    const { records } = read([perfInfoRecord(8, 0x0444, 3, start + 50n, []), messageRecord({ number: 1 }, payload), errorRecord(payload), perfInfoRecord(8, 0x0444, 3, start + 60n, [])]);
    expect(records.map(({ kind, rawTime, timed }) => [kind, rawTime - start, timed])).toEqual([
      ['perfinfo', 50n, true], ['message', 50n, false], ['error', 50n, false], ['perfinfo', 60n, true],
    ]);
  });

  it('records of odd sizes are followed on the next multiple of eight', () => {
    const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const { records } = read(sizes.map((size, i) => perfInfoRecord(8, 0x0100 + i, 3, start + BigInt(i), new Uint8Array(size).fill(i))));
    expect(records.map((record) => record.payload.length)).toEqual(sizes);
    expect(records.every((record) => record.payload.every((byte) => byte === record.opcode))).toBe(true);
  });
});

describe('damaged records', () => {
  const good = (i: number): Uint8Array => perfInfoRecord(8, 0x0444, 3, start + BigInt(i), payload);
  const broken = (patch: (view: DataView) => void): Uint8Array => {
    const record = good(2);
    patch(new DataView(record.buffer));
    return record;
  };

  it.each([
    { what: 'no known header type', patch: (view: DataView) => view.setUint8(2, 0x77) },
    { what: 'no marks of a record', patch: (view: DataView) => view.setUint8(3, 0x40) },
    { what: 'a size below its header', patch: (view: DataView) => view.setUint16(4, 15, true) },
    { what: 'a size of 0', patch: (view: DataView) => view.setUint16(4, 0, true) },
    { what: 'a size beyond the buffer', patch: (view: DataView) => view.setUint16(4, 0xfff0, true) },
  ])('$what: the rest of the buffer is left out and told at the place, the next buffer is read', ({ patch }) => {
    const bytes = writeEtl({}, [{ processor: 0, sequence: 1, records: [good(1), broken(patch), good(3)] }, { processor: 0, sequence: 2, records: [good(4)] }]);
    const { records, damages } = collectEtl(bytes);
    expect(records.slice(1).map((record) => record.rawTime - start)).toEqual([1n, 4n]);
    // The second record stands behind the first, which takes 16 + 5 bytes and its padding.
    expect(damages.map(({ at, records: lost }) => ({ at, lost }))).toEqual([{ at: 0x4000 + 0x48 + 24, lost: 1 }]);
  });

  it.each([0, 0xff])('bytes of %i are the end of what is used', (filler) => {
    const { records, damages } = collectEtl(writeEtl({}, [{ processor: 0, sequence: 1, records: [good(1), new Uint8Array(40).fill(filler)] }]));
    expect(records.slice(1).map((record) => record.rawTime - start)).toEqual([1n]);
    expect(damages).toEqual([]);
  });

  it.each([0, 0xffff_ffff])('a word of %i with something behind it is a hole, which is told', (word) => {
    const hole = new ByteWriter().u32(word).u32(word).done();
    const { records, damages } = collectEtl(writeEtl({}, [{ processor: 0, sequence: 1, records: [good(1), hole, good(3)] }]));
    expect(records.slice(1).map((record) => record.rawTime - start)).toEqual([1n]);
    expect(damages).toEqual([{ at: 0x4000 + 0x48 + 24, reason: 'a hole in a buffer; what stands behind it is not read', records: 0 }]);
  });
});

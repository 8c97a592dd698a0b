/** Single payloads: the worked examples of etw-formats.md 9.3, layouts by version and pointer size, and payloads that are too short or too long. */
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';
import { accountedFor, collectTrace } from '../../../../support/trace/collectTrace.ts';
import { ByteWriter } from '../../../../support/trace/byteWriter.ts';
import { eventRecord, fullRecord, messageRecord, perfInfoRecord, systemRecord } from '../../../../support/trace/etl/etlRecords.ts';
import type { PointerSize } from '../../../../support/trace/etl/etlRecords.ts';
import { etlDefaults, writeEtl } from '../../../../support/trace/etl/writeEtl.ts';

const at = (t: number): bigint => etlDefaults.firstRawTime + BigInt(t) * 10n;
const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

function trace(...records: readonly Uint8Array[]): CollectedTrace {
  return collectTrace(bytesSource(writeEtl({}, [{ processor: 0, sequence: 1, records }])));
}

const fileIo = (type: number, version: number, pointer: PointerSize, payload: Uint8Array, t = 100): Uint8Array =>
  systemRecord(pointer, 0x0400 | type, version, at(t), payload, { pid: 77, tid: 1 });
const a = '4100 0000';

describe('worked examples', () => {
  it('Create, version 3', () => {
    const { operations } = trace(fileIo(64, 3, 8, bytes(`98197e0700e0ffff 201ffb0400e0ffff c0190000 60000201 80000000 03000000 ${a}`)));
    expect(operations[0]).toMatchObject({
      major: 0, tid: 6592, path: 'A', detail: {
        Irp: 0xffffe000077e1998n, FileObject: 0xffffe00004fb1f20n, Disposition: 'Open', CreateDisposition: 1, CreateOptions: 0x020060, FileAttributes: 0x80, ShareAccess: 3,
      },
    });
  });

  it('Read, version 3', () => {
    const { operations } = trace(fileIo(67, 3, 8, bytes('e002000000000000 98197e0700e0ffff 201ffb0400e0ffff 30dc6e1800c0ffff c0190000 ff1f0000 00090600 00000000')));
    expect(operations[0]).toMatchObject({ major: 3, offset: 0x2e0n, length: 8191, irpFlags: 0x900, kind: 'irp', detail: { Priority: 3, FileKey: 0xffffc000186edc30n } });
  });

  it('Cleanup and its end', () => {
    const { operations } = trace(
      fileIo(65, 3, 8, bytes('3816330600e0ffff 10eccb0700e0ffff 2043080200c0ffff 980d0000')), fileIo(76, 3, 8, bytes('3816330600e0ffff 3a00000000000000 00000000'), 105),
    );
    expect(operations).toMatchObject([{ major: 0x12, status: 0, information: 58, duration: 50n, tid: 3480 }]);
  });

  it('Create, version 2: the thread is as wide as a pointer', () => {
    const { operations } = trace(fileIo(64, 2, 8, bytes(`60ec640280faffff 3806000000000000 b0e4170480faffff 60000001 00000000 01000000 ${a}`)));
    expect(operations[0]).toMatchObject({ tid: 0x638, path: 'A', detail: { FileObject: 0xfffffa800417e4b0n, CreateOptions: 0x60, ShareAccess: 1 } });
  });

  it('Write, version 2, 32-bit: without flags it is fast I/O', () => {
    const { operations } = trace(fileIo(68, 2, 4, bytes('a472030000000000 10baef84 6c0b0000 d8e0da84 30c49a9f 24000000 00000000')));
    expect(operations[0]).toMatchObject({
      major: 4, offset: 0x372a4n, length: 0x24, kind: 'fastio', tid: 2924, detail: { Irp: 0x84efba10, FileObject: 0x84dae0d8, FileKey: 0x9f9ac430 },
    });
  });
});

describe('lengths', () => {
  const read = (): ByteWriter => new ByteWriter().u64(0).u64(1).u64(2).u64(3).u32(9).u32(10).u32(0).u32(0);

  it('a payload that is longer than its layout is read as far as it is known', () => {
    expect(trace(fileIo(67, 3, 8, read().u64(0xdead).done())).operations).toHaveLength(1);
  });

  it('one that is shorter is damage, counted and placed', () => {
    const { summary } = trace(fileIo(67, 3, 8, read().done().subarray(0, 47)), fileIo(66, 3, 8, new Uint8Array(0)));
    expect(summary.operations).toBe(0);
    expect(summary.damaged.filter(({ records }) => records !== 0)).toMatchObject([
      { reason: 'FileIo/Read (0x0443, v3): its payload is too short', records: 1, unit: 'offset' }, { reason: 'FileIo/Close (0x0442, v3): its payload is too short', records: 1 },
    ]);
    expect(accountedFor(summary)).toBe(summary.events);
  });

  it('a path without its NUL is what there is', () => {
    const payload = new ByteWriter().u64(1).u64(2).u32(9).u32(0x0100_0000).u32(0).u32(0).utf16('C:\\abc').done();
    expect(trace(fileIo(64, 3, 8, payload)).operations[0]?.path).toBe('C:\\abc');
  });
});

describe('minifilter callbacks are told by length', () => {
  const block = (): ByteWriter => new ByteWriter().u64(0xfffff80000101010n).u64(2).u64(3).u64(4).u64(5).u32(0xffff_ffff);
  const rows = (type: number, payload: Uint8Array) => trace(
    systemRecord(8, 0x1403, 3, at(1), new ByteWriter().u64(0xfffff80000100000n).u64(0x5000).u32(0).zeros(12).u64(0).zeros(16).utf16('\\SystemRoot\\system32\\drivers\\WdFilter.sys\0').done()),
    perfInfoRecord(8, 0x0400 | type, 3, at(100), payload),
  ).contextEvents.filter(({ contextClass }) => contextClass === 'minifilter');

  it('a bare block: pseudo majors are bytes, the address is given its driver', () => {
    expect(rows(96, block().done())).toMatchObject([{
      name: 'FltPreOpInit', status: null, duration: null,
      detail: { Major: 'IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION', MajorFunction: 255, Driver: 'WdFilter.sys', DriverOffset: 0x1010, Routine: 0xfffff80000101010n },
    }]);
  });

  it('four bytes more are a status where the event has one, padding where it has none', () => {
    expect(rows(100, block().u32(0xc0000022).done())[0]?.status).toBe(0xc0000022);
    expect(rows(97, block().u32(0xc0000022).done())[0]?.status).toBe(0xc0000022);
    expect(rows(98, block().u32(0).done())[0]?.status).toBeNull();
  });

  it('eight more are when it began, twelve both', () => {
    expect(rows(99, new ByteWriter().u64(at(40)).bytes(block().done()).done())).toMatchObject([{ duration: 600n, status: null }]);
    expect(rows(101, new ByteWriter().u64(at(40)).bytes(block().done()).u32(0xc0000001).done())).toMatchObject([{ duration: 600n, status: 0xc0000001 }]);
  });
});

describe('Kernel-File by id', () => {
  const kernelFile = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
  const event = (id: number, version: number, payload: Uint8Array, t = 100): Uint8Array => eventRecord(8, kernelFile, { id, version, tid: 5, pid: 77 }, at(t), payload);
  const info = (): ByteWriter => new ByteWriter().u64(1).u64(2).u64(3).u64(0).u32(5).u32(13);

  it.each([
    [17, 'SetInfo', 6], [18, 'Delete', 6], [19, 'Rename', 6], [29, 'Rename', 6], [22, 'QueryInfo', 5], [23, 'FSControl', 13], [31, 'SetSecurity', 0x15], [32, 'QuerySecurity', 0x14],
    [33, 'SetEA', 8], [34, 'QueryEA', 7],
  ])('id %i is %s', (id, name, major) => {
    expect(trace(event(id, 1, info().done())).operations).toMatchObject([{ operation: `Kernel-File/${name}`, major, tid: 5 }]);
  });

  it('version 0 has the layout of Windows 7', () => {
    const close = new ByteWriter().u64(1).u64(5).u64(2).u64(3).done();
    expect(trace(event(14, 0, close)).operations).toMatchObject([{ major: 2, tid: 5, detail: { Irp: 1, FileObject: 2, FileKey: 3 } }]);
  });

  it('a stack that comes with the event is kept, one object for equal ones', () => {
    const stack = new ByteWriter().u64(0).u64(0xfffff80000000010n).u64(0x7ff0_0000_0020n).done();
    const withStack = (t: number): Uint8Array => eventRecord(8, kernelFile, { id: 14, version: 1, extended: [{ type: 6, data: stack }] }, at(t), new ByteWriter().u64(1).u64(2).u64(3).u32(5).done());
    const { operations } = trace(withStack(1), withStack(2));
    expect([...(operations[0]?.stack?.frames ?? [])]).toEqual([0xfffff80000000010n, 0x7ff000000020n]);
    expect(operations[1]?.stack).toBe(operations[0]?.stack);
  });
});

describe('stack events', () => {
  const read = (t: number, tid: number): Uint8Array => fileIo(67, 3, 8, new ByteWriter().u64(0).u64(t).u64(2).u64(3).u32(tid).u32(10).u32(1).u32(0).done(), t);
  const end = (t: number, irp: number): Uint8Array => fileIo(76, 3, 8, new ByteWriter().u64(irp).u64(0).u32(0).done(), t);
  const stack = (t: number, of: number, tid: number, ...frames: bigint[]): Uint8Array => {
    const out = new ByteWriter().u64(at(of)).u32(77).u32(tid);
    for (const frame of frames) out.u64(frame);
    return systemRecord(8, 0x1820, 2, at(t), out.done());
  };
  const kernel = 0xfffff80000000010n;

  it('belong to the event of their time and thread, also behind its end; the kernel part stands first', () => {
    const { operations } = trace(read(100, 5), stack(101, 100, 5, 0x7ff000000020n), end(110, 100), stack(120, 100, 5, kernel), stack(121, 100, 6, 1n), stack(122, 99, 5, 2n));
    expect([...(operations[0]?.stack?.frames ?? [])]).toEqual([kernel, 0x7ff000000020n]);
  });

  it('frames behind a key are found where the key is given up later; a key used again has new ones', () => {
    const reference = (t: number, of: number, key: bigint): Uint8Array => systemRecord(8, 0x1825, 2, at(t), new ByteWriter().u64(at(of)).u32(77).u32(5).u64(key).done());
    const definition = (t: number, type: number, key: bigint, frame: bigint): Uint8Array => systemRecord(8, 0x1800 | type, 2, at(t), new ByteWriter().u64(key).u64(frame).done());
    const { operations } = trace(
      read(100, 5), reference(101, 100, 9n), end(102, 100), definition(103, 35, 9n, kernel), read(200, 5), reference(201, 200, 9n), end(202, 200), definition(203, 36, 9n, kernel + 1n),
    );
    expect(operations.map((op) => [...(op.stack?.frames ?? [])])).toEqual([[kernel], [kernel + 1n]]);
  });
});

describe('what is no file I/O', () => {
  it('is counted by class, provider or message, each with its reason', () => {
    const provider = '0b7a6f19-47c4-454e-8c5c-e868d637e4d8';
    const { summary } = trace(
      systemRecord(8, 0x0910, 2, at(1), [1, 2]), systemRecord(8, 0x061a, 2, at(2), []), eventRecord(8, provider, { id: 7, version: 2 }, at(3), []),
      eventRecord(8, provider, { id: 0, channel: 11 }, at(4), []), fullRecord(8, provider, { opcode: 3, version: 1 }, at(5), []), messageRecord({ number: 10, guid: provider, time: at(6) }, []),
      systemRecord(8, 0x7701, 4, at(7), []),
    );
    expect(summary.skipped.map(({ reason }) => reason)).toEqual([
      'log record', 'registry event', 'network event', 'manifest event', 'self-describing event', 'classic event', `WPP message of {${provider}}`, 'other kernel event',
    ]);
    expect(summary.skippedOperations?.map(({ operation }) => operation)).toEqual([
      'EventTrace/Header (0x0000, v2)', 'Registry/16 (0x0910, v2)', 'TcpIp/26 (0x061a, v2)', `manifest {${provider}} id7 v2`, `manifest {${provider}} id0 v0`, `MOF {${provider}} op3 v1`,
      'WPP message records', 'Group 0x77/1 (0x7701, v4)',
    ]);
  });
});

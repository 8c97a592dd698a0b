/** Answers as the trace has them. Offsets are those of MS-FSCC 2.4 and 2.5, written out by hand. */
import { describe, expect, it } from 'vitest';
import { KBUFFER } from '../../../../src-main/driver-api/kbuffer.ts';
import { answerInformation } from '../../../../src-main/replay/bytes/answerBytes.ts';
import { answerOf, recorded } from '../../../support/recordedBuffer.ts';

const query = (FileInformationClass: number, detail: Record<string, unknown> = {}, more = {}) => ({ major: 5, operation: 'Query', offset: null, length: null, detail: { FileInformationClass, ...detail } as never, ...more });
const listing = (FileInformationClass: number, Entries: readonly string[], more = {}) => ({ major: 12, minor: 1, length: 4096, detail: { FileInformationClass, Entries, ...more } as never });

describe('a recorded answer', () => {
  it('standard information', () => {
    const buffer = answerOf(query(5, { AllocationSize: 8192, EndOfFile: 5000, NumberOfLinks: 2, DeletePending: false, Directory: true }), 24);
    expect([buffer.u64(0), buffer.u64(8), buffer.u32(16), buffer.u8(20), buffer.u8(21)]).toEqual([8192n, 5000n, 2, 0, 1]);
    expect([buffer.isKnown(0, 22), buffer.isKnown(22)]).toEqual([true, false]);
  });

  it('all information: each part in its place, the name last', () => {
    const buffer = answerOf(query(18, { CreationTime: 7n, FileAttributes: 0x20, EndOfFile: 99, IndexNumber: 0x1_0000_0000_0005n, EaSize: 3, Access: 0x120089, Position: 11, Mode: 0x20, AlignmentRequirement: 1, Name: '\\a.txt' }), 200, 112);
    expect([buffer.u64(0), buffer.u32(32), buffer.u64(48), buffer.u64(64), buffer.u32(72), buffer.u32(76), buffer.u64(80), buffer.u32(88), buffer.u32(92)])
      .toEqual([7n, 0x20, 99n, 0x1_0000_0000_0005n, 3, 0x120089, 11n, 0x20, 1]);
    expect([buffer.u32(96), buffer.wstr(100, 12)]).toEqual([12, '\\a.txt']);
    expect(buffer.isKnown(112)).toBe(false);
  });

  it('network open information', () => {
    const buffer = answerOf({ major: 0xf2, length: null, detail: { CreationTime: 1, ChangeTime: 4, AllocationSize: 4096, EndOfFile: 12, FileAttributes: 0x80 } }, 56);
    expect([buffer.u64(0), buffer.u64(24), buffer.u64(32), buffer.u64(40), buffer.u32(48)]).toEqual([1n, 4n, 4096n, 12n, 0x80]);
    expect(buffer.isKnown(8, 8)).toBe(false);
  });

  it('volume information with its label', () => {
    const buffer = answerOf({ major: 10, length: null, detail: { FsInformationClass: 1, VolumeCreationTime: 5n, VolumeSerialNumber: 0x9caec62a, SupportsObjects: true, VolumeLabel: 'OS' } }, 64, 22);
    expect([buffer.u64(0), buffer.u32(8), buffer.u32(12), buffer.u8(16), buffer.wstr(18, 4)]).toEqual([5n, 0x9caec62a, 4, 1, 'OS']);
  });

  it('a volume\'s object id, which is recorded as bytes', () => {
    const buffer = answerOf({ major: 10, length: null, detail: { FsInformationClass: 8, ObjectId: '000102030405060708090A0B0C0D0E0F' } }, 64);
    expect([...buffer.bytes(0, 16)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(buffer.isKnown(16)).toBe(false);
  });

  it('a cut name fills the buffer', () => {
    const buffer = answerOf(query(9, { Name: '\\docs\\pl', NameCut: true }), 20);
    expect([buffer.u32(0), KBUFFER.originAt(buffer, 0).origin, buffer.wstr(4, 16)]).toEqual([16, 'assumed', '\\docs\\pl']);
  });

  it('a name or a list that was not recorded can be read all the same, and is unknown', () => {
    const name = answerOf(query(9), 512, 40);
    expect([name.u32(0), name.isKnown(0, 4), name.isKnown(4, 36)]).toEqual([36, true, false]);
    const streams = answerOf(query(22), 512, 38);
    expect([streams.u32(0), streams.u32(4), streams.isKnown(24, 14)]).toEqual([0, 14, false]);
    const entries = answerOf({ major: 12, minor: 1, length: 4096, detail: { FileInformationClass: 37 } }, 4096, 300);
    expect([entries.u32(0), entries.u32(60), entries.isKnown(104, 196)]).toEqual([0, 196, false]);
  });
});

describe('a recorded listing', () => {
  // FILE_BOTH_DIR_INFORMATION: FileNameLength at 60, FileName at 94; entries begin at multiples of 8.
  it('links its entries', () => {
    const buffer = answerOf(listing(3, ['.', '..', 'plan.txt']), 4096, 326);
    expect([buffer.u32(0), buffer.u32(60), buffer.wstr(94, 2)]).toEqual([96, 2, '.']);
    expect([buffer.u32(96), buffer.u32(96 + 60), buffer.wstr(96 + 94, 4)]).toEqual([104, 4, '..']);
    expect([buffer.u32(200), buffer.u32(260), buffer.wstr(294, 16)]).toEqual([0, 16, 'plan.txt']);
    // Times and sizes are not recorded.
    expect(buffer.isKnown(8, 52)).toBe(false);
  });

  it('ends where the buffer ends', () => {
    const buffer = answerOf(listing(12, ['one', 'a longer name']), 24);
    expect([buffer.u32(0), buffer.u32(8), buffer.wstr(12, 6)]).toEqual([0, 6, 'one']);
  });

  it('FileIdGlobalTxDirectoryInformation: the name stands at 92', () => {
    expect(answerOf(listing(50, ['x']), 256).wstr(92, 2)).toBe('x');
  });
});

describe('IoStatus.Information that was not recorded', () => {
  it('is the size of the structure, of the text behind it, or of the entries', () => {
    expect(answerInformation(recorded(query(5)))).toBe(24);
    expect(answerInformation(recorded(query(9, { Name: '\\a' })))).toBe(8);
    expect(answerInformation(recorded(listing(3, ['.', '..', 'plan.txt'])))).toBe(310);
    expect(answerInformation(recorded(query(5, {}, { status: 0xc0000022 })))).toBeNull();
    expect(answerInformation(recorded(query(5, {}, { information: 7 })))).toBe(7);
  });
});

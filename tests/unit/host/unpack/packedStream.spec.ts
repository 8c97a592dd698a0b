import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackStream, type PackedCoding } from '../../../../src-main/host/unpack/packedStream.ts';
import { sampleFile } from '../../../support/testHost.ts';
import { tempFolder } from '../../../support/tempFolder.ts';

const folder = tempFolder();
const plain = readFileSync(sampleFile);
let next = 1;

async function unpacked(bytes: Uint8Array, coding: PackedCoding, crc32: number | null = null): Promise<{ bytes: Buffer; damage: { at: number; reason: string } | null }> {
  const file = path.join(folder, `packed-${next++}`);
  writeFileSync(file, bytes);
  const parts: Uint8Array[] = [];
  const damage = await unpackStream({ file, coding, start: 0, end: bytes.length, crc32 }, (part) => {
    parts.push(part);
    return true;
  });
  return { bytes: Buffer.concat(parts), damage };
}

describe('a whole stream', () => {
  it.each<[string, PackedCoding, Uint8Array]>([
    ['gzip', 'gzip', zlib.gzipSync(plain)],
    ['gzip of several members', 'gzip', Buffer.concat([zlib.gzipSync(plain.subarray(0, 5000)), zlib.gzipSync(Buffer.alloc(0)), zlib.gzipSync(plain.subarray(5000))])],
    ['gzip with padding behind it', 'gzip', Buffer.concat([zlib.gzipSync(plain), Buffer.alloc(700)])],
    ['zlib', 'zlib', zlib.deflateSync(plain)],
    ['zlib, hardly compressed', 'zlib', zlib.deflateSync(plain, { level: 0 })],
    ['deflate', 'deflate', zlib.deflateRawSync(plain)],
    ['stored', 'stored', plain],
  ])('%s comes out as it went in', async (_name, coding, packed) => {
    const { bytes, damage } = await unpacked(packed, coding, coding === 'deflate' || coding === 'stored' ? zlib.crc32(plain) : null);
    expect(damage).toBeNull();
    expect(bytes.equals(plain)).toBe(true);
  });

  it('a gzip header with a name, a comment and extra bytes is passed over', async () => {
    const packed = zlib.gzipSync(plain);
    packed[3] = 4 | 8 | 16;
    const more = Buffer.concat([Buffer.from([3, 0, 1, 2, 3]), Buffer.from('trace.PML\0a comment\0', 'latin1')]);
    const { bytes, damage } = await unpacked(Buffer.concat([packed.subarray(0, 10), more, packed.subarray(10)]), 'gzip');
    expect(damage).toBeNull();
    expect(bytes.equals(plain)).toBe(true);
  });
});

describe('a damaged stream', () => {
  it.each<[string, PackedCoding, Buffer]>([['gzip', 'gzip', zlib.gzipSync(plain)], ['zlib', 'zlib', zlib.deflateSync(plain)], ['deflate', 'deflate', zlib.deflateRawSync(plain)]])(
    '%s that is cut off gives all that is left of it, and says where it ends',
    async (_name, coding, packed) => {
      const cut = packed.subarray(0, packed.length >> 1);
      const { bytes, damage } = await unpacked(cut, coding);
      expect(damage).toMatchObject({ unit: 'offset', reason: expect.stringContaining('ends in the middle') as string, records: null });
      expect(damage?.at).toBe(cut.length);
      expect(bytes.length).toBeGreaterThan(plain.length / 4);
      expect(plain.subarray(0, bytes.length).equals(bytes)).toBe(true);
    },
  );

  it('with nonsense in it gives what stands before the nonsense', async () => {
    const good = zlib.deflateRawSync(plain.subarray(0, 20_000), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
    const invalidBlock = Buffer.alloc(600, 0x07);
    const { bytes, damage } = await unpacked(Buffer.concat([zlib.gzipSync(plain).subarray(0, 10), good, invalidBlock]), 'gzip');
    expect(damage?.reason).toContain('broken');
    // No more is lost than what stands in the same piece.
    expect(damage?.at).toBeGreaterThan(good.length - 1024);
    expect(bytes.length).toBeGreaterThan(10_000);
    expect(plain.subarray(0, bytes.length).equals(bytes)).toBe(true);
  });

  it.each<[string, PackedCoding, Buffer]>([['gzip', 'gzip', zlib.gzipSync(plain)], ['zlib', 'zlib', zlib.deflateSync(plain)]])('%s with another checksum gives everything, and says so', async (_name, coding, packed) => {
    const changed = Buffer.from(packed);
    const at = changed.length - (coding === 'gzip' ? 6 : 2);
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    const { bytes, damage } = await unpacked(changed, coding);
    expect(damage?.reason).toContain('checksum');
    expect(bytes.equals(plain)).toBe(true);
  });

  it('bytes behind a gzip stream that belong to none are said', async () => {
    const packed = zlib.gzipSync(plain);
    const { bytes, damage } = await unpacked(Buffer.concat([packed, Buffer.from('and a letter behind it')]), 'gzip');
    expect(damage).toMatchObject({ at: packed.length, reason: expect.stringContaining('22 bytes') as string });
    expect(bytes.equals(plain)).toBe(true);
  });
});

it('stops as soon as it is told to', async () => {
  const file = path.join(folder, 'zeros.gz');
  writeFileSync(file, zlib.gzipSync(Buffer.alloc(64 * 2 ** 20)));
  let size = 0;
  const damage = await unpackStream({ file, coding: 'gzip', start: 0, end: readFileSync(file).length, crc32: null }, (part) => {
    size += part.length;
    return size < 100_000;
  });
  expect(damage).toBeNull();
  expect(size).toBeLessThan(200_000);
});

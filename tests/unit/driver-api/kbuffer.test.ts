import { describe, expect, it } from 'vitest';
import { KBUFFER, MDL } from '../../../src-main/driver-api/kbuffer.ts';

const file = (offset: number, origin = 7) => ({ seed: 1, origin, base: offset });
const user = (length: number, offset = 0) => KBUFFER.make(1, 'user', length, file(offset));
const pool = (length: number) => KBUFFER.make(2, 'nonpaged', length, file(0, 99), { zeroed: true });

describe('a kernel buffer', () => {
  it('reads the same region of a file the same through every buffer', () => {
    expect(user(64, 4096).bytes(16, 8)).toEqual(user(64, 4112).bytes(0, 8));
    expect(user(64).bytes()).toEqual(user(64).bytes());
    expect(user(64).bytes()).not.toEqual(user(64, 64).bytes());
  });

  it('knows zeroed and written bytes, and not those of the pattern', () => {
    const buffer = user(16);
    expect(pool(16).isKnown()).toBe(true);
    expect(buffer.isKnown()).toBe(false);
    buffer.setU32(4, 0xdeadbeef);
    expect([buffer.isKnown(4, 4), buffer.isKnown(0, 8)]).toEqual([true, false]);
    expect(buffer.u32(4)).toBe(0xdeadbeef);
    expect(buffer.u8(4)).toBe(0xef);
  });

  it.each([16, 10])('keeps unknown bytes unknown when %i of 16 are copied', (length) => {
    const source = user(16);
    const target = pool(16);
    target.copyFrom(source, length);
    expect(target.bytes(0, length)).toEqual(source.bytes(0, length));
    expect(target.isKnown(0, length)).toBe(false);
    expect(target.isKnown(length)).toBe(true);
  });

  it('forgets zeroes once a file has been read into it', () => {
    const buffer = pool(16);
    buffer.fillUnknown(file(0), 16);
    expect(buffer.isKnown()).toBe(false);
    expect(buffer.bytes()).toEqual(user(16).bytes());
  });

  it('refuses what lies outside, and everything once freed', () => {
    const buffer = pool(8);
    expect(() => buffer.u32(6)).toThrow(/8 bytes; 4 bytes at offset 6/);
    expect(KBUFFER.free(buffer)).toBe(true);
    expect(KBUFFER.free(buffer)).toBe(false);
    expect(() => buffer.u8(0)).toThrow(/after it had been freed/);
  });

  it('shares its bytes with windows and mappings', () => {
    const buffer = pool(8);
    new MDL(3, buffer).map().setU8(5, 9);
    expect(buffer.at(4, 4).u8(1)).toBe(9);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

  describe('knows where each byte comes from', () => {
    const nobodyWrites = (): void => {
      KBUFFER.writer = null;
      KBUFFER.writers = [];
    };
    // An engine that was made before in this process is a writer too.
    beforeEach(nobodyWrites);
    afterEach(nobodyWrites);
    const origins = (buffer: KBUFFER) => Array.from({ length: buffer.length }, (_, at) => KBUFFER.originAt(buffer, at)).map(({ origin, writer }) => writer ?? origin);

    it('never recorded, allocated, zeroed, written by somebody', () => {
      expect(origins(user(1))).toEqual(['unknown']);
      expect(origins(KBUFFER.make(3, 'paged', 1, file(0)))).toEqual(['uninitialised']);
      const buffer = pool(6);
      buffer.setU8(1, 1);
      KBUFFER.writers = ['the file system', 'swap'];
      KBUFFER.writer = () => 1;
      buffer.setU16(2, 1);
      KBUFFER.writer = () => 0;
      buffer.put(new Uint8Array([1]), 5);
      expect(origins(buffer)).toEqual(['zeroed', 'written', 'swap', 'swap', 'zeroed', 'the file system']);
    });

    it('copies take the origins along', () => {
      const source = user(8);
      source.setU8(2, 9);
      const target = pool(8);
      target.copyFrom(source, 4);
      expect(origins(target)).toEqual(['unknown', 'unknown', 'written', 'unknown', 'zeroed', 'zeroed', 'zeroed', 'zeroed']);
    });

    it('what is put into a buffer nobody has looked at lies over the rest', () => {
      const buffer = user(16);
      for (let at = 0; at < 12; at++) buffer.put(new Uint8Array([at, at]), at);
      expect([...buffer.bytes(0, 13)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11]);
      expect([buffer.isKnown(0, 13), buffer.isKnown(13)]).toEqual([true, false]);
      expect(buffer.bytes(13)).toEqual(user(16).bytes(13));
    });

    it('looking from outside is no access', () => {
      const seen: string[] = [];
      KBUFFER.watch = (_buffer, access) => seen.push(access) < 0;
      const buffer = user(8);
      KBUFFER.peek(buffer);
      KBUFFER.originAt(buffer, 3);
      buffer.fillUnknown(file(0), 4);
      expect(seen).toEqual([]);
      buffer.u8(0);
      expect(seen).toEqual(['read']);
      KBUFFER.watch = null;
    });
  });
});

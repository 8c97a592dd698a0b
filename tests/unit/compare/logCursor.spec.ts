import { describe, expect, it } from 'vitest';
import { isSamePage, type StoredLogPage } from '../../../src-main/compare/logCursor.ts';

const never = (): never => {
  throw new Error('was read');
};
const unread = (chain: string | null, first = 0): StoredLogPage => ({ first, count: 2, chain, get columns() { return never(); }, get texts() { return never(); }, unpack: never });
const read = (chain: string | null, last: number): StoredLogPage => ({ first: 0, count: 2, chain, columns: Uint8Array.of(1, last), texts: '[]', unpack: never });

describe('two pages', () => {
  it('are the same where the logs are up to their ends, without being read', () => expect(isSamePage(unread('aa'), unread('aa'))).toBe(true));

  it('are read where the hashes differ, as something before them may have, and where one has none', () => {
    for (const [one, other] of [['aa', 'bb'], ['aa', null], [null, null]] as const) {
      expect(isSamePage(read(one, 1), read(other, 1))).toBe(true);
      expect(isSamePage(read(one, 1), read(other, 2))).toBe(false);
      expect(() => isSamePage(unread(one), unread(other))).toThrow('was read');
    }
  });
});

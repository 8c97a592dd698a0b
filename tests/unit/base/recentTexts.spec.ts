import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentTexts } from '../../../src-main/base/recentTexts.ts';

const name = fc.string({ minLength: 0, maxLength: 20 });

test('a text gives what was kept for it last, or nothing', () => {
  fc.assert(fc.property(fc.array(name, { maxLength: 3000 }), name, (texts, other) => {
    const recent = new RecentTexts<number>();
    const last = new Map<string, number>();
    for (const [at, text] of texts.entries()) {
      recent.set(text, at);
      last.set(text, at);
      expect(recent.get(text)).toBe(at);
    }
    for (const text of [...texts, other]) expect([undefined, last.get(text)]).toContain(recent.get(text));
  }), { numRuns: 30 });
});

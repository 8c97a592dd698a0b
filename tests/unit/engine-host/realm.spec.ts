/** The world of a driver: driver-api-usage.md 5.7. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src-main/base/seededRandom.ts';
import { DriverRealm } from '../../../src-main/engine-host/realm.ts';

/** Runs a body in a fresh realm and gives back what it returns. */
function inRealm(body: string, options: { readonly seed?: number; readonly ticks?: bigint } = {}): unknown {
  const realm = new DriverRealm({ globals: {}, now: () => options.ticks ?? 133_500_000_000_000_000n, random: seededRandom(options.seed ?? 1), print: () => undefined });
  const loaded = realm.load({ driver: { name: 'd' }, code: `function DriverEntry() { ${body} }`, usedNames: [] } as never);
  return loaded.DriverEntry(null, null);
}

describe('time and chance', () => {
  it('are the run\'s: the virtual clock and the seed decide', () => {
    // 133 500 000 000 000 000 ticks of 100 ns since 1601 are 1 705 526 400 seconds since 1970.
    expect(inRealm('return Date.now()')).toBe(1_705_526_400_000);
    expect(inRealm('return new Date().getTime()')).toBe(1_705_526_400_000);
    expect(inRealm('return [Math.random(), Math.random()].join()', { seed: 7 })).toBe(inRealm('return [Math.random(), Math.random()].join()', { seed: 7 }));
    expect(inRealm('return Math.random()', { seed: 7 })).not.toBe(inRealm('return Math.random()', { seed: 8 }));
  });

  it('know no local zone and no locale', () => {
    expect(inRealm('return new Date(0).getTimezoneOffset()')).toBe(0);
    expect(inRealm('return (1234567.5).toLocaleString()')).toBe('1234567.5');
    expect(inRealm('return "a".localeCompare("B")')).toBe(1);
    expect(inRealm('return ["\\u00e9", "f", "E"].sort((x, y) => x.localeCompare(y)).join()')).toBe('E,f,\u00e9');
    expect(inRealm('return "I".toLocaleLowerCase("tr")')).toBe('i');
  });
});

describe('what a driver finds', () => {
  it.each(['Promise', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'Intl', 'Temporal', 'WebAssembly', 'setTimeout', 'queueMicrotask', 'process', 'require', 'fetch', 'performance', 'crypto'])('has no %s', (name) => {
    expect(inRealm(`return typeof ${name}`)).toBe('undefined');
  });

  it('cannot make code from text', () => {
    expect(() => inRealm('return new Function("return 1")()')).toThrow(/Code generation from strings disallowed/);
  });

  it('cannot change built-ins, and ordinary code does not notice', () => {
    expect(() => inRealm('Array.prototype.extra = 1')).toThrow(/not extensible/);
    expect(() => inRealm('Math.floor = () => 7')).toThrow(/read only/);
    expect(() => inRealm('Object.prototype.extra = 1')).toThrow(/not extensible/);
    expect(inRealm('class Mine extends Error { constructor() { super("x"); this.name = "Mine"; } } const o = {}; o.toString = () => "mine"; return String(new Mine()) + o')).toBe('Mine: xmine');
  });
});

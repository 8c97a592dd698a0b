import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../src-preload/contract/codec.ts';
import type { Message } from '../../../src-preload/contract/channel.ts';

const roundTrip = (result: unknown): unknown => {
  const back = decodeMessage(encodeMessage({ kind: 'result', id: 1, result }));
  return (back as Extract<Message, { kind: 'result' }>).result;
};

describe('codec', () => {
  it('brings back bigint and bytes as they were', () => {
    expect(roundTrip(-(2n ** 70n))).toBe(-(2n ** 70n));
    expect(roundTrip(new Uint8Array([0, 1, 254, 255]))).toEqual(new Uint8Array([0, 1, 254, 255]));
    expect(roundTrip(new Uint8Array())).toEqual(new Uint8Array());
  });

  it('writes bytes as standard base64', () => {
    const bytes = new TextEncoder().encode('Filter Manager');
    expect(encodeMessage({ kind: 'result', id: 1, result: bytes })).toContain(btoa('Filter Manager'));
  });

  it('does not mistake an object for a mark', () => {
    expect(roundTrip({ $n: '12' })).toEqual({ $n: '12' });
    expect(roundTrip({ $o: { $b: 'AAAA' } })).toEqual({ $o: { $b: 'AAAA' } });
  });

  it('takes a member named __proto__ for one like others', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"bytes":1},"size":2}');
    Object.defineProperty(hostile, '__proto__', { value: { size: 3n }, enumerable: true, writable: true, configurable: true });
    const back = roundTrip(hostile) as object;
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(back, '__proto__')?.value).toEqual({ size: 3n });
  });

  it('leaves what is sent as it was', () => {
    const sent = { rows: [{ time: 5n, path: 'a' }, { time: 6n, path: 'b' }], bytes: new Uint8Array([1]) };
    roundTrip(sent);
    expect(sent).toEqual({ rows: [{ time: 5n, path: 'a' }, { time: 6n, path: 'b' }], bytes: new Uint8Array([1]) });
  });

  it('drops what is undefined', () => {
    expect(Object.keys(roundTrip({ there: 1, absent: undefined }) as object)).toEqual(['there']);
  });

  it('keeps any plain value', () => {
    const plain = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.constant(null), fc.boolean(), fc.integer(), fc.string(), fc.bigInt(), fc.uint8Array(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(fc.constantFrom('$n', '$b', '$o'), fc.string({ minLength: 1 }).filter((key) => key !== '__proto__')), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(fc.property(plain, (value) => { expect(roundTrip(value)).toEqual(value); }));
  });

  it('refuses text that is no message', () => {
    expect(() => decodeMessage('{"x":1}')).toThrow(SyntaxError);
    expect(() => decodeMessage('nonsense')).toThrow(SyntaxError);
  });
});

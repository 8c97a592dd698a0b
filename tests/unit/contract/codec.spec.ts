import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage, MessageDecoder } from '../../../src-preload/contract/codec.ts';
import type { Message } from '../../../src-preload/contract/channel.ts';

const roundTrip = (result: unknown): unknown => {
  const decoder = new MessageDecoder();
  const messages = encodeMessage({ kind: 'result', id: 1, result }).map((frame) => decoder.decode(frame));
  expect(messages.slice(0, -1).every((message) => message === null)).toBe(true);
  return (messages.at(-1) as Extract<Message, { kind: 'result' }>).result;
};

describe('codec', () => {
  it('brings back bigint and bytes as they were', () => {
    expect(roundTrip(-(2n ** 70n))).toBe(-(2n ** 70n));
    expect(roundTrip(new Uint8Array([0, 1, 254, 255]))).toEqual(new Uint8Array([0, 1, 254, 255]));
    expect(roundTrip(new Uint8Array())).toEqual(new Uint8Array());
  });

  it('sends bytes as bytes, before the text that names them; without bytes there is text alone', () => {
    const result = { first: new Uint8Array([1, 2]), rows: [new Uint8Array([3])], count: 2n };
    const frames = encodeMessage({ kind: 'result', id: 1, result });
    expect(frames).toHaveLength(2);
    expect(frames[0]).toEqual(new Uint8Array([1, 2, 3]));
    expect(typeof frames[1]).toBe('string');
    expect(encodeMessage({ kind: 'result', id: 1, result: { count: 2n } })).toEqual(['{"kind":"result","id":1,"result":{"count":{"$n":"2"}}}']);
  });

  it('gives bytes that nothing else changes', () => {
    const frame = new Uint8Array([1, 2, 3]);
    const decoder = new MessageDecoder();
    decoder.decode(frame);
    const message = decoder.decode('{"kind":"result","id":1,"result":{"$b":[1,2]}}');
    frame.fill(9);
    expect(message).toEqual({ kind: 'result', id: 1, result: new Uint8Array([2, 3]) });
  });

  it.each([[0, 4], [3, 1], [-1, 2], [1, -1], [0.5, 1], ['0', 1], [0], [1e300, 1]])('refuses bytes at %j of a frame of three', (...place) => {
    const decoder = new MessageDecoder();
    decoder.decode(new Uint8Array(3));
    expect(() => decoder.decode(JSON.stringify({ kind: 'result', id: 1, result: { $b: place } }))).toThrow(SyntaxError);
  });

  it('refuses bytes behind bytes, and does not take those of the message before', () => {
    const decoder = new MessageDecoder();
    decoder.decode(new Uint8Array(3));
    expect(() => decoder.decode(new Uint8Array(3))).toThrow(SyntaxError);
    const other = new MessageDecoder();
    other.decode(new Uint8Array(3));
    other.decode('{"kind":"result","id":1,"result":{"$b":[0,3]}}');
    expect(() => other.decode('{"kind":"result","id":2,"result":{"$b":[0,3]}}')).toThrow(SyntaxError);
  });

  it('does not mistake an object for a mark', () => {
    expect(roundTrip({ $n: '12' })).toEqual({ $n: '12' });
    expect(roundTrip({ $o: { $b: [0, 1] } })).toEqual({ $o: { $b: [0, 1] } });
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
    expect(() => new MessageDecoder().decode('{"x":1}')).toThrow(SyntaxError);
    expect(() => new MessageDecoder().decode('nonsense')).toThrow(SyntaxError);
  });
});

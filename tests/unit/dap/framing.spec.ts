import { describe, expect, it } from 'vitest';
import { frameMessage, MessageReader } from '../../../src-main/dap/framing.ts';

function read(bytes: Buffer, chunk: number): string[] {
  const read: string[] = [];
  const reader = new MessageReader((json) => read.push(json));
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  return read;
}

describe('messages of the protocol', () => {
  const sent = [{ seq: 1, type: 'request', command: 'threads' }, { seq: 2, text: 'Länge, 長さ, 🧷' }, {}];
  const bytes = Buffer.from(sent.map(frameMessage).join(''));

  it.each([1, 2, 3, 7, 64, 4096])('are put together again from chunks of %i bytes', (chunk) => {
    expect(read(bytes, chunk).map((json) => JSON.parse(json) as unknown)).toEqual(sent);
  });

  it('may have a content type, and their fields in any case', () => {
    expect(read(Buffer.from('content-type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:2\r\n\r\n{}'), 5)).toEqual(['{}']);
  });

  it.each([
    ['what a browser can be made to send', 'POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}'], ['another field', 'Host: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}'], ['no length', 'Content-Type: x\r\n\r\n{}'],
    ['a length in words', 'Content-Length: two\r\n\r\n{}'], ['a negative length', 'Content-Length: -2\r\n\r\n{}'], ['an endless header', 'Content-Length: 1'.repeat(1000)],
  ])('are refused with %s', (_, text) => {
    expect(() => read(Buffer.from(text), 100)).toThrow(/no message of the Debug Adapter Protocol/);
  });

  it('are refused beyond any sensible length', () => {
    expect(() => read(Buffer.from('Content-Length: 4000000000\r\n\r\n'), 100)).toThrow(/4000000000 bytes is too long/);
  });
});

/** What the client of V8's inspector promises to those who ask. */
import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { InspectorClient } from '../../../src-main/engine-host/inspectorClient.ts';

/** A short text message as a server sends it (RFC 6455, 5.2). */
const frame = (message: object): Buffer => {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from([0x81, text.length]), text]);
};

let server: Server;
afterEach(() => void server.close());

/** An inspector that says all of it in one piece when it is asked for the first time, and then hangs up. */
function answering(...messages: readonly object[]): Promise<string> {
  server = createServer((socket) => {
    let isOpen = false;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (isOpen) return void socket.end(Buffer.concat(messages.map(frame)));
      isOpen = true;
      const key = /Sec-WebSocket-Key: (\S+)/i.exec(data.toString())?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)));
}

describe('messages that come in one piece', () => {
  it('are heard one after the other: what waits for an answer has gone on before the next', async () => {
    const order: string[] = [];
    const ended = Promise.withResolvers<void>();
    const client = await InspectorClient.connect(await answering({ id: 1, result: 'first' }, { id: 2, result: 'second' }, { method: 'Debugger.paused', params: {} }, { method: 'Debugger.resumed' }));
    client.events.listen(({ method }) => order.push(method));
    const asked = async (name: string): Promise<void> => {
      const answer = await client.send(name).then((result) => result);
      await Promise.resolve();
      order.push(`${name}: ${String(answer)}`);
    };
    void asked('a');
    void asked('b');
    client.send('c').catch((error: Error) => {
      order.push(error.message);
      ended.resolve();
    });
    await ended.promise;
    expect(order).toEqual(['a: first', 'b: second', 'Debugger.paused', 'Debugger.resumed', 'the engine host is gone']);
  });
});

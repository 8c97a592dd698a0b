/** A WebSocket (of the `ws` package) as a Transport, in the frames of the contract's codec. */
import type { WebSocket } from 'ws';
import { encodeMessage, MessageDecoder, type Transport } from '../../../src-preload/contract/index.ts';

const protocolError = 1002;

export function webSocketTransport(socket: WebSocket): Transport {
  const decoder = new MessageDecoder();
  return {
    send: (message) => {
      // A page that goes away does so at any moment; what was on the way to it is nobody's any more.
      if (socket.readyState === socket.OPEN) for (const frame of encodeMessage(message)) socket.send(frame);
    },
    listen: (listener) => void socket.on('message', (data: Buffer, isBinary) => {
      let message;
      try {
        message = decoder.decode(isBinary ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data.toString('utf8'));
      } catch {
        socket.close(protocolError, 'not a message');
        return;
      }
      if (message !== null) listener(message);
    }),
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  };
}

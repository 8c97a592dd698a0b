/** A WebSocket (of the `ws` package) as a Transport: one text frame a message, in the contract's codec. */
import type { WebSocket } from 'ws';
import { decodeMessage, encodeMessage, type Transport } from '../../../src-preload/contract/index.ts';

const protocolError = 1002;

export function webSocketTransport(socket: WebSocket): Transport {
  return {
    send: (message) => {
      // A page that goes away does so at any moment; what was on the way to it is nobody's any more.
      if (socket.readyState === socket.OPEN) socket.send(encodeMessage(message));
    },
    listen: (listener) => void socket.on('message', (data: Buffer, isBinary) => {
      let message;
      try {
        if (isBinary) throw new SyntaxError('a binary frame');
        message = decodeMessage(data.toString('utf8'));
      } catch {
        socket.close(protocolError, 'not a message');
        return;
      }
      listener(message);
    }),
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  };
}

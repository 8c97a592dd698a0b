/** A Node MessagePort as a Transport. Ports clone bigint and Uint8Array, so nothing is encoded. */
import type { MessagePort } from 'node:worker_threads';
import type { Message, Transport } from '../../../src-preload/contract/index.ts';

export function messagePortTransport(port: MessagePort): Transport {
  return {
    send: (message) => port.postMessage(message),
    // Listening starts the port: what came before is delivered then.
    listen: (listener) => void port.on('message', (message: Message) => listener(message)),
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}

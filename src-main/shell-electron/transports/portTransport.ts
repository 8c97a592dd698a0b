import type { MessagePortMain } from 'electron';
import type { Message, Transport } from '../../../src-preload/contract/index.ts';

/** One end of a MessageChannelMain as a Transport. Ports clone bigint and Uint8Array, so nothing is encoded. */
export function portTransport(port: MessagePortMain): Transport {
  let open = true;
  port.on('close', () => {
    open = false;
  });
  return {
    // A page that reloads closes its end at any moment; what was on the way to it is nobody's any more.
    send: (message) => {
      if (open) port.postMessage(message);
    },
    listen: (listener) => {
      port.on('message', (event) => listener(event.data as Message));
      // Not before somebody listens: a started port drops what nobody hears.
      port.start();
    },
    onClose: (listener) => {
      port.on('close', listener);
    },
    close: () => port.close(),
  };
}

/** The browser shell: a WebSocket to the server this page came from. The token travels as a cookie. */
import { encodeMessage, MessageDecoder, type Transport } from '../../src-preload/contract/index.ts';
import type { Backend } from './backend.ts';
import { HostLink } from './hostLink.ts';

const retryMilliseconds = [300, 600, 1000, 2000, 4000];

export function webBackend(): Backend {
  const link = new HostLink();
  let attempt = 0;
  const open = (): void => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
    socket.addEventListener('open', () => {
      attempt = 0;
      link.attach(socketTransport(socket));
    });
    socket.addEventListener('close', () => {
      const delay = retryMilliseconds[Math.min(attempt++, retryMilliseconds.length - 1)] ?? 4000;
      link.setState('lost');
      setTimeout(open, delay);
    });
  };
  open();
  return {
    host: link,
    shell: { kind: 'web' },
    get state() { return link.state; },
    onState: (listener) => link.onState(listener),
  };
}

function socketTransport(socket: WebSocket): Transport {
  const decoder = new MessageDecoder();
  socket.binaryType = 'arraybuffer';
  return {
    send: (message) => {
      for (const frame of encodeMessage(message)) socket.send(frame);
    },
    listen: (listener) => socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      const message = decoder.decode(typeof data === 'string' ? data : new Uint8Array(data));
      if (message !== null) listener(message);
    }),
    onClose: (listener) => socket.addEventListener('close', listener),
    close: () => socket.close(),
  };
}

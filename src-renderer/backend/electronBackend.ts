/** The Electron shell: the preload hands over a port to the host and offers the window's own calls. */
import { portMessage, type ElectronShell, type Message, type Transport } from '../../src-preload/contract/index.ts';
import type { Backend } from './backend.ts';
import { HostLink } from './hostLink.ts';
import { plainCopy } from './plainCopy.ts';

declare global {
  interface Window {
    /** Set by the preload; absent in a browser. */
    readonly fltreplayShell?: ElectronShell;
  }
}

export function electronBackend(shell: ElectronShell): Backend {
  const link = new HostLink();
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const port = event.ports[0];
    if (event.source === window && event.data === portMessage && port !== undefined) link.attach(portTransport(port));
  });
  // Asked for only now that somebody listens.
  shell.requestPort();
  return {
    host: link,
    shell,
    get state() { return link.state; },
    onState: (listener) => link.onState(listener),
  };
}

function portTransport(port: MessagePort): Transport {
  port.start();
  return {
    send: (message) => port.postMessage(plainCopy(message)),
    listen: (listener) => port.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data as Message)),
    onClose: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  };
}

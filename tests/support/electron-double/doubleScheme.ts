// The custom scheme, served from a loopback address that stands for it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: Request) => Response | Promise<Response>;

const privileged = new Set<string>();
const handlers = new Map<string, Handler>();
let readyAlready = false;

export const protocol = {
  registerSchemesAsPrivileged: (schemes: readonly { scheme: string }[]) => {
    // As Electron: too late once the application is ready.
    if (readyAlready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme } of schemes) privileged.add(scheme);
  },
  handle: (scheme: string, handler: Handler) => {
    if (!privileged.has(scheme)) throw new Error(`the scheme ${scheme} was not registered as privileged`);
    handlers.set(scheme, handler);
  },
};

export function schemesAreReady(): void {
  readyAlready = true;
}

interface ServedScheme {
  readonly server: Server;
  readonly realPrefix: string;
  readonly shownPrefix: string;
}

let served: ServedScheme | null = null;

async function answer(handler: Handler, address: string, method: string): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
  const response = await handler(new Request(address, { method }));
  return { status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) };
}

/** Starts serving the scheme and host of `address`; returns the loopback address Chromium can open instead. */
export async function openAddress(address: string): Promise<string> {
  const { protocol: scheme, host, pathname } = new URL(address);
  if (served === null) {
    const handler = handlers.get(scheme.slice(0, -1));
    if (handler === undefined) throw new Error(`nothing handles ${address}`);
    const realPrefix = `${scheme}//${host}`;
    const server = createServer((request, reply) => {
      answer(handler, realPrefix + (request.url ?? '/'), request.method ?? 'GET').then(
        ({ status, headers, body }) => reply.writeHead(status, headers).end(body),
        (error: unknown) => reply.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    served = { server, realPrefix, shownPrefix: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
  return served.shownPrefix + pathname;
}

/** What Electron would say the address is. */
export function realAddress(shown: string): string {
  return served !== null && shown.startsWith(`${served.shownPrefix}/`) ? served.realPrefix + shown.slice(served.shownPrefix.length) : shown;
}

export function stopServing(): void {
  served?.server.closeAllConnections();
  served?.server.close();
}

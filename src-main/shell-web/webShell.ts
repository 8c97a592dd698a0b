/**
 * Serves the built page and its WebSocket on 127.0.0.1 and nowhere else.
 *
 * The token is in the printed address; the first page that comes with it gets a cookie (HttpOnly, SameSite=Strict) instead. Every
 * request is checked for Host (so that no foreign name can be pointed here), every WebSocket for its Origin too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Transport } from '../../src-preload/contract/index.ts';
import { webSocketTransport } from '../host/index.ts';
import { Access } from './access.ts';
import { securityHeaders } from './headers.ts';
import { shellErrors } from './errors.ts';
import { StaticFiles } from './staticFiles.ts';

// An import statement would ask the module for every name it has, and one of them loads all of Node's fetch: a quarter of what a start takes.
const { createServer } = process.getBuiltinModule('node:http');

export interface WebShellOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The built page. */
  readonly rendererFolder: string;
  /** Takes a client's connection. */
  readonly attach: (transport: Transport) => void;
}

export interface WebShell {
  /** Address with the token. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';
/** Larger than any chunk of an upload or page of rows. */
const largestMessage = 64 * 1024 * 1024;

export async function startWebShell(options: WebShellOptions): Promise<WebShell> {
  const files = new StaticFiles(options.rendererFolder);
  const server = createServer((request, response) => answer(request, response));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage, perMessageDeflate: false });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? shellErrors.portTaken(options.port) : error));
    server.listen(options.port, loopback, () => resolve((server.address() as AddressInfo).port));
  });
  const access = new Access(port);

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const refuse = (status: number, text: string): void => {
      response.writeHead(status, { ...securityHeaders(port), 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
      response.end(`${text}\n`);
    };
    const url = splitUrl(request);
    if (!access.hostIsOurs(request)) return refuse(421, 'FltReplay answers only under its own loopback address.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'FltReplay only hands out its page here.');
    if (url.pathname === '/' && access.tokenIsRight(url.search.get('token'))) return welcome(response);
    // Browsers ask for it on their own account; the page names its icon itself.
    if (url.pathname === '/favicon.ico') {
      response.writeHead(204, securityHeaders(port)).end();
      return;
    }
    if (!access.cookieIsRight(request) || !access.originIsOursOrAbsent(request)) {
      return refuse(403, 'Open FltReplay with the whole address it printed when it was started, token included.');
    }
    if (!files.send(url.pathname, request.method === 'HEAD', response, securityHeaders(port))) refuse(404, 'There is no such file.');
  }

  // The page goes on by itself to the address without the token: a redirect would count as coming from wherever the link stood,
  // and a strict cookie would stay behind.
  function welcome(response: ServerResponse): void {
    response.writeHead(200, {
      ...securityHeaders(port), 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'set-cookie': access.cookie, refresh: '0; url=/',
    });
    response.end('<!doctype html><title>FltReplay</title>\n');
  }

  let isClosing = false;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A page that lost its connection comes back at once, and the server waits for every connection that it has.
    if (isClosing) return void socket.destroy();
    const { pathname } = splitUrl(request);
    if (pathname !== '/ws' || !access.hostIsOurs(request) || !access.cookieIsRight(request) || !access.originIsOurs(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => options.attach(webSocketTransport(webSocket)));
  });

  return {
    url: `http://${loopback}:${port}/?token=${access.token}`,
    port,
    close: () => new Promise((resolve) => {
      isClosing = true;
      for (const client of sockets.clients) client.terminate();
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

// Not `new URL`: it throws on some paths and takes others for a host.
function splitUrl(request: IncomingMessage): { pathname: string; search: URLSearchParams } {
  const [pathname = '/', search = ''] = (request.url ?? '/').split('?', 2);
  return { pathname, search: new URLSearchParams(search) };
}

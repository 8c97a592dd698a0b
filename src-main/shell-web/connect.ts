/** A client of a browser shell that runs already, in another process: comes in as a page does, with the token of the address. */
import { WebSocket } from 'ws';
import { connectClient, type HostApi } from '../../src-preload/contract/index.ts';
import { webSocketTransport } from '../host/index.ts';
import { shellErrors } from './errors.ts';

export async function connectToShell(address: string): Promise<HostApi & { onClose(listener: () => void): void; close(): void }> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.protocol !== 'http:' || !['127.0.0.1', 'localhost'].includes(url.hostname)) throw shellErrors.address(address);
  const cookie = await cookieFor(url);
  const socket = new WebSocket(`ws://${url.host}/ws`, { headers: { cookie, origin: `http://${url.host}` }, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (error) => reject(shellErrors.noAnswer(address, error.message)));
  });
  return connectClient(webSocketTransport(socket));
}

async function cookieFor(url: URL): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch(url);
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw shellErrors.noAnswer(url.href, cause instanceof Error ? cause.message : String(error));
  }
  const [cookie] = answer.headers.getSetCookie();
  await answer.body?.cancel();
  if (!answer.ok || cookie === undefined) throw shellErrors.address(url.href);
  return cookie.split(';', 1)[0] ?? '';
}

/**
 * The debug adapter: replays as sessions of the Debug Adapter Protocol, on a pair of streams or on a loopback port.
 *
 * Each connection is one session with a host of its own; when it ends, so does everything that it started.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { createHost } from '../host/index.ts';
import { dapErrors } from './errors.ts';
import { MessageReader } from './framing.ts';
import type { LaunchSteps, SessionHost } from './launch.ts';
import { DapSession } from './session.ts';

export { layerName, stepText } from './layerText.ts';
export { operationName } from './threads.ts';
export type { Launch, LaunchSteps, Prepared, SessionHost } from './launch.ts';

const loopback = '127.0.0.1';

/** Serves one client until it says goodbye or goes away. */
export async function serveDap(input: Readable, output: Writable, steps: LaunchSteps): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const session = new DapSession({
    createHost: hostOfItsOwn, steps, ended: end,
    write: (text) => {
      if (output.writable) output.write(text);
    },
  });
  const reader = new MessageReader((json) => session.connection.receive(json));
  input.on('data', (chunk: Buffer) => {
    try {
      reader.push(chunk);
    } catch (error) {
      // Where the next message begins nobody can say.
      session.connection.refuse(error as Error);
      input.removeAllListeners('data');
      end();
    }
  });
  for (const event of ['end', 'close', 'error'] as const) input.on(event, end);
  output.on('error', end);
  await ended;
  await session.dispose();
}

async function hostOfItsOwn(): Promise<SessionHost> {
  const host = await createHost({ shell: 'cli', open: 'temporary' });
  return { api: host.connect(), dispose: () => host.dispose() };
}

export interface DapServer {
  readonly port: number;
  /** Ends every session. */
  close(): Promise<void>;
}

/** Serves every client of a port of 127.0.0.1; 0: any free port. */
export async function listenDap(port: number, steps: LaunchSteps): Promise<DapServer> {
  const sessions = new Map<Socket, Promise<void>>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    const served = serveDap(socket, socket, steps).finally(() => {
      sessions.delete(socket);
      socket.end();
    });
    sessions.set(socket, served);
  });
  const address = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? dapErrors.portTaken(port) : error));
    server.listen(port, loopback, () => resolve(server.address() as AddressInfo));
  });
  return {
    port: address.port,
    close: async () => {
      server.close();
      for (const socket of sessions.keys()) socket.destroy();
      await Promise.all(sessions.values());
    },
  };
}

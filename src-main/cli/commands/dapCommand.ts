import { Writable } from 'node:stream';
import path from 'node:path';
import { existsSync } from 'node:fs';
import { listenDap, serveDap, type LaunchSteps } from '../../dap/index.ts';
import { connectToShell } from '../../shell-web/index.ts';
import { putDrivers, readDriverFiles } from '../stackFlags.ts';
import { openTrace } from '../openTrace.ts';
import { exitCodes, message } from '../output.ts';

export interface DapOptions {
  readonly port?: number;
}

/** `fltreplay dap`: a debug adapter on standard input and output, or on a port of 127.0.0.1. */
export async function dapCommand(options: DapOptions): Promise<number> {
  if (options.port === undefined) {
    await serveDap(process.stdin, protocolOutput(), launchSteps);
    // A client may leave our input open; that does not keep the process.
    process.stdin.destroy();
  } else {
    const server = await listenDap(options.port, launchSteps);
    message(`FltReplay's debug adapter listens on 127.0.0.1:${server.port}; Ctrl+C ends it.`);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    await server.close();
  }
  return exitCodes.clean;
}

/** Standard output for the protocol alone: whatever else is written to it goes to standard error. */
function protocolOutput(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  const output = new Writable({ write: (chunk: Buffer, _, done) => void write(chunk, done) });
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return output;
}

const launchSteps: LaunchSteps = {
  prepare: async (api, launch) => {
    const folder = path.resolve(launch.cwd ?? '.');
    const named = path.resolve(folder, launch.program);
    const program = existsSync(named) ? named : launch.program;
    const session = launch.session === null ? undefined : path.resolve(folder, launch.session);
    // A session is left as it is, unless it is named as the one to work in.
    const opened = await openTrace(api, program, session === named ? undefined : session, session !== named);
    const put = await putDrivers(api, opened, launch.drivers, folder);
    if (opened.wasSession && session !== named) for (const { id } of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id });
    if (launch.trust) await api.request('session.trust', {});
    return { traceId: opened.traceId, files: new Map(put.flatMap(({ driver, file }) => (file === null ? [] : [[driver.id, file] as const]))) };
  },
  reread: async (api, files) => {
    for (const [id, file] of files) {
      const { source, files: others, service } = readDriverFiles(file);
      await api.request('drivers.update', { id, source, files: others, service, breakpoints: 'stay' });
    }
  },
  attach: async (address, closed) => {
    const api = await connectToShell(address);
    api.onClose(closed);
    return { api, dispose: () => Promise.resolve(api.close()) };
  },
};

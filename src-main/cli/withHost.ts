/** A host of the command's own, disposed when the command ends however it ends. */
import type { HostApi } from '../../src-preload/contract/index.ts';
import { createHost, type Host } from '../host/index.ts';

const interruptedCode = 130;

/** `onInterrupt` takes what the first Ctrl+C does instead of ending the command; the exit code tells of it all the same. */
export async function withHost(action: (api: HostApi, host: Host, onInterrupt: (stop: () => Promise<unknown>) => void) => Promise<number>): Promise<number> {
  const host = await createHost({ shell: 'cli', open: 'temporary' });
  const client = host.connect();
  let gently: (() => Promise<unknown>) | null = null;
  let interrupted = false;
  const end = (): void => {
    const stop = gently;
    gently = null;
    interrupted = true;
    if (stop !== null) void stop();
    else void host.dispose().finally(() => process.exit(interruptedCode));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  try {
    const code = await action(client, host, (stop) => (gently = stop));
    return interrupted ? interruptedCode : code;
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    await host.dispose();
  }
}

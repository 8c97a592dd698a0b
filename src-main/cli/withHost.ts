/** A host of the command's own, disposed when the command ends however it ends. */
import type { HostApi } from '../../src-preload/contract/index.ts';
import { createHost, type Host } from '../host/index.ts';

export async function withHost<T>(action: (api: HostApi, host: Host) => Promise<T>): Promise<T> {
  const host = await createHost({ shell: 'cli', open: 'temporary' });
  const client = host.connect();
  const end = (): void => void host.dispose().finally(() => process.exit(130));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    return await action(client, host);
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    await host.dispose();
  }
}

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, type Host, type HostOptions } from '../../src-main/host/index.ts';
import type { EventMap, EventName, HostApi } from '../../src-preload/contract/index.ts';

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const sampleFile = path.join(projectRoot, 'resources', 'samples', 'first-light.jsonl');

/** A host with a data folder of its own, and a client of it. */
export async function testHost(dataFolder: string, options: Partial<HostOptions> = {}): Promise<{ host: Host; api: HostApi & { close(): void } }> {
  const host = await createHost({ shell: 'web', dataFolder, resourcesFolder: path.join(projectRoot, 'resources'), ...options });
  return { host, api: host.connect() };
}

/** The next event of a name that fits; listen before doing what causes it. */
export function nextEvent<N extends EventName>(api: HostApi, name: N, fits: (value: EventMap[N]) => boolean = () => true): Promise<EventMap[N]> {
  return new Promise((resolve) => {
    const listener = api.listen(name, (value) => {
      if (!fits(value)) return;
      listener.dispose();
      resolve(value);
    });
  });
}

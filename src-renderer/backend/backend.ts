/** What the page needs from outside: the host, the shell's own calls, and the state of the connection. */
import type { HostApi, ShellApi } from '../../src-preload/contract/index.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost';

export interface Backend {
  readonly host: HostApi;
  readonly shell: ShellApi;
  readonly state: ConnectionState;
  onState(listener: (state: ConnectionState) => void): void;
}

let current: Backend | null = null;

export function provideBackend(backend: Backend): void {
  current = backend;
}

export function useBackend(): Backend {
  if (current === null) throw new Error('The page was started without a backend.');
  return current;
}

/** The host, for stores: `host().request('drivers.list', {})`. */
export function host(): HostApi {
  return useBackend().host;
}

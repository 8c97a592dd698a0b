/**
 * A HostApi that outlives its transport: listeners stay while the connection comes and goes.
 *
 * Requests made before the first connection wait for it; requests made while it is lost fail with the code `closed`, and the
 * caller keeps what it wanted to save. What is asked about a session that is closed before the answer fails with `other-session`.
 */
import { connectClient, RemoteError, type EventMap, type EventName, type HostApi, type RequestName, type RequestParams, type RequestResult, type Transport } from '../../src-preload/contract/index.ts';
import { duringActivity } from './activity.ts';
import type { ConnectionState } from './backend.ts';

type Client = ReturnType<typeof connectClient>;

export class HostLink implements HostApi {
  #client: Client | null = null;
  #state: ConnectionState = 'connecting';
  #stateListeners: ((state: ConnectionState) => void)[] = [];
  #listeners = new Map<EventName, Set<(value: never) => void>>();
  #session: string | null = null;
  #firstClient: Promise<Client>;
  #resolveFirst: (client: Client) => void = () => undefined;

  constructor() {
    this.#firstClient = new Promise((resolve) => {
      this.#resolveFirst = resolve;
    });
    this.listen('session.changed', ({ path }) => {
      this.#session = path;
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  onState(listener: (state: ConnectionState) => void): void {
    this.#stateListeners.push(listener);
  }

  /** Takes a transport that is open. */
  attach(transport: Transport): void {
    const client = connectClient(transport);
    this.#client = client;
    for (const name of this.#listeners.keys()) this.#forward(client, name);
    client.onClose(() => {
      if (this.#client !== client) return;
      this.#client = null;
      this.setState('lost');
    });
    this.#resolveFirst(client);
    this.setState('open');
  }

  setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  async #send<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
    const client = this.#state === 'connecting' ? await this.#firstClient : this.#client;
    if (client === null) throw new RemoteError({ code: 'closed', message: 'The connection to FltReplay is lost; it is being made again.', data: {}, cause: null });
    const session = this.#session;
    return client.request(name, params).catch((error: unknown) => {
      if (session !== this.#session && error instanceof RemoteError && error.code.endsWith('-unknown')) throw ofAnotherSession(error);
      throw error;
    });
  }

  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
    return duringActivity(this.#send(name, params));
  }

  listen<N extends EventName>(name: N, listener: (value: EventMap[N]) => void): { dispose(): void } {
    let listeners = this.#listeners.get(name);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(name, listeners);
      if (this.#client !== null) this.#forward(this.#client, name);
    }
    listeners.add(listener);
    return { dispose: () => void listeners.delete(listener) };
  }

  #forward(client: Client, name: EventName): void {
    client.listen(name, (value) => {
      for (const listener of this.#listeners.get(name) ?? []) listener(value as never);
    });
  }
}

/** The question was about the session that was open when it was asked: that it has no answer in another one is nothing to tell. */
function ofAnotherSession({ message, data }: RemoteError): RemoteError {
  return new RemoteError({ code: 'other-session', message, data, cause: null });
}

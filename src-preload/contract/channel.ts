/**
 * Numbering, matching and error carrying, once for all transports. A transport sends and hears messages; nothing else.
 *
 * Messages are plain data, bigint and Uint8Array: ports clone them, sockets encode them with `codec.ts`.
 */
import type { EventMap, EventName, HostApi, RequestHandlers, RequestName, RequestParams, RequestResult } from './requests.ts';

export type Message =
  | { readonly kind: 'request'; readonly id: number; readonly name: RequestName; readonly params: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: ErrorData }
  | { readonly kind: 'event'; readonly name: EventName; readonly value: unknown };

/** An error as data. `code` names the catalogue entry; `internal` is a defect of ours. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly cause: string | null;
}

export interface Transport {
  send(message: Message): void;
  listen(listener: (message: Message) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** An error that came over a channel: what the other side raised, with its code. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(error: ErrorData) {
    super(error.message, error.cause === null ? undefined : { cause: error.cause });
    this.code = error.code;
    this.data = error.data;
  }
}

/** An error as it crosses: user errors keep code and sentence, anything else becomes `internal`. */
export function errorData(error: unknown): ErrorData {
  if (error instanceof Error) {
    const { code, data } = error as { code?: unknown; data?: unknown };
    return {
      code: typeof code === 'string' ? code : 'internal',
      message: error.message,
      data: typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {},
      cause: error.cause === undefined ? null : String(error.cause),
    };
  }
  return { code: 'internal', message: String(error), data: {}, cause: null };
}

/** The client's end: requests by number, events by name. */
export function connectClient(transport: Transport): HostApi & { onClose(listener: () => void): void; close(): void } {
  let nextId = 1;
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  const listeners = new Map<EventName, Set<(value: never) => void>>();

  transport.listen((message) => {
    switch (message.kind) {
      case 'result': {
        const entry = waiting.get(message.id);
        waiting.delete(message.id);
        entry?.resolve(message.result as never);
        break;
      }
      case 'failure': {
        const entry = waiting.get(message.id);
        waiting.delete(message.id);
        entry?.reject(new RemoteError(message.error));
        break;
      }
      case 'event':
        for (const listener of listeners.get(message.name) ?? []) listener(message.value as never);
        break;
      case 'request':
        break;
    }
  });
  transport.onClose(() => {
    for (const entry of waiting.values()) entry.reject(new RemoteError({ code: 'closed', message: 'The connection to FltReplay was closed.', data: {}, cause: null }));
    waiting.clear();
  });

  return {
    request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        transport.send({ kind: 'request', id, name, params });
      });
    },
    listen<N extends EventName>(name: N, listener: (value: EventMap[N]) => void) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return { dispose: () => void set.delete(listener) };
    },
    onClose: (listener) => transport.onClose(listener),
    close: () => transport.close(),
  };
}

/** The host's end: answers requests with `handlers`; returns the way to send events to this client. */
export function serveClient(transport: Transport, handlers: RequestHandlers): { emit<N extends EventName>(name: N, value: EventMap[N]): void } {
  transport.listen((message) => {
    if (message.kind !== 'request') return;
    const { id, name, params } = message;
    const handler = Object.hasOwn(handlers, name) ? (handlers[name] as (params: unknown) => unknown) : undefined;
    if (handler === undefined) {
      transport.send({ kind: 'failure', id, error: { code: 'unknownRequest', message: `There is no request named ${String(name)}.`, data: {}, cause: null } });
      return;
    }
    void (async () => {
      try {
        transport.send({ kind: 'result', id, result: await handler(params) });
      } catch (error) {
        transport.send({ kind: 'failure', id, error: errorData(error) });
      }
    })();
  });
  return { emit: (name, value) => transport.send({ kind: 'event', name, value }) };
}

/**
 * V8's inspector protocol over its WebSocket, as far as the engine host needs it.
 *
 * The inspector writes a message's head and body separately on a socket that waits for an acknowledgement in between (Nagle), and
 * the receiving side delays acknowledgements by 40 ms. A write of ours carries the acknowledgement, so while an answer or a pause
 * is awaited a tiny request goes out every millisecond, for a little while: a step then takes milliseconds instead of 140.
 */
import { Emitter } from '../base/emitter.ts';

export interface RemoteObject {
  readonly type: string;
  readonly subtype?: string;
  readonly className?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly description?: string;
  readonly objectId?: string;
}

export interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number };
  readonly scopeChain: readonly { readonly type: string; readonly object: RemoteObject; readonly name?: string }[];
  /** Only where the function is about to return. */
  readonly returnValue?: RemoteObject;
}

export interface PausedEvent {
  readonly reason: string;
  /** Of an exception: what was thrown. */
  readonly data?: RemoteObject;
  readonly hitBreakpoints?: readonly string[];
  readonly callFrames: readonly CallFrame[];
}

interface Incoming {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: unknown;
}

export interface InspectorEvent {
  readonly method: string;
  readonly params: unknown;
}

/** How long something awaited is hurried along. */
const hurryMilliseconds = 60;

export class InspectorClient {
  readonly events = new Emitter<InspectorEvent>();
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #next = 1;
  #expectsPause = false;
  #hurryUntil = 0;
  #timer: NodeJS.Timeout | null = null;
  /** What has come and is not heard yet. */
  readonly #unheard: (() => void)[] = [];
  #isHearing = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', (event) => this.#take(() => this.#receive(String(event.data))));
    socket.addEventListener('close', () => this.#take(() => this.#closed()));
  }

  static connect(url: string): Promise<InspectorClient> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.addEventListener('open', () => resolve(new InspectorClient(socket)), { once: true });
      socket.addEventListener('error', () => reject(new Error(`the inspector at ${url} could not be reached`)), { once: true });
    });
  }

  send<T>(method: string, params: object = {}): Promise<T> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error('the engine host is gone'));
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
      this.#hurry();
    });
  }

  /** A pause is likely to follow soon. */
  expectPause(): void {
    this.#expectsPause = true;
    this.#hurry();
  }

  #hurry(): void {
    this.#hurryUntil = performance.now() + hurryMilliseconds;
    this.#timer ??= setInterval(() => this.#nudge(), 1);
  }

  #nudge(): void {
    const idle = this.#waiting.size === 0 && !this.#expectsPause;
    if (!idle && performance.now() < this.#hurryUntil && this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send('{"id":0,"method":"Runtime.getIsolateId"}');
      return;
    }
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  close(): void {
    this.#socket.close();
  }

  /** Several messages can come in one piece: whoever waits for an answer has gone on before the next one is heard, so that a pause finds what was asked before it. */
  #take(hear: () => void): void {
    this.#unheard.push(hear);
    if (!this.#isHearing) this.#hear();
  }

  #hear(): void {
    const hear = this.#unheard.shift();
    this.#isHearing = hear !== undefined;
    if (hear === undefined) return;
    setImmediate(() => this.#hear());
    hear();
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as Incoming;
    if (message.method === 'Debugger.paused') this.#expectsPause = false;
    if (message.id === undefined) {
      if (message.method !== undefined) this.events.fire({ method: message.method, params: message.params });
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    if (message.error !== undefined) waiting.reject(new Error(message.error.message));
    else waiting.resolve(message.result as never);
  }

  #closed(): void {
    this.#expectsPause = false;
    for (const { reject } of this.#waiting.values()) reject(new Error('the engine host is gone'));
    this.#waiting.clear();
  }
}

/** Requests in, responses and events out: numbering, dispatch, cancelling, errors as responses. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { dapErrors } from './errors.ts';
import { frameMessage } from './framing.ts';
import type { DapCommand, DapEventName, DapEvents, DapHandlers } from './protocol.ts';

/** A request under way. */
export interface Call {
  /** Aborted by `cancel`. */
  readonly signal: AbortSignal;
  /** Runs after the response is out: what an event tells must not come before it. */
  afterResponse(action: () => void): void;
}

export class Connection {
  readonly #write: (text: string) => void;
  readonly #handlers: DapHandlers;
  readonly #underWay = new Map<number, AbortController>();
  #seq = 1;

  constructor(write: (text: string) => void, handlers: DapHandlers) {
    this.#write = write;
    this.#handlers = handlers;
  }

  /** One message as it came. */
  receive(json: string): void {
    let message: unknown;
    try {
      message = JSON.parse(json);
    } catch (error) {
      this.refuse(dapErrors.json((error as Error).message));
      return;
    }
    const { seq, type, command, arguments: args } = (typeof message === 'object' && message !== null ? message : {}) as Partial<DebugProtocol.Request>;
    // We send no requests, so a response answers none.
    if (type === 'response') return;
    if (typeof seq !== 'number' || type !== 'request' || typeof command !== 'string') this.refuse(dapErrors.noRequest(), typeof seq === 'number' ? seq : 0, typeof command === 'string' ? command : '');
    else void this.#answer(seq, command, args);
  }

  /** Answers what could not be understood. */
  refuse(error: Error, requestSeq = 0, command = ''): void {
    this.#respond(requestSeq, command, failure(error, false));
  }

  event<N extends DapEventName>(name: N, body: DapEvents[N]): void {
    this.#send({ type: 'event', event: name, ...(body !== undefined && { body }) });
  }

  /** True where there was such a request. */
  cancel(requestSeq: number): boolean {
    const controller = this.#underWay.get(requestSeq);
    controller?.abort();
    return controller !== undefined;
  }

  async #answer(seq: number, command: string, args: unknown): Promise<void> {
    const controller = new AbortController();
    const after: (() => void)[] = [];
    this.#underWay.set(seq, controller);
    try {
      if (!Object.hasOwn(this.#handlers, command)) throw dapErrors.unknownCommand(command);
      const handler = this.#handlers[command as DapCommand] as (args: unknown, call: Call) => unknown;
      const body = await handler(args ?? {}, { signal: controller.signal, afterResponse: (action) => void after.push(action) });
      this.#respond(seq, command, { success: true, ...(body !== undefined && { body }) });
    } catch (error) {
      this.#respond(seq, command, failure(error, controller.signal.aborted));
    } finally {
      this.#underWay.delete(seq);
      for (const action of after) action();
    }
  }

  #respond(requestSeq: number, command: string, rest: object): void {
    this.#send({ type: 'response', request_seq: requestSeq, command, ...rest });
  }

  #send(message: object): void {
    this.#write(frameMessage({ seq: this.#seq++, ...message }));
  }
}

function failure(error: unknown, cancelled: boolean): object {
  if (cancelled) return { success: false, message: 'cancelled' };
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' && code !== 'internal';
  const sentence = error instanceof Error ? error.message : String(error);
  const text = known ? sentence : `FltReplay has a defect: ${sentence}.`;
  return { success: false, message: text, body: { error: { id: numberOf(known ? code : 'internal'), format: text.replaceAll('{', '(').replaceAll('}', ')'), showUser: true } satisfies DebugProtocol.Message } };
}

/** A number for a code, the same every time: FNV-1a, in 31 bits. */
function numberOf(code: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < code.length; at++) hash = Math.imul(hash ^ code.charCodeAt(at), 0x01000193) >>> 0;
  return hash & 0x7fffffff;
}

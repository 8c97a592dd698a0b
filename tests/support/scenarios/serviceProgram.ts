/** A program behind a communication port: it takes messages one after the other and answers them. */
import { type Connection, type Engine, type EngineThread, type GetResult } from '../../../src-main/engine/index.ts';
import type { KBUFFER } from '../../../src-main/driver-api/kbuffer.ts';

export interface ServiceReply {
  /** Shown in the transcript behind `MSG`: `1024 bytes → safe`. */
  readonly word: string;
  readonly data: Uint8Array;
  /** Virtual time until the answer, in 100 ns. */
  readonly delay?: bigint;
  /** Done before the answer. */
  readonly before?: () => void;
}

/** Room for any message with its header. */
const messageSize = 65_536;

export class ServiceProgram {
  readonly #engine: Engine;
  readonly #port: string;
  readonly #thread: EngineThread;
  readonly #answer: (data: Uint8Array) => ServiceReply | null;
  readonly #tell: (line: string) => void;
  readonly #jobs: { readonly due: bigint; readonly message: GetResult; readonly reply: ServiceReply }[] = [];
  readonly #arrived: GetResult[] = [];
  connection: Connection | null = null;
  /** HRESULT of the connect; null while it waits. */
  hresult: number | null = null;

  constructor(engine: Engine, port: string, thread: EngineThread, answer: (data: Uint8Array) => ServiceReply | null, tell: (line: string) => void) {
    this.#engine = engine;
    this.#port = port;
    this.#thread = thread;
    this.#answer = answer;
    this.#tell = tell;
  }

  connect(context: KBUFFER | null): void {
    const call = this.#engine.ports.connect({ name: this.#port, thread: this.#thread, context });
    const connected = (): void => {
      this.hresult = call.result?.hresult ?? null;
      this.connection = call.result?.connection ?? null;
      this.#listen();
    };
    if (call.ended) connected();
    else call.onEnd = connected;
  }

  /** FilterGetMessage with an OVERLAPPED: the next message is told when it is there. */
  #listen(): void {
    if (this.connection === null || !this.connection.open) return;
    const call = this.#engine.ports.getMessage(this.connection, { size: messageSize, thread: this.#thread, overlapped: true });
    if (call.ended && call.result !== null) this.#arrive(call.result);
    else call.onEnd = (result) => this.#arrive(result);
  }

  #arrive(result: GetResult): void {
    if (result.hresult === 0) this.#arrived.push(result);
  }

  /** When delayed answers are due. */
  dueTimes(): bigint[] {
    return this.#jobs.map(({ due }) => due);
  }

  /** Does one thing that can be done now. False when there is nothing. */
  work(): boolean {
    const message = this.#arrived.shift();
    if (message !== undefined) {
      this.#take(message);
      return true;
    }
    const at = this.#jobs.findIndex(({ due }) => due <= this.#engine.time);
    const [job] = at < 0 ? [] : this.#jobs.splice(at, 1);
    if (job === undefined) return false;
    this.#reply(job.message, job.reply);
    return true;
  }

  #take(message: GetResult): void {
    const reply = this.#answer(message.data);
    if (reply === null) this.#tell(`MSG ${message.data.length} bytes`);
    else if (reply.delay === undefined) this.#reply(message, reply);
    else this.#jobs.push({ due: this.#engine.time + reply.delay, message, reply });
    this.#listen();
  }

  #reply(message: GetResult, reply: ServiceReply): void {
    reply.before?.();
    this.#tell(`MSG ${reply.word}`);
    if (this.connection !== null) this.#engine.ports.reply(this.connection, { messageId: message.messageId, status: 0, data: reply.data, thread: this.#thread });
  }

  /** FilterSendMessage: a message down to the driver. */
  send(input: KBUFFER, output: KBUFFER | null): { readonly hresult: number; readonly returned: number } {
    if (this.connection === null) throw new Error('not connected');
    const call = this.#engine.ports.send(this.connection, { thread: this.#thread, input, inputLength: input.length, output, outputLength: output?.length ?? 0 });
    return call.result ?? { hresult: -1, returned: 0 };
  }

  close(): void {
    if (this.connection !== null) this.#engine.ports.close(this.connection, this.#thread);
  }
}

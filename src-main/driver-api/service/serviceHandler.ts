/** `service.on`: connects to a port, takes its messages in one or more threads, and answers what the handler says. */
import { isGenerator, type Blocking, type Connection, type GetResult } from '../../engine/index.ts';
import { hresultInvalidHandle } from '../../nt/hresult.ts';
import { bytesOf, putInto } from './serviceBytes.ts';
import type { HANDLE, ServiceProcess } from './serviceProcess.ts';

interface Options {
  readonly context: Uint8Array | null;
  readonly threads: number;
  readonly bufferSize: number;
  readonly after: number;
  readonly reconnect: number | null;
}

type Handler = (message: object, hPort: HANDLE) => unknown;

const headerBytes = 16;
const defaultBufferSize = 65_536;

function optionsOf(given: unknown): Options {
  const { context, threads = 1, bufferSize = defaultBufferSize, after = 0, reconnect = null } = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  const number = (name: string, value: unknown, least: number): number => {
    if (typeof value !== 'number' || !(value >= least)) throw new TypeError(`service.on: ${name} is a number from ${least}, not ${String(value)}`);
    return value;
  };
  return {
    context: context === undefined || context === null ? null : bytesOrThrow('the context', context), threads: number('threads', threads, 1), bufferSize: number('bufferSize', bufferSize, headerBytes),
    after: number('after', after, 0), reconnect: reconnect === null ? null : number('reconnect', reconnect, 0),
  };
}

function bytesOrThrow(what: string, value: unknown): Uint8Array {
  const bytes = bytesOf(value);
  if (bytes === null) throw new TypeError(`service.on: ${what} is a buffer, a view, text, a number or a BOOLEAN, not ${typeof value}`);
  return bytes;
}

export function serveWith(program: ServiceProcess, name: unknown, handler: unknown, given: unknown): void {
  if (typeof name !== 'string' || typeof handler !== 'function') throw new TypeError("service.on takes the name of a port and a function, as in service.on('\\\\ScannerPort', (message) => true)");
  const options = optionsOf(given);
  program.thread(() => keepConnected(program, name, handler as Handler, options));
}

function* keepConnected(program: ServiceProcess, name: string, handler: Handler, options: Options): Blocking<void> {
  if (options.after > 0) yield* program.sleep(options.after);
  for (;;) {
    const { context } = options;
    const call = program.world.engine.ports.connect({ name, thread: program.current('service.on'), context, contextSize: context?.length ?? 0, administrator: program.administrator });
    const { hresult, connection } = yield* program.until(call, `the connect callback of ${name}`);
    if (connection === null) program.world.print(`cannot connect to ${name}: 0x${hresult.toString(16).toUpperCase().padStart(8, '0')}`);
    else {
      const handle = program.open(connection);
      for (let at = 1; at < options.threads; at++) program.thread(() => takeMessages(program, connection, handle, handler, options));
      yield* takeMessages(program, connection, handle, handler, options);
      if (connection.programOpen) yield* program.until(program.world.engine.ports.close(connection, program.current('service.on')), `the disconnect callback of ${name}`);
    }
    if (options.reconnect === null) return;
    yield* program.sleep(options.reconnect);
  }
}

/** Until the connection is lost. */
function* takeMessages(program: ServiceProcess, connection: Connection, handle: HANDLE, handler: Handler, options: Options): Blocking<void> {
  const { ports } = program.world.engine;
  for (;;) {
    const got = yield* program.until(ports.getMessage(connection, { size: options.bufferSize, thread: program.current('service.on') }), `a message on ${connection.port.name}`);
    if (got.hresult === hresultInvalidHandle) return;
    if (got.hresult !== 0) throw new RangeError(`service.on: a message on ${connection.port.name} needs more than the ${options.bufferSize} bytes of bufferSize`);
    const answer = handler(messageOf(program, got), handle);
    yield* answerWith(program, connection, got, isGenerator(answer) ? yield* answer as Blocking<unknown> : answer);
  }
}

function messageOf(program: ServiceProcess, { messageId, replyLength, data }: GetResult): object {
  const buffer = program.memory(data.length, true);
  putInto(buffer, data);
  return Object.freeze({ id: messageId, buffer, length: data.length, replyLength: Math.max(0, replyLength - headerBytes) });
}

function* answerWith(program: ServiceProcess, connection: Connection, got: GetResult, answer: unknown): Blocking<void> {
  if (answer === undefined || answer === null) return;
  let bytes = bytesOf(answer);
  let status = 0;
  if (bytes === null) {
    const { reply = '', status: wanted = 0, delay = 0 } = answer as Readonly<Record<string, unknown>>;
    bytes = bytesOrThrow('reply', reply);
    status = Number(wanted);
    if (Number(delay) > 0) yield* program.sleep(Number(delay));
  }
  if (got.replyLength > 0) program.world.engine.ports.reply(connection, { messageId: got.messageId, status, data: bytes, thread: program.current('service.on') });
}

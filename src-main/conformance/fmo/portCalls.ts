/** The program's side of communication ports (rule 17; filter-manager-objects.md 7.4). */
import { Connection as PortConnection, type GetResult } from '../../engine/index.ts';
import { KBUFFER } from '../../driver-api/kbuffer.ts';
import { makeBuffer, textBuffer, textOfBuffer } from './buffers.ts';
import { NotationError } from './lineReader.ts';
import { returned, settled, type Outcome } from './outcome.ts';
import type { Pending } from './pending.ts';
import { Arguments } from './requests.ts';
import type { Call, Value } from './vector.ts';
import { isTrue, needFlags } from './words.ts';
import type { Connection, World } from './world.ts';

type PortCall = (world: World, args: Arguments) => Outcome;

/** A host call of the engine: it has ended, or it tells when it does. */
interface Waiting<T> {
  readonly ended: boolean;
  readonly result: T | null;
  onEnd: ((result: T) => void) | null;
}

/** Follows a call of a program to its end. */
function follow<T>(world: World, pending: Pending, call: Waiting<T>, end: (result: T) => { readonly result: unknown; readonly facts: Readonly<Record<string, unknown>>; readonly results?: readonly unknown[] }): Outcome {
  let results: readonly unknown[] = [];
  const finish = (result: T): void => {
    const ending = end(result);
    results = ending.results ?? [];
    if (!pending.returned) world.last = { ...ending.facts };
    world.pending.end(pending, ending.result, ending.facts);
  };
  if (call.ended && call.result !== null) finish(call.result);
  else call.onEnd = finish;
  return settled({ kind: 'waiting', pending, results: () => results });
}

const beginNamed = (world: World, args: Arguments): Pending => world.pending.begin(args.key('op')?.text ?? null);

interface Side {
  readonly connection: Connection;
  readonly client: PortConnection;
}

function sideOf(world: World, value: Value): Side {
  const connection = world.connections.find((one) => one === world.variables.get(value.text));
  if (connection === undefined || !(connection.client instanceof PortConnection)) throw new NotationError(null, `“${value.text}” is no connection to a port.`);
  return { connection, client: connection.client };
}

/** The program's thread: its own, or of the process that `by=` names. */
const threadOf = (world: World, { connection }: Side, args: Arguments) => world.thread(args.key('by')?.text ?? connection.process);

function connect(world: World, args: Arguments): Outcome {
  const pending = beginNamed(world, args);
  const name = String(args.take('name').value);
  const context = args.key('context');
  const size = args.key('size');
  const process = args.key('by')?.text ?? 'P1';
  const flags = args.number(['flags'], 0);
  const administrator = args.key('admin');
  const connection: Connection = { name, process, clientPort: { value: null }, cookie: world.connections.length + 1, client: null };
  world.connections.push(connection);
  world.connecting = connection;
  const text = context === null || context.text === 'NULL' ? null : context.kind === 'string' ? textBuffer('user', context.value) : makeBuffer('user', needFlags(context, 'size'));
  const call = world.engine.ports.connect({
    name, thread: world.thread(process), flags, context: text, ...(size === null ? {} : { contextSize: needFlags(size, 'size') }), ...(administrator === null ? {} : { administrator: isTrue(administrator) }),
  });
  return follow(world, pending, call, ({ hresult, connection: client }) => {
    connection.client = client;
    return { result: hresult, facts: {}, results: [client === null ? null : connection] };
  });
}

const messageFacts = ({ replyLength, messageId, data }: GetResult) => ({ reply: replyLength, id: Number(messageId), data: String.fromCharCode(...data) });

function getMessage(world: World, args: Arguments): Outcome {
  const pending = beginNamed(world, args);
  const side = sideOf(world, args.take('connection'));
  const size = args.number(['size'], 64);
  const overlapped = args.truth('overlapped');
  const thread = threadOf(world, side, args);
  const { ports } = world.engine;
  const call = ports.getMessage(side.client, { size, thread, overlapped });
  pending.cancel = () => void ports.cancelGet(side.client, call);
  // An overlapped call has an answer before it has ended.
  pending.early = ports.hresultOf(call);
  if (pending.early === null) world.occupy(thread);
  return follow(world, pending, call, (result) => {
    world.free(thread);
    const facts = messageFacts(result);
    return { result: result.hresult, facts, results: [{ MessageId: facts.id, ReplyLength: facts.reply, Data: facts.data }] };
  });
}

function reply(world: World, args: Arguments): Outcome {
  const side = sideOf(world, args.take('connection'));
  const id = args.key('id') ?? args.take('id');
  const data = args.key('data');
  return returned(world.engine.ports.reply(side.client, {
    messageId: needFlags(id, 'message id'), status: args.number(['status'], 0), thread: threadOf(world, side, args),
    data: data === null || data.text === 'NULL' ? null : data.kind === 'string' ? textBuffer('user', data.value) : makeBuffer('user', needFlags(data, 'size')),
  }));
}

function send(world: World, args: Arguments): Outcome {
  const pending = beginNamed(world, args);
  const side = sideOf(world, args.take('connection'));
  const message = args.maybe();
  const input = message === null || message.text === 'NULL' ? null : message.kind === 'string' ? textBuffer('user', message.value) : makeBuffer('user', needFlags(message, 'size'));
  // Memory that the program has given up: touching it raises an exception.
  if (args.truth('unmapped') && input !== null) KBUFFER.free(input);
  const room = args.number(['out'], 0);
  const output = room === 0 ? null : makeBuffer('user', room);
  const call = world.engine.ports.send(side.client, { thread: threadOf(world, side, args), input, inputLength: input?.length ?? 0, output, outputLength: room });
  return follow(world, pending, call, ({ hresult, returned: bytes }) => ({ result: hresult, facts: { info: bytes, data: output === null ? '' : textOfBuffer(output, bytes) } }));
}

function closePort(world: World, args: Arguments): Outcome {
  const pending = beginNamed(world, args);
  const side = sideOf(world, args.take('connection'));
  return follow(world, pending, world.engine.ports.close(side.client, threadOf(world, side, args)), (hresult) => ({ result: hresult, facts: {} }));
}

const portCalls: Readonly<Record<string, PortCall>> = {
  FilterConnectCommunicationPort: connect,
  FilterGetMessage: getMessage,
  FilterReplyMessage: reply,
  FilterSendMessage: send,
  closePort,
  CloseHandle: closePort,
};

/** Undefined when it is no call of the user-mode library. */
export function portCall(world: World, call: Call): Outcome | undefined {
  const perform = portCalls[call.routine];
  if (perform === undefined) return undefined;
  const args = new Arguments(call.args);
  const outcome = perform(world, args);
  args.finish(call.routine);
  return outcome;
}

/**
 * FltSendMessage, and the way of a message to the program and of its reply back.
 *
 * COM-020 to COM-025, COM-031 to COM-035 of filter-manager-objects.md (FltSendMessage; FILTER_MESSAGE_HEADER; FILTER_REPLY_HEADER).
 */
import { ntSuccess } from '../../../nt/ntStatus.ts';
import { STATUS_BUFFER_OVERFLOW, STATUS_INSUFFICIENT_RESOURCES, STATUS_PORT_DISCONNECTED, STATUS_SUCCESS, STATUS_TIMEOUT } from '../../../nt/values.generated.ts';
import { copyBytes, putBytes } from '../../iomgr/byteBuffer.ts';
import { Wait, type Blocking } from '../../kernel/wait.ts';
import type { CallRecord, Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import type { Caller } from '../ownIo/send.ts';
import { type Connection, Message } from './connection.ts';
import type { GetMessageCall, GetResult } from './programCalls.ts';
import { portsOf } from './portTable.ts';

/** sizeof(FILTER_MESSAGE_HEADER) and sizeof(FILTER_REPLY_HEADER) */
export const headerBytes = 16;

/** ERROR_INSUFFICIENT_BUFFER and ERROR_MORE_DATA as HRESULTs. */
const insufficientBuffer = 0x8007007a;
const moreData = 0x800700ea;

export interface SendRequest {
  readonly connection: Connection;
  readonly buffer: unknown;
  readonly length: number;
  readonly replyBuffer: unknown;
  /** Bytes of the reply buffer going in, of the reply coming out. Null: no reply is wanted. */
  readonly replyLength: Ref<unknown> | null;
  /** 100 ns: relative when negative, absolute when positive; null: no limit. */
  readonly timeout: bigint | null;
}

export function* sendMessage(core: Core, request: SendRequest, caller: Caller, call: CallRecord | null): Blocking<number> {
  const { connection } = request;
  core.logCall(call);
  if (!connection.open) return STATUS_PORT_DISCONNECTED;
  if (core.options.allocate?.('FltSendMessage') === false) return STATUS_INSUFFICIENT_RESOURCES;
  const deadline = deadlineOf(core, request.timeout, caller);
  if (deadline !== null && deadline <= core.threads.scheduler.time) return STATUS_TIMEOUT;
  const ports = portsOf(core);
  const message = new Message({
    id: ports.nextMessageId(connection), buffer: request.buffer, length: request.length, replyLength: expectedReply(core, request), sender: caller.thread,
  });
  let ended: { readonly status: number } | null = null;
  message.finish = (status, reply) => {
    message.finish = null;
    const result = reply === null ? status : takeReply(core, request, status, reply);
    ended = { status: result };
    message.wait?.settle(result);
  };
  connection.queue.push(message);
  deliver(core, connection);
  const now = ended as { readonly status: number } | null;
  if (now !== null) return now.status;
  const external = !reportCycle(core, connection, message, deadline, caller);
  const wait = new Wait({
    what: message.delivered ? `the reply to message ${message.id} on ${connection.port.name}` : `${connection.process.imageName} to take message ${message.id} on ${connection.port.name}`,
    external, deadline, holders: () => [connection.process.imageName], timedOut: () => timedOut(core, connection, message),
  });
  message.wait = wait;
  yield wait;
  return wait.result as number;
}

/** COM-022 */
function deadlineOf(core: Core, timeout: bigint | null, caller: Caller): bigint | null {
  if (timeout === null) return null;
  if (timeout < 0n) return core.threads.scheduler.time - timeout;
  if (timeout > 0n) return timeout;
  core.violate('OV-081', caller);
  return core.is('COM-022', 'no-limit') ? null : 0n;
}

/** COM-031: counted with the reply header; COM-032 says whether the filter has counted it already. */
function expectedReply(core: Core, { replyBuffer, replyLength }: SendRequest): number {
  if (replyLength === null || replyBuffer === null) return 0;
  const length = Number(replyLength.value) >>> 0;
  return core.is('COM-032', 'header-too') ? length : length + headerBytes;
}

/** COM-024: a message that was not delivered is taken off the queue; a delivered one stays with the program. */
function timedOut(core: Core, connection: Connection, message: Message): number {
  const at = connection.queue.indexOf(message);
  if (at >= 0) connection.queue.splice(at, 1);
  message.finish = null;
  portsOf(core).event(connection, 'timedOut', 'COM-024', { message: message.id });
  return STATUS_TIMEOUT;
}

/** COM-034: what the sender gets; the payload is copied all the same. */
function takeReply(core: Core, { replyBuffer, replyLength }: SendRequest, status: number, reply: Uint8Array): number {
  if (replyLength === null) return status;
  const given = Number(replyLength.value) >>> 0;
  const room = core.is('COM-032', 'header-too') ? Math.max(0, given - headerBytes) : given;
  const tooLong = reply.length > room;
  const copied = tooLong && core.is('COM-023', 'nothing') ? 0 : putBytes(core.options.bufferOf?.(replyBuffer) ?? replyBuffer, reply, room);
  replyLength.value = copied;
  const overflowWins = ntSuccess(status) || core.is('COM-034', 'overflow-first');
  return tooLong && overflowWins ? STATUS_BUFFER_OVERFLOW : status;
}

/** Brings waiting messages and waiting calls of FilterGetMessage together. */
export function deliver(core: Core, connection: Connection): void {
  while (connection.queue.length > 0 && connection.getters.length > 0) {
    const newest = core.is('COM-021', 'newest-first');
    const message = newest ? connection.queue[connection.queue.length - 1] : connection.queue[0];
    const [getter] = connection.getters;
    if (message === undefined || getter === undefined) return;
    connection.getters.shift();
    if (!fits(getter, message)) {
      getter.end(tooSmall(core, getter, message));
      continue;
    }
    if (newest) connection.queue.pop();
    else connection.queue.shift();
    handOver(core, connection, message, getter);
  }
}

export const fits = (getter: GetMessageCall, message: Message): boolean => getter.size >= headerBytes + message.length;

/** COM-030: the message stays in the queue. */
export function tooSmall(core: Core, getter: GetMessageCall, message: Message): GetResult {
  const partial = core.is('COM-030', 'more-data');
  const room = Math.max(0, getter.size - headerBytes);
  return { hresult: partial ? moreData : insufficientBuffer, replyLength: message.replyLength, messageId: message.id, data: partial ? copyBytes(message.buffer, Math.min(room, message.length)) : new Uint8Array(0) };
}

function handOver(core: Core, connection: Connection, message: Message, getter: GetMessageCall): void {
  message.delivered = true;
  connection.delivered.set(message.id, message);
  portsOf(core).event(connection, 'delivered', 'COM-021', { message: message.id, size: message.length, replyLength: message.replyLength });
  const data = copyBytes(core.options.bufferOf?.(message.buffer) ?? message.buffer, message.length);
  // COM-023: without a reply buffer the sender goes on as soon as the program has its copy.
  if (message.replyLength === 0) message.finish?.(STATUS_SUCCESS, null);
  getter.end({ hresult: 0, replyLength: message.replyLength, messageId: message.id, data });
}

/** COM-025: the program that should answer waits for the request that this send holds up. True when the two wait for each other. */
function reportCycle(core: Core, connection: Connection, message: Message, deadline: bigint | null, caller: Caller): boolean {
  if (deadline !== null || caller.operation === null || caller.thread.eprocess !== connection.process || core.is('COM-025', 'not-reported')) return false;
  const others = [...connection.servers].some((thread) => thread !== caller.thread);
  if (others || (message.delivered && connection.servers.size === 0)) return false;
  core.violate('OV-084', caller, { process: connection.process.imageName });
  return true;
}

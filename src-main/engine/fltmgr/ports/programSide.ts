/**
 * The program's side of communication ports: FilterConnectCommunicationPort, FilterSendMessage, FilterGetMessage, FilterReplyMessage.
 *
 * COM-030 to COM-037 of filter-manager-objects.md. A host (a vector, a service script) calls this in the name of a program's thread.
 */
import { hresultFromStatus, hresultInvalidHandle, hresultIoPending, S_OK } from '../../../nt/hresult.ts';
import { ntStatus, ntSuccess } from '../../../nt/ntStatus.ts';
import {
  FLT_PORT_CONNECT, FLT_PORT_FLAG_SYNC_HANDLE, STATUS_ACCESS_DENIED, STATUS_ACCESS_VIOLATION, STATUS_CONNECTION_COUNT_LIMIT, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER,
  STATUS_NOT_SUPPORTED, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import { copyBytes, SystemBuffer, putBytes } from '../../iomgr/byteBuffer.ts';
import { PASSIVE_LEVEL } from '../../kernel/irql.ts';
import type { EngineThread } from '../../kernel/thread.ts';
import { isGenerator, type Blocking } from '../../kernel/wait.ts';
import type { Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import { HostCall } from '../hostCall.ts';
import { Connection, type ServerPort } from './connection.ts';
import { portsOf, type PortTable } from './portTable.ts';
import { type ConnectResult, failedGet, GetMessageCall, type SendResult } from './programCalls.ts';
import { SecurityDescriptor } from './securityDescriptor.ts';
import { deliver, fits, tooSmall } from './sendMessage.ts';

export interface ConnectRequest {
  readonly name: string;
  readonly thread: EngineThread;
  /** A buffer, bytes, or text of one byte a character; NULL when absent. */
  readonly context?: unknown;
  /** Bytes; the context's own length when absent. */
  readonly contextSize?: number;
  /** FLT_PORT_FLAG_SYNC_HANDLE */
  readonly flags?: number;
  /** Runs as the system or as an administrator, whom a default security descriptor admits. Default true. */
  readonly administrator?: boolean;
}

export interface ProgramMessage {
  readonly thread: EngineThread;
  readonly input: unknown;
  readonly inputLength: number;
  readonly output: unknown;
  readonly outputLength: number;
}

const sizeOf = (value: unknown): number => (typeof value === 'string' || (typeof value === 'object' && value !== null && 'length' in value) ? Number(value.length) : 0);

/** STATUS_ACCESS_VIOLATION raised by the program's memory. */
const isAccessViolation = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'GetExceptionCode' in error && typeof error.GetExceptionCode === 'function' && Number(error.GetExceptionCode()) >>> 0 === STATUS_ACCESS_VIOLATION;

/** A routine that is a generator, whose exceptions `failed` answers. */
function* toItsEnd(body: Generator<unknown, unknown, void>, failed: (error: unknown) => unknown): Generator<unknown, unknown, void> {
  try {
    return yield* body;
  } catch (error) {
    return failed(error);
  }
}

export class ProgramSide {
  readonly #core: Core;
  readonly #event: (body: () => void) => void;

  constructor(core: Core, event: (body: () => void) => void) {
    this.#core = core;
    this.#event = event;
  }

  get #ports(): PortTable {
    return portsOf(this.#core);
  }

  /** Runs a piece of a program's thread, in which callbacks of the filter may have to wait. */
  #inThread<T>(thread: EngineThread, body: Blocking<T>): HostCall<T> {
    const call = new HostCall<T>();
    this.#event(() => void this.#core.threads.runSystem(thread, body, (result) => call.end(result as T)));
    return call;
  }

  /** Code of a program's own begins when it is the turn of its thread. */
  begin(thread: EngineThread, body: Blocking<unknown>): void {
    this.#core.threads.scheduler.enqueue(thread, null, body, () => undefined);
  }

  // ---- connecting

  connect(request: ConnectRequest): HostCall<ConnectResult> {
    return this.#inThread(request.thread, this.#connect(request));
  }

  *#connect(request: ConnectRequest): Blocking<ConnectResult> {
    const context = request.context ?? null;
    const size = request.contextSize ?? sizeOf(context);
    const port = this.#ports.serverNamed(request.name);
    const refused = this.#refusal(port, request, context, size);
    if (port === undefined || refused !== STATUS_SUCCESS) return { hresult: hresultFromStatus(refused), connection: null };
    const connection = new Connection(this.#ports.nextConnectionId(), port, request.thread, ((request.flags ?? 0) & FLT_PORT_FLAG_SYNC_HANDLE) !== 0);
    this.#ports.register(connection);
    const status = yield* this.#callConnect(connection, this.#systemCopy(context, size), size, request.thread);
    if (ntSuccess(status)) {
      this.#ports.accept(connection, size);
      return { hresult: S_OK, connection };
    }
    yield* this.#refuse(connection, status, request.thread);
    return { hresult: hresultFromStatus(status), connection: null };
  }

  #refusal(port: ServerPort | undefined, { administrator = true }: ConnectRequest, context: unknown, size: number): number {
    if ((context === null) !== (size === 0)) return STATUS_INVALID_PARAMETER;
    if (port === undefined || port.closed || port.filter.unloading) return STATUS_OBJECT_NAME_NOT_FOUND;
    if (!admits(port.security, administrator)) return STATUS_ACCESS_DENIED;
    return port.maxConnections > 0 && this.#ports.countOf(port) >= port.maxConnections ? STATUS_CONNECTION_COUNT_LIMIT : STATUS_SUCCESS;
  }

  /** COM-012 */
  #systemCopy(context: unknown, size: number): unknown {
    if (context === null || this.#core.is('COM-012', 'program-memory')) return context;
    const copy = this.#core.options.makeBuffer?.(size) ?? new SystemBuffer(size);
    putBytes(copy, copyBytes(context, size));
    return copy;
  }

  *#callConnect(connection: Connection, context: unknown, size: number, thread: EngineThread): Blocking<number> {
    const { callbacks, cookie } = connection.port;
    const { connect } = callbacks;
    if (connect === null) return STATUS_SUCCESS;
    const stored: Ref<unknown> = { value: null };
    const record = this.#core.enter('portConnect', '', null, connection.filter, null, thread, PASSIVE_LEVEL);
    record.routine = connect;
    const result = yield* this.#core.threads.invoke(record, () => connect(connection.clientPort, cookie, context, size, stored));
    connection.cookie = stored.value;
    return typeof result === 'number' ? result >>> 0 : STATUS_SUCCESS;
  }

  /** COM-011: the client port is gone. */
  *#refuse(connection: Connection, status: number, thread: EngineThread): Blocking<void> {
    if (this.#core.is('COM-011', 'disconnect')) {
      connection.accepted = true;
      yield* this.#ports.disconnect(connection, thread);
    }
    connection.filterOpen = false;
    connection.programOpen = false;
    this.#ports.event(connection, 'refused', 'COM-011', { status: ntStatus(status) });
  }

  // ---- messages down

  send(connection: Connection, message: ProgramMessage): HostCall<SendResult> {
    return this.#inThread(message.thread, this.#send(connection, message));
  }

  *#send(connection: Connection, { thread, input, inputLength, output, outputLength }: ProgramMessage): Blocking<SendResult> {
    const core = this.#core;
    if (!connection.open || !connection.accepted) return { hresult: hresultInvalidHandle, returned: 0 };
    const { message } = connection.port.callbacks;
    if (message === null) return { hresult: hresultFromStatus(core.is('COM-017', 'invalid-device-request') ? STATUS_INVALID_DEVICE_REQUEST : STATUS_NOT_SUPPORTED), returned: 0 };
    const returned: Ref<number> = { value: 0 };
    this.#ports.event(connection, 'received', 'COM-016', { size: inputLength });
    const record = core.enter('portMessage', '', null, connection.filter, null, thread, PASSIVE_LEVEL);
    record.routine = message;
    const unguarded = (error: unknown): number => {
      // COM-016: an exception of the program's memory that no guard of the driver caught.
      if (!isAccessViolation(error)) throw error;
      core.violate('OV-082', { filter: connection.filter, instance: null, operation: null });
      return STATUS_ACCESS_VIOLATION;
    };
    const guarded = (): unknown => {
      try {
        const given: unknown = message(connection.cookie, input, inputLength, output, outputLength, returned);
        return isGenerator(given) ? toItsEnd(given, unguarded) : given;
      } catch (error) {
        return unguarded(error);
      }
    };
    const result = yield* core.threads.invoke(record, guarded);
    const status = typeof result === 'number' ? result >>> 0 : STATUS_SUCCESS;
    const size = Math.min(Number(returned.value) >>> 0, outputLength);
    this.#ports.event(connection, 'returned', 'COM-016', { size, status: ntStatus(status) });
    return { hresult: hresultFromStatus(status), returned: size };
  }

  // ---- messages up

  /**
   * FilterGetMessage. `overlapped`: the call has 0x800703E5 while it is not ended, and the program goes on; without it, or on a
   * synchronous handle, the thread waits (COM-036).
   */
  getMessage(connection: Connection, { size, thread, overlapped = false }: { readonly size: number; readonly thread: EngineThread; readonly overlapped?: boolean }): GetMessageCall {
    const call = new GetMessageCall(size, thread, overlapped && !connection.synchronous);
    connection.servers.add(thread);
    this.#event(() => {
      const [message] = connection.queue;
      if (!connection.open) call.end(failedGet(hresultInvalidHandle));
      else if (connection.getters.length === 0 && message !== undefined && !fits(call, message)) call.end(tooSmall(this.#core, call, message));
      else {
        connection.getters.push(call);
        deliver(this.#core, connection);
      }
    });
    return call;
  }

  /** What the program has from a call of getMessage at this moment; null when its thread waits. */
  hresultOf(call: GetMessageCall): number | null {
    if (call.ended) return call.result?.hresult ?? S_OK;
    return call.overlapped ? hresultIoPending : null;
  }

  /** The program gives up waiting: CancelIoEx. */
  cancelGet(connection: Connection, call: GetMessageCall): boolean {
    const at = connection.getters.indexOf(call);
    if (at < 0) return false;
    connection.getters.splice(at, 1);
    this.#event(() => call.end(failedGet(0x800703e3)));
    return true;
  }

  /** FilterReplyMessage: an HRESULT. */
  reply(connection: Connection, reply: { readonly messageId: bigint | number; readonly status: number; readonly data?: unknown; readonly dataLength?: number; readonly thread: EngineThread }): number {
    if (!connection.open) return hresultInvalidHandle;
    const message = connection.delivered.get(BigInt(reply.messageId));
    if (message === undefined || message.finish === null || message.replyLength === 0) {
      if (message?.replyLength === 0 && this.#core.is('COM-035', 'accepted')) return S_OK;
      this.#ports.event(connection, 'notTaken', message?.replyLength === 0 ? 'COM-035' : 'COM-024', { message: BigInt(reply.messageId) });
      return noWaiter;
    }
    connection.servers.add(reply.thread);
    const data = reply.data ?? null;
    const bytes = copyBytes(data, reply.dataLength ?? sizeOf(data));
    this.#event(() => {
      this.#ports.event(connection, 'answered', 'COM-034', { message: message.id, size: bytes.length, status: ntStatus(reply.status) });
      message.finish?.(reply.status >>> 0, bytes);
    });
    return S_OK;
  }

  // ---- closing

  /** CloseHandle. Ends when the disconnect callback has. */
  close(connection: Connection, thread: EngineThread): HostCall<number> {
    const call = new HostCall<number>();
    if (!connection.programOpen) {
      call.end(hresultInvalidHandle);
      return call;
    }
    const ended = (): void => call.end(S_OK);
    this.#event(() => {
      // COM-014: a sender that is woken goes on first; its thread was ready before the callback's.
      if (this.#ports.closeProgram(connection)) this.#ports.disconnectLater(connection, thread, ended);
      else this.#core.threads.runSystem(thread, this.#ports.disconnect(connection, thread), ended);
    });
    return call;
  }
}

/** ERROR_FLT_NO_WAITER_FOR_REPLY */
const noWaiter = 0x801f0020;

/** COM-002: a default descriptor admits the system and administrators, a NULL access list everybody. */
function admits(descriptor: unknown, administrator: boolean): boolean {
  if (typeof descriptor === 'object' && descriptor !== null && 'DaclPresent' in descriptor && descriptor.DaclPresent === true && 'Dacl' in descriptor && descriptor.Dacl === null) return true;
  if (descriptor instanceof SecurityDescriptor && (SecurityDescriptor.rights(descriptor) & FLT_PORT_CONNECT) === 0) return false;
  return administrator;
}

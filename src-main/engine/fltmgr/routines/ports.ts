/**
 * Communication ports: the filter's side.
 *
 * filter-manager-objects.md 7.2, 7.3 (FltCreateCommunicationPort; FltCloseCommunicationPort; FltCloseClientPort; FltSendMessage).
 */
import { STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_PORT_DISCONNECTED, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { quadPartOf } from '../../kernel/largeInteger.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { ActivationRecord } from '../activation.ts';
import { refusedStatus } from '../callChecks.ts';
import type { CallRecord, Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import { attributesArg, bufferArg, largeArg, outArg, ulongArg } from '../ownIo/arguments.ts';
import type { ConnectNotify, Connection, DisconnectNotify, MessageNotify } from '../ports/connection.ts';
import { portsOf } from '../ports/portTable.ts';
import { SecurityDescriptor } from '../ports/securityDescriptor.ts';
import { sendMessage } from '../ports/sendMessage.ts';
import { callerArg, type Definition, filterArg, refArg } from './definition.ts';
import { WrongHandle } from '../wrongHandle.ts';
import { callerOf } from './ownIo.ts';

const routineOrNull = <T>(name: string, value: unknown): T | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'function') return value as T;
  throw new TypeError(`${name} is no function.`);
};

function createPort(core: Core, [filter, result, object, cookie, connect, disconnect, message, maxConnections]: readonly unknown[]): number {
  const out = refArg<unknown>(result);
  out.value = null;
  const { name, attributes } = attributesArg(object);
  const inner = (typeof object === 'object' && object !== null && 'value' in object ? object.value : object) as object;
  const port = portsOf(core).create({
    name, attributes, filter: filterArg(filter), security: 'SecurityDescriptor' in inner ? inner.SecurityDescriptor : null, cookie: cookie ?? null,
    callbacks: {
      connect: routineOrNull<ConnectNotify>('ConnectNotifyCallback', connect), disconnect: routineOrNull<DisconnectNotify>('DisconnectNotifyCallback', disconnect),
      message: routineOrNull<MessageNotify>('MessageNotifyCallback', message),
    },
    maxConnections: typeof maxConnections === 'number' ? maxConnections | 0 : 0,
  });
  if (typeof port === 'number') return port;
  out.value = port.handle;
  return STATUS_SUCCESS;
}

function closeServer(core: Core, handle: unknown): undefined {
  const port = portsOf(core).server(handle);
  if (port === undefined || port.closed) throw new WrongHandle('ServerPort', handle);
  portsOf(core).closeServer(port);
  return undefined;
}

/** The filter's variable with the client port. */
function clientVariable(value: unknown): Ref<unknown> {
  if (typeof value === 'object' && value !== null && 'value' in value) return value as Ref<unknown>;
  throw new TypeError('ClientPort is the address of the variable that holds the client port: pass a Ref to it.');
}

/** OV-085: a copy of a client port that was closed through another variable. */
function isStale(core: Core, connection: Connection, activation: ActivationRecord | null): boolean {
  if (connection.filterOpen) return false;
  core.violate('OV-085', { filter: activation?.filter ?? connection.filter, instance: activation?.instance ?? null, operation: activation?.operation ?? null }, { object: connection.clientPort.id });
  return true;
}

function closeClient(core: Core, filter: unknown, client: unknown, activation: ActivationRecord | null): undefined {
  const owner = filterArg(filter);
  const variable = clientVariable(client);
  const { value } = variable;
  if (value === null || value === undefined) return undefined;
  const connection = portsOf(core).connection(value);
  if (connection === undefined || connection.filter !== owner) throw new WrongHandle('ClientPort', value);
  variable.value = null;
  if (!isStale(core, connection, activation)) portsOf(core).closeClient(connection);
  return undefined;
}

/** The time-out of FltSendMessage: NULL, or the address of a LARGE_INTEGER. */
const timeoutArg = (value: unknown): bigint | null => (value === null || value === undefined ? null : largeArg('Timeout', quadPartOf(value) === undefined ? value : quadPartOf(value)));

function* send(core: Core, args: readonly unknown[], call: CallRecord | null, activation: ActivationRecord | null): Blocking<number> {
  const [filter, client, buffer, length, replyBuffer, replyLength, timeout] = args;
  const owner = filterArg(filter);
  const { value } = clientVariable(client);
  if (value === null || value === undefined) return STATUS_PORT_DISCONNECTED;
  const connection = portsOf(core).connection(value);
  if (connection === undefined || connection.filter !== owner) throw new WrongHandle('ClientPort', value);
  if (isStale(core, connection, activation)) return STATUS_PORT_DISCONNECTED;
  const bytes = ulongArg('SenderBufferLength', length);
  const wanted = replyBuffer === null || replyBuffer === undefined ? null : outArg(replyLength);
  if (replyBuffer !== null && replyBuffer !== undefined && wanted === null) return STATUS_INVALID_PARAMETER;
  return yield* sendMessage(core, {
    connection, buffer: bufferArg(core, 'FltSendMessage', buffer, bytes), length: bytes, replyBuffer: replyBuffer ?? null, replyLength: wanted, timeout: timeoutArg(timeout),
  }, callerOf(activation), call);
}

function buildDescriptor(core: Core, result: unknown, access: unknown): number {
  const out = refArg<unknown>(result);
  out.value = null;
  if (core.options.allocate?.('FltBuildDefaultSecurityDescriptor') === false) return STATUS_INSUFFICIENT_RESOURCES;
  out.value = new SecurityDescriptor(core.newHandle('SECURITY_DESCRIPTOR').id, ulongArg('DesiredAccess', access));
  return STATUS_SUCCESS;
}

function freeDescriptor(descriptor: unknown): undefined {
  if (descriptor instanceof SecurityDescriptor && SecurityDescriptor.free(descriptor)) return undefined;
  throw new WrongHandle('SecurityDescriptor', descriptor);
}

export const portRoutines: Record<string, Definition> = {
  FltBuildDefaultSecurityDescriptor: { refused: refusedStatus, run: (core, [result, access]) => buildDescriptor(core, result, access) },
  FltFreeSecurityDescriptor: { run: (_core, [descriptor]) => freeDescriptor(descriptor) },
  FltCreateCommunicationPort: {
    refused: refusedStatus,
    run: (core, args, _call, activation) => {
      callerArg(activation);
      return createPort(core, args);
    },
  },
  FltCloseCommunicationPort: { run: (core, [port]) => closeServer(core, port) },
  FltCloseClientPort: { run: (core, [filter, client], call, activation) => {
    core.logCall(call);
    return closeClient(core, filter, client, activation);
  } },
  FltSendMessage: { refused: refusedStatus, blocks: send },
};

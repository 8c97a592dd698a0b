/** Communication ports. Bound to the engine. Source: the reference page of each routine; filter-manager-objects.md 7.2, 7.3. */
import { input, inputOutput, optionalInput, optionalOutput, output, type IrqlLimit, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

const row = (name: string, irql: IrqlLimit, rule: string, meaning: string, parameters: readonly RoutineParameter[], statuses: RoutineRow['statuses'], returns = 'NTSTATUS'): RoutineRow => ({
  name, area: 'Communication ports', irql, meaning, parameters, statuses, returns, source: `${name} (${rule})`, binding: 'engine',
});

const filter = input('Filter', 'PFLT_FILTER', 'the caller\'s own filter');
const noMemory: readonly [string, string] = ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'];

export const portRows: readonly RoutineRow[] = [
  row('FltBuildDefaultSecurityDescriptor', 'APC', 'COM-002', 'Makes a security descriptor that admits the system and administrators, for the object attributes of a port. Give it back with FltFreeSecurityDescriptor as soon as the port is made.', [
    output('SecurityDescriptor', 'Ref<PSECURITY_DESCRIPTOR | null>', 'receives the descriptor; NULL on failure'), input('DesiredAccess', 'ACCESS_MASK', 'what they may do: FLT_PORT_CONNECT, or FLT_PORT_ALL_ACCESS'),
  ], [['STATUS_SUCCESS', 'made'], noMemory]),
  row('FltFreeSecurityDescriptor', 'APC', 'COM-002', 'Frees a descriptor of FltBuildDefaultSecurityDescriptor.', [input('SecurityDescriptor', 'PSECURITY_DESCRIPTOR', 'from FltBuildDefaultSecurityDescriptor')], [], 'void'),
  row('FltCreateCommunicationPort', 'PASSIVE', 'COM-001, COM-010 to COM-017', 'Makes the port that programs connect to with FilterConnectCommunicationPort. Close it with FltCloseCommunicationPort before FltUnregisterFilter.', [
    filter, output('ServerPort', 'Ref<PFLT_PORT | null>', 'receives the server port; NULL on failure'),
    input('ObjectAttributes', 'Ref<OBJECT_ATTRIBUTES> | OBJECT_ATTRIBUTES', 'name of the port (\\ScannerPort), OBJ_KERNEL_HANDLE (and OBJ_CASE_INSENSITIVE), and the security descriptor'),
    optionalInput('ServerPortCookie', 'PVOID', 'handed to ConnectNotifyCallback'), input('ConnectNotifyCallback', 'PFLT_CONNECT_NOTIFY', 'a program connects; runs at PASSIVE_LEVEL in its thread'),
    input('DisconnectNotifyCallback', 'PFLT_DISCONNECT_NOTIFY', 'the program\'s last handle is closed, or the filter is unregistered; closes the client port'),
    optionalInput('MessageNotifyCallback', 'PFLT_MESSAGE_NOTIFY', 'a program sends a message with FilterSendMessage; NULL: it cannot'), input('MaxConnections', 'LONG', 'connections at once, at least 1'),
  ], [
    ['STATUS_SUCCESS', 'listening; a connection may come before the call returns'], ['STATUS_INVALID_PARAMETER', 'OBJ_KERNEL_HANDLE is missing (OV-080), MaxConnections is 0, or a connect or disconnect callback is NULL'],
    ['STATUS_FLT_DELETING_OBJECT', 'the filter is being unloaded'], ['STATUS_OBJECT_NAME_COLLISION', 'the name is in use'], ['STATUS_OBJECT_NAME_INVALID', 'the name is empty'], noMemory,
  ]),
  row('FltCloseCommunicationPort', 'PASSIVE', 'COM-015', 'Closes a server port: nobody can connect any more, connections that are there stay. Left open, FltUnregisterFilter never ends (OV-011).', [
    input('ServerPort', 'PFLT_PORT', 'from FltCreateCommunicationPort'),
  ], [], 'void'),
  row('FltCloseClientPort', 'PASSIVE', 'COM-013, COM-014', 'Ends a connection on the filter\'s side and sets the variable to NULL. Normally called from the disconnect callback; at other times it cuts the connection, and FltSendMessage calls that wait on it end.', [
    filter, inputOutput('ClientPort', 'Ref<PFLT_PORT | null>', 'the variable that holds the client port: the very one that is given to FltSendMessage, so that no copy outlives the connection (OV-085)'),
  ], [], 'void'),
  row('FltSendMessage', 'APC', 'COM-020 to COM-025, COM-031 to COM-035', 'Sends a message to the program and waits until it has been fetched with FilterGetMessage and, with a reply buffer, until FilterReplyMessage has answered it.', [
    filter, input('ClientPort', 'Ref<PFLT_PORT | null>', 'the variable that holds the client port'), input('SenderBuffer', 'KBUFFER | object', 'the message: a buffer, or the view of a structure'),
    input('SenderBufferLength', 'ULONG', 'bytes of the message'), optionalOutput('ReplyBuffer', 'KBUFFER | object', 'receives the reply, without FILTER_REPLY_HEADER; NULL: none is wanted'),
    { ...inputOutput('ReplyLength', 'Ref<number>', 'bytes that ReplyBuffer takes, then bytes of the reply; NULL only without ReplyBuffer'), optional: true },
    optionalInput('Timeout', 'Ref<LARGE_INTEGER> | LONGLONG', 'for delivery and reply together, in 100 ns: negative from now, positive since 1601; NULL waits without limit'),
  ], [
    ['STATUS_SUCCESS', 'delivered, and the reply, if one was wanted, is there; the program can answer with another status in FILTER_REPLY_HEADER, which is returned'],
    ['STATUS_TIMEOUT', 'the time was up before delivery or before the reply: a success code, compare with STATUS_SUCCESS'], ['STATUS_PORT_DISCONNECTED', 'the client port is NULL or closed, or was closed while the call waited'],
    ['STATUS_THREAD_IS_TERMINATING', 'the waiting thread is being ended'], ['STATUS_BUFFER_OVERFLOW', 'the reply is longer than ReplyBuffer; what fits is copied (a warning: NT_SUCCESS is false)'],
    ['STATUS_INVALID_PARAMETER', 'a reply buffer without ReplyLength'], noMemory,
  ]),
];

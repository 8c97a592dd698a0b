/**
 * What a service script can call: the program's side of communication ports, as one table.
 *
 * Source: fltUser.h (FilterConnectCommunicationPort, FilterGetMessage, FilterReplyMessage, FilterSendMessage), handleapi.h, synchapi.h,
 * processthreadsapi.h; filter-manager-objects.md 7.4 (COM-030) for the codes. Bindings and fltservice.d.ts come from here.
 */
import { hresultInvalidHandle, S_OK } from '../../nt/hresult.ts';
import { ntstatus } from '../../nt/tables.generated.ts';
import { FLT_PORT_FLAG_SYNC_HANDLE } from '../../nt/values.generated.ts';
import type { DriverConstant } from '../constants.ts';
import { input, optionalInput, optionalOutput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const port = input('hPort', 'HANDLE', 'what FilterConnectCommunicationPort gave');
const overlapped = optionalInput('lpOverlapped', 'null', 'null: the call waits');

/** Routines that a thread calls with yield*, because it may have to wait. */
export const blockingServiceRoutines: ReadonlySet<string> = new Set(['FilterConnectCommunicationPort', 'FilterGetMessage', 'FilterSendMessage', 'CloseHandle', 'Sleep']);

const found = ownRows({ area: 'Service programs', source: 'fltUser.h; COM-030', irql: 'PASSIVE' }, [
  {
    name: 'FilterConnectCommunicationPort', returns: 'HRESULT',
    parameters: [
      input('lpPortName', 'string', 'name of the server port, with its backslash'), input('dwOptions', 'number', '0 or FLT_PORT_FLAG_SYNC_HANDLE'),
      optionalInput('lpContext', 'KBUFFER', 'for the connect callback'), input('wSizeOfContext', 'number', 'bytes of it; 0 without'), optionalInput('lpSecurityAttributes', 'null', 'null'),
      output('hPort', 'Ref<HANDLE | null>', 'the connection'),
    ],
    statuses: [
      ['S_OK', 'connected'], ['0x80070002', 'there is no such port, or it takes no connections any more'], ['0x80070005', 'its security descriptor refuses the process'],
      ['0x800704D6', 'it has MaxConnections already'], ['0x80070057', 'a context without a size, or a size without a context'], ['another', 'the status of the connect callback'],
    ],
    meaning: 'Connects to a server port. The connect callback of the filter runs in this thread.',
  },
  {
    name: 'FilterGetMessage', returns: 'HRESULT',
    parameters: [port, input('lpMessageBuffer', 'KBUFFER', 'receives FILTER_MESSAGE_HEADER and the message'), input('dwMessageBufferSize', 'number', 'bytes, header included'), overlapped],
    statuses: [['S_OK', 'a message is in the buffer'], ['0x8007007A', 'the buffer is too small; the message waits on'], ['0x80070006', 'disconnected']],
    meaning: 'Waits for a message that the filter sends with FltSendMessage.',
  },
  {
    name: 'FilterReplyMessage', returns: 'HRESULT', parameters: [port, input('lpReplyBuffer', 'KBUFFER', 'FILTER_REPLY_HEADER and the reply'), input('dwReplyBufferSize', 'number', 'bytes, header included')],
    statuses: [['S_OK', 'the filter has it'], ['0x801F0020', 'nobody waits for a reply to that message: the time is over, or none was wanted'], ['0x80070006', 'disconnected']],
    meaning: 'Answers a message. Does not wait.',
  },
  {
    name: 'FilterSendMessage', returns: 'HRESULT',
    parameters: [
      port, input('lpInBuffer', 'KBUFFER', 'for the message callback'), input('dwInBufferSize', 'number', 'bytes'), optionalInput('lpOutBuffer', 'KBUFFER', 'receives what the callback answers'),
      input('dwOutBufferSize', 'number', 'bytes'), output('lpBytesReturned', 'Ref<number>', 'bytes in the output buffer'),
    ],
    statuses: [['S_OK', 'the message callback returned success'], ['0x80070006', 'disconnected'], ['another', 'the status of the message callback; 0x80070032 when the port has none']],
    meaning: 'Sends a message to the filter. Its message callback runs in this thread.',
  },
]);

const system = ownRows({ area: 'Service programs', source: 'handleapi.h, synchapi.h, processthreadsapi.h, stdlib.h', irql: 'PASSIVE' }, [
  { name: 'CloseHandle', returns: 'boolean', parameters: [input('hObject', 'HANDLE', 'a connection')], meaning: 'Ends a connection. The disconnect callback of the filter runs in this thread.' },
  { name: 'Sleep', returns: 'void', parameters: [input('dwMilliseconds', 'number', 'milliseconds of virtual time')], meaning: 'Waits.' },
  { name: 'ExitProcess', returns: 'void', parameters: [optionalInput('uExitCode', 'number', 'ignored')], meaning: 'Ends the program: its connections close, its threads go no further than their next wait.' },
  { name: 'GetSystemTimeAsFileTime', returns: 'void', parameters: [output('lpSystemTimeAsFileTime', 'Ref<bigint>', '100 ns since 1601: virtual time')], meaning: 'What time it is.' },
  { name: 'malloc', returns: 'KBUFFER', parameters: [input('size', 'number', 'bytes')], meaning: 'Memory of the program; what it holds is the same in every run.' },
  { name: 'calloc', returns: 'KBUFFER', parameters: [input('count', 'number', 'elements'), input('size', 'number', 'bytes of one')], meaning: 'Memory of the program, zeroed.' },
  { name: 'free', returns: 'void', parameters: [optionalOutput('memory', 'KBUFFER', 'from malloc or calloc')], meaning: 'Gives memory back.' },
]);

export const serviceRows: readonly RoutineRow[] = [...found, ...system];

/** Routines that a script shares with drivers: values, structures over buffers, memory. */
export const sharedRoutines: ReadonlySet<string> = new Set([
  'NT_SUCCESS', 'NT_INFORMATION', 'NT_WARNING', 'NT_ERROR', 'FlagOn', 'BooleanFlagOn', 'min', 'max', 'ref', 'LARGE_INTEGER', 'ARRAYSIZE', 'struct', 'view', 'sizeof', 'FIELD_OFFSET', 'RTL_FIELD_SIZE',
  'RtlCopyMemory', 'RtlMoveMemory', 'RtlZeroMemory', 'RtlFillMemory', 'RtlCompareMemory', 'RtlEqualMemory',
]);

export const serviceConstants: readonly DriverConstant[] = [
  { name: 'S_OK', value: S_OK, meaning: 'success' },
  { name: 'E_HANDLE', value: hresultInvalidHandle, meaning: 'ERROR_INVALID_HANDLE: disconnected' },
  { name: 'FLT_PORT_FLAG_SYNC_HANDLE', value: FLT_PORT_FLAG_SYNC_HANDLE, meaning: 'FilterGetMessage waits, overlapped or not' },
  ...ntstatus.map(([name, value, meaning]) => ({ name, value, meaning })),
];

/** Written by hand: what has no counterpart in Windows. */
export const serviceObjectDeclarations = `declare type HRESULT = number;

/** A message of the filter, without its header. */
interface ServiceMessage {
  /** MessageId of FILTER_MESSAGE_HEADER. */
  readonly id: bigint;
  readonly buffer: KBUFFER;
  /** Bytes. */
  readonly length: number;
  /** Bytes of the reply that the filter wants, without the reply header; 0 for none. */
  readonly replyLength: number;
}

/** Bytes: a buffer or a view, text of one byte a character, an array of bytes, a ULONG, or a BOOLEAN (one byte). */
declare type ServiceBytes = KBUFFER | object | string | Uint8Array | number | boolean;

/** What to answer: the bytes, or how; nothing at all lets the filter wait. */
declare type ServiceReply = ServiceBytes | {
  readonly reply?: ServiceBytes;
  /** Status of FILTER_REPLY_HEADER: what FltSendMessage returns. Default STATUS_SUCCESS. */
  readonly status?: NTSTATUS;
  /** Milliseconds of virtual time before the reply. */
  readonly delay?: number;
} | null | undefined | void;

interface ServiceOptions {
  /** The connection context. */
  readonly context?: ServiceBytes;
  /** Threads that take messages. Default 1. */
  readonly threads?: number;
  /** Bytes of a thread's message buffer, header included. Default 65536. */
  readonly bufferSize?: number;
  /** Milliseconds after the start of the program before it connects. Default 0. */
  readonly after?: number;
  /** Milliseconds after which it connects again when the connection is lost or refused. Default: it does not. */
  readonly reconnect?: number;
}

interface Service {
  /**
   * Which process the program is, before any thread runs. With the name of a process of the trace it is that process, so that a driver
   * recognises its requests. Default: the driver's name with .exe, not an administrator's only if you say so.
   */
  process(identity: { readonly name: string; readonly administrator?: boolean }): void;
  /** Connects to a port and answers its messages. The handler may be a generator function. */
  on(portName: string, handler: (message: ServiceMessage, hPort: HANDLE) => ServiceReply | Generator<unknown, ServiceReply, void>, options?: ServiceOptions): void;
  /** A thread of the program, as a generator function: routines that wait are called with yield*. */
  thread(body: () => unknown): void;
}

/** The program at the other end of the driver's communication ports. */
declare const service: Service;
`;

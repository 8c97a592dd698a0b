/**
 * Server ports, connections and the messages on them.
 *
 * COM-001, COM-021, COM-033 of filter-manager-objects.md. A connection is a pair: the client port on the filter's side, a handle on the
 * program's.
 */
import type { EngineThread, PEPROCESS } from '../../kernel/thread.ts';
import type { Wait } from '../../kernel/wait.ts';
import { makeHandle, type Ref } from '../handles.ts';
import type { Filter } from '../instance.ts';
import type { GetMessageCall } from './programCalls.ts';

/** Server and client ports as drivers hold them. */
export interface PFLT_PORT {
  readonly id: string;
}

export type ConnectNotify = (ClientPort: PFLT_PORT, ServerPortCookie: unknown, ConnectionContext: unknown, SizeOfContext: number, ConnectionPortCookie: Ref<unknown>) => unknown;
export type DisconnectNotify = (ConnectionCookie: unknown) => unknown;
export type MessageNotify = (PortCookie: unknown, InputBuffer: unknown, InputBufferLength: number, OutputBuffer: unknown, OutputBufferLength: number, ReturnOutputBufferLength: Ref<number>) => unknown;

export interface PortCallbacks {
  readonly connect: ConnectNotify | null;
  readonly disconnect: DisconnectNotify | null;
  readonly message: MessageNotify | null;
}

export class ServerPort {
  readonly name: string;
  readonly filter: Filter;
  readonly handle: PFLT_PORT;
  readonly cookie: unknown;
  callbacks: PortCallbacks;
  /** 0: no limit. */
  readonly maxConnections: number;
  readonly security: unknown;
  closed = false;

  constructor(init: Pick<ServerPort, 'name' | 'filter' | 'cookie' | 'callbacks' | 'maxConnections' | 'security'>) {
    this.name = init.name;
    this.filter = init.filter;
    this.cookie = init.cookie;
    this.callbacks = init.callbacks;
    this.maxConnections = init.maxConnections;
    this.security = init.security;
    this.handle = makeHandle(`PFLT_PORT(${init.name})`);
  }
}

/** A message on its way up. */
export class Message {
  readonly id: bigint;
  readonly buffer: unknown;
  readonly length: number;
  /** ReplyLength of the message header: 0 when no reply is wanted. */
  readonly replyLength: number;
  readonly sender: EngineThread;
  delivered = false;
  /** What the sender waits for; null when it has its result already. */
  wait: Wait | null = null;
  /** Told the status; stores the reply. Null once the sender has gone. */
  finish: ((status: number, reply: Uint8Array | null) => void) | null = null;

  constructor(init: Pick<Message, 'id' | 'buffer' | 'length' | 'replyLength' | 'sender'>) {
    this.id = init.id;
    this.buffer = init.buffer;
    this.length = init.length;
    this.replyLength = init.replyLength;
    this.sender = init.sender;
  }
}

export class Connection {
  readonly id: string;
  readonly port: ServerPort;
  readonly process: PEPROCESS;
  readonly clientPort: PFLT_PORT;
  /** FLT_PORT_FLAG_SYNC_HANDLE */
  readonly synchronous: boolean;
  /** What the connect callback stored. */
  cookie: unknown = null;
  /** The connect callback has returned success. */
  accepted = false;
  /** The client port is open on the filter's side. */
  filterOpen = true;
  /** The program has its handle. */
  programOpen = true;
  /** The disconnect callback has run, or will not run any more. */
  disconnected = false;
  /** Not delivered yet, oldest first. */
  readonly queue: Message[] = [];
  /** Delivered, by id; kept to tell a late reply from a wrong one. */
  readonly delivered = new Map<bigint, Message>();
  /** Calls of FilterGetMessage that wait, oldest first. */
  readonly getters: GetMessageCall[] = [];
  /** Threads of the program that have served this connection. */
  readonly servers = new Set<EngineThread>();
  nextMessageId = 1n;

  constructor(id: string, port: ServerPort, thread: EngineThread, synchronous: boolean) {
    this.id = id;
    this.port = port;
    this.process = thread.eprocess;
    this.synchronous = synchronous;
    this.clientPort = makeHandle(`PFLT_PORT(${port.name} ${id})`);
  }

  get filter(): Filter {
    return this.port.filter;
  }

  /** Both ends are there. */
  get open(): boolean {
    return this.filterOpen && this.programOpen;
  }

  toString(): string {
    return this.id;
  }
}

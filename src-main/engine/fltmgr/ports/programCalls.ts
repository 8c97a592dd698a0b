/** Calls of a program on its end of a port, while they wait and when they have ended. */
import type { EngineThread } from '../../kernel/thread.ts';
import { HostCall } from '../hostCall.ts';
import type { Connection } from './connection.ts';

export interface ConnectResult {
  readonly hresult: number;
  /** Null when connecting failed. */
  readonly connection: Connection | null;
}

export interface SendResult {
  readonly hresult: number;
  /** Bytes in the output buffer. */
  readonly returned: number;
}

export interface GetResult {
  readonly hresult: number;
  /** FILTER_MESSAGE_HEADER (COM-031). */
  readonly replyLength: number;
  readonly messageId: bigint;
  readonly data: Uint8Array;
}

export const failedGet = (hresult: number): GetResult => ({ hresult, replyLength: 0, messageId: 0n, data: new Uint8Array(0) });

/** A FilterGetMessage: ended, or waiting for a message. */
export class GetMessageCall extends HostCall<GetResult> {
  /** Bytes of the program's buffer, header included. */
  readonly size: number;
  readonly thread: EngineThread;
  /** The program passed an OVERLAPPED: it has 0x800703E5 and goes on. Otherwise its thread waits. */
  readonly overlapped: boolean;

  constructor(size: number, thread: EngineThread, overlapped: boolean) {
    super();
    this.size = size;
    this.thread = thread;
    this.overlapped = overlapped;
  }
}

// IPC and message ports with structured-clone semantics: what a real port would refuse to carry is refused here too.
import { EventEmitter } from 'node:events';

/** One end of a channel in the main process. */
export class MessagePortMain extends EventEmitter {
  other: MessagePortMain | null = null;
  private started = false;
  private open = true;
  private readonly waiting: unknown[] = [];

  postMessage(message: unknown): void {
    const copy: unknown = structuredClone(message);
    setImmediate(() => this.other?.deliver(copy));
  }

  start(): void {
    this.started = true;
    for (const message of this.waiting.splice(0)) this.emit('message', { data: message, ports: [] });
  }

  close(): void {
    this.endOnce();
    this.other?.endOnce();
  }

  deliver(message: unknown): void {
    if (!this.open) return;
    if (this.started) this.emit('message', { data: message, ports: [] });
    else this.waiting.push(message);
  }

  private endOnce(): void {
    if (!this.open) return;
    this.open = false;
    this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

type InvokeHandler = (event: { senderFrame: unknown }, ...args: unknown[]) => unknown;

class IpcMain extends EventEmitter {
  private readonly handlers = new Map<string, InvokeHandler>();

  handle(channel: string, handler: InvokeHandler): void {
    this.handlers.set(channel, handler);
  }

  async answer(channel: string, senderFrame: unknown, args: readonly unknown[]): Promise<unknown> {
    const handler = this.handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await handler({ senderFrame }, ...args));
  }
}

export const ipcMain = new IpcMain();

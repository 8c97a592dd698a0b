/** A session as an editor holds it: the protocol's own test client, with every message that comes in kept and checked. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { startFltreplay } from '../commandLine.ts';
import { messageProblems } from './protocolShapes.ts';

const patience = 60_000;

export class DapClient extends DebugClient {
  readonly messages: DebugProtocol.ProtocolMessage[] = [];
  /** What came that is no message of the protocol. */
  readonly problems: string[] = [];
  #unread = Buffer.alloc(0);
  #child: ChildProcessWithoutNullStreams | null = null;
  #socket: Socket | null = null;
  #exit: Promise<number | null> = Promise.resolve(null);
  stderr = '';

  constructor() {
    super('', '', 'fltreplay');
    this.defaultTimeout = patience;
    // An event that no test waits for is no error.
    this.on('error', () => undefined);
  }

  /** Over the streams of `fltreplay dap`. */
  spawned(dataFolder: string): this {
    const child = startFltreplay(dataFolder, 'dap');
    this.#child = child;
    this.#exit = new Promise((resolve) => child.on('exit', resolve));
    child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    return this.over(child.stdout, child.stdin);
  }

  /** Over a port of 127.0.0.1. */
  async connected(port: number): Promise<this> {
    const socket = createConnection(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    this.#socket = socket;
    this.#exit = new Promise((resolve) => socket.on('close', () => resolve(0)));
    return this.over(socket, socket);
  }

  over(input: Readable, output: Writable): this {
    const copy = new PassThrough();
    input.on('data', (chunk: Buffer) => {
      this.#check(chunk);
      copy.write(chunk);
    });
    this.connect(copy, output);
    return this;
  }

  /** When the other end has gone: the exit code, 0 for a port. */
  get gone(): Promise<number | null> {
    return this.#exit;
  }

  kill(): void {
    this.#child?.kill();
    this.#socket?.destroy();
  }

  /** Bytes as they are. */
  raw(bytes: string): void {
    (this.#socket ?? this.#child?.stdin)?.write(bytes);
  }

  next<N extends string>(event: N): Promise<{ readonly body: never } & DebugProtocol.Event> {
    return this.waitForEvent(event, patience) as Promise<{ readonly body: never } & DebugProtocol.Event>;
  }

  async stopped(action: () => Promise<unknown>): Promise<DebugProtocol.StoppedEvent['body']> {
    // An end where a stop was expected is told with what the session has said, and at once.
    const over = Promise.withResolvers<never>();
    const ended = (): void => over.reject(new Error(`The session ended instead of stopping:\n${this.output()}`));
    this.once('terminated', ended);
    try {
      const [event] = await Promise.all([Promise.race([this.next('stopped'), over.promise]), action()]);
      return event.body;
    } finally {
      this.off('terminated', ended);
    }
  }

  /** Initialize, launch, breakpoints, configuration done: what it stops at first. */
  async run(launch: object, configure: (client: this) => Promise<unknown> = () => Promise.resolve()): Promise<DebugProtocol.StoppedEvent['body']> {
    await this.prepare(launch);
    await configure(this);
    return this.stopped(() => this.configurationDoneRequest());
  }

  async prepare(launch: object): Promise<void> {
    await this.initializeRequest({ adapterID: 'fltreplay', linesStartAt1: true, columnsStartAt1: true, pathFormat: 'path', supportsProgressReporting: true, supportsInvalidatedEvent: true });
    const initialized = this.next('initialized');
    await this.launchRequest(launch as DebugProtocol.LaunchRequestArguments);
    await initialized;
  }

  eventsOf(name: string): DebugProtocol.Event[] {
    return this.messages.filter((message): message is DebugProtocol.Event => message.type === 'event' && (message as DebugProtocol.Event).event === name);
  }

  output(): string {
    return this.eventsOf('output').map((event) => (event as DebugProtocol.OutputEvent).body.output).join('');
  }

  #check(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#unread.toString('latin1', 0, 40));
      if (header === null) {
        if (this.#unread.length >= 40) this.problems.push(`not the protocol: ${this.#unread.toString('utf8', 0, 80)}`);
        return;
      }
      const end = header[0].length + Number(header[1]);
      if (this.#unread.length < end) return;
      const message = JSON.parse(this.#unread.toString('utf8', header[0].length, end)) as DebugProtocol.ProtocolMessage;
      this.#unread = this.#unread.subarray(end);
      this.messages.push(message);
      this.problems.push(...messageProblems(message));
    }
  }
}

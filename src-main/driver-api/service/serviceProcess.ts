/**
 * A program that serves a driver's communication ports: its threads, its connections, its end.
 *
 * Source: driver-api-usage.md 5.6 (service threads), 5.10 (scripts, virtual delays, time-outs, disconnects). The threads are threads of
 * the simulation: they run when it is their turn, in virtual time. What a program does beyond its ports is in the trace.
 */
import { type Blocking, type Connection, createThread, type Engine, type EngineThread, type HostCall, isGenerator, type PEPROCESS, Wait } from '../../engine/index.ts';
import type { ObjectNumbers } from '../driverWorld.ts';
import { KBUFFER } from '../kbuffer.ts';

export interface ServiceWorld {
  readonly engine: Engine;
  readonly objects: ObjectNumbers;
  /** `scanner.exe`, until the script names another one. */
  readonly processName: string;
  /** The process of that name in the trace, if there is one. */
  readonly findProcess: (name: string) => PEPROCESS | null;
  /** A process or thread id that is not in use. */
  readonly nextId: () => number;
  readonly print: (text: string) => void;
  /** The script has thrown; the program is over. */
  readonly crashed: (error: unknown) => void;
}

/** A handle as scripts hold it. */
export interface HANDLE {
  readonly id: string;
}

const ticksPerMillisecond = 10_000n;

export class ServiceProcess {
  readonly world: ServiceWorld;
  readonly #connections = new Map<object, Connection>();
  #identity: { readonly name: string; readonly administrator: boolean };
  #eprocess: PEPROCESS | null = null;
  #current: EngineThread | null = null;
  readonly #waiting: (() => unknown)[] = [];
  #begun = false;
  #ended = false;
  /** A routine that waits was called and its result has not been used with yield* yet. */
  #unstarted: Error | null = null;

  constructor(world: ServiceWorld) {
    this.world = world;
    this.#identity = { name: world.processName, administrator: true };
  }

  get ended(): boolean {
    return this.#ended;
  }

  get administrator(): boolean {
    return this.#identity.administrator;
  }

  identify(identity: unknown): void {
    if (this.#begun) throw new TypeError('service.process: the program runs already; say who it is at the top of the script');
    const { name, administrator } = (typeof identity === 'object' && identity !== null ? identity : {}) as { readonly name?: unknown; readonly administrator?: unknown };
    if (typeof name !== 'string' || name === '') throw new TypeError("service.process: name the process, as in service.process({ name: 'scanuser.exe' })");
    this.#identity = { name, administrator: administrator !== false };
  }

  // ---- threads

  /** Threads named before `begin` start then, later ones when it is their turn. */
  thread(body: unknown): void {
    if (typeof body !== 'function') throw new TypeError('service.thread: give it a generator function, as in service.thread(function* () { ... })');
    if (this.#begun) this.#start(body as () => unknown);
    else this.#waiting.push(body as () => unknown);
  }

  begin(): void {
    this.#begun = true;
    for (const body of this.#waiting.splice(0)) this.#start(body);
  }

  #start(body: () => unknown): void {
    if (this.#ended) return;
    const process = this.#process();
    const tid = this.world.nextId();
    const thread = createThread({ tid, pid: process.pid, process: process.imageName, kind: 'service', eprocess: process });
    this.world.engine.ports.begin(thread, this.#run(thread, body));
  }

  #process(): PEPROCESS {
    const { name } = this.#identity;
    this.#eprocess ??= this.world.findProcess(name) ?? Object.freeze({ id: `PEPROCESS(${name})`, pid: this.world.nextId(), imageName: name });
    return this.#eprocess;
  }

  *#run(thread: EngineThread, body: () => unknown): Blocking<void> {
    const first = this.#guarded(thread, body);
    if (first === failed || !isGenerator(first)) return;
    for (;;) {
      if (this.#ended) return;
      const step = this.#guarded(thread, () => first.next());
      if (step === failed) return;
      const { done, value } = step as IteratorResult<unknown, unknown>;
      if (done === true) return;
      if (!(value instanceof Wait)) return this.#crash(thread, new TypeError('A thread of a service script yielded something that is no wait: use yield* with a routine that waits, and nothing else'));
      if (!value.settled) yield value;
    }
  }

  /** Runs a piece of the script in a thread. */
  #guarded(thread: EngineThread, piece: () => unknown): unknown {
    const before = this.#current;
    this.#current = thread;
    try {
      const result = piece();
      this.#checkStarted();
      return result;
    } catch (error) {
      this.#crash(thread, error);
      return failed;
    } finally {
      this.#current = before;
    }
  }

  #crash(thread: EngineThread, error: unknown): void {
    if (this.#ended) return;
    this.world.crashed(error);
    this.end(thread);
  }

  /** The process ends: its handles close. */
  end(thread: EngineThread): void {
    this.#ended = true;
    for (const connection of [...this.#connections.values()]) if (connection.programOpen) this.world.engine.ports.close(connection, thread);
    this.#connections.clear();
  }

  current(routine: string): EngineThread {
    if (this.#current === null) throw new TypeError(`${routine} is called in a thread of the program: service.thread(function* () { ... }), or a handler of service.on`);
    return this.#current;
  }

  // ---- waiting

  /** What a script gets for calling a routine that waits: something for yield*. */
  blocks<T>(name: string, routine: Blocking<T>): Blocking<T> {
    // Made here, so that its stack names the line of the call.
    this.#unstarted ??= new TypeError(`The result of ${name} was dropped: it can wait, so it is called with yield* in a generator function, as in "yield* ${name}(...)"`);
    return this.#begunBlock(routine);
  }

  *#begunBlock<T>(routine: Blocking<T>): Blocking<T> {
    this.#unstarted = null;
    return yield* routine;
  }

  #checkStarted(): void {
    const error = this.#unstarted;
    this.#unstarted = null;
    if (error !== null) throw error;
  }

  *until<T>(call: HostCall<T>, what: string): Blocking<T> {
    if (!call.ended) {
      const wait = new Wait({ what, external: true, idle: true });
      call.onEnd = () => wait.settle(null);
      yield wait;
    }
    return call.result as T;
  }

  *sleep(milliseconds: number): Blocking<void> {
    const ticks = BigInt(Math.max(0, Math.round(milliseconds * Number(ticksPerMillisecond))));
    yield new Wait({ what: `${milliseconds} ms`, external: true, idle: true, deadline: this.world.engine.time + ticks });
  }

  // ---- connections and memory

  open(connection: Connection): HANDLE {
    const handle = Object.freeze({ id: `HANDLE(${connection.port.name} ${connection.id})` });
    this.#connections.set(handle, connection);
    return handle;
  }

  connection(routine: string, handle: unknown): Connection {
    const connection = typeof handle === 'object' && handle !== null ? this.#connections.get(handle) : undefined;
    if (connection === undefined) throw new TypeError(`${routine}: this is no connection that FilterConnectCommunicationPort gave`);
    return connection;
  }

  memory(size: number, zeroed: boolean): KBUFFER {
    const number = this.world.objects.next();
    return KBUFFER.make(number, 'user', size, this.world.objects.pattern(number), { zeroed });
  }
}

const failed = Symbol('failed');

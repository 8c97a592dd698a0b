/**
 * The ports of one system: names, connections, and how they end.
 *
 * COM-010 to COM-016, COM-037 of filter-manager-objects.md (FltCreateCommunicationPort; FltCloseClientPort;
 * FltCloseCommunicationPort).
 */
import {
  STATUS_FLT_DELETING_OBJECT, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_INVALID, STATUS_PORT_DISCONNECTED,
} from '../../../nt/values.generated.ts';
import { hresultInvalidHandle } from '../../../nt/hresult.ts';
import { objKernelHandle } from '../../iomgr/createParameters.ts';
import { PASSIVE_LEVEL } from '../../kernel/irql.ts';
import type { EngineThread } from '../../kernel/thread.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { PortFacts, PortStep } from '../../observer.ts';
import type { ActivationRecord } from '../activation.ts';
import type { Core } from '../core.ts';
import { hooksOf } from '../hooks.ts';
import type { Filter } from '../instance.ts';
import { lifecycleOf } from '../lifecycle.ts';
import { type Connection, ServerPort } from './connection.ts';
import { failedGet } from './programCalls.ts';

export interface PortDescription {
  readonly name: string;
  readonly filter: Filter;
  /** OBJ_* */
  readonly attributes: number;
  readonly security: unknown;
  readonly cookie: unknown;
  readonly callbacks: ServerPort['callbacks'];
  readonly maxConnections: number;
}

export class PortTable {
  readonly #core: Core;
  /** By name, as the flat namespace compares it. */
  readonly #servers = new Map<string, ServerPort>();
  readonly #serverByHandle = new WeakMap<object, ServerPort>();
  readonly #connectionByHandle = new WeakMap<object, Connection>();
  /** Accepted, and not gone on both sides. In the order in which they were made. */
  readonly connections: Connection[] = [];
  #made = 0;
  #messages = 1n;

  constructor(core: Core) {
    this.#core = core;
    hooksOf(core).ports = { filterUnregistering: (filter) => this.filterUnregistering(filter) };
  }

  event(connection: Connection, step: PortStep, rule: string, facts: PortFacts = {}): void {
    this.#core.event({ kind: 'port', filter: connection.filter, port: connection.port.name, connection: connection.id, process: connection.process.imageName, step, rule, ...facts });
  }

  /** Offers every callback of a filter's ports, and keeps what is given for it. */
  visitCallbacks(filter: Filter, visit: (routine: (...args: never[]) => unknown, what: string) => (...args: never[]) => unknown): void {
    for (const port of this.#servers.values()) {
      if (port.filter !== filter) continue;
      const visited = <T>(routine: T, what: string): T => (typeof routine === 'function' ? (visit(routine as (...args: never[]) => unknown, what) as T) : routine);
      const { connect, disconnect, message } = port.callbacks;
      port.callbacks = {
        connect: visited(connect, `the ConnectNotifyCallback of ${port.name}`), disconnect: visited(disconnect, `the DisconnectNotifyCallback of ${port.name}`), message: visited(message, `the MessageNotifyCallback of ${port.name}`),
      };
    }
  }

  // ---- server ports

  create(wanted: PortDescription): ServerPort | number {
    const core = this.#core;
    const { filter, name, callbacks, maxConnections } = wanted;
    if (filter.unloading) return STATUS_FLT_DELETING_OBJECT;
    if ((wanted.attributes & objKernelHandle) === 0) {
      core.violate('OV-080', { filter, instance: null, operation: null });
      return STATUS_INVALID_PARAMETER;
    }
    const complete = maxConnections >= 1 && callbacks.connect !== null && callbacks.disconnect !== null;
    if (!complete && (maxConnections < 0 || !core.is('COM-010', 'accepted'))) return STATUS_INVALID_PARAMETER;
    if (name === '') return STATUS_OBJECT_NAME_INVALID;
    if (core.options.allocate?.('FltCreateCommunicationPort') === false) return STATUS_INSUFFICIENT_RESOURCES;
    if (this.#servers.has(name.toLowerCase())) return STATUS_OBJECT_NAME_COLLISION;
    const port = new ServerPort(wanted);
    this.#servers.set(name.toLowerCase(), port);
    this.#serverByHandle.set(port.handle, port);
    core.ledger.take(filter, 'port', port.handle, name, core.site());
    return port;
  }

  get servers(): readonly ServerPort[] {
    return [...this.#servers.values()];
  }

  serverNamed(name: string): ServerPort | undefined {
    return this.#servers.get(name.toLowerCase());
  }

  server(handle: unknown): ServerPort | undefined {
    return typeof handle === 'object' && handle !== null ? this.#serverByHandle.get(handle) : undefined;
  }

  /** COM-015: no new connections; those that are there stay. */
  closeServer(port: ServerPort): void {
    port.closed = true;
    this.#servers.delete(port.name.toLowerCase());
    this.#core.ledger.giveBack(port.filter, port.handle);
    lifecycleOf(this.#core).check();
  }

  // ---- connections

  nextConnectionId(): string {
    return `connection ${++this.#made}`;
  }

  register(connection: Connection): void {
    this.#connectionByHandle.set(connection.clientPort, connection);
  }

  /** A client port counts against the limit until the filter has closed it (H-08 of driver-api-usage.md). */
  countOf(port: ServerPort): number {
    return this.connections.filter((connection) => connection.port === port && connection.filterOpen).length;
  }

  connection(handle: unknown): Connection | undefined {
    return typeof handle === 'object' && handle !== null ? this.#connectionByHandle.get(handle) : undefined;
  }

  /** `size`: bytes of the connection context. */
  accept(connection: Connection, size = 0): void {
    connection.accepted = true;
    this.connections.push(connection);
    this.#core.ledger.take(connection.filter, 'clientPort', connection.clientPort, `client port ${connection.clientPort.id}`, null);
    this.event(connection, 'connected', 'COM-011', { size });
  }

  /** COM-033 */
  nextMessageId(connection: Connection): bigint {
    return this.#core.is('COM-033', 'one-count') ? this.#messages++ : connection.nextMessageId++;
  }

  /** Waiting senders and waiting calls of the program end. */
  cutMessages(connection: Connection): void {
    const waiting = [...connection.queue, ...connection.delivered.values()];
    connection.queue.length = 0;
    for (const message of waiting) message.finish?.(STATUS_PORT_DISCONNECTED, null);
  }

  cutCalls(connection: Connection): void {
    for (const call of connection.getters.splice(0)) call.end(failedGet(hresultInvalidHandle));
  }

  /** FltCloseClientPort (COM-014). */
  closeClient(connection: Connection): void {
    connection.filterOpen = false;
    this.#core.ledger.giveBack(connection.filter, connection.clientPort);
    this.event(connection, 'clientPortClosed', 'COM-014');
    this.cutMessages(connection);
    this.cutCalls(connection);
    this.#forget(connection);
    if (this.#core.is('COM-014', 'at-once') && connection.accepted && !connection.disconnected) this.disconnectLater(connection, this.#core.systemThread);
  }

  #forget(connection: Connection): void {
    if (connection.filterOpen || connection.programOpen) return;
    const at = this.connections.indexOf(connection);
    if (at >= 0) this.connections.splice(at, 1);
  }

  /** The program closes its handle (COM-013). True when a sender was woken, which goes on before the disconnect callback runs. */
  closeProgram(connection: Connection): boolean {
    connection.programOpen = false;
    this.event(connection, 'handleClosed', 'COM-013');
    const senders = connection.queue.length > 0 || [...connection.delivered.values()].some(({ finish }) => finish !== null);
    this.cutCalls(connection);
    this.cutMessages(connection);
    this.#forget(connection);
    return senders;
  }

  // ---- the disconnect callback

  #disconnectRecord(connection: Connection, thread: EngineThread): ActivationRecord | null {
    if (connection.disconnected || !connection.accepted) return null;
    connection.disconnected = true;
    const { disconnect } = connection.port.callbacks;
    if (disconnect === null) return null;
    const record = this.#core.enter('portDisconnect', '', null, connection.filter, null, thread, PASSIVE_LEVEL);
    record.routine = disconnect;
    return record;
  }

  /** Runs the callback as a piece of `thread`. */
  *disconnect(connection: Connection, thread: EngineThread): Blocking<void> {
    const record = this.#disconnectRecord(connection, thread);
    const { disconnect } = connection.port.callbacks;
    if (record !== null && disconnect !== null) yield* this.#core.threads.invoke(record, () => disconnect(connection.cookie));
  }

  /** Runs the callback when it is the turn of `thread`. */
  disconnectLater(connection: Connection, thread: EngineThread, ended: () => void = () => undefined): void {
    this.#core.threads.scheduler.enqueue(thread, null, this.disconnect(connection, thread), ended);
  }

  /** COM-037: every connection is cut. */
  filterUnregistering(filter: Filter): void {
    const core = this.#core;
    const thread = core.activation?.thread ?? core.systemThread;
    for (const connection of this.connections.filter((one) => one.filter === filter)) {
      const disconnectFirst = core.is('COM-037', 'disconnect-first');
      if (disconnectFirst) this.#disconnectNow(connection, thread);
      this.event(connection, 'cut', 'COM-037');
      this.cutCalls(connection);
      this.cutMessages(connection);
      connection.programOpen = false;
      if (!disconnectFirst) this.#disconnectNow(connection, thread);
      this.#forget(connection);
    }
  }

  #disconnectNow(connection: Connection, thread: EngineThread): void {
    const record = this.#disconnectRecord(connection, thread);
    const { disconnect } = connection.port.callbacks;
    if (record !== null && disconnect !== null) this.#core.run(record, () => disconnect(connection.cookie));
  }
}

const tables = new WeakMap<Core, PortTable>();

export function portsOf(core: Core): PortTable {
  let table = tables.get(core);
  if (table === undefined) {
    table = new PortTable(core);
    tables.set(core, table);
  }
  return table;
}

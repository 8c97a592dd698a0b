/** One snapshot of what the simulated system holds: filters, contexts, operations that wait, threads, locks, ports, files. */
import { irqlName, type ContextStep, type ContextView, type Engine, type Filter, type Operation, type ThreadView } from '../engine/index.ts';
import { flagNames, irpMjName } from '../nt/names.ts';
import { registrationFlags } from '../nt/tables.generated.ts';
import { valueText } from '../replay/valueText.ts';
import { listOf, nameOfOperation, pathOfOperation, placeOf } from './objectRows.ts';
import type { ContextHistoryStep, ContextObject, EngineObjects, FilterObject, HoldingObject, LockObject, PortObject, QueueObject, ThreadObject } from './objectsData.ts';
import { fileObjectsOf, streamsOf, type VolumeOfOpens } from './openObjects.ts';
import { pendedOf } from './pendedObjects.ts';
import { recordedOplocks, type RequestedLevel } from './recordedOplocks.ts';

export interface ObjectSources {
  readonly engine: Engine;
  /** Of the model file system. */
  readonly volumes: Iterable<VolumeOfOpens>;
  readonly requestedLevel: RequestedLevel;
}

export function buildObjects({ engine, volumes, requestedLevel }: ObjectSources): EngineObjects {
  const seen = engine.inspect();
  const operations = engine.pendingOperations();
  const { filters } = engine;
  const opens = [...volumes].flatMap(({ handles }) => [...handles]);
  return {
    time: String(engine.time),
    filters: listOf(filters, (filter) => filterObject(filter, operations)),
    contexts: listOf(filters.flatMap((filter) => engine.contextsOf(filter).map((context) => ({ filter, context }))), ({ filter, context }) => contextObject(filter, context)),
    inFlight: listOf(operations, (operation) => ({ operation: operation.index, name: nameOfOperation(operation), path: pathOfOperation(operation), process: operation.thread.process, pid: operation.thread.pid })),
    pended: pendedOf(operations, engine),
    queues: listOf(filters.flatMap(({ instances }) => instances).flatMap((instance) => instance.queues), (queue): QueueObject => ({
      name: idOf(queue.handle), driver: queue.instance.filter.name, instance: queue.instance.name, enabled: queue.enabled,
      operations: operations.filter((operation) => operation.queue === queue).map(({ index }) => index),
    })),
    workItems: listOf(engine.workItems, ({ kind, filter, routine, queueType, operation, context }) => ({
      kind, driver: filter.name, routine: routine.name, queue: queueType === 0 ? 'critical' as const : 'delayed' as const, operation: operation?.index ?? null, context: valueText(context),
    })),
    timers: listOf([...seen.timers].sort((a, b) => compare(a.due ?? 0n, b.due ?? 0n)), ({ what, filter, due, period }) => ({ name: what, driver: filter.name, due: String(due ?? 0n), period })),
    threads: listOf(seen.threads, threadObject),
    locks: listOf(seen.locks, ({ label, exclusive, holders, waiters }): LockObject => ({
      name: label, held: wayOf(exclusive), holders, waiters: waiters.map((one) => ({ thread: one.thread, wants: wayOf(one.exclusive) })),
    })),
    generated: listOf(operations.filter(({ initiator, request }) => initiator !== null || request === null), (operation) => ({
      operation: operation.index, name: irpMjName(operation.major), driver: operation.initiator?.filter.name ?? '', target: pathOfOperation(operation) ?? operation.volume.name, state: operation.state,
    })),
    ports: listOf(seen.ports, (port): PortObject => ({
      name: port.name, driver: port.filter.name, closed: port.closed, maxConnections: port.maxConnections,
      connections: seen.connections.filter((one) => one.port === port).map((connection) => ({
        id: connection.id, process: connection.process.imageName, state: !connection.filterOpen ? 'closed by the filter' : !connection.programOpen ? 'closed by the program' : 'open', waitingGets: connection.getters.length,
        messages: [...connection.queue, ...[...connection.delivered.values()].filter(({ finish }) => finish !== null)].map((message) => ({
          id: String(message.id), length: message.length, state: !message.delivered ? 'queued' as const : message.replyLength > 0 ? 'delivered, reply expected' as const : 'delivered' as const, sender: message.sender.name,
        })),
      })),
    })),
    holdings: listOf(filters.flatMap((filter) => seen.holdings(filter).map((holding) => ({ filter, holding }))), ({ filter, holding }): HoldingObject => ({
      driver: filter.name, kind: holding.kind, object: holding.label, count: holding.count, places: holding.sites.map(placeOf),
    })),
    fileObjects: fileObjectsOf(opens, seen.openFiles),
    streams: streamsOf(opens, recordedOplocks(operations, opens, engine.activation?.operation ?? null, requestedLevel)),
  };
}

const none = { count: 0, rows: [] };

/** Before there is a run. */
export const emptyObjects: EngineObjects = {
  time: '0', filters: none, contexts: none, inFlight: none, pended: none, queues: none, workItems: none, timers: none, threads: none, locks: none, generated: none, ports: none, holdings: none, fileObjects: none, streams: none,
};

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const wayOf = (exclusive: boolean | null): 'exclusive' | 'shared' | null => (exclusive === null ? null : exclusive ? 'exclusive' : 'shared');
const idOf = (handle: object): string => ('id' in handle && typeof handle.id === 'string' ? handle.id : 'FLT_CALLBACK_DATA_QUEUE');

function filterObject(filter: Filter, operations: readonly Operation[]): FilterObject {
  return {
    name: filter.name, state: filter.state, references: filter.references,
    instances: filter.instances.map((instance) => ({
      name: instance.name, altitude: instance.altitude, volume: instance.volume.name, frame: instance.frame.number, state: instance.state, references: instance.references,
      flags: flagNames(filter.flags, registrationFlags), operations: operations.filter((operation) => isAttached(operation, instance)).map(({ index }) => index),
    })),
  };
}

/** The instance keeps the operation, or a completion node of it is still to be served. */
function isAttached(operation: Operation, instance: unknown): boolean {
  if (operation.hold?.instance === instance) return true;
  for (let call = operation.current; call !== null; call = call.upper) {
    for (let node = call.lowestNode; node !== null; node = node.above) if (node.instance === instance) return true;
  }
  return false;
}

const stepObject = ({ what, by, count, site, operation, point }: ContextStep): ContextHistoryStep => ({ what, by, count, place: placeOf(site), operation, point });

function contextObject(filter: Filter, context: ContextView): ContextObject {
  return {
    label: context.label, type: context.typeName, driver: filter.name, instance: context.instance?.name ?? null, state: context.state, size: context.size, pool: context.paged ? 'paged' : 'non-paged', count: context.count,
    setOn: context.linkedTo, held: context.references.map(({ routine, site, operation, point }) => ({ routine, place: placeOf(site), operation, point })),
    history: context.history.map(stepObject),
    changes: context.changes?.map(({ field, from, to, after, before }) => ({ field, from, to, since: after === null ? null : stepObject(after), until: before === null ? null : stepObject(before) })) ?? null,
    // Own properties only: a look at others would be the use of memory that nobody has written.
    fields: Object.entries(Object.getOwnPropertyDescriptors(context.object)).slice(0, 64).map(([name, property]) => ({ name, value: 'value' in property ? valueText(property.value) : '' })),
  };
}

function threadObject({ thread, state, routines, waits, locks, criticalRegions, guardedRegions }: ThreadView): ThreadObject {
  return {
    name: thread.name, tid: thread.tid, kind: thread.kind, state, locks,
    routines: routines.map(({ filter, routine, operation, irql }) => ({ driver: filter, routine, operation, irql: irqlName(irql as 0 | 1 | 2) })),
    waits: waits === null ? null : { what: waits.what, holders: waits.holders, place: waits.driver === null || waits.line === null ? null : { driver: waits.driver, line: waits.line }, until: waits.deadline === null ? null : String(waits.deadline) },
    regions: [...(criticalRegions > 0 ? ['critical region'] : []), ...(guardedRegions > 0 ? ['guarded region'] : [])],
  };
}

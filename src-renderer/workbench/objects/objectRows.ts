/** Objects of the engine as rows of text: what a reader looks for first, then the facts, then what belongs to it. */
import type { ContextHistoryStep, ContextObject, EngineObjects, ObjectList, ObjectPlace, ObjectPoint, PendedObject, ThreadObject } from '../../../src-preload/contract/index.ts';
import { formatCounted, formatDuration, formatOffset } from '../../formatting/numbers.ts';
import { formatTimeOfDay } from '../../formatting/time.ts';

export interface ObjectRow {
  readonly key: string;
  readonly title: string;
  /** A word in a coloured tag before the title. */
  readonly tag?: string;
  readonly tone?: 'plain' | 'warn' | 'bad';
  readonly facts: readonly string[];
  readonly operations?: readonly number[];
  readonly place?: ObjectPlace | null;
  readonly point?: ObjectPoint | null;
  /** The file whose life can be shown. */
  readonly file?: string;
  readonly children?: readonly ObjectRow[];
}

export interface ObjectSection {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly rows: readonly ObjectRow[];
  /** Where there is none. */
  readonly empty: string;
}

function section<Row>(id: string, title: string, list: ObjectList<Row>, empty: string, row: (item: Row, at: number) => ObjectRow): ObjectSection {
  return { id, title, count: list.count, rows: list.rows.map(row), empty };
}

const facts = (...parts: readonly (string | null | false)[]): string[] => parts.filter((part): part is string => typeof part === 'string' && part !== '');
const numbers = (value: number | null): readonly number[] => (value === null || value === 0 ? [] : [value]);
const spanFrom = (now: string, since: string): string => formatDuration(BigInt(now) > BigInt(since) ? BigInt(now) - BigInt(since) : 0n);

export function contextSections({ contexts }: EngineObjects): readonly ObjectSection[] {
  const types = [...new Set(contexts.rows.map(({ type }) => type))].sort();
  return types.map((type) => {
    const rows = contexts.rows.filter((context) => context.type === type);
    return section(type, type, { count: rows.length, rows }, '', contextRow);
  });
}

function contextRow(context: ContextObject): ObjectRow {
  const leaked = context.state === 'live' && context.setOn === null && context.held.length === 0;
  return {
    key: `${context.driver} ${context.label}`, title: context.label, tag: `${context.count}`, tone: leaked ? 'warn' : 'plain',
    facts: facts(context.setOn === null ? 'not set on anything' : `on ${context.setOn}`, `${context.driver}${context.instance === null || context.instance === context.driver ? '' : ` · ${context.instance}`}`, `${context.size} bytes, ${context.pool}`, context.state !== 'live' && context.state),
    children: [
      ...context.fields.map((field): ObjectRow => ({ key: `field ${field.name}`, title: field.name, facts: [field.value], children: fieldHistory(context, field.name) })),
      ...(context.changes === null && context.fields.length > 0 ? [{ key: 'not noted', title: 'Who set the fields was not noted', facts: ['It is from the first breakpoint on, and at every moment of the past that is rebuilt.'] }] : []),
      ...context.held.map((reference, at): ObjectRow => ({ key: `held ${at}`, tag: 'held', tone: 'warn', title: reference.routine, facts: ['not given back'], place: reference.place, point: reference.point, operations: numbers(reference.operation) })),
      ...context.history.map((step, at): ObjectRow => ({ key: `step ${at}`, tag: step.what, title: step.by, facts: [formatCounted(step.count, 'reference')], place: step.place, point: step.point, operations: numbers(step.operation) })),
    ],
  };
}

/** Who set a field, newest last: somewhere between two steps of the context's life. */
function fieldHistory({ driver, changes }: ContextObject, field: string): ObjectRow[] {
  return (changes ?? []).filter((change) => change.field === field).map(({ from, to, since, until }, at): ObjectRow => {
    const step = since ?? until;
    const when = [since === null ? '' : `after ${stepText(since)}`, until === null ? 'before this moment' : `before ${stepText(until)}`].filter((text) => text !== '').join(', ');
    return { key: `set ${at}`, tag: 'set', title: to ?? 'removed', facts: facts(`by ${driver}, ${when}`, from !== null && `was ${from}`), place: step?.place ?? null, point: step?.point ?? null, operations: numbers(step?.operation ?? null) };
  });
}

const stepText = ({ by, place }: ContextHistoryStep): string => `${by}${place === null ? '' : ` in line ${place.line}`}`;

export function pendingSections(objects: EngineObjects): readonly ObjectSection[] {
  return [
    section('pended', 'Operations that wait', objects.pended, 'No operation is pended here.', (one) => pendedRow(one, objects.time)),
    section('queues', 'Cancel-safe queues', objects.queues, 'No filter has a cancel-safe queue.', (queue) => ({
      key: `${queue.driver} ${queue.instance}`, title: queue.driver, tag: String(queue.operations.length), facts: facts(queue.instance, !queue.enabled && 'disabled'), operations: queue.operations,
    })),
    section('workItems', 'Work items', objects.workItems, 'No work item waits for a worker.', (item, at) => ({
      key: String(at), title: item.routine === '' ? 'work item' : item.routine, tag: item.kind, facts: facts(item.driver, `${item.queue} queue`, item.context !== 'NULL' && item.context), operations: numbers(item.operation),
    })),
    section('generated', 'I/O of drivers under way', objects.generated, 'No driver has I/O of its own under way.', (one) => ({ key: String(one.operation), title: one.name, facts: facts(one.driver, one.target, one.state), operations: [one.operation] })),
  ].filter(({ id, count }) => id === 'pended' || count > 0);
}

function pendedRow(one: PendedObject, now: string): ObjectRow {
  return {
    key: String(one.operation), title: one.name, tag: one.where, tone: one.cancelled ? 'bad' : 'plain', operations: [one.operation], place: one.place, point: one.point,
    facts: facts(one.by === 'file system' ? null : `${one.by}${one.altitude === null ? '' : ` ${one.altitude}`}`, one.since !== null && `for ${spanFrom(now, one.since)}`, `completed by ${one.completes}`, one.cancelled && 'cancelled', one.cancelRoutine && 'has a cancel routine', one.path),
  };
}

export function otherSections(objects: EngineObjects): readonly ObjectSection[] {
  return [
    section('threads', 'Threads', objects.threads, 'No thread runs or waits.', threadRow),
    section('locks', 'Locks', objects.locks, 'No lock is held.', (lock) => ({
      key: lock.name, title: lock.name, tag: lock.held ?? 'held', tone: lock.waiters.length > 0 ? 'warn' : 'plain', facts: facts(`by ${lock.holders.map(({ thread, times }) => `${thread}${times > 1 ? ` (${times} times)` : ''}`).join(', ')}`),
      children: lock.waiters.map((waiter, at): ObjectRow => ({ key: String(at), tag: 'waits', tone: 'warn', title: waiter.thread, facts: waiter.wants === null ? [] : [waiter.wants] })),
    })),
    section('timers', 'Timers', objects.timers, 'No timer is set.', (timer) => ({ key: timer.name, title: timer.name, facts: facts(timer.driver, `in ${spanFrom(timer.due, objects.time)}`, timer.period > 0 && `every ${timer.period} ms`) })),
    section('filters', 'Filters and instances', objects.filters, 'No filter is loaded.', (filter) => ({
      key: filter.name, title: filter.name, tag: filter.state, facts: facts(formatCounted(filter.instances.length, 'instance'), filter.references > 0 && formatCounted(filter.references, 'reference')),
      children: filter.instances.map((instance): ObjectRow => ({
        key: `${instance.volume} ${instance.altitude}`, title: instance.name, facts: facts(instance.altitude, instance.volume, instance.frame > 0 && `frame ${instance.frame}`, instance.state !== 'attached' && instance.state, instance.references > 0 && formatCounted(instance.references, 'reference'), instance.flags !== '0' && instance.flags), operations: instance.operations,
      })),
    })),
    section('streams', 'Oplocks and byte-range locks', objects.streams, 'No oplock or byte-range lock is held.', (stream) => ({
      key: stream.path, title: stream.path, tag: stream.oplock, facts: facts(formatCounted(stream.opens, 'open'), `share access ${stream.share.OpenCount}: ${stream.share.Readers} read, ${stream.share.Writers} write, ${stream.share.Deleters} delete; shared ${stream.share.SharedRead}, ${stream.share.SharedWrite}, ${stream.share.SharedDelete}`),
      children: [
        ...stream.oplockHolders.map((holder, at): ObjectRow => ({ key: `h${at}`, tag: holder.level, title: holder.fileObject, facts: facts(holder.breakTo !== null && `breaking to ${holder.breakTo}`, holder.recorded !== null && 'from the recording'), ...(holder.recorded !== null && { operations: [holder.recorded.operation] }) })),
        ...stream.oplockWaiters.map((waiter, at): ObjectRow => ({ key: `w${at}`, tag: 'waits', tone: 'warn', title: waiter.fileObject, facts: facts(waiter.kind, waiter.recorded !== null && 'from the recording'), ...(waiter.recorded !== null && { operations: [waiter.recorded.operation] }) })),
        ...stream.locks.map((lock, at): ObjectRow => ({ key: `l${at}`, tag: lock.waits ? 'waits' : lock.exclusive ? 'exclusive' : 'shared', tone: lock.waits ? 'warn' : 'plain', title: `${formatOffset(BigInt(lock.offset))} + ${formatOffset(BigInt(lock.length))}`, facts: facts(lock.fileObject, lock.key !== 0 && `key ${lock.key}`) })),
      ],
    })),
    section('fileObjects', 'File objects', objects.fileObjects, 'No file is open.', (file) => ({
      key: file.id, title: file.path === '' ? file.volume : `${file.volume}${file.path}`, tag: file.state === 'open' ? undefined : file.state, ...(file.path !== '' && { file: `${file.volume}${file.path}` }), facts: facts(file.id, file.driver !== null && `opened by ${file.driver}`, file.access, file.shares === null ? null : `shares ${file.shares}`, file.flags),
    } as ObjectRow)),
    section('ports', 'Communication ports', objects.ports, 'No filter has a communication port.', (port) => ({
      key: port.name, title: port.name, facts: facts(port.driver, port.closed && 'closed', `${formatCounted(port.connections.length, 'connection')}${port.maxConnections > 0 ? ` of ${port.maxConnections}` : ''}`),
      children: port.connections.flatMap((connection): ObjectRow[] => [
        { key: connection.id, title: connection.process, tag: connection.state, facts: facts(connection.id, connection.waitingGets > 0 && `${formatCounted(connection.waitingGets, 'FilterGetMessage call')} waiting`) },
        ...connection.messages.map((message): ObjectRow => ({ key: `${connection.id} ${message.id}`, tag: message.state, title: `message ${message.id}`, facts: [`${message.length} bytes`, `from ${message.sender}`] })),
      ]),
    })),
    section('holdings', 'References that drivers hold', objects.holdings, 'No driver holds a reference.', (holding, at) => ({
      key: String(at), title: holding.object, tag: holding.kind, facts: facts(holding.driver, formatCounted(holding.count, 'reference')), place: holding.places.at(-1) ?? null,
    })),
  ];
}

function threadRow(thread: ThreadObject): ObjectRow {
  const { waits } = thread;
  const [innermost] = thread.routines;
  return {
    key: thread.name, title: thread.name, tag: thread.state, tone: waits !== null && waits.until === null ? 'warn' : 'plain', place: waits?.place ?? null,
    operations: [...new Set(thread.routines.flatMap(({ operation }) => numbers(operation)))],
    facts: facts(
      innermost !== undefined && `${innermost.driver}'s ${innermost.routine}`, innermost !== undefined && innermost.irql !== 'PASSIVE_LEVEL' && innermost.irql,
      waits !== null && `waits for ${waits.what}${waits.holders.length === 0 ? '' : `, held by ${waits.holders.join(', ')}`}${waits.until === null ? '' : ` until ${formatTimeOfDay(BigInt(waits.until))}`}`,
      thread.locks.length > 0 && `holds ${thread.locks.join(', ')}`, ...thread.regions,
    ),
  };
}

/** Rows that have the text somewhere, in themselves or in what belongs to them. */
export function filterSections(sections: readonly ObjectSection[], text: string): readonly ObjectSection[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return sections;
  return sections.map((one) => ({ ...one, rows: one.rows.filter((row) => hasText(row, wanted)) }));
}

const hasText = (row: ObjectRow, wanted: string): boolean =>
  [row.title, row.tag ?? '', ...row.facts, ...(row.operations ?? []).map((operation) => `#${operation}`)].some((text) => text.toLowerCase().includes(wanted)) || (row.children ?? []).some((child) => hasText(child, wanted));

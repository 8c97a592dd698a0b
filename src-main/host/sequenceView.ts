/** The sequence of one operation: from the event log of a run, or what the recording tells where nothing has run. */
import type { LayerInfo, SequenceBox, SequenceLane, SequenceView } from '../../src-preload/contract/index.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { irpMjName } from '../nt/names.ts';
import { STATUS_PENDING } from '../nt/values.generated.ts';
import { recordedFilter, RecordedCallbacks } from '../replay/groundTruth/recordedCallbacks.ts';
import type { ListedOperation } from '../session/index.ts';
import { eventParts, eventRow } from './eventText.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { eventNames } from './eventRows.ts';
import { SequenceBuilder, type SequenceEvent } from './sequenceBoxes.ts';
import { layersOf, operationRow } from './sessionInfo.ts';
import { generatedFrom } from '../base/generatedIo.ts';

/** More than that nobody reads as a picture. */
const mostEvents = 4000;
export async function sequenceView(context: HostContext, traceId: number, index: number, runId: number | null): Promise<SequenceView> {
  const [op] = context.session.reader.traces.range(traceId, index, index);
  if (op === undefined) throw hostErrors.noOperation(index);
  const run = runId === null ? undefined : context.session.reader.runs.run(runId);
  if (runId === null || run === undefined || run.trace !== traceId) return recorded(context, traceId, op);
  const { events, isCut } = await eventsOf(context, runId, traceId, index);
  const builder = new SequenceBuilder();
  for (const event of events) builder.add(event);
  const times = new Map<number, bigint | null>();
  const parts = builder.end((operation) => {
    const known = times.get(operation);
    if (known !== undefined) return known;
    const time = context.session.reader.traces.range(traceId, operation, operation)[0]?.time ?? null;
    times.set(operation, time);
    return time;
  });
  return { operation: operationRow(op, context.session.reader.runs.results(runId, index, index).get(index)), from: 'run', lanes: layersOf(run).map(laneOf), ...parts, isCut };
}

const laneOf = ({ name, altitude, kind }: LayerInfo): SequenceLane => ({ name, altitude, kind });

/** With those of the request that took its place where fast I/O was refused. */
async function eventsOf(context: HostContext, run: number, trace: number, index: number): Promise<{ events: readonly SequenceEvent[]; isCut: boolean }> {
  const found = await positionsOf(context, run, index);
  const events = read(context, run, trace, found.positions);
  const refused = events.findLast(({ row }) => row.kind === 'issue' && row.sequence > 1);
  const [again] = refused === undefined ? [] : read(context, run, trace, [refused.row.number + 1]);
  if (again === undefined || again.row.kind !== 'issue' || again.row.operation < generatedFrom || !again.own.includes(`#${index}`)) return { events, isCut: found.isCut };
  const behind = await positionsOf(context, run, again.row.operation);
  const all = [...events, ...read(context, run, trace, behind.positions)];
  return { events: all.sort((a, b) => a.row.number - b.row.number), isCut: found.isCut || behind.isCut };
}

async function positionsOf(context: HostContext, run: number, operation: number): Promise<{ positions: readonly number[]; isCut: boolean }> {
  const { positions, count } = await context.queries.ask('events', { session: context.session.path, run, operation, kinds: null, offset: 0, limit: mostEvents });
  return { positions, isCut: count > positions.length };
}

function read(context: HostContext, run: number, trace: number, positions: readonly number[]): SequenceEvent[] {
  const names = eventNames(context, run, trace);
  const { runs } = context.session.reader;
  let page: ReturnType<typeof runs.pageAt> = null;
  return positions.flatMap((position): SequenceEvent[] => {
    if (page === null || position < page.first || position >= page.first + page.count) page = runs.pageAt(run, position);
    return page === null || position >= page.first + page.count ? [] : [{ row: eventRow(page, position - page.first, names), ...eventParts(page, position - page.first) }];
  });
}

/** Callbacks of minifilters stand in ETW traces only (etw-formats.md 9.5); a device has done something in every one. */
function recorded(context: HostContext, traceId: number, op: ListedOperation): SequenceView {
  const callbacks = new RecordedCallbacks();
  const names: string[] = [];
  for (const event of context.session.reader.traces.contextOf(traceId, 'minifilter', op.sourceIndex, op.sourceIndex)) {
    if (event.operation !== op.sourceIndex) continue;
    callbacks.add(event);
    if (!names.includes(recordedFilter(event))) names.push(recordedFilter(event));
  }
  const lanes: SequenceLane[] = [{ name: 'I/O manager', altitude: null, kind: 'ioManager' }, ...names.map((name): SequenceLane => ({ name, altitude: null, kind: 'filter' })), { name: 'File system', altitude: null, kind: 'fileSystem' }];
  const status = op.status === null ? '' : ntStatusName(op.status);
  const box = (kind: SequenceBox['kind'], lane: number, title: string, result: string): SequenceBox => ({ kind, lane, first: null, last: null, title, result, tid: op.tid, irql: 'PASSIVE', driver: null, line: null, edits: 0, calls: 0, findings: [] });
  const of = (phase: 'pre' | 'post'): SequenceBox[] => callbacks.list.filter((callback) => callback.phase === phase).map(({ filter, after, before }) => box(phase, names.indexOf(filter) + 1, phase, [after ?? before].map((value) => (value === null ? '' : ntStatusName(value)))[0] ?? ''));
  const boxes = [
    box('issue', 0, op.operation, ''), ...of('pre'), box('device', lanes.length - 1, op.major === null ? op.operation : irpMjName(op.major), status), ...of('post'),
    ...(op.status === null || op.status === STATUS_PENDING ? [] : [box('complete', 0, 'completed', status)]),
  ];
  return { operation: operationRow(op, undefined), from: 'recording', lanes, boxes, links: [], gaps: [], isCut: false };
}

/** Looks for an event of a run: at once where it is near, in the query worker where it is far, so that it can be cancelled and tells how far it is. */
import { walkEvents, type Direction, type EventLog, type Sought, type Walked } from '../debugger/eventWalk.ts';
import { factsOfGenerated, factsOfRecord, type OperationFacts } from '../debugger/operationFacts.ts';
import type { EventSources } from '../debugger/breakpointMatch.ts';
import { generatedFrom } from '../base/generatedIo.ts';
import { type EventPage, pageText } from '../replay/eventPage.ts';
import { readGeneratedFacts } from '../replay/generatedFacts.ts';
import type { SessionReader } from '../session/index.ts';
import { detailOf } from './eventText.ts';
import type { HostContext } from './hostContext.ts';
import { layersOf } from './sessionInfo.ts';
import { OperationMarks } from './operationMarks.ts';
import { eventLogOf, storedEventLog } from './storedEventLog.ts';
import type { TravelMove } from './travelMove.ts';

/** Pages that are looked at without more ado: some milliseconds. */
const nearPages = 6;
/** Pages of one question to the worker: a cancel waits for no more than that, and nobody waits for it. */
const farPages = 48;

/** Operations that are read at once: events of one are followed by those of its neighbours. */
const blockOperations = 512;
/** Pages that are looked through for the issue of an operation that a filter generated. */
const pagesToIssue = 64;
const mostGenerated = 4096;

export interface FoundEvent {
  readonly number: number;
  readonly breakpointIds: readonly number[];
}

/** What breakpoints ask about the operations and layers of a run. */
export function eventSources(reader: SessionReader, run: number): EventSources {
  const stored = reader.runs.run(run);
  const layers = stored === undefined ? [] : layersOf(stored);
  const drivers = layers.map(({ driverId, name }) => (driverId === null ? null : name));
  const processes = stored === undefined ? [] : reader.traces.processes(stored.trace);
  const marks = stored === undefined ? null : new OperationMarks(reader.traces, stored.trace, processes);
  let block: { readonly first: number; readonly records: ReturnType<SessionReader['traces']['select']> } = { first: 0, records: [] };
  const recorded = (index: number): OperationFacts | null => {
    if (stored === undefined) return null;
    const first = index - ((index - 1) % blockOperations);
    if (first !== block.first) block = { first, records: reader.traces.select(stored.trace, first - 1, 0, blockOperations, null) };
    const record = block.records[index - first];
    return record === undefined ? null : factsOfRecord(record, processes[record.process]);
  };
  const generated = new Map<number, OperationFacts | null>();
  return {
    driverId: (layer) => layers[layer]?.driverId ?? null,
    driverName: (layer) => drivers[layer] ?? null,
    operation: (index, near) => {
      if (index === 0) return null;
      if (index < generatedFrom) return recorded(index);
      let facts = generated.get(index);
      if (facts !== undefined) return facts;
      if (generated.size >= mostGenerated) generated.clear();
      facts = generatedIn(eventLogOf(reader.runs, run), index, near, recorded);
      generated.set(index, facts);
      return facts;
    },
    mayConcern: (ask, from, to) => marks?.any(ask, from, to) ?? false,
  };
}

/** What the log says where the operation was issued. */
function generatedIn(log: EventLog, index: number, near: number, recorded: (index: number) => OperationFacts | null): OperationFacts | null {
  const issue = issueRow(log, index, near);
  if (issue === null) return null;
  const { page, row } = issue;
  const facts = readGeneratedFacts(detailOf(pageText(page, page.columns.detail[row] ?? 0)));
  return facts === null ? null : factsOfGenerated(facts, page.columns.thread[row] ?? 0, facts.of === undefined ? null : recorded(facts.of));
}

function issueRow(log: EventLog, index: number, near: number): { readonly page: EventPage; readonly row: number } | null {
  for (let from = near + 1, left = pagesToIssue; left > 0; left--) {
    const walked = walkEvents(log, from, 'back', { kind: 'issueOf', operation: index }, nothing, 1);
    if (walked.kind === 'none') return null;
    const page = walked.kind === 'found' ? log.pageAt(walked.number) : null;
    if (walked.kind === 'found') return page === null ? null : { page, row: walked.number - page.first };
    from = walked.from;
  }
  return null;
}

/** Where one operation was issued, nobody asks about operations. */
const nothing: EventSources = { driverId: () => null, driverName: () => null, operation: () => null, mayConcern: () => true };

export async function searchEvents(context: HostContext, run: number, from: number, direction: Direction, sought: Sought, move: TravelMove, what: string): Promise<FoundEvent | null> {
  const log = storedEventLog(context, run);
  let walked: Walked = walkEvents(log, from, direction, sought, eventSources(context.session.reader, run), nearPages);
  while (walked.kind === 'more') {
    move.check(what, Math.abs(walked.from - from), direction === 'forward' ? log.count - from : from + 1);
    walked = await move.within(context.queries.ask('walk', { session: context.session.path, run, from: walked.from, direction, sought, pages: farPages }));
  }
  move.check(what, 0, 0);
  return walked.kind === 'found' ? walked : null;
}

/** What was read for one question of a search serves the next one. */
let known: { readonly reader: SessionReader; readonly run: number; readonly layers: string; readonly sources: EventSources } | null = null;

/** For the worker: the same over a connection of its own. */
export function walkStored(reader: SessionReader, run: number, from: number, direction: Direction, sought: Sought, pages: number): Walked {
  const layers = reader.runs.run(run)?.layers ?? '';
  if (known?.reader !== reader || known.run !== run || known.layers !== layers) known = { reader, run, layers, sources: eventSources(reader, run) };
  return walkEvents(eventLogOf(reader.runs, run), from, direction, sought, known.sources, pages);
}

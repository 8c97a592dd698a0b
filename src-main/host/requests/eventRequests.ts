import type { EventRow, RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { EventPage } from '../../replay/eventPage.ts';
import { eventRow, type EventNames } from '../eventText.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import { recordedStop } from '../recordedStop.ts';
import { layersOf, violationRow } from '../sessionInfo.ts';
import { positionOf, whyEvent, whyFilterCalled } from '../whyService.ts';

type EventRequests = Pick<RequestHandlers, 'events.page' | 'events.stop' | 'events.why' | 'events.whyCalled' | 'violations.page'>;

const pageLimit = 2000;

export function eventRequests(context: HostContext): EventRequests {
  return {
    'events.page': async ({ runId, offset, limit, operation, kinds }) => {
      const { runs } = context.session.reader;
      const run = runs.run(runId);
      if (!run) throw hostErrors.noRun(runId);
      const bounded = Math.max(0, Math.min(limit, pageLimit));
      if (operation === null && kinds === null) {
        const count = runs.eventCount(runId);
        const last = Math.min(offset + bounded, count) - 1;
        return { count, rows: last < offset ? [] : rowsOf(context, runId, run.trace, range(offset, last)) };
      }
      const found = await context.queries.ask('events', { session: context.session.path, run: runId, operation, kinds, offset, limit: bounded });
      return { count: found.count, rows: rowsOf(context, runId, run.trace, found.positions) };
    },
    'events.why': ({ runId, issued, sequence }) => {
      const position = positionOf(context, runId, issued, sequence);
      const [row] = rowsOf(context, runId, context.session.reader.runs.run(runId)?.trace ?? 0, [position]);
      if (row === undefined) throw hostErrors.noPoint(issued, sequence);
      return whyEvent(context, runId, row);
    },
    'events.whyCalled': ({ runId, operation, filter, callback }) => whyFilterCalled(context, runId, operation, filter, callback),
    'events.stop': ({ runId, number }) => {
      const stop = recordedStop(context, runId, number);
      return stop?.iopb.columns[0]?.id === 'snapshot' ? stop : null;
    },
    'violations.page': ({ runId, offset, limit }) => {
      const { runs } = context.session.reader;
      return { count: runs.violationCount(runId), rows: runs.violations(runId, offset, Math.min(limit, pageLimit)).map(violationRow) };
    },
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** Rows at the given log positions, ascending. */
function rowsOf(context: HostContext, run: number, trace: number, positions: readonly number[]): EventRow[] {
  const names = eventNames(context, run, trace);
  const rows: EventRow[] = [];
  let pages: EventPage[] = [];
  for (const position of positions) {
    let page = pages.find((candidate) => position >= candidate.first && position < candidate.first + candidate.count);
    if (!page) {
      pages = context.session.reader.runs.eventPages(run, position, position);
      page = pages.find((candidate) => position >= candidate.first && position < candidate.first + candidate.count);
    }
    if (page) rows.push(eventRow(page, position - page.first, names));
  }
  return rows;
}

export function eventNames(context: HostContext, run: number, trace: number): EventNames {
  const { runs, traces } = context.session.reader;
  const stored = runs.run(run);
  const layers = stored === undefined ? [] : layersOf(stored);
  const operations = new Map<number, ReturnType<EventNames['operation']>>();
  return {
    layers,
    operation: (index) => {
      if (!operations.has(index)) operations.set(index, traces.range(trace, index, index)[0]);
      return operations.get(index);
    },
    violation: (number) => runs.violation(run, number),
  };
}

import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import { hostErrors } from '../errors.ts';
import { eventRows } from '../eventRows.ts';
import type { HostContext } from '../hostContext.ts';
import { recordedStop } from '../recordedStop.ts';
import { violationRow } from '../sessionInfo.ts';
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
        return { count, rows: last < offset ? [] : eventRows(context, runId, run.trace, range(offset, last)) };
      }
      const found = await context.queries.ask('events', { session: context.session.path, run: runId, operation, kinds, offset, limit: bounded });
      return { count: found.count, rows: eventRows(context, runId, run.trace, found.positions) };
    },
    'events.why': ({ runId, issued, sequence }) => {
      const position = positionOf(context, runId, issued, sequence);
      const [row] = eventRows(context, runId, context.session.reader.runs.run(runId)?.trace ?? 0, [position]);
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
      return { count: runs.violationCount(runId), information: runs.violationCount(runId, 'information'), rows: runs.violations(runId, offset, Math.min(limit, pageLimit)).map(violationRow) };
    },
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

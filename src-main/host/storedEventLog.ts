/** The event log of a run in the open session, for whoever steps through it. */
import type { EventLog } from '../debugger/eventWalk.ts';
import type { RunReader } from '../session/index.ts';
import type { HostContext } from './hostContext.ts';

export const storedEventLog = (context: HostContext, run: number): EventLog => eventLogOf(context.session.reader.runs, run);

export function eventLogOf(runs: RunReader, run: number): EventLog {
  return {
    count: runs.eventCount(run),
    pageAt: (number) => (number < 0 ? null : runs.pageAt(run, number)),
    boundsAt: (number) => (number < 0 ? null : runs.boundsAt(run, number)),
    nextPage: (number, direction, filter) => runs.nextPage(run, number, direction, filter),
  };
}

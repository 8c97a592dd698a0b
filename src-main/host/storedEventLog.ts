/** The event log of a run in the open session, for whoever steps through it. */
import type { EventLog } from '../debugger/eventWalk.ts';
import type { HostContext } from './hostContext.ts';

export function storedEventLog(context: HostContext, run: number): EventLog {
  const { runs } = context.session.reader;
  return {
    count: runs.eventCount(run),
    pageAt: (number) => (number < 0 ? null : runs.pageAt(run, number)),
    nextPage: (number, direction, filter) => runs.nextPage(run, number, direction, filter),
  };
}

/** Rows of a run's log, as they are shown. */
import type { EventRow } from '../../src-preload/contract/index.ts';
import type { EventPage } from '../replay/eventPage.ts';
import { eventRow, type EventNames } from './eventText.ts';
import type { HostContext } from './hostContext.ts';
import { layersOf } from './sessionInfo.ts';

/** Rows of a run's log at the given positions, ascending. */
export function eventRows(context: HostContext, run: number, trace: number, positions: readonly number[]): EventRow[] {
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

/** Where a run that is run again differs from its recording: the first event of a page that is known to differ. */
import { pointText } from '../debugger/executionPoint.ts';
import type { EngineHostOptions } from '../engine-host/process.ts';
import { eventColumns, eventKinds, pageText, type EventColumn, type EventPage } from '../replay/eventPage.ts';
import { unpackEventPage } from '../replay/packedEventPage.ts';
import type { FollowedRun } from './followRequest.ts';
import type { FollowerSurface } from './hostOptions.ts';

/** Known by the hashes of a page; where exactly, `firstDifference` says. */
export const notTheSame = (first: number, count: number): string =>
  `When this run was run again, it was not the same: the events ${first + 1} to ${first + count} differ from the recorded ones. A driver that depends on more than the run gives it cannot be rebuilt.`;

export interface Divergence {
  readonly followed: FollowedRun;
  readonly create: (options: EngineHostOptions) => Promise<FollowerSurface>;
  readonly recorded: EventPage | null;
  /** Log position of the page's first row. */
  readonly first: number;
}

/** A sentence; null where the page turned out the same, or did not come. */
export async function firstDifference({ followed, create, recorded, first }: Divergence): Promise<string | null> {
  if (recorded === null) return null;
  let host: FollowerSurface | null = null;
  const handedOut = new Promise<EventPage | null>((resolve) => {
    create({
      readOperations: followed.readOperations,
      listener: {
        sandbox: () => undefined, loaded: () => undefined, resultPage: () => undefined, progress: () => undefined, stopped: () => undefined, continued: () => undefined, breakpointVerified: () => undefined, problem: () => undefined,
        eventPage: ({ columns, count, texts }) => resolve(unpackEventPage(columns, first, count, JSON.parse(texts) as string[])),
        ended: () => resolve(null),
      },
    }).then((created) => {
      host = created;
      return created.start({ ...followed.request, follow: { target: null, parkBefore: null, handOut: first } });
    }).catch(() => resolve(null));
  });
  const page = await handedOut;
  (host as FollowerSurface | null)?.dispose();
  return page === null ? null : differenceIn(recorded, page);
}

const textColumns: ReadonlySet<EventColumn> = new Set(['name', 'rule', 'detail']);

export function differenceIn(recorded: EventPage, again: EventPage): string | null {
  for (let row = 0; row < Math.max(recorded.count, again.count); row++) {
    const column = row >= Math.min(recorded.count, again.count) ? 'kind' : eventColumns.find((name) => valueIn(recorded, name, row) !== valueIn(again, name, row));
    if (column === undefined) continue;
    const place = row < recorded.count ? recorded : again;
    const point = pointText({ operation: place.columns.issued[row] ?? 0, sequence: place.columns.sequence[row] ?? 0, line: null });
    return `When this run was run again, it was not the same from ${point} on: recorded is ${words(recorded, row)}, and now there was ${words(again, row)}. A driver that depends on more than the run gives it cannot be rebuilt.`;
  }
  return null;
}

const valueIn = (page: EventPage, name: EventColumn, row: number): string | number => {
  const value = page.columns[name][row] ?? 0;
  return textColumns.has(name) ? pageText(page, value) : value;
};

function words(page: EventPage, row: number): string {
  if (row >= page.count) return 'no event';
  const { kind, operation, name, status } = page.columns;
  const what = pageText(page, name[row] ?? 0);
  return `${eventKinds[kind[row] ?? 0] ?? 'an event'}${what === '' ? '' : ` ${what}`} of operation ${operation[row] ?? 0}${status[row] === 0 ? '' : ` with status 0x${(status[row] ?? 0).toString(16)}`}`;
}

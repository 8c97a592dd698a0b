/** Runs of small traces as sides of a comparison. */
import { compareRuns, type ComparedRun } from '../../../src-main/compare/compareRuns.ts';
import { Differences, type Difference } from '../../../src-main/compare/difference.ts';
import { packEventPage } from '../../../src-main/replay/packedEventPage.ts';
import type { RunLog } from '../engine-host/runs.ts';

export function runSide(log: RunLog, last = 1_000_000): ComparedRun {
  const pages = [...log.pages.values()].sort((one, other) => one.first - other.first);
  return {
    layers: log.layers.map(({ name, kind }) => ({ name, isFilter: kind === 'filter' })), first: 1, last, causeOf: (operation) => causeIn(log, operation),
    edited: new Set(), pages: pages.map((page) => ({ ...packEventPage(page), unpack: () => page }))[Symbol.iterator](),
  };
}

function causeIn({ results }: RunLog, operation: number): number {
  for (const page of results.values()) {
    const at = operation - page.firstOperation;
    if (at >= 0 && at < page.effects.length) return page.effects[at] === 0 ? 0 : page.causes[at] || operation;
  }
  return 0;
}

/** What two runs differ in, in order. */
export function differencesOf(a: RunLog, b: RunLog): { readonly found: Differences; readonly list: Difference[] } {
  const found = new Differences();
  for (const _ of compareRuns(runSide(a), runSide(b), found));
  found.sort();
  return { found, list: Array.from({ length: found.kept }, (_, at) => found.at(at)) };
}

/** Runs as the rows of a tree: each with its depth, and whether it is the last branch of its parent. */
import type { RunInfo } from '../../src-preload/contract/index.ts';
import { formatCount } from './numbers.ts';

export interface RunTreeRow {
  readonly run: RunInfo;
  /** 0 for a run that is no branch. */
  readonly depth: number;
  /** `│ ├ `: the lines that lead to it. */
  readonly lines: string;
  readonly hasBranches: boolean;
}

/** Top down; branches behind their parents, in the order in which they were made. A branch whose parent is not among them stands by itself. */
export function runTreeRows(runs: readonly RunInfo[]): RunTreeRow[] {
  const known = new Set(runs.map(({ id }) => id));
  const branches = Map.groupBy(runs, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : null));
  const rows: RunTreeRow[] = [];
  const add = (run: RunInfo, depth: number, lines: string, isLast: boolean): void => {
    const own = branches.get(run.id) ?? [];
    rows.push({ run, depth, lines: depth === 0 ? '' : `${lines}${isLast ? '└ ' : '├ '}`, hasBranches: own.length > 0 });
    const below = depth === 0 ? '' : `${lines}${isLast ? '  ' : '│ '}`;
    own.forEach((branch, at) => add(branch, depth + 1, below, at === own.length - 1));
  };
  for (const run of branches.get(null) ?? []) add(run, 0, '', true);
  return rows;
}

/** `#64 is skipped · from #64 on`; of a branch that has its past from another run, `#64 is skipped · from #64 of Run 1`. */
export function differsText({ differs, differsFrom, shared }: RunInfo): string {
  if (differs.length === 0) return '';
  if (shared !== null && differsFrom !== null) return `${differs.map((text) => text.replace(` from #${differsFrom} on`, '')).join(' · ')} · from #${differsFrom} of ${shared.name}`;
  return `${differs.join(' · ')}${differsFrom === null || differs.some((text) => text.includes(`from #${differsFrom}`)) ? '' : ` · from #${differsFrom} on`}`;
}

/** What a branch has in common with its parent, for whoever wants to know where its events lie. */
export const sharedText = ({ shared }: RunInfo): string => (shared === null ? '' : `the first ${formatCount(shared.events)} events are those of ${shared.name}, stored once`);

/** How many operations the changes of a run, or of its drivers, have touched. */
export function touchedCount({ report }: RunInfo): number {
  if (report === null) return 0;
  const { changed, consequence, redirected, notIssued } = report.affected;
  return changed + consequence + redirected + notIssued;
}

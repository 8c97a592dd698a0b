/** Processes of a trace as a tree: children below the process that had their parent's PID when they began. */
import type { TraceProcessInfo } from '../../../src-preload/contract/index.ts';

export interface ProcessNode {
  readonly process: TraceProcessInfo;
  readonly children: readonly ProcessNode[];
}

export interface ProcessLine {
  readonly process: TraceProcessInfo;
  /** From 1. */
  readonly level: number;
  readonly hasChildren: boolean;
}

export function processTree(processes: readonly TraceProcessInfo[]): readonly ProcessNode[] {
  const byPid = Map.groupBy(processes, ({ pid }) => pid);
  const parents = new Map(processes.map((process) => [process, parentOf(process, byPid)]));
  const children = Map.groupBy(processes, (process) => parents.get(process) ?? null);
  const placed = new Set<TraceProcessInfo>();
  const nodesOf = (parent: TraceProcessInfo | null): readonly ProcessNode[] => [...(children.get(parent) ?? [])].sort(inOrder).flatMap((process) => {
    if (placed.has(process)) return [];
    placed.add(process);
    return [{ process, children: nodesOf(process) }];
  });
  const roots = nodesOf(null);
  // Processes that are each other's parents by reused PIDs hang nowhere.
  const loose = [...processes].sort(inOrder).flatMap((process) => (placed.has(process) ? [] : (placed.add(process), [{ process, children: nodesOf(process) }])));
  return [...roots, ...loose];
}

/** PIDs are used again: the one that had begun last when the child began. */
function parentOf(child: TraceProcessInfo, byPid: ReadonlyMap<number, readonly TraceProcessInfo[]>): TraceProcessInfo | null {
  const candidates = (byPid.get(child.parentPid ?? -1) ?? []).filter((other) => other !== child && begunBefore(other, child) && !endedBefore(other, child));
  return candidates.reduce<TraceProcessInfo | null>((latest, other) => (latest === null || (other.startTime ?? 0n) > (latest.startTime ?? 0n) ? other : latest), null);
}

const begunBefore = (parent: TraceProcessInfo, child: TraceProcessInfo): boolean => parent.startTime === null || child.startTime === null || parent.startTime <= child.startTime;
const endedBefore = (parent: TraceProcessInfo, child: TraceProcessInfo): boolean => parent.endTime !== null && child.startTime !== null && parent.endTime < child.startTime;

function inOrder(a: TraceProcessInfo, b: TraceProcessInfo): number {
  const [one, other] = [a.startTime ?? 0n, b.startTime ?? 0n];
  return one < other ? -1 : one > other ? 1 : a.pid - b.pid || a.index - b.index;
}

/** What is in sight, from the top; `closed` has the indexes of processes whose children are not. */
export function processLines(nodes: readonly ProcessNode[], closed: ReadonlySet<number>, level = 1): readonly ProcessLine[] {
  return nodes.flatMap(({ process, children }) => [{ process, level, hasChildren: children.length > 0 }, ...(closed.has(process.index) ? [] : processLines(children, closed, level + 1))]);
}

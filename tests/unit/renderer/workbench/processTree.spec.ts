import { describe, expect, it } from 'vitest';
import type { TraceProcessInfo } from '../../../../src-preload/contract/index.ts';
import { processLines, processTree } from '../../../../src-renderer/workbench/processes/processTree.ts';

function process(index: number, pid: number, parentPid: number | null, startTime: bigint | null = null, endTime: bigint | null = null): TraceProcessInfo {
  return { index, pid, parentPid, name: `p${index}`, imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: null, startTime, endTime };
}

const shown = (processes: readonly TraceProcessInfo[], closed: readonly number[] = []): string => processLines(processTree(processes), new Set(closed)).map(({ process: { name }, level }) => `${'-'.repeat(level - 1)}${name}`).join(' ');

describe('processTree', () => {
  it('puts children below their parents, the earlier first, and hides those of a closed one', () => {
    const all = [process(0, 4, null), process(1, 100, 4, 10n), process(2, 300, 100, 30n), process(3, 200, 100, 20n), process(4, 50, 999, 5n)];
    expect(shown(all)).toBe('p0 -p1 --p3 --p2 p4');
    expect(shown(all, [1])).toBe('p0 -p1 p4');
  });

  it('takes of processes with one PID the one that lived when the child began', () => {
    const all = [process(0, 100, null, 10n, 20n), process(1, 100, null, 30n), process(2, 7, 100, 15n), process(3, 8, 100, 40n), process(4, 9, 100, 25n)];
    expect(shown(all)).toBe('p0 -p2 p4 p1 -p3');
  });

  it('shows every process once, even where PIDs go round in a circle', () => {
    const all = [process(0, 1, 2), process(1, 2, 1), process(2, 3, 3)];
    expect(shown(all).split(' ').map((name) => name.replaceAll('-', '')).sort()).toEqual(['p0', 'p1', 'p2']);
  });
});

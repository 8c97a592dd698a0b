import { expect, it } from 'vitest';
import type { SequenceBox, SequenceView } from '../../../../src-preload/contract/index.ts';
import { boxAt, sequenceLayout } from '../../../../src-renderer/workbench/sequence/sequenceLayout.ts';

/** `0 issue 9:1` is a box on lane 0. */
function box(text: string): SequenceBox {
  const [, lane = '', kind = '', issued = '', sequence = ''] = /^(\d) (\w+) (\d+):(\d+)$/.exec(text) ?? [];
  const first = { number: 0, issued: Number(issued), sequence: Number(sequence) };
  return { kind: kind as SequenceBox['kind'], lane: Number(lane), first, last: first, title: kind, result: '', tid: 1, irql: 'PASSIVE', driver: null, line: null, edits: 0, calls: 0, findings: [] };
}
const boxes = ['0 issue 9:1', '1 pre 9:2', '2 device 30:4', '0 complete 30:6', '1 status 30:9'].map(box);
const view = {
  lanes: [{ name: 'I/O manager', altitude: null, kind: 'ioManager' }, { name: 'a', altitude: '1', kind: 'filter' }, { name: 'File system', altitude: null, kind: 'fileSystem' }], boxes,
  links: [{ from: 1, to: 4, kind: 'status', text: 'requested here' }], gaps: [{ before: 2, isPended: true, operations: 21, duration: null }], from: 'run', isCut: false,
} as unknown as SequenceView;

it('puts later boxes farther right, leaves room for a wait, and draws the way without the status callback', () => {
  const { boxes: placed, gaps, paths, links, width } = sequenceLayout(view);
  for (const [at, one] of placed.entries()) expect(one.x).toBeGreaterThan(at === 0 ? 0 : (placed[at - 1]?.x ?? 0) + (placed[at - 1]?.width ?? 0));
  const gap = gaps[0] ?? { x: 0, width: 0 };
  expect(gap.x).toBeGreaterThan((placed[1]?.x ?? 0) + (placed[1]?.width ?? 0));
  expect(gap.x + gap.width).toBeLessThan(placed[2]?.x ?? 0);
  expect(paths.map(({ waits }) => waits)).toEqual([false, true, false]);
  expect(links).toHaveLength(1);
  expect(width).toBeGreaterThan((placed.at(-1)?.x ?? 0) + (placed.at(-1)?.width ?? 0));
});

it('finds the box of a moment', () => {
  const at = (operation: number, sequence: number): number => boxAt(boxes, { operation, sequence, line: null });
  expect([at(8, 1), at(9, 1), at(9, 7), at(29, 50), at(30, 4), at(30, 99)]).toEqual([-1, 0, 1, 1, 2, 4]);
});

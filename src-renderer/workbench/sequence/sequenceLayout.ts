/** Where the boxes of a sequence stand: time goes to the right, each lane is a line. Plain arithmetic. */
import type { ExecutionPoint, SequenceBox, SequenceView } from '../../../src-preload/contract/index.ts';

export interface PlacedBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
  /** What it returned, in small letters below. */
  readonly result: string;
}

export interface SequenceLayout {
  readonly width: number;
  readonly height: number;
  /** Of each lane, from the top. */
  readonly lanes: readonly number[];
  readonly boxes: readonly PlacedBox[];
  /** The request going down and coming up; a new piece begins behind a wait. */
  readonly paths: readonly { readonly points: string; readonly waits: boolean }[];
  readonly links: readonly { readonly path: string; readonly x: number; readonly y: number; readonly text: string; readonly kind: string }[];
  readonly gaps: readonly { readonly x: number; readonly width: number; readonly before: number }[];
}

export const laneNameWidth = 150;
export const boxHeight = 20;
const laneHeight = 48;
const top = 26;
const letter = 7.3;
const space = 26;
const gapWidth = 120;

/** The part of a WDK name that tells it from its siblings. */
export const shortName = (text: string): string => text.replace(/FLT_(PREOP|POSTOP)_/g, '').replace(/\bSTATUS_/g, '');

export function boxText({ kind, title, edits, findings }: SequenceBox): string {
  const marks = [edits === 0 ? '' : `${edits} ${edits === 1 ? 'edit' : 'edits'}`, ...new Set(findings.map(({ id }) => id))].filter((word) => word !== '').join(' ');
  return `${kind === 'resume' ? title.replace(/^FltCompletePended(Pre|Post)Operation$/, (_, phase: string) => `goes on (${phase.toLowerCase()})`) : title}${marks === '' ? '' : ` · ${marks}`}`;
}

export function sequenceLayout(view: SequenceView): SequenceLayout {
  const lanes = view.lanes.map((_, at) => top + at * laneHeight);
  const waits = new Set(view.gaps.map(({ before }) => before));
  const boxes: PlacedBox[] = [];
  const gaps: { x: number; width: number; before: number }[] = [];
  let x = laneNameWidth + 14;
  for (const [at, box] of view.boxes.entries()) {
    if (waits.has(at)) {
      gaps.push({ x, width: gapWidth, before: at });
      x += gapWidth + space;
    }
    const [text, result] = [boxText(box), shortName(box.result)];
    const width = Math.max(44, Math.max(text.length, result.length * 0.9) * letter + 16);
    boxes.push({ x, y: lanes[box.lane] ?? top, width, text, result });
    x += width + space;
  }
  return { width: x, height: top + view.lanes.length * laneHeight + 6, lanes, boxes, paths: pathsOf(view, boxes, waits), links: linksOf(view, boxes), gaps };
}

/** Status callbacks are no part of the way down and up. */
const isOnTheWay = ({ kind }: SequenceBox): boolean => kind !== 'status';

function pathsOf(view: SequenceView, placed: readonly PlacedBox[], waits: ReadonlySet<number>): SequenceLayout['paths'] {
  const paths: { points: string; waits: boolean }[] = [];
  let before: PlacedBox | null = null;
  let isWaiting = false;
  for (const [at, box] of view.boxes.entries()) {
    const place = placed[at];
    isWaiting ||= waits.has(at);
    if (place === undefined || !isOnTheWay(box)) continue;
    if (before !== null) paths.push({ points: `${before.x + before.width},${before.y} ${place.x},${place.y}`, waits: isWaiting });
    before = place;
    isWaiting = false;
  }
  return paths;
}

function linksOf(view: SequenceView, placed: readonly PlacedBox[]): SequenceLayout['links'] {
  return view.links.flatMap(({ from, to, text, kind }) => {
    const [a, b] = [placed[from], placed[to]];
    if (a === undefined || b === undefined || kind === 'pended') return [];
    const [startX, startY, endX, endY] = [a.x + a.width / 2, a.y - boxHeight / 2, b.x + b.width / 2, b.y - boxHeight / 2];
    const high = Math.min(startY, endY) - 16;
    return [{ path: `M${startX} ${startY} C ${startX + 40} ${high}, ${endX - 40} ${high}, ${endX} ${endY}`, x: Math.min(startX + 60, (startX + endX) / 2), y: Math.min(startY, endY) - 5, text, kind }];
  });
}

/** The box that a moment is in, or the last one before it; -1 where the operation has not begun. */
export function boxAt(boxes: readonly SequenceBox[], point: ExecutionPoint): number {
  return boxes.findLastIndex(({ first }) => first !== null && (first.issued < point.operation || (first.issued === point.operation && first.sequence <= point.sequence)));
}

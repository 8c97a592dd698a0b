/** Where a splitter between panes may stand, and where a key moves it. Lengths are pixels along the split. */

/** The least a group of panes keeps; the docking library is told the same of each pane. */
export const leastPane = { width: 140, height: 60 } as const;

export type SplitPart = { readonly kind: 'group' } | { readonly kind: 'split'; readonly isAcross: boolean; readonly parts: readonly SplitPart[] };

export interface SplitterRange {
  readonly least: number;
  readonly now: number;
  readonly most: number;
  readonly whole: number;
}

const step = 16;
const longStep = 80;

/** The least length of a part: those that lie along the split add up, of those across it the largest counts. */
export function leastOf(part: SplitPart, isAcross: boolean): number {
  if (part.kind === 'group') return isAcross ? leastPane.width : leastPane.height;
  const lengths = part.parts.map((inner) => leastOf(inner, isAcross));
  return part.isAcross === isAcross ? lengths.reduce((sum, length) => sum + length, 0) : Math.max(0, ...lengths);
}

/** The splitter behind part `at`: it can be moved until all before it, or all behind it, have their least. */
export function splitterRange(sizes: readonly number[], least: readonly number[], at: number): SplitterRange {
  const sum = (list: readonly number[]): number => list.reduce((total, length) => total + length, 0);
  const whole = sum(sizes);
  const now = sum(sizes.slice(0, at + 1));
  // A window that is too small for all has nothing to give.
  return { least: Math.min(now, sum(least.slice(0, at + 1))), now, most: Math.max(now, whole - sum(least.slice(at + 1))), whole };
}

/** Where a key moves a splitter; null where the key is none of its. Enter makes what is before it small, and brings it back to `restored`. */
export function movedSplitter(key: string, isLong: boolean, isAcross: boolean, range: SplitterRange, restored: number | null): number | null {
  const clamp = (to: number): number => Math.min(Math.max(to, range.least), range.most);
  const by = isLong ? longStep : step;
  switch (key) {
    case isAcross ? 'ArrowLeft' : 'ArrowUp': return clamp(range.now - by);
    case isAcross ? 'ArrowRight' : 'ArrowDown': return clamp(range.now + by);
    case 'Home': return range.least;
    case 'End': return range.most;
    case 'Enter': return range.now - range.least > 1 ? range.least : clamp(restored ?? range.whole / 2);
    default: return null;
  }
}

/**
 * The splitters between panes, for keys: the docking library makes them for the pointer alone.
 *
 * A splitter is a window splitter of the ARIA Authoring Practices: it takes the focus, tells where it stands between the least
 * and the most of what is before it (per cent of both sides' whole split), and moves by arrow keys, Home, End and Enter. Moving
 * is done as by the pointer, so that what the library keeps (least sizes, shares) stays its own.
 */
import { pageZoom } from '../../components/pageZoom.ts';
import { leastOf, movedSplitter, splitterRange, type SplitPart } from './splitterKeys.ts';

const splitSelector = '.dv-split-view-container';

/** Where each was before Enter moved it away. */
const restored = new WeakMap<Element, number>();

const isAcross = (split: Element): boolean => split.classList.contains('dv-horizontal');
const viewsOf = (split: Element): readonly HTMLElement[] => [...(split.querySelector(':scope > .dv-view-container')?.children ?? [])].filter((child) => child instanceof HTMLElement);
const sashesOf = (split: Element): readonly HTMLElement[] => [...(split.querySelector(':scope > .dv-sash-container')?.children ?? [])].filter((child) => child instanceof HTMLElement);

/** What lies in one part of a split: a group of panes, or a split across. */
function partOf(view: Element): SplitPart {
  const inner = view.querySelector(splitSelector);
  if (inner === null || view.querySelector('.dv-groupview')?.contains(inner) === true) return { kind: 'group' };
  return { kind: 'split', isAcross: isAcross(inner), parts: viewsOf(inner).map(partOf) };
}

/** `Session`; of several panes beside or above one another all that are in front. */
const titlesIn = (view: Element): string => [...view.querySelectorAll('.dv-groupview .dv-tab.dv-active-tab')].map((tab) => tab.getAttribute('aria-label') ?? '').filter((title) => title !== '').join(', ');

/** Sizes of the parts along the split, in pixels of the window. */
function sizesOf(split: Element): readonly number[] {
  return viewsOf(split).map((view) => (isAcross(split) ? view.getBoundingClientRect().width : view.getBoundingClientRect().height));
}

function rangeOf(split: Element, at: number): ReturnType<typeof splitterRange> {
  return splitterRange(sizesOf(split), viewsOf(split).map((view) => leastOf(partOf(view), isAcross(split)) * pageZoom()), at);
}

function describe(split: Element, sash: HTMLElement, at: number): void {
  const [before, after] = [viewsOf(split)[at], viewsOf(split)[at + 1]];
  const range = rangeOf(split, at);
  // Beside what is hidden there is nothing to move, as where one pane has the whole room.
  const rests = before === undefined || after === undefined || sizesOf(split)[at] === 0 || sizesOf(split)[at + 1] === 0;
  sash.tabIndex = rests ? -1 : 0;
  sash.ariaHidden = rests ? 'true' : null;
  sash.role = 'separator';
  sash.ariaOrientation = isAcross(split) ? 'vertical' : 'horizontal';
  sash.ariaLabel = rests ? 'Splitter' : `Splitter between ${titlesIn(before)} and ${titlesIn(after)}`;
  const percent = (pixels: number): string => String(range.whole === 0 ? 0 : Math.round((pixels / range.whole) * 100));
  [sash.ariaValueMin, sash.ariaValueNow, sash.ariaValueMax] = [percent(range.least), percent(range.now), percent(range.most)];
  sash.ariaValueText = `${sash.ariaValueNow} %`;
  sash.title = 'Drag, or arrow keys; Enter: make it small and back';
}

/** As if it were dragged so far. */
function drag(sash: HTMLElement, across: boolean, pixels: number): void {
  const box = sash.getBoundingClientRect();
  const at = (by: number): PointerEventInit => ({ bubbles: true, clientX: box.x + (across ? by : 0), clientY: box.y + (across ? 0 : by) });
  sash.dispatchEvent(new PointerEvent('pointerdown', at(0)));
  document.dispatchEvent(new PointerEvent('pointermove', at(pixels)));
  document.dispatchEvent(new PointerEvent('pointerup', at(pixels)));
}

function onKey(event: KeyboardEvent): void {
  const sash = event.target;
  const split = sash instanceof HTMLElement && sash.classList.contains('dv-sash') ? sash.closest(splitSelector) : null;
  if (!(sash instanceof HTMLElement) || split === null || event.ctrlKey || event.altKey || event.metaKey) return;
  const range = rangeOf(split, sashesOf(split).indexOf(sash));
  const to = movedSplitter(event.key, event.shiftKey, isAcross(split), range, restored.get(sash) ?? null);
  if (to === null) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === 'Enter') restored.set(sash, range.now);
  drag(sash, isAcross(split), to - range.now);
  describeSplitters(split);
}

/** Tells each splitter what it is and where it stands; again whenever the layout has changed. */
export function describeSplitters(root: Element): void {
  const splits = [...(root.matches(splitSelector) ? [root] : []), ...root.querySelectorAll(splitSelector)];
  for (const split of splits) for (const [at, sash] of sashesOf(split).entries()) describe(split, sash, at);
}

/** Lets the splitters below an element be moved by keys. */
export function listenToSplitters(root: HTMLElement): void {
  root.addEventListener('keydown', onKey);
  root.addEventListener('focusin', ({ target }) => {
    const split = target instanceof Element && target.classList.contains('dv-sash') ? target.closest(splitSelector) : null;
    if (split !== null) describeSplitters(split);
  });
}

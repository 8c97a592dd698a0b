/**
 * Panes that stay drawn while they are hidden lie on layers above their groups, and the library moves those when a group changes. Where the
 * room for the panes and the panes themselves change at once it measures between the two, and the layer stays where the group no longer is.
 */
import type { DockviewApi } from 'dockview-vue';

const isSame = (a: DOMRect, b: DOMRect): boolean => Math.abs(a.top - b.top) < 1.5 && Math.abs(a.left - b.left) < 1.5 && Math.abs(a.width - b.width) < 1.5 && Math.abs(a.height - b.height) < 1.5;
const rectsOf = (root: HTMLElement, selector: string): DOMRect[] => [...root.querySelectorAll<HTMLElement>(selector)].filter((element) => element.checkVisibility({ visibilityProperty: true })).map((element) => element.getBoundingClientRect());

/** How often layers are placed again that still do not lie right: what one look cannot mend a third does not either. */
const mostTries = 2;

/** Looks after every change of the room or the panes whether all layers lie where their groups are, and has the library place them again where not. Returns what ends it. */
export function keepLayersInPlace(api: DockviewApi, root: HTMLElement): () => void {
  let frame = 0;
  let tries = 0;
  const look = (): void => {
    const groups = rectsOf(root, '.dv-content-container');
    if (rectsOf(root, '.dv-render-overlay').every((layer) => groups.some((group) => isSame(layer, group)))) {
      tries = 0;
      return;
    }
    if (tries++ >= mostTries) return;
    const { width, height } = api;
    // The same size again would be no change.
    api.layout(width, height - 1);
    api.layout(width, height);
  };
  const soon = (): void => {
    cancelAnimationFrame(frame);
    // The library takes two frames itself.
    frame = requestAnimationFrame(() => (frame = requestAnimationFrame(() => (frame = requestAnimationFrame(look)))));
  };
  const observer = new ResizeObserver(soon);
  observer.observe(root);
  const changes = api.onDidLayoutChange(soon);
  return () => {
    observer.disconnect();
    changes.dispose();
    cancelAnimationFrame(frame);
  };
}

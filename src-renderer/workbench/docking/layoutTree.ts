import type { SerializedDockview } from 'dockview-vue';
import type { PaneId } from '../../stores/layout.ts';
import type { PaneGroup, PaneSplit } from './presets.ts';

/** How a pane is written down in a layout. */
export type PaneRecord = SerializedDockview['panels'][string];
/** A layout as it is kept: with the panes that its user has closed. */
export type KeptLayout = SerializedDockview & { readonly closed?: readonly string[] };
type GridNode = SerializedDockview['grid']['root'];

/** Any size serves: what is read is fitted to the window. */
const side = 10_000;

/** The form in which the docking library reads a layout. */
export function serializedLayout(preset: PaneSplit, record: (id: PaneId) => PaneRecord): SerializedDockview {
  const panels: Record<string, PaneRecord> = {};
  let groups = 0;

  function leaf({ panes, front, share }: PaneGroup, room: number, whole: number): GridNode {
    for (const id of panes) panels[id] = record(id);
    return { type: 'leaf', data: { views: [...panes], activeView: front ?? panes[0] ?? '', id: `group-${++groups}` }, size: (room * share) / whole };
  }

  function branch({ parts, share }: PaneSplit, room: number, whole: number): GridNode {
    const sum = parts.reduce((total, part) => total + part.share, 0);
    return { type: 'branch', data: parts.map((part) => ('panes' in part ? leaf(part, side, sum) : branch(part, side, sum))), size: (room * share) / whole };
  }

  // The library's word for panes side by side.
  return { grid: { root: branch(preset, side, preset.share), width: side, height: side, orientation: 'HORIZONTAL' as SerializedDockview['grid']['orientation'] }, panels };
}

/** A kept layout as far as its panes still exist; null where nothing of it can be used. */
export function knownLayout(kept: unknown, isKnown: (id: string) => boolean): SerializedDockview | null {
  const layout = kept as Partial<SerializedDockview> | null;
  if (layout?.grid?.root === undefined || layout.panels === undefined) return null;
  const panels = Object.fromEntries(Object.entries(layout.panels).filter(([id]) => isKnown(id)));
  const prune = (node: GridNode): GridNode | null => {
    if (Array.isArray(node.data)) {
      const data = node.data.flatMap((part) => prune(part) ?? []);
      return data.length === 0 ? null : { ...node, data };
    }
    const views = node.data.views.filter((id) => id in panels);
    const { activeView } = node.data;
    return views.length === 0 ? null : { ...node, data: { ...node.data, views, activeView: activeView !== undefined && views.includes(activeView) ? activeView : views[0] ?? '' } };
  };
  const root = prune(layout.grid.root);
  return root === null ? null : { grid: { ...layout.grid, root }, panels };
}

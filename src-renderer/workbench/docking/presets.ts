import { presetNames, type PaneId, type PresetName } from '../../stores/layout.ts';

/** Panes behind one another; the first is in front unless `front` says otherwise. */
export interface PaneGroup {
  readonly panes: readonly PaneId[];
  readonly front?: PaneId;
  /** Share of the room of what it is a part of. */
  readonly share: number;
}

/** Parts beside one another; parts of parts lie across. */
export interface PaneSplit {
  readonly parts: readonly (PaneGroup | PaneSplit)[];
  readonly share: number;
}

const moment: readonly PaneId[] = ['inspector', 'variables', 'contexts', 'pending'];
const views: readonly PaneId[] = ['timeline', 'statistics', 'processes'];

/**
 * The layouts that come with the program, from left to right.
 *
 * Each has what its job needs, and so few panes a group that every tab can be read. Whatever is not in one opens when it is
 * asked for, or when it has something to show.
 */
export const presets: Readonly<Record<PresetName, PaneSplit>> = {
  /** What happened: the list and the timeline together. */
  Browse: { share: 1, parts: [
    { panes: ['session'], share: 16 },
    { share: 60, parts: [{ panes: ['operations'], share: 64 }, { panes: [...views, 'life', 'sequence', 'context', 'notes'], share: 36 }] },
    { panes: ['inspector'], share: 24 },
  ] },
  /** What a driver does: the list, the source and the events, and the moment beside them. */
  Debug: { share: 1, parts: [
    { panes: ['session'], share: 16.5 },
    { share: 54.5, parts: [{ panes: ['operations', ...views], share: 31 }, { panes: ['source'], share: 42 }, { panes: ['log', 'sequence', 'violations', 'changes', 'console', 'problems', 'objects'], share: 27 }] },
    { panes: moment, share: 29 },
  ] },
  /** What differs: the differences, the operations they are of, and the source that made them. */
  Compare: { share: 1, parts: [
    { panes: ['session'], share: 16 },
    { share: 55, parts: [{ panes: ['compare', 'changes', 'fidelity'], share: 40 }, { panes: ['operations', 'timeline'], share: 30 }, { panes: ['source', 'log', 'sequence', 'violations'], share: 30 }] },
    { panes: moment, share: 29 },
  ] },
};

/** The preset whose panes lie as it has them, beside whatever else is open; null: somebody has arranged them. */
export function presetOf(groups: readonly (readonly string[])[]): PresetName | null {
  const told = (list: readonly (readonly string[])[]): string => list.filter(({ length }) => length > 0).map((panes) => panes.join(' ')).sort().join('\n');
  return presetNames.find((name) => told(groups.map((panes) => panes.filter((id) => isInPreset(name, id)))) === told(groupsOf(presets[name]))) ?? null;
}

export const isInPreset = (name: PresetName, id: string): boolean => groupsOf(presets[name]).some((panes) => panes.some((pane) => pane === id));

const groupsOf = (split: PaneSplit): readonly (readonly PaneId[])[] => split.parts.flatMap((part) => ('panes' in part ? [part.panes] : groupsOf(part)));

/** Panes of one kind, which open beside one another. */
const kinds: readonly (readonly PaneId[])[] = [
  moment,
  views,
  ['changes', 'compare', 'fidelity', 'explore', 'pairs'],
  ['life', 'context', 'notes', 'report'],
  ['log', 'sequence', 'violations', 'console', 'problems', 'objects', 'bytes'],
];
/** Where panes open that have none of their kind: below the operations, so that the list stays in sight. */
const below: readonly PaneId[] = ['log', 'violations', 'console', 'problems', 'sequence', 'changes', 'context', 'notes', 'life', ...views];

export interface PanePlace {
  /** It opens behind the same tabs as the first of these that is open. */
  readonly beside: readonly PaneId[];
  /** Where none of them is: at this side of the window. */
  readonly side: 'left' | 'right' | 'below';
  /** It has the whole room while it is in front where its group is lower than this, in pixels. */
  readonly leastHeight?: number;
}

/** Where a pane belongs that is not open. */
export function placeOf(id: PaneId): PanePlace {
  if (id === 'session') return { beside: [], side: 'left' };
  if (id === 'settings') return { beside: ['source', 'operations'], side: 'below', leastHeight: 480 };
  const same = (kinds.find((kind) => kind.includes(id)) ?? []).filter((other) => other !== id);
  if (moment.includes(id)) return { beside: same, side: 'right' };
  if (id === 'operations') return { beside: ['source'], side: 'below' };
  return { beside: [...same, ...below.filter((other) => other !== id)], side: 'below' };
}

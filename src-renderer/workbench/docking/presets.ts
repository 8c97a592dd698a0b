import type { PaneId, PresetName } from '../../stores/layout.ts';

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

const inspector: readonly PaneId[] = ['inspector', 'variables', 'contexts', 'pending', 'objects'];
const output: readonly PaneId[] = ['log', 'sequence', 'life', 'violations', 'changes', 'compare', 'fidelity', 'explore', 'console', 'problems', 'context', 'notes', 'timeline', 'statistics', 'processes', 'report'];

/** The layouts that come with the program, from left to right. */
export const presets: Readonly<Record<PresetName, PaneSplit>> = {
  Browse: { share: 1, parts: [
    { panes: ['session'], share: 16 },
    { share: 60, parts: [{ panes: ['operations'], share: 68 }, { panes: [...output, 'source'], front: 'context', share: 32 }] },
    { panes: inspector, share: 24 },
  ] },
  Debug: { share: 1, parts: [
    { panes: ['session'], share: 16.5 },
    { share: 56.5, parts: [{ panes: ['operations'], share: 31 }, { panes: ['source'], share: 42 }, { panes: output, share: 27 }] },
    { panes: inspector, share: 27 },
  ] },
  Compare: { share: 1, parts: [
    { panes: ['session'], share: 16 },
    { share: 57, parts: [{ panes: ['compare', 'changes', 'fidelity'], share: 40 }, { panes: ['operations'], share: 30 }, { panes: ['source', ...output.filter((id) => !['compare', 'changes', 'fidelity'].includes(id))], share: 30 }] },
    { panes: inspector, share: 27 },
  ] },
};

/** Neighbours that a pane opens with where it is not open: the first of them that is. */
export function companions(id: PaneId): readonly PaneId[] {
  if (id === 'settings') return ['source', 'operations'];
  return [inspector, output].find((group) => group.includes(id)) ?? output;
}

import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

/** Every pane, by the name that layouts keep. */
export const paneIds = [
  'session', 'operations', 'source', 'inspector', 'variables', 'contexts', 'pending', 'objects',
  'log', 'violations', 'changes', 'compare', 'fidelity', 'explore', 'console', 'bytes', 'problems', 'context', 'pairs', 'report', 'notes', 'timeline', 'statistics', 'processes', 'sequence', 'life', 'settings',
] as const;
export type PaneId = (typeof paneIds)[number];

export const presetNames = ['Browse', 'Debug', 'Compare'] as const;
export type PresetName = (typeof presetNames)[number];

/** Where a pane goes, seen from where it is. */
export type MoveWord = 'left' | 'right' | 'above' | 'below' | 'next' | 'previous';

/** What the docking area can do; it puts itself in when it is there. */
export interface Dock {
  show(id: PaneId, focus: boolean): void;
  /** Puts a closed pane behind others of its kind, unless the user has closed it. */
  offer(id: PaneId): void;
  close(id: PaneId): void;
  applyPreset(name: PresetName): void;
  /** Where everything is now, to be kept and given to `apply` later. */
  now(): unknown;
  /** False where nothing of it can be used. */
  apply(kept: unknown): boolean;
  toggleMaximised(): void;
  move(where: MoveWord): void;
  resize(axis: 'width' | 'height', pixels: number): void;
  focusNext(step: 1 | -1): void;
  showNextTab(step: 1 | -1): void;
}

/** The docking area, and which of its panes is the active one. Panes are shown by commands and by what happens; where they are is the user's. */
export const useLayout = defineStore('layout', () => {
  const active = ref<PaneId | null>(null);
  const isMaximised = ref(false);
  const dock = shallowRef<Dock | null>(null);
  /** Asked for before the docking area was there. */
  let early: PaneId[] = [];

  function attach(value: Dock | null): void {
    dock.value = value;
    if (value === null) return;
    for (const id of early) value.show(id, false);
    early = [];
  }

  /** Opens a pane where it is closed, and brings it to the front of its group. */
  function show(id: PaneId, focus = false): void {
    if (dock.value === null) early.push(id);
    else dock.value.show(id, focus);
  }

  return { active, isMaximised, dock, attach, show };
});

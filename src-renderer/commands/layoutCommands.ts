/** Layouts that the user has named: kept in the settings of this window, for every session. */
import { useDialogs } from '../stores/dialogs.ts';
import { useLayout } from '../stores/layout.ts';
import { useNotices } from '../stores/notices.ts';
import { useSettings } from '../stores/settings.ts';
import type { Command } from './command.ts';

/** Keeps where the panes are now under a name. */
export function saveLayout(name: string): void {
  const { dock } = useLayout();
  if (dock !== null) useSettings().nameLayout(name, dock.now());
}

/** Puts the panes where they were when the layout of that name was kept; without a name, the list of them. */
export function applyLayout(name: string | null): void {
  if (name === null) return useDialogs().show('layouts');
  const layout = useSettings().saved.namedLayouts.find((kept) => kept.name === name)?.layout;
  if (useLayout().dock?.apply(layout) !== true) useNotices().add('warning', `The layout ${name} cannot be used by this version: arrange the panes, and save it again under its name.`);
}

export function layoutCommands(): readonly Command[] {
  return [
    { id: 'layout.named', menu: 'View', title: 'Layouts: save, use, delete…', keys: [], keyScope: 'everywhere', unavailable: () => null, run: applyLayout },
  ];
}

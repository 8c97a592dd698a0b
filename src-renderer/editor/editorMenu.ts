/** The context menu of the editor's text: commands, and what every text has. */
import type { CommandId } from '../commands/command.ts';
import { commands } from '../commands/commands.ts';
import type { MenuEntry } from '../components/ContextMenu.vue';

const ofName: readonly CommandId[] = ['source.definition', 'source.peekDefinition', 'source.references', 'source.rename'];
const ofCode: readonly CommandId[] = ['source.quickFix', 'source.snippet', 'source.format'];
const ofRun: readonly CommandId[] = ['source.toggleBreakpoint', 'run.toLine'];

/** Done by Monaco's own actions, whose keys are those of the system. */
export const editEntries = [
  { id: 'cut', title: 'Cut', keys: 'Ctrl+X', action: 'editor.action.clipboardCutAction', changes: true },
  { id: 'copy', title: 'Copy', keys: 'Ctrl+C', action: 'editor.action.clipboardCopyAction', changes: false },
  { id: 'paste', title: 'Paste', keys: 'Ctrl+V', action: 'editor.action.clipboardPasteAction', changes: true },
] as const;

function commandEntries(ids: readonly CommandId[]): MenuEntry[] {
  return ids.flatMap((id) => {
    const command = commands().get(id);
    return command === undefined ? [] : [{ id, title: command.title, keys: command.keys[0], unavailable: command.unavailable() ?? undefined }];
  });
}

/** `isDriver`: it can be changed. */
export function textEntries(isDriver: boolean): readonly MenuEntry[] {
  const edits = editEntries.filter(({ changes }) => isDriver || !changes);
  const groups = isDriver ? [commandEntries(ofName), commandEntries(ofCode), edits, commandEntries(ofRun)] : [commandEntries(ofName.filter((id) => id !== 'source.rename')), edits];
  return groups.flatMap((group, at) => group.map((entry, first) => ({ ...entry, separated: at > 0 && first === 0 })));
}

/** Commands of the driver editor. */
import { useCoverage } from '../stores/coverage.ts';
import { useDrivers } from '../stores/drivers.ts';
import { useNotices } from '../stores/notices.ts';
import { useProblems } from '../stores/problems.ts';
import { useSettings } from '../stores/settings.ts';
import { useSource } from '../stores/source.ts';
import type { Command, CommandId, MenuName } from './command.ts';
import { focusPane, paneActions } from './paneActions.ts';

const whenDriver = (): string | null => (useSource().active?.kind === 'driver' ? null : 'Open a driver first.');
const whenEditor = (): string | null => (useSource().active === null || paneActions.editorAction === undefined ? 'Open a driver first.' : null);

function entry(id: CommandId, menu: MenuName, title: string, run: Command['run'], options: Partial<Pick<Command, 'keys' | 'unavailable'>> = {}): Command {
  return { id, menu, title, keys: [], keyScope: 'everywhere', unavailable: () => null, run, ...options };
}

function toggleFormatOnSave(): void {
  const { saved } = useSettings();
  saved.formatOnSave = !saved.formatOnSave;
  useNotices().add('info', saved.formatOnSave ? 'Drivers are formatted when you save them.' : 'Drivers are saved as they are.');
}

/** To the next place where something is wrong with a driver, behind the caret; round and round. */
function goToProblem(step: 1 | -1): void {
  const source = useSource();
  const drivers = useDrivers();
  const files = drivers.list.flatMap(({ id }) => drivers.files(id).map(({ slot }) => `${id}:${slot}`));
  const places = useProblems().list.map(({ driverId, slot, line, column }) => ({ driverId, slot, at: files.indexOf(`${driverId}:${slot}`), line: line ?? 1, column: column ?? 1 }))
    .sort((a, b) => a.at - b.at || a.line - b.line || a.column - b.column);
  const { active } = source;
  const caret = paneActions.caret?.() ?? { line: 0, column: 0 };
  const own = active?.kind === 'driver' ? files.indexOf(`${active.driverId}:${active.slot}`) : -1;
  const compare = (place: (typeof places)[number]): number => place.at - own || place.line - caret.line || place.column - caret.column;
  const next = step > 0 ? (places.find((place) => compare(place) > 0) ?? places[0]) : (places.findLast((place) => compare(place) < 0) ?? places.at(-1));
  if (next === undefined) return;
  focusPane('source');
  source.showInFile(next.driverId, next.slot, next.line, { column: next.column });
}

export function editorCommands(): readonly Command[] {
  const whenProblems = (): string | null => (useProblems().list.length === 0 ? 'There is nothing wrong with the drivers.' : null);
  const action = (id: CommandId, title: string, name: string, keys: readonly string[], unavailable = whenDriver): Command => ({ ...entry(id, 'Edit', title, () => paneActions.editorAction?.(name), { keys, unavailable: () => unavailable() ?? whenEditor() }), keyScope: 'editor' });
  return [
    entry('problem.next', 'Edit', 'Next problem of the drivers', () => goToProblem(1), { keys: ['F8'], unavailable: whenProblems }),
    entry('problem.previous', 'Edit', 'Previous problem of the drivers', () => goToProblem(-1), { keys: ['Shift+F8'], unavailable: whenProblems }),
    action('source.quickFix', 'Quick fix…', 'editor.action.quickFix', ['Ctrl+.']),
    action('source.definition', 'Go to definition', 'editor.action.revealDefinition', ['F12'], whenEditor),
    action('source.peekDefinition', 'Peek definition', 'editor.action.peekDefinition', ['Alt+F12'], whenEditor),
    action('source.references', 'Find references', 'editor.action.goToReferences', ['Shift+F12'], whenEditor),
    action('source.rename', 'Rename the symbol…', 'editor.action.rename', ['F2']),
    action('source.format', 'Format the driver', 'editor.action.formatDocument', ['Shift+Alt+F']),
    action('source.tabKey', 'Tab key in the editor: indents, or leaves it', 'editor.action.toggleTabFocusMode', ['Ctrl+M'], whenEditor),
    entry('source.formatOnSave', 'Edit', 'Format on save: on or off', toggleFormatOnSave),
    entry('source.snippet', 'Edit', 'Insert snippet…', () => paneActions.insertSnippet?.(), { unavailable: () => whenDriver() ?? whenEditor() }),
    entry('view.coverage', 'View', 'Lines that ran: show or hide', () => useCoverage().toggle(), { unavailable: () => (useCoverage().isShown ? null : useCoverage().reason) }),
  ];
}

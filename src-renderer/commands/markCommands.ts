/** Commands about columns, highlights, bookmarks, and what is selected. */
import { filterText } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useBookmarks } from '../stores/bookmarks.ts';
import { useComparison } from '../stores/comparison.ts';
import { useDebugger } from '../stores/debugger.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useFilter } from '../stores/filter.ts';
import { useHighlights } from '../stores/highlights.ts';
import { useNotices } from '../stores/notices.ts';
import { useRowRange } from '../stores/rowRange.ts';
import { useSelection } from '../stores/selection.ts';
import { useSession } from '../stores/session.ts';
import { saveText } from '../backend/saveText.ts';
import type { Command, CommandId, MenuName } from './command.ts';
import { copySelected } from './listText.ts';
import { focusPane } from './paneActions.ts';

interface Options {
  readonly keys?: readonly string[];
  readonly keyScope?: Command['keyScope'];
  readonly unavailable?: () => string | null;
}

const entry = (id: CommandId, menu: MenuName, title: string, run: Command['run'], options: Options = {}): Command => ({
  id, menu, title, run, keys: options.keys ?? [], keyScope: options.keyScope ?? 'list', unavailable: options.unavailable ?? whenTrace,
});

const whenTrace = (): string | null => (useSelection().traceId === null ? 'Open a trace first.' : null);
const whenSelected = (): string | null => (useRowRange().numbers === null ? 'Select an operation first.' : null);
const whenOperation = (): string | null => (useSelection().operation === null ? 'Select an operation first.' : null);
const whenCell = (): string | null => (useFilter().cell === null ? 'Select an operation first.' : null);
const whenHighlights = (): string | null => (useHighlights().active.length === 0 ? 'No highlight rule is on: Highlight a value, or edit the rules with Ctrl+H.' : null);

/** The value of the current cell becomes the first rule. */
function highlightCell(): void {
  const { cell } = useFilter();
  if (cell !== null) useHighlights().add(filterText(cell));
}

/** The run that is shown, with what it was compared with last. */
async function exportReport(): Promise<void> {
  try {
    const { runId } = useSelection();
    const { info } = useComparison();
    const isAbout = info !== null && info.state !== 'running' && info.problem === null && [info.a, info.b].some(({ ref }) => ref.kind === 'run' && ref.runId === runId);
    const { fileName, text } = await host().request('report.write', { runId, comparison: isAbout ? info.id : null });
    saveText(fileName, text);
  } catch (error) {
    useNotices().report(error);
  }
}

async function addNote(place: Parameters<ReturnType<typeof useBookmarks>['add']>[0]): Promise<void> {
  focusPane('notes');
  await useBookmarks().add(place);
}

function withOperation(action: (operation: number) => void | Promise<void>): () => void | Promise<void> {
  return () => {
    const { operation } = useSelection();
    if (operation !== null) return action(operation);
  };
}

export function markCommands(): readonly Command[] {
  return [
    entry('edit.selectAll', 'Edit', 'Select every shown operation', () => useRowRange().all(), { keys: ['Ctrl+A'], keyScope: 'operations' }),
    entry('edit.copy', 'Edit', 'Copy as text', () => copySelected('text'), { keys: ['Ctrl+C'], keyScope: 'operations', unavailable: whenSelected }),
    entry('edit.copyCsv', 'Edit', 'Copy as CSV', () => copySelected('csv'), { unavailable: whenSelected }),
    entry('edit.copyJson', 'Edit', 'Copy as JSON', () => copySelected('json'), { unavailable: whenSelected }),
    entry('edit.export', 'File', 'Export operations…', () => useDialogs().show('export'), { keys: ['Ctrl+Alt+E'] }),
    entry('session.report', 'File', 'Export report: notes, bookmarks, and what the shown run found', exportReport),
    entry('view.columns', 'View', 'Choose columns…', () => useDialogs().show('columns')),
    entry('view.notes', 'View', 'Notes and bookmarks', () => focusPane('notes'), { unavailable: () => null }),
    entry('filter.highlight', 'Filter', 'Highlight this value', highlightCell, { keys: ['Ctrl+Alt+H'], unavailable: whenCell }),
    entry('highlight.edit', 'Filter', 'Highlight rules…', () => useDialogs().show('highlights'), { keys: ['Ctrl+H'], unavailable: () => null }),
    entry('highlight.next', 'Filter', 'Next highlighted operation', () => useHighlights().goToNext(false), { keys: ['F4'], unavailable: () => whenTrace() ?? whenHighlights() }),
    entry('highlight.previous', 'Filter', 'Previous highlighted operation', () => useHighlights().goToNext(true), { keys: ['Shift+F4'], unavailable: () => whenTrace() ?? whenHighlights() }),
    entry('bookmark.toggle', 'Edit', 'Bookmark this operation', withOperation((operation) => useBookmarks().toggle(operation)), { keys: ['Ctrl+B'], unavailable: whenOperation }),
    entry('bookmark.next', 'Edit', 'Next bookmark', () => useBookmarks().goToNext(false), { keys: ['F2'], keyScope: 'operations' }),
    entry('bookmark.previous', 'Edit', 'Previous bookmark', () => useBookmarks().goToNext(true), { keys: ['Shift+F2'], keyScope: 'operations' }),
    entry('bookmark.note', 'Edit', 'Note about this operation…', withOperation((operation) => addNote({ operation, bookmark: false })), { unavailable: whenOperation }),
    entry('bookmark.noteAtPoint', 'Edit', 'Note about this moment…', () => addNote({ operation: useDebugger().stop?.operation.index ?? null, bookmark: false, atStop: true }), { unavailable: () => (useDebugger().stop === null ? 'Only at a stop: set a breakpoint and run.' : null) }),
    entry('bookmark.noteOfSession', 'Edit', 'Note about the session…', () => addNote({ operation: null, bookmark: false }), { unavailable: () => (useSession().session === null ? 'No session is open.' : null) }),
  ];
}

/** Commands about which operations are shown. Those about a value take the cell of the selected row in the list's current column. */
import { filterFieldTitles, filterText, type FilterCondition } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from '../stores/debugger.ts';
import { useFilter } from '../stores/filter.ts';
import { useNotices } from '../stores/notices.ts';
import { useOperations } from '../stores/operations.ts';
import { useSelection } from '../stores/selection.ts';
import { useSession } from '../stores/session.ts';
import type { Command, CommandId } from './command.ts';
import { focusPane, paneActions } from './paneActions.ts';

interface Options {
  readonly keys?: readonly string[];
  readonly keyScope?: Command['keyScope'];
  readonly unavailable?: () => string | null;
}

const entry = (id: CommandId, title: string, run: Command['run'], options: Options = {}): Command => ({
  id, menu: 'Filter', title, run, keys: options.keys ?? [], keyScope: options.keyScope ?? 'list', unavailable: options.unavailable ?? whenTrace,
});

const whenTrace = (): string | null => (useSelection().traceId === null ? 'Open a trace first.' : null);
const whenCell = (): string | null => (useFilter().cell === null ? 'Select an operation first.' : null);
const whenSelected = (): string | null => (useSelection().operation === null ? 'Select an operation first.' : null);
const whenActive = (): string | null => (useFilter().isActive ? null : 'Every operation is shown.');
const whenRunnable = (): string | null => whenActive() ?? (useSession().session?.trusted === false ? 'The drivers of this session are not trusted yet: read them, then trust the session.' : null);
const whenPath = (): string | null => whenSelected() ?? (rowPath() === null ? 'This operation has no path.' : null);

function rowPath(): string | null {
  const { operation } = useSelection();
  return operation === null ? null : (useOperations().rowOf(operation)?.path ?? null);
}

const emptyCondition: FilterCondition = { kind: 'compare', field: 'process', relation: '=', value: '' };

function edit(condition: FilterCondition): void {
  focusPane('operations');
  const filter = useFilter();
  filter.isTyping = false;
  filter.edited = { place: null, condition };
}

function withCell(action: (cell: FilterCondition) => void): () => void {
  return () => {
    const { cell } = useFilter();
    if (cell !== null) action(cell);
  };
}

/** Everything before, or after, the selected operation is left out. */
function excludeBeside(relation: '<' | '>'): () => void {
  return () => {
    const { operation } = useSelection();
    if (operation !== null) useFilter().rule('exclude', { kind: 'compare', field: 'index', relation, value: String(operation) });
  };
}

/** The next or previous operation on the path of the selected one, shown or not. */
async function alongPath(step: 1 | -1): Promise<void> {
  const { operation, traceId } = useSelection();
  const path = rowPath();
  if (operation === null || traceId === null || path === null) return;
  const where = filterText({ kind: 'compare', field: 'path', relation: '=', value: path });
  const none = (): void => useNotices().add('info', `There is no ${step > 0 ? 'later' : 'earlier'} operation on this path.`);
  const next = await host().request('operations.position', { traceId, where, index: step > 0 ? operation + 1 : operation });
  if (step > 0) return next === null || next.index <= operation ? none() : useSelection().goTo(next.index);
  if (next === null || next.position === 0) return none();
  const { rows } = await host().request('operations.page', { traceId, where, offset: next.position - 1, limit: 1, runId: null });
  if (rows[0] !== undefined) useSelection().goTo(rows[0].index);
}

export function filterCommands(): readonly Command[] {
  return [
    entry('filter.edit', 'Add a condition…', () => edit(useFilter().cell ?? emptyCondition), { keys: ['Ctrl+L'] }),
    entry('filter.text', 'Filter as text', () => {
      focusPane('operations');
      useFilter().edited = null;
      useFilter().isTyping = true;
    }, { keys: ['Ctrl+Shift+L'] }),
    entry('filter.reset', 'Show every operation', () => useFilter().clear(), { keys: ['Ctrl+R'], unavailable: whenActive }),
    entry('filter.undo', 'Undo the last change of the filter', () => useFilter().undo(), { keys: ['Ctrl+Alt+Z'], unavailable: () => (useFilter().canUndo ? null : 'The filter has not been changed.') }),
    entry('filter.redo', 'Redo in the filter', () => useFilter().redo(), { keys: ['Ctrl+Alt+Y'], unavailable: () => (useFilter().canRedo ? null : 'No change of the filter was undone.') }),
    entry('filter.include', 'Include this value', withCell((cell) => useFilter().rule('include', cell)), { keys: ['Ctrl+I'], unavailable: whenCell }),
    entry('filter.exclude', 'Exclude this value', withCell((cell) => useFilter().rule('exclude', cell)), { keys: ['Ctrl+Shift+I'], unavailable: whenCell }),
    entry('filter.editCell', 'Edit filter with this value…', withCell(edit), { unavailable: whenCell }),
    entry('filter.excludeBefore', 'Exclude operations before this one', excludeBeside('<'), { unavailable: whenSelected }),
    entry('filter.excludeAfter', 'Exclude operations after this one', excludeBeside('>'), { unavailable: whenSelected }),
    entry('filter.nextOfPath', 'Next operation on this path', () => alongPath(1), { keys: ['Ctrl+ArrowDown'], unavailable: whenPath }),
    entry('filter.previousOfPath', 'Previous operation on this path', () => alongPath(-1), { keys: ['Ctrl+ArrowUp'], unavailable: whenPath }),
    entry('filter.save', 'Saved and recent filters…', () => paneActions.showFilters?.()),
    entry('filter.import', 'Import a filter of Process Monitor…', () => paneActions.chooseFilterFile?.()),
    entry('filter.run', 'Run the shown operations only', () => useDebugger().start(null, { where: useFilter().text }), { keyScope: 'everywhere', unavailable: () => whenTrace() ?? whenRunnable() }),
  ];
}

/** `Include 'WINWORD.EXE'`: the title of a command about the current cell. */
export function cellTitle(action: 'Include' | 'Exclude' | 'Edit filter'): string | null {
  const { cell } = useFilter();
  if (cell === null) return null;
  const value = cell.value === null ? `unknown ${filterFieldTitles[cell.field].toLowerCase()}` : `'${cell.value.length > 44 ? `…${cell.value.slice(-43)}` : cell.value}'`;
  return action === 'Edit filter' ? `Edit filter ${value}…` : `${action} ${value}`;
}

/** Every command of the workbench, wired to the stores. A command that could not do anything says why instead. */
import { breakOn } from './breakpointActions.ts';
import { useBackend } from '../backend/backend.ts';
import { useComparison } from '../stores/comparison.ts';
import { useBreakpoints } from '../stores/breakpoints.ts';
import { useDebugger } from '../stores/debugger.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useDrivers } from '../stores/drivers.ts';
import { presetNames, useLayout, type Dock, type MoveWord, type PaneId } from '../stores/layout.ts';
import { useKeymap } from '../stores/keymap.ts';
import { useNotices } from '../stores/notices.ts';
import { useOperations } from '../stores/operations.ts';
import { useSelection } from '../stores/selection.ts';
import { useSession } from '../stores/session.ts';
import { useSettings } from '../stores/settings.ts';
import { useSettingsPage } from '../stores/settingsPage.ts';
import { useSource } from '../stores/source.ts';
import { branchCommands } from './branchCommands.ts';
import { timelineCommands } from './timelineCommands.ts';
import type { Command, CommandId, MenuName } from './command.ts';
import { filterCommands } from './filterCommands.ts';
import { openSample, tourCommands } from './tourCommands.ts';
import { driverFileCommands } from './driverFileCommands.ts';
import { editorCommands } from './editorCommands.ts';
import { layoutCommands } from './layoutCommands.ts';
import { lifeCommands } from './lifeCommands.ts';
import { markCommands } from './markCommands.ts';
import { travelCommands } from './travelCommands.ts';
import { openPaths } from './openFiles.ts';
import { focusPane, paneActions } from './paneActions.ts';

interface Options {
  readonly keys?: readonly string[];
  readonly keyScope?: Command['keyScope'];
  readonly unavailable?: () => string | null;
}

function command(id: CommandId, menu: MenuName, title: string, run: Command['run'], options: Options = {}): Command {
  return { id, menu, title, run, keys: options.keys ?? [], keyScope: options.keyScope ?? 'everywhere', unavailable: options.unavailable ?? (() => null) };
}

/** Runs what the user asked for; what goes wrong becomes a notice. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    useNotices().report(error);
  }
}

const whenTrace = (): string | null => (useSelection().traceId === null ? 'Open a trace first.' : null);
const whenSelected = (): string | null => (useSelection().operation === null ? 'Select an operation first.' : null);
const whenCaused = (): string | null => whenSelected() ?? ([undefined, null, useSelection().operation].includes(selectedRow()?.cause) ? 'No other operation of the shown run has affected this one.' : null);
const whenStopped = (): string | null => (useDebugger().state.kind === 'stopped' ? null : 'Only at a stop: set a breakpoint and run.');
const whenFinding = (): string | null => (useDebugger().stop?.finding === undefined ? 'Only at a stop for a violation or hint.' : null);
const whenActive = (): string | null => (useDebugger().isActive ? null : 'Nothing is running.');
const whenRunnable = (): string | null => whenTrace() ?? (useSession().session?.trusted === false ? 'The drivers of this session are not trusted yet: read them, then trust the session.' : null);

function fileCommands(): readonly Command[] {
  return [
    command('trace.open', 'File', 'Open trace or session…', openTrace, { keys: ['Ctrl+O'] }),
    command('file.openRecent', 'File', 'Open recent…', () => useDialogs().show('recent'), { keys: ['Ctrl+Shift+O'] }),
    command('session.openSample', 'File', 'Open sample session…', openSample),
    command('session.saveAs', 'File', 'Save session as…', saveAs, { keys: ['Ctrl+Shift+S'], unavailable: () => (useSession().session === null ? 'No session is open.' : null) }),
    command('session.trust', 'File', 'Trust the drivers of this session', () => attempt(() => useSession().trust()), { unavailable: () => (useSession().session?.trusted === false ? null : 'The drivers of this session are trusted.') }),
  ];
}

function traceCommands(): readonly Command[] {
  const dialog = (id: CommandId, title: string, name: 'pair' | 'renameTrace' | 'clockOffset' | 'removeTrace', unavailable: () => string | null): Command => command(id, 'File', title, () => useDialogs().show(name), { unavailable });
  const whenImported = (): string | null => whenTrace() ?? (useSelection().trace?.state === 'importing' ? 'The trace is still being read: cancel its import first.' : null);
  return [
    dialog('trace.pair', 'Compare traces above and below a filter…', 'pair', () => (useSession().traces.length < 2 ? 'It takes two traces in this session: open the other one into it.' : null)),
    dialog('trace.rename', 'Rename trace…', 'renameTrace', whenTrace),
    dialog('trace.clockOffset', 'Clock offset of the trace…', 'clockOffset', whenTrace),
    dialog('trace.remove', 'Remove trace…', 'removeTrace', whenImported),
  ];
}

async function openTrace(argument: string | null): Promise<void> {
  const { shell } = useBackend();
  if (argument !== null) return openPaths([argument]);
  if (shell.openTraceDialog === undefined) return paneActions.chooseFile?.();
  await openPaths(await shell.openTraceDialog());
}

async function saveAs(argument: string | null): Promise<void> {
  const { shell } = useBackend();
  const { session, saveAs: save } = useSession();
  if (session === null) return;
  if (argument !== null) return attempt(() => save(argument));
  if (shell.saveSessionDialog === undefined) return useDialogs().show('saveAs');
  const path = await shell.saveSessionDialog(session.name);
  if (path !== null) await attempt(() => save(path));
}

function editCommands(): readonly Command[] {
  return [
    command('edit.find', 'Edit', 'Find operation', () => {
      const dialogs = useDialogs();
      dialogs.isFindOpen = true;
      dialogs.focusWish++;
    }, { keys: ['Ctrl+F'], keyScope: 'list', unavailable: whenTrace }),
    command('edit.findNext', 'Edit', 'Find next', () => paneActions.findNext?.(false), { keys: ['F3'], keyScope: 'outsideEditor', unavailable: whenTrace }),
    command('edit.findPrevious', 'Edit', 'Find previous', () => paneActions.findNext?.(true), { keys: ['Shift+F3'], keyScope: 'outsideEditor', unavailable: whenTrace }),
    command('edit.goTo', 'Edit', 'Go to operation…', () => useDialogs().show('goTo'), { keys: ['Ctrl+G'], keyScope: 'list', unavailable: whenTrace }),
    command('edit.goToCause', 'Edit', 'Go to the cause', () => useSelection().goTo(selectedRow()?.cause ?? 0), { unavailable: whenCaused }),
    command('edit.copyPath', 'Edit', 'Copy path', () => attempt(copyPath), { unavailable: whenSelected }),
    command('driver.add', 'Edit', 'Add driver…', () => useDialogs().show('addDriver'), { unavailable: () => (useSession().session === null ? 'No session is open.' : null) }),
    command('breakpoint.onOperation', 'Edit', 'Break on operations like this…', breakOnOperation, { unavailable: whenSelected }),
    command('breakpoint.add', 'Edit', 'Add breakpoint…', () => breakOn(null), { keys: ['Ctrl+F9'], unavailable: () => (useSession().session === null ? 'No session is open.' : null) }),
    command('source.save', 'Edit', 'Save driver', saveDrivers, { keys: ['Ctrl+S'] }),
  ];
}

async function saveDrivers(): Promise<void> {
  if (useSettings().saved.formatOnSave) await paneActions.formatSource?.();
  await useDrivers().saveAll();
}

function selectedRow(): ReturnType<ReturnType<typeof useOperations>['row']> {
  const { operation } = useSelection();
  return operation === null ? undefined : useOperations().rowOf(operation);
}

function breakOnOperation(): void {
  const row = selectedRow();
  if (row !== undefined) breakOn({ at: { kind: 'callback', callbacks: ['pre'] }, where: { major: row.major, path: row.path ?? '', process: row.process } });
}

async function copyPath(): Promise<void> {
  await navigator.clipboard.writeText(selectedRow()?.path ?? '');
}

const resizeStep = 40;
const moves: readonly (readonly [MoveWord, string])[] = [
  ['left', 'Split: the pane to the left'], ['right', 'Split: the pane to the right'], ['above', 'Split: the pane above'], ['below', 'Split: the pane below'],
  ['next', 'Move the pane to the next group'], ['previous', 'Move the pane to the previous group'],
];

function viewCommands(): readonly Command[] {
  const pane = (id: CommandId, name: PaneId, title: string, keys: readonly string[] = []): Command => command(id, 'View', title, () => focusPane(name), { keys });
  const palette = (id: CommandId, title: string, text: string, keys: readonly string[], keyScope: Command['keyScope'] = 'everywhere'): Command => command(id, 'View', title, () => {
    const dialogs = useDialogs();
    dialogs.paletteText = text;
    dialogs.show('palette');
  }, { keys, keyScope });
  const layoutNow = (): Dock | null => useLayout().dock;
  return [
    palette('palette.show', 'Command palette…', '>', ['Ctrl+Shift+P', 'F1']),
    palette('palette.open', 'Go to anything…', '', ['Ctrl+P']),
    palette('palette.symbols', 'Go to a callback or function…', '@', ['Ctrl+Shift+O'], 'editor'),
    palette('palette.operations', 'Search operations…', '#', ['Ctrl+T']),
    pane('view.operations', 'operations', 'Operations', ['Ctrl+1']),
    pane('view.source', 'source', 'Driver source', ['Ctrl+2']),
    pane('view.inspector', 'inspector', 'Inspector', ['Ctrl+3']),
    pane('view.session', 'session', 'Session', ['Ctrl+Shift+E']),
    pane('view.variables', 'variables', 'Variables'),
    pane('view.contexts', 'contexts', 'Contexts'),
    pane('view.pending', 'pending', 'Pending'),
    pane('view.objects', 'objects', 'Objects'),
    pane('view.log', 'log', 'Call log'),
    pane('view.violations', 'violations', 'Violations'),
    pane('view.changes', 'changes', 'Changes'),
    pane('view.compare', 'compare', 'Compare'),
    pane('view.fidelity', 'fidelity', 'Fidelity'),
    pane('view.explore', 'explore', 'Explore schedules'),
    pane('view.console', 'console', 'Console'),
    pane('view.problems', 'problems', 'Problems'),
    pane('view.context', 'context', 'Other events'),
    pane('view.pairs', 'pairs', 'Pairs'),
    pane('view.report', 'report', 'Import report'),
    pane('view.timeline', 'timeline', 'Timeline'),
    pane('view.statistics', 'statistics', 'Statistics'),
    pane('view.processes', 'processes', 'Processes'),
    command('view.notices', 'View', 'Notices…', () => useDialogs().show('notices')),
    command('view.settings', 'File', 'Settings', () => {
      useSettingsPage().page = 'settings';
      focusPane('settings');
    }, { keys: ['Ctrl+,'] }),
    command('view.zoomIn', 'View', 'Zoom in', () => useSettings().zoom(1), { keys: ['Ctrl+=', 'Ctrl+Plus', 'Ctrl+Shift+Plus'] }),
    command('view.zoomOut', 'View', 'Zoom out', () => useSettings().zoom(-1), { keys: ['Ctrl+-', 'Ctrl+Shift+_'] }),
    command('view.zoomReset', 'View', 'Zoom to 100 %', () => useSettings().zoom(0), { keys: ['Ctrl+0'] }),
    command('view.theme', 'View', 'Switch between light and dark', () => useSettings().toggleTheme()),
    ...presetNames.map((name) => command(`layout.${name}`, 'View', `Layout: ${name}`, () => layoutNow()?.applyPreset(name))),
    command('layout.maximise', 'View', 'Maximise or restore the pane', () => layoutNow()?.toggleMaximised(), { keys: ['Ctrl+Shift+M'] }),
    command('layout.closePane', 'View', 'Close the pane', () => {
      const { active, dock } = useLayout();
      if (active !== null) dock?.close(active);
    }),
    command('layout.focusNext', 'View', 'Next group of panes', () => layoutNow()?.focusNext(1), { keys: ['Ctrl+F6', 'F6'] }),
    command('layout.focusPrevious', 'View', 'Previous group of panes', () => layoutNow()?.focusNext(-1), { keys: ['Ctrl+Shift+F6', 'Shift+F6'] }),
    command('layout.nextTab', 'View', 'Next pane of the group', () => layoutNow()?.showNextTab(1), { keys: ['Ctrl+PageDown'] }),
    command('layout.previousTab', 'View', 'Previous pane of the group', () => layoutNow()?.showNextTab(-1), { keys: ['Ctrl+PageUp'] }),
    ...moves.map(([where, title]) => command(`layout.move.${where}`, 'View', title, () => layoutNow()?.move(where))),
    command('layout.wider', 'View', 'Make the pane wider', () => layoutNow()?.resize('width', resizeStep)),
    command('layout.narrower', 'View', 'Make the pane narrower', () => layoutNow()?.resize('width', -resizeStep)),
    command('layout.taller', 'View', 'Make the pane taller', () => layoutNow()?.resize('height', resizeStep)),
    command('layout.shorter', 'View', 'Make the pane shorter', () => layoutNow()?.resize('height', -resizeStep)),
  ];
}

function runCommands(): readonly Command[] {
  const step = (name: Parameters<ReturnType<typeof useDebugger>['step']>[0]) => () => useDebugger().step(name);
  return [
    command('run.continue', 'Run', 'Run or continue', () => (useDebugger().state.kind === 'stopped' ? useDebugger().step('run.continue') : useDebugger().start()), {
      keys: ['F5'],
      unavailable: () => (['running', 'starting'].includes(useDebugger().state.kind) ? 'The run is going on.' : whenRunnable()),
    }),
    command('run.fromHere', 'Run', 'Run from the selected operation', () => useDebugger().start(useSelection().operation), { unavailable: () => whenRunnable() ?? whenSelected() }),
    command('run.restart', 'Run', 'Restart', () => useDebugger().start(), { keys: ['Ctrl+Shift+F5'], unavailable: () => whenRunnable() }),
    command('run.pause', 'Run', 'Pause', step('run.pause'), { keys: ['F6'], unavailable: () => (useDebugger().isRunning() ? null : 'Nothing is running.') }),
    command('run.stop', 'Run', 'Stop', step('run.stop'), { keys: ['Shift+F5'], unavailable: whenActive }),
    command('run.next', 'Run', 'Step over', step('run.next'), { keys: ['F10'], unavailable: whenStopped }),
    command('run.stepIn', 'Run', 'Step into', step('run.stepIn'), { keys: ['F11'], unavailable: whenStopped }),
    command('run.stepOut', 'Run', 'Step out', step('run.stepOut'), { keys: ['Shift+F11'], unavailable: whenStopped }),
    command('run.showStop', 'Run', 'Show where the run stopped', showStop, { unavailable: whenStopped }),
    command('compare.open', 'Run', 'Compare runs…', (argument) => useComparison().open(argument), { unavailable: () => (useComparison().choices.length < 2 ? 'It takes two to compare: run once first, or open another trace.' : null) }),
    command('run.settings', 'Run', 'Run settings…', () => useDialogs().show('runSettings')),
    command('breakpoint.ignoreViolation', 'Run', 'Do not stop for this violation again', () => answerViolation('ignore'), { keys: ['Ctrl+Alt+I'], unavailable: whenFinding }),
    command('breakpoint.alwaysViolation', 'Run', 'Always stop for this violation', () => answerViolation('always'), { keys: ['Ctrl+Alt+B'], unavailable: whenFinding }),
    command('source.toggleBreakpoint', 'Run', 'Breakpoint on this line', () => paneActions.toggleBreakpoint?.(), { keys: ['F9'], unavailable: () => (useSource().activeCode === null ? 'Open a driver and put the caret on a line.' : null) }),
  ];
}

async function answerViolation(answer: 'ignore' | 'always'): Promise<void> {
  const { stop } = useDebugger();
  if (stop?.finding !== undefined) await useBreakpoints().answer(stop.finding, answer);
}

function showStop(): void {
  const { stop, frame } = useDebugger();
  if (stop === null) return;
  useSelection().goTo(stop.operation.index);
  useLayout().show('inspector');
  useSource().showPlace(frame?.driver ?? stop.driver, frame?.line ?? null);
}

function helpCommands(): readonly Command[] {
  return [
    command('help.declarations', 'Help', 'Driver API (fltkernel.d.ts)', () => useSource().openDeclarations()),
    command('help.keys', 'Help', 'Keys', () => {
      useSettingsPage().page = 'keys';
      focusPane('settings');
    }, { keys: ['Ctrl+K Ctrl+S'], keyScope: 'outsideEditor' }),
    command('help.about', 'Help', 'About FltReplay', () => useDialogs().show('about')),
  ];
}

/** The commands with the keys that they have now instead of those they were made with. */
function present(made: readonly Command[]): ReadonlyMap<CommandId, Command> {
  const keymap = useKeymap();
  keymap.define(made);
  return new Map(made.map((entry) => [entry.id, { ...entry, get keys() { return keymap.keysOf(entry.id); } }]));
}

let all: ReadonlyMap<CommandId, Command> | null = null;

export function commands(): ReadonlyMap<CommandId, Command> {
  all ??= present([...fileCommands(), ...traceCommands(), ...editCommands(), ...viewCommands(), ...runCommands(), ...travelCommands(), ...branchCommands(), ...timelineCommands(), ...helpCommands(), ...filterCommands(), ...markCommands(), ...tourCommands(), ...editorCommands(), ...driverFileCommands(), ...lifeCommands(), ...layoutCommands()]);
  return all;
}

/** Runs a command by id, as menus, keys, the palette and the native menu do. An unknown or unavailable one does nothing and says why. */
export function runCommand(id: string, argument: string | null = null): void {
  const entry = commands().get(id as CommandId);
  if (entry === undefined) return;
  const reason = entry.unavailable();
  if (reason === null) void attempt(async () => entry.run(argument));
  else useNotices().add('info', reason);
}

/**
 * The native menu as data: the page's commands in the page's menus.
 *
 * In Electron the page draws no menu of its own, so every command that has a place in a menu is here; a test compares the ids
 * with the page's.
 */

/** One entry that sends a command to the page: the page's command id, the words, and the key that the page itself listens to. */
export interface CommandItem {
  readonly command: string;
  readonly label: string;
  readonly key?: string;
  /** The key belongs to the editor and to text fields while they have the focus. */
  readonly followsFocus?: true;
}

export const separator = 'separator';
export type MenuEntry = CommandItem | typeof separator;

export const fileItems: readonly MenuEntry[] = [
  { command: 'trace.open', label: 'Open Trace or Session…', key: 'CmdOrCtrl+O' },
  { command: 'file.openRecent', label: 'Open Recent…', key: 'CmdOrCtrl+Shift+O' },
  { command: 'session.openSample', label: 'Open Sample Session…' },
  separator,
  { command: 'source.save', label: 'Save Driver', key: 'CmdOrCtrl+S' },
  { command: 'session.saveAs', label: 'Save Session As…', key: 'CmdOrCtrl+Shift+S' },
  separator,
  { command: 'session.trust', label: 'Trust the Drivers of This Session' },
  separator,
  { command: 'trace.pair', label: 'Compare Traces Above and Below a Filter…' },
  { command: 'trace.rename', label: 'Rename Trace…' },
  { command: 'trace.clockOffset', label: 'Clock Offset of the Trace…' },
  { command: 'trace.remove', label: 'Remove Trace…' },
];

export const editItems: readonly MenuEntry[] = [
  { command: 'edit.find', label: 'Find Operation', key: 'CmdOrCtrl+F', followsFocus: true },
  { command: 'edit.findNext', label: 'Find Next', key: 'F3' },
  { command: 'edit.findPrevious', label: 'Find Previous', key: 'Shift+F3' },
  { command: 'edit.goTo', label: 'Go to Operation…', key: 'CmdOrCtrl+G', followsFocus: true },
  { command: 'edit.goToCause', label: 'Go to the Cause' },
  separator,
  { command: 'edit.copyRow', label: 'Copy Row' },
  { command: 'edit.copyPath', label: 'Copy Path' },
  separator,
  { command: 'branch.skip', label: 'Skip This Operation, as a Branch' },
  { command: 'branch.duplicate', label: 'Issue This Operation Twice, as a Branch' },
  { command: 'branch.insert', label: 'Insert a Changed Copy Behind It…' },
  { command: 'branch.arguments', label: 'Change Its Arguments…' },
  { command: 'branch.answer', label: 'Answer It with Another Status…' },
  { command: 'branch.assign', label: 'Change a Value Here, as a Branch…' },
  { command: 'branch.undo', label: 'Undo in the Runs' },
  { command: 'branch.redo', label: 'Redo in the Runs' },
  separator,
  { command: 'driver.add', label: 'Add Driver…' },
];

export const viewItems: readonly MenuEntry[] = [
  { command: 'palette.show', label: 'Command Palette…', key: 'CmdOrCtrl+Shift+P' },
  separator,
  { command: 'view.operations', label: 'Operations', key: 'CmdOrCtrl+1' },
  { command: 'view.source', label: 'Driver Source', key: 'CmdOrCtrl+2' },
  { command: 'view.inspector', label: 'Inspector', key: 'CmdOrCtrl+3' },
  separator,
  { command: 'view.log', label: 'Call Log' },
  { command: 'view.violations', label: 'Violations' },
  { command: 'view.changes', label: 'Changes' },
  { command: 'view.compare', label: 'Compare' },
  { command: 'view.fidelity', label: 'Fidelity' },
  { command: 'view.explore', label: 'Explore Schedules' },
  { command: 'view.console', label: 'Console' },
  { command: 'view.problems', label: 'Problems' },
  { command: 'view.context', label: 'Other Events' },
  { command: 'view.pairs', label: 'Pairs' },
  { command: 'view.report', label: 'Import Report' },
  { command: 'view.notices', label: 'Notices…' },
  separator,
  { command: 'view.theme', label: 'Switch Between Light and Dark' },
  { command: 'layout.Browse', label: 'Layout: Browse' },
  { command: 'layout.Debug', label: 'Layout: Debug' },
  { command: 'layout.Compare', label: 'Layout: Compare' },
];

export const runItems: readonly MenuEntry[] = [
  { command: 'run.continue', label: 'Run / Continue', key: 'F5' },
  { command: 'run.fromHere', label: 'Run from the Selected Operation' },
  { command: 'compare.open', label: 'Compare Runs…' },
  { command: 'run.restart', label: 'Restart', key: 'CmdOrCtrl+Shift+F5' },
  { command: 'run.pause', label: 'Pause', key: 'F6' },
  { command: 'run.stop', label: 'Stop', key: 'Shift+F5' },
  separator,
  { command: 'run.next', label: 'Step Over', key: 'F10' },
  { command: 'run.stepIn', label: 'Step Into', key: 'F11' },
  { command: 'run.stepOut', label: 'Step Out', key: 'Shift+F11' },
  separator,
  { command: 'run.stepBack', label: 'Step Back Over', key: 'CmdOrCtrl+F10' },
  { command: 'run.stepBackIn', label: 'Step Back Into', key: 'CmdOrCtrl+F11' },
  { command: 'run.stepBackOut', label: 'Step Back Out', key: 'CmdOrCtrl+Shift+F11' },
  { command: 'run.reverseContinue', label: 'Run Back to the Previous Breakpoint', key: 'CmdOrCtrl+F5' },
  { command: 'run.next.layer', label: 'Step to the Next Layer' },
  { command: 'run.previous.layer', label: 'Step Back to the Previous Layer' },
  { command: 'run.next.callback', label: 'Step to the Next Callback' },
  { command: 'run.previous.callback', label: 'Step Back to the Previous Callback' },
  { command: 'run.next.operation', label: 'Step to the Next Operation' },
  { command: 'run.previous.operation', label: 'Step Back to the Previous Operation' },
  separator,
  { command: 'run.later.fileObject', label: 'Go to the Next Operation of This File Object' },
  { command: 'run.earlier.fileObject', label: 'Go to the Previous Operation of This File Object' },
  { command: 'run.later.stream', label: 'Go to the Next Operation of This File' },
  { command: 'run.earlier.stream', label: 'Go to the Previous Operation of This File' },
  { command: 'run.later.thread', label: 'Go to the Next Operation of This Thread' },
  { command: 'run.earlier.thread', label: 'Go to the Previous Operation of This Thread' },
  { command: 'run.later.process', label: 'Go to the Next Operation of This Process' },
  { command: 'run.earlier.process', label: 'Go to the Previous Operation of This Process' },
  { command: 'run.toLine', label: 'Run to This Line' },
  { command: 'run.backToLine', label: 'Run Back to This Line' },
  { command: 'run.goToMoment', label: 'Go to This Moment' },
  { command: 'run.toStart', label: 'Go to the First Event of the Run' },
  { command: 'run.toPresent', label: 'Back to the Present' },
  { command: 'run.cancelTravel', label: 'Cancel the Movement' },
  { command: 'run.showStop', label: 'Show Where the Run Stopped' },
  separator,
  { command: 'run.settings', label: 'Run Settings…' },
  separator,
  { command: 'breakpoint.add', label: 'Add Breakpoint…', key: 'CmdOrCtrl+F9' },
  { command: 'breakpoint.onOperation', label: 'Break on Operations Like This…' },
  { command: 'source.toggleBreakpoint', label: 'Breakpoint on This Line', key: 'F9' },
];

export const helpItems: readonly MenuEntry[] = [
  { command: 'help.tours', label: 'Tours…' },
  { command: 'help.tourCard', label: 'Go to the Card of the Tour', key: 'CmdOrCtrl+Shift+H' },
  { command: 'help.declarations', label: 'Driver API (fltkernel.d.ts)' },
  { command: 'help.keys', label: 'Keys' },
  { command: 'help.about', label: 'About FltReplay' },
];

import type { KeyScope } from './keymap.ts';

/** One thing the user can do, wherever it is reached from: menu, palette, key, toolbar, native menu. */
export interface Command {
  readonly id: CommandId;
  readonly title: string;
  readonly menu: MenuName;
  /** Chords as they are now, the first one is shown. What a command is made with are its own; presets and the user change them. */
  readonly keys: readonly string[];
  readonly keyScope: KeyScope;
  /** Why it cannot be used now, as a sentence; null where it can. */
  unavailable(): string | null;
  run(argument: string | null): void | Promise<void>;
}

export type MenuName = 'File' | 'Edit' | 'Filter' | 'View' | 'Run' | 'Help';
export const menuNames: readonly MenuName[] = ['File', 'Edit', 'Filter', 'View', 'Run', 'Help'];

/** What operations can have in common. */
export type RelatedWord = 'fileObject' | 'stream' | 'thread' | 'process';

/** Known to the native menu too, which sends them as `command` events. */
export type CommandId =
  | 'trace.open' | 'trace.pair' | 'trace.rename' | 'trace.clockOffset' | 'trace.remove'
  | 'file.openRecent'
  | 'session.openSample' | 'session.saveAs' | 'session.report' | 'session.trust'
  | 'edit.find' | 'edit.findNext' | 'edit.findPrevious' | 'edit.goTo' | 'edit.goToCause' | 'edit.copyPath'
  | 'source.save' | 'source.tabKey' | 'source.toggleBreakpoint' | 'source.format' | 'source.quickFix' | 'source.definition' | 'source.peekDefinition' | 'source.references' | 'source.rename' | 'source.formatOnSave' | 'source.snippet'
  | 'problem.next' | 'problem.previous' | 'view.coverage'
  | 'driver.add' | 'driver.newFile' | 'driver.service' | 'driver.renameFile' | 'driver.removeFile'
  | 'breakpoint.add' | 'breakpoint.onOperation' | 'breakpoint.ignoreViolation' | 'breakpoint.alwaysViolation'
  | 'palette.show'
  | 'view.theme' | 'view.settings' | 'view.zoomIn' | 'view.zoomOut' | 'view.zoomReset' | 'palette.open' | 'palette.symbols' | 'palette.operations' | 'layout.Browse' | 'layout.Debug' | 'layout.Compare' | 'layout.named' | 'layout.maximise' | 'layout.closePane'
  | 'layout.focusNext' | 'layout.focusPrevious' | 'layout.nextTab' | 'layout.previousTab'
  | 'layout.move.left' | 'layout.move.right' | 'layout.move.above' | 'layout.move.below' | 'layout.move.next' | 'layout.move.previous'
  | 'layout.wider' | 'layout.narrower' | 'layout.taller' | 'layout.shorter'
  | 'view.session' | 'view.variables' | 'view.contexts' | 'view.pending' | 'view.objects' | 'view.operations' | 'view.source' | 'view.inspector' | 'view.log' | 'view.violations'
  | 'view.changes' | 'view.compare' | 'view.fidelity' | 'view.explore' | 'view.console' | 'view.problems' | 'view.context'
  | 'view.sequence' | 'view.life' | 'life.handle' | 'life.file'
  | 'view.pairs' | 'view.report' | 'view.notices' | 'view.timeline' | 'view.statistics' | 'view.processes'
  | 'timeline.zoomIn' | 'timeline.zoomOut' | 'timeline.showAll' | 'timeline.zoomToRange' | 'timeline.filterRange' | 'timeline.toggleTable' | 'timeline.showSelected'
  | 'run.continue' | 'run.pause' | 'run.next' | 'run.stepIn' | 'run.stepOut' | 'run.stop' | 'run.restart' | 'run.fromHere'
  | 'run.showStop' | 'run.settings'
  | 'compare.open'
  | 'edit.selectAll' | 'edit.copy' | 'edit.copyCsv' | 'edit.copyJson' | 'edit.export' | 'view.columns' | 'view.notes'
  | 'filter.highlight' | 'highlight.edit' | 'highlight.next' | 'highlight.previous' | 'bookmark.toggle' | 'bookmark.next' | 'bookmark.previous' | 'bookmark.note' | 'bookmark.noteAtPoint' | 'bookmark.noteOfSession'
  | 'filter.edit' | 'filter.text' | 'filter.reset' | 'filter.undo' | 'filter.redo' | 'filter.include' | 'filter.exclude' | 'filter.editCell' | 'filter.excludeBefore' | 'filter.excludeAfter'
  | 'filter.nextOfPath' | 'filter.previousOfPath' | 'filter.save' | 'filter.import' | 'filter.run'
  | 'run.reverseContinue' | 'run.stepBack' | 'run.stepBackIn' | 'run.stepBackOut' | 'run.next.layer' | 'run.previous.layer'
  | 'run.next.callback' | 'run.previous.callback' | 'run.next.operation' | 'run.previous.operation'
  | 'run.later.fileObject' | 'run.earlier.fileObject' | 'run.later.stream' | 'run.earlier.stream'
  | 'run.later.thread' | 'run.earlier.thread' | 'run.later.process' | 'run.earlier.process'
  | 'run.toLine' | 'run.backToLine' | 'run.goToMoment' | 'run.toStart' | 'run.toPresent' | 'run.cancelTravel'
  | 'branch.skip' | 'branch.duplicate' | 'branch.insert' | 'branch.arguments' | 'branch.answer' | 'branch.assign' | 'branch.undo' | 'branch.redo'
  | 'help.tours' | 'help.tourCard' | 'help.declarations' | 'help.keys' | 'help.about';

/** What the host refuses, one sentence each: what, where, and what to do. */
import { UserError } from '../base/userError.ts';
import { readableTraces } from '../trace/errors.ts';

export const hostErrors = {
  fileMissing: (path: string) => new UserError('file-missing', `There is no file “${path}”; check the path.`, { path }),
  fileUnreadable: (path: string, reason: string) => new UserError('file-unreadable', `“${path}” cannot be read: ${reason}.`, { path, reason }),
  fileIsFolder: (path: string) => new UserError('file-is-folder', `“${path}” is a folder; give the path of a session (.fltreplay) or of a trace: ${readableTraces}.`, { path }),
  fileExists: (path: string) => new UserError('file-exists', `“${path}” exists already; choose another name.`, { path }),
  sessionAmongTraces: (name: string) => new UserError('session-among-traces', `“${name}” is a session, not a trace; open it by itself.`, { name }),
  importRunning: () => new UserError('import-running', 'A trace is being imported into this session; wait until it is finished, or cancel it.'),
  traceImporting: () => new UserError('trace-importing', 'This trace is being imported; wait until it is finished, or cancel it.'),
  noTrace: (id: number) => new UserError('trace-unknown', `There is no trace ${id} in this session; open a trace first.`, { id }),
  pairOfOne: () => new UserError('pair-of-one', 'A trace cannot be matched with itself; choose the capture above the filter and the one below it.'),
  noPair: (id: number) => new UserError('pair-unknown', `There is no pair ${id} in this session.`, { id }),
  noComparison: (id: number) => new UserError('comparison-unknown', `There is no comparison ${id} any more; compare again.`, { id }),
  noStatistics: () => new UserError('statistics-unknown', 'These counts are not kept any more; count again.'),
  notShrinkable: (reason: string) => new UserError('not-shrinkable', reason),
  notComparable: (reason: string) => new UserError('not-comparable', reason),
  noOperation: (index: number) => new UserError('operation-unknown', `There is no operation ${index} in this trace.`, { index }),
  noDriver: (id: number) => new UserError('driver-unknown', `There is no driver ${id} in this session.`, { id }),
  noBundledDriver: (name: string, known: readonly string[]) =>
    new UserError('driver-not-bundled', `There is no bundled driver “${name}”; there are ${known.join(', ')}, or give the path of a .ts file.`, { name, known }),
  notBundled: (name: string) => new UserError('driver-not-bundled', `“${name}” did not come with FltReplay, so there is nothing to put it back to.`, { name }),
  driverName: (name: string) =>
    new UserError('driver-name', `“${name}” cannot be a driver's name: begin with a letter and use letters, digits and _ only, e.g. readSwap.`, { name }),
  driverNameTaken: (name: string) => new UserError('driver-name-taken', `There is a driver “${name}” already; choose another name.`, { name }),
  altitude: (altitude: string) => new UserError('altitude', `“${altitude}” is no altitude: write a decimal number, e.g. 328010 or 328010.5.`, { altitude }),
  breakpoint: (sentence: string) => new UserError('breakpoint', sentence),
  noBreakpoint: (id: number) => new UserError('breakpoint-unknown', `There is no breakpoint ${id}.`, { id }),
  noRun: (id: number) => new UserError('run-unknown', `There is no run ${id} in this session.`, { id }),
  noVersion: (driver: number, version: number) => new UserError('version-unknown', `Driver ${driver} has no version ${version}.`, { driver, version }),
  driverLost: (run: string) => new UserError('driver-lost', `“${run}” used a driver that this session does not have any more, so it cannot be run again.`, { run }),
  overlay: (sentence: string) => new UserError('overlay', sentence),
  filterName: () => new UserError('filter-name', 'A saved filter needs a name, for example "Word documents".'),
  noProcmonFilter: (name: string) => new UserError('no-procmon-filter', `“${name}” holds no filter of Process Monitor; choose a .PMF that Procmon exported (Filter, Organize Filters), or its configuration (.PMC).`, { name }),
  runName: () => new UserError('run-name', 'A run needs a name of at most 200 characters, for example "Length 512".'),
  nothingToUndo: (what: 'undo' | 'redo') => new UserError('nothing-to-undo', `There is nothing to ${what} in the list of runs.`),
  noPoint: (issued: number, sequence: number) =>
    new UserError('point-unknown', `The run has no event at ${issued}:${sequence}; take a point from the event log (run --events, or the call log).`, { issued, sequence }),
  noMoment: (text: string) => new UserError('moment-unknown', `“${text}” is no moment: write an operation's number (18204), a time of day in UTC (09:14:02.88, with the day in front where it matters: 2026-11-21 09:14:02), seconds since the start (+12.5), or an execution point (18204:7, or 18204:7:29 for line 29 behind it).`, { text }),
  noLater: (text: string) => new UserError('no-later', `The trace has no operation at or after ${text}.`, { text }),
  notIssued: (operation: number) => new UserError('operation-not-issued', `Operation ${operation} was not issued in this run, so there is no moment of it to go to.`, { operation }),
  noFurther: (what: string, direction: 'forward' | 'back') => new UserError('no-further', `There is no ${direction === 'forward' ? 'later' : 'earlier'} operation of this ${what} in the run.`, { what }),
  noLine: (operation: number, sequence: number, line: number) =>
    new UserError('line-unknown', `The run did not come to line ${line} behind ${operation}:${sequence}; step there by lines, or take a point from the status bar.`, { operation, sequence, line }),
  notRebuilt: () => new UserError('not-rebuilt', 'This moment has not been rebuilt, so there are no variables to look at; wait until it has, or step somewhere else.'),
  noHistory: () => new UserError('no-history', 'There is no run to go back in: start one first.'),
  notRepeatable: () => new UserError('not-repeatable', 'This run cannot be run again, as the session has lost a version of one of its drivers.'),
  notStopped: () => new UserError('not-stopped', 'The run is not stopped, so there is nothing to step or to look at; set a breakpoint or pause it first.'),
  notRunning: () => new UserError('not-running', 'No run is going on; start one first.'),
  untrusted: () =>
    new UserError('session-untrusted', 'The drivers in this session were not written here, so they are shown but not run; look at them, then choose “Trust this session” (--trust).'),
  assumption: (problem: string) => new UserError('assumption', problem),
  schedule: (text: string) => new UserError('schedule', `“${text}” is no schedule: write places and ways, e.g. 12=1,40=3, or chance, e.g. seed=7/4.`, { text }),
  emptySelection: (where: string) => new UserError('where-empty', `No operation of this trace matches “${where}”, so there is nothing to run.`, { where }),
  emptyTrace: (name: string) => new UserError('trace-empty', `“${name}” has no file operations, so there is nothing to run.`, { name }),
  uploadUnknown: (id: number) => new UserError('upload-unknown', `There is no upload ${id}; it was cancelled or has ended.`, { id }),
  uploadSize: (name: string, expected: number, received: number) =>
    new UserError('upload-size', `“${name}” did not arrive whole: ${received} of ${expected} bytes; open it again.`, { name, expected, received }),
  noSample: (name: string, names: readonly string[]) => new UserError('sample-unknown', `There is no sample “${name}”; there are ${names.join(', ')}.`, { name }),
  noResources: (what: string) => new UserError('resources-missing', `FltReplay's own files are incomplete (${what} is missing); install it again, or run the build in a checkout.`, { what }),
  workerDied: (what: string, reason: string) => new UserError('worker-died', `${what} ended unexpectedly: ${reason}.`, { what, reason }),
} as const;

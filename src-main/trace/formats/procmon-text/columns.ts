/**
 * Procmon's columns, which a user shows in any order, or not at all.
 *
 * Source: procmon-formats.md 12.1, and 13 for their names in XML, where what a name may not have becomes `_`.
 */
export const columnNames = [
  'Time of Day', 'Date & Time', 'Relative Time', 'Completion Time', 'Duration', 'Process Name', 'PID', 'TID', 'Parent PID', 'Operation', 'Path', 'Result', 'Detail', 'Category',
  'Event Class', 'Sequence', 'Image Path', 'Command Line', 'Company', 'Description', 'Version', 'User', 'Authentication ID', 'Session', 'Virtualized', 'Integrity',
  'Architecture', 'Process Start',
] as const;

/** Places of the columns in a row; -1 for one the export does not have. */
export interface Columns {
  readonly count: number;
  readonly timeOfDay: number;
  readonly dateTime: number;
  readonly relativeTime: number;
  readonly completionTime: number;
  readonly duration: number;
  readonly process: number;
  readonly pid: number;
  readonly tid: number;
  readonly parentPid: number;
  readonly operation: number;
  readonly path: number;
  readonly result: number;
  readonly detail: number;
  readonly eventClass: number;
  readonly imagePath: number;
  readonly commandLine: number;
  readonly user: number;
  readonly integrity: number;
  readonly architecture: number;
}

/** A column's name without what differs between CSV and XML. */
export const columnKey = (name: string): string => name.replaceAll(/[ &_]/g, '');

export function columnsOf(names: readonly string[]): Columns {
  const keys = names.map(columnKey);
  const at = (name: (typeof columnNames)[number]): number => keys.indexOf(columnKey(name));
  return {
    count: names.length,
    timeOfDay: at('Time of Day'), dateTime: at('Date & Time'), relativeTime: at('Relative Time'), completionTime: at('Completion Time'),
    duration: at('Duration'), process: at('Process Name'), pid: at('PID'), tid: at('TID'), parentPid: at('Parent PID'),
    operation: at('Operation'), path: at('Path'), result: at('Result'), detail: at('Detail'), eventClass: at('Event Class'),
    imagePath: at('Image Path'), commandLine: at('Command Line'), user: at('User'), integrity: at('Integrity'), architecture: at('Architecture'),
  };
}

const keys = new Set(columnNames.map(columnKey));
/** Without one of these it is another program's table, as many have a PID and a version. */
const tellingKeys = (['Time of Day', 'Date & Time', 'Relative Time', 'Operation', 'Process Name'] as const).map(columnKey);

/** How many of Procmon's columns are among the names of a table; 0 for a table that is none of Procmon's. */
export function knownColumns(names: readonly string[]): number {
  const found = new Set(names.map(columnKey).filter((key) => keys.has(key)));
  return tellingKeys.some((key) => found.has(key)) ? found.size : 0;
}

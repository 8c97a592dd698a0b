/** Source: procmon-formats.md 12.1. */
import { traceErrors } from '../../errors.ts';
import type { TraceFormat } from '../../traceFormat.ts';
import { importCsv } from './reader.ts';

const columnNames = ['Time of Day', 'Process Name', 'PID', 'TID', 'Operation', 'Path', 'Result', 'Detail', 'Date & Time', 'Relative Time', 'Duration', 'Event Class'];

export const procmonCsv: TraceFormat = {
  id: 'procmon-csv',
  title: 'Process Monitor CSV export',
  extensions: ['csv'],
  localTimes: true,
  recognises(head) {
    const known = knownColumns(head.text.split(/\r?\n/, 1)[0] ?? '');
    if (head.text.startsWith('"')) return known >= 2;
    // A first column name without its quotes is a copy that a spreadsheet has made.
    if (known >= 3) throw traceErrors.csvUnquoted(head.name);
    return false;
  },
  import: importCsv,
};

function knownColumns(line: string): number {
  const names = new Set(line.split(/[,;\t]/).map((name) => name.replaceAll('"', '').trim()));
  return columnNames.filter((name) => names.has(name)).length;
}

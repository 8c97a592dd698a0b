/** Source: procmon-formats.md 12.1. */
import type { TraceFormat } from '../../traceFormat.ts';
import { readHeader } from './header.ts';
import { importCsv } from './reader.ts';

export const procmonCsv: TraceFormat = {
  id: 'procmon-csv',
  title: 'Process Monitor CSV export',
  extensions: ['csv'],
  mayLackTimes: ['date', 'zone'],
  recognises(head) {
    const { known } = readHeader(head.text);
    // A name without its quotes may be that of any table.
    return known >= (head.text.startsWith('"') ? 2 : 3);
  },
  import: importCsv,
};

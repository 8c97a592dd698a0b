/** Source: etw-formats.md 17. */
import { importEtwText } from '../../etw/text/importEtwText.ts';
import type { TraceFormat } from '../../traceFormat.ts';
import { PerfViewCsvReader, perfViewHeading } from './csvReader.ts';

export const perfviewCsv: TraceFormat = {
  id: 'perfview-csv',
  title: 'PerfView CSV of an ETW trace',
  extensions: ['csv'],
  mayLackTimes: ['date'],
  recognises: (head) => perfViewHeading.test(head.text),
  import: (source, sink, options) => importEtwText('perfview-csv', source, sink, false, () => new PerfViewCsvReader(source, options)),
};

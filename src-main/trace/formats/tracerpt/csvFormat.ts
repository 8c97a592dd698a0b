/** Source: etw-formats.md 15. */
import { importEtwText } from '../../etw/text/importEtwText.ts';
import type { TraceFormat } from '../../traceFormat.ts';
import { TracerptCsvReader } from './csvReader.ts';

export const tracerptCsv: TraceFormat = {
  id: 'tracerpt-csv',
  title: 'tracerpt CSV of an ETW trace',
  extensions: ['csv'],
  mayLackTimes: ['date'],
  recognises(head) {
    const end = head.text.indexOf('\n');
    const names = new Set((end < 0 ? head.text : head.text.slice(0, end)).split(',').map((name) => name.replaceAll('"', '').trim()));
    return names.has('Event Name') && names.has('Opcode') && names.has('Clock-Time') && names.has('User Data');
  },
  import: (source, sink, options) => importEtwText('tracerpt-csv', source, sink, options.glance !== true, () => new TracerptCsvReader(source, options)),
};

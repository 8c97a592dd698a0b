/** Source: etw-formats.md 16. */
import { importEtwText } from '../../etw/text/importEtwText.ts';
import type { TraceFormat } from '../../traceFormat.ts';
import { XperfReader } from './reader.ts';

const header = /^[ \t]*BeginHeader[ \t]*\r?$/m;

export const xperfDumper: TraceFormat = {
  id: 'xperf-dumper',
  title: 'xperf dump of an ETW trace',
  extensions: ['txt', 'csv'],
  mayLackTimes: ['date'],
  recognises: (head) => header.test(head.text),
  import: (source, sink, options) => importEtwText('xperf-dumper', source, sink, false, () => new XperfReader(source, options)),
};

/** Source: etw-formats.md 17. */
import { importEtwText } from '../../etw/text/importEtwText.ts';
import type { TraceFormat } from '../../traceFormat.ts';
import { PerfViewXmlReader } from './xmlReader.ts';

const root = /^(?:<\?xml[^>]*>\s*)?<Events>\s*<Event\s+(?:MSec|EventName)\s*=/;

export const perfviewXml: TraceFormat = {
  id: 'perfview-xml',
  title: 'PerfView XML of an ETW trace',
  extensions: ['xml'],
  mayLackTimes: ['date'],
  recognises: (head) => root.test(head.text),
  import: (source, sink, options) => importEtwText('perfview-xml', source, sink, false, () => new PerfViewXmlReader(source, options)),
};

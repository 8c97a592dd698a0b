/** Source: etw-formats.md 14. */
import { importEtwText } from '../../etw/text/importEtwText.ts';
import type { TraceFormat } from '../../traceFormat.ts';
import { TracerptXmlReader } from './xmlReader.ts';

const root = /^(?:<\?xml[^>]*>\s*)?<Events?[\s>]/;
const namespace = 'http://schemas.microsoft.com/win/2004/08/events/event';

export const tracerptXml: TraceFormat = {
  id: 'tracerpt-xml',
  title: 'tracerpt XML of an ETW trace',
  extensions: ['xml'],
  mayLackTimes: ['zone'],
  recognises: (head) => root.test(head.text) && head.text.includes(namespace),
  import: (source, sink, options) => importEtwText('tracerpt-xml', source, sink, options.glance !== true, () => new TracerptXmlReader(source, options)),
};

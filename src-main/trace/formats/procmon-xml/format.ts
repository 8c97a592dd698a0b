/** Source: procmon-formats.md 13. */
import type { TraceFormat } from '../../traceFormat.ts';
import { importProcmonXml } from './reader.ts';

export const procmonXml: TraceFormat = {
  id: 'procmon-xml',
  title: 'Process Monitor XML export',
  extensions: ['xml'],
  mayLackTimes: ['date', 'zone'],
  recognises: (head) => /^(<\?xml[^>]{0,200}\?>\s*)?(<!--[^>]{0,1000}-->\s*)?<procmon[\s>]/.test(head.text),
  import: importProcmonXml,
};

import { beginsWith } from '../../traceHead.ts';
import type { TraceFormat } from '../../traceFormat.ts';
import { checkPmlVersion } from './header.ts';
import { importPml } from './importPml.ts';

/** Source: procmon-formats.md 15. */
export const procmonPml: TraceFormat = {
  id: 'procmon-pml',
  title: 'Process Monitor log',
  extensions: ['pml'],
  recognises(head) {
    if (!beginsWith(head.bytes, 'PML_')) return false;
    checkPmlVersion(head.name, head.bytes);
    return true;
  },
  import: importPml,
};

import type { TraceFormat } from '../../traceFormat.ts';
import { importJsonLines } from './reader.ts';

export const fltreplayJsonl: TraceFormat = {
  id: 'fltreplay-jsonl',
  title: 'FltReplay JSON Lines',
  extensions: ['jsonl', 'ndjson'],
  recognises: (head) => head.text.startsWith('{') && /"(fltreplay|operation)"\s*:/.test(head.text),
  import: importJsonLines,
};

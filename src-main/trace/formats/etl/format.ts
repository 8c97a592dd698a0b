import type { TraceFormat } from '../../traceFormat.ts';
import { recogniseEtl } from './container/recogniseEtl.ts';
import { etlId, importEtl } from './reader.ts';

export const etl: TraceFormat = {
  id: etlId,
  title: 'Event Tracing for Windows log',
  extensions: ['etl'],
  recognises: recogniseEtl,
  import: importEtl,
};

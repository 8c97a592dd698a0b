/** Every format FltReplay reads, in the order in which they are tried: marks of bytes before guesses from text. */
import type { TraceFormat } from '../traceFormat.ts';
import { etl } from './etl/format.ts';
import { fltreplayJsonl } from './fltreplay-jsonl/format.ts';
import { minispyLog } from './minispy/format.ts';
import { perfviewCsv } from './perfview/csvFormat.ts';
import { perfviewXml } from './perfview/xmlFormat.ts';
import { procmonCsv } from './procmon-csv/format.ts';
import { procmonPml } from './procmon-pml/format.ts';
import { procmonXml } from './procmon-xml/format.ts';
import { tracerptCsv } from './tracerpt/csvFormat.ts';
import { tracerptXml } from './tracerpt/xmlFormat.ts';
import { xperfDumper } from './xperf-dumper/format.ts';

// Procmon's CSV comes last: it has any columns, quoted or not, and shares some names with others.
export const traceFormats: readonly TraceFormat[] = [
  procmonPml, etl, fltreplayJsonl, minispyLog, tracerptCsv, tracerptXml, xperfDumper, perfviewXml, perfviewCsv, procmonXml, procmonCsv,
];

/** Reads the files of a trace into a sink, and adds to the report what was found out before. */
import { importTrace } from '../../trace/importTrace.ts';
import type { ImportSink, ImportSummary } from '../../trace/record.ts';
import { openFileSource, type FileSource } from '../fileSource.ts';
import type { SourceOrder } from './messages.ts';

/** `glance`: only the beginning is wanted (see `ImportOptions`). */
export function readSource(order: SourceOrder, sink: ImportSink, glance = false): ImportSummary {
  const opened: FileSource[] = [];
  const open = ({ file, name }: SourceOrder['source']): FileSource => {
    const source = openFileSource(file, name);
    opened.push(source);
    return source;
  };
  try {
    const { assumedDate, utcOffset } = order;
    const source = open(order.source);
    const parts = order.parts.map(open);
    const summary = importTrace(source, sink, { glance, ...(parts.length > 0 && { parts }), ...(assumedDate !== undefined && { assumedDate }), ...(utcOffset !== undefined && { utcOffset }) });
    return { ...summary, damaged: [...summary.damaged, ...order.found.damaged], system: { ...summary.system, ...order.found.system } };
  } finally {
    for (const source of opened) source.close();
  }
}

/** Everything of a trace, one record after the other as they were imported, for writers: memory holds a page of each kind. */
import { operationOf, operationSchema } from '../replay/operationPage.ts';
import type { ContextEvent, DetailValue, OperationRecord, RecordedStack, TraceModule, TraceProcess } from '../trace/record.ts';
import { contextEventAt, contextSchema } from './contextPage.ts';
import type { Database } from './database.ts';
import { pageKinds, PageReader } from './pageStore.ts';
import { RecordedStacks } from './recordedStacks.ts';
import type { TraceReader } from './traceReader.ts';

/** Times are as recorded, on the trace's own clock. */
export interface WholeTrace {
  readonly system: { readonly [key: string]: DetailValue };
  readonly processes: readonly TraceProcess[];
  readonly modules: readonly TraceModule[];
  /** Both in order of time, ties in the source's order. */
  readonly operations: Iterable<OperationRecord>;
  readonly contextEvents: Iterable<ContextEvent>;
}

/** Stacks kept decoded; when it is full it is emptied. */
const remembered = 8192;

/** The trace as it is while it is read: nobody may import into it meanwhile. */
export function wholeTrace(db: Database, traces: TraceReader, trace: number): WholeTrace {
  return {
    system: traces.trace(trace)?.report.system ?? {},
    processes: traces.processes(trace),
    modules: traces.modules(trace, null),
    operations: operations(db, trace),
    contextEvents: contextEvents(db, trace),
  };
}

function* operations(db: Database, trace: number): Generator<OperationRecord> {
  const pages = new PageReader(db, pageKinds.operations, operationSchema);
  const stacks = new RecordedStacks(db, trace, remembered);
  for (const entry of pages.entries(trace)) {
    const page = pages.open(entry);
    for (let row = 0; row < page.count; row++) {
      const { index: _index, ...operation } = operationOf(page, row, entry.first + row);
      yield { ...operation, stack: stackOf(stacks, page.column('stack')[row] ?? 0) };
    }
  }
}

const stackOf = (stacks: RecordedStacks, number: number): RecordedStack | null => (number === 0 ? null : stacks.stack(number));

function* contextEvents(db: Database, trace: number): Generator<ContextEvent> {
  const pages = new PageReader(db, pageKinds.context, contextSchema);
  for (const entry of pages.entries(trace)) {
    const page = pages.open(entry);
    for (let row = 0; row < page.count; row++) yield contextEventAt(page, row);
  }
}

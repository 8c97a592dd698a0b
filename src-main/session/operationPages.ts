/** Pages of operations for work that goes on over many turns, on a connection of its own: one state of the file from its opening to its end. */
import { operationSchema } from '../replay/operationPage.ts';
import { openForReading, type Database } from './database.ts';
import { pageKinds, PageReader, type PageEntry } from './pageStore.ts';
import { TraceReader } from './traceReader.ts';
import type { StoredOperationPage, WhereTrace } from './whereMask.ts';

export class OperationPages {
  readonly #db: Database;
  readonly #pages: PageReader<typeof operationSchema>;
  readonly #trace: number;
  readonly entries: readonly PageEntry[];
  readonly about: WhereTrace;
  /** The trace grows, or is put in order. */
  readonly isChanging: boolean;

  constructor(session: string, trace: number) {
    this.#db = openForReading(session);
    this.#trace = trace;
    // An import may exchange pages meanwhile.
    this.#db.exec('BEGIN');
    this.#pages = new PageReader(this.#db, pageKinds.operations, operationSchema);
    const traces = new TraceReader(this.#db);
    const stored = traces.trace(trace);
    this.isChanging = stored === undefined || stored.state === 'importing';
    this.about = { clockOffset: stored?.clockOffset ?? 0n, processes: new Map(traces.processes(trace).map(({ index, name, pid }) => [index, { name, pid }])) };
    this.entries = this.#pages.entries(trace);
  }

  open(entry: PageEntry): StoredOperationPage {
    return this.#pages.open(entry);
  }

  /** Times of operations by number, as recorded, in the order of the numbers. */
  *timesOf(numbers: readonly number[]): Generator<{ readonly number: number; readonly time: bigint }> {
    let at: { readonly entry: PageEntry; readonly time: BigInt64Array } | null = null;
    for (const number of numbers) {
      if (at === null || number < at.entry.first || number >= at.entry.first + at.entry.count) {
        const entry = this.#pages.entries(this.#trace, number, number).at(-1);
        if (entry === undefined || number >= entry.first + entry.count) continue;
        at = { entry, time: this.open(entry).column('time') };
      }
      yield { number, time: at.time[number - at.entry.first] ?? 0n };
    }
  }

  close(): void {
    this.#db.close();
  }
}

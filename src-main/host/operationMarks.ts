/**
 * Which recorded operations are what a breakpoint asks for: one byte an operation, made a stored page at a time when first asked.
 *
 * Each value of a column is looked at once a page, however many operations have it.
 */
import type { OperationAsk, OperationTest } from '../debugger/breakpointMatch.ts';
import { factsOfDetail, noFacts, type OperationFacts } from '../debugger/operationFacts.ts';
import { detailAt, operationFlags, operationKindNames } from '../replay/operationPage.ts';
import type { SessionReader } from '../session/index.ts';
import type { TraceProcess } from '../trace/record.ts';

type TraceReader = SessionReader['traces'];
type Page = NonNullable<ReturnType<TraceReader['pageWith']>>;

interface Marked {
  readonly first: number;
  readonly marks: Uint8Array;
}

/** Pages that are kept for each question. */
const mostPages = 16;
const mostAsks = 32;
const none: Marked = { first: 0, marks: new Uint8Array() };

export class OperationMarks {
  readonly #traces: TraceReader;
  readonly #trace: number;
  readonly #processes: readonly TraceProcess[];
  /** By key, newest first. */
  readonly #known = new Map<string, Marked[]>();

  constructor(traces: TraceReader, trace: number, processes: readonly TraceProcess[]) {
    this.#traces = traces;
    this.#trace = trace;
    this.#processes = processes;
  }

  /** Whether one of the operations `from` to `to` is one; those that are not there are none. */
  any(ask: OperationAsk, from: number, to: number): boolean {
    for (let at = from; at <= to;) {
      const { first, marks } = this.#marked(ask, at);
      if (first === 0) return false;
      const found = marks.indexOf(1, at - first);
      if (found >= 0) return first + found <= to;
      at = first + marks.length;
    }
    return false;
  }

  #marked(ask: OperationAsk, index: number): Marked {
    let list = this.#known.get(ask.key);
    if (list === undefined) {
      if (this.#known.size >= mostAsks) this.#known.clear();
      this.#known.set(ask.key, (list = []));
    }
    const [newest] = list;
    if (newest !== undefined && index >= newest.first && index < newest.first + newest.marks.length) return newest;
    const at = list.findIndex(({ first, marks }) => index >= first && index < first + marks.length);
    const marked = at >= 0 ? list.splice(at, 1)[0] : this.#mark(ask, index);
    if (marked === undefined) return none;
    list.unshift(marked);
    if (list.length > mostPages) list.pop();
    return marked;
  }

  #mark(ask: OperationAsk, index: number): Marked | undefined {
    const page = this.#traces.pageWith(this.#trace, index);
    if (page === null) return undefined;
    const marks = new Uint8Array(page.count).fill(1);
    for (const test of ask.tests) {
      // Settled everywhere: other columns need not be read.
      if (!marks.includes(1)) break;
      markBy(marks, page, test, this.#processes);
    }
    return { first: page.entry.first, marks };
  }
}

function markBy(marks: Uint8Array, page: Page, { column, holds }: OperationTest, processes: readonly TraceProcess[]): void {
  const values = page.column(column);
  const { hasMajor, hasStatus } = operationFlags;
  const needed = column === 'major' ? hasMajor : column === 'status' ? hasStatus : 0;
  const flags = needed === 0 ? null : page.column('flags');
  const holdsNone = flags !== null && holds(noFacts);
  const known = new Map<number, boolean>();
  let [last, held] = [-1, false];
  for (let row = 0; row < marks.length; row++) {
    if (marks[row] === 0) continue;
    if (flags !== null && ((flags[row] as number) & needed) === 0) {
      marks[row] = Number(holdsNone);
      continue;
    }
    const value = values[row] as number;
    if (value !== last) {
      last = value;
      const before = known.get(value);
      held = before ?? holds({ ...noFacts, ...factOf(column, value, page, processes) });
      if (before === undefined) known.set(value, held);
    }
    marks[row] = Number(held);
  }
}

/** What a value of a column tells. */
function factOf(column: OperationTest['column'], value: number, page: Page, processes: readonly TraceProcess[]): Partial<OperationFacts> {
  switch (column) {
    case 'major': return { major: value };
    case 'minor': return { minor: value };
    case 'kind': return { kind: operationKindNames[value] ?? 'other' };
    case 'process': return { process: processes[value]?.name ?? '', pid: processes[value]?.pid ?? 0 };
    case 'path': return { path: value === 0 ? '' : (page.texts[value - 1] ?? '') };
    case 'detail': return factsOfDetail(detailAt(page, value));
    case 'status': return { recordedStatus: value };
    case 'tid': return { tid: value };
  }
}

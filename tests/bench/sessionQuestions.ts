/** What a session with a large trace answers, timed: opening, jumping, filtering. */
import { compileWhere, openSession, type FilteredRows, type TraceReader, type WhereCondition } from '../../src-main/session/index.ts';
import { median } from './report.ts';

const filters = {
  frequent: 'operation = ReadFile', rare: 'path contains "folder 40\\file 99" and offset >= 8192', none: 'path ends with ".docx" or status = error',
  process: 'process contains bench and not operation = CreateFile',
};

/** What the list asks for first: 200 rows, as many of them as are found. */
function firstPage(traces: TraceReader, trace: number, condition: WhereCondition): number {
  const rows = traces.filteredRows(trace, condition);
  rows.refresh();
  rows.scan(() => rows.count >= 200);
  return traces.listedAt(trace, rows.numbers(0, 200)).length;
}

function counted(traces: TraceReader, trace: number, condition: WhereCondition): FilteredRows {
  const rows = traces.filteredRows(trace, condition);
  rows.refresh();
  rows.scan(() => false);
  return rows;
}

export function askSession(session: string, rounds: number, note: (what: string, value: number, unit: string) => void): void {
  const timed = (action: () => unknown): number => {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now();
      action();
      times.push(performance.now() - begun);
    }
    return median(times);
  };
  note('open the session', timed(() => openSession(session, 'existing').close()), 'ms');
  const open = openSession(session, 'existing');
  const { traces } = open.reader;
  const trace = traces.traces()[0]?.id ?? 0;
  const count = traces.count(trace);
  console.log(`questions to ${count.toLocaleString('en-US')} operations:`);
  let seed = 1;
  note('jump', timed(() => traces.range(trace, (seed = (seed * 48_271) % count) + 1, seed + 100)), 'ms');
  for (const [name, where] of Object.entries(filters)) {
    const condition = compileWhere(where);
    note(`first page, ${name} (${where})`, timed(() => firstPage(traces, trace, condition)), 'ms');
    note(`count, ${name}`, timed(() => counted(traces, trace, condition).count), 'ms');
    const rows = counted(traces, trace, condition);
    note(`page in the middle, ${name}`, timed(() => traces.listedAt(trace, rows.numbers(rows.count >> 1, 200))), 'ms');
  }
  open.close();
}

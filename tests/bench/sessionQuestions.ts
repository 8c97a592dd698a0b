/** What a session with a large trace answers, timed: opening, jumping, filtering. */
import { compileWhere, openSession } from '../../src-main/session/index.ts';
import { median } from './report.ts';

const filters = {
  frequent: 'operation = ReadFile', rare: 'path contains "folder 40\\file 99" and offset >= 8192', none: 'path ends with ".docx" or status = error',
  process: 'process contains bench and not operation = CreateFile',
};

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
    note(`first page, ${name} (${where})`, timed(() => traces.select(trace, 0, 0, 100, condition)), 'ms');
    note(`count, ${name}`, timed(() => traces.span(trace, condition)), 'ms');
  }
  open.close();
}

/**
 * The filtered list through the host, as the window asks for it: the first page, and the count.
 *
 * Usage: node tests/bench/filter.ts [EVENTS]   (default 1 million)
 * Beside the time by the clock stands what the host and its workers ran for it, which other programs on the machine do not change.
 */
import path from 'node:path';
import { nextEvent, testHost } from '../support/testHost.ts';
import { writeLargePml } from './largePml.ts';
import { median } from './report.ts';
import { benchFolder } from './traces.ts';

const events = Number(process.argv[2] ?? 1_000_000);
const rounds = 5;
const filters = {
  frequent: 'operation = ReadFile', rare: 'path contains "folder 40\\file 99" and offset >= 8192', none: 'path ends with ".docx" or status = error', process: 'process contains bench and not operation = CreateFile',
};

const { folder, remove } = benchFolder();
const file = path.join(folder, 'large.PML');
writeLargePml(file, events, 'ordered');
const { host, api } = await testHost(path.join(folder, 'data'));
const done = nextEvent(api, 'import.done');
await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
const traceId = (await done).trace.id;
const { count: all } = await api.request('operations.count', { traceId });
console.log(`${all.toLocaleString('en-US')} operations`);
for (const [name, where] of Object.entries(filters)) {
  const pages: number[] = [];
  const counts: number[] = [];
  const ran: number[] = [];
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    // Another expression each time, or the answer would be known.
    const asked = `${where}${' '.repeat(round + 1)}`;
    const begun = performance.now();
    const before = process.cpuUsage();
    const told = nextEvent(api, 'filter.counted', (news) => news.where === asked && news.exact);
    const page = await api.request('operations.page', { traceId, offset: 0, limit: 200, runId: null, where: asked });
    pages.push(performance.now() - begun);
    found = page.exact ? page.count : (await told).count;
    counts.push(performance.now() - begun);
    const { user, system } = process.cpuUsage(before);
    ran.push((user + system) / 1000);
  }
  console.log(`${name.padEnd(9)} first page ${median(pages).toFixed(0)} ms (most ${Math.max(...pages).toFixed(0)}), count ${median(counts).toFixed(0)} ms (most ${Math.max(...counts).toFixed(0)}, ran ${median(ran).toFixed(0)}): ${found.toLocaleString('en-US')}  ${where}`);
}
await host.dispose();
remove();

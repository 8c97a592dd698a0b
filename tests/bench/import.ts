/**
 * Events a second from a Process Monitor log into a session, through the import worker as the program does it; beside it the
 * reader alone. Usage: node tests/bench/import.ts [FILE.PML]
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bytesSource } from '../../src-main/trace/byteSource.ts';
import { importTrace } from '../../src-main/trace/importTrace.ts';
import { nextEvent, testHost } from '../support/testHost.ts';
import { median } from './report.ts';
import { benchTrace } from './traces.ts';

const { file, folder, remove } = benchTrace(200_000);
const rounds = 5;
let events = 0;

const intoSession: number[] = [];
for (let round = 0; round < rounds; round++) {
  const { host, api } = await testHost(path.join(folder, `data ${round}`), { open: 'temporary' });
  const done = nextEvent(api, 'import.done');
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
  const { report, milliseconds } = await done;
  events = report.events;
  intoSession.push((events / milliseconds) * 1000);
  await host.dispose();
}

const source = bytesSource(readFileSync(file), 'bench');
const readerAlone: number[] = [];
for (let round = 0; round < rounds; round++) {
  const begun = performance.now();
  importTrace(source, { processes: () => undefined, modules: () => undefined, contextEvents: () => undefined, operations: () => undefined, progress: () => true });
  readerAlone.push((events / (performance.now() - begun)) * 1000);
}

const text = (rate: number): string => Math.round(rate).toLocaleString('en-US');
console.log(`import of ${text(events)} events into a session: ${text(median(intoSession))} events/s (median of ${rounds})`);
console.log(`reader alone: ${text(median(readerAlone))} events/s`);
remove();

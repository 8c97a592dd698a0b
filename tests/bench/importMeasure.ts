/** One import as the program does it, or its reader alone, timed. */
import { openFileSource } from '../../src-main/host/fileSource.ts';
import { importTrace } from '../../src-main/trace/importTrace.ts';
import type { HostApi } from '../../src-preload/contract/index.ts';
import { nextEvent, testHost } from '../support/testHost.ts';
import { median } from './report.ts';

const ignore = (): void => undefined;

export interface SessionRates {
  readonly events: number;
  /** Events a second of the first import after the program has started. */
  readonly first: number;
  /** The median of those behind it, in the same host. */
  readonly further: number;
  /** Milliseconds from opening the trace to the first page of rows, the median of the further ones. */
  readonly firstRows: number;
  /** A session with the trace. */
  readonly session: string;
}

/** Imports a trace `rounds` times and once more, each into a session of its own. */
export async function sessionRates(file: string, folder: string, rounds: number): Promise<SessionRates> {
  const { host, api } = await testHost(folder, { open: 'temporary' });
  const all = [];
  for (let round = 0; round <= rounds; round++) all.push(await importOnce(api, file));
  await host.dispose();
  const [first, ...further] = all;
  return {
    events: first?.events ?? 0, first: first?.rate ?? 0, further: median(further.map(({ rate }) => rate)), firstRows: median(further.map(({ firstRows }) => firstRows)), session: all.at(-1)?.session ?? '',
  };
}

async function importOnce(api: HostApi, file: string): Promise<{ events: number; rate: number; firstRows: number; session: string }> {
  const done = nextEvent(api, 'import.done');
  const first = nextEvent(api, 'import.progress', (progress) => progress.operations > 0);
  const begun = performance.now();
  const { session } = await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
  const firstRows = first.then(async ({ traceId }) => {
    while ((await api.request('operations.page', { traceId: traceId ?? 0, offset: 0, limit: 50, runId: null })).rows.length === 0) await new Promise(setImmediate);
    return performance.now() - begun;
  });
  const { report, milliseconds } = await done;
  return { events: report.events, rate: (report.events / milliseconds) * 1000, firstRows: await firstRows, session: session.path };
}

/** The longest wait from a cancel, asked for at `rounds` places of the trace, to the report. */
export async function cancelMilliseconds(file: string, folder: string, rounds: number): Promise<number> {
  const { host, api } = await testHost(folder, { open: 'temporary' });
  const waits: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const place = (round + 1) / (rounds + 2);
    const done = nextEvent(api, 'import.done');
    const there = nextEvent(api, 'import.progress', (progress) => progress.done > progress.total * place || progress.phase !== 'reading');
    await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
    await there;
    const asked = performance.now();
    await api.request('trace.cancelImport', { jobId: null });
    await done;
    waits.push(performance.now() - asked);
  }
  await host.dispose();
  return Math.max(...waits);
}

/** Events a second of the reader, nothing stored. */
export function readerRate(file: string, rounds: number): number {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const source = openFileSource(file);
    const begun = performance.now();
    const { events } = importTrace(source, { processes: ignore, modules: ignore, contextEvents: ignore, operations: ignore, progress: () => true });
    rates.push((events / (performance.now() - begun)) * 1000);
    source.close();
  }
  return median(rates);
}

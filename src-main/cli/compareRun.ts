/** Compares two sides and waits for the end; used by every command that shows differences. */
import type { CompareInfo, CompareRow, HostApi, RunInfo, SessionInfo, SideRef } from '../../src-preload/contract/index.ts';
import { UserError } from '../base/userError.ts';
import { grouped, progress } from './output.ts';

const pageSize = 500;

export async function compared(api: HostApi, a: SideRef, b: SideRef, onInterrupt: (stop: () => Promise<unknown>) => void): Promise<CompareInfo> {
  const { promise, resolve } = Promise.withResolvers<CompareInfo>();
  const ended: CompareInfo[] = [];
  let id: number | null = null;
  const listener = api.listen('compare.changed', (info) => {
    const { done, total } = info.progress;
    if (info.state === 'running') progress(`comparing: ${Math.floor((done / Math.max(1, total)) * 100)} %, ${grouped(info.count)} differences`);
    else if (id === null) ended.push(info);
    else if (info.id === id) resolve(info);
  });
  try {
    const started = await api.request('compare.start', { a, b });
    id = started.id;
    onInterrupt(() => api.request('compare.cancel', { id: started.id }));
    const early = ended.find((one) => one.id === id);
    const info = early ?? (await promise);
    if (info.problem !== null) throw new UserError('not-comparable', info.problem);
    return info;
  } finally {
    progress('');
    listener.dispose();
  }
}

/** Every difference, in the order of the list. */
export async function* differencesOf(api: HostApi, id: number, most = Infinity): AsyncGenerator<CompareRow> {
  for (let offset = 0; offset < most; offset += pageSize) {
    const { rows } = await api.request('compare.page', { id, offset, limit: Math.min(pageSize, most - offset), kinds: null, text: '', cause: null });
    yield* rows;
    if (rows.length < pageSize) return;
  }
}

/** A run by number or name, `recording` for the trace of the other side, or a trace: `trace:NAME`. */
export function sidesOf(session: SessionInfo, texts: readonly [string, string]): [SideRef, SideRef] {
  const [a, b] = texts.map((text) => (text === 'recording' ? null : sideOf(session, text)));
  const traceOf = (side: SideRef | null | undefined): number | undefined =>
    side === null || side === undefined ? session.traces.at(-1)?.id : side.kind === 'recording' ? side.traceId : session.runs.find(({ id }) => id === side.runId)?.traceId;
  const recording = (other: SideRef | null | undefined): SideRef => {
    const traceId = traceOf(other);
    if (traceId === undefined) throw new UserError('session-empty', 'There is no trace in this session; import one first.');
    return { kind: 'recording', traceId };
  };
  return [a ?? recording(b), b ?? recording(a)];
}

/** A run by number or name; null for the recording. */
export function runOf(session: SessionInfo, text: string): RunInfo | null {
  const [side] = sidesOf(session, [text, 'recording']);
  return side.kind === 'run' ? (session.runs.find(({ id }) => id === side.runId) ?? null) : null;
}

/** What the changes of a run are told against: of a branch its parent, of any other run the recording. */
export const baselineOf = ({ runs }: SessionInfo, { parentId, traceId }: RunInfo): SideRef =>
  (parentId !== null && runs.some(({ id }) => id === parentId) ? { kind: 'run', runId: parentId } : { kind: 'recording', traceId });

function sideOf({ runs, traces }: SessionInfo, text: string): SideRef {
  if (text.startsWith('trace:')) {
    const name = text.slice('trace:'.length);
    const trace = one(traces, name);
    if (trace !== undefined) return { kind: 'recording', traceId: trace.id };
    throw new UserError('trace-unknown', `There is no one trace “${name}” in this session; there ${listed(traces, 'trace')}.`);
  }
  const run = text === 'last' ? runs.at(-1) : one(runs, text);
  if (run !== undefined) return { kind: 'run', runId: run.id };
  throw new UserError('run-unknown', `There is no one run “${text}” in this session; there ${listed(runs, 'run')}, and recording.`);
}

/** By number, or by a name that only one has. */
function one<T extends { readonly id: number; readonly name: string }>(all: readonly T[], text: string): T | undefined {
  const named = all.filter(({ name }) => name === text);
  return all.find(({ id }) => String(id) === text) ?? (named.length === 1 ? named[0] : undefined);
}

const listed = (all: readonly { readonly id: number; readonly name: string }[], what: string): string =>
  (all.length === 0 ? `is no ${what}` : `are ${all.map(({ id, name }) => `${id} (${name})`).join(', ')}`);

/** Opens what a command was given: a session, a trace file, or a bundled sample by name. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { HostApi, SessionInfo } from '../../src-preload/contract/index.ts';
import { UserError } from '../base/userError.ts';
import { importTrace } from './importTraces.ts';
import { message } from './output.ts';

export interface OpenedTrace {
  readonly session: SessionInfo;
  readonly traceId: number;
  /** It was a session file, with drivers of its own. */
  readonly wasSession: boolean;
}

const sampleName = /^[\w-]+$/;

/** `session`: where to keep it; without, it is gone when the command ends. `copy`: leave a session as it is and work on a copy. */
export async function openTrace(api: HostApi, file: string, session: string | undefined, copy: boolean): Promise<OpenedTrace> {
  if (/\.fltreplay$/i.test(file) || (existsSync(file) && (await isSession(api, file)))) {
    const info = copy
      ? await api.request('session.create', { path: session ?? null, bundledDrivers: false, copyOf: file })
      : await api.request('session.open', { path: path.resolve(file) });
    return { session: info, traceId: firstTrace(info, file), wasSession: true };
  }
  if (session !== undefined) await api.request('session.create', { path: session, bundledDrivers: false });
  const source = !existsSync(file) && sampleName.test(file) ? ({ kind: 'sample', name: file } as const) : ({ kind: 'path', path: path.resolve(file) } as const);
  const done = await importTrace(api, { source });
  for (const damage of done.report.damaged) message(`${file}: damaged at ${damage.unit} ${damage.at}: ${damage.reason}`);
  return { session: await api.request('session.current', {}), traceId: done.traceId, wasSession: false };
}

async function isSession(api: HostApi, file: string): Promise<boolean> {
  return (await api.request('trace.kind', { path: path.resolve(file) })).kind === 'session';
}

// The newest is the one people have just imported.
function firstTrace(info: SessionInfo, file: string): number {
  const trace = info.traces.filter((candidate) => candidate.state !== 'importing').at(-1);
  if (!trace) throw new UserError('session-empty', `“${file}” has no trace in it; import one first: fltreplay import TRACE --session ${file}.`);
  return trace.id;
}

import type { HostApi, RunInfo, SessionInfo, ShrinkReport, ShrinkTarget, ViolationRow } from '../../../src-preload/contract/index.ts';
import { UserError } from '../../base/userError.ts';
import { sidesOf } from '../compareRun.ts';
import { DriverPlaces } from '../driverPlaces.ts';
import { openTrace } from '../openTrace.ts';
import { exitCodes, grouped, message, print, printJson, progress } from '../output.ts';
import { withHost } from '../withHost.ts';

export interface ShrinkOptions {
  readonly run: string;
  readonly violation?: string;
  readonly operation?: number;
  readonly into: string;
  readonly trust?: boolean;
  readonly json?: boolean;
}

const pageSize = 1000;

/** `fltreplay shrink S`: the smallest trace and stack that still show what a run shows. Ctrl+C keeps the smallest so far. */
export function shrinkCommand(session: string, options: ShrinkOptions): Promise<number> {
  return withHost(async (api, _host, onInterrupt) => {
    const opened = await openTrace(api, session, undefined, false);
    if (!opened.wasSession) throw new UserError('not-a-session', `“${session}” is no session; keep a run first: fltreplay run ${session} --driver D --session S.fltreplay.`);
    if (options.trust === true) await api.request('session.trust', {});
    const run = runOf(opened.session, options.run);
    const report = await shrunk(api, run.id, await targetOf(api, run, options), onInterrupt);
    if (!report.canSave) throw new UserError('not-shrinkable', report.problem ?? 'Cancelled before the run was seen to show it again.');
    const saved = await api.request('shrink.save', { folder: options.into });
    if (options.json === true) await printJson((await DriverPlaces.of(api, run)).json({ type: 'summary', ...report, ...saved }));
    else for (const line of lines(report, saved)) await print(line);
    if (report.state === 'cancelled') message('Cancelled: the smallest so far.');
    return exitCodes.clean;
  });
}

function runOf(session: SessionInfo, text: string): RunInfo {
  const [side] = sidesOf(session, [text, 'recording']);
  const run = side.kind === 'run' ? session.runs.find(({ id }) => id === side.runId) : undefined;
  if (run === undefined) throw new UserError('run-unknown', 'Name a run of the session: --run N.');
  return run;
}

/** What is named, else the first violation of the run, else the first operation that ends otherwise than recorded. */
async function targetOf(api: HostApi, run: RunInfo, { violation, operation }: ShrinkOptions): Promise<ShrinkTarget> {
  if (operation !== undefined) return { kind: 'divergence', operation };
  const found = await firstViolation(api, run.id, violation);
  if (found !== null) return { kind: 'violation', id: found.id, driver: found.driver, line: found.line };
  if (violation !== undefined) throw new UserError('not-shrinkable', `${run.name} does not show ${violation}; “fltreplay query S "SELECT * FROM violations"” lists what it shows.`);
  const { rows: [first] } = await api.request('differences.page', { runId: run.id, offset: 0, limit: 1 });
  if (first !== undefined) return { kind: 'divergence', operation: first.index };
  throw new UserError('not-shrinkable', `${run.name} shows no violation and ends as recorded, so there is nothing to reduce it to.`);
}

/** `ID`, or `ID@DRIVER`. Without a name no hint is taken. */
async function firstViolation(api: HostApi, runId: number, named: string | undefined): Promise<ViolationRow | null> {
  const [id, driver] = named?.split('@') ?? [];
  for (let offset = 0; ; offset += pageSize) {
    const { rows } = await api.request('violations.page', { runId, offset, limit: pageSize });
    const found = rows.find((row) => (id === undefined ? !row.hint : row.id === id && (driver === undefined || row.driver === driver)));
    if (found !== undefined) return found;
    if (rows.length < pageSize) return null;
  }
}

async function shrunk(api: HostApi, runId: number, target: ShrinkTarget, onInterrupt: (stop: () => Promise<unknown>) => void): Promise<ShrinkReport> {
  const { promise, resolve } = Promise.withResolvers<ShrinkReport>();
  const listener = api.listen('shrink.changed', (report) => {
    progress(`reducing: ${grouped(report.operations.now)} of ${grouped(report.operations.before)} operations, ${report.drivers.now.length} drivers, ${grouped(report.attempts)} attempts`);
    if (report.state !== 'running') resolve(report);
  });
  try {
    onInterrupt(() => api.request('shrink.cancel', {}));
    await api.request('shrink.start', { runId, target });
    return await promise;
  } finally {
    progress('');
    listener.dispose();
  }
}

const lines = ({ title, operations, drivers, edits, attempts }: ShrinkReport, { folder, files, command }: { readonly folder: string; readonly files: readonly string[]; readonly command: string }): string[] => [
  `shows        ${title}`,
  `operations   ${grouped(operations.now)} of ${grouped(operations.before)}`,
  `drivers      ${drivers.now.length === 0 ? 'none' : drivers.now.join(', ')}${drivers.now.length === drivers.before.length ? '' : ` (of ${drivers.before.join(', ')})`}`,
  ...(edits.before === 0 ? [] : [`edits        ${grouped(edits.now)} of ${grouped(edits.before)}`]),
  `attempts     ${grouped(attempts)}`,
  `saved        ${files.join(', ')} in ${folder}`,
  `again        ${command}`,
];

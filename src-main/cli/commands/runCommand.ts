import path from 'node:path';
import type { AssumptionInfo, EventRow, HostApi, OperationRow, Overlay, RequestParams, RunInfo, RunSettings, StopInfo, ViolationRow } from '../../../src-preload/contract/index.ts';
import { runSettingWords } from '../../../src-preload/contract/index.ts';
import { UserError } from '../../base/userError.ts';
import { DriverPlaces } from '../driverPlaces.ts';
import { exitCodes, grouped, message, print, printJson, progress } from '../output.ts';
import { groundTruthJson, groundTruthLines } from '../groundTruthLines.ts';
import { affectedJson, fidelityJson, editLines, reportLines, settingLines, shownAffected } from '../runReport.ts';
import { plannedBy } from '../planFile.ts';
import { assumptionsOf, openWithStack, type StackOptions } from '../stackFlags.ts';
import { RunBreakpoints } from '../runBreakpoints.ts';
import { withHost } from '../withHost.ts';

export interface RunOptions extends StackOptions {
  readonly where?: string;
  readonly seed?: number;
  readonly answers?: RunSettings['answers'];
  readonly completion?: RunSettings['completion'];
  readonly schedule?: string;
  readonly unknown?: string;
  readonly skip?: readonly string[];
  readonly answer?: readonly string[];
  readonly breakpoints?: string;
  readonly stop?: boolean;
  readonly plan?: string;
  readonly events?: boolean;
  readonly json?: boolean;
}

/** How many divergences and violations are written out in full; all are counted. */
const shownDivergences = 20;
const pageSize = 1000;

/** `fltreplay run FILE`: replays a trace, a session or a bundled sample through a stack of drivers. */
export function runCommand(file: string, options: RunOptions): Promise<number> {
  const assumptions = assumptionsOf(options);
  const json = options.json === true;
  if (options.stop === true && options.breakpoints === undefined) throw new UserError('stop', '--stop ends the run at a breakpoint; say which with --breakpoints FILE.');
  return withHost(async (api) => {
    const opened = await openWithStack(api, file, options);
    const breakpoints = options.breakpoints === undefined ? null : await RunBreakpoints.read(api, options.breakpoints, json);
    const plan = options.plan === undefined ? {} : await plannedBy(api, options.plan);
    const params: RequestParams<'run.start'> = {
      ...plan, traceId: opened.traceId, firstOperation: null, stopOnEntry: false, where: options.where ?? null, assumptions, settings: settingsOf(options), breakpoints: breakpoints !== null,
      ...(options.seed !== undefined && { seed: options.seed }),
      overlays: [...(plan.overlays ?? []), ...(await overlaysOf(api, options))],
      ...(options.schedule !== undefined && { schedule: options.schedule }),
      ...(options.unknown?.startsWith(filePrefix) === true && { unknownFolder: path.resolve(options.unknown.slice(filePrefix.length)) }),
    };
    const run = await runToEnd(api, params, breakpoints, options.stop === true).finally(() => breakpoints?.end());
    const code = await (json ? reportJson(api, run, options.events === true) : reportText(api, run, options.events === true));
    return options.stop === true && (breakpoints?.stops ?? 0) > 0 ? Math.max(code, exitCodes.findings) : code;
  });
}

/** `--skip 64 --answer 70=STATUS_DISK_FULL` */
async function overlaysOf(api: HostApi, { skip = [], answer = [] }: RunOptions): Promise<readonly Overlay[]> {
  const skipped = skip.map((text): Overlay => ({ kind: 'skip', operation: operationNumber('--skip', text, '--skip 64') }));
  if (answer.length === 0) return skipped;
  const statuses = await api.request('app.statuses', {});
  const answered = answer.map((text): Overlay => {
    const [, index = text, word = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    const name = word.toUpperCase().replace(/^(?!STATUS_|0X)/, 'STATUS_');
    const status = /^0X[0-9A-F]{1,8}$/.test(name) ? Number(name) : statuses.find((one) => one.name === name)?.value;
    if (status === undefined) throw new UserError('answer', `--answer takes an operation and a status by name or number; this is “${text}”. Example: --answer 64=STATUS_DISK_FULL.`);
    return { kind: 'ioStatus', operation: operationNumber('--answer', index, '--answer 64=STATUS_DISK_FULL'), status: status >>> 0, information: 0 };
  });
  return [...skipped, ...answered];
}

function operationNumber(flag: string, text: string, example: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UserError('operation', `${flag} takes the number of an operation; this is “${text}”. Example: ${example}.`);
  return Number(text);
}

/** What is left out has its default. */
const settingsOf = ({ answers, completion, unknown }: RunOptions): Partial<RunSettings> => ({
  ...(answers !== undefined && { answers }),
  ...(completion !== undefined && { completion }),
  ...(unknown !== undefined && !unknown.startsWith(filePrefix) && { unknownBytes: unknownWord(unknown) }),
});

const filePrefix = 'file=';

function unknownWord(text: string): RunSettings['unknownBytes'] {
  const word = runSettingWords.unknownBytes.find((one) => one === text);
  if (word === undefined) throw new UserError('unknown', `--unknown takes ${runSettingWords.unknownBytes.join(', ')} or ${filePrefix}FOLDER; this is “${text}”.`);
  return word;
}

async function runToEnd(api: HostApi, params: RequestParams<'run.start'>, breakpoints: RunBreakpoints | null, ends: boolean): Promise<RunInfo> {
  let runId: number | null = null;
  const ended = new Promise<void>((resolve) => {
    api.listen('run.state', (state) => {
      if (state.kind === 'running') progress(`running: ${grouped(state.done)} of ${grouped(state.total)} operations`);
      if (state.kind === 'stopped') void stopped(api, state.stop, breakpoints, ends);
      if (state.kind === 'ended') resolve();
    });
  });
  const started = await api.request('run.start', params);
  runId = started.id;
  await ended;
  progress('');
  const run = (await api.request('run.list', {})).find((candidate) => candidate.id === runId);
  return run ?? started;
}

/** Nobody can look around here: behind a breakpoint the run goes on, unless it is to end; at anything else it ends. */
async function stopped(api: HostApi, stop: StopInfo, breakpoints: RunBreakpoints | null, ends: boolean): Promise<void> {
  progress('');
  if (breakpoints !== null && stop.reason === 'breakpoint') {
    await breakpoints.stopped(stop);
    await (ends ? api.request('run.stop', {}) : api.request('run.continue', {}));
    return;
  }
  const frame = stop.stackFrames.find(({ driver }) => driver !== null);
  const place = frame === undefined ? (stop.driver ?? '') : (await DriverPlaces.of(api)).text(frame.driver, frame.line);
  message(`${place}: ${stop.reason === 'unknown-bytes' ? 'reads bytes that nobody recorded' : `stopped (${stop.reason})`}, operation #${stop.operation.index}; the run ends here.`);
  await api.request('run.stop', {});
}

async function* pages<T>(read: (offset: number) => Promise<{ rows: readonly T[]; count: number }>): AsyncGenerator<T> {
  for (let offset = 0; ; ) {
    const { rows, count } = await read(offset);
    yield* rows;
    offset += rows.length;
    if (rows.length === 0 || offset >= count) return;
  }
}

const eventsOf = (api: HostApi, runId: number): AsyncGenerator<EventRow> =>
  pages((offset) => api.request('events.page', { runId, offset, limit: pageSize, operation: null, kinds: null }));
const affectedOf = (api: HostApi, runId: number): AsyncGenerator<OperationRow> => pages((offset) => api.request('affected.page', { runId, offset, limit: pageSize, cause: null }));
const violationsOf = (api: HostApi, runId: number): AsyncGenerator<ViolationRow> => pages((offset) => api.request('violations.page', { runId, offset, limit: pageSize }));

async function reportJson(api: HostApi, run: RunInfo, events: boolean): Promise<number> {
  const places = await DriverPlaces.of(api, run);
  if (events) for await (const event of eventsOf(api, run.id)) await printJson(places.json({ type: 'event', ...event }));
  const findings = new Findings();
  for await (const violation of violationsOf(api, run.id)) {
    findings.add(violation);
    await printJson(places.json({ type: 'violation', ...violation }));
  }
  const differences = pages((offset) => api.request('differences.page', { runId: run.id, offset, limit: pageSize }));
  let divergences = 0;
  for await (const op of differences) {
    divergences++;
    await printJson({ type: 'divergence', index: op.index, operation: op.operation, path: op.path, recorded: op.status, replayed: op.replayedStatus, state: op.replayed });
  }
  for await (const op of affectedOf(api, run.id)) await printJson(affectedJson(op));
  const { layers, seed, settings, assumptions, firstOperation, lastOperation, operations, eventHash, problem, report } = run;
  if (report !== null) for (const line of [...fidelityJson(report), ...groundTruthJson(report.groundTruth)]) await printJson(line);
  await printJson(places.json({
    type: 'summary', operations, events: run.events, firstOperation, lastOperation, layers: layers.map((layer) => layer.name), seed, settings, assumptions,
    violations: findings.total, violationsBySeverity: findings.bySeverity, hints: findings.hints, divergences, eventHash, problem, report,
  }));
  return exitCode(run, findings, divergences);
}

/** What differs from the defaults; the run keeps all. */
function switched(chosen: Readonly<Record<string, string>>, all: readonly AssumptionInfo[]): [string, string][] {
  return Object.entries(chosen).filter(([id, word]) => all.find((one) => one.id === id)?.values[0] !== word);
}

async function reportText(api: HostApi, run: RunInfo, events: boolean): Promise<number> {
  const places = await DriverPlaces.of(api, run);
  if (events) for await (const event of eventsOf(api, run.id)) await print(eventLine(event, places));
  const findings = new Findings();
  for await (const violation of violationsOf(api, run.id)) findings.add(violation);
  const { rows, count } = await api.request('differences.page', { runId: run.id, offset: 0, limit: shownDivergences });
  const affected = await api.request('affected.page', { runId: run.id, offset: 0, limit: shownAffected, cause: null });
  const names = new Map((await api.request('app.statuses', {})).map((status) => [status.value, status.name]));
  const layers = run.layers.map((layer) => (layer.altitude === null ? layer.name : `${layer.name} ${layer.altitude}`)).join(' > ');
  const lines = [
    `operations   ${grouped(run.operations)} (${run.firstOperation} to ${run.lastOperation})`,
    `stack        ${layers}`,
    `seed         ${run.seed}`,
    ...settingLines(run),
    ...editLines(run),
    ...switched(run.assumptions, await api.request('app.assumptions', {})).map(([name, value]) => `assumption   ${name} = ${value}`),
    `events       ${grouped(run.events)}`,
    `violations   ${grouped(findings.total)}`,
    ...findings.lines(false, places),
    `hints        ${grouped(findings.hints)}`,
    ...findings.lines(true, places),
    `divergences  ${grouped(count)} from the recording`,
    ...rows.map((op) => `  ${divergenceLine(op, names)}`),
    ...(count > rows.length ? [`  ... and ${grouped(count - rows.length)} more`] : []),
    ...(run.report === null ? [] : [...reportLines(run.report, affected.rows, places), ...groundTruthLines(run.report.groundTruth, names)]),
    `event hash   ${run.eventHash ?? 'none: the run did not come to its end'}`,
  ];
  for (const line of lines) await print(line);
  if (run.problem !== null) message(problemLine(run.problem, places));
  return exitCode(run, findings, count);
}

function problemLine(problem: NonNullable<RunInfo['problem']>, places: DriverPlaces): string {
  const { driver, line, column, message: sentence } = problem;
  if (driver === null) return sentence;
  const place = line === null ? `${driver}.ts` : places.text(driver, line, column);
  // The sentence may begin with it.
  const short = place.replace(/ of \w+$/, '');
  return `${place}${sentence.startsWith(short) ? sentence.slice(short.length) : `: ${sentence}`}`;
}

function eventLine(event: EventRow, places: DriverPlaces): string {
  const point = `${event.issued}:${event.sequence}`.padEnd(10);
  const place = event.line === null ? '' : `  [${places.text(event.driver, event.line)}]`;
  const rule = event.rule === '' ? '' : `  ${event.rule}${event.assumption === null ? '' : ` (assumption ${event.assumption})`}`;
  return `${point} ${event.kind.padEnd(9)} ${event.irql.padEnd(8)} ${String(event.tid).padEnd(6)} ${'  '.repeat(event.depth)}${event.layerName}: ${event.text}${place}${rule}`;
}

function divergenceLine(op: OperationRow, names: ReadonlyMap<number, string>): string {
  const name = (status: number | null): string => (status === null ? 'none' : (names.get(status) ?? `0x${status.toString(16).toUpperCase().padStart(8, '0')}`));
  const replayed = op.replayed === 'completed' ? name(op.replayedStatus) : op.replayed;
  return `${op.index}  ${op.operation}  ${op.path ?? ''}  recorded ${name(op.status)}, replayed ${replayed}`;
}

/** Violations counted by id; those of severity B and V, and any OV, are findings. */
class Findings {
  total = 0;
  count = 0;
  hints = 0;
  readonly bySeverity: Record<string, number> = {};
  readonly #first = new Map<string, { violation: ViolationRow; count: number }>();

  add(violation: ViolationRow): void {
    if (violation.hint) this.hints++;
    else {
      this.total++;
      this.bySeverity[violation.severity] = (this.bySeverity[violation.severity] ?? 0) + 1;
    }
    if (violation.severity === 'B' || violation.severity === 'V' || violation.id.startsWith('OV-')) this.count++;
    const known = this.#first.get(violation.id);
    if (known) known.count++;
    else this.#first.set(violation.id, { violation, count: 1 });
  }

  lines(hints: boolean, places: DriverPlaces): string[] {
    return [...this.#first.values()].filter(({ violation }) => violation.hint === hints).map(({ violation: v, count }) => {
      return `  ${v.id}${v.hint ? '' : ` (${v.severity})`} x ${grouped(count)}, first at ${v.issued}:${v.sequence} in ${places.text(v.driver, v.line)}: ${v.sentence} [${v.rule === '' ? '' : `${v.rule}, `}${v.source}]`;
    });
  }
}

function exitCode(run: RunInfo, findings: Findings, divergences: number): number {
  // A driver that cannot be loaded is unreadable input; one that breaks while running is a finding.
  if (run.problem?.kind === 'load' || run.problem?.kind === 'host-died') return exitCodes.unusable;
  return run.problem !== null || findings.count > 0 || divergences > 0 ? exitCodes.findings : exitCodes.clean;
}

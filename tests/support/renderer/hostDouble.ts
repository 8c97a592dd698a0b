/**
 * A host for looking at the page without an engine: the bundled sample, made-up stops, a list as long as one likes.
 *
 * It proves nothing about the program. It exists so that the page can be tried before, and apart from, everything behind it.
 */
import { readFileSync } from 'node:fs';
import { assertExists } from '../../../src-main/base/assert.ts';
import { ntstatus } from '../../../src-main/nt/tables.generated.ts';
import type { BreakpointInfo, DriverInfo, EventMap, EventName, EventRow, OperationDetail, OperationRow, RequestHandlers, RunInfo, RunState, SessionInfo, StopInfo, TraceInfo } from '../../../src-preload/contract/index.ts';
import { breakpointSpec, defaultRunSettings } from '../../../src-preload/contract/index.ts';
import { traceFormats } from '../../../src-main/trace/formats/index.ts';
import { contextDouble } from './contextDouble.ts';
import { eventsDouble, stopDouble, violationDouble } from './stopDouble.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const unixEpoch = 116_444_736_000_000_000n;

interface SampleLine { readonly index?: number; readonly time: string; readonly process: string; readonly pid: number; readonly tid: number; readonly operation: string; readonly major: string | null; readonly minor: number; readonly kind: OperationRow['kind']; readonly path: string | null; readonly status: number | null; readonly duration: number | null; readonly offset: number | null; readonly length: number | null; readonly information: number | null; readonly irpFlags: number; readonly detail: OperationDetail['detail'] }

function sampleRows(): readonly (OperationRow & { line: SampleLine })[] {
  const lines = read('resources/samples/first-light.jsonl').trim().split('\n').map((line) => JSON.parse(line) as SampleLine).filter((line) => line.index !== undefined);
  return lines.map((line, at) => ({
    index: at + 1, time: unixEpoch + BigInt(Date.parse(line.time.slice(0, 19) + 'Z')) * 10_000n + BigInt(line.time.slice(20, 27)), duration: line.duration === null ? null : BigInt(line.duration), process: line.process, pid: line.pid, tid: line.tid,
    operation: line.operation, major: null, minor: line.minor, kind: line.kind, path: line.path, status: line.status, replayed: 'none', replayedStatus: null, answer: null, effect: 'none', cause: null, violations: 0, offset: line.offset === null ? null : BigInt(line.offset), length: line.length, line,
  }));
}

/** Of every hundred operations one is denied, and the ten behind it meet the consequences. */
const causeAt = (index: number): number => index - (index % 100) + 12;
function effectAt(index: number): OperationRow['effect'] {
  const behind = index - causeAt(index);
  if (behind < 0 || behind > 10) return 'none';
  return behind === 0 ? 'changed' : behind < 8 ? 'not-issued' : behind < 10 ? 'consequence' : 'redirected';
}

export interface HostDouble {
  readonly handlers: RequestHandlers;
  /** Called with every event the double fires. */
  onEvent(listener: <N extends EventName>(name: N, value: EventMap[N]) => void): void;
}

export function hostDouble(options: { readonly rows?: number; readonly declarations: string }): HostDouble {
  const sample = sampleRows();
  const count = options.rows ?? sample.length;
  const listeners: (<N extends EventName>(name: N, value: EventMap[N]) => void)[] = [];
  const emit = <N extends EventName>(name: N, value: EventMap[N]): void => listeners.forEach((listener) => listener(name, value));

  let breakpoints: BreakpointInfo[] = [{ id: 1, enabled: true, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['status'] }, driverId: 2, where: { major: 3 } }), hits: 0, verifiedLine: null, message: null }];
  let drivers: DriverInfo[] = (['minispy', 'statusWatch', 'passThrough'] as const).map((name, at) => ({
    id: at + 1, name, description: 'bundled', altitude: { minispy: '385100', statusWatch: '328010', passThrough: '370030' }[name], enabled: name === 'statusWatch', bundled: true, version: 1, files: [], formerFiles: [], source: read(`resources/drivers/${name}.ts`),
  }));
  let traces: readonly TraceInfo[] = [];
  const first: TraceInfo = {
    id: 1, name: 'first-light', sourcePath: null, sha256: 'ab'.repeat(32), format: 'fltreplay-jsonl', formatTitle: 'FltReplay JSON Lines', synthetic: true, state: 'complete', clockOffset: 0n, contextEvents: 1200,
    report: { events: count + 12, operations: count, processes: 5, skipped: [{ reason: 'registry event', count: 9 }, { reason: 'process event', count: 3 }], damaged: [], firstTime: assertExists(sample[0]).time, lastTime: assertExists(sample.at(-1)).time, bytes: 204_172, system: {} },
  };
  traces = [first, { ...first, id: 2, name: 'below the filter.etl.gz', formatTitle: 'Event Tracing for Windows log', clockOffset: 12_500n }];
  const changeTrace = (id: number, change: Partial<TraceInfo>): TraceInfo => {
    traces = traces.map((trace) => (trace.id === id ? { ...trace, ...change } : trace));
    return assertExists(traces.find((trace) => trace.id === id));
  };
  let runs: RunInfo[] = [];
  let state: RunState = { kind: 'idle' };
  let log: EventRow[] = [];
  let reached = 0;
  const reads = sample.filter((row) => row.operation === 'ReadFile' && row.kind === 'irp' && row.status === 0);

  const session = (): SessionInfo => ({ path: '/sessions/sample.fltreplay', name: 'first-light', sample: true, sampleName: 'first-light', traces, runs, trusted: true });
  const rowAt = (position: number): OperationRow => {
    const { line: _line, ...row } = assertExists(sample[position % sample.length]);
    const isDone = position + 1 <= reached;
    const index = position + 1;
    const effect = isDone ? effectAt(index) : 'none';
    if (effect !== 'none') return { ...row, index, effect, cause: causeAt(index), ...(effect === 'not-issued' ? { replayed: 'not-issued', replayedStatus: null } : { replayed: 'completed', replayedStatus: effect === 'changed' ? 0xc0000022 : row.status, answer: effect === 'changed' ? 'filter' : 'model' }) };
    return { ...row, index, answer: isDone ? 'recorded' : null, replayed: isDone ? 'completed' : 'none', replayedStatus: isDone ? row.status : null, violations: isDone && row.operation === 'ReadFile' && row.kind === 'irp' && row.status === 0 ? 1 : 0 };
  };
  const setState = (next: RunState): void => {
    state = next;
    emit('run.state', next);
    const run = runs.at(-1);
    if (run !== undefined) {
      runs = [...runs.slice(0, -1), { ...run, state: next.kind === 'travelling' ? 'stopped' : next.kind, operations: reached, events: log.length, violations: log.filter((event) => event.kind === 'violation').length }];
      emit('run.changed', assertExists(runs.at(-1)));
    }
    if (run !== undefined) emit('events.appended', { runId: run.id, count: log.length });
  };
  const goOn = (): void => {
    const next = breakpoints.some((breakpoint) => breakpoint.enabled) ? reads.find((row) => row.index > reached) : undefined;
    for (const row of reads.filter((candidate) => candidate.index > reached && candidate.index <= (next?.index ?? count))) log = [...log, ...eventsDouble(row, log.length)];
    reached = next?.index ?? count;
    const runId = runs.at(-1)?.id ?? 0;
    if (next === undefined) setState({ kind: 'ended', runId, outcome: 'completed' });
    else setState({ kind: 'stopped', runId, stop: stopDouble(rowAt(next.index - 1)) });
  };
  const stopAt = (index: number): StopInfo => stopDouble(rowAt(index - 1));
  const driver = (id: number): DriverInfo => assertExists(drivers.find((candidate) => candidate.id === id));

  const handlers: Partial<RequestHandlers> = {
    'app.info': () => ({ version: '0.1.0', shell: 'web', platform: 'linux', sandbox: 'full', sandboxNote: null, sessionsFolder: '/sessions', recentSessions: [{ path: '/sessions/customer-17.fltreplay', name: 'customer-17', openedAt: 0n }], samples: [{ name: 'first-light', title: 'Status callback and snapshot', shows: 'A read buffer is swapped.' }], recentTraces: [{ path: '/captures/boot.PML', name: 'boot.PML', formatTitle: 'Process Monitor log', openedAt: 1n }], formats: traceFormats.map(({ id, title, extensions }) => ({ id, title, extensions })) }),
    'app.majors': () => ['CREATE', 'CREATE_NAMED_PIPE', 'CLOSE', 'READ', 'WRITE'].map((name, value) => ({ value, name: `IRP_MJ_${name}`, meaning: '' })),
    'app.statuses': () => ntstatus.map(([name, value]) => ({ name, value: value >>> 0 })),
    'app.declarations': () => ({ fileName: 'fltkernel.d.ts', text: options.declarations }),
    'session.current': session, 'session.openSample': session, 'session.open': session, 'session.saveAs': session, 'session.trust': session,
    ...contextDouble(rowAt),
    'trace.imports': () => [],
    'trace.rename': ({ traceId, name }) => changeTrace(traceId, { name }),
    'trace.setClockOffset': ({ traceId, offset }) => changeTrace(traceId, { clockOffset: offset }),
    'trace.remove': ({ traceId }) => {
      traces = traces.filter(({ id }) => id !== traceId);
      return session();
    },
    'operations.page': ({ offset, limit }) => ({ rows: Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_, at) => rowAt(offset + at)), count, exact: true }),
    'operations.get': ({ index }) => {
      const { line } = assertExists(sample[(index - 1) % sample.length]);
      return { ...rowAt(index - 1), traceId: 1, majorName: line.major, minorName: null, statusName: null, irpFlags: line.irpFlags, irpFlagNames: '', information: line.information, detail: line.detail, detailWords: {}, provenance: { path: 'recorded', irpFlags: 'derived' }, processInfo: { pid: line.pid, parentPid: 900, name: line.process, imagePath: null, commandLine: null, user: null }, sourceIndex: index, hasStack: false };
    },
    'operations.find': ({ text, from, backwards }) => {
      for (let index = from; index >= 1 && index <= Math.min(count, 100_000); index += backwards ? -1 : 1) {
        const row = rowAt(index - 1);
        if (`${row.path ?? ''} ${row.operation} ${row.process}`.toLowerCase().includes(text.toLowerCase())) return { index };
      }
      return { index: null };
    },
    'drivers.list': () => drivers,
    'drivers.check': ({ source }) => (source.includes('syntax error') ? [{ driver: 'statusWatch', severity: 'error', message: 'Unexpected identifier "error".', line: 1, column: 1 }] : []),
    'drivers.update': (change) => {
      const before = driver(change.id);
      const after: DriverInfo = { ...before, ...(change.source !== undefined && { source: change.source, version: before.version + 1 }), ...(change.altitude !== undefined && { altitude: change.altitude }), ...(change.enabled !== undefined && { enabled: change.enabled }) };
      drivers = drivers.map((other) => (other.id === change.id ? after : other));
      emit('drivers.changed', drivers);
      return after;
    },
    'drivers.create': ({ name, altitude }) => {
      drivers = [...drivers, { id: drivers.length + 1, name, description: '', altitude, enabled: true, bundled: false, version: 1, files: [], formerFiles: [], source: '// new\n' }];
      emit('drivers.changed', drivers);
      return assertExists(drivers.at(-1));
    },
    'breakpoints.list': () => breakpoints,
    'breakpoints.whenBroken': ({ stop }) => ({ stop: stop ?? true }),
    'breakpoints.add': ({ spec }) => {
      const breakpoint: BreakpointInfo = { id: Math.max(0, ...breakpoints.map(({ id }) => id)) + 1, enabled: true, spec: breakpointSpec(spec), hits: 0, verifiedLine: spec.at.kind === 'line' ? spec.at.line : null, message: null };
      breakpoints = [...breakpoints, breakpoint];
      emit('breakpoints.changed', breakpoints);
      return breakpoint;
    },
    'breakpoints.update': ({ id, enabled, spec }) => {
      breakpoints = breakpoints.map((other) => (other.id === id ? { ...other, ...(enabled !== undefined && { enabled }), ...(spec !== undefined && { spec: breakpointSpec(spec) }) } : other));
      emit('breakpoints.changed', breakpoints);
      return assertExists(breakpoints.find((other) => other.id === id));
    },
    'breakpoints.remove': ({ id }) => {
      breakpoints = breakpoints.filter((other) => other.id !== id);
      emit('breakpoints.changed', breakpoints);
      return {};
    },
    'breakpoints.check': () => ({ problem: null }),
    'breakpoints.setGroupEnabled': ({ group, enabled }) => {
      breakpoints = breakpoints.map((other) => (group === null || other.spec.group === group ? { ...other, enabled } : other));
      emit('breakpoints.changed', breakpoints);
      return breakpoints;
    },
    'breakpoints.logs': () => ({ runId: null, lines: [], dropped: 0 }),
    'run.state': () => state,
    'run.start': ({ traceId, firstOperation, settings, seed = 1 }) => {
      reached = (firstOperation ?? 1) - 1;
      log = [];
      const run: RunInfo = { id: runs.length + 1, name: `run ${runs.length + 1}`, traceId, parentId: null, drivers: [], differs: [], differsFrom: null, shared: null, edits: [], state: 'running', startedAt: 0n, seed, settings: { ...defaultRunSettings, ...settings }, assumptions: {}, layers: [], firstOperation: firstOperation ?? 1, lastOperation: count, operations: 0, events: 0, violations: 0, differences: 0, eventHash: null, problem: null, report: null };
      runs = [...runs, run];
      setTimeout(goOn, 60);
      return run;
    },
    'run.continue': () => { setTimeout(goOn, 20); return {}; },
    'run.next': () => ({}), 'run.stepIn': () => ({}), 'run.stepOut': () => ({}), 'run.pause': () => ({}),
    'run.stop': () => { setState({ kind: 'ended', runId: runs.at(-1)?.id ?? 0, outcome: 'stopped' }); return {}; },
    'debug.scopes': () => [{ name: 'Local', variablesReference: 1 }, { name: 'Module', variablesReference: 2 }],
    'debug.variables': ({ variablesReference }) => (variablesReference === 1 ? [{ name: 'OperationStatus', value: 'STATUS_SUCCESS (0)', type: 'number', variablesReference: 0 }, { name: 'IopbSnapshot', value: 'FLT_IO_PARAMETER_BLOCK', type: 'object', variablesReference: 3 }] : [{ name: 'Length', value: '4096', type: 'number', variablesReference: 0 }]),
    'debug.evaluate': ({ expression }) => ({ name: expression, value: '4096', type: 'number', variablesReference: 0 }),
    'events.page': ({ offset, limit, operation, kinds }) => {
      const rows = log.filter((row) => (operation === null || row.operation === operation) && (kinds === null || kinds.includes(row.kind)));
      return { rows: rows.slice(offset, offset + limit), count: rows.length };
    },
    'violations.page': () => {
      const rows = reads.filter((row) => row.index <= reached).map(violationDouble);
      return { rows, count: rows.length, information: 0 };
    },
    'affected.page': ({ offset, limit, cause }) => {
      const indexes = Array.from({ length: Math.min(reached, count) }, (_, at) => at + 1).filter((index) => effectAt(index) !== 'none' && (cause === null || causeAt(index) === cause));
      return { rows: indexes.slice(offset, offset + limit).map((index) => rowAt(index - 1)), count: indexes.length };
    },
    'affected.causes': ({ offset, limit }) => {
      const causes = Array.from({ length: Math.max(0, Math.floor((Math.min(reached, count) + 88) / 100)) }, (_, at) => at * 100 + 12);
      return { rows: causes.slice(offset, offset + limit).map((index) => ({ operation: rowAt(index - 1), counts: { changed: 1, consequence: 2, redirected: 1, notIssued: 7 } })), count: causes.length };
    },
    'differences.page': ({ offset, limit }) => {
      const indexes = Array.from({ length: Math.min(reached, count) }, (_, at) => at + 1).filter((index) => effectAt(index) === 'changed');
      return { rows: indexes.slice(offset, offset + limit).map((index) => rowAt(index - 1)), count: indexes.length };
    },
    'events.stop': ({ number }) => stopAt(assertExists(log[number]).operation),
  };
  return { handlers: handlers as RequestHandlers, onEvent: (listener) => void listeners.push(listener) };
}

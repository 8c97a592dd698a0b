/** The store's rows as the contract's values. */
import path from 'node:path';
import type {
  BreakpointInfo, BreakpointSpec, DriverInfo, ImportReport, LayerInfo, OperationDetail, OperationRow, RunInfo, RunProblem, SessionInfo, TraceInfo, ViolationRow,
} from '../../src-preload/contract/index.ts';
import { manifestFacts } from '../base/driverManifest.ts';
import { breakpointSpec } from '../debugger/breakpointSpec.ts';
import { readBreakpoint } from '../debugger/readBreakpoint.ts';
import { irpFlagNames, irpMjName, irpMnName } from '../nt/names.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import type { ListedOperation, OperationResult, SessionReader, StoredBreakpoint, StoredDriver, StoredOperation, StoredRun, StoredTrace, StoredViolation } from '../session/index.ts';
import { formatTitle } from '../trace/formatTitle.ts';
import type { TraceProcess } from '../trace/record.ts';
import { firstSample } from './bundledSamples.ts';
import { detailWords } from './detailWords.ts';
import { sameContents } from './driverFiles.ts';
import { planOf, runDriversOf } from './storedRuns.ts';
import { differencesOf, differsFrom, editsOf } from './runDifferences.ts';
import { storedAssumptions, storedReport, storedSettings } from './storedReport.ts';
import type { HostContext } from './hostContext.ts';

export const sessionName = (file: string): string => path.basename(file, '.fltreplay');

export function currentSessionInfo(context: HostContext): SessionInfo {
  const { reader } = context.session;
  return {
    path: context.session.path,
    name: sessionName(context.session.path),
    sample: reader.property('sample') === 1,
    sampleName: sampleName(reader),
    traces: reader.traces.traces().map(traceInfo),
    runs: reader.runs.runs().map((run) => runInfo(run, reader)),
    trusted: reader.stack.drivers().every((driver) => isTrusted(context, driver)),
  };
}

/** Sessions of older versions say only that they are a sample; there was one. */
function sampleName(reader: SessionReader): string | null {
  if (reader.property('sample') !== 1) return null;
  const name = reader.property('sampleName');
  return typeof name === 'string' ? name : firstSample;
}

/** Written or accepted by this user, or exactly what FltReplay ships. */
export function isTrusted(context: HostContext, driver: StoredDriver): boolean {
  if (context.settings.isSigned(driver.name, driver, driver.mac)) return true;
  if (!driver.bundled || !context.bundled.has(driver.name)) return false;
  const shipped = context.bundled.get(driver.name);
  return sameContents(shipped, driver);
}

export function traceInfo(trace: StoredTrace): TraceInfo {
  const { id, name, sourcePath, sha256, format, synthetic, state, clockOffset, contextEvents } = trace;
  return { id, name, sourcePath, sha256, format, formatTitle: formatTitle(format), synthetic, state, clockOffset, contextEvents, report: importReport(trace) };
}

export function importReport(trace: StoredTrace): ImportReport {
  const { events, bytes, skipped, damaged, system } = trace.report;
  return { events, operations: trace.operations, processes: trace.processes, skipped, damaged, firstTime: trace.firstTime, lastTime: trace.lastTime, bytes, system };
}

export function operationRow(op: ListedOperation, result: OperationResult | undefined): OperationRow {
  return {
    index: op.index, time: op.time, duration: op.duration, process: op.processName, pid: op.pid, tid: op.tid, operation: op.operation, major: op.major, minor: op.minor, kind: op.kind,
    path: op.path, status: op.status,
    replayed: result?.state ?? 'none',
    replayedStatus: result?.state === 'completed' ? result.status : null,
    answer: result === undefined || result.answer === 'none' ? null : result.answer,
    effect: result?.effect ?? 'none',
    cause: result === undefined || result.cause === 0 ? null : result.cause,
    violations: result?.violations ?? 0,
    offset: op.offset, length: op.length,
  };
}

export function operationDetail(traceId: number, op: StoredOperation, result: OperationResult | undefined, process: TraceProcess | undefined): OperationDetail {
  return {
    ...operationRow(op, result),
    traceId,
    majorName: op.major === null ? null : irpMjName(op.major),
    minorName: op.major === null ? null : irpMnName(op.major, op.minor),
    statusName: op.status === null ? null : ntStatusName(op.status),
    irpFlags: op.irpFlags,
    irpFlagNames: irpFlagNames(op.irpFlags),
    information: op.information,
    detail: op.detail,
    detailWords: detailWords(op.detail),
    provenance: op.provenance,
    processInfo: {
      pid: op.pid, name: op.processName, parentPid: process?.parentPid ?? null, imagePath: process?.imagePath ?? null, commandLine: process?.commandLine ?? null, user: process?.user ?? null,
    },
    sourceIndex: op.sourceIndex,
    hasStack: op.hasStack,
  };
}

export function driverInfo(reader: SessionReader, driver: StoredDriver): DriverInfo {
  const { id, name, description, altitude, enabled, bundled, version, source, service, files } = driver;
  const formerFiles = reader.stack.fileNames(id).filter(({ slot }) => !files.some((file) => file.slot === slot));
  return { id, name, description, altitude, enabled, bundled, version, source, service, files, formerFiles, ...serviceNameOf(driver) };
}

/** Without folders, as places of its lines have it. */
function serviceNameOf({ manifest }: StoredDriver): { readonly serviceName?: string } {
  const file = manifestFacts(manifest).serviceScript?.split(/[\\/]/).at(-1);
  return file === undefined ? {} : { serviceName: file.endsWith('.ts') ? file : `${file}.ts` };
}

/** Null where it cannot be read: a newer version's. */
export function storedBreakpoint({ spec }: StoredBreakpoint): BreakpointSpec | null {
  const read = readBreakpoint(JSON.parse(spec));
  return read.kind === 'ok' ? read.spec : null;
}

/** `live`: what the current run says of it. */
export function breakpointInfo(b: StoredBreakpoint, live: { hits?: number; verifiedLine?: number | null; message?: string | null } | undefined): BreakpointInfo {
  const spec = storedBreakpoint(b);
  const message = spec === null ? 'It cannot be read; a newer version of the program may have made it.' : (live?.message ?? null);
  return { id: b.id, enabled: b.enabled && spec !== null, spec: spec ?? breakpointSpec({ at: { kind: 'callback', callbacks: [] } }), hits: live?.hits ?? b.hits, verifiedLine: live?.verifiedLine ?? null, message };
}

export function runInfo(run: StoredRun, reader: SessionReader): RunInfo {
  const { id, name, seed, firstOperation, lastOperation, operations, events, violations, differences, eventHash } = run;
  return {
    id, name, seed, firstOperation, lastOperation, operations, events, violations, differences, eventHash,
    traceId: run.trace,
    parentId: run.parent,
    drivers: driversOf(run),
    differs: differencesOf(reader, run),
    differsFrom: differsFrom(reader, run),
    shared: sharedWith(reader, run),
    edits: editsOf(reader, run),
    state: run.state,
    startedAt: run.started,
    settings: storedSettings(run.settings),
    assumptions: runAssumptions(run),
    layers: layersOf(run),
    problem: run.problem === null ? null : parsed<RunProblem | null>(run.problem, null),
    report: storedReport(run.report),
  };
}

function driversOf(run: StoredRun): RunInfo['drivers'] {
  const takenOver = new Map(planOf(run).switches.map(({ driver, version }) => [driver, version]));
  return runDriversOf(run).map(({ driver, version }) => ({ id: driver, version: takenOver.get(driver) ?? version }));
}

function sharedWith(reader: SessionReader, { parent, sharedEvents }: StoredRun): RunInfo['shared'] {
  const owner = sharedEvents === 0 || parent === null ? undefined : reader.runs.run(parent);
  return owner === undefined ? null : { runId: owner.id, name: owner.name, events: sharedEvents };
}

/** Its operations under way are no differences: it goes on, or was ended in the middle of them. Who was killed has left no report. */
export function isCutShort({ state, report }: StoredRun): boolean {
  const told = storedReport(report);
  return state !== 'ended' || told === null || told.stopped === true;
}

export const runAssumptions = (run: StoredRun): Readonly<Record<string, string>> => storedAssumptions(run.assumptions);

export function layersOf(run: StoredRun): LayerInfo[] {
  const layers = parsed<LayerInfo[]>(run.layers, []);
  return Array.isArray(layers) ? layers : [];
}

/** JSON of the store; the file may be a stranger's, so text that is none is taken for the fallback. */
function parsed<T>(text: string, fallback: T): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return fallback;
  }
}

export function violationRow(v: StoredViolation): ViolationRow {
  const { severity, hint, sentence, rule, source, driver, line, operation, issued, sequence } = v;
  return { id: v.violation, hint, severity: severity === 'B' || severity === 'V' || severity === 'W' ? severity : 'I', sentence, rule, source, driver, line, operation, issued, sequence };
}

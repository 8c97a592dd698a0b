/** Builds what a stop shows from the routine that is running and from what the recorder has of its operation. */
import { PASSIVE_LEVEL, siteText, type Activation, type EngineThread, type Filter, type FLT_IO_PARAMETER_BLOCK, type Operation } from '../engine/index.ts';
import { irpMjName } from '../nt/names.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { postopCallbackStatus, preopCallbackStatus } from '../nt/tables.generated.ts';
import { generatedFacts } from '../replay/generatedFacts.ts';
import { eventKinds, noResult } from '../replay/eventPage.ts';
import type { Recorder, StepRow } from '../replay/recorder.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import type { RunLayers } from '../replay/runLayers.ts';
import { callbackDataFlagNames, iopbTexts, isChangedField, valueText, type FieldText } from '../replay/valueText.ts';
import type { TraceProcess } from '../trace/record.ts';
import { explanationsFor } from './explanations.ts';
import { canSetField } from './fieldValues.ts';
import { stopKindOf } from './stopKind.ts';
import type { FieldChange, IopbColumn, IopbField, IopbView, LayerStep, StackFrame, StopInfo, StopIrql, StopNote, StopOperation, StopThread } from './stop.ts';

/** Where a run can stop: in a driver's routine, or at the end of an operation, where nobody's routine runs. */
export type StopSubject = Omit<Activation, 'filter' | 'depth' | 'parent' | 'name' | 'thread'> & { readonly filter: Filter | null; readonly thread: Pick<EngineThread, 'tid' | 'pid' | 'process' | 'kind'> };

/** Between operations, where nobody's routine runs. */
export const nowhere: StopSubject = {
  kind: 'routine', operation: null, filter: null, instance: null, thread: { tid: 0, pid: 0, process: '', kind: 'system' }, irql: PASSIVE_LEVEL, data: null, fltObjects: null, routine: null, completionContext: null,
  flags: 0, iopbSnapshot: null, operationStatus: 0 as Operation['status'], requesterContext: null, requestSite: null, received: null, sent: null, now: null,
};

/** The end of an operation as a place to stop at. */
export function operationEnd(operation: Operation): StopSubject {
  return {
    kind: 'routine', operation, filter: null, instance: null, thread: operation.thread, irql: operation.irql, data: operation.data, fltObjects: null, routine: null, completionContext: null,
    flags: 0, iopbSnapshot: null, operationStatus: operation.status, requesterContext: null, requestSite: null, received: operation.issued, sent: operation.sent, now: operation.now,
  };
}

export interface StopRequest {
  readonly reason: StopInfo['reason'];
  readonly breakpointIds: readonly number[];
  /** 1-based line, when stopped on one. */
  readonly line: number | null;
  readonly stackFrames: readonly StackFrame[];
  /** What a breakpoint has to say. */
  readonly notes?: readonly StopNote[];
  readonly finding?: StopNote | null;
}

export interface StopSources {
  readonly recorder: Recorder;
  readonly layers: RunLayers;
  readonly processes: readonly TraceProcess[];
}

const irqlNames: readonly StopIrql[] = ['PASSIVE', 'APC', 'DISPATCH'];

export function buildStop(activation: StopSubject, request: StopRequest, sources: StopSources): StopInfo {
  const { operation } = activation;
  const layer = activation.filter === null ? undefined : sources.layers.at(sources.layers.of(activation.filter));
  const steps = operation === null ? [] : sources.recorder.steps(operation);
  const { issued, sequence } = sources.recorder.point;
  return {
    reason: request.reason,
    moment: { past: false, basis: 'live', rebuilding: false, note: null },
    breakpointIds: request.breakpointIds,
    point: { operation: issued, sequence, line: request.line },
    operation: operationOf(operation, sources),
    callback: stopKindOf(activation.kind),
    driver: activation.filter?.name ?? null,
    driverId: layer?.driverId ?? null,
    altitude: activation.instance?.altitude ?? layer?.altitude ?? null,
    thread: threadOf(activation),
    irql: irqlNames[activation.irql] ?? 'PASSIVE',
    layers: operation === null ? [] : layerSteps(steps, sources.layers, completionContexts(activation)),
    iopb: iopbView(activation, steps),
    notes: [...(request.notes ?? []), ...explanationsFor(activation, steps), ...violationNotes(operation, sources.recorder)],
    ...(request.finding && { finding: request.finding }),
    stackFrames: request.stackFrames,
    atLine: request.line !== null,
  };
}

function threadOf({ thread }: StopSubject): StopThread {
  return { tid: thread.tid, pid: thread.pid, process: thread.process, kind: thread.kind === 'system' ? 'worker' : thread.kind === 'service' ? 'requestor' : thread.kind };
}

function operationOf(operation: Operation | null, { processes, recorder }: StopSources): StopOperation {
  const tag = operation === null ? null : replayTagOf(operation);
  const record = tag?.record;
  const completed = operation?.state === 'completed';
  const base = {
    index: operation?.index ?? 0, major: operation?.major ?? null, minor: operation?.minor ?? 0, kind: operation?.kind ?? ('other' as const),
    replayed: operation === null ? ('none' as const) : completed ? ('completed' as const) : ('pending' as const), replayedStatus: completed ? operation.status : null,
    answer: completed && tag !== null && tag.source !== 'none' ? tag.source : null, effect: tag?.effect ?? ('none' as const), cause: tag === null || tag.cause === 0 ? null : tag.cause,
    violations: operation === null ? 0 : recorder.progressOf(operation).violations, tid: operation?.thread.tid ?? 0, pid: operation?.thread.pid ?? 0, process: operation?.thread.process ?? '',
  };
  if (record === undefined) {
    return { ...base, time: 0n, duration: null, operation: operation === null ? '' : irpMjName(operation.major), path: operation === null ? null : (generatedFacts(operation).path || null), status: null, offset: null, length: null };
  }
  const process = processes[record.process];
  return {
    ...base, time: record.time, duration: record.duration, process: process?.name ?? base.process, pid: process?.pid ?? base.pid, operation: record.operation,
    path: record.path, status: record.status, offset: record.offset, length: record.length,
  };
}

// ---- layers

const stepNames: ReadonlySet<string> = new Set(['issue', 'pre', 'lower', 'done', 'post', 'status', 'ret']);
const preName = new Map(preopCallbackStatus.map(([name, value]) => [value, name]));
const postName = new Map(postopCallbackStatus.map(([name, value]) => [value, name]));

/** What happened to the operation so far; the last unfinished callback is where we are. */
function layerSteps(steps: readonly StepRow[], layers: RunLayers, contexts: ReadonlyMap<string, unknown>): LayerStep[] {
  const shown = steps.filter((step) => stepNames.has(eventKinds[step.kind] ?? ''));
  const here = shown.findLast((step) => step.result === noResult && ['pre', 'post', 'status'].includes(eventKinds[step.kind] ?? ''));
  return shown.map((step) => {
    const layer = layers.at(step.layer);
    const kind = (eventKinds[step.kind] ?? 'issue') as LayerStep['step'];
    const owed = kind === 'pre' || (kind === 'post' && step === here) ? contexts.get(layer?.name ?? '') : undefined;
    return {
      layer: step.layer, name: layer?.name ?? '', altitude: layer?.altitude ?? null, step: kind, result: stepResult(kind, step), here: step === here,
      ...(owed === undefined || owed === null ? {} : { completionContext: valueText(owed) }),
      point: { operation: step.issued, sequence: step.sequence, line: null },
    };
  });
}

/** What each filter's pre has given for its post, by filter; of posts that have run it is not kept. */
function completionContexts({ operation, kind, filter, completionContext }: StopSubject): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (let call = operation?.current ?? null; call !== null; call = call.upper) {
    for (let node = call.lowestNode; node !== null; node = node.above) found.set(node.instance.filter.name, node.completionContext);
  }
  if (filter !== null && (kind === 'pre' || kind === 'post' || kind === 'drain')) found.set(filter.name, completionContext);
  return found;
}

function stepResult(kind: LayerStep['step'], step: StepRow): string {
  const io = `${ntStatusName(step.status)}${step.information === 0 ? '' : ` / ${step.information}`}`;
  switch (kind) {
    case 'pre': return step.result === noResult ? '' : (preName.get(step.result) ?? String(step.result));
    case 'post': return step.result === noResult ? io : `${io}; ${postName.get(step.result) ?? String(step.result)}`;
    case 'done': return io;
    case 'ret': case 'status': return ntStatusName(step.status);
    default: return '';
  }
}

// ---- the three-way view

const column = (id: IopbColumn['id'], title: string, explanation: string): IopbColumn => ({ id, title, explanation });

interface ShownBlock {
  readonly column: IopbColumn;
  readonly iopb: FLT_IO_PARAMETER_BLOCK | null;
}

function shownBlocks(activation: StopSubject): ShownBlock[] {
  const { kind, received, iopbSnapshot, sent, now } = activation;
  const nowColumn: ShownBlock = { column: column('now', 'now', 'the live Iopb at this moment'), iopb: now };
  if (kind === 'status') {
    const asked = activation.requestSite === null ? '' : `, at ${siteText(activation.requestSite)}`;
    return [
      { column: column('snapshot', 'snapshot', `the copy FltRequestOperationStatusCallback made when the pre callback asked${asked}`), iopb: iopbSnapshot },
      { column: column('sent', 'sent', 'what IoCallDriver was given'), iopb: sent },
      nowColumn,
    ];
  }
  const receivedColumn: ShownBlock = { column: column('received', 'received', activation.filter === null ? 'what was issued' : 'what this filter\'s pre callback was given'), iopb: received };
  return kind === 'pre' ? [receivedColumn, nowColumn] : [receivedColumn, { column: column('sent', 'sent', 'what IoCallDriver was given'), iopb: sent }, nowColumn];
}

function iopbView(activation: StopSubject, steps: readonly StepRow[]): IopbView {
  const blocks = shownBlocks(activation);
  const texts = blocks.map(({ iopb }) => new Map((iopb === null ? [] : iopbTexts(iopb)).map((field) => [field.path, field])));
  const paths = [...new Set(texts.flatMap((one) => [...one.keys()]))];
  const data = activation.data ?? activation.operation?.data ?? null;
  const isPost = activation.kind === 'post' || activation.kind === 'drain';
  return {
    columns: blocks.map((block) => block.column),
    fields: paths.map((path) => fieldOf(path, texts, activation)),
    ioStatus: data === null ? { status: null, information: '' } : { status: data.IoStatus.Status, information: String(data.IoStatus.Information), changes: ioStatusChanges(activation.operation, steps) },
    operationStatus: activation.kind === 'status' ? activation.operationStatus : null,
    completionContext: activation.kind === 'pre' || isPost ? valueText(activation.completionContext) : null,
    requesterContext: activation.kind === 'status' ? valueText(activation.requesterContext) : null,
    callbackDataFlags: data === null ? '' : callbackDataFlagNames(data.Flags),
  };
}

function fieldOf(path: string, texts: readonly Map<string, FieldText>[], { kind, data, operation }: StopSubject): IopbField {
  const shown = texts.map((one) => one.get(path) ?? null);
  const values = shown.map((field) => field?.text ?? null);
  const canSet = (kind === 'pre' || kind === 'post') && data !== null && canSetField(path);
  return { path, values, raw: shown.map((field) => field?.raw ?? null), changed: isChangedField(path, values), changes: changesOf(path, operation), ...(canSet && { canSet }) };
}

function changesOf(path: string, operation: Operation | null): FieldChange[] {
  if (operation === null) return [];
  return operation.iopbHistory.filter((change) => change.field === path).map((change) => ({
    point: { operation: change.issued, sequence: change.sequence, line: change.site?.line ?? null },
    by: change.by, line: change.site?.line ?? null, from: valueText(change.from), to: valueText(change.to),
  }));
}

/** IoStatus from the file system's answer on: that, and what drivers have written. */
function ioStatusChanges(operation: Operation | null, steps: readonly StepRow[]): FieldChange[] {
  if (operation === null) return [];
  const answers = steps.filter((step) => eventKinds[step.kind] === 'done').map((step): FieldChange => ({
    point: { operation: step.issued, sequence: step.sequence, line: null }, by: 'file system', line: null, from: '', to: `${ntStatusName(step.status)} / ${step.information}`,
  }));
  const textOf = (field: string, value: unknown): string => (field === 'IoStatus.Status' ? ntStatusName(Number(value)) : `Information ${valueText(value)}`);
  const writes = operation.ioStatusHistory.map(({ field, from, to, by, site, issued, sequence }): FieldChange => ({
    point: { operation: issued, sequence, line: site?.line ?? null }, by, line: site?.line ?? null, from: textOf(field, from), to: textOf(field, to),
  }));
  return [...answers, ...writes].sort((a, b) => a.point.operation - b.point.operation || a.point.sequence - b.point.sequence);
}

function violationNotes(operation: Operation | null, recorder: Recorder): StopNote[] {
  if (operation === null) return [];
  return recorder.progressOf(operation).notes.map(({ violation }) => ({
    kind: 'violation' as const, id: violation.id, severity: violation.severity, sentence: violation.sentence, rule: violation.rule, source: violation.source,
    driver: violation.filter?.name ?? null, line: violation.site?.line ?? null,
  }));
}

/**
 * The three-way view of a status callback that a run has already passed, from its row in the event log.
 *
 * What only a live stop has (variables, raw numbers, the requester's contexts as objects) is not in the log and left out.
 */
import type { CallbackKind, FieldChange, IopbField, IopbView, LayerInfo, LayerStep, StopInfo, StopNote } from '../../src-preload/contract/index.ts';
import type { EventSources } from '../debugger/breakpointMatch.ts';
import { isEntry, positionOfPoint, walkEvents, type EventLog } from '../debugger/eventWalk.ts';
import { generatedFrom } from '../base/generatedIo.ts';
import { eventKindCode, eventKinds, type EventPage, noResult, pageText } from '../replay/eventPage.ts';
import { readGeneratedFacts } from '../replay/generatedFacts.ts';
import { withArguments } from '../replay/overlays/argumentEdits.ts';
import { isChangedField } from '../replay/valueText.ts';
import type { StoredRun, StoredViolation } from '../session/index.ts';
import type { NumberedOperation } from '../trace/record.ts';
import { preopCallbackStatus, postopCallbackStatus } from '../nt/tables.generated.ts';
import { irpMjName } from '../nt/names.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { detailOf, severityOf, textMember } from './eventText.ts';
import type { HostContext } from './hostContext.ts';
import { recordedColumns, recordedFields, type IopbMoments, type LoggedChange } from './recordedIopb.ts';
import { planOf } from './storedRuns.ts';
import { storedEventLog } from './storedEventLog.ts';
import { layersOf, operationRow } from './sessionInfo.ts';

const columns: IopbView['columns'] = [
  { id: 'snapshot', title: 'snapshot', explanation: 'The copy made when the pre callback asked for the status.' },
  { id: 'sent', title: 'sent', explanation: 'What the driver below was sent.' },
  { id: 'now', title: 'now', explanation: 'The live parameter block when the status callback ran.' },
];

/** What a stop at a recorded event shows, whatever the event is. Null where there is none. */
export function recordedStop(context: HostContext, run: number, number: number): StopInfo | null {
  const stored = context.session.reader.runs.run(run);
  const log = storedEventLog(context, run);
  const page = log.pageAt(number);
  if (!stored || !page) return null;
  const row = number - page.first;
  const at = (column: Uint32Array): number => column[row] ?? 0;
  const c = page.columns;
  const index = at(c.operation);
  const op = index === 0 || index >= generatedFrom ? undefined : context.session.reader.traces.range(stored.trace, index, index)[0];
  const layers = layersOf(stored);
  const entry = entryAround(log, page, row);
  const layer = entry === null ? undefined : layers[entry.page.columns.layer[entry.row] ?? 0];
  const callback = entry === null ? null : callbackOf(entry.page, entry.row);
  const told = eventsUpTo(log, index, number);
  return {
    reason: 'goto',
    moment: { past: true, basis: 'recorded', rebuilding: false, note: told.isWhole ? null : 'The operation was under way for so long that some of its steps are left out here.' },
    breakpointIds: [],
    point: { operation: at(c.issued), sequence: at(c.sequence), line: null },
    operation: op === undefined ? unknownOperation(index, told.rows) : operationRow(op, context.session.reader.runs.results(run, index, index).get(index)),
    callback,
    driver: layer?.name ?? null,
    driverId: layer?.driverId ?? null,
    altitude: layer?.altitude ?? null,
    thread: { tid: at(c.thread), pid: op?.pid ?? 0, process: op?.processName ?? '', kind: op === undefined ? 'worker' : at(c.thread) === op.tid ? 'requestor' : 'arbitrary' },
    irql: at(c.irql) === 2 ? 'DISPATCH' : at(c.irql) === 1 ? 'APC' : 'PASSIVE',
    layers: layerSteps(told.rows, layers, entry?.number ?? number),
    iopb: iopbView({ number, entry, callback, driver: layer?.name ?? null, record: op === undefined ? null : issuedRecord(context, stored, op) }, told.rows),
    notes: violationNotes(context, run, index, number + (callback === 'status' ? settledBehindStatus : 0)),
    ...finding(context, run, index, number),
    stackFrames: [],
    atLine: false,
  };
}

/** What is found at a log position. */
function finding({ session: { reader } }: HostContext, run: number, operation: number, number: number): Pick<StopInfo, 'finding'> {
  const found = reader.runs.violationsOf(run, operation).find((one) => one.number === number);
  return found === undefined ? {} : { finding: violationNote(found) };
}

/** As the run has issued it: an edit may have given it other arguments. */
function issuedRecord({ session: { reader } }: HostContext, run: StoredRun, { index }: { readonly index: number }): NumberedOperation | null {
  const record = reader.traces.operation(run.trace, index);
  if (record === undefined) return null;
  const edit = planOf(run).overlays.find((one) => one.kind === 'arguments' && one.operation === index);
  const edited = edit?.kind === 'arguments' ? withArguments(record, edit.values, reader.traces.processes(run.trace)) : null;
  return edited?.kind === 'edited' ? edited.record : record;
}

/** Findings about a status callback stand right behind its row. */
const settledBehindStatus = 2;

/** Of an operation that no recording has: what its issue tells. */
function unknownOperation(index: number, rows: readonly EventAt[]): StopInfo['operation'] {
  const issue = rows.find(({ page, row }) => page.columns.kind[row] === eventKindCode.issue && page.columns.status[row] !== 0);
  const facts = issue === undefined ? null : readGeneratedFacts(detailOf(pageText(issue.page, issue.page.columns.detail[issue.row] ?? 0)));
  return {
    ...nothingKnown(index), tid: issue?.page.columns.thread[issue.row] ?? 0,
    ...(facts !== null && { operation: irpMjName(facts.major), major: facts.major, minor: facts.minor, kind: facts.kind, path: facts.path === undefined || facts.path === '' ? null : facts.path, process: facts.process ?? '', pid: facts.pid ?? 0 }),
  };
}

const nothingKnown = (index: number): StopInfo['operation'] => ({
  index, time: 0n, duration: null, process: '', pid: 0, tid: 0, operation: index === 0 ? '' : `generated I/O ${index - generatedFrom}`, major: null, minor: 0, kind: 'other', path: null, status: null,
  replayed: 'none', replayedStatus: null, answer: null, effect: 'none', cause: null, violations: 0, offset: null, length: null,
});

interface EventAt {
  readonly page: EventPage;
  readonly row: number;
  readonly number: number;
}

const nobody: EventSources = { driverId: () => null, driverName: () => null, operation: () => null, mayConcern: () => true };
const pagesForEntry = 16;

/** The routine in which a recorded event happens: its own row, or the entry around it. */
export function entryAround(log: EventLog, page: EventPage, row: number): EventAt | null {
  const number = page.first + row;
  if (isEntry(page, row)) return { page, row, number };
  const deepest = page.columns.depth[row] ?? 0;
  if (deepest === 0) return null;
  const walked = walkEvents(log, number, 'back', { kind: 'enclosing', deepest, thread: page.columns.thread[row] ?? 0 }, nobody, pagesForEntry);
  const around = walked.kind === 'found' ? log.pageAt(walked.number) : null;
  if (walked.kind !== 'found' || around === null) return null;
  const at = walked.number - around.first;
  // An entry above the event's own nesting is of a routine that has returned.
  return (around.columns.depth[at] ?? 0) === deepest ? { page: around, row: at, number: walked.number } : null;
}

function callbackOf(page: EventPage, row: number): StopInfo['callback'] {
  const kind = eventKinds[page.columns.kind[row] ?? 0];
  if (kind === 'pre' || kind === 'post' || kind === 'status') return kind;
  const text = textMember(detailOf(pageText(page, page.columns.detail[row] ?? 0)), 'text') ?? '';
  if (kind === 'load') return text === 'DriverEntry' ? 'driverEntry' : null;
  return kind === 'work' && /^(?:work item|SafePostCallback)/.test(text) ? 'work' : null;
}

/** Pages at either end of an operation's time that are read: what lies between is another's, or an operation that waits. */
const pagesAtEachEnd = 8;

/** The events of an operation up to a log position, in order. */
function eventsUpTo(log: EventLog, operation: number, number: number): { readonly rows: readonly EventAt[]; readonly isWhole: boolean } {
  const pages = new Map<number, EventPage>();
  const add = (page: EventPage | null): void => void (page !== null && pages.set(page.first, page));
  add(log.pageAt(number));
  const begin = operation === 0 ? number : operation < generatedFrom ? Math.max(0, positionOfPoint(log, operation, 1).number) : issueOf(log, operation, number);
  const filter = { operation, kinds: null };
  let head = log.pageAt(begin);
  for (let left = pagesAtEachEnd; head !== null && head.first <= number && left > 0; left--) {
    add(head);
    head = pageOrNone(log.nextPage(head.first + head.count - 1, 'forward', filter));
  }
  const isWhole = head === null || head.first > number || pages.has(head.first);
  let tail = isWhole ? null : log.pageAt(number);
  for (let left = pagesAtEachEnd; tail !== null && left > 0; left--) {
    add(tail);
    tail = pageOrNone(log.nextPage(tail.first, 'back', filter));
  }
  const rows: EventAt[] = [];
  for (const page of [...pages.values()].sort((a, b) => a.first - b.first)) {
    for (let row = 0; row < page.count && page.first + row <= number; row++) if (page.columns.operation[row] === operation) rows.push({ page, row, number: page.first + row });
  }
  return { rows: operation === 0 ? [] : rows, isWhole };
}

/** A search by nothing but an operation makes no pause. */
const pageOrNone = (page: EventPage | number | null): EventPage | null => (typeof page === 'number' ? null : page);

function issueOf(log: EventLog, operation: number, number: number): number {
  const walked = walkEvents(log, number + 1, 'back', { kind: 'issueOf', operation }, nobody, pagesForEntry);
  return walked.kind === 'found' ? walked.number : number;
}

type Detail = ReturnType<typeof detailOf>;

interface StopPlace {
  /** The event, and the routine in which it happens. */
  readonly number: number;
  readonly entry: EventAt | null;
  readonly callback: StopInfo['callback'];
  readonly driver: string | null;
  /** The operation as it was issued; null for what is in no recording. */
  readonly record: NumberedOperation | null;
}

function iopbView({ number, entry, callback, driver, record }: StopPlace, told: readonly EventAt[]): IopbView {
  if (entry !== null && callback === 'status') {
    const detail = detailOf(pageText(entry.page, entry.page.columns.detail[entry.row] ?? 0));
    if (Array.isArray(detail['fields'])) return statusView(detail, entry.page.columns.status[entry.row] ?? 0);
  }
  const shown = recordedColumns(callback, driver);
  const status = callback === 'pre' ? null : told.findLast((at) => at.number <= number && ['done', 'post', 'complete'].includes(kindOf(at)));
  return {
    columns: shown, fields: recordedFields(record, loggedChanges(told), momentsOf(told, number, entry, callback), shown.length === 3),
    ioStatus: status === null || status === undefined ? { status: null, information: '' } : { status: status.page.columns.status[status.row] ?? 0, information: String(status.page.columns.information[status.row] ?? 0), changes: answersOf(told) },
    operationStatus: null, completionContext: null, requesterContext: null, callbackDataFlags: '',
  };
}

const kindOf = ({ page, row }: EventAt): string => eventKinds[page.columns.kind[row] ?? 0] ?? '';
const layerOf = ({ page, row }: EventAt): number => page.columns.layer[row] ?? 0;

/** What the layer was given, what went to the file system, and this moment. Each post sees what its own pre was given (R-6.10). */
function momentsOf(told: readonly EventAt[], number: number, entry: EventAt | null, callback: StopInfo['callback']): IopbMoments {
  const lower = told.findLast((at) => at.number < number && kindOf(at) === 'lower');
  const moments = { received: told[0]?.number ?? number, sent: lower === undefined ? null : lower.number, now: number, hidden: null };
  if (callback === 'pre' && entry !== null) return { ...moments, received: entry.number };
  // Between the layers the block is as the post that was last has left it.
  const post = callback === 'post' ? entry : callback === null ? (told.findLast((at) => at.number <= number && kindOf(at) === 'post') ?? null) : null;
  const pre = post === null ? undefined : told.findLast((at) => at.number < post.number && kindOf(at) === 'pre' && layerOf(at) === layerOf(post));
  if (post === null || pre === undefined) return moments;
  return { ...moments, ...(callback === 'post' && { received: pre.number }), hidden: { from: pre.number, to: post.number } };
}

/** The log has every change of a field, and nothing of those that nobody changed. */
function loggedChanges(told: readonly EventAt[]): LoggedChange[] {
  return told.flatMap((at): LoggedChange[] => {
    if (kindOf(at) !== 'change') return [];
    const { page, row, number } = at;
    const c = page.columns;
    const detail = detailOf(pageText(page, c.detail[row] ?? 0));
    const line = c.line[row] === 0 ? null : (c.line[row] ?? null);
    const change = { point: { operation: c.issued[row] ?? 0, sequence: c.sequence[row] ?? 0, line }, by: textMember(detail, 'by') ?? '', line, from: textMember(detail, 'from') ?? '', to: textMember(detail, 'to') ?? '' };
    return [{ number, path: pageText(page, c.name[row] ?? 0), change }];
  });
}

/** What the file system has left in IoStatus. */
function answersOf(told: readonly EventAt[]): FieldChange[] {
  return told.filter((at) => kindOf(at) === 'done').map(({ page: { columns: c }, row }) => ({
    point: { operation: c.issued[row] ?? 0, sequence: c.sequence[row] ?? 0, line: null }, by: 'file system', line: null, from: '', to: `${ntStatusName(c.status[row] ?? 0)} / ${c.information[row] ?? 0}`,
  }));
}

function statusView(detail: Detail, status: number): IopbView {
  const changes = objects(detail['changes']);
  const fields = objects(detail['fields']).map((field): IopbField => {
    const values = columns.map(({ id }) => textMember(field, id) ?? null);
    const path = textMember(field, 'path') ?? '';
    return {
      path,
      values,
      raw: values.map(() => null),
      changed: isChangedField(path, values),
      changes: changes.filter((change) => change['field'] === path).map(fieldChange),
    };
  });
  return {
    columns, fields,
    ioStatus: { status: null, information: '' },
    operationStatus: status,
    completionContext: null,
    requesterContext: textMember(detail, 'requesterContext') ?? null,
    callbackDataFlags: '',
  };
}

function fieldChange(change: Detail): FieldChange {
  const line = change['line'];
  return {
    point: { operation: Number(change['issued'] ?? 0), sequence: Number(change['sequence'] ?? 0), line: typeof line === 'number' ? line : null },
    by: textMember(change, 'by') ?? '',
    line: typeof line === 'number' ? line : null,
    from: textMember(change, 'from') ?? '',
    to: textMember(change, 'to') ?? '',
  };
}

function objects(value: unknown): Detail[] {
  return Array.isArray(value) ? value.filter((item): item is Detail => typeof item === 'object' && item !== null) : [];
}

/** What happened to the operation at each layer up to the row; the routine at `here` has not returned. */
function layerSteps(told: readonly EventAt[], layers: readonly LayerInfo[], here: number): LayerStep[] {
  return told.flatMap(({ page, row }) => layerStep(page, row, here, layers) ?? []);
}

const stepKinds = ['issue', 'pre', 'lower', 'done', 'ret', 'post', 'status'] as const;
const isStep = (kind: string | undefined): kind is (typeof stepKinds)[number] => stepKinds.some((known) => known === kind);

function layerStep(page: EventPage, row: number, number: number, layers: readonly LayerInfo[]): LayerStep | null {
  const c = page.columns;
  const step = eventKinds[c.kind[row] ?? 0];
  const layer = layers[c.layer[row] ?? 0];
  if (!isStep(step) || !layer) return null;
  const here = page.first + row === number;
  return {
    layer: layer.layer, name: layer.name, altitude: layer.altitude, step, here,
    result: here ? '' : stepResult(step, c.result[row] ?? noResult, c.status[row] ?? 0, c.information[row] ?? 0),
    point: { operation: c.issued[row] ?? 0, sequence: c.sequence[row] ?? 0, line: null },
  };
}

const nameOf = (table: typeof preopCallbackStatus, value: number): string => table.find((row) => row[1] === value)?.[0] ?? '';

function stepResult(step: CallbackKind | 'issue' | 'lower' | 'done' | 'ret', result: number, status: number, information: number): string {
  switch (step) {
    case 'pre':
      return result === noResult ? '' : nameOf(preopCallbackStatus, result);
    case 'post':
      return result === noResult ? '' : nameOf(postopCallbackStatus, result);
    case 'done':
      return `${ntStatusName(status)}${information === 0 ? '' : ` / ${information}`}`;
    case 'ret':
    case 'status':
      return ntStatusName(status);
    default:
      return '';
  }
}

/** Violations of the operation up to a log position. */
function violationNotes(context: HostContext, run: number, operation: number, number: number): StopNote[] {
  const { runs } = context.session.reader;
  return runs.violationsOf(run, operation).filter((v) => v.number <= number).map(violationNote);
}

function violationNote({ hint, violation, severity, sentence, rule, source, driver, line }: StoredViolation): StopNote {
  return { kind: hint ? 'hint' : 'violation', id: violation, severity: severityOf(severity), sentence, rule, source, driver: driver === '' ? null : driver, line };
}

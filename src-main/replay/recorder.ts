/**
 * Writes what the engine tells into event pages and result pages.
 *
 * One row an event; `sequence` counts since the last recorded operation was issued. A callback's row is written when it is entered and gets its result
 * when it returns, so pages are handed out only between external events.
 */
import { bugCheckCode, describeIopb, explainingHint, type Activation, type ApiCall, type EngineEvent, type EngineObserver, type EngineThread, type FLT_IO_PARAMETER_BLOCK, type IopbFieldValue, type Irql, type Operation, type Violation } from '../engine/index.ts';
import { hex } from '../nt/names.ts';
import type { NTSTATUS } from '../nt/ntStatus.ts';
import { FO_VOLUME_OPEN, STATUS_PENDING } from '../nt/values.generated.ts';
import { EventHash, prefixHash } from './eventHash.ts';
import type { UnknownLook } from './bytes/unknownReads.ts';
import { generatedFrom } from '../base/generatedIo.ts';
import { type AnswerSource, answerSources, type Effect, effects, eventKindCode, type EventPage, EventPageBuilder, noResult, type ResultPage } from './eventPage.ts';
import { packEventPage, type PackedEventPage } from './packedEventPage.ts';
import { activationTable } from './activationTable.ts';
import { callbackRule, completionRule, doneRule, issueRule, lowerRule, postRule, preRule, returnRule } from './eventRules.ts';
import { eventWords } from './eventWords.ts';
import { generatedFacts } from './generatedFacts.ts';
import { registeredOperations } from './registeredOperations.ts';
import { addedAs, replayTagOf, type ReplayTag } from './replayTag.ts';
import { settledRecord } from './retries/settledRecord.ts';
import type { RunLayers } from './runLayers.ts';
import type { RunReport } from './runReport.ts';
import { RunReportBuilder } from './runReportBuilder.ts';
import { differenceReason, plainReason } from './differenceReasons.ts';
import { fieldText, valueText } from './valueText.ts';
import type { NumberedOperation } from '../trace/record.ts';

/** What the recorder keeps of an operation under way. */
export interface OperationProgress {
  violations: number;
  readonly notes: NotedViolation[];
  /** Rows of pages that have been handed out, for an operation that outlives them. */
  earlier: StepRow[] | null;
}

export interface NotedViolation {
  readonly violation: Violation;
}

/** One row as a step of its operation. */
export interface StepRow {
  readonly issued: number;
  readonly sequence: number;
  readonly kind: number;
  readonly layer: number;
  readonly status: number;
  readonly information: number;
  readonly result: number;
}

export interface RecorderOptions {
  readonly layers: RunLayers;
  /** False: only issues, results, violations and log lines. */
  readonly recordEvents: boolean;
  readonly eventPage: (page: PackedEventPage) => void;
  /** Of a run that is not to be stored, or not yet: a look at each page before it is forgotten, with the hash of the log up to its end. False: it is handed out after all. */
  readonly passed?: (page: EventPage, chain: string) => boolean;
  readonly resultPage: (page: ResultPage) => void;
  /** Called before the result of an operation is noted. */
  readonly completed: (operation: Operation) => void;
  /** A routine of a driver is about to have returned. */
  readonly returned?: (activation: Activation) => void;
}

const resultRows = 4096;
/** First operation of the range of results with one. */
const rangeOf = (index: number): number => index - ((index - 1) % resultRows);
/** From here on a detail is taken for one of its own. */
const longDetail = 200;
const answerCodes = Object.fromEntries(answerSources.map((name, code) => [name, code])) as Readonly<Record<AnswerSource, number>>;
const effectCodes = Object.fromEntries(effects.map((name, code) => [name, code])) as Readonly<Record<Effect, number>>;
const state = { none: 0, completed: 1, pending: 2, notIssued: 3 } as const;

interface OpenResults {
  readonly page: { readonly firstOperation: number; readonly statuses: Uint32Array; readonly states: Uint8Array; readonly violations: Uint8Array; readonly answers: Uint8Array; readonly effects: Uint8Array; readonly causes: Uint32Array };
  changed: boolean;
  /** Operations in it that have not completed. */
  pending: number;
}

export class Recorder implements EngineObserver {
  readonly #options: RecorderOptions;
  readonly #builder = new EventPageBuilder();
  readonly #hash = new EventHash();
  readonly #report = new RunReportBuilder();
  readonly #progress = new WeakMap<Operation, OperationProgress>();
  /** Row of each running callback, by nesting; -1 where it has none. */
  readonly #rows: number[] = [];
  /** The rows of callbacks that were set aside, with the first row of their page: a page may be handed out meanwhile. */
  readonly #parkedRows = new Map<Activation, { readonly row: number; readonly first: number }>();
  readonly #apiRows = new Map<ApiCall, number>();
  readonly #results = new Map<number, OpenResults>();
  /** The range that was asked for last. */
  #lastResults: OpenResults | null = null;
  /** First operations of ranges that have been handed out for good. */
  readonly #closed = new Set<number>();
  /** Execution point of the last event. */
  #issued = 0;
  #sequence = 0;
  #depth = 0;
  #thread = 0;
  #irql: Irql = 0;
  issued = 0;
  violations = 0;
  notices = 0;
  differences = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  get events(): number {
    return this.#builder.next;
  }

  get openRows(): number {
    return this.#builder.count;
  }

  get hash(): string {
    return this.#hash.hex;
  }

  progressOf(operation: Operation): OperationProgress {
    let progress = this.#progress.get(operation);
    if (progress === undefined) {
      progress = { violations: 0, notes: [], earlier: null };
      this.#progress.set(operation, progress);
    }
    return progress;
  }

  /** Rows of an operation so far, in order. */
  steps(operation: Operation): readonly StepRow[] {
    return [...(this.progressOf(operation).earlier ?? []), ...stepsIn(this.#builder.view(), operation.index)];
  }

  /** The open page as it is. */
  peek(): PackedEventPage {
    return packEventPage(this.#builder.view());
  }

  /** The open page so far, as it is told by `prefixHash`. */
  prefix(): { readonly first: number; readonly count: number; readonly hash: string } {
    const page = this.#builder.view();
    return { first: page.first, count: page.count, hash: prefixHash(page, page.count) };
  }

  /** Where the open page begins, and the hash of the log before it. */
  get pageStart(): { readonly first: number; readonly chain: string } {
    return { first: this.#builder.next - this.#builder.count, chain: this.#hash.hex };
  }

  /** Every range of results that can still change goes out, as it is and again when it changes: whoever stored nothing of this run so far has the rest from elsewhere. */
  handOutResults(): void {
    for (const results of this.#results.values()) results.changed = true;
    this.flushResults(0, true);
  }

  /** Hands out the open page when it is long enough. Only between external events. */
  flush(atLeast: number, underWay: readonly Operation[]): void {
    if (this.#builder.count === 0 || this.#builder.count < atLeast) return;
    const page = this.#builder.view();
    for (const operation of underWay) {
      const steps = stepsIn(page, operation.index);
      if (steps.length > 0) this.progressOf(operation).earlier = [...(this.progressOf(operation).earlier ?? []), ...steps];
    }
    this.#hash.add(page);
    const { passed } = this.#options;
    if (passed?.(page, this.#hash.hex) === true) return this.#builder.clear();
    const packed = { ...packEventPage(page), chain: this.#hash.hex };
    this.#builder.clear();
    this.#options.eventPage(packed);
  }

  /** Hands out result pages that changed; `all` also those that still have operations under way or are not full. */
  flushResults(nextOperation: number, all: boolean): void {
    for (const [first, results] of this.#results) {
      const full = nextOperation > first + resultRows;
      if (results.changed && (all || full)) {
        results.changed = false;
        const { page } = results;
        this.#options.resultPage({ ...page, statuses: page.statuses.slice(), states: page.states.slice(), violations: page.violations.slice(), answers: page.answers.slice(), effects: page.effects.slice(), causes: page.causes.slice() });
      }
      if (full && results.pending === 0 && !results.changed && this.#results.delete(first)) {
        this.#closed.add(first);
        this.#lastResults = null;
      }
    }
  }

  /** A record that is no request, or one that has become pointless because of operation `cause`. */
  notIssued({ index, operation, status }: NumberedOperation, cause = 0): void {
    const { page } = this.#resultsOf(index);
    const at = index - page.firstOperation;
    page.states[at] = state.notIssued;
    if (cause === 0) return;
    page.effects[at] = effectCodes['not-issued'];
    page.causes[at] = cause;
    this.#report.affected('not-issued');
    if (hasEnded(status)) this.#report.compared(operation, index, false, plainReason('not-issued'));
  }

  /** Operations that are still under way at the end of the run. */
  neverEnded(pending: readonly Operation[]): void {
    for (const operation of pending) {
      const tag = replayTagOf(operation);
      if (tag !== null && hasEnded(tag.recorded.status)) this.#report.compared(tag.record.operation, tag.record.index, false, plainReason('pending'));
    }
  }

  /** A record that its thread cannot issue yet: its row stays open. */
  held(index: number): void {
    this.#resultsOf(index).pending++;
  }

  /** It was issued, or will not be because of operation `lostBy`. */
  released(record: NumberedOperation, lostBy: number | null): void {
    this.#resultsOf(record.index).pending--;
    if (lostBy !== null) this.notIssued(record, lostBy);
  }

  /** Number of the last event since an operation was issued. */
  protected get sequence(): number {
    return this.#sequence;
  }

  /** Where the run stands: at its last event. */
  get point(): { readonly issued: number; readonly sequence: number } {
    return { issued: this.#issued, sequence: this.#sequence };
  }

  /** The thread and the IRQL of the last event. */
  get runner(): { readonly thread: number; readonly irql: Irql } {
    return { thread: this.#thread, irql: this.#irql };
  }

  /** A line of DbgPrint. */
  log(text: string, activation: Activation | null, line: number, driver: string): void {
    const operation = activation?.operation ?? null;
    this.#add(operation, eventKindCode.log, this.#options.layers.of(activation?.filter ?? null), 0, 0, noResult, line, 0, 0, JSON.stringify({ text: text.replace(/\r?\n$/, ''), driver }), true);
  }

  /** A line that a service script prints, at the layer of its driver. */
  print(text: string, layer: number, line: number, script: string): void {
    this.#add(null, eventKindCode.log, layer, 0, 0, noResult, line, 0, 0, JSON.stringify({ text: text.replace(/\r?\n$/, ''), driver: script }), true);
  }

  /** A callback depends on bytes that nobody recorded. */
  unknownRead({ activation, site, buffer, offset, length, asked }: UnknownLook): void {
    const { operation, filter } = activation;
    const line = site?.line ?? 0;
    const driver = site?.driver ?? filter.name;
    this.#report.readUnknown(driver, line, operation?.index ?? 0);
    const bytes = `${length} ${length === 1 ? 'byte' : 'bytes'} at offset ${offset} of ${buffer}, which nobody recorded`;
    const text = asked ? `decides without data: asks for ${bytes}` : `depends on unknown data: reads ${bytes}`;
    this.#add(operation, eventKindCode.unknown, this.#options.layers.of(filter), 0, 0, noResult, line, 0, 0, JSON.stringify({ text, driver }), true);
  }

  /** Something the engine does not tell, e.g. an exception that ended the run. */
  note(kind: 'error' | 'load', operation: Operation | null, layer: number, line: number, detail: object): void {
    this.#add(operation, eventKindCode[kind], layer, 0, 0, noResult, line, 0, 0, JSON.stringify(detail), true);
  }

  operationIssued(operation: Operation): void {
    this.#thread = operation.thread.tid;
    this.#irql = operation.irql;
    if (operation.initiator === null && operation.request?.index !== undefined) {
      this.issued++;
      // One that was held back belongs to the moment in which it is issued.
      if (operation.index > this.#issued) {
        this.#issued = operation.index;
        this.#sequence = 0;
      }
      const results = this.#resultsOf(operation.index);
      results.page.states[operation.index - results.page.firstOperation] = state.pending;
      results.pending++;
    }
    const { initiator } = operation;
    const text = initiator === null ? issueWords(operation) : `by ${initiator.filter.name}`;
    const facts = operation.index >= generatedFrom && this.#options.recordEvents ? generatedFacts(operation) : null;
    const detail = text === '' && facts === null ? '' : JSON.stringify({ ...(text !== '' && { text }), ...facts });
    // What registration flags look at (REG-012): the form and the IrpFlags.
    this.#add(operation, eventKindCode.issue, this.#options.layers.ofInstance(operation.initiator), issueForm(operation), operation.initial.irpFlags, noResult, 0, 0, this.#builder.word(issueRule(operation)), detail, false);
  }

  callbackEntered(activation: Activation): void {
    const { kind, operation } = activation;
    this.#thread = activation.thread.tid;
    this.#irql = activation.irql;
    this.#depth = activation.depth + 1;
    // By far most of what is called: their rows have numbers and nothing else.
    if (operation !== null && (kind === 'pre' || kind === 'post')) this.#rows.push(this.#operationCallback(activation, operation, kind === 'post'));
    else this.#rows.push(this.#rareCallback(activation));
  }

  #operationCallback(activation: Activation, operation: Operation, isPost: boolean): number {
    const sequence = ++this.#sequence;
    if (!this.#options.recordEvents) return -1;
    const builder = this.#builder;
    const rule = builder.word(isPost ? postRule(operation, activation) : preRule(operation, activation));
    return builder.add(operation.index, this.#issued, sequence, isPost ? eventKindCode.post : eventKindCode.pre, this.#depth, this.#options.layers.of(activation.filter), this.#thread, this.#irql,
      isPost ? operation.status : 0, isPost ? operation.information : 0, noResult, 0, 0, rule, 0);
  }

  #rareCallback(activation: Activation): number {
    const { row: kind, words } = activationTable[activation.kind];
    const isStatus = activation.kind === 'status';
    const io = activation.data?.IoStatus;
    const isPost = kind === eventKindCode.post;
    const name = kind === eventKindCode.work ? (activation.name === '' ? activation.kind : activation.name) : '';
    const detail = isStatus ? statusDetail(activation) : words === null ? '' : JSON.stringify({ text: words(activation) });
    const status = isStatus ? activation.operationStatus : isPost ? (io?.Status ?? 0) : 0;
    return this.#add(activation.operation, kind, this.#options.layers.of(activation.filter), status, isPost ? (io?.Information ?? 0) : 0, noResult, 0,
      name === '' ? 0 : this.#builder.text(name), this.#builder.word(callbackRule(activation)), detail, false);
  }

  callbackReturned(activation: Activation, result: unknown): void {
    this.#options.returned?.(activation);
    const row = this.#rows.pop() ?? -1;
    if (row >= 0 && typeof result === 'number') this.#builder.set(row, 'result', result >>> 0);
    this.#depth = activation.depth;
    const { parent } = activation;
    if (parent !== null) {
      this.#thread = parent.thread.tid;
      this.#irql = parent.irql;
    }
  }

  lowerCalled(operation: Operation, frame: number, thread: EngineThread, irql: Irql): void {
    this.#thread = thread.tid;
    this.#irql = irql;
    if (frame === 0) this.#add(operation, eventKindCode.lower, this.#options.layers.fileSystem, 0, 0, noResult, 0, 0, this.#builder.word(lowerRule), '', false);
  }

  lowerCompleted(operation: Operation, thread: EngineThread, irql: Irql, status: NTSTATUS, information: number): void {
    this.#thread = thread.tid;
    this.#irql = irql;
    this.#add(operation, eventKindCode.done, this.#options.layers.fileSystem, status, information, noResult, 0, 0, this.#builder.word(doneRule(operation)), '', false);
  }

  lowerReturned(operation: Operation, frame: number, thread: EngineThread, irql: Irql, status: NTSTATUS): void {
    this.#thread = thread.tid;
    this.#irql = irql;
    if (frame === 0) this.#add(operation, eventKindCode.ret, this.#options.layers.fileSystem, status, 0, noResult, 0, 0, this.#builder.word(returnRule(status)), '', false);
  }

  operationCompleted(operation: Operation): void {
    this.#add(operation, eventKindCode.complete, 0, operation.status, operation.information, noResult, 0, 0, this.#builder.word(completionRule(operation)), '', false);
    const tag = replayTagOf(operation);
    const settled = tag === null ? 0 : settledRecord(operation, tag);
    if (tag === null || settled === 0) return;
    this.#options.completed(operation);
    const results = this.#resultsOf(settled);
    const { page } = results;
    const at = settled - page.firstOperation;
    page.statuses[at] = operation.status;
    page.states[at] = state.completed;
    results.pending--;
    page.answers[at] = answerCodes[tag.source];
    page.effects[at] = effectCodes[tag.effect];
    page.causes[at] = tag.cause;
    this.#compare(operation, tag);
  }

  /** Beside the recorded result, where there is one. */
  #compare(operation: Operation, tag: ReplayTag): void {
    this.#report.answered(tag.source);
    this.#report.affected(tag.effect);
    const { status } = tag.recorded;
    if (!hasEnded(status)) return;
    const equal = status === operation.status;
    if (!equal) this.differences++;
    this.#report.compared(tag.record.operation, tag.record.index, equal, equal ? null : differenceReason(tag));
  }

  get report(): RunReport {
    return this.#report.report;
  }

  event(event: EngineEvent): void {
    switch (event.kind) {
      case 'api': return this.#api(event.call);
      case 'apiReturned': return this.#apiReturned(event.call);
      case 'violation': return this.#violation(event.violation);
      // The violation behind it has been told already.
      case 'bugcheck': return this.note('error', event.operation, this.#options.layers.of(event.violation.filter), event.violation.site?.line ?? 0, { text: `bug check ${hex(bugCheckCode, 2)}, parameter 1 = ${hex(event.parameter1, 2)}` });
      case 'change': return this.#change(event);
      case 'cancel': return this.#plain(event, event.operation, eventKindCode.cancel, 0);
      case 'teardown': return this.#plain(event, null, eventKindCode.teardown, this.#options.layers.ofInstance(event.instance));
      case 'context': return this.#plain(event, null, eventKindCode.teardown, this.#options.layers.of(event.filter));
      case 'reparse':
      case 'fallback': return this.#plain(event, event.operation, eventKindCode.issue, 0);
      case 'port': return this.#plain(event, null, eventKindCode.port, this.#options.layers.of(event.filter));
      case 'workQueued': return this.#plain(event, event.item.operation, eventKindCode.work, this.#options.layers.of(event.item.filter));
      case 'freemdl': return this.#freed(event);
      case 'wait': return this.#waits(event);
      case 'resume': return this.#resumes(event);
      case 'hint': return this.#hint(event);
      // The callback of the queue has a row of its own.
      case 'queueStep': return;
    }
  }

  #api(call: ApiCall): void {
    const result = resultNumber(call.result);
    const row = this.#add(call.operation, eventKindCode.api, this.#options.layers.of(call.filter), 0, 0, result, call.site?.line ?? 0, this.#builder.text(call.name), 0, apiDetail(call), false);
    if (!call.returned) this.#apiRows.set(call, row);
  }

  #apiReturned(call: ApiCall): void {
    const row = this.#apiRows.get(call);
    if (row === undefined) return;
    this.#apiRows.delete(call);
    if (row >= 0) this.#builder.set(row, 'result', resultNumber(call.result));
  }

  #violation(violation: Violation): void {
    const { operation, filter, severity, sentence, source } = violation;
    if (severity === 'B' || severity === 'V') this.violations++;
    else this.notices++;
    // Information is told, and against no rule: it is counted apart.
    const counts = severity === 'I' ? 0 : 1;
    const explains = explainingHint(violation.id);
    const detail = JSON.stringify({ severity, sentence, source, ...(explains === null ? {} : { explains }), ...(filter === null ? {} : { driver: filter.name }) });
    this.#add(operation, eventKindCode.violation, this.#options.layers.of(filter), 0, 0, noResult, violation.site?.line ?? 0, this.#builder.text(violation.id), this.#builder.text(violation.rule), detail, true);
    if (operation === null) return;
    const progress = this.progressOf(operation);
    progress.violations += counts;
    progress.notes.push({ violation });
    const tag = replayTagOf(operation);
    // A late violation of an operation that ended long ago stands in the log and the list of violations.
    if (tag === null || this.#closed.has(rangeOf(tag.record.index))) return;
    const { page } = this.#resultsOf(tag.record.index);
    const at = tag.record.index - page.firstOperation;
    page.violations[at] = Math.min(255, (page.violations[at] ?? 0) + counts);
  }

  #waits(event: EngineEvent & { readonly kind: 'wait' }): void {
    const { activation, nested } = event;
    this.#plain(event, activation.operation, eventKindCode.wait, this.#options.layers.of(activation.filter));
    if (nested) return;
    this.#parkedRows.set(activation, { row: this.#rows.pop() ?? -1, first: this.#builder.next - this.#builder.count });
    this.#depth = activation.depth;
  }

  /** A result goes to the row of the call while that is in the open page, else to the row that tells that it goes on. */
  #resumes(event: EngineEvent & { readonly kind: 'resume' }): void {
    const { activation, nested, rule } = event;
    this.#thread = activation.thread.tid;
    this.#irql = activation.irql;
    this.#depth = activation.depth + 1;
    const again = this.#add(activation.operation, eventKindCode.wait, this.#options.layers.of(activation.filter), 0, 0, noResult, 0, 0, this.#builder.text(rule), JSON.stringify({ text: eventWords(event) }), false);
    if (nested) return;
    const parked = this.#parkedRows.get(activation);
    this.#parkedRows.delete(activation);
    const open = parked !== undefined && parked.first === this.#builder.next - this.#builder.count;
    this.#rows.push(open ? parked.row : again);
  }

  #change(event: EngineEvent & { readonly kind: 'change' }): void {
    const { change, operation } = event;
    const detail = JSON.stringify({ from: valueText(change.from), to: valueText(change.to), by: change.by, ...(change.site === null ? {} : { driver: change.site.driver }) });
    this.#add(operation, eventKindCode.change, this.#layerByName(change.by), 0, 0, noResult, change.site?.line ?? 0, this.#builder.text(change.field), this.#builder.text(event.rule), detail, false);
    change.issued = this.#issued;
    change.sequence = this.#sequence;
  }

  #freed(event: EngineEvent & { readonly kind: 'freemdl' }): void {
    const text = `the Filter Manager frees ${valueText(event.mdl)}, which ${event.filter.name} had swapped in`;
    this.#add(event.operation, eventKindCode.api, this.#options.layers.of(event.filter), 0, 0, noResult, 0, 0, this.#builder.text(event.rule), JSON.stringify({ text }), false);
  }

  #layerByName(name: string): number {
    return this.#options.layers.list.find((layer) => layer.name === name)?.layer ?? 0;
  }

  #plain(event: Parameters<typeof eventWords>[0], operation: Operation | null, kind: number, layer: number): void {
    this.#add(operation, kind, layer, 0, 0, noResult, 0, 0, this.#builder.text(event.rule), JSON.stringify({ text: eventWords(event) }), false);
  }

  #hint({ id, sentence, advice, source, filter, operation, site }: EngineEvent & { readonly kind: 'hint' }): void {
    this.notices++;
    const detail = JSON.stringify({ severity: 'I', sentence, advice, source, ...(filter === null ? {} : { driver: filter.name }) });
    this.#add(operation, eventKindCode.hint, this.#options.layers.of(filter), 0, 0, noResult, site?.line ?? 0, this.#builder.text(id), 0, detail, true);
  }

  /** Returns the row's index in the open page, -1 when it is not recorded. */
  #add(operation: Operation | null, kind: number, layer: number, status: number, information: number, result: number, line: number, name: number, rule: number, detail: string, always: boolean): number {
    const sequence = ++this.#sequence;
    if (!this.#options.recordEvents && !always) return -1;
    return this.#builder.add(operation?.index ?? 0, this.#issued, sequence, kind, this.#depth, layer, this.#thread, this.#irql, status, information, result, line, name, rule, detail === '' ? 0 : detail.length > longDetail ? this.#builder.longText(detail) : this.#builder.text(detail));
  }

  /** The row of an operation is `index - results.page.firstOperation`. */
  #resultsOf(index: number): OpenResults {
    const first = rangeOf(index);
    let results = this.#lastResults;
    if (results === null || results.page.firstOperation !== first) this.#lastResults = results = this.#results.get(first) ?? this.#newResults(first);
    results.changed = true;
    return results;
  }

  #newResults(first: number): OpenResults {
    const page: OpenResults['page'] = { firstOperation: first, statuses: new Uint32Array(resultRows), states: new Uint8Array(resultRows), violations: new Uint8Array(resultRows), answers: new Uint8Array(resultRows), effects: new Uint8Array(resultRows), causes: new Uint32Array(resultRows) };
    const results = { page, changed: false, pending: 0 };
    this.#results.set(first, results);
    return results;
  }
}

/** The pair that an operation belongs to, or the edit that it comes from. */
function issueWords(operation: Operation): string {
  const tag = replayTagOf(operation);
  if (tag === null) return addedAs(operation) ?? '';
  if (tag.isEdited) return 'with arguments of yours';
  if (tag.fallbackOf !== null) return `in place of the refused #${tag.fallbackOf.index}`;
  return tag.retryOf === 0 ? '' : `repeats the refused #${tag.retryOf}`;
}

/** The recording shows an end. */
const hasEnded = (status: number | null): boolean => status !== null && status !== STATUS_PENDING;

/** 1 IRP, 2 fast I/O, 4 FsFilter; 8 in addition for a handle of the volume itself. */
function issueForm(operation: Operation): number {
  const form = operation.kind === 'irp' ? 1 : operation.kind === 'fastio' ? 2 : 4;
  const volume = ((operation.initial.targetFileObject?.Flags ?? 0) & FO_VOLUME_OPEN) !== 0;
  return volume ? form | 8 : form;
}

/** What a filter registers decides which operations it will see. */
function apiDetail(call: ApiCall): string {
  if (call.name !== 'FltRegisterFilter') return '';
  const registration = call.args[1] as { readonly OperationRegistration?: unknown } | null | undefined;
  return JSON.stringify({ driver: call.filter?.name ?? '', registered: registeredOperations(registration?.OperationRegistration) });
}

const resultNumber = (result: unknown): number => (typeof result === 'number' ? result >>> 0 : typeof result === 'boolean' ? Number(result) : noResult);

function stepsIn(page: EventPage, index: number): StepRow[] {
  const { operation, issued, sequence, kind, layer, status, information, result } = page.columns;
  const steps: StepRow[] = [];
  for (let row = 0; row < page.count; row++) {
    if (operation[row] !== index) continue;
    steps.push({ issued: issued[row] ?? 0, sequence: sequence[row] ?? 0, kind: kind[row] ?? 0, layer: layer[row] ?? 0, status: status[row] ?? 0, information: information[row] ?? 0, result: result[row] ?? noResult });
  }
  return steps;
}

/** The three-way view as it is stored: one entry a field, with the values that differ. */
function statusDetail(activation: Activation): string {
  // Each of them is a copy, made when it is asked for.
  const { iopbSnapshot, sent, now, operation, requesterContext, requestSite } = activation;
  const snapshot = iopbSnapshot === null ? [] : describeIopb(iopbSnapshot);
  const major = iopbSnapshot?.MajorFunction ?? 0;
  const texts = snapshot.map((field) => fieldText(field, major).text);
  const sentTexts = textsBeside(snapshot, texts, major, sent);
  const nowTexts = textsBeside(snapshot, texts, major, now);
  const fields = snapshot.map(({ path }, at) => ({ path, snapshot: texts[at], sent: sentTexts[at], now: nowTexts[at] }));
  const changes = (operation?.iopbHistory ?? []).map(({ field, from, to, by, site, issued, sequence }) => ({ field, from: valueText(from), to: valueText(to), by, line: site?.line ?? null, issued, sequence }));
  return JSON.stringify({ requesterContext: valueText(requesterContext), requestLine: requestSite?.line ?? null, fields, changes });
}

/** What another copy of a block has in `fields`, whose texts are known: most values are the same there. Null where it has no such field. */
function textsBeside(fields: readonly IopbFieldValue[], texts: readonly string[], major: number, iopb: FLT_IO_PARAMETER_BLOCK | null): (string | null)[] {
  const others = iopb === null ? [] : describeIopb(iopb);
  const otherMajor = iopb?.MajorFunction ?? 0;
  return fields.map(({ path, value }, at) => {
    const other = others[at]?.path === path ? others[at] : others.find((one) => one.path === path);
    if (other === undefined) return null;
    return other.value === value && otherMajor === major ? (texts[at] ?? null) : fieldText(other, otherMajor).text;
  });
}

/**
 * Looks at what happens in a run for its breakpoints: callbacks, events, the beginning and end of operations, lines, time that passes.
 *
 * It decides and counts; who holds the run is the recorder (stops.ts). Nothing of it goes into the event log.
 */
import { BreakpointMasks, activationBits } from '../debugger/breakpointMasks.ts';
import { BreakpointSet, type Hit } from '../debugger/breakpointSet.ts';
import type { BreakpointMoment, CompiledBreakpoint } from '../debugger/breakpointMatch.ts';
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import { operationSentence } from '../debugger/breakpointSentences.ts';
import { factsOfOperation, type OperationFacts } from '../debugger/operationFacts.ts';
import { PendingWatch } from '../debugger/pendingWatch.ts';
import type { StopNote } from '../debugger/stop.ts';
import { nowhere, operationEnd } from '../debugger/stopBuilder.ts';
import { siteText, type Activation, type EngineEvent, type Operation } from '../engine/index.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import type { RunLayers } from '../replay/runLayers.ts';
import { valueText } from '../replay/valueText.ts';
import type { TraceProcess } from '../trace/record.ts';
import { RealmCode, type CallbackSubject, type CodeHost, type CodeSubject } from './breakpointCode.ts';
import type { BreakpointLog } from './messages.ts';

export interface WatchHost extends Pick<CodeHost, 'compile' | 'aside'> {
  readonly layers: RunLayers;
  readonly processes: readonly TraceProcess[];
  /** Where the run stands: its last event, and who runs. */
  readonly place: () => { readonly issued: number; readonly sequence: number; readonly thread: number; readonly irql: number };
  /** The routine that runs, and its line. */
  readonly activation: () => Activation | null;
  readonly line: () => number;
  /** The line that a breakpoint's condition is asked for. */
  readonly lineAsked: () => number;
  readonly time: () => bigint;
  readonly underWay: () => readonly Operation[];
  readonly logged: (log: BreakpointLog) => void;
  readonly threw: (id: number, message: string) => void;
}

/** Breakpoints that stop the run, with what there is to say. `operation`: the one it is about, where that is not the one of the routine that runs. */
export interface BreakpointStop {
  readonly ids: readonly number[];
  readonly notes: readonly StopNote[];
  readonly operation: Operation | null;
  /** The violation or hint that they stop for. */
  readonly finding: StopNote | null;
}

/** A line breakpoint as its V8 condition hands it over: id, condition, expressions of the log message. */
export type LineRow = readonly [id: number, condition: (() => unknown) | null, log: readonly (() => unknown)[]];

interface Happened {
  readonly driver: string | null;
  readonly driverId: number | null;
  readonly operation: Operation | null;
  /** Null: the recorded one. */
  readonly status: number | null;
  readonly activation: Activation | null;
  readonly change?: object;
  readonly violation?: object;
  readonly call?: object;
}

export class BreakpointWatch {
  readonly #host: WatchHost;
  readonly #masks = new BreakpointMasks();
  readonly #set: BreakpointSet<CodeSubject>;
  readonly #pending: PendingWatch;
  /** Whether anybody asks for callbacks, for events of the engine, and for operations: all it costs where nobody does. */
  watchesCallbacks = false;
  watchesEvents = false;
  watchesOperations = false;
  watchesTime = false;
  /** The same for calls of routines that the log leaves out. */
  watchesCalls = false;
  #lineHits: BreakpointStop | null = null;

  constructor(host: WatchHost) {
    this.#host = host;
    this.#set = new BreakpointSet(new RealmCode({ compile: host.compile, aside: host.aside, logged: (breakpoint, text) => this.#logged(breakpoint, text) }));
    this.#pending = new PendingWatch(host.time);
  }

  get hits(): Readonly<Record<number, number>> {
    return this.#set.hits;
  }

  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.#set.set(breakpoints);
    this.#masks.set(this.#set.of('callback'));
    this.watchesCallbacks = this.#set.of('callback').length > 0;
    this.watchesEvents = (['change', 'violation', 'api'] as const).some((kind) => this.#set.of(kind).length > 0);
    this.watchesCalls = this.#set.of('api').some((one) => one.watchesSilent);
    this.watchesOperations = (['operation', 'difference', 'pending'] as const).some((kind) => this.#set.of(kind).length > 0);
    this.#pending.set(this.#set.of('pending'), this.#host.underWay());
    this.watchesTime = this.#pending.watchesTime;
  }

  // ---- callbacks

  callback(activation: Activation): BreakpointStop | null {
    const { operation, kind } = activation;
    const bit = activationBits[kind];
    if (!this.#masks.wants(operation?.major ?? null, bit)) return null;
    const status = kind === 'status' ? activation.operationStatus : kind === 'post' || kind === 'drain' ? (activation.data?.IoStatus.Status ?? 0) : null;
    return this.#reach(this.#set.of('callback').filter(({ callbacks }) => (callbacks & bit) !== 0), this.#by(activation, { operation, status }));
  }

  // ---- events of the engine

  event(event: EngineEvent): BreakpointStop | null {
    switch (event.kind) {
      case 'change': {
        const { field, from, to, by, site } = event.change;
        const happened = { ...this.#byName(by), operation: event.operation, change: { field, from, to, by, line: site?.line ?? null } };
        return this.#reach(this.#named('change', field), happened, () => `${by} changes ${field} from ${valueText(from)} to ${valueText(to)}${site === null ? '' : ` (${siteText(site)})`}.`);
      }
      case 'violation': {
        const { id, severity, sentence, rule, source, filter, site, operation } = event.violation;
        return this.#finding({ kind: 'violation', id, severity, sentence, rule, source, driver: filter?.name ?? null, line: site?.line ?? null }, operation);
      }
      case 'hint': {
        const { id, sentence, source, filter, site, operation } = event;
        return this.#finding({ kind: 'hint', id, severity: 'I', sentence, rule: '', source, driver: filter?.name ?? null, line: site?.line ?? null }, operation);
      }
      case 'api': {
        const { name, args, result, filter, operation, returned } = event.call;
        const happened = { ...this.#byName(filter?.name ?? null), operation, call: { name, args, result } };
        return this.#reach(this.#named('api', name), happened, () => `${filter?.name ?? 'A driver'} calls ${name}${returned && typeof result === 'number' ? `, which answers ${ntStatusName(result)}` : ''}.`);
      }
      default: return null;
    }
  }

  /** A driver is about to call a kernel routine. */
  call(name: string, args: readonly unknown[]): BreakpointStop | null {
    const found = this.#set.of('api').filter((one) => one.namesSilent(name));
    if (found.length === 0) return null;
    const activation = this.#host.activation();
    const by = this.#byName(activation?.filter.name ?? null);
    return this.#reach(found, { ...by, operation: activation?.operation ?? null, call: { name, args, result: undefined } }, () => `${by.driver ?? 'A driver'} calls ${name}.`);
  }

  #finding(finding: StopNote, operation: Operation | null): BreakpointStop | null {
    const { id, severity, sentence, driver } = finding;
    const found = this.#set.of('violation').filter((one) => one.violation(id, severity, driver));
    const stop = this.#reach(found, { ...this.#byName(driver), operation, violation: { id, severity, sentence } }, () => `${id} was found: ${sentence}`);
    return stop === null ? null : { ...stop, finding };
  }

  #named(kind: 'change' | 'api', name: string): readonly CompiledBreakpoint[] {
    const all = this.#set.of(kind);
    return all.length === 0 ? all : all.filter((one) => one.names(name));
  }

  // ---- operations

  issued(operation: Operation): BreakpointStop | null {
    this.#pending.issued(operation);
    return this.#operation('issue', operation, null, () => operationSentence(operation, 'is issued.'));
  }

  /** `differs`: it has ended with another status than recorded. */
  completed(operation: Operation, differs: boolean): BreakpointStop | null {
    const earlier = this.#pending.completed(operation);
    const { status } = operation;
    const ends = this.#operation('complete', operation, status, () => operationSentence(operation, `ends with ${ntStatusName(status)}.`));
    const recorded = (): string => ntStatusName(replayTagOf(operation)?.recorded.status ?? 0);
    const difference = differs ? this.#reach(this.#set.of('difference'), this.#about(operation, status), () => operationSentence(operation, `ends with ${ntStatusName(status)}; recorded was ${recorded()}.`)) : null;
    const order = earlier === null ? null : this.#reach(this.#pendingOf('outOfOrder'), this.#about(operation, status), () => operationSentence(operation, `ends before #${earlier.index}, which was issued earlier on the same file object.`));
    return together([ends, difference, order]);
  }

  #operation(step: 'issue' | 'complete', operation: Operation, status: number | null, sentence: () => string): BreakpointStop | null {
    const all = this.#set.of('operation');
    if (all.length === 0) return null;
    return this.#reach(all.filter(({ spec: { at } }) => at.kind === 'operation' && at.step === step), this.#about(operation, status), sentence);
  }

  /** Operations that have been under way for too long by now. */
  overdue(): BreakpointStop | null {
    const stops = this.#pending.overdue().map(({ id, operation, ticks }) => {
      const breakpoint = this.#set.byId(id);
      return breakpoint === undefined ? null : this.#reach([breakpoint], this.#about(operation, null), () => operationSentence(operation, `has been under way for ${ticks} ticks of 100 ns.`));
    });
    return together(stops);
  }

  /** The run is over, and these have not ended. */
  neverEnded(operations: readonly Operation[]): BreakpointStop | null {
    const breakpoints = this.#pendingOf('never');
    return breakpoints.length === 0 ? null : together(operations.map((operation) => this.#reach(breakpoints, this.#about(operation, null), () => operationSentence(operation, 'never ends in this run.'))));
  }

  #pendingOf(what: 'never' | 'outOfOrder'): readonly CompiledBreakpoint[] {
    return this.#set.of('pending').filter(({ spec: { at } }) => at.kind === 'pending' && at.what === what);
  }

  // ---- lines

  /** V8 has come to a line with breakpoints. True stops there. */
  line(rows: readonly LineRow[]): boolean {
    const activation = this.#host.activation();
    const happened = activation === null ? this.#byName(null) : this.#by(activation, { operation: activation.operation, status: null });
    const moment = this.#moment(happened);
    const hits = rows.flatMap(([id, condition, log]) => {
      const breakpoint = this.#set.byId(id);
      if (breakpoint === undefined || !breakpoint.meets(moment)) return [];
      return this.#set.reached(breakpoint, { kind: 'line', condition, log }) ?? [];
    });
    this.#lineHits = hits.length === 0 ? null : this.#stop(hits, null, null);
    return this.#lineHits !== null;
  }

  /** Of the line where V8 has just paused. */
  takeLineHits(): BreakpointStop | null {
    const hits = this.#lineHits;
    this.#lineHits = null;
    return hits;
  }

  // ---- from what happened to a stop

  #reach(breakpoints: readonly CompiledBreakpoint[], happened: Happened, sentence: (() => string) | null = null): BreakpointStop | null {
    if (breakpoints.length === 0) return null;
    const moment = this.#moment(happened);
    const hits: Hit[] = [];
    let subject: CallbackSubject | null = null;
    for (const breakpoint of breakpoints) {
      if (!breakpoint.meets(moment)) continue;
      subject ??= this.#subject(happened, moment);
      const hit = this.#set.reached(breakpoint, subject);
      if (hit !== null) hits.push(hit);
    }
    if (hits.length === 0) return null;
    let words: string | null = null;
    this.#host.aside(() => (words = sentence === null ? null : sentence()));
    return this.#stop(hits, words, happened.operation);
  }

  #stop(hits: readonly Hit[], sentence: string | null, operation: Operation | null): BreakpointStop {
    const problems = hits.flatMap(({ id, problem }) => (problem === null ? [] : [{ id, sentence: `Breakpoint ${id} stops here because of its condition. ${problem}` }]));
    for (const { id, problem } of hits) if (problem !== null) this.#host.threw(id, problem);
    const sentences = [...problems.map((one) => one.sentence), ...(sentence === null ? [] : [sentence])];
    return { ids: hits.map(({ id }) => id), notes: sentences.map(noteOf), operation, finding: null };
  }

  #moment({ driverId, operation, status }: Happened): BreakpointMoment {
    const { thread, irql } = this.#host.place();
    return new LiveMoment(driverId, thread, irql, status, operation, this.#host);
  }

  #subject({ driver, activation, operation, change, violation, call }: Happened, moment: BreakpointMoment): CallbackSubject {
    const at = activation !== null && activation.operation === operation ? activation : operation === null ? (activation ?? nowhere) : operationEnd(operation);
    const facts = moment.operation;
    return { kind: 'callback', driver, at, operation: facts === null || operation === null ? null : { index: operation.index, ...facts }, change: change ?? null, violation: violation ?? null, call: call ?? null };
  }

  #by(activation: Activation, what: Pick<Happened, 'operation' | 'status'>): Happened {
    const { layers } = this.#host;
    return { driver: activation.filter.name, driverId: layers.at(layers.of(activation.filter))?.driverId ?? null, activation, ...what };
  }

  #byName(name: string | null): Happened {
    const layer = this.#host.layers.list.find((one) => one.name === name && one.driverId !== null);
    return { driver: layer?.name ?? null, driverId: layer?.driverId ?? null, activation: this.#host.activation(), operation: null, status: null };
  }

  #about(operation: Operation, status: number | null): Happened {
    return { driver: null, driverId: null, activation: null, operation, status };
  }

  #logged({ id, spec: { at } }: Breakpoint, text: string): void {
    const { issued, sequence } = this.#host.place();
    const activation = this.#host.activation();
    this.#host.logged({ breakpointId: id, text, operation: issued, sequence, driver: activation?.filter.name ?? null, line: at.kind === 'line' ? this.#host.lineAsked() : this.#host.line() });
  }
}

/** Looked up only as far as a breakpoint asks. */
class LiveMoment implements BreakpointMoment {
  readonly driverId: number | null;
  readonly tid: number;
  readonly irql: number;
  readonly #status: number | null;
  readonly #operation: Operation | null;
  readonly #host: Pick<WatchHost, 'processes' | 'aside'>;
  #facts: OperationFacts | null = null;

  constructor(driverId: number | null, tid: number, irql: number, status: number | null, operation: Operation | null, host: Pick<WatchHost, 'processes' | 'aside'>) {
    this.driverId = driverId;
    this.tid = tid;
    this.irql = irql;
    this.#status = status;
    this.#operation = operation;
    this.#host = host;
  }

  get status(): number | null {
    return this.#status ?? this.operation?.recordedStatus ?? null;
  }

  get operation(): OperationFacts | null {
    const operation = this.#operation;
    // To ask for a path is to look at a file object's name, which is no doing of the driver that runs.
    if (operation !== null && this.#facts === null) this.#host.aside(() => (this.#facts = factsOfOperation(operation, this.#host.processes)));
    return this.#facts;
  }
}

function together(stops: readonly (BreakpointStop | null)[]): BreakpointStop | null {
  const found = stops.filter((one) => one !== null);
  const [first] = found;
  if (first === undefined) return null;
  return { ids: [...new Set(found.flatMap(({ ids }) => ids))], notes: found.flatMap(({ notes }) => notes), operation: first.operation, finding: first.finding };
}

const noteOf = (sentence: string): StopNote => ({ kind: 'explanation', id: 'breakpoint', severity: 'I', sentence, rule: '', source: '', driver: null, line: null });

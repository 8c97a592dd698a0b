/** Keeps an importer's books: batches for the sink, what was skipped and why, what was damaged, first and last time. */
import type { ContextEvent, DamageReport, DetailValue, ImportSink, ImportSummary, OperationRecord, TraceModule, TraceProcess, TraceTime, UnknownTime } from './record.ts';

const batchSize = 2048;
/** A file of nothing but damage must not fill the memory with reports. */
const maximumReports = 1000;

/** Names that are counted by themselves; a source can make up as many as it has records. */
const maximumNames = 1 << 14;
/** Reasons are listed in the report, each on a line. */
const maximumReasons = 512;
/** What all further ones are counted as. */
const otherNames = '(others)';

function count(counts: Map<string, number>, name: string, maximum = maximumNames): void {
  const before = counts.get(name);
  if (before !== undefined || counts.size < maximum) counts.set(name, (before ?? 0) + 1);
  else counts.set(otherNames, (counts.get(otherNames) ?? 0) + 1);
}

interface Damage {
  at: number;
  unit: 'offset' | 'line';
  reason: string;
  records: number;
}

export class ImportTally {
  readonly #sink: ImportSink;
  #batch: OperationRecord[] = [];
  #processes: TraceProcess[] = [];
  #modules: TraceModule[] = [];
  #context: ContextEvent[] = [];
  #operations = 0;
  readonly #skipped = new Map<string, number>();
  readonly #skippedOperations = new Map<string, number>();
  readonly #operationEvents = new Map<string, number>();
  readonly #damaged: Damage[] = [];
  #damagedRecords = 0;
  #firstTime: TraceTime | null = null;
  #lastTime: TraceTime | null = null;
  readonly #unknownTimes = new Set<UnknownTime>();
  cancelled = false;

  constructor(sink: ImportSink) {
    this.#sink = sink;
  }

  /** Records so far: imported, skipped and damaged. */
  get events(): number {
    let skipped = 0;
    for (const count of this.#skipped.values()) skipped += count;
    return this.#operations + skipped + this.#damagedRecords;
  }

  process(process: TraceProcess): void {
    this.#processes.push(process);
    if (this.#processes.length >= batchSize) this.flush();
  }

  module(module: TraceModule): void {
    this.#modules.push(module);
    if (this.#modules.length >= batchSize) this.flush();
  }

  /** A record that is no operation: counted as skipped for `reason`, and kept to be browsed. */
  context(reason: string, event: ContextEvent): void {
    this.skip(reason, event.name);
    this.note(event);
  }

  /** A context event that is no record of the source, such as a mark where events were lost: not counted. */
  note(event: ContextEvent): void {
    this.#context.push(event);
    if (this.#context.length >= batchSize) this.flush();
  }

  /** `event`: what the source calls the record, where `info` is to count it by that rather than by the operation's name. */
  operation(record: OperationRecord, event?: string): void {
    this.#operations += 1;
    if (event !== undefined) count(this.#operationEvents, event);
    this.#batch.push(record);
    if (this.#batch.length >= batchSize) this.flush();
  }

  /** Time of any record, imported or skipped: the span of a trace is that of all its records. */
  time(time: TraceTime): void {
    if (this.#firstTime === null || time < this.#firstTime) this.#firstTime = time;
    if (this.#lastTime === null || time > this.#lastTime) this.#lastTime = time;
  }

  /** Something of its times that the source does not say. */
  timesLack(what: UnknownTime): void {
    this.#unknownTimes.add(what);
  }

  skip(reason: string, operation: string): void {
    count(this.#skipped, reason, maximumReasons);
    count(this.#skippedOperations, operation);
  }

  /** Neighbours of one kind become one report, at the first one's place. */
  damage(at: number, unit: 'offset' | 'line', reason: string, records: number): void {
    this.#damagedRecords += records;
    const last = this.#damaged.at(-1);
    if (last !== undefined && last.reason === reason && last.unit === unit) {
      last.records += records;
    } else if (this.#damaged.length < maximumReports) {
      this.#damaged.push({ at, unit, reason, records });
    } else if (last !== undefined) {
      last.reason = 'more damage of several kinds from here on';
      last.records += records;
    }
  }

  flush(): void {
    if (this.#processes.length > 0) this.#sink.processes(this.#processes.splice(0));
    if (this.#modules.length > 0) this.#sink.modules(this.#modules.splice(0));
    if (this.#context.length > 0) this.#sink.contextEvents(this.#context.splice(0));
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#sink.operations(batch);
  }

  /** False once the user has cancelled. */
  progress(done: number, total: number): boolean {
    if (!this.#sink.progress(done, total)) this.cancelled = true;
    return !this.cancelled;
  }

  summary(format: string, bytes: number, system: { readonly [key: string]: DetailValue }): ImportSummary {
    this.flush();
    const damaged: DamageReport[] = this.#damaged.map((damage) => ({ ...damage }));
    return {
      format,
      events: this.events,
      operations: this.#operations,
      skipped: [...this.#skipped].map(([reason, count]) => ({ reason, count })),
      skippedOperations: [...this.#skippedOperations].map(([operation, count]) => ({ operation, count })),
      ...(this.#operationEvents.size === 0 ? {} : { operationEvents: [...this.#operationEvents].map(([event, count]) => ({ event, count })) }),
      damaged,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      ...(this.#unknownTimes.size === 0 ? {} : { unknownTimes: [...this.#unknownTimes] }),
      bytes,
      system,
      ...(this.cancelled ? { cancelled: true } : {}),
    };
  }
}

/**
 * Turns the rows of Procmon's text exports, CSV or XML, into operations and context events.
 *
 * Source: procmon-formats.md 12, and 10.5 for the Detail column. What an export does not say (date, time zone, IRP flags, fast I/O or IRP) is derived
 * or assumed, and marked so.
 */
import type { ImportTally } from '../../importTally.ts';
import type { ContextEvent, DetailValue, ProcessIndex, Provenance, RecordedStack, TraceTime } from '../../record.ts';
import type { NTSTATUS } from '../../../nt/ntStatus.ts';
import { eventClasses } from '../procmon/operations.ts';
import { procmonResultStatus } from '../procmon/resultTexts.ts';
import type { RowClock } from './clock.ts';
import type { Columns } from './columns.ts';
import type { ReadDetail } from './detailText.ts';
import { contextClassFor, eventClassNumbers, OperationTable } from './operationFacts.ts';
import type { OperationFacts } from './operationFacts.ts';
import { type ProcessTable } from './processTable.ts';
import type { TextRow } from './textRow.ts';
import { ticksPerDay } from './times.ts';
import { transferOf, transferProvenances } from './transfer.ts';
import type { Transfer } from './transfer.ts';

const fileSystemClass = 3;
const profilingClass = 4;
const statusPending = 0x103;
const statusFastIoDisallowed = 0xc01c0004;

export interface RowSource {
  readonly columns: Columns;
  readonly clock: RowClock;
  readonly processes: ProcessTable;
  readonly tally: ImportTally;
}

/** What a row has beside its cells. */
export interface RowExtras {
  readonly process: ProcessIndex | null;
  readonly stack: RecordedStack | null;
}
const noExtras: RowExtras = { process: null, stack: null };

export class RowReader {
  readonly #columns: Columns;
  readonly #clock: RowClock;
  readonly #processes: ProcessTable;
  readonly #tally: ImportTally;
  readonly #operations = new OperationTable();
  readonly #statuses = new Map<string, NTSTATUS | null>();
  readonly #provenances: ({ readonly [field: string]: Provenance } | undefined)[] = [];
  #records = 0;

  constructor(source: RowSource) {
    this.#columns = source.columns;
    this.#clock = source.clock;
    this.#processes = source.processes;
    this.#tally = source.tally;
  }

  /** Records that were met so far, damaged ones too. */
  get records(): number {
    return this.#records;
  }

  /** A record that could not even be split into cells. */
  damaged(line: number, reason: string): void {
    this.#records += 1;
    this.#tally.damage(line, 'line', reason, 1);
  }

  /** Imports a row, or reports it at its line. False where its time cannot be read. */
  read(row: TextRow, line: number, extras: RowExtras = noExtras): boolean {
    const time = this.#clock.read(row);
    const pid = this.#columns.pid < 0 ? 0 : row.count(this.#columns.pid);
    if (time === undefined) {
      this.damaged(line, 'row has a time that cannot be read');
      return false;
    }
    if (pid < 0) this.damaged(line, 'row has a PID that is no number');
    else this.#import(row, time, pid, extras);
    return true;
  }

  #import(row: TextRow, time: TraceTime, pid: number, extras: RowExtras): void {
    const facts = this.#operations.of(row.text(this.#columns.operation));
    const eventClass = this.#classOf(row, facts);
    this.#tally.time(time);
    if (eventClass === fileSystemClass) this.#operation(row, facts, time, extras.process ?? this.#processes.of(row, pid), extras.stack);
    else if (eventClass === profilingClass) this.#tally.skip(reasonOf(eventClass), facts.name);
    else this.#context(row, facts, eventClass, time, extras.process ?? this.#processOf(row, facts, pid, time));
    this.#records += 1;
  }

  /** By the Event Class column, else by the operation's name; an unknown name on a registry path is the registry's. */
  #classOf(row: TextRow, facts: OperationFacts): number {
    const { eventClass, path } = this.#columns;
    const named = eventClass < 0 ? undefined : this.#named(row.text(eventClass));
    if (named !== undefined) return named;
    return facts.eventClass ?? (/^HK(LM|CU|U|CR|CC)\b/.test(row.text(path)) ? 2 : fileSystemClass);
  }

  #named(text: string): number | undefined {
    return text === 'File System' ? fileSystemClass : eventClassNumbers.get(text.toLowerCase());
  }

  #processOf(row: TextRow, facts: OperationFacts, pid: number, time: TraceTime): ProcessIndex {
    if (facts.name === 'Process Start') return this.#processes.started(row, pid, time);
    if (facts.name === 'Process Exit') return this.#processes.ended(row, pid, time);
    return this.#processes.of(row, pid);
  }

  #status(row: TextRow): NTSTATUS | null {
    if (this.#columns.result < 0) return null;
    const text = row.text(this.#columns.result);
    const known = this.#statuses.get(text);
    if (known !== undefined) return known;
    const status = procmonResultStatus(text) ?? null;
    if (this.#statuses.size < 4096) this.#statuses.set(text, status);
    return status;
  }

  #operation(row: TextRow, facts: OperationFacts, time: TraceTime, process: ProcessIndex, stack: RecordedStack | null): void {
    const columns = this.#columns;
    const status = this.#status(row);
    const read = facts.readDetail(row.text(columns.detail));
    const refused = status === statusFastIoDisallowed;
    const kind = refused ? facts.fastKind : facts.kind;
    const transfer = transferOf(facts.transfer, read, status);
    const duration = this.#duration(row, status);
    this.#tally.operation({
      sourceIndex: this.#records,
      time,
      duration,
      process,
      tid: columns.tid < 0 ? 0 : Math.max(0, row.count(columns.tid)),
      operation: facts.name,
      major: facts.major,
      minor: facts.minor,
      kind,
      path: columns.path < 0 ? null : pathOf(row.text(columns.path), facts, read),
      status,
      information: transfer.information,
      irpFlags: read.irpFlags,
      offset: read.offset,
      length: read.length,
      detail: this.#detail(row, read, status),
      stack,
      provenance: this.#provenance(refused || facts.isFast || kind !== 'irp', columns.duration < 0 && duration !== null, transfer),
    });
  }

  /** A result or a class that was not understood is kept as it is written. */
  #detail(row: TextRow, read: ReadDetail, status: NTSTATUS | null): ReadDetail['detail'] {
    if (status !== null || this.#columns.result < 0) return read.detail;
    return { ...read.detail, Result: row.text(this.#columns.result) };
  }

  #context(row: TextRow, facts: OperationFacts, eventClass: number, time: TraceTime, process: ProcessIndex): void {
    const columns = this.#columns;
    const path = row.text(columns.path);
    const text = row.text(columns.detail);
    const status = this.#status(row);
    const detail: { [key: string]: DetailValue } = text === '' ? {} : { Detail: text };
    if (status === null && columns.result >= 0) detail['Result'] = row.text(columns.result);
    const event: ContextEvent = {
      sourceIndex: this.#records,
      time,
      duration: this.#duration(row, status),
      process,
      tid: columns.tid < 0 ? null : Math.max(0, row.count(columns.tid)),
      contextClass: contextClassFor(eventClass, facts.name),
      name: facts.name,
      path: path === '' ? null : path,
      status,
      detail,
      operation: null,
    };
    this.#tally.context(reasonOf(eventClass), event);
    if (facts.name === 'Load Image') this.#module(text, path, process, time);
  }

  /** `Image Base: 0x7ffa744e0000, Image Size: 0x204000`. */
  #module(text: string, path: string, process: ProcessIndex, time: TraceTime): void {
    const match = /^Image Base: (0x[0-9a-fA-F]{1,16}), Image Size: (0x[0-9a-fA-F]{1,8})$/.exec(text);
    if (!match) return;
    this.#tally.module({ process, base: BigInt(match[1] ?? 0), size: Number(match[2]), path, loadTime: time, version: null, company: null, description: null });
  }

  #duration(row: TextRow, status: NTSTATUS | null): bigint | null {
    const { duration, completionTime, timeOfDay } = this.#columns;
    if (status === statusPending) return null;
    if (duration >= 0) return row.duration(duration);
    if (completionTime < 0 || timeOfDay < 0) return null;
    const end = row.timeOfDay(completionTime);
    if (Number.isNaN(end)) return null;
    const ticks = BigInt(end - this.#clock.ofDay);
    return ticks < 0n ? ticks + ticksPerDay : ticks;
  }

  /** Equal provenances are one object. */
  #provenance(kindKnown: boolean, durationDerived: boolean, transfer: Transfer): { readonly [field: string]: Provenance } {
    const time = this.#clock.provenance;
    const key = (transfer.kind * 2 + (kindKnown ? 1 : 0)) * 4 + (durationDerived ? 2 : 0) + (time === 'assumed' ? 1 : 0);
    const known = this.#provenances[key];
    if (known !== undefined) return known;
    const { pid, tid } = this.#columns;
    const made = Object.freeze({
      time, status: 'derived', major: 'derived', minor: 'derived', irpFlags: 'derived', kind: kindKnown ? 'derived' : 'assumed',
      ...(pid < 0 ? { process: 'assumed' } : {}),
      ...(tid < 0 ? { tid: 'assumed' } : {}),
      ...(durationDerived ? { duration: 'derived' } : {}),
      ...transferProvenances[transfer.kind],
    } as const);
    this.#provenances[key] = made;
    return made;
  }
}

const reasonOf = (eventClass: number): string => `${eventClasses[eventClass] ?? 'unknown'} event`;

/** The directory itself: Procmon shows a QueryDirectory's path with its filter behind it. */
function pathOf(path: string, facts: OperationFacts, read: ReadDetail): string {
  if (facts.transfer !== 'directory') return path;
  const filter = read.detail['Filter'];
  if (typeof filter !== 'string' || !path.endsWith(`\\${filter}`)) return path;
  const directory = path.slice(0, -filter.length - 1);
  return /^[A-Za-z]:$/.test(directory) ? `${directory}\\` : directory;
}

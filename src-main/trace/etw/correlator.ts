/**
 * Makes operations of ETW's start, note and end events, and names their files, threads and processes.
 *
 * Source: etw-formats.md 11. Names often come after the operations they belong to (the rundown at the end of a trace), and an operation is handed over
 * as soon as it ends, so a reader goes over its source twice: `learn` takes what names things, `event` makes the operations. The first pass may be left
 * out where a source can be read only once: names then come from the past only. Neither pass holds more than the tables of names and what is running.
 */
import { ntStatus } from '../../nt/ntStatus.ts';
import type { ImportTally } from '../importTally.ts';
import type { DetailValue, ProcessIndex } from '../record.ts';
import { UsedAccess } from './access.ts';
import { CallbackRows, diskRow, imageRow, lossRow, processRow, threadRow } from './contextRows.ts';
import type { Owner } from './contextRows.ts';
import { Drivers } from './drivers.ts';
import { FileNames } from './fileNames.ts';
import { dropOldest } from './dropOldest.ts';
import { fileStartTypes } from './kernelEvent.ts';
import type {
  EtwDisk, EtwEvent, EtwFileEnd, EtwFileNote, EtwFileStart, EtwImage, EtwLoss, EtwMinifilter, EtwOther, EtwProcess, EtwStack, EtwStackReference, EtwThread,
} from './kernelEvent.ts';
import { limits } from './limits.ts';
import { operationRecord } from './operationRecord.ts';
import type { EtwPointer } from './pointer.ts';
import { pointerToBigInt } from './pointer.ts';
import { ProcessTable, unknownId } from './processTable.ts';
import { Providers } from './providers.ts';
import { Remarks } from './remarks.ts';
import { Departures, repeats, wasRefused } from './running.ts';
import type { RunningOperation } from './running.ts';
import { Stacks } from './stacks.ts';
import { Volumes } from './volumes.ts';

const statusPending = 0x103;

/** Why a record is no operation of its own. */
const reasons = {
  end: 'end of an operation', orphan: 'end of an operation that began before the trace', note: 'path of an operation', name: 'file name', process: 'process event',
  thread: 'thread event', image: 'image event', disk: 'disk event', minifilter: 'minifilter callback', volume: 'volume', masks: 'log record', stack: 'stack',
} as const;

export class EtwCorrelator {
  readonly #tally: ImportTally;
  readonly #names = new FileNames();
  readonly #access = { 'FileIo': new UsedAccess(), 'Kernel-File': new UsedAccess() } as const;
  readonly #processes: ProcessTable;
  readonly #volumes = new Volumes();
  readonly #drivers = new Drivers();
  readonly #callbacks = new CallbackRows(this.#drivers);
  readonly #stacks = new Stacks();
  readonly #providers = new Providers();
  readonly #remarks = new Remarks();
  readonly #running = new Map<EtwPointer, RunningOperation>();
  readonly #departures = new Departures((operation) => this.#handOver(operation));
  readonly #unit: 'offset' | 'line';
  #twoPasses = false;
  #modules = 0;

  /** `unit`: by what places in the source are told, for the report. */
  constructor(tally: ImportTally, unit: 'offset' | 'line' = 'offset') {
    this.#tally = tally;
    this.#unit = unit;
    this.#processes = new ProcessTable(tally);
  }

  /** First pass: takes names and lives, counts nothing. Events for which `learnsFrom` is false may be left out. */
  learn(event: EtwEvent): void {
    this.#twoPasses = true;
    this.#takeIn(event);
    switch (event.kind) {
      case 'fileStart':
        this.#providers.started(event.provider);
        this.#names.start(event);
        this.#access[event.provider].learn(event);
        break;
      case 'fileEnd':
        this.#providers.ended(event.provider);
        this.#names.end(event);
        break;
      case 'fileNote': this.#names.note(event); break;
      case 'stack': case 'stackReference': this.#stacks.expected = true; break;
      default: break;
    }
  }

  /** What is true of the whole trace, whenever it is said. */
  #takeIn(event: EtwEvent): void {
    switch (event.kind) {
      case 'process': this.#processes.learnProcess(event); break;
      case 'thread': this.#processes.learnThread(event); break;
      case 'image': this.#learnImage(event); break;
      case 'volume': this.#volumes.learn(event); break;
      case 'fileName': this.#names.name(event); break;
      case 'stackDefinition': this.#stacks.define(event); break;
      default: break;
    }
  }

  #learnImage(event: EtwImage): void {
    this.#drivers.learn(event);
    if (event.processId !== null && event.life !== 'end') this.#processes.learnImage(event.processId, this.#volumes.dosPath(event.path), event.sourceIndex);
  }

  /** A process by its number, as text forms print it beside every event; what process events say counts more. Either pass. */
  processNamed(pid: number, imageName: string): void {
    this.#processes.learnName(pid, imageName);
  }

  /** Ends the first pass. */
  learned(): void {
    this.#names.learned();
    for (const access of Object.values(this.#access)) access.learned();
    this.#providers.decide();
  }

  /** Second pass: every decoded record of the source, in order of time. It is counted here, exactly once. */
  event(event: EtwEvent): void {
    this.#tally.time(event.time);
    if (!this.#twoPasses) this.#takeIn(event);
    switch (event.kind) {
      case 'fileStart': this.#start(event); break;
      case 'fileNote': this.#note(event); break;
      case 'fileEnd': this.#end(event); break;
      case 'fileName': this.#tally.skip(reasons.name, event.name); break;
      case 'process': this.#process(event); break;
      case 'thread': this.#thread(event); break;
      case 'image': this.#image(event); break;
      case 'disk': this.#disk(event); break;
      case 'minifilter': this.#minifilter(event); break;
      case 'volume': this.#tally.skip(reasons.volume, event.name); break;
      case 'groupMasks':
        this.#remarks.masks.learn(event.masks);
        this.#tally.skip(reasons.masks, event.name);
        break;
      case 'stack': case 'stackReference': this.#stack(event); break;
      case 'stackDefinition': this.#tally.skip(reasons.stack, event.name); break;
      case 'other': this.#other(event); break;
    }
  }

  /** Between two events: something was dropped here. */
  lost(loss: EtwLoss): void {
    this.#remarks.losses += 1;
    this.#tally.note(lossRow(loss));
  }

  #start(event: EtwFileStart): void {
    if (!this.#twoPasses) this.#providers.started(event.provider);
    const usedAccess = event.type === fileStartTypes.create ? this.#access[event.provider].next() : 0;
    if (!this.#providers.uses(event.provider)) {
      this.#tally.skip(this.#providers.reason, event.name);
      return;
    }
    const before = this.#running.get(event.irp);
    if (before?.state === 'running') this.#leave(before, 'unfinished');
    const operation = this.#begin(event, usedAccess);
    if (before !== undefined && wasRefused(before) && repeats(before, event)) {
      before.retriedAs = event.sourceIndex;
      operation.retryOf = before.start.sourceIndex;
    }
    // Taken out first, so that the map stays in the order of starts.
    this.#running.delete(event.irp);
    if (this.#running.size >= limits.running) {
      dropOldest(this.#running, (oldest) => {
        if (oldest.state === 'running') this.#leave(oldest, 'unfinished');
      });
    }
    this.#running.set(event.irp, operation);
    if (!this.#providers.hasEnds(event.provider)) this.#leave(operation, 'unknown');
  }

  #begin(event: EtwFileStart, usedAccess: number): RunningOperation {
    const tid = event.issuingTid ?? event.tid;
    const recorded = tid === event.tid ? event.pid : null;
    const pid = recorded ?? this.#processOf(tid, event.sourceIndex) ?? event.pid;
    const ownPath = event.path !== null && event.path !== '';
    const name = ownPath ? null : this.#names.of(event.fileObject, event.fileKey, event.sourceIndex);
    this.#names.start(event);
    const operation: RunningOperation = {
      start: event, process: this.#processes.indexOf(pid ?? unknownId, event.sourceIndex), processRecorded: recorded !== null, tid, name, state: 'running', endTime: 0n,
      status: 0, information: 0, usedAccess, notePath: null, created: false, retryOf: null, retriedAs: null,
      stack: event.stack === null ? null : this.#stacks.share(event.stack.frames),
    };
    this.#stacks.await(operation);
    return operation;
  }

  #note(event: EtwFileNote): void {
    const used = this.#providers.uses(event.provider);
    this.#tally.skip(used ? reasons.note : this.#providers.reason, event.name);
    if (!used) return;
    this.#names.note(event);
    const operation = this.#running.get(event.irp);
    if (operation === undefined || operation.state === 'ended') return;
    if (event.type === 78) operation.created = true;
    else operation.notePath = event.path;
  }

  #end(event: EtwFileEnd): void {
    if (!this.#twoPasses) this.#providers.ended(event.provider);
    if (!this.#providers.uses(event.provider)) {
      this.#tally.skip(this.#providers.reason, event.name);
      return;
    }
    const operation = this.#running.get(event.irp);
    if (operation?.state !== 'running') {
      this.#tally.skip(reasons.orphan, event.name);
      return;
    }
    this.#tally.skip(reasons.end, event.name);
    if (event.status === statusPending) return;
    this.#names.end(event);
    operation.endTime = event.time;
    operation.status = event.status;
    operation.information = event.information;
    this.#leave(operation, 'ended');
  }

  #leave(operation: RunningOperation, state: RunningOperation['state']): void {
    operation.state = state;
    this.#departures.add(operation);
  }

  #handOver(operation: RunningOperation): void {
    this.#stacks.forget(operation);
    const { start } = operation;
    if (this.#running.get(start.irp) === operation && operation.state !== 'running') this.#running.delete(start.irp);
    const record = operationRecord(operation, this.#volumes);
    this.#remarks.operation(operation, record);
    this.#tally.operation(record, start.name);
  }

  #processOf(tid: number | null, sourceIndex: number): number | null {
    return tid === null ? null : this.#processes.processOfThread(tid, sourceIndex);
  }

  #ownerOf(tid: number | null, pid: number | null, sourceIndex: number): Owner {
    const known = pid ?? this.#processOf(tid, sourceIndex);
    return { process: known === null ? null : this.#processes.indexOf(known, sourceIndex), tid };
  }

  #process(event: EtwProcess): void {
    this.#tally.skip(reasons.process, event.name);
    if (event.life === 'start' || event.life === 'end') this.#tally.note(processRow(event, this.#processes.indexOf(event.processId, event.sourceIndex)));
  }

  #thread(event: EtwThread): void {
    this.#tally.skip(reasons.thread, event.name);
    const { life } = event;
    if (life === 'start' || life === 'end' || life === 'named') {
      this.#tally.note(threadRow(event, life, this.#processes.indexOf(event.processId, event.sourceIndex)));
    }
  }

  #image(event: EtwImage): void {
    this.#tally.skip(reasons.image, event.name);
    const owner = event.processId === null ? this.#ownerOf(event.tid, event.pid, event.sourceIndex) : this.#ownerOf(event.tid, event.processId || 4, event.sourceIndex);
    const path = this.#volumes.dosPath(event.path);
    if (event.life === 'start' || event.life === 'end') this.#tally.note(imageRow(event, event.life, owner, path));
    if (event.life === 'start' || event.life === 'rundown') this.#module(event, owner.process, path);
  }

  /** The end rundown repeats what is known, except in a circular trace: modules are handed over once, where they are first heard of. */
  #module({ base, size, life, time }: EtwImage, process: ProcessIndex | null, path: string): void {
    if (process === null || this.#modules >= limits.modules) return;
    this.#modules += 1;
    this.#tally.module({ process, base: pointerToBigInt(base), size, path, loadTime: life === 'start' ? time : null, version: null, company: null, description: null });
  }

  #disk(event: EtwDisk): void {
    this.#tally.skip(reasons.disk, event.name);
    const { sourceIndex, fileKey, issuingTid } = event;
    // The thread of the header is the one that was interrupted, not the one that asked for it.
    const owner = issuingTid === null ? this.#ownerOf(event.tid, event.pid, sourceIndex) : this.#ownerOf(issuingTid, issuingTid === event.tid ? event.pid : null, sourceIndex);
    const name = fileKey === null || fileKey === 0 ? null : this.#names.of(0, fileKey, sourceIndex);
    const path = name === null ? null : this.#volumes.dosPath(name.path);
    this.#tally.note(diskRow(event, owner, path));
  }

  #minifilter(event: EtwMinifilter): void {
    this.#tally.skip(reasons.minifilter, event.name);
    const { irp, fileObject, fileContext, sourceIndex } = event;
    const running = this.#running.get(irp);
    const operation = running?.state === 'running' || running?.state === 'unknown' ? running : undefined;
    const owner: Owner = operation === undefined ? this.#ownerOf(event.tid, event.pid, sourceIndex) : { process: operation.process, tid: operation.tid };
    const path = operation?.start.path ?? operation?.name?.path ?? this.#names.of(fileObject, fileContext, sourceIndex)?.path ?? null;
    this.#tally.note(this.#callbacks.row(event, owner, operation?.start.sourceIndex ?? null, path === null ? null : this.#volumes.dosPath(path)));
  }

  #stack(event: EtwStack | EtwStackReference): void {
    this.#tally.skip(reasons.stack, event.name);
    this.#stacks.expected = true;
    const frames = event.kind === 'stack' ? event.frames : this.#stacks.framesOf(event.key, event.sourceIndex);
    if (frames !== null) this.#stacks.attach(event.eventTime, event.stackTid, frames);
  }

  #other({ reason, name, row, sourceIndex, time, tid, pid }: EtwOther): void {
    this.#tally.skip(reason, name);
    if (row === null) return;
    const status = row.status === null ? null : ntStatus(row.status);
    this.#tally.note({ ...this.#ownerOf(tid, pid, sourceIndex), sourceIndex, time, duration: null, ...row, status, operation: null });
  }

  /** Hands over what never completed. To be called before the tally's summary, also after a cancel. */
  finish(): void {
    this.#departures.flush();
    // Without a first pass it shows only here whether the trace tells of ends.
    if (!this.#twoPasses) this.#providers.decide();
    for (const operation of this.#running.values()) {
      if (operation.state === 'running') this.#leave(operation, this.#providers.hasEnds(operation.start.provider) ? 'pending' : 'unknown');
    }
    this.#departures.flush();
    if (!this.#processes.full && !this.#names.full) return;
    this.#tally.damage(this.#unit === 'line' ? 1 : 0, this.#unit, 'the trace names more processes, threads or files than FltReplay keeps in memory: some operations lack their names', 0);
  }

  /** What the events said of the trace itself, for `ImportSummary.system`: what was recorded, and a note of what is missing and why. After `finish`. */
  get system(): { readonly [key: string]: DetailValue } {
    return this.#remarks.facts(!this.#tally.cancelled);
  }
}

/** True for the events `learn` has a use for; a reader may skip decoding the others in the first pass. */
export function learnsFrom(kind: EtwEvent['kind']): boolean {
  return kind !== 'other' && kind !== 'disk' && kind !== 'minifilter' && kind !== 'groupMasks';
}


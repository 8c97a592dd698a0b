/**
 * Issues recorded operations to the engine, in order of their time, under a virtual clock.
 *
 * Before an operation is issued, everything that is due by its time happens: requests that the recording shows to have waited are
 * completed from an arbitrary thread; timers and time-outs end; work items and threads that can go on run as soon as nothing else does. The same operations, drivers, seed,
 * settings and assumptions give the same run.
 */
import { APC_LEVEL, PASSIVE_LEVEL, type Chooser, type Engine, type FILE_OBJECT, type FileSystemServices, type IoRequest, type LowerDevice, type Operation, type Volume } from '../engine/index.ts';
import { ModelFileSystem, type ModelVolume } from '../filesystem/model/index.ts';
import type { RecordedAnswer } from '../filesystem/recordedAnswers.ts';
import { ntSuccess } from '../nt/ntStatus.ts';
import { IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_WRITE, IRP_PAGING_IO, STATUS_CANCELLED, STATUS_REPARSE, STATUS_SUCCESS } from '../nt/values.generated.ts';
import type { NumberedOperation, TraceProcess } from '../trace/record.ts';
import { AnsweringDevice } from './answeringDevice.ts';
import { answerInformation } from './bytes/answerBytes.ts';
import { Completions } from './completions/completions.ts';
import type { Overlap } from './completions/completionPolicy.ts';
import { HeldRecords, isOpening } from './completions/heldRecords.ts';
import { overlapOf, type UpcomingRecord } from './completions/overlap.ts';
import { FileObjects, type DerivedFileObject, type FileObjectOrigin } from './fileObjects.ts';
import { splitPath } from './recordedPaths.ts';
import { TraceKnowledge } from './knowledge/traceKnowledge.ts';
import type { PlannedEdits } from './overlays/plannedEdits.ts';
import { ReplayRequest, ReplayTag, replayTagOf, type AddedRequest } from './replayTag.ts';
import { requestParameters, type BufferMaker, type RequestParameters } from './requestParameters.ts';
import { PairedCalls } from './pairedCalls.ts';
import { fallbackRecord } from './retries/fallbackRecord.ts';
import { RecordedRetries } from './retries/recordedRetries.ts';
import { wasRefused } from './retries/retryMatch.ts';
import { RunChanges } from './runChanges.ts';
import type { RunSettings } from './runSettings.ts';
import { TraceProcesses } from './traceProcesses.ts';

export interface ReplayerOptions {
  readonly processes: readonly TraceProcess[];
  readonly settings: RunSettings;
  /** Whether an assumption is set to a word. */
  readonly is: (assumption: string, word: string) => boolean;
  readonly buffers: BufferMaker;
  /** The volume with that device name, with the drivers' instances attached to it; made at its first use. */
  readonly volume: (name: string) => Volume;
  readonly seed: number;
  /** Null: always the first way. */
  readonly chooser: Chooser | null;
  /** The overlays of the run; null: it has none. */
  readonly edits: PlannedEdits | null;
  /** What came of a record that had to wait for its thread. */
  readonly late: (record: NumberedOperation, issued: Issued) => void;
}

/** What came of a record: an operation, a record that is no request, one that has become pointless because of another, or one whose thread cannot issue it yet. */
export type Issued = { readonly kind: 'issued'; readonly operation: Operation } | { readonly kind: 'no-request' } | { readonly kind: 'not-issued'; readonly cause: number } | { readonly kind: 'held' };

const noRequest: Issued = { kind: 'no-request' };
const held: Issued = { kind: 'held' };
/** Timers that may expire after the end of the trace for threads that are kept. */
const mostExpirations = 1000;

/** UserMode and KernelMode */
const userMode = 1;
const kernelMode = 0;
/** The System process: its requests come from kernel mode. */
const systemPid = 4;

export class Replayer {
  readonly device: LowerDevice;
  readonly fileSystem: FileSystemServices;
  readonly processes: TraceProcesses;
  readonly #options: ReplayerOptions;
  readonly #model: ModelFileSystem;
  readonly #changes = new RunChanges();
  readonly #knowledge: TraceKnowledge;
  readonly #answering: AnsweringDevice;
  readonly #fileObjects = new FileObjects((fileObject) => this.#model.forget(fileObject));
  readonly #completions: Completions;
  readonly #held = new HeldRecords();
  readonly #holds: boolean;
  /** Creates that failed in the recording and were still under way after they had been issued; those that have succeeded since. */
  readonly #lateCreates = new Set<Operation>();
  readonly #toClose: Operation[] = [];
  readonly #retries = new RecordedRetries();
  readonly #paired = new PairedCalls();
  /** File objects of slow query-opens that this run did not need, with the query-open that was answered. */
  readonly #pointless = new WeakMap<FILE_OBJECT, number>();
  /** Of the query-opens that this run serves the slow way: what the open made. */
  readonly #slowOpens = new WeakMap<Operation, FILE_OBJECT>();
  #engine: Engine | null = null;
  #current = 0;

  constructor(options: ReplayerOptions) {
    this.#options = options;
    this.processes = new TraceProcesses(options.processes);
    this.#holds = options.is('CPL-004', 'held-back');
    this.#completions = new Completions(options.settings.completion, options.seed, options.chooser);
    this.#model = new ModelFileSystem({
      is: options.is, now: () => this.#engine?.time ?? 0n, complete: (operation, status, information) => this.#modelCompleted(operation, status, information),
      fillUnknown: (buffer, at, length, offset) => options.buffers.filled?.(buffer, at, this.#answering.path, offset, length),
    });
    this.#knowledge = new TraceKnowledge(this.#model, this.#changes, (assumption, word) => options.is(assumption, word));
    const { answered } = options.buffers;
    this.#answering = new AnsweringDevice({
      model: this.#model, changes: this.#changes, mode: options.settings.answers, knowledge: this.#knowledge, refusesAgain: options.settings.answers !== 'model' && options.is('REP-010', 'refused-again'), currentOperation: () => this.#current,
      pended: (operation, recorded, end) => {
        if (end === 'later') this.#completions.after(recorded.duration ?? 0n, () => this.#endRecorded(operation, recorded));
      },
      answered: (operation) => options.edits?.answered(operation),
      wasWritten: (buffer) => options.buffers.wasWritten?.(buffer) === true,
      ...(answered !== undefined && { fillRecorded: answered }),
      complete: (operation, status, information) => this.#completions.complete(operation, status, information),
    });
    this.device = this.#completions.over(this.#answering, replayTagOf);
    this.fileSystem = this.#model;
  }

  /** The volumes of the file system at the bottom. */
  get volumes(): Iterable<ModelVolume> {
    return this.#model.mounted;
  }

  /** Before the first record. */
  begin(engine: Engine): void {
    this.#engine = engine;
    this.#completions.begin(engine);
    if (this.#options.is('CPL-002', 'asynchronous')) this.#fileObjects.assumedFlags = 0;
  }

  /** Lets the file system go on with a request that has waited. False when there is none. */
  pump(): boolean {
    return this.#model.runReady();
  }

  /** Lets everything happen that is due before `record`, then issues it. `next`: the record behind it; null for the last one. */
  issue(engine: Engine, record: NumberedOperation, next: UpcomingRecord | null): Issued {
    this.#advance(engine, record.time);
    if (record.major === null || record.kind === 'other') return noRequest;
    const overlap = overlapOf(record, next);
    const waiting = this.#waitsForThread(record, overlap);
    if (waiting !== null) return waiting;
    const issued = this.#issueNow(engine, record, overlap, null, false);
    if (this.#options.edits !== null) this.#addBehind(engine, record, issued);
    if (this.#held.any) this.#release(engine);
    return issued;
  }

  /** Everything that is due by `time` happens; threads that come through with what kept them issue what has waited for it. */
  #advance(engine: Engine, time: bigint): void {
    if (this.#held.any) {
      this.#release(engine);
      for (let next = engine.nextTime; next !== null && next <= time; next = engine.nextTime) {
        engine.advanceTo(next);
        this.#settle(engine);
        this.#release(engine);
      }
    }
    engine.advanceTo(time);
    if (this.#model.hasReady) this.#settle(engine);
    for (let create = this.#toClose.shift(); create !== undefined; create = this.#toClose.shift()) {
      const tag = replayTagOf(create);
      if (tag !== null) this.#closeUnknown(engine, tag, create);
    }
  }

  /** Null where the record can be issued. */
  #waitsForThread(record: NumberedOperation, overlap: Overlap): Issued | null {
    if (!this.#holds || this.#held.idle) return null;
    const thread = this.processes.thread(record);
    const lost = this.#held.lostBecauseOf(thread);
    if (lost !== 0) return { kind: 'not-issued', cause: lost };
    const blocker = this.#held.hasQueue(thread) ? 0 : this.#held.blockerOf(thread, record);
    if (blocker === null) return null;
    return this.#held.hold({ record, thread, overlap, derived: null }, blocker) ? held : { kind: 'not-issued', cause: blocker };
  }

  #release(engine: Engine): void {
    for (let one = this.#held.take(); one !== null; one = this.#held.take()) {
      const issued = this.#issueNow(engine, one.record, 'none', one.derived, true);
      if (issued.kind !== 'held') this.#options.late(one.record, issued);
      if (this.#options.edits !== null) this.#addBehind(engine, one.record, issued);
    }
  }

  #issueNow(engine: Engine, record: NumberedOperation, overlap: Overlap, found: DerivedFileObject | null, late: boolean): Issued {
    this.#current = record.index;
    const process = this.#options.processes[record.process];
    const pid = process?.pid ?? 0;
    const { edits } = this.#options;
    const asIssued = edits?.edited(record) ?? record;
    // The handle is that of the recording, wherever an edited open leads.
    const derived = found ?? this.#fileObjects.forOperation(record.major === IRP_MJ_CREATE ? asIssued : record, pid);
    // Its create is still under way: whether there is a handle will be known then.
    if (this.#holds && derived.opening !== null && isOpening(derived) && this.#held.hold({ record, thread: this.processes.thread(record), overlap, derived }, derived.opening.index, true)) return held;
    const retry = this.#retries.find(record);
    const { fileObject } = derived;
    const isSkipped = edits?.skips(record.index) === true;
    const lost = isSkipped ? record.index : retry?.kind === 'pointless' ? retry.of : derived.opening === null ? (this.#pointless.get(fileObject) ?? this.#paired.find(record, fileObject)) : lostBecauseOf(derived.opening);
    if (lost !== 0) {
      if ((retry !== null || isSkipped) && record.major === IRP_MJ_CREATE) this.#pointless.set(fileObject, lost);
      if (isSkipped) this.#paired.skipped(record, fileObject);
      this.#fileObjects.afterOperation(record, pid, fileObject, null);
      // What a pointless retry would do has been done at its first try.
      if (retry?.kind !== 'pointless') this.#answering.recordedEffectMissing(newTag(record, fileObject, derived.origin), lost);
      return { kind: 'not-issued', cause: lost };
    }
    const tag = newTag(record, fileObject, derived.origin, asIssued);
    if (edits !== null) this.#edit(tag, asIssued, edits);
    tag.mayComeAgain = record.kind !== 'irp' && !wasRefused(record) && this.#options.is('FIO-011', 'comes-again');
    tag.retryOf = retry?.of ?? 0;
    tag.overlap = overlap;
    tag.late = late;
    // A redirected handle is another file: what the recording shows is not about it.
    if (this.#changes.causeOfHandle(fileObject) === 0) this.#knowledge.before(record, fileObject, derived.origin);
    const operation = engine.issue(this.#request(tag, requestParameters(asIssued, this.#options.buffers), record.index));
    if (this.#options.chooser !== null) engine.endDelays();
    this.#settle(engine);
    this.#held.issued(operation);
    this.#retries.issued(record, operation);
    this.#paired.issued(record, fileObject, operation);
    this.#fileObjects.afterOperation(record, pid, fileObject, opened(operation) === 'yes' ? null : operation);
    if (record.major === IRP_MJ_CREATE) {
      if (operation.state === 'completed') this.#closeUnknown(engine, tag, operation);
      else this.#lateCreates.add(operation);
    }
    return { kind: 'issued', operation };
  }

  /** `index`: null for a request that the recording does not have. */
  #request(tag: ReplayTag, parameters: RequestParameters, index: number | null): ReplayRequest {
    const { asIssued: record } = tag;
    const paging = (record.irpFlags & IRP_PAGING_IO) !== 0;
    const pid = this.#options.processes[record.process]?.pid ?? 0;
    const thread = this.processes.thread(record);
    const irql = (paging && record.kind === 'irp') || record.major === IRP_MJ_RELEASE_FOR_MOD_WRITE ? APC_LEVEL : PASSIVE_LEVEL;
    const topLevelIrp = paging && this.#completions.isInside(thread) && this.#options.is('CPL-003', 'top-level');
    return new ReplayRequest(tag, index, parameters, thread, irql, paging || pid === systemPid ? kernelMode : userMode, this.#volume(tag.isEdited ? tag.fileObject.volume : tag.volume), topLevelIrp);
  }

  #edit(tag: ReplayTag, asIssued: NumberedOperation, edits: PlannedEdits): void {
    tag.asIssued = asIssued;
    tag.given = edits.answerOf(tag.record.index);
    if (!tag.isEdited) return;
    tag.effect = 'changed';
    tag.cause = tag.record.index;
  }

  /** What edits add behind an operation. It is in no recording: the model answers, and what a program would do with a file it opens nobody knows. */
  #addBehind(engine: Engine, behind: NumberedOperation, issued: Issued): void {
    const { edits, buffers, processes } = this.#options;
    if (edits === null || issued.kind === 'held') return;
    for (const { record, kind, like, overlay } of edits.behind(behind, issued.kind === 'issued')) {
      const pid = processes[record.process]?.pid ?? 0;
      const opens = record.major === IRP_MJ_CREATE;
      const fileObject = opens ? this.#fileObjects.another(record) : kind === 'duplicate' && issued.kind === 'issued' ? (replayTagOf(issued.operation)?.fileObject ?? null) : this.#fileObjects.forOperation(record, pid).fileObject;
      if (fileObject === null) continue;
      const tag = newTag(record, fileObject, 'derived');
      const { replayTag: _none, ...request } = this.#request(tag, requestParameters(record, buffers), null);
      const added: AddedRequest = { ...request, addedAs: `your ${kind === 'duplicate' ? 'second' : 'copy of'} #${like}` };
      const operation = engine.issue(added);
      this.#settle(engine);
      edits.applied(overlay);
      if (opens) this.#closeUnknown(engine, tag, operation, true);
    }
  }

  /** For the engine: the IRP that follows a fast I/O that was refused. Null where the recording has it, or shows that none came. */
  fallback(refused: Operation, major: number): IoRequest | null {
    const tag = replayTagOf(refused);
    if (tag === null || !tag.mayComeAgain) return null;
    const record = fallbackRecord(tag.record, major);
    const same = refused.major === major;
    const fileObject = same ? tag.fileObject : (this.#slowOpens.get(refused) ?? this.#fileObjects.another(tag.record));
    if (!same) this.#slowOpens.set(refused, fileObject);
    const again = newTag(record, fileObject, tag.fileObjectOrigin);
    again.fallbackOf = tag.record;
    // The same call, in the same buffer; the others are described in another way as IRPs.
    const { request } = refused;
    const described = request !== null && (major === IRP_MJ_READ || major === IRP_MJ_WRITE) ? { member: request.member, values: request.values, systemBuffer: false } : requestParameters(record, this.#options.buffers);
    return this.#request(again, described, null);
  }

  /** Volumes are there from their first use on. */
  #volume(device: string): Volume {
    this.#knowledge.volume(device);
    return this.#options.volume(device);
  }

  /**
   * An open that failed in the recording has succeeded: what the program would do with it is in no recording.
   *
   * REP-001: it closes it at once.
   */
  #closeUnknown(engine: Engine, { recorded, fileObject }: ReplayTag, operation: Operation, isAdded = false): void {
    if ((!isAdded && (recorded.status === null || ntSuccess(recorded.status))) || opened(operation) !== 'yes' || this.#options.is('REP-001', 'left-open')) return;
    const last = lastRound(operation);
    for (const major of [IRP_MJ_CLEANUP, IRP_MJ_CLOSE]) {
      engine.issue({
        kind: 'irp', major, minor: 0, irpFlags: 0, operationFlags: 0, fileObject, member: null, values: {}, thread: operation.thread, irql: PASSIVE_LEVEL, requestorMode: userMode, volume: last.volume, unnumbered: true,
      });
      this.#settle(engine);
    }
  }

  /** Everybody who can go on does, in the file system too. */
  #settle(engine: Engine): void {
    engine.settle();
    while (this.#model.runReady()) engine.settle();
  }

  /** The time has come at which the recording shows a pended request to have ended. */
  #endRecorded(operation: Operation, recorded: RecordedAnswer): void {
    if (!operation.atDevice) return;
    const tag = replayTagOf(operation);
    // The model answers, and the recording says that whoever had asked gave up.
    if (tag?.source === 'model') {
      if (recorded.status === STATUS_CANCELLED) this.#engine?.cancel(operation, operation.thread, PASSIVE_LEVEL);
      return;
    }
    if (tag !== null && !this.#answering.endsAsRecorded(operation, tag)) return;
    this.#model.cancel(operation);
    this.#completions.complete(operation, recorded.status ?? STATUS_SUCCESS, recorded.information ?? 0);
  }

  /** The end of the trace: what the recording shows to have completed later completes; the rest stays pending. */
  finish(engine: Engine): void {
    this.#finishCompletions(engine);
    for (let steps = 0; this.#held.any && steps < mostExpirations && engine.nextTime !== null; steps++) this.#advance(engine, engine.nextTime);
    this.#finishCompletions(engine);
    engine.finish();
    for (const { record, cause } of this.#held.rest()) this.#options.late(record, { kind: 'not-issued', cause });
  }

  #finishCompletions(engine: Engine): void {
    engine.endDelays();
    do {
      this.#advance(engine, this.#completions.lastTime);
      this.#settle(engine);
      this.#release(engine);
    } while (engine.time < this.#completions.lastTime);
  }

  /** An operation has its final status: whether a filter has had the last word, and what that changes. */
  completed(operation: Operation): void {
    this.#held.completed(operation);
    if (this.#lateCreates.size > 0 && this.#lateCreates.delete(operation)) this.#toClose.push(operation);
    const tag = replayTagOf(operation);
    if (tag === null || (tag.effect !== 'none' && !tag.isEdited) || (tag.source !== 'filter' && tag.answer === operation.status)) return;
    const { recorded } = tag;
    if (tag.source !== 'filter' && operation.status === recorded.status) return;
    if (operation.status !== recorded.status) {
      tag.effect = 'changed';
      tag.cause = tag.record.index;
    }
    if (tag.source === 'filter') this.#answering.recordedEffectMissing(tag, tag.record.index);
  }

  /** The model ends a wait by itself; where the recording answers, it says when. */
  #modelCompleted(operation: Operation, status: number, information: number): void {
    const tag = replayTagOf(operation);
    if (tag?.source === 'recorded') return this.#answering.waitEnded(operation, status, information);
    tag?.answered('model', status);
    this.#completions.complete(operation, status, information);
  }
}

function newTag(record: NumberedOperation, fileObject: FILE_OBJECT, origin: FileObjectOrigin, asIssued: NumberedOperation = record): ReplayTag {
  const { device: recordedDevice, name } = splitPath(record.path);
  const device = record.path === null ? fileObject.volume : recordedDevice;
  return new ReplayTag(record, recordedAnswerOf(record), fileObject, origin, device, name, record.major !== IRP_MJ_CREATE ? null : asIssued === record ? fileObject.FileName.Buffer : name);
}

/** The round of a create that counts: it goes on under another name after STATUS_REPARSE. */
function lastRound(operation: Operation): Operation {
  let last = operation;
  while (last.rare !== null && last.successor !== null) last = last.successor;
  return last;
}

/** Whether a create has made its file object a handle. */
function opened(create: Operation): 'yes' | 'no' | 'not-yet' {
  const { state, status } = lastRound(create);
  if (state !== 'completed') return 'not-yet';
  return ntSuccess(status) && status !== STATUS_REPARSE ? 'yes' : 'no';
}

/** The operation because of which a handle never came to be; 0: it is there after all. */
function lostBecauseOf(create: Operation): number {
  if (opened(create) === 'yes') return 0;
  const tag = replayTagOf(create);
  return tag === null ? create.index : tag.cause || tag.record.index;
}

/** What the recording says of an operation's end. */
export function recordedAnswerOf(record: NumberedOperation): RecordedAnswer {
  const code = record.detail['ControlCode'];
  return { status: record.status, information: answerInformation(record), duration: record.duration, controlCode: typeof code === 'number' ? code : 0 };
}


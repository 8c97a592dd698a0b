/**
 * The bottom of a replay: the model file system, and the recording's own answers.
 *
 * Every request goes to the model, which keeps the state. Which of the two answers counts is the run's `answers` setting (product.md 5):
 * where a recorded answer stands although the model would have said otherwise, the model is brought in line; where the model's stands, the
 * operation says because of which other one, and what it does differently is remembered as a change of this run.
 */
import type { FILE_OBJECT, LowerAnswer, LowerCall, LowerDevice, Operation } from '../engine/index.ts';
import type { ModelFileSystem } from '../filesystem/model/index.ts';
import { recordedEnd, type RecordedAnswer } from '../filesystem/recordedAnswers.ts';
import { ntSuccess } from '../nt/ntStatus.ts';
import {
  FILE_CREATED, FILE_DELETE_ON_CLOSE, FILE_OVERWRITTEN, FILE_SUPERSEDED, FileRenameInformation, FileRenameInformationEx, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN, IRP_MJ_READ,
  IRP_MJ_SET_EA, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_SECURITY, IRP_MJ_WRITE, STATUS_ACCESS_DENIED, STATUS_CANCELLED, STATUS_CANNOT_DELETE, STATUS_DELETE_PENDING, STATUS_FLT_DISALLOW_FAST_IO, STATUS_SHARING_VIOLATION, STATUS_SUCCESS,
  FileDispositionInformation, FileDispositionInformationEx, FileLinkInformation, FileLinkInformationEx,
} from '../nt/values.generated.ts';
import { fillAnswer, type AnswerFiller } from './bytes/fillAnswer.ts';
import { targetPath } from './fileObjects.ts';
import { driveName, splitPath } from './recordedPaths.ts';
import type { TraceKnowledge } from './knowledge/traceKnowledge.ts';
import type { GivenAnswer } from './overlays/plannedEdits.ts';
import type { RunChanges } from './runChanges.ts';
import type { AnswerMode } from './runSettings.ts';
import { replayTagOf, type ReplayTag } from './replayTag.ts';
import { requestChanged } from './requestChanges.ts';

export interface AnsweringDeviceOptions {
  readonly model: ModelFileSystem;
  readonly changes: RunChanges;
  readonly mode: AnswerMode;
  readonly knowledge: Pick<TraceKnowledge, 'after'>;
  /** REP-010: what the recording shows refused is refused. */
  readonly refusesAgain: boolean;
  /** The recorded operation that was issued last: what filters do by themselves is done because of it. */
  readonly currentOperation: () => number;
  /** The device has pended the request; the host completes it when its recorded time has come. */
  readonly pended: (operation: Operation, recorded: RecordedAnswer, end: 'later' | 'never') => void;
  /** Whether a driver has put bytes of its own into a buffer. */
  readonly wasWritten: (buffer: unknown) => boolean;
  /** Puts the recorded answer into the buffers; absent: they are left alone. */
  readonly fillRecorded?: AnswerFiller;
  /** An operation has ended as an edit says. */
  readonly answered: (operation: number) => void;
  /** A request that was to wait as recorded is over now. */
  readonly complete: (operation: Operation, status: number, information: number) => void;
}

/** What a filter's own open can make fail for others. */
const sharingStatuses: ReadonlySet<number> = new Set([STATUS_SHARING_VIOLATION, STATUS_DELETE_PENDING, STATUS_CANNOT_DELETE, STATUS_ACCESS_DENIED]);
const nameClasses: ReadonlySet<number> = new Set([
  FileRenameInformation, FileRenameInformationEx, FileLinkInformation, FileLinkInformationEx, FileDispositionInformation, FileDispositionInformationEx,
]);

/** Their answers tell of a file or of its folder: an equal status says nothing about them. */
const tellingMajors: ReadonlySet<number> = new Set([IRP_MJ_QUERY_INFORMATION, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_OPEN, IRP_MJ_DIRECTORY_CONTROL]);

/** A request that the recording has waiting, and the model not any more. */
interface EndedWait {
  readonly operation: Operation;
  readonly status: number;
  readonly information: number;
}

/** What becomes of a file by an operation that succeeds; null: nothing that others could meet. */
type Mark = 'contents' | 'name' | null;

export class AnsweringDevice implements LowerDevice {
  readonly #options: AnsweringDeviceOptions;
  /** Of the request that is at the model now. */
  #fileObject: FILE_OBJECT | null = null;
  /** The path that was asked for last, and what it was made of. */
  #path = '';
  #pathWithin = '';
  #pathVolume = '';
  /** What the model has ended while the request was there, although the recording is to say when. */
  #ended: EndedWait[] = [];

  constructor(options: AnsweringDeviceOptions) {
    this.#options = options;
  }

  dispatch(call: LowerCall): LowerAnswer {
    const { operation, iopb } = call;
    const tag = replayTagOf(operation);
    this.#fileObject = iopb.TargetFileObject;
    if (tag !== null && this.#options.refusesAgain && operation.kind !== 'irp' && tag.recorded.status === STATUS_FLT_DISALLOW_FAST_IO) return this.#refused(tag);
    if (tag !== null && tag.given !== null) return this.#given(call, tag, tag.given);
    const modelAnswer = this.#options.model.dispatch(call);
    const answer = this.#choose(call, tag, modelAnswer);
    if (this.#ended.length > 0) this.#endWaits(tag);
    return answer;
  }

  #choose(call: LowerCall, tag: ReplayTag | null, modelAnswer: LowerAnswer): LowerAnswer {
    const { operation, iopb } = call;
    if (tag === null) return this.#generated(call, modelAnswer);
    const fileObject = iopb.TargetFileObject;
    const { mode, changes, wasWritten } = this.#options;
    if (tag.isEdited || requestChanged(operation, iopb, tag.issuedName, wasWritten)) return this.#changedRequest(call, tag, modelAnswer);
    if (mode !== 'recorded' && changes.any) {
      const cause = this.#causeOf(operation, tag, fileObject, modelAnswer);
      if (cause !== 0) return this.#consequence(call, tag, cause, modelAnswer);
    }
    return mode === 'model' ? this.#asModel(tag, modelAnswer) : this.#asRecorded(call, tag, fileObject, modelAnswer);
  }

  /** Path of the file that is being read or written, as recordings have paths, for bytes that depend on it. */
  get path(): string {
    const fileObject = this.#fileObject;
    if (fileObject === null) return '';
    const path = this.#options.model.pathOf(fileObject);
    if (path !== this.#pathWithin || fileObject.volume !== this.#pathVolume) {
      this.#pathWithin = path;
      this.#pathVolume = fileObject.volume;
      this.#path = `${driveName(fileObject.volume)}${path}`;
    }
    return this.#path;
  }

  offersFastIo(): boolean {
    // Whether there is an entry point is in the recording: what was called was offered.
    return true;
  }

  cancel(operation: Operation): boolean {
    this.#options.model.cancel(operation);
    return true;
  }

  // -- Who answers

  #asRecorded({ operation, iopb }: LowerCall, tag: ReplayTag, fileObject: FILE_OBJECT | null, modelAnswer: LowerAnswer): LowerAnswer {
    const { recorded } = tag;
    const { fillRecorded } = this.#options;
    tag.answered('recorded', recorded.status ?? STATUS_SUCCESS);
    const end = recordedEnd(operation.major, operation.minor, operation.kind, recorded);
    const agreed = agrees(operation, tag, modelAnswer);
    if (!agreed) {
      if (modelAnswer.kind === 'pend' && end === 'inline') this.#options.model.cancel(operation);
      this.#options.knowledge.after(tag.record, modelAnswer, fileObject);
    }
    if (operation.kind !== 'irp' && recorded.status === STATUS_FLT_DISALLOW_FAST_IO) return decline;
    if (end !== 'inline') {
      this.#options.pended(operation, recorded, end);
      return pend;
    }
    const information = recorded.information ?? (agreed && modelAnswer.kind === 'complete' ? modelAnswer.information : 0);
    // Of data that this run has written the model knows more than the recording.
    if (fillRecorded !== undefined && !(agreed && operation.major === IRP_MJ_READ)) fillAnswer(tag.record, iopb, information, fillRecorded);
    return { kind: 'complete', status: recorded.status ?? STATUS_SUCCESS, information };
  }

  /** Whoever refused it below the recorder would do so again, whatever has happened to the file: the IRP that repeats it is what counts. */
  #refused(tag: ReplayTag): LowerAnswer {
    tag.answered('recorded', STATUS_FLT_DISALLOW_FAST_IO);
    return decline;
  }

  /** An edit says how it ends. What succeeds has its effect as the model can give it; what fails has none. */
  #given(call: LowerCall, tag: ReplayTag, { status, information }: GivenAnswer): LowerAnswer {
    const answer: LowerAnswer = { kind: 'complete', status, information };
    tag.effect = 'changed';
    tag.cause = tag.record.index;
    const modelAnswer = ntSuccess(status) ? this.#options.model.dispatch(call) : answer;
    if (modelAnswer.kind === 'pend') this.#options.model.cancel(call.operation);
    this.#remember(call, tag, modelAnswer, tag.cause);
    tag.answered('edit', status);
    this.#options.answered(tag.record.index);
    return answer;
  }

  #asModel(tag: ReplayTag, answer: LowerAnswer): LowerAnswer {
    tag.answered('model', answer.kind === 'complete' ? answer.status : answer.kind === 'decline' ? STATUS_FLT_DISALLOW_FAST_IO : null);
    return answer;
  }

  #changedRequest(call: LowerCall, tag: ReplayTag, answer: LowerAnswer): LowerAnswer {
    const { operation, iopb } = call;
    tag.effect = 'changed';
    tag.cause = tag.record.index;
    const { fileObject } = tag;
    if (operation.major === IRP_MJ_CREATE && fileObject !== null && iopb.TargetFileObject === fileObject && (fileObject.FileName.Buffer !== tag.issuedName || fileObject.volume !== tag.volume)) this.#options.changes.redirected(fileObject, tag.cause);
    this.#remember(call, tag, answer, tag.cause);
    return this.#asModel(tag, answer);
  }

  #consequence(call: LowerCall, tag: ReplayTag, cause: number, answer: LowerAnswer): LowerAnswer {
    this.#becomesConsequence(tag, cause);
    this.#remember(call, tag, answer, tag.cause);
    return this.#asModel(tag, answer);
  }

  /** What filters do by themselves is not in the recording. */
  #generated(call: LowerCall, answer: LowerAnswer): LowerAnswer {
    const { iopb, operation, volume } = call;
    const { changes, currentOperation, model } = this.#options;
    const fileObject = iopb.TargetFileObject;
    if (fileObject === null || answer.kind !== 'complete' || !ntSuccess(answer.status)) return answer;
    const path = model.locate(fileObject)?.path;
    if (path === undefined) return answer;
    if (operation.major === IRP_MJ_CLEANUP) changes.closedByFilter(fileObject);
    else if (operation.major === IRP_MJ_CREATE) changes.openedByFilter(fileObject, volume.name, path, currentOperation());
    const mark = markOf(operation.major, answer.information, informationClass(call));
    if (mark !== null) changes.changed(volume.name, path, currentOperation(), mark);
    return answer;
  }

  // -- Requests that wait

  /** The model has ended a request that waits as recorded. It counts where what is at the model now is not in the recording, or not so. */
  waitEnded(operation: Operation, status: number, information: number): void {
    if (this.#options.mode === 'recorded-unless-changed') this.#ended.push({ operation, status, information });
  }

  #endWaits(by: ReplayTag | null): void {
    const cause = by === null ? this.#options.currentOperation() : by.cause;
    for (const { operation, status, information } of this.#ended.splice(0)) {
      const tag = replayTagOf(operation);
      if (tag === null || cause === 0) continue;
      this.#becomesConsequence(tag, cause);
      tag.answered('model', status);
      this.#options.complete(operation, status, information);
    }
  }

  /** The recorded end of a wait has come. False: what ended it in the recording has not happened in this run, so it waits on. */
  endsAsRecorded(operation: Operation, tag: ReplayTag): boolean {
    const { changes, mode, model } = this.#options;
    if (mode !== 'recorded-unless-changed' || !changes.any || tag.recorded.status === STATUS_CANCELLED || !model.isWaiting(operation)) return true;
    const cause = changes.causeOf(tag.volume, tag.path) || changes.causeOfSharing(tag.volume, tag.path) || changes.causeOfListing(tag.volume, tag.path);
    if (cause === 0) return true;
    this.#becomesConsequence(tag, cause);
    tag.answered('model', null);
    return false;
  }

  #becomesConsequence(tag: ReplayTag, cause: number): void {
    if (tag.effect === 'none') tag.effect = 'consequence';
    if (tag.cause === 0) tag.cause = cause;
  }

  // -- What depends on what

  /** The operation because of which the recorded answer cannot stand; 0: it stands. */
  #causeOf(operation: Operation, tag: ReplayTag, fileObject: FILE_OBJECT | null, answer: LowerAnswer): number {
    const { changes } = this.#options;
    const redirected = fileObject === null ? 0 : changes.causeOfHandle(fileObject);
    if (redirected !== 0) {
      tag.effect = 'redirected';
      return redirected;
    }
    const { volume, path } = tag;
    if (agrees(operation, tag, answer)) return tells(operation, answer) ? changes.causeOf(volume, path) || this.#causeWhereItIs(fileObject) || changes.causeOfListing(volume, path) : 0;
    const cause = changes.causeOf(volume, path) || this.#causeWhereItIs(fileObject) || this.#causeOfTarget(tag);
    if (cause !== 0) return cause;
    if (operation.major === IRP_MJ_DIRECTORY_CONTROL || operation.major === IRP_MJ_SET_INFORMATION) {
      const listing = changes.causeOfListing(volume, path);
      if (listing !== 0) return listing;
    }
    const blocked = answer.kind === 'pend' || (answer.kind === 'complete' && sharingStatuses.has(answer.status)) || (tag.recorded.status !== null && sharingStatuses.has(tag.recorded.status));
    return blocked ? changes.causeOfSharing(volume, path) : 0;
  }

  /** A file that this run has renamed lies elsewhere than in the recording. */
  #causeWhereItIs(fileObject: FILE_OBJECT | null): number {
    const place = fileObject === null ? null : this.#options.model.locate(fileObject);
    return place === null || fileObject === null ? 0 : this.#options.changes.causeOf(fileObject.volume, place.path);
  }

  #causeOfTarget(tag: ReplayTag): number {
    const target = targetPath(tag.record);
    return target === null ? 0 : this.#options.changes.causeOf(tag.volume, splitPath(target).name);
  }

  /** The outcome is not the recorded one: what it would have done, and what it did instead, is changed from here on. */
  #remember(call: LowerCall, tag: ReplayTag, answer: LowerAnswer, cause: number): void {
    const { operation, iopb, volume } = call;
    const { changes, model } = this.#options;
    this.recordedEffectMissing(tag, cause);
    const fileObject = iopb.TargetFileObject;
    const mark = answer.kind === 'complete' && ntSuccess(answer.status) ? markOf(operation.major, answer.information, informationClass(call)) : null;
    const place = fileObject === null || mark === null ? null : model.locate(fileObject);
    if (place !== null && mark !== null) changes.changed(volume.name, place.path, cause, mark);
  }

  /** What the recorded operation did to its file does not happen in this run. */
  recordedEffectMissing(tag: ReplayTag, cause: number): void {
    const { changes } = this.#options;
    const { recorded, record, volume, path } = tag;
    if (recorded.status === null || !ntSuccess(recorded.status)) return;
    const { major } = record;
    // As long as the handle would have been open others were kept out, and oplocks were broken.
    // Where the handle is never closed, they are kept out for longer.
    if (major === IRP_MJ_CREATE || major === IRP_MJ_CLEANUP) changes.openMissing(volume, path, cause);
    const deletes = major === IRP_MJ_CREATE && (Number(record.detail['CreateOptions'] ?? 0) & FILE_DELETE_ON_CLOSE) !== 0;
    const mark = deletes ? 'name' : markOf(major ?? 0, recorded.information ?? 0, Number(record.detail['FileInformationClass'] ?? 0));
    if (mark === null) return;
    changes.changed(volume, path, cause, mark);
    const target = targetPath(record);
    if (target !== null) changes.changed(volume, splitPath(target).name, cause, 'name');
  }
}

const pend: LowerAnswer = { kind: 'pend' };
const decline: LowerAnswer = { kind: 'decline' };

function informationClass({ operation, iopb }: LowerCall): number {
  return operation.major === IRP_MJ_SET_INFORMATION ? Number(iopb.Parameters.SetFileInformation['FileInformationClass'] ?? 0) : 0;
}

function markOf(major: number, information: number, fileInformationClass: number): Mark {
  switch (major) {
    case IRP_MJ_CREATE:
      return information === FILE_CREATED ? 'name' : information === FILE_OVERWRITTEN || information === FILE_SUPERSEDED ? 'contents' : null;
    case IRP_MJ_SET_INFORMATION:
      return nameClasses.has(fileInformationClass) ? 'name' : 'contents';
    case IRP_MJ_WRITE:
    case IRP_MJ_SET_EA:
    case IRP_MJ_SET_SECURITY:
    case IRP_MJ_FILE_SYSTEM_CONTROL:
    case IRP_MJ_LOCK_CONTROL:
      return 'contents';
    default:
      return null;
  }
}

/** The answer is about a file or a folder. */
const tells = (operation: Operation, answer: LowerAnswer): boolean => tellingMajors.has(operation.major) && answer.kind === 'complete' && ntSuccess(answer.status);

/** The model could have given the recorded answer. */
function agrees(operation: Operation, { recorded }: ReplayTag, answer: LowerAnswer): boolean {
  if (operation.major === IRP_MJ_CLOSE) return true;
  const end = recordedEnd(operation.major, operation.minor, operation.kind, recorded);
  if (answer.kind === 'decline') return recorded.status === STATUS_FLT_DISALLOW_FAST_IO;
  if (answer.kind !== 'complete') return end !== 'inline';
  if (recorded.status === null) return true;
  if (end !== 'inline' || answer.status !== recorded.status) return false;
  // How much was transferred tells whether the file has its recorded size.
  const transfers = operation.major === IRP_MJ_READ || operation.major === IRP_MJ_WRITE;
  return !transfers || recorded.information === null || recorded.information === answer.information;
}

/** What the replayer keeps beside an operation it has issued. */
import type { EngineThread, FILE_OBJECT, IoRequest, IoVolume, Irql, Operation, OperationKind } from '../engine/index.ts';
import type { RecordedAnswer } from '../filesystem/recordedAnswers.ts';
import type { NumberedOperation } from '../trace/record.ts';
import type { AnswerSource, Effect } from './eventPage.ts';
import type { GivenAnswer } from './overlays/plannedEdits.ts';
import type { Overlap } from './completions/completionPolicy.ts';
import type { FileObjectOrigin } from './fileObjects.ts';
import type { RequestParameters } from './requestParameters.ts';

/** It travels with the request, so that it is there from the first callback on, and with the second create after STATUS_REPARSE. */
export class ReplayTag {
  readonly record: NumberedOperation;
  readonly recorded: RecordedAnswer;
  readonly fileObject: FILE_OBJECT;
  readonly fileObjectOrigin: FileObjectOrigin;
  /** Device name of the volume, and the recorded path within it. */
  readonly volume: string;
  readonly path: string;
  /** FileName that a create was issued with; null for other requests. */
  readonly issuedName: string | null;
  /** Who answered at the bottom; `filter` as long as nobody there was asked. */
  source: AnswerSource = 'filter';
  /** With which status; null while it has not. */
  answer: number | null = null;
  effect: Effect = 'none';
  /** The operation because of which it has its effect; 0: none. */
  cause = 0;
  /** Refused in this run only, a fast I/O comes again as an IRP that the recording does not have: that one's end is its result. */
  mayComeAgain = false;
  /** The recorded fast I/O in whose place this IRP was sent; null for a recorded operation itself. */
  fallbackOf: NumberedOperation | null = null;
  /** The refused fast I/O that this recorded IRP repeats; 0: none. */
  retryOf = 0;
  /** What the recording shows to have been issued while it was under way. */
  overlap: Overlap = 'none';
  /** It was issued later than recorded, because its thread was kept. */
  late = false;
  /** The record as it was issued: with other arguments where an edit says so. */
  asIssued: NumberedOperation;
  /** How the file system answers by an edit; null: as always. */
  given: GivenAnswer | null = null;

  constructor(record: NumberedOperation, recorded: RecordedAnswer, fileObject: FILE_OBJECT, fileObjectOrigin: FileObjectOrigin, volume: string, path: string, issuedName: string | null) {
    this.record = record;
    this.asIssued = record;
    this.recorded = recorded;
    this.fileObject = fileObject;
    this.fileObjectOrigin = fileObjectOrigin;
    this.volume = volume;
    this.path = path;
    this.issuedName = issuedName;
  }

  /** An edit has changed its arguments. */
  get isEdited(): boolean {
    return this.asIssued !== this.record;
  }

  get duration(): bigint | null {
    return this.recorded.duration;
  }

  /** `status`: null while the model has the request pended. */
  answered(source: AnswerSource, status: number | null): void {
    this.source = source;
    this.answer = status;
  }
}

/** A recorded request as it is issued. One shape for all of them, as everybody on their way looks at them. */
export class ReplayRequest implements IoRequest {
  readonly index: number | undefined;
  readonly unnumbered: boolean;
  readonly kind: OperationKind;
  readonly major: number;
  readonly minor: number;
  readonly irpFlags: number;
  readonly operationFlags: number;
  readonly fileObject: FILE_OBJECT;
  readonly member: string | null;
  readonly values: Readonly<Record<string, unknown>>;
  readonly systemBuffer: boolean;
  readonly thread: EngineThread;
  readonly irql: Irql;
  readonly requestorMode: 0 | 1;
  readonly volume: IoVolume;
  readonly topLevelIrp: boolean;
  readonly replayTag: ReplayTag;

  /** `index`: null for a request that the recording does not have. */
  constructor(tag: ReplayTag, index: number | null, { member, values, systemBuffer }: RequestParameters, thread: EngineThread, irql: Irql, requestorMode: 0 | 1, volume: IoVolume, topLevelIrp: boolean) {
    const { asIssued: record } = tag;
    this.index = index ?? undefined;
    this.unnumbered = index === null;
    this.kind = record.kind === 'other' ? 'irp' : record.kind;
    this.major = record.major ?? 0;
    this.minor = record.minor;
    this.irpFlags = record.irpFlags;
    this.operationFlags = Number(record.detail['OperationFlags'] ?? 0);
    this.fileObject = tag.fileObject;
    this.member = member;
    this.values = values;
    this.systemBuffer = systemBuffer;
    this.thread = thread;
    this.irql = irql;
    this.requestorMode = requestorMode;
    this.volume = volume;
    this.topLevelIrp = topLevelIrp;
    this.replayTag = tag;
  }
}

/** A request that an edit adds to the recording. */
export interface AddedRequest extends IoRequest {
  /** `your copy of #64` */
  readonly addedAs: string;
}

/** How an operation came to be that an edit has added; null for all others. */
export const addedAs = (operation: Operation): string | null => (operation.request as Partial<AddedRequest> | null)?.addedAs ?? null;

/** Null for operations that are not in the recording. */
export const replayTagOf = (operation: Operation): ReplayTag | null => (operation.request as Partial<ReplayRequest> | null)?.replayTag ?? null;

/**
 * Issues recorded operations to the engine, in order of their time, under a virtual clock.
 *
 * Before an operation is issued, everything that is due by its time happens: requests that the recording shows to have waited are
 * completed from an arbitrary thread; timers and time-outs end; work items and threads that can go on run as soon as nothing else does. The same operations, drivers, seed and
 * assumptions give the same run.
 */
import { APC_LEVEL, createThread, PASSIVE_LEVEL, type Engine, type FILE_OBJECT, type IoRequest, type LowerDevice, type Operation, type Volume } from '../engine/index.ts';
import { recordedAnswersDevice, type RecordedAnswer } from '../filesystem/recordedAnswers.ts';
import { RecordedNames } from '../filesystem/recordedNames.ts';
import { IRP_PAGING_IO, STATUS_SUCCESS } from '../nt/values.generated.ts';
import type { NumberedOperation, TraceProcess } from '../trace/record.ts';
import type { AnswerSource, Effect } from './eventPage.ts';
import { deviceName, fileObjectOrigin, FileObjects, renameTarget, splitPath, type FileObjectOrigin } from './fileObjects.ts';
import { requestParameters, type BufferMaker } from './requestParameters.ts';
import { TraceProcesses } from './traceProcesses.ts';

/** What the replayer keeps beside an operation it has issued. It travels with the request, so that it is there from the first callback on. */
export class ReplayTag {
  readonly record: NumberedOperation;
  readonly recorded: RecordedAnswer;
  readonly fileObjectOrigin: FileObjectOrigin;
  /** Who answered at the bottom; `filter` as long as nobody there was asked. */
  source: AnswerSource = 'filter';
  effect: Effect = 'none';
  /** The operation because of which it has its effect; 0: none. */
  cause = 0;

  constructor(record: NumberedOperation, recorded: RecordedAnswer, fileObjectOrigin: FileObjectOrigin) {
    this.record = record;
    this.recorded = recorded;
    this.fileObjectOrigin = fileObjectOrigin;
  }
}

interface ReplayRequest extends IoRequest {
  readonly replayTag: ReplayTag;
}

const isReplayRequest = (request: IoRequest | null): request is ReplayRequest => request !== null && 'replayTag' in request;

/** Null for operations that are not in the recording. */
export const replayTagOf = (operation: Operation): ReplayTag | null => (isReplayRequest(operation.request) ? operation.request.replayTag : null);

export interface ReplayerOptions {
  readonly processes: readonly TraceProcess[];
  readonly buffers: BufferMaker;
  /** The volume with that device name, with the drivers' instances attached to it; made at its first use. */
  readonly volume: (name: string) => Volume;
}

/** A completion that waits for its time. */
interface DueCompletion {
  readonly time: bigint;
  readonly operation: Operation;
  readonly recorded: RecordedAnswer;
}

/** UserMode and KernelMode */
const userMode = 1;
const kernelMode = 0;
/** The System process: its requests come from kernel mode. */
const systemPid = 4;

export class Replayer {
  /** 100 ns ticks since 1601: the time of the operation that runs, or of what became due. */
  time = 0n;
  readonly device: LowerDevice;
  readonly processes: TraceProcesses;
  readonly names: RecordedNames;
  readonly #options: ReplayerOptions;
  #engine: Engine | null = null;
  readonly #fileObjects = new FileObjects();
  readonly #arbitrary = createThread({ tid: 8, pid: systemPid, process: 'System', kind: 'arbitrary', name: 'System:arbitrary' });
  readonly #due: DueCompletion[] = [];

  constructor(options: ReplayerOptions) {
    this.#options = options;
    this.processes = new TraceProcesses(options.processes);
    this.names = new RecordedNames({
      current: () => this.#engine?.activation?.operation ?? null,
      pathOf: (operation) => {
        const path = replayTagOf(operation)?.record.path ?? null;
        return path === null ? null : splitPath(path).name;
      },
      wasOpen: (fileObject) => fileObjectOrigin(fileObject) === 'assumed',
      renameTarget: (operation) => {
        const record = replayTagOf(operation)?.record;
        const target = record === undefined ? null : renameTarget(record);
        return target === null ? null : splitPath(target).name;
      },
    });
    this.device = this.names.over(recordedAnswersDevice({
      recordedFor: (operation) => {
        const tag = replayTagOf(operation);
        if (tag === null) return null;
        tag.source = 'recorded';
        return tag.recorded;
      },
      pended: (operation, recorded, end) => {
        if (end === 'later') this.#schedule(operation, recorded);
      },
      filled: (operation, buffer, bytes) => {
        const record = replayTagOf(operation)?.record;
        if (record !== undefined) options.buffers.filled?.(buffer, record.path ?? '', record.offset ?? 0n, bytes);
      },
    }));
  }

  /** Lets everything happen that is due before `record`, then issues it. Null where the record is no request (no major function). */
  issue(engine: Engine, record: NumberedOperation): Operation | null {
    this.#engine = engine;
    this.runUntil(engine, record.time);
    this.time = record.time;
    engine.advanceTo(record.time);
    if (record.major === null || record.kind === 'other') return null;
    const process = this.#options.processes[record.process];
    const pid = process?.pid ?? 0;
    const { fileObject, origin } = this.#fileObjects.forOperation(record, pid);
    const paging = (record.irpFlags & IRP_PAGING_IO) !== 0;
    const request: ReplayRequest = {
      index: record.index, kind: record.kind, major: record.major, minor: record.minor, irpFlags: record.irpFlags, operationFlags: Number(record.detail['OperationFlags'] ?? 0), fileObject,
      ...requestParameters(record, this.#options.buffers), thread: this.processes.thread(record), irql: paging && record.kind === 'irp' ? APC_LEVEL : PASSIVE_LEVEL,
      requestorMode: paging || pid === systemPid ? kernelMode : userMode, volume: this.#options.volume(volumeOfRecord(record, fileObject)),
      replayTag: new ReplayTag(record, recordedAnswerOf(record), origin),
    };
    const operation = engine.issue(request);
    this.#fileObjects.afterOperation(record, pid, fileObject);
    engine.settle();
    return operation;
  }

  /** Completes what is due at or before `time`, in order, running work items in between. */
  runUntil(engine: Engine, time: bigint): void {
    for (let next = this.#due[0]; next !== undefined && next.time <= time; next = this.#due[0]) {
      this.#due.shift();
      this.time = next.time;
      engine.advanceTo(next.time);
      const { operation, recorded } = next;
      if (operation.atDevice) engine.completeLower(operation, this.#arbitrary, PASSIVE_LEVEL, recorded.status ?? STATUS_SUCCESS, recorded.information ?? 0);
      engine.settle();
    }
  }

  /** The end of the trace: what the recording shows to have completed later completes; the rest stays pending. */
  finish(engine: Engine): void {
    const last = this.#due.at(-1);
    if (last !== undefined) this.runUntil(engine, last.time);
    engine.settle();
    engine.finish();
  }

  #schedule(operation: Operation, recorded: RecordedAnswer): void {
    const entry: DueCompletion = { time: this.time + (recorded.duration ?? 0n), operation, recorded };
    // The list stays sorted; completions that wait are few beside operations.
    let at = this.#due.length;
    while (at > 0 && (this.#due[at - 1]?.time ?? 0n) > entry.time) at--;
    this.#due.splice(at, 0, entry);
  }
}

/** What the recording says of an operation's end. */
export function recordedAnswerOf(record: NumberedOperation): RecordedAnswer {
  const code = record.detail['ControlCode'];
  return { status: record.status, information: record.information, duration: record.duration, controlCode: typeof code === 'number' ? code : 0 };
}

const volumeOfRecord = (record: NumberedOperation, fileObject: FILE_OBJECT): string => (record.path === null ? fileObject.volume : deviceName(splitPath(record.path).volume));

/** The model file system alone over a recording, with what the recording shows put in just in time: how often its results are the recorded ones. */
import { createEngine, createThread, PASSIVE_LEVEL, settleAssumptions, type Engine, type Operation, type Volume } from '../../../src-main/engine/index.ts';
import { ModelFileSystem } from '../../../src-main/filesystem/model/index.ts';
import { recordedEnd } from '../../../src-main/filesystem/recordedAnswers.ts';
import { IRP_PAGING_IO } from '../../../src-main/nt/values.generated.ts';
import { fileObjectOrigin, FileObjects, type FileObjectOrigin } from '../../../src-main/replay/fileObjects.ts';
import { TraceKnowledge } from '../../../src-main/replay/knowledge/traceKnowledge.ts';
import { requestParameters } from '../../../src-main/replay/requestParameters.ts';
import { TraceProcesses } from '../../../src-main/replay/traceProcesses.ts';
import type { NumberedOperation, TraceProcess } from '../../../src-main/trace/record.ts';
import { buffersOf } from '../recordedBuffer.ts';

export interface ModelDifference {
  readonly record: NumberedOperation;
  /** Null where the model left it waiting. */
  readonly status: number | null;
  readonly information: number;
  readonly origin: FileObjectOrigin;
}

export interface ModelRunOptions {
  /** After each difference the model is brought in line with the recording. */
  readonly resync?: boolean;
  readonly differs?: (difference: ModelDifference) => void;
  /** Every result of the model, in order of completion. */
  readonly ended?: (record: NumberedOperation, status: number, information: number) => void;
  readonly causeOf?: (volume: string, path: string) => number;
  readonly mostFiles?: number;
  readonly assumptions?: Readonly<Record<string, string>>;
}

export class ModelRun {
  readonly engine: Engine;
  readonly model: ModelFileSystem;
  readonly knowledge: TraceKnowledge;
  compared = 0;
  equal = 0;
  readonly #options: ModelRunOptions;
  readonly #fileObjects = new FileObjects();
  readonly #processes: TraceProcesses;
  readonly #list: readonly TraceProcess[];
  readonly #volumes = new Map<string, Volume>();
  readonly #open = new Map<Operation, NumberedOperation>();
  readonly #arbitrary = createThread({ tid: 8, pid: 4, process: 'System', kind: 'arbitrary', name: 'System:arbitrary' });
  #time = 0n;
  readonly #buffers = buffersOf();

  constructor(processes: readonly TraceProcess[], options: ModelRunOptions = {}) {
    this.#options = options;
    this.#list = processes;
    this.#processes = new TraceProcesses(processes);
    const { settings } = settleAssumptions(options.assumptions);
    const is = (id: string, word: string): boolean => settings[id] === word;
    this.model = new ModelFileSystem({
      is, now: () => this.#time,
      complete: (operation, status, information) => {
        this.engine.completeLower(operation, this.#arbitrary, PASSIVE_LEVEL, status, information);
        this.#end(operation);
      },
    });
    this.knowledge = new TraceKnowledge(this.model, { causeOf: options.causeOf ?? (() => 0), causeOfSharing: () => 0 }, is, options.mostFiles);
    this.engine = createEngine({ lowerDevice: this.model, fileSystem: this.model });
  }

  #volume(name: string): Volume {
    let volume = this.#volumes.get(name);
    if (volume === undefined) this.#volumes.set(name, (volume = this.engine.addVolume({ name })));
    return volume;
  }

  issue(record: NumberedOperation): void {
    this.#time = record.time;
    this.engine.advanceTo(record.time);
    if (record.major === null || record.kind === 'other') return;
    const pid = this.#list[record.process]?.pid ?? 0;
    const { fileObject, origin } = this.#fileObjects.forOperation(record, pid);
    this.knowledge.before(record, fileObject, origin);
    const operation = this.engine.issue({
      index: record.index, kind: record.kind, major: record.major, minor: record.minor, irpFlags: record.irpFlags, operationFlags: Number(record.detail['OperationFlags'] ?? 0), fileObject,
      ...requestParameters(record, this.#buffers), thread: this.#processes.thread(record), irql: PASSIVE_LEVEL,
      requestorMode: (record.irpFlags & IRP_PAGING_IO) !== 0 ? 0 : 1, volume: this.#volume(fileObject.volume),
    });
    this.#open.set(operation, record);
    if (operation.state === 'completed') this.#end(operation);
    this.#fileObjects.afterOperation(record, pid, fileObject, null);
    while (this.model.runReady());
  }

  #end(operation: Operation): void {
    const record = this.#open.get(operation);
    if (record === undefined) return;
    this.#open.delete(operation);
    this.#options.ended?.(record, operation.status, operation.information);
    if (record.status === null) return;
    this.compared++;
    if (record.status === operation.status) this.equal++;
    else this.#differs(operation, record, operation.status, operation.information);
  }

  #differs(operation: Operation, record: NumberedOperation, status: number | null, information: number): void {
    this.#options.differs?.({ record, status, information, origin: originOf(operation) });
    if (this.#options.resync === true && status !== null) this.knowledge.after(record, { kind: 'complete', status, information });
  }

  /** What still waits: equal where the recording shows that it never ended. */
  finish(): void {
    for (const [operation, record] of this.#open) {
      if (record.status === null) continue;
      this.compared++;
      const recorded = { status: record.status, information: record.information, duration: record.duration, controlCode: Number(record.detail['ControlCode'] ?? 0) };
      if (recordedEnd(record.major ?? 0, record.minor, record.kind === 'other' ? 'irp' : record.kind, recorded) !== 'inline') this.equal++;
      else this.#options.differs?.({ record, status: null, information: 0, origin: originOf(operation) });
    }
    this.#open.clear();
  }
}

function originOf({ iopb }: Operation): FileObjectOrigin {
  const { TargetFileObject } = iopb;
  return (TargetFileObject === null ? undefined : fileObjectOrigin(TargetFileObject)) ?? 'derived';
}

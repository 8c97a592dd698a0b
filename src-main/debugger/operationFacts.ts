/** What breakpoints know of an operation: of one that runs, and the same of one that was recorded. */
import type { Operation } from '../engine/index.ts';
import { generatedFacts, type GeneratedFacts } from '../replay/generatedFacts.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import type { NumberedOperation, TraceProcess } from '../trace/record.ts';

export interface OperationFacts {
  readonly major: number;
  readonly minor: number;
  readonly kind: NumberedOperation['kind'];
  readonly path: string;
  readonly process: string;
  readonly pid: number;
  readonly tid: number;
  /** Of file system and device controls. */
  readonly controlCode: number | null;
  /** FileInformationClass, FsInformationClass. */
  readonly fileClass: number | null;
  readonly volumeClass: number | null;
  /** How it ended in the recording; null where that is not known, and for I/O that a filter generates. */
  readonly recordedStatus: number | null;
}

/** What a stored operation has of them. */
export type RecordedFacts = Pick<NumberedOperation, 'major' | 'minor' | 'kind' | 'path' | 'tid' | 'detail' | 'status'>;

/** Nothing is known. */
export const noFacts: OperationFacts = { major: -1, minor: 0, kind: 'other', path: '', process: '', pid: 0, tid: 0, controlCode: null, fileClass: null, volumeClass: null, recordedStatus: null };

/** What the detail of a record has of them. */
export function factsOfDetail(detail: RecordedFacts['detail']): Pick<OperationFacts, 'controlCode' | 'fileClass' | 'volumeClass'> {
  return { controlCode: numberIn(detail['ControlCode']), fileClass: numberIn(detail['FileInformationClass']), volumeClass: numberIn(detail['FsInformationClass']) };
}

export function factsOfRecord({ major, minor, kind, path, tid, detail, status }: RecordedFacts, process: Pick<TraceProcess, 'name' | 'pid'> | undefined): OperationFacts {
  return {
    major: major ?? -1, minor, kind, path: path ?? '', process: process?.name ?? '', pid: process?.pid ?? 0, tid,
    ...factsOfDetail(detail), recordedStatus: status,
  };
}

/** An operation of a run: its record where it has one, else what it was issued with. */
export function factsOfOperation(operation: Operation, processes: readonly TraceProcess[]): OperationFacts {
  const record = replayTagOf(operation)?.record;
  if (record === undefined) return factsOfGenerated(generatedFacts(operation), operation.thread.tid, null);
  return { ...factsOfRecord(record, processes[record.process]), major: operation.major, minor: operation.initial.minorFunction, kind: operation.kind };
}

/** `record`: of the recorded operation that it stands for. */
export function factsOfGenerated({ major, minor, kind, path, process, pid, controlCode, fileClass, volumeClass }: GeneratedFacts, tid: number, record: OperationFacts | null): OperationFacts {
  if (record !== null) return { ...record, major, minor, kind };
  return { major, minor, kind, path: path ?? '', process: process ?? '', pid: pid ?? 0, tid, controlCode: controlCode ?? null, fileClass: fileClass ?? null, volumeClass: volumeClass ?? null, recordedStatus: null };
}

const numberIn = (value: unknown): number | null => (typeof value === 'number' ? value >>> 0 : null);

/**
 * What the log says of an operation that no recording has, in the row of its issue: for whoever asks for such operations when the run has gone on.
 *
 * I/O that a filter generates is described by itself: `{"text":"by backup","major":3,"minor":0,"kind":"irp","path":"C:\\a.txt","process":"System","pid":4}`.
 * One that stands for a recorded operation (the IRP in place of a refused fast I/O) names it: `{"major":3,"minor":0,"kind":"irp","of":64}`.
 */
import { describeIopb, type Operation } from '../engine/index.ts';
import { driveName } from './recordedPaths.ts';
import { replayTagOf } from './replayTag.ts';

export interface GeneratedFacts {
  readonly major: number;
  readonly minor: number;
  readonly kind: Operation['kind'];
  /** Number of the recorded operation that it stands for; the rest is that one's. */
  readonly of?: number;
  readonly path?: string;
  readonly process?: string;
  readonly pid?: number;
  /** Of file system and device controls. */
  readonly controlCode?: number;
  readonly fileClass?: number;
  readonly volumeClass?: number;
}

export function generatedFacts(operation: Operation): GeneratedFacts {
  const { major, kind, initial, thread } = operation;
  const base = { major, minor: initial.minorFunction, kind };
  const record = replayTagOf(operation)?.record;
  if (record !== undefined) return { ...base, of: record.index };
  const { targetFileObject } = initial;
  const fields = describeIopb(operation.issued);
  const numberOf = (...names: readonly string[]): number | null => {
    const value = fields.find(({ path }) => names.some((name) => path.endsWith(`.${name}`)))?.value;
    return typeof value === 'number' ? value >>> 0 : null;
  };
  const controlCode = numberOf('FsControlCode', 'IoControlCode');
  const fileClass = numberOf('FileInformationClass');
  const volumeClass = numberOf('FsInformationClass');
  return {
    ...base, path: targetFileObject === null ? '' : `${driveName(targetFileObject.volume)}${targetFileObject.FileName.Buffer}`, process: thread.process, pid: thread.pid,
    ...(controlCode !== null && { controlCode }), ...(fileClass !== null && { fileClass }), ...(volumeClass !== null && { volumeClass }),
  };
}

/** From the detail of an issue; null where it has none, as in runs of older versions. */
export function readGeneratedFacts(detail: Readonly<Record<string, unknown>>): GeneratedFacts | null {
  const { kind } = detail;
  const numberOf = (name: string): number | undefined => (typeof detail[name] === 'number' ? detail[name] : undefined);
  const textOf = (name: string): string | undefined => (typeof detail[name] === 'string' ? detail[name] : undefined);
  const major = numberOf('major');
  if (major === undefined || (kind !== 'irp' && kind !== 'fastio' && kind !== 'fsfilter')) return null;
  const [of, path, process, pid, controlCode, fileClass, volumeClass] = [numberOf('of'), textOf('path'), textOf('process'), numberOf('pid'), numberOf('controlCode'), numberOf('fileClass'), numberOf('volumeClass')];
  return {
    major, minor: numberOf('minor') ?? 0, kind, ...(of !== undefined && { of }), ...(path !== undefined && { path }), ...(process !== undefined && { process }), ...(pid !== undefined && { pid }),
    ...(controlCode !== undefined && { controlCode }), ...(fileClass !== undefined && { fileClass }), ...(volumeClass !== undefined && { volumeClass }),
  };
}

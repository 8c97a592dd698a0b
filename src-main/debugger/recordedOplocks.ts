/**
 * Oplocks that are held because the recording says so.
 *
 * A granted oplock keeps its request pended until it is broken (MS-FSA 2.1.5.18; filter-manager-core.md 5.4). Where the file system answers as recorded,
 * its own oplock package was not asked: what is known is the request that waits, its file object, its level, and who waits at the same stream since.
 */
import type { Operation } from '../engine/index.ts';
import { isOplockRequest } from '../filesystem/recordedAnswers.ts';
import type { Handle, ModelStream } from '../filesystem/model/index.ts';
import { flagNames } from '../nt/names.ts';
import { oplockLevels } from '../nt/tables.generated.ts';
import {
  FSCTL_OPLOCK_BREAK_NOTIFY, FSCTL_REQUEST_BATCH_OPLOCK, FSCTL_REQUEST_FILTER_OPLOCK, FSCTL_REQUEST_OPLOCK, FSCTL_REQUEST_OPLOCK_LEVEL_1, FSCTL_REQUEST_OPLOCK_LEVEL_2, IRP_MJ_CREATE, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_LOCK_CONTROL,
} from '../nt/values.generated.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import { driveName } from '../replay/recordedPaths.ts';
import { nameOfOperation } from './objectRows.ts';

export interface RecordedOplock {
  readonly operation: number;
  readonly fileObject: string;
  readonly level: string;
}

export interface RecordedOplocks {
  readonly holders: readonly RecordedOplock[];
  /** Operations that were sent to the same stream later and wait there. */
  readonly waiters: readonly { readonly operation: number; readonly fileObject: string; readonly kind: string }[];
}

const levels: ReadonlyMap<number, string> = new Map([[FSCTL_REQUEST_OPLOCK_LEVEL_1, 'LEVEL_1'], [FSCTL_REQUEST_OPLOCK_LEVEL_2, 'LEVEL_2'], [FSCTL_REQUEST_BATCH_OPLOCK, 'BATCH'], [FSCTL_REQUEST_FILTER_OPLOCK, 'FILTER']]);

/** `RequestedOplockLevel` of the request's REQUEST_OPLOCK_INPUT_BUFFER; null where the recording has no bytes of it. */
export type RequestedLevel = (operation: Operation) => number | null;

function codeOf({ major, iopb }: Operation): number {
  const code = major === IRP_MJ_FILE_SYSTEM_CONTROL ? iopb.Parameters.FileSystemControl.Common?.['FsControlCode'] : 0;
  return typeof code === 'number' ? code >>> 0 : 0;
}

function levelText(operation: Operation, requested: RequestedLevel): string {
  const code = codeOf(operation);
  if (code !== FSCTL_REQUEST_OPLOCK) return levels.get(code) ?? 'an oplock';
  const level = requested(operation);
  return level === null || level === 0 ? 'level not recorded' : flagNames(level, oplockLevels).replaceAll('OPLOCK_LEVEL_CACHE_', 'CACHE_');
}

const waitsBelow = ({ atDevice, inDevice }: Operation): boolean => atDevice || inDevice;
/** Byte-range locks and change notifications wait for others; oplock requests are what is waited for. */
const maybeBreaks = (operation: Operation): boolean => operation.major !== IRP_MJ_LOCK_CONTROL && operation.major !== IRP_MJ_DIRECTORY_CONTROL && !isOplockRequest(codeOf(operation));

/** By stream. `running`: the operation that somebody works on at this moment. */
export function recordedOplocks(operations: readonly Operation[], opens: readonly Handle[], running: Operation | null, requested: RequestedLevel): Map<ModelStream, RecordedOplocks> {
  const streams = new Map(opens.map(({ fileObject, stream }) => [fileObject, stream]));
  const byPath = new Map(opens.map(({ fileObject, openedPath, stream }) => [`${driveName(fileObject.volume)}${openedPath}`.toUpperCase(), stream]));
  const found = new Map<ModelStream, { holders: RecordedOplock[]; waiters: RecordedOplocks['waiters'][number][] }>();
  const pended = operations.filter((operation) => operation !== running && waitsBelow(operation)).sort((a, b) => a.index - b.index);
  for (const operation of pended) {
    const fileObject = operation.iopb.TargetFileObject;
    // An open has no handle yet: it is at the stream that its path names.
    const path = operation.major === IRP_MJ_CREATE ? (replayTagOf(operation)?.asIssued.path ?? null) : null;
    const stream = fileObject === null ? undefined : (streams.get(fileObject) ?? (path === null ? undefined : byPath.get(path.toUpperCase())));
    if (stream === undefined || fileObject === null) continue;
    const id = fileObject.id;
    const here = found.get(stream);
    if (isOplockRequest(codeOf(operation))) {
      if (stream.oplockIfAny?.holders.some(({ open }) => open === fileObject) === true) continue;
      const holder = { operation: operation.index, fileObject: id, level: levelText(operation, requested) };
      if (here === undefined) found.set(stream, { holders: [holder], waiters: [] });
      else here.holders.push(holder);
    } else if (here !== undefined && maybeBreaks(operation)) {
      here.waiters.push({ operation: operation.index, fileObject: id, kind: codeOf(operation) === FSCTL_OPLOCK_BREAK_NOTIFY ? 'waits for the break to end' : `${nameOfOperation(operation)} waits, as recorded` });
    }
  }
  return found;
}

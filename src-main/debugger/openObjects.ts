/** Open files as the simulated file system has them: file objects, share access, oplocks, byte-range locks. Source: MS-FSA 2.1.1. */
import type { EngineInspection } from '../engine/index.ts';
import type { Handle, ModelStream } from '../filesystem/model/index.ts';
import { flagNames, hex } from '../nt/names.ts';
import { accessMask, fileObjectFlags } from '../nt/tables.generated.ts';
import { driveName } from '../replay/recordedPaths.ts';
import { listOf } from './objectRows.ts';
import type { RecordedOplocks } from './recordedOplocks.ts';
import type { FileObjectObject, ObjectList, StreamObject } from './objectsData.ts';

export interface VolumeOfOpens {
  readonly handles: ReadonlySet<Handle>;
}

export function fileObjectsOf(opens: readonly Handle[], ofDrivers: EngineInspection['openFiles']): ObjectList<FileObjectObject> {
  const drivers = new Map(ofDrivers.map(({ fileObject, filter }) => [fileObject, filter.name]));
  return listOf(opens, ({ fileObject, openedPath, access, share, cleanedUp }) => ({
    id: fileObject.id, path: openedPath, volume: driveName(fileObject.volume), flags: flagNames(fileObject.Flags, fileObjectFlags), access: access === 0 ? '0' : flagNames(access, accessMask) || hex(access),
    shares: share === null ? null : wordsOf({ read: share.sharesRead, write: share.sharesWrite, delete: share.sharesDelete }), state: cleanedUp ? 'cleaned up' : 'open', driver: drivers.get(fileObject) ?? null,
  }));
}

const wordsOf = (words: Readonly<Record<string, boolean>>): string => Object.keys(words).filter((word) => words[word] === true).join(' | ') || 'nothing';

/** `recorded`: oplocks that the recording has granted. */
export function streamsOf(opens: readonly Handle[], recorded: ReadonlyMap<ModelStream, RecordedOplocks>): ObjectList<StreamObject> {
  const byStream = new Map<ModelStream, Handle>();
  for (const handle of opens) if (!byStream.has(handle.stream) && (isOfInterest(handle.stream) || recorded.has(handle.stream))) byStream.set(handle.stream, handle);
  return listOf([...byStream], ([stream, handle]): StreamObject => {
    const oplock = stream.oplockIfAny;
    const told = recorded.get(stream);
    const ownState = oplock?.state ?? 'NONE';
    return {
      path: `${driveName(handle.fileObject.volume)}${handle.openedPath}`, opens: stream.handles.size, oplock: told !== undefined && ownState === 'NONE' ? [...new Set(told.holders.map(({ level }) => level))].join(', ') : ownState,
      oplockHolders: [
        ...(oplock?.holders ?? []).map(({ open, level, breakTo }) => ({ fileObject: idOf(open), level, breakTo, recorded: null })),
        ...(told?.holders ?? []).map(({ fileObject, level, operation }) => ({ fileObject, level, breakTo: null, recorded: { operation } })),
      ],
      oplockWaiters: [...(oplock?.waiters ?? []).map(({ open, kind }) => ({ fileObject: idOf(open), kind, recorded: null })), ...(told?.waiters ?? []).map(({ fileObject, kind, operation }) => ({ fileObject, kind, recorded: { operation } }))],
      locks: [...stream.locks.locks.map((lock) => ({ lock, waits: false })), ...stream.locks.waiting.map((lock) => ({ lock, waits: true }))].map(({ lock, waits }) => ({
        fileObject: idOf(lock.fileObject), offset: String(lock.offset), length: String(lock.length), exclusive: lock.exclusive, key: lock.key, waits,
      })),
      share: stream.share.counts,
    };
  });
}

const isOfInterest = (stream: ModelStream): boolean => {
  const oplock = stream.oplockIfAny;
  return (oplock !== null && (oplock.held || oplock.hasWaiters)) || (stream.isOpen && (stream.locks.any || stream.locks.waiting.length > 0));
};

const idOf = (object: object): string => ('id' in object && typeof object.id === 'string' ? object.id : 'an open');

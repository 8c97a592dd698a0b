/**
 * Why the model file system gives another result than the recording: a closed list, for the fidelity report.
 *
 * A class says what the recording leaves out, or what the model has no rules for. The first that fits counts; the order goes from the
 * certain (what the record itself says) to the likely.
 */
import {
  FSCTL_REQUEST_OPLOCK, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE, IRP_MN_QUERY_DIRECTORY, STATUS_ACCESS_DENIED,
  STATUS_CANCELLED, STATUS_CANNOT_DELETE, STATUS_DELETE_PENDING, STATUS_DIRECTORY_NOT_EMPTY, STATUS_END_OF_FILE, STATUS_FILE_DELETED, STATUS_FILE_LOCK_CONFLICT, STATUS_FILE_LOCKED_WITH_ONLY_READERS,
  STATUS_FILE_LOCKED_WITH_WRITERS, STATUS_FLT_DISALLOW_FAST_IO, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_INFO_CLASS, STATUS_INVALID_PARAMETER, STATUS_LOCK_NOT_GRANTED, STATUS_NO_MORE_FILES,
  STATUS_NO_SUCH_FILE, STATUS_NOT_SUPPORTED, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_PENDING, STATUS_PRIVILEGE_NOT_HELD, STATUS_RANGE_NOT_LOCKED, STATUS_REPARSE,
  STATUS_SHARING_VIOLATION,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { isOplockRequest } from '../../filesystem/recordedAnswers.ts';
import type { FileObjectOrigin } from '../fileObjects.ts';
import { numberIn } from './recordedValues.ts';

export const differenceClasses = {
  'reparse-target': 'The recording shows where a reparse point leads, not the name that was opened.',
  'no-file-system': 'A device answered that is no volume of a file system: a pipe, a mailslot, a disk, the network.',
  'fast-io-refused': 'The recorded file system refused fast I/O for a reason that the recording does not show.',
  'given-up': 'Whoever had asked gave up, which is no operation of the recording.',
  'unseen-change': 'A directory changed in a way that the recording does not show.',
  'unknown-request': 'What exactly was asked for was not recorded.',
  'control-code': 'The model file system has no rules for this control code.',
  security: 'Security descriptors and privileges are not modelled.',
  'opened-before': 'Its handle was opened before the recording began, or its create was left out.',
  sharing: 'It depends on opens or closes that the recording does not show.',
  'outside-name': 'A file came, went or was renamed outside the recording, or in events that it lost.',
  'outside-size': 'A file changed its size outside the recording, or in events that it lost.',
  locks: 'It depends on byte-range locks that the recording does not show.',
  oplocks: 'It depends on oplocks that the recording does not show.',
  'no-rules': 'The model file system has no rules for this request.',
  other: 'The model file system answers otherwise.',
} as const;

export type DifferenceClass = keyof typeof differenceClasses;

const nameStatuses: ReadonlySet<number> = new Set([
  STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_NAME_COLLISION, STATUS_NO_SUCH_FILE, STATUS_NO_MORE_FILES, STATUS_FILE_DELETED, STATUS_DELETE_PENDING, STATUS_DIRECTORY_NOT_EMPTY,
]);
const shareStatuses: ReadonlySet<number> = new Set([STATUS_SHARING_VIOLATION, STATUS_FILE_LOCKED_WITH_ONLY_READERS, STATUS_FILE_LOCKED_WITH_WRITERS]);
const lockStatuses: ReadonlySet<number> = new Set([STATUS_FILE_LOCK_CONFLICT, STATUS_LOCK_NOT_GRANTED, STATUS_RANGE_NOT_LOCKED]);
const securityStatuses: ReadonlySet<number> = new Set([STATUS_ACCESS_DENIED, STATUS_CANNOT_DELETE, STATUS_PRIVILEGE_NOT_HELD]);
const refusals: ReadonlySet<number> = new Set([STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_INFO_CLASS, STATUS_NOT_SUPPORTED, STATUS_INVALID_PARAMETER]);

/** An oplock is asked for. */
const isOplock = ({ major, detail }: NumberedOperation): boolean => major === IRP_MJ_FILE_SYSTEM_CONTROL && isOplockRequest(numberIn(detail['ControlCode']));

/** A path that leads to no volume with files. */
const isElsewhere = (path: string | null): boolean => path !== null && (path.startsWith('\\\\') || (/^\\Device\\/i.test(path) && !/^\\Device\\HarddiskVolume/i.test(path)));

/** `modelStatus`: null where the model leaves the request waiting. */
export function differenceClass(record: NumberedOperation, modelStatus: number | null, origin: FileObjectOrigin): DifferenceClass {
  return ofRecord(record) ?? ofStatuses(record, record.status ?? 0, modelStatus ?? STATUS_PENDING, origin);
}

/** What the record says by itself. */
function ofRecord(record: NumberedOperation): DifferenceClass | null {
  const { major, minor, status, path, detail } = record;
  if (major === IRP_MJ_CREATE && status === STATUS_REPARSE) return 'reparse-target';
  if (isElsewhere(path)) return 'no-file-system';
  if (status === STATUS_FLT_DISALLOW_FAST_IO) return 'fast-io-refused';
  if (status === STATUS_CANCELLED) return 'given-up';
  if (major === IRP_MJ_DIRECTORY_CONTROL && minor !== IRP_MN_QUERY_DIRECTORY) return 'unseen-change';
  if (isOplock(record)) return numberIn(detail['ControlCode']) === FSCTL_REQUEST_OPLOCK ? 'unknown-request' : 'oplocks';
  return null;
}

function ofStatuses({ major }: NumberedOperation, recorded: number, model: number, origin: FileObjectOrigin): DifferenceClass {
  const either = (set: ReadonlySet<number>): boolean => set.has(recorded) || set.has(model);
  if (major === IRP_MJ_DEVICE_CONTROL || major === IRP_MJ_FILE_SYSTEM_CONTROL) return 'control-code';
  if (either(shareStatuses)) return 'sharing';
  if (either(lockStatuses)) return 'locks';
  if (either(securityStatuses)) return 'security';
  if (model === STATUS_PENDING) return 'oplocks';
  if ((major === IRP_MJ_READ || major === IRP_MJ_WRITE) && (recorded === model || recorded === STATUS_END_OF_FILE || model === STATUS_END_OF_FILE)) return 'outside-size';
  if (origin === 'assumed') return 'opened-before';
  if (either(nameStatuses)) return 'outside-name';
  if (refusals.has(model)) return major === IRP_MJ_SET_INFORMATION ? 'unknown-request' : 'no-rules';
  return 'other';
}

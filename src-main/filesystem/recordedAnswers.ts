/**
 * How a recorded request ended.
 *
 * Source: filter-manager-core.md 5.4 (a granted oplock keeps its IRP until the break).
 */
import type { Operation } from '../engine/index.ts';
import { ntError } from '../nt/ntStatus.ts';
import {
  FSCTL_REQUEST_BATCH_OPLOCK, FSCTL_REQUEST_FILTER_OPLOCK, FSCTL_REQUEST_OPLOCK, FSCTL_REQUEST_OPLOCK_LEVEL_1, FSCTL_REQUEST_OPLOCK_LEVEL_2, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL,
  IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX, STATUS_CANCELLED, STATUS_PENDING,
} from '../nt/values.generated.ts';

/** What the recording knows of one request's end. */
export interface RecordedAnswer {
  /** Null where nothing was recorded: taken as STATUS_SUCCESS. */
  readonly status: number | null;
  readonly information: number | null;
  /** 100 ns ticks from issue to completion; null where it never completed or was not recorded. */
  readonly duration: bigint | null;
  /** FsControlCode, 0 for other requests. */
  readonly controlCode: number;
}

/** How a request ended: inside the call, later, or not within the recording. */
export type RecordedEnd = 'inline' | 'later' | 'never';

/**
 * A change notification that was answered sooner than this found changes waiting and completed inside the call.
 *
 * Assumed: recordings tell durations, not whether the IRP was pended. 1 ms in 100 ns ticks.
 */
export const notificationInlineTicks = 10_000n;

const oplockRequests: ReadonlySet<number> = new Set([
  FSCTL_REQUEST_OPLOCK_LEVEL_1, FSCTL_REQUEST_OPLOCK_LEVEL_2, FSCTL_REQUEST_BATCH_OPLOCK, FSCTL_REQUEST_FILTER_OPLOCK, FSCTL_REQUEST_OPLOCK,
]);

/** Whether a control code asks for an oplock. Acknowledgements do not. */
export const isOplockRequest = (controlCode: number): boolean => oplockRequests.has(controlCode >>> 0);

/** How the request must have ended to be recorded as it was. */
export function recordedEnd(major: number, minor: number, kind: Operation['kind'], recorded: RecordedAnswer): RecordedEnd {
  if (kind !== 'irp') return 'inline';
  const { status, duration } = recorded;
  if (status === STATUS_PENDING) return 'never';
  if (status === STATUS_CANCELLED) return 'later';
  if (major === IRP_MJ_FILE_SYSTEM_CONTROL && isOplockRequest(recorded.controlCode)) {
    // Granting returns STATUS_PENDING; any success code is how a granted oplock ended: broken, handle closed, switched.
    return status !== null && ntError(status) ? 'inline' : 'later';
  }
  const notification = major === IRP_MJ_DIRECTORY_CONTROL && (minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY || minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX);
  if (notification && duration !== null && duration > notificationInlineTicks) return 'later';
  return 'inline';
}

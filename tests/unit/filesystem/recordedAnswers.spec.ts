import { describe, expect, it } from 'vitest';
import { isOplockRequest, notificationInlineTicks, recordedEnd, type RecordedAnswer } from '../../../src-main/filesystem/recordedAnswers.ts';
import {
  FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, FSCTL_REQUEST_FILTER_OPLOCK, FSCTL_REQUEST_OPLOCK, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_READ, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_QUERY_DIRECTORY,
  STATUS_CANCELLED, STATUS_OPLOCK_HANDLE_CLOSED, STATUS_OPLOCK_NOT_GRANTED, STATUS_PENDING, STATUS_SUCCESS,
} from '../../../src-main/nt/values.generated.ts';

const answer = (status: number | null, more: Partial<RecordedAnswer> = {}): RecordedAnswer => ({ status, information: null, duration: 100n, controlCode: 0, ...more });
const oplock = (status: number, controlCode = FSCTL_REQUEST_OPLOCK): string => recordedEnd(IRP_MJ_FILE_SYSTEM_CONTROL, 0, 'irp', answer(status, { controlCode }));

describe('how a recorded request ended', () => {
  it('an oplock request that was not refused was granted and pended, however soon it ended (filter-manager-core.md 5.4)', () => {
    expect(oplock(STATUS_SUCCESS, FSCTL_REQUEST_FILTER_OPLOCK)).toBe('later');
    expect(oplock(STATUS_OPLOCK_HANDLE_CLOSED)).toBe('later');
    expect(oplock(STATUS_CANCELLED)).toBe('later');
    expect(oplock(STATUS_OPLOCK_NOT_GRANTED)).toBe('inline');
    expect(oplock(STATUS_PENDING)).toBe('never');
  });

  it('acknowledging a break is no request', () => {
    expect(isOplockRequest(FSCTL_OPLOCK_BREAK_ACKNOWLEDGE)).toBe(false);
    expect(oplock(STATUS_SUCCESS, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE)).toBe('inline');
  });

  it('a change notification waited when it took longer than the assumed limit', () => {
    const notify = (duration: bigint): string => recordedEnd(IRP_MJ_DIRECTORY_CONTROL, IRP_MN_NOTIFY_CHANGE_DIRECTORY, 'irp', answer(STATUS_SUCCESS, { duration }));
    expect([notify(notificationInlineTicks), notify(notificationInlineTicks + 1n)]).toEqual(['inline', 'later']);
    expect(recordedEnd(IRP_MJ_DIRECTORY_CONTROL, IRP_MN_QUERY_DIRECTORY, 'irp', answer(STATUS_SUCCESS, { duration: 10n ** 9n }))).toBe('inline');
  });

  it('only IRPs can be pended', () => {
    expect(recordedEnd(IRP_MJ_READ, 0, 'fastio', answer(STATUS_PENDING))).toBe('inline');
    expect(recordedEnd(IRP_MJ_READ, 0, 'irp', answer(STATUS_PENDING))).toBe('never');
    expect(recordedEnd(IRP_MJ_READ, 0, 'irp', answer(null))).toBe('inline');
  });
});

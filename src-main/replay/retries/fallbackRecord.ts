/**
 * What the I/O manager sends after a fast I/O that was answered in the recording and is refused in the run, as a record of its own.
 *
 * The recording has no such request, so it is made from the one that was refused: what was recorded of that is how these end.
 *
 * Sources: filter-manager-core.md R-2.32 (which majors, in which order). IrpFlags, access and options of the slow query-open are those that Process Monitor
 * shows for such requests of Windows 10 and 11.
 */
import { fallbackGoesOn } from '../../engine/index.ts';
import { ntStatus, ntSuccess } from '../../nt/ntStatus.ts';
import {
  FILE_OPEN, FILE_OPENED, FILE_OPEN_REPARSE_POINT, FILE_READ_ATTRIBUTES, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, FileNetworkOpenInformation, IRP_BUFFERED_IO, IRP_CLOSE_OPERATION, IRP_CREATE_OPERATION,
  IRP_DEALLOCATE_BUFFER, IRP_DEFER_IO_COMPLETION, IRP_INPUT_OPERATION, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN,
  IRP_MJ_READ, IRP_MJ_WRITE, IRP_READ_OPERATION, IRP_SYNCHRONOUS_API, IRP_WRITE_OPERATION, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';

/** sizeof(FILE_NETWORK_OPEN_INFORMATION) */
const networkOpenBytes = 56;
const bufferedInput = IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER | IRP_INPUT_OPERATION;

const irpFlags: ReadonlyMap<number, number> = new Map([
  [IRP_MJ_CREATE, IRP_CREATE_OPERATION | IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION],
  [IRP_MJ_READ, IRP_READ_OPERATION | IRP_DEFER_IO_COMPLETION],
  [IRP_MJ_WRITE, IRP_WRITE_OPERATION | IRP_DEFER_IO_COMPLETION],
  [IRP_MJ_QUERY_INFORMATION, bufferedInput | IRP_DEFER_IO_COMPLETION],
  [IRP_MJ_CLEANUP, IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API],
  [IRP_MJ_CLOSE, IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API],
]);

const isQueryOpen = (major: number | null): boolean => major === IRP_MJ_NETWORK_QUERY_OPEN || major === IRP_MJ_QUERY_OPEN;

/** METHOD_BUFFERED */
const isBuffered = (code: unknown): boolean => typeof code === 'number' && (code & 3) === 0;

function flagsOf(refused: NumberedOperation, major: number): number {
  if (major === IRP_MJ_DEVICE_CONTROL) return isBuffered(refused.detail['ControlCode']) ? bufferedInput : 0;
  return irpFlags.get(major) ?? 0;
}

/** `major`: one of `fallbackMajors`. */
export function fallbackRecord(refused: NumberedOperation, major: number): NumberedOperation {
  const irp = { ...refused, kind: 'irp', major, irpFlags: flagsOf(refused, major) } as const;
  if (!isQueryOpen(refused.major)) return irp;
  const success = ntStatus(STATUS_SUCCESS);
  switch (major) {
    case IRP_MJ_CREATE: {
      // The open is what fails where the file is not there.
      const opened = refused.status === null || ntSuccess(refused.status);
      return { ...irp, minor: 0, length: null, status: opened ? success : refused.status, information: opened ? FILE_OPENED : 0, detail: createDetail };
    }
    case IRP_MJ_QUERY_INFORMATION:
      return refused.major === IRP_MJ_QUERY_OPEN ? { ...irp, minor: 0 } : { ...irp, minor: 0, length: networkOpenBytes, detail: { ...refused.detail, FileInformationClass: FileNetworkOpenInformation } };
    default:
      return { ...irp, minor: 0, length: null, status: success, information: 0, detail: {} };
  }
}

const createDetail: NumberedOperation['detail'] = {
  DesiredAccess: FILE_READ_ATTRIBUTES, CreateDisposition: FILE_OPEN, CreateOptions: FILE_OPEN_REPARSE_POINT, FileAttributes: 0, ShareAccess: FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, AllocationSize: 0,
};

/** Whether the end of this request of a fallback is what the issuer of the refused call is told. */
export function settlesRefused(refused: NumberedOperation, major: number, status: number): boolean {
  if (!isQueryOpen(refused.major)) return true;
  return major === IRP_MJ_CREATE ? !fallbackGoesOn(major, status) : major === IRP_MJ_QUERY_INFORMATION;
}

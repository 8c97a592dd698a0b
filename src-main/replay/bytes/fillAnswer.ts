/**
 * Fills the buffer of a request that is answered as recorded.
 *
 * Sources: driver-api-usage.md 5.5; IC-034 (an MDL says where the bytes are). The buffer is the one that reached the file system,
 * which need not be the recorded one.
 */
import type { FLT_IO_PARAMETER_BLOCK, ParameterView } from '../../engine/index.ts';
import {
  IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_INFORMATION,
  IRP_MJ_QUERY_OPEN, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';

/** Puts the recorded answer into a buffer, `bytes` of it, when somebody looks. */
export type AnswerFiller = (buffer: unknown, mdl: unknown, record: NumberedOperation, bytes: number) => void;

const methodMask = 3;
const methodBuffered = 0;
const methodNeither = 3;

/** `information`: IoStatus.Information of the answer, which is how much of the buffer the file system has written. */
export function fillAnswer(record: NumberedOperation, iopb: FLT_IO_PARAMETER_BLOCK, information: number, fill: AnswerFiller): void {
  if (information <= 0) return;
  const { Parameters: p } = iopb;
  switch (record.major) {
    case IRP_MJ_READ: return fill(p.Read['ReadBuffer'], p.Read['MdlAddress'], record, information);
    case IRP_MJ_QUERY_INFORMATION: return fill(p.QueryFileInformation['InfoBuffer'], null, record, information);
    case IRP_MJ_QUERY_VOLUME_INFORMATION: return fill(p.QueryVolumeInformation['VolumeBuffer'], null, record, information);
    case IRP_MJ_DIRECTORY_CONTROL: return fillFrom(p.DirectoryControl['QueryDirectory'], 'DirectoryBuffer', 'MdlAddress', record, information, fill);
    case IRP_MJ_QUERY_EA: return fill(p.QueryEa['EaBuffer'], p.QueryEa['MdlAddress'], record, information);
    case IRP_MJ_QUERY_SECURITY: return fill(p.QuerySecurity['SecurityBuffer'], p.QuerySecurity['MdlAddress'], record, information);
    case IRP_MJ_NETWORK_QUERY_OPEN: return fill(p.NetworkQueryOpen['NetworkInformation'], null, record, information);
    case IRP_MJ_QUERY_OPEN: return fill(p.QueryOpen['FileInformation'], null, record, information);
    case IRP_MJ_FILE_SYSTEM_CONTROL: return fillControl(p.FileSystemControl, 'FsControlCode', record, information, fill);
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL: return fillControl(p.DeviceIoControl, 'IoControlCode', record, information, fill);
    default:
  }
}

function fillFrom(view: ParameterView | undefined, buffer: string, mdl: string | null, record: NumberedOperation, information: number, fill: AnswerFiller): void {
  if (view !== undefined) fill(view[buffer], mdl === null ? null : view[mdl], record, information);
}

function fillControl(group: Readonly<Record<string, ParameterView>>, codeField: string, record: NumberedOperation, information: number, fill: AnswerFiller): void {
  const method = Number(group['Common']?.[codeField] ?? 0) & methodMask;
  if (record.kind === 'fastio' && codeField === 'IoControlCode') fillFrom(group['FastIo'], 'OutputBuffer', null, record, information, fill);
  else if (method === methodBuffered) fillFrom(group['Buffered'], 'SystemBuffer', null, record, information, fill);
  else fillFrom(group[method === methodNeither ? 'Neither' : 'Direct'], 'OutputBuffer', 'OutputMdlAddress', record, information, fill);
}

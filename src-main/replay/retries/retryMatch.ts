/**
 * Which recorded IRP repeats a refused fast I/O.
 *
 * Sources: procmon-formats.md 10.2 (the retry is the same thread's next file-system event, with the same path), etw-formats.md 11.2 (the same request),
 * filter-manager-core.md and filter-manager-objects.md FIO-011, FIO-013 (what comes again, and as what).
 */
import {
  FILE_READ_ATTRIBUTES, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_MDL_READ, IRP_MJ_MDL_READ_COMPLETE, IRP_MJ_MDL_WRITE_COMPLETE, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_PREPARE_MDL_WRITE,
  IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN, IRP_MJ_READ, IRP_MJ_WRITE, IRP_PAGING_IO, STATUS_FLT_DISALLOW_FAST_IO, SYNCHRONIZE,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';

/** By the major of the refused call: the major of the IRP that comes next. For the MDL calls it is the issuer who decides so. */
const repeatedAs: ReadonlyMap<number, number> = new Map([
  [IRP_MJ_READ, IRP_MJ_READ], [IRP_MJ_WRITE, IRP_MJ_WRITE], [IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_INFORMATION], [IRP_MJ_DEVICE_CONTROL, IRP_MJ_DEVICE_CONTROL],
  [IRP_MJ_LOCK_CONTROL, IRP_MJ_LOCK_CONTROL], [IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_CREATE], [IRP_MJ_QUERY_OPEN, IRP_MJ_CREATE], [IRP_MJ_MDL_READ, IRP_MJ_READ], [IRP_MJ_PREPARE_MDL_WRITE, IRP_MJ_WRITE],
]);

/** A fast I/O or FsFilter call that was turned down in the recording, of a kind that comes again. */
export const wasRefused = (record: NumberedOperation): boolean =>
  record.status === STATUS_FLT_DISALLOW_FAST_IO && record.kind !== 'irp' && record.major !== null && repeatedAs.has(record.major);

/** What a thread does on the way without having gone on: closes that had been put off, paging I/O, section and flush callbacks, MDLs given back. */
export function isIncidental(record: NumberedOperation): boolean {
  const { major, kind } = record;
  return (kind === 'fsfilter' && major !== IRP_MJ_QUERY_OPEN) || kind === 'other' || major === null || major === IRP_MJ_CLOSE || major === IRP_MJ_MDL_READ_COMPLETE || major === IRP_MJ_MDL_WRITE_COMPLETE || (record.irpFlags & IRP_PAGING_IO) !== 0;
}

/** Whether `record` is the IRP that repeats what was refused. The caller knows that both come from one thread. */
export function repeats(refused: NumberedOperation, record: NumberedOperation): boolean {
  if (record.kind !== 'irp' || refused.major === null || record.major !== repeatedAs.get(refused.major)) return false;
  const told = record.detail['RetryOf'];
  if (told !== undefined) return told === refused.sourceIndex;
  if (record.process !== refused.process || !samePath(record.path, refused.path) || !sameWhereBoth(record, refused, 'FileObject')) return false;
  return record.major === IRP_MJ_CREATE ? asksForAttributes(record) : sameRequest(refused, record);
}

/** The open behind a query-open reads attributes and nothing else; whoever asks for more opens the file for itself. */
function asksForAttributes({ detail }: NumberedOperation): boolean {
  const access = detail['DesiredAccess'];
  return typeof access !== 'number' || (access & ~(FILE_READ_ATTRIBUTES | SYNCHRONIZE)) === 0;
}

function sameRequest(refused: NumberedOperation, record: NumberedOperation): boolean {
  return record.offset === refused.offset && record.length === refused.length && (record.minor === refused.minor || refused.major !== record.major)
    && sameWhereBoth(record, refused, 'FileInformationClass') && sameWhereBoth(record, refused, 'ControlCode');
}

const samePath = (a: string | null, b: string | null): boolean => a === b || (a !== null && b !== null && a.length === b.length && a.toLowerCase() === b.toLowerCase());

function sameWhereBoth(a: NumberedOperation, b: NumberedOperation, key: string): boolean {
  const one = a.detail[key];
  const other = b.detail[key];
  return one === undefined || other === undefined || one === other;
}

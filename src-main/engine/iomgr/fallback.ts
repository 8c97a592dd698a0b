/**
 * What the I/O manager does after a refused fast I/O or FsFilter call.
 *
 * FIO-011, FIO-013 (INFERRED in detail; disallowing-a-fast-i-o-operation-in-a-preoperation-callback-routine): a refused query-open goes
 * the slow way, open, query, close; a refused fast call comes again as IRP; for the MDL calls the issuer decides.
 */
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN,
  IRP_MJ_READ, IRP_MJ_WRITE, STATUS_FLT_DISALLOW_FAST_IO, STATUS_FLT_DISALLOW_FSFILTER_IO, STATUS_REPARSE,
} from '../../nt/values.generated.ts';
import type { OperationKind } from './request.ts';

/** the other reading: a status of its own for a refused FsFilter call. No header names one, so it is an engine value with the customer bit. */
export const separateFsFilterStatus = 0xeff1_0002;

const refusals = new Set<number>([STATUS_FLT_DISALLOW_FAST_IO, STATUS_FLT_DISALLOW_FSFILTER_IO, separateFsFilterStatus]);

const slowQueryOpen: readonly number[] = [IRP_MJ_CREATE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_CLEANUP, IRP_MJ_CLOSE];
const comesAgain = new Set<number>([IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL]);

/** The status says that the call was turned down, not how it ended. */
export const isRefusal = (status: number): boolean => refusals.has(status);

/** The majors to send as IRPs, in order; empty when the call was not refused or does not come again. */
export function fallbackMajors(kind: OperationKind, major: number, status: number): readonly number[] {
  if (kind === 'irp' || !isRefusal(status)) return [];
  if (major === IRP_MJ_NETWORK_QUERY_OPEN || major === IRP_MJ_QUERY_OPEN) return slowQueryOpen;
  return kind === 'fastio' && comesAgain.has(major) ? [major] : [];
}

/** Whether the rest of the sequence follows after this step. */
export const fallbackGoesOn = (major: number, status: number): boolean => major !== IRP_MJ_CREATE || (ntSuccess(status) && status !== STATUS_REPARSE);

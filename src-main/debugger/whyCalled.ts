/**
 * Why a filter's callback was called for an operation, or why it was not: answered from the operation's rows in the event log.
 *
 * Source: filter-manager-core.md 1.2, 1.3, 2.1, 3.1, 5.3; filter-manager-objects.md 1.3 (skip flags).
 */
import { irpMjName } from '../nt/names.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import {
  FLT_PREOP_COMPLETE, FLT_PREOP_DISALLOW_FASTIO, FLT_PREOP_DISALLOW_FSFILTER_IO, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK,
  FLT_PREOP_SYNCHRONIZE, IRP_MJ_READ, IRP_MJ_WRITE, IRP_NOCACHE, IRP_PAGING_IO,
} from '../nt/values.generated.ts';
import type { EventKindName } from '../replay/eventPage.ts';
import type { RegisteredOperation } from '../replay/registeredOperations.ts';

export type AskedCallback = 'pre' | 'post' | 'status';

/** One row of the log. */
export interface TrailRow {
  readonly issued: number;
  readonly sequence: number;
  readonly kind: EventKindName;
  readonly layer: number;
  readonly status: number;
  readonly information: number;
  /** What the callback or routine returned; null while it has not. */
  readonly result: number | null;
  readonly name: string;
  readonly rule: string;
  readonly draining: boolean;
}

export interface Trail {
  readonly operation: number;
  readonly major: number;
  /** Its rows, in order. Empty when it was not issued. */
  readonly rows: readonly TrailRow[];
  readonly filter: { readonly name: string; readonly layer: number; readonly altitude: string };
  /** Null when the log does not show the registration. */
  readonly registered: readonly RegisteredOperation[] | null;
  readonly layerName: (layer: number) => string;
  /** Points at which the filter's instance on this volume attached or began to go, as far as the log shows; null: not shown. */
  readonly tornDownBefore: boolean;
}

export interface WhyAnswer {
  readonly called: boolean;
  readonly sentence: string;
  readonly rule: string;
  /** Execution point of the row that decides; null where there is none. */
  readonly point: { readonly issued: number; readonly sequence: number } | null;
}

const resultWords: Readonly<Record<number, string>> = {
  [FLT_PREOP_COMPLETE]: 'completed it', [FLT_PREOP_DISALLOW_FASTIO]: 'refused it as fast I/O', [FLT_PREOP_DISALLOW_FSFILTER_IO]: 'refused it',
};

const answer = (called: boolean, rule: string, sentence: string, row: TrailRow | null): WhyAnswer =>
  ({ called, sentence, rule, point: row === null ? null : { issued: row.issued, sequence: row.sequence } });

export function whyCalled(trail: Trail, callback: AskedCallback): WhyAnswer {
  const notIssued = trail.rows.length === 0;
  if (notIssued) return answer(false, 'R-1.1', `Operation ${trail.operation} was not issued in this run, so no filter saw it.`, null);
  if (callback === 'pre') return whyPre(trail);
  return callback === 'post' ? whyPost(trail) : whyStatus(trail);
}

const rowsOf = (trail: Trail, kind: EventKindName): TrailRow[] => trail.rows.filter((row) => row.kind === kind && row.layer === trail.filter.layer);

function whyPre(trail: Trail): WhyAnswer {
  const { filter, major, rows } = trail;
  const [called] = rowsOf(trail, 'pre');
  if (called !== undefined) {
    return answer(true, called.rule === '' ? 'R-1.4' : called.rule, `${filter.name} registered a pre-operation callback for ${irpMjName(major)}, and nothing above altitude ${filter.altitude} kept the operation from it.`, called);
  }
  const entry = trail.registered?.find((one) => one.major === major);
  if (trail.registered !== null && entry === undefined) return answer(false, 'R-1.7', `${filter.name} registered nothing for ${irpMjName(major)}.`, null);
  if (entry?.pre === false) return answer(false, 'R-1.8', `${filter.name} registered only a post-operation callback for ${irpMjName(major)}.`, null);
  const issue = rows.find((row) => row.kind === 'issue') ?? null;
  const skip = entry === undefined || issue === null ? null : skipReason(entry, issue);
  if (skip !== null) return answer(false, 'REG-012', `${filter.name} registered ${irpMjName(major)} with ${skip.flag}, and the operation is ${skip.what}.`, issue);
  const stopped = stoppedAbove(trail);
  if (stopped !== null) return stopped;
  if (issue !== null && issue.layer >= filter.layer) {
    return answer(false, 'R-1.13', `${trail.layerName(issue.layer)} generated the operation, and only filters below it see that.`, issue);
  }
  if (trail.tornDownBefore) return answer(false, 'R-1.16', `The instance of ${filter.name} was being torn down, and new operations pass it by.`, null);
  return answer(false, 'R-1.7', `${filter.name} had no instance on the operation's volume when it came by.`, issue);
}

/** A filter above that kept the operation. */
function stoppedAbove(trail: Trail): WhyAnswer | null {
  const above = trail.rows.filter((row) => row.kind === 'pre' && row.layer < trail.filter.layer);
  for (const row of above) {
    const words = row.result === null ? undefined : resultWords[row.result];
    if (words !== undefined) return answer(false, row.result === FLT_PREOP_COMPLETE ? 'R-2.7' : 'R-2.8', `${trail.layerName(row.layer)}, above it, ${words}: nothing below is called.`, row);
  }
  const last = above.at(-1);
  if (last?.result === FLT_PREOP_PENDING) {
    const resumed = trail.rows.some((row) => row.kind === 'api' && row.name === 'FltCompletePendedPreOperation' && row.layer === last.layer);
    if (resumed) return answer(false, 'R-4.5', `${trail.layerName(last.layer)}, above it, pended the operation and completed it itself.`, last);
    return answer(false, 'R-2.6', `${trail.layerName(last.layer)}, above it, pended the operation and has not handed it back.`, last);
  }
  return null;
}

function skipReason(entry: RegisteredOperation, issue: TrailRow): { readonly flag: string; readonly what: string } | null {
  const irp = (issue.status & 1) !== 0;
  const fast = (issue.status & 2) !== 0;
  const volume = (issue.status & 8) !== 0;
  const paging = irp && (issue.information & IRP_PAGING_IO) !== 0;
  const noCache = irp && (issue.information & IRP_NOCACHE) !== 0;
  if ((entry.flags & 4) !== 0 && !volume) return { flag: 'FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO', what: 'not on a volume handle' };
  if (entry.major !== IRP_MJ_READ && entry.major !== IRP_MJ_WRITE) return null;
  if ((entry.flags & 1) !== 0 && paging) return { flag: 'FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO', what: 'paging I/O' };
  if ((entry.flags & 2) !== 0 && (fast || (irp && !noCache && !paging))) return { flag: 'FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO', what: fast ? 'fast I/O' : 'cached I/O' };
  if ((entry.flags & 8) !== 0 && noCache && !paging) return { flag: 'FLTFL_OPERATION_REGISTRATION_SKIP_NON_CACHED_NON_PAGING_IO', what: 'neither cached nor paging I/O' };
  return null;
}

function whyPost(trail: Trail): WhyAnswer {
  const { filter, major } = trail;
  const posts = rowsOf(trail, 'post');
  const [called] = posts;
  if (called !== undefined) {
    const sentence = called.draining
      ? `The instance of ${filter.name} was torn down while the operation was below it, so its post-operation callback was drained.`
      : `${filter.name} was owed a post-operation callback, and the operation came back up past it.`;
    return answer(true, called.rule === '' ? 'R-1.5' : called.rule, sentence, called);
  }
  const [pre] = rowsOf(trail, 'pre');
  const entry = trail.registered?.find((one) => one.major === major);
  if (entry?.post === false) return answer(false, 'R-1.8', `${filter.name} registered no post-operation callback for ${irpMjName(major)}.`, pre ?? null);
  if (pre === undefined) {
    const reason = whyPre(trail);
    if (entry?.pre !== false) return { ...reason, called: false };
    return stoppedAbove(trail) ?? answer(false, 'R-1.8', `The operation has not come back up past ${filter.name}.`, null);
  }
  return whyNoPostAfter(trail, pre);
}

function whyNoPostAfter(trail: Trail, pre: TrailRow): WhyAnswer {
  const { filter, rows } = trail;
  switch (pre.result) {
    case FLT_PREOP_SUCCESS_NO_CALLBACK:
      return answer(false, 'R-2.4', `The pre-operation callback of ${filter.name} returned FLT_PREOP_SUCCESS_NO_CALLBACK.`, pre);
    case FLT_PREOP_COMPLETE:
      return answer(false, 'R-2.7', `${filter.name} completed the operation in its pre-operation callback; the one who completes gets no post-operation callback.`, pre);
    case FLT_PREOP_DISALLOW_FASTIO:
    case FLT_PREOP_DISALLOW_FSFILTER_IO:
      return answer(false, 'R-2.8', `${filter.name} refused the operation in its pre-operation callback.`, pre);
    case FLT_PREOP_PENDING: {
      const resumed = rows.find((row) => row.kind === 'api' && row.name === 'FltCompletePendedPreOperation' && row.layer === filter.layer);
      if (resumed === undefined) return answer(false, 'R-2.6', `${filter.name} pended the operation and has not handed it back.`, pre);
      return answer(false, 'R-4.5', `${filter.name} pended the operation and handed it back without asking for a post-operation callback, or it has not come back up yet.`, resumed);
    }
    case FLT_PREOP_SUCCESS_WITH_CALLBACK:
    case FLT_PREOP_SYNCHRONIZE: {
      const completed = rows.some((row) => row.kind === 'complete');
      if (!completed) return answer(false, 'R-3.2', `The operation has not come back up to ${filter.name}: it is still under way below.`, pre);
      return answer(false, 'R-3.2', `${filter.name} was owed a post-operation callback, but the log does not show it.`, pre);
    }
    case null:
      return answer(false, 'R-1.10', `The pre-operation callback of ${filter.name} has not returned.`, pre);
    default:
      return answer(false, 'R-2.27', `The pre-operation callback of ${filter.name} returned no pre-operation status, so the operation failed there.`, pre);
  }
}

function whyStatus(trail: Trail): WhyAnswer {
  const { filter, rows } = trail;
  const [called] = rowsOf(trail, 'status');
  if (called !== undefined) {
    return answer(true, called.rule === '' ? 'R-5.14' : called.rule, `${filter.name} asked for it, and IoCallDriver has returned ${ntStatusName(called.status)}.`, called);
  }
  const asked = rows.filter((row) => row.kind === 'api' && row.name === 'FltRequestOperationStatusCallback' && row.layer === filter.layer);
  const [first] = asked;
  if (first === undefined) {
    const [pre] = rowsOf(trail, 'pre');
    if (pre === undefined) return { ...whyPre(trail), called: false };
    return answer(false, 'R-5.1', `${filter.name} did not call FltRequestOperationStatusCallback for this operation; the routine is given for each request, not registered.`, pre);
  }
  const refused = asked.find((row) => row.result !== 0);
  if (refused !== undefined && !asked.some((row) => row.result === 0)) {
    return answer(false, 'R-5.1', `FltRequestOperationStatusCallback failed${refused.result === null ? '' : ` with ${ntStatusName(refused.result)}`}, so nothing was asked for.`, refused);
  }
  if (!rows.some((row) => row.kind === 'lower')) {
    const own = rowsOf(trail, 'pre')[0];
    const stopper = rows.find((row) => row.kind === 'pre' && row.layer >= filter.layer && row.result !== null && resultWords[row.result] !== undefined) ?? own ?? null;
    return answer(false, 'R-5.17', 'IoCallDriver was never called: without a lower call there is no status callback.', stopper);
  }
  return answer(false, 'R-5.18', 'The request waits: the lower call it belongs to has not returned.', first);
}

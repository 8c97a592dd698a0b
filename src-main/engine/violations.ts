/**
 * What the engine reports: the violations catalogue.
 *
 * Source: filter-manager-core.md, section 8. Severity: B bug check, V Filter Verifier error, W warning, I information. In the
 * sentences {f} is filter and instance, {op} operation and major function; the other words in braces come with the report.
 */
import type { Severity } from './observer.ts';

export interface ViolationKind {
  /** `FV-084` */
  readonly id: string;
  readonly severity: Severity;
  /** `R-5.9`; a bare number is a section of the page. */
  readonly rule: string;
  readonly source: string;
  /** Parameter 1 of bug check 0xF5, for severity B. */
  readonly bugCheckParameter: number;
  readonly template: string;
}

type Row = readonly [id: string, severity: Severity, rule: string, source: string, bugCheckParameter: number, template: string];

const rows: readonly Row[] = [
  ['FV-001', 'V', 'R-2.27', 'fltmgr diagnostic messages [1]; PFLT_PRE_OPERATION_CALLBACK; recovery INFERRED', 0, '{f} returned {value}, which is no pre-operation status. {op} fails with STATUS_FLT_INTERNAL_ERROR.'],
  ['FV-002', 'V', 'R-2.27', 'fltmgr diagnostic messages [0]; PFLT_PRE_OPERATION_CALLBACK; recovery INFERRED', 0, '{f} tried to pend {op}, but only IRP operations can be pended.'],
  ['FV-003', 'B', 'R-2.25', 'bug-check-0xf5; the pended case INFERRED', 0x66, '{f} asked for a post-operation callback for {op} but registered none.'],
  ['FV-004', 'V', 'R-2.26', 'fltmgr diagnostic messages [9]; -flt-completioncontext-outptr--annotation; dropping INFERRED', 0, 'The completion context {ctx} of {f} for {op} is lost: status {status} has no post-operation callback.'],
  ['FV-005', 'V', 'R-2.27', 'fltmgr diagnostic messages [A]; PFLT_PRE_OPERATION_CALLBACK; recovery INFERRED', 0, '{f} disallowed fast I/O for {op}, which is not a fast I/O operation.'],
  ['FV-006', 'V', 'R-2.27', 'PFLT_PRE_OPERATION_CALLBACK; recovery INFERRED', 0, '{f} may not disallow {op}.'],
  ['FV-007', 'V', 'R-2.27', 'PFLT_PRE_OPERATION_CALLBACK; recovery INFERRED', 0, '{f} returned DISALLOW_FSFILTER_IO for {op}; it is valid for IRP_MJ_QUERY_OPEN only.'],
  ['FV-008', 'V', 'R-2.24', 'completing-an-i-o-operation-in-a-preoperation-callback-routine; recovery INFERRED', 0, '{f} completed {op} with STATUS_PENDING, which is not a final status.'],
  ['FV-009', 'V', 'R-2.24', 'completing-an-i-o-operation-in-a-preoperation-callback-routine; recovery INFERRED', 0, '{f} completed {op} with a status that only the Filter Manager may use.'],
  ['FV-010', 'V', 'R-2.14', 'filtering-i-o-operations-in-a-minifilter-driver; PFLT_PRE_OPERATION_CALLBACK', 0, '{f} failed {op} with {status}; cleanup and close cannot fail.'],
  ['FV-011', 'W', 'R-2.14', 'filtering-i-o-operations-in-a-minifilter-driver; PFLT_PRE_OPERATION_CALLBACK', 0, '{f} completed {op} with {status}; use STATUS_SUCCESS.'],
  ['FV-012', 'W', 'R-2.22', 'completing-an-i-o-operation-in-a-preoperation-callback-routine; result INFERRED', 0, '{f} completed {op} without setting a status; it ends as STATUS_SUCCESS.'],
  ['FV-013', 'V', 'R-2.29', 'returning-flt-preop-synchronize; recovery INFERRED', 0, '{f} tried to synchronize {op}, which cannot be synchronized; treated as a plain callback request.'],
  ['FV-014', 'W', 'R-2.30', 'returning-flt-preop-synchronize; FltIsOperationSynchronous; sample: avscan, change, delete', 0, '{f} synchronizes an asynchronous {op}; this costs performance and can deadlock.'],
  ['FV-015', 'I', 'R-2.30', 'returning-flt-preop-synchronize; FltIsOperationSynchronous; sample: avscan, change, delete', 0, '{f} synchronizes a create; creates are synchronized anyway.'],
  ['FV-016', 'I', 'R-2.30', 'returning-flt-preop-synchronize; FltIsOperationSynchronous; sample: avscan, change, delete', 0, '{f} returned SYNCHRONIZE for {op}; treated as SUCCESS_WITH_CALLBACK.'],
  ['FV-017', 'W', 'R-2.20', 'INFERRED', 0, '{f} pended paging I/O; this can deadlock the system.'],
  ['FV-018', 'V', 'R-4.1', 'pending-an-i-o-operation-in-a-preoperation-callback-routine; FltCompletePendedPreOperation', 0, '{op} is still pended by {f} at the end of the run.'],
  ['FV-019', 'V', 'R-2.18', 'flt-parameters-for-irp-mj-acquire-for-section-synchronization', 0, '{f} failed {op} with {status}; this operation cannot be failed that way.'],
  ['FV-020', 'W', 'R-6.28', 'FLT_CALLBACK_DATA; recovery INFERRED', 0, '{f} set a status for {op} but did not complete it; the status is discarded.'],
  ['FV-021', 'V', 'R-6.14', 'FLT_IO_PARAMETER_BLOCK; undoing in place INFERRED', 0, '{f} changed {fields} of {op} without FltSetCallbackDataDirty; the change is ignored.'],
  ['FV-022', 'V', 'R-6.8', 'FLT_IO_PARAMETER_BLOCK; recovery INFERRED', 0, '{f} changed the major function of {op}; start a new operation instead.'],
  ['FV-023', 'V', 'R-6.3', 'FLT_CALLBACK_DATA; FLT_IS_SYSTEM_BUFFER', 0, '{f} wrote {field}, which belongs to the Filter Manager.'],
  ['FV-024', 'V', 'R-6.25', 'fsfilters, "Verifier checks"', 0, '{f} changed the target of {op} and completed it; nobody above will see the change.'],
  ['FV-025', 'V', 'R-6.23', 'FLT_IO_PARAMETER_BLOCK; recovery INFERRED', 0, '{f} redirected {op} to an instance that is not its own at the same altitude on another volume.'],
  ['FV-026', 'V', 'R-6.23', 'FLT_IO_PARAMETER_BLOCK; recovery INFERRED', 0, '{f} redirected {op} to a file object of another volume.'],
  ['FV-027', 'V', 'R-6.15', 'modifying-parameters', 0, '{f} swapped the buffer of {op} with an unsuitable MDL or pool.'],
  ['FV-028', 'V', 'R-6.16', 'modifying-parameters', 0, '{f} swapped the buffer of {op} but asked for no post-operation callback; the buffer leaks.'],
  ['FV-029', 'V', 'R-6.15', 'modifying-parameters', 0, '{f} freed {mdl}, which the Filter Manager or the caller owns.'],
  ['FV-030', 'W', 'R-6.21', 'PFLT_PRE_OPERATION_CALLBACK; sample: swapBuffers', 0, 'The buffer {f} swapped into {op} is smaller than the transfer the file system may make.'],
  ['FV-031', 'W', 'R-6.12', 'modifying-the-parameters-for-an-i-o-operation; INFERRED', 0, '{f} changed {fields} in post; nobody will see it.'],
  ['FV-032', 'V', 'R-6.29', 'FLT_CALLBACK_DATA', 0, '{f} changed reparse data outside post-create.'],
  ['FV-033', 'V', 'R-6.18', 'FltGetSwappedBufferMdlAddress; FltRetainSwappedBufferMdlAddress', 0, '{f} called {api} outside a post-operation callback.'],
  ['FV-040', 'V', 'R-3.17', 'fltmgr diagnostic messages [2]; INFERRED', 0, '{f} returned {value}, which is no post-operation status.'],
  ['FV-041', 'V', 'R-3.17', 'PFLT_POST_OPERATION_CALLBACK; recovery INFERRED', 0, '{f} tried to pend completion of {op}, which is not IRP-based.'],
  ['FV-042', 'V', 'R-3.17', 'PFLT_POST_OPERATION_CALLBACK', 0, 'Completion of {op} is still held by {f} at the end of the run.'],
  ['FV-043', 'V', 'R-3.14', 'PFLT_POST_OPERATION_CALLBACK; recovery INFERRED', 0, '{f} must finish a draining callback.'],
  ['FV-044', 'V', 'R-3.24', 'FltDoCompletionProcessingWhenSafe; recovery INFERRED', 0, '{f} may not move completion of {op} to a safe IRQL here.'],
  ['FV-045', 'V', 'R-3.25', 'FltDoCompletionProcessingWhenSafe; recovery INFERRED', 0, '{f} returned {value} although its safe-completion call answered {expected}.'],
  ['FV-046', 'V', 'R-3.20', 'failing-an-i-o-operation-in-a-postoperation-callback-routine; filtering-i-o-operations-in-a-minifilter-driver; INFERRED', 0, '{f} set {status} in post; it is not a final status a filter may use.'],
  ['FV-048', 'W', 'R-3.30', 'failing-an-i-o-operation-in-a-postoperation-callback-routine; FltReissueSynchronousIo', 0, '{f} failed a successful create but left the file open below.'],
  ['FV-049', 'V', 'R-3.26', 'FltCancelFileOpen', 0, '{f} called FltCancelFileOpen outside post-create.'],
  ['FV-050', 'B', 'R-3.28', 'bug-check-0xf5; FltCancelFileOpen', 0x6a, '{f} cancelled an open for which a handle exists.'],
  ['FV-052', 'W', 'R-3.29', 'FltCancelFileOpen', 0, '{f} cancelled an open that did not happen ({status}).'],
  ['FV-053', 'W', 'R-3.20', 'failing-an-i-o-operation-in-a-postoperation-callback-routine; filtering-i-o-operations-in-a-minifilter-driver; INFERRED', 0, '{f} failed {op} but left Information at {n}.'],
  ['FV-060', 'V', 'R-4.2', 'fltmgr diagnostic messages [4]; FltCompletePendedPreOperation', 0, '{f} resumed {op} with {status}; use COMPLETE, SUCCESS_NO_CALLBACK or SUCCESS_WITH_CALLBACK.'],
  ['FV-061', 'V', 'R-4.4', 'fltmgr diagnostic messages [5]; FltCompletePendedPreOperation', 0, '{f} resumed {op} at DISPATCH_LEVEL; only completing it is allowed there.'],
  ['FV-062', 'V', 'R-4.8', 'fltmgr diagnostic messages [6]; INFERRED', 0, '{f} used FltCompletePendedPostOperation for {op}, which is pended in pre.'],
  ['FV-063', 'V', 'R-4.8', 'fltmgr diagnostic messages [7]; INFERRED', 0, '{f} used FltCompletePendedPreOperation for {op}, which is pended in post.'],
  ['FV-064', 'V', 'R-4.8', 'fltmgr diagnostic messages [3]; INFERRED', 0, '{f} resumed {op}, which it has not pended or has resumed already.'],
  ['FV-065', 'V', 'R-4.13', 'pending-an-i-o-operation-in-a-preoperation-callback-routine; INFERRED', 0, '{f} queued {op}, which is not IRP-based.'],
  ['FV-066', 'V', 'R-4.15', 'FltQueueDeferredIoWorkItem; status INFERRED', 0, '{f} used a reserved work queue.'],
  ['FV-067', 'V', 'R-4.17', 'INFERRED', 0, '{f} queued {op} and then kept processing it; the work item is removed.'],
  ['FV-068', 'V', 'R-4.16', 'FltAllocateDeferredIoWorkItem; FltFreeDeferredIoWorkItem; FltQueueGenericWorkItem', 0, 'Work item {id} of {f} is leaked or was freed while queued.'],
  ['FV-069', 'V', 'R-1.10', 'writing-preoperation-callback-routines; writing-postoperation-callback-routines', 0, '{f} used {cbd} after handing it back.'],
  ['FV-070', 'V', 'R-4.20', 'FltCbdqInsertIo', 0, '{f} queued {op}, which is not IRP-based.'],
  ['FV-071', 'V', 'R-4.21', 'FltCbdqInitialize', 0, '{f} used queue {q} at DISPATCH_LEVEL, but its lock needs APC_LEVEL or below.'],
  ['FV-072', 'V', 'R-4.30', 'FltSetCancelCompletion; status INFERRED', 0, '{f} may not set a cancel routine for {op}.'],
  ['FV-073', 'V', 'R-4.29', 'FltSetCancelCompletion', 0, '{f} mixed FltSetCancelCompletion with a cancel-safe queue for {op}.'],
  ['FV-074', 'W', 'R-4.33', 'INFERRED', 0, '{f} passed {op} down without clearing its cancel routine.'],
  ['FV-075', 'V', 'R-4.35', 'FltIsIoCanceled', 0, '{f} asked for the cancel state of {op}, which has none.'],
  ['FV-076', 'V', 'R-4.34', 'FltCancelIo', 0, '{f} cancelled {op}, which it did not start.'],
  ['FV-077', 'V', 'R-4.28', 'INFERRED', 0, '{f} queued {op} and then kept processing it; it is removed from the queue.'],
  ['FV-080', 'V', 'R-5.2', 'FltRequestOperationStatusCallback', 0, '{f} requested an operation status callback outside a pre-operation callback.'],
  ['FV-081', 'V', 'R-5.3', 'FltRequestOperationStatusCallback', 0, '{f} requested an operation status callback for a close.'],
  ['FV-082', 'V', 'R-5.5', 'FltRequestOperationStatusCallback; status INFERRED', 0, '{f} requested an operation status callback for {op}, which is not IRP-based.'],
  ['FV-083', 'V', 'R-5.6', 'FltRequestOperationStatusCallback; status INFERRED', 0, '{f} passed NULL where a pointer is required.'],
  ['FV-084', 'W', 'R-5.9', 'FltRequestOperationStatusCallback', 0, '{f} changed {fields} after requesting the status callback; the callback will see the old values.'],
  ['FV-085', 'W', 'R-5.17', 'INFERRED', 0, 'The status callback {f} requested for {op} will never run; its context {ctx} may leak.'],
  ['FV-086', 'I', 'R-5.18', 'INFERRED', 0, 'The status callback of {f} runs in {thread} because the operation was pended.'],
  ['FV-090', 'V', 'R-7.1', 'the reference page of the routine; recovery INFERRED', 0, '{f} called {api} at {irql}; the limit is {max}.'],
  ['FV-092', 'V', 'R-7.2', 'PFLT_POST_OPERATION_CALLBACK; writing-preoperation-callback-routines', 0, '{f} may not get, set or delete contexts at DISPATCH_LEVEL.'],
  ['FV-093', 'V', 'R-7.3', 'filtering-i-o-operations-in-a-minifilter-driver; managing-contexts; status INFERRED', 0, '{f} asked for a context that cannot exist in {op}.'],
  ['FV-100', 'V', 'R-1.15', 'FLT_OPERATION_REGISTRATION; FltRegisterFilter; FltStartFiltering; status INFERRED', 0, '{f} registered a post-operation callback for IRP_MJ_SHUTDOWN.'],
  ['FV-101', 'V', 'R-1.15', 'FLT_OPERATION_REGISTRATION; FltRegisterFilter; FltStartFiltering; status INFERRED', 0, '{f} registered {major}, which file systems do not receive.'],
  ['FV-102', 'V', 'R-1.15', 'FLT_OPERATION_REGISTRATION; FltRegisterFilter; FltStartFiltering; status INFERRED', 0, '{f} registered {major} twice.'],
  ['FV-103', 'V', 'R-1.3', 'load-order-groups-and-altitudes-for-minifilter-drivers; FltCompareInstanceAltitudes; FltGetLowerInstance', 0, '{f} cannot attach at {altitude}: it is taken.'],
  ['FV-110', 'V', 'R-6.30', 'FltReissueSynchronousIo; INFERRED', 0, '{f} reissued {op}, which it has not synchronized.'],
  ['FV-111', 'V', 'R-6.30', 'FltReissueSynchronousIo; INFERRED', 0, '{f} may not reissue {op} here.'],
  ['FV-112', 'V', 'R-6.30', 'FltReissueSynchronousIo; INFERRED', 0, '{f} reissued {op} at {irql}.'],
  ['FV-113', 'V', 'R-6.32', 'FltReissueSynchronousIo', 0, '{f} reissued a create it has cancelled; the result is STATUS_CANCELLED.'],
  ['FV-114', 'V', '7', 'FltPerformAsynchronousIo', 0, '{f} issued an asynchronous create.'],
  ['FV-115', 'V', '7', 'FltFreeCallbackData; FltReuseCallbackData', 0, '{f} freed callback data it did not allocate.'],
  ['FV-116', 'V', '7', 'FltReadFile', 0, '{f} used a file object that is not open.'],
  ['FV-120', 'W', 'R-4.19', 'PFLT_INSTANCE_TEARDOWN_CALLBACK', 0, '{f} still holds {n} operations after teardown start; the detach will hang until they are handed back.'],
  ['FV-130', 'B', '8', 'bug-check-0xf5', 0x68, '{f} released file name information too many times.'],
  ['FV-131', 'B', '8', 'bug-check-0xf5', 0x6d, '{f} released context {ctx} too many times.'],
  ['FV-132', 'B', '8', 'bug-check-0xf5', 0x6e, '{f} used freed context {ctx}.'],
  ['FV-133', 'V', '8', 'file-system-filter-verification', 0, '{f} leaked references to {objects}.'],
];

export const violationKinds: ReadonlyMap<string, ViolationKind> = new Map(
  rows.map(([id, severity, rule, source, bugCheckParameter, template]) => [id, { id, severity, rule, source, bugCheckParameter, template }]),
);

/** Fills a sentence; words without a value stay as they are, so that a forgotten one is seen. */
export function fillTemplate(template: string, words: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole);
}

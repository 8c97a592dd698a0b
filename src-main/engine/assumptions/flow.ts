/**
 * Decisions about the flow of one operation.
 *
 * Source: filter-manager-core.md 10.2, 10.3. Where the pages name no other reading, it is the most plausible one.
 */
import type { Assumption } from './assumption.ts';

const row = (id: string, values: readonly [string, string], sentence: string, source: string): Assumption => ({ id, values, implemented: values, sentence, source });

const model: readonly Assumption[] = [
  row('R-1.6', ['dynamic', 'fixed-at-start'], 'The next instance is chosen when the previous pre callback is finished, so an instance that attached meanwhile below is called.', 'INFERRED; fsfilters, note on I/O completion'),
  row('R-1.8', ['post-called', 'ignored'], 'A filter that registered only a post callback is called in post, as if its pre had asked for it.', 'first half INFERRED; FLT_OPERATION_REGISTRATION allows post without pre'),
  row('R-1.12', ['own-posts-status', 'lower-call-status'], 'A frame with a synchronized operation returns the status that its own posts left to the frame above.', 'INFERRED; the other reading returns what the lower call returned'),
  row('R-1.17', ['end-of-event', 'immediately'], 'Teardown completes at the end of the external event in which the last hold on the instance went away.', 'INFERRED'),
  row('R-1.18', ['inside-the-call', 'after-the-call'], 'A file system that completes an IRP at once completes it before IoCallDriver returns, so posts run before it returns.', 'INFERRED; IoCompleteRequest runs completion routines synchronously'),
];

const pre: readonly Assumption[] = [
  row('R-2.8', ['zero', 'kept'], 'FLT_PREOP_DISALLOW_FASTIO leaves Information 0, whatever the filter wrote.', 'INFERRED; the page speaks of the status only'),
  row('R-2.20', ['obeyed', 'refused'], 'FLT_PREOP_PENDING for paging I/O is obeyed and reported (FV-017); refused, the operation fails with STATUS_FLT_INTERNAL_ERROR.', 'INFERRED; no document forbids the value itself'),
  row('R-2.22', ['recover', 'undefined'], 'After misuse that the documents leave undefined, the engine recovers in the documented way of R-2.22, R-2.24, R-2.27, R-3.14, R-3.17, R-3.24, R-3.25, R-4.8 and R-4.9; with undefined it does what a Filter Manager without verifier would most likely do: a wrong pre value or resume status passes down, with a post where there is one, a wrong disallow value is obeyed, STATUS_PENDING stays a final status, completion moves to a safe routine for fast I/O too, the post\'s value counts against FltDoCompletionProcessingWhenSafe, and an operation resumes at DISPATCH_LEVEL.', 'INFERRED; nothing in the documents promises a recovery'),
  row('R-2.25', ['bug-check', 'no-callback'], 'A pended operation that is resumed with FLT_PREOP_SUCCESS_WITH_CALLBACK by a filter without a post callback bug-checks like the return of that value.', 'the pended case INFERRED; bug-check-0xf5'),
  row('R-2.26', ['dropped', 'kept-when-pended'], 'A completion context given with FLT_PREOP_PENDING is dropped; kept, the post gets it when the operation is resumed without one.', 'dropping INFERRED; fltmgr diagnostic messages [9]'),
  row('R-2.28', ['with-fsctl-request-oplock', 'documented-only'], 'FSCTL_REQUEST_OPLOCK cannot be synchronized either, like the four older oplock requests.', 'INFERRED; returning-flt-preop-synchronize lists the older ones'),
  row('R-2.29', ['with-callback', 'obey'], 'SYNCHRONIZE for an oplock request, a directory notification or a byte-range lock counts as SUCCESS_WITH_CALLBACK.', 'INFERRED; waiting would block the thread'),
  row('R-2.31', ['alias', 'separate'], 'STATUS_FLT_DISALLOW_FSFILTER_IO has the value of STATUS_FLT_DISALLOW_FAST_IO.', 'INFERRED; no header names a value, the other reading uses one of the engine\'s own'),
  row('R-2.33', ['posts-run', 'no-posts'], 'When the file system declines a fast I/O call, the posts that are owed run with STATUS_FLT_DISALLOW_FAST_IO.', 'INFERRED'),
];

const post: readonly Assumption[] = [
  row('R-3.6', ['completing-context', 'at-dispatch'], 'The posts of a plain IRP run in the thread and at the IRQL in which the file system completes it; the other reading completes a pended IRP at DISPATCH_LEVEL always.', 'INFERRED; posts run from FltMgr\'s IRP completion routine'),
  row('R-3.7', ['whole-operation', 'own-post-only'], 'When one filter of a frame synchronizes, completion processing of the whole operation in that frame starts in its thread.', 'INFERRED; alexcarp part 7 shows Synchronize as a flag of the whole operation'),
  row('R-3.8', ['originating-thread', 'completing-context'], 'All posts of a create run in the thread that originated it at PASSIVE_LEVEL; the other reading treats a create like any IRP.', 'INFERRED beyond the table of R-3.5'),
  row('R-3.9', ['completing-context', 'originating-thread'], 'When a filter completes an operation, the posts above run in the context of the completing call.', 'INFERRED'),
  row('R-3.10', ['callers-context', 'posts-context'], 'After FltCompletePendedPostOperation the remaining posts run in the caller\'s context, not in that of the post.', 'context INFERRED; FltCompletePendedPostOperation'),
  row('R-3.13', ['cleanup-status', 'unchanged'], 'A draining post callback sees IoStatus FLT_POST_OPERATION_CLEANUP/0 (R-3.13, VOL-034).', 'INFERRED; text of the status code'),
  row('R-3.18', ['finished', 'obeyed'], 'FLT_POSTOP_DISALLOW_FSFILTER_IO for anything but IRP_MJ_QUERY_OPEN counts as FLT_POSTOP_FINISHED_PROCESSING.', 'recovery INFERRED; PFLT_POST_OPERATION_CALLBACK'),
  row('R-3.20', ['reported', 'not-reported'], 'A post that sets STATUS_PENDING is reported (FV-046), like one that sets STATUS_FLT_DISALLOW_FAST_IO.', 'STATUS_PENDING INFERRED; failing-an-i-o-operation-in-a-postoperation-callback-routine'),
  row('R-3.22', ['refused', 'queued'], 'FltDoCompletionProcessingWhenSafe at DISPATCH_LEVEL refuses while the instance is torn down.', 'INFERRED from FltQueueDeferredIoWorkItem'),
];

const pending: readonly Assumption[] = [
  row('R-4.2', ['refused', 'accepted'], 'FltCompletePendedPreOperation refuses FLT_PREOP_DISALLOW_FSFILTER_IO; accepted, the operation fails as for that return value.', 'INFERRED; FltCompletePendedPreOperation lists the others'),
  row('R-4.6', ['callback-thread', 'resuming-thread'], 'When an operation is handed back before its callback has returned, the thread of the callback goes on with it (R-4.6, R-4.7).', 'INFERRED; FltMgr keeps a pending status and context in the operation'),
  row('R-4.10', ['taken-over', 'ignored'], 'Changes made while the operation is pended are taken over when it is passed down.', 'INFERRED'),
  row('R-4.13', ['not-safe', 'invalid-parameter'], 'FltQueueDeferredIoWorkItem for an operation that is no IRP answers STATUS_FLT_NOT_SAFE_TO_POST_OPERATION.', 'code INFERRED; pending-an-i-o-operation-in-a-preoperation-callback-routine'),
  row('R-4.15', ['invalid-parameter', 'not-safe'], 'A reserved or unknown work queue type answers STATUS_INVALID_PARAMETER.', 'INFERRED; the other reading is STATUS_FLT_NOT_SAFE_TO_POST_OPERATION'),
  row('R-4.17', ['removed', 'runs'], 'A deferred work item is taken out of its queue when the callback that queued it goes on with the operation.', 'INFERRED'),
  row('R-4.24', ['locked', 'not-locked'], 'FltCbdqInsertIo takes the queue\'s lock before it looks whether the queue is disabled.', 'INFERRED; FltCbdqDisable needs the lock'),
  row('R-4.26', ['completed-at-once', 'refused'], 'An IRP that is cancelled already is not inserted but completed through CompleteCanceledIo; refused, FltCbdqInsertIo answers STATUS_CANCELLED and calls nothing.', 'INFERRED; FltCbdqInsertIo, IoCsqInsertIrpEx'),
  row('R-4.27', ['lock-released', 'lock-held'], 'CompleteCanceledIo runs after the queue\'s lock was released.', 'INFERRED; IoCsq, the cancelSafe sample says otherwise'),
  row('R-4.28', ['removed', 'stays'], 'An operation that was inserted into a queue and not pended is taken out of the queue.', 'INFERRED'),
  row('R-4.30', ['invalid-parameter', 'not-supported'], 'FltSetCancelCompletion where it is not allowed answers STATUS_INVALID_PARAMETER.', 'codes INFERRED; FltSetCancelCompletion'),
  row('R-4.33', ['cleared', 'kept'], 'A cancel routine that is still set when the operation is passed down is cleared.', 'INFERRED'),
];

const statusCallbacks: readonly Assumption[] = [
  row('R-5.5', ['invalid-parameter', 'undefined'], 'A status callback request for fast I/O or FsFilter operations, or with NULL arguments, answers STATUS_INVALID_PARAMETER (R-5.5, R-5.6); with undefined it succeeds, is served for every kind of operation, and calls nothing where the routine is NULL.', 'INFERRED'),
  row('R-5.7', ['arguments-first', 'teardown-first'], 'A status callback request looks at its arguments before it looks whether the instance is being torn down.', 'order INFERRED'),
  row('R-5.11', ['as-it-is', 'marked-only'], 'The snapshot takes the live parameters, also what the same pre changed without marking it dirty.', 'INFERRED'),
  row('R-5.12', ['returned-status', 'io-status'], 'OperationStatus is what IoCallDriver returned, also when posts have rewritten IoStatus.', 'last sentence INFERRED; FltRequestOperationStatusCallback'),
  row('R-5.13', ['always', 'with-post-only'], 'A status callback is delivered whether or not the requester asked for a post callback.', 'INFERRED'),
  row('R-5.14', ['before-the-wait', 'after-the-wait'], 'Status callbacks come strictly after IoCallDriver has returned and before any wait for completion (R-5.14, R-5.16).', 'INFERRED; "after IoCallDriver returns"'),
  row('R-5.15', ['newest-first', 'oldest-first'], 'Several status callback requests are delivered in reverse order of the requests.', 'INFERRED; public type information shows a single-linked list head'),
  row('R-5.17', ['dropped', 'served-at-completion'], 'Without a lower call there is no status callback: a request is dropped when a filter completes the operation.', 'INFERRED; the trigger is IoCallDriver returning'),
  row('R-5.18', ['served-later', 'served-with-pending'], 'When a filter pends the operation, a status callback request is served after the later lower call, in the thread that makes it.', 'INFERRED'),
  row('R-5.19', ['own-frame', 'lowest-frame'], 'A status callback request is served when the lower call of the requester\'s own frame returns.', 'INFERRED; the other reading waits for the call of the lowest frame only'),
  row('R-5.20', ['snapshot', 'live'], 'FltObjects.FileObject of a status callback is the file object of the snapshot, not the one that went down.', 'FileObject INFERRED; PFLT_GET_OPERATION_STATUS_CALLBACK'),
  row('R-5.21', ['holds-instance', 'dropped-at-teardown'], 'An undelivered status callback request holds its instance: teardown completes after it.', 'INFERRED; the request fails during teardown, so it takes a rundown reference'),
];

const callbackData: readonly Assumption[] = [
  row('R-6.8', ['others-stand', 'all-dropped'], 'When MajorFunction or Reserved was changed it is restored, and other changes stand.', 'INFERRED'),
  row('R-6.12', ['undone', 'visible'], 'Changes in post are invisible above, the dirty flag is cleared between filters, and unmarked changes are undone (R-6.12, R-6.13, R-6.14); with visible, unmarked changes of a pre stay in the parameters of those below.', 'INFERRED; from R-6.10'),
  row('R-6.19', ['visible-in-posts', 'not-visible'], 'The MDL of a locked buffer appears in every post whose block names the same buffer with a NULL MDL.', 'INFERRED; guidelines-for-porting-legacy-filter-drivers relies on it'),
  row('R-6.20', ['at-finish', 'at-return'], 'When the post is pended, the swapped MDL is freed when the post is finished, not when it returns.', 'INFERRED'),
  row('R-6.23', ['restored', 'failed'], 'A wrong TargetInstance or TargetFileObject is restored and the operation goes on; failed, it ends with STATUS_FLT_INTERNAL_ERROR.', 'INFERRED'),
  row('R-6.28', ['reset', 'visible'], 'IoStatus written by a pre that passes the operation down is reset before the next filter sees it.', 'INFERRED'),
  row('R-7.1', ['refused', 'performed'], 'A routine that is called above its highest IRQL is not performed (R-7.1, SIM-002).', 'recovery INFERRED; the reference page of each routine'),
];

export const flowAssumptions: readonly Assumption[] = [...model, ...pre, ...post, ...pending, ...statusCallbacks, ...callbackData];

/** INFERRED rules that no other reading could make the engine behave otherwise by. */
export const undecidable: Readonly<Record<string, string>> = {
  'R-1.1': 'the kind of an operation comes with the request',
  'R-1.11': 'the order of steps between two pre callbacks that no driver can watch',
  'R-1.14': 'says what an operation is',
  'R-3.11': 'an FsFilter call has no other thread it could be completed in',
  'R-5.10': 'the engine never owns what is in a buffer, so a copy of the block cannot hold it',
  'R-5.22': 'a request is used up when it is delivered; a second delivery would be a second request',
  'R-7.4': 'DISPATCH_LEVEL is the highest level here, so "any level" and "DISPATCH_LEVEL or below" are one',
};

/**
 * Decisions about the flow of one operation.
 *
 * Source: filter-manager-core.md 10.2, 10.3.
 */
import type { Assumption } from './assumption.ts';

export const flowAssumptions: readonly Assumption[] = [
  { id: 'R-1.6', values: ['dynamic', 'fixed-at-start'], implemented: ['dynamic', 'fixed-at-start'], sentence: 'The next instance is chosen when the previous pre callback is finished, so an instance that attached meanwhile below is called.', source: 'INFERRED; fsfilters, note on I/O completion' },
  { id: 'R-1.17', values: ['end-of-event', 'immediately'], implemented: ['end-of-event', 'immediately'], sentence: 'Teardown completes at the end of the external event in which the last hold on the instance went away.', source: 'INFERRED' },
  { id: 'R-2.22', values: ['recover', 'undefined'], implemented: ['recover'], sentence: 'After misuse that the documents leave undefined, the engine recovers in the documented way of R-2.22, R-2.24, R-2.27, R-3.17, R-3.24, R-3.25, R-4.8 and R-4.9.', source: 'INFERRED; nothing in the documents promises a recovery' },
  { id: 'R-2.29', values: ['with-callback', 'obey'], implemented: ['with-callback', 'obey'], sentence: 'SYNCHRONIZE for an oplock request, a directory notification or a byte-range lock counts as SUCCESS_WITH_CALLBACK.', source: 'INFERRED; waiting would block the thread' },
  { id: 'R-2.31', values: ['alias', 'separate'], implemented: ['alias'], sentence: 'STATUS_FLT_DISALLOW_FSFILTER_IO has the value of STATUS_FLT_DISALLOW_FAST_IO.', source: 'INFERRED' },
  { id: 'R-3.7', values: ['whole-operation', 'own-post-only'], implemented: ['whole-operation', 'own-post-only'], sentence: 'When one filter of a frame synchronizes, completion processing of the whole operation in that frame starts in its thread.', source: 'INFERRED; alexcarp part 7 shows Synchronize as a flag of the whole operation' },
  { id: 'R-3.13', values: ['cleanup-status', 'unchanged'], implemented: ['cleanup-status', 'unchanged'], sentence: 'A draining post callback sees IoStatus FLT_POST_OPERATION_CLEANUP/0.', source: 'INFERRED; text of the status code' },
  { id: 'R-4.6', values: ['callback-thread', 'resuming-thread'], implemented: ['callback-thread'], sentence: 'When an operation is handed back before its callback has returned, the thread of the callback goes on with it (R-4.6, R-4.7).', source: 'INFERRED; FltMgr keeps a pending status and context in the operation' },
  { id: 'R-5.5', values: ['invalid-parameter', 'undefined'], implemented: ['invalid-parameter'], sentence: 'A status callback request for fast I/O or FsFilter operations, or with NULL arguments, answers STATUS_INVALID_PARAMETER (R-5.5, R-5.6).', source: 'INFERRED' },
  { id: 'R-5.14', values: ['before-the-wait', 'after-the-wait'], implemented: ['before-the-wait', 'after-the-wait'], sentence: 'Status callbacks come strictly after IoCallDriver has returned and before any wait for completion (R-5.14, R-5.16).', source: 'INFERRED; "after IoCallDriver returns"' },
  { id: 'R-5.15', values: ['newest-first', 'oldest-first'], implemented: ['newest-first', 'oldest-first'], sentence: 'Several status callback requests are delivered in reverse order of the requests.', source: 'INFERRED; public type information shows a single-linked list head' },
  { id: 'R-5.17', values: ['dropped', 'served-at-completion'], implemented: ['dropped', 'served-at-completion'], sentence: 'Without a lower call there is no status callback: a request is dropped when a filter completes the operation.', source: 'INFERRED; the trigger is IoCallDriver returning' },
  { id: 'R-5.18', values: ['served-later', 'served-with-pending'], implemented: ['served-later', 'served-with-pending'], sentence: 'When a filter pends the operation, a status callback request is served after the later lower call, in the thread that makes it.', source: 'INFERRED' },
  { id: 'R-5.21', values: ['holds-instance', 'dropped-at-teardown'], implemented: ['holds-instance', 'dropped-at-teardown'], sentence: 'An undelivered status callback request holds its instance: teardown completes after it.', source: 'INFERRED; the request fails during teardown, so it takes a rundown reference' },
  { id: 'R-6.12', values: ['undone', 'visible'], implemented: ['undone'], sentence: 'Changes in post are invisible above, the dirty flag is cleared between filters, and unmarked changes are undone (R-6.12, R-6.13, R-6.14).', source: 'INFERRED; from R-6.10' },
  { id: 'R-6.19', values: ['visible-in-posts', 'not-visible'], implemented: ['visible-in-posts', 'not-visible'], sentence: 'The MDL of a locked buffer appears in every post whose block names the same buffer with a NULL MDL.', source: 'INFERRED; guidelines-for-porting-legacy-filter-drivers relies on it' },
];

/**
 * Oplocks: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 8 (OPL).
 */
import type { Assumption } from './assumption.ts';

export const oplocksAssumptions: readonly Assumption[] = [
  { id: 'OPL-005', values: ['notice-first', 'wait-first'], implemented: ['notice-first', 'wait-first'], sentence: 'An oplock request that a break completes is completed before the operation that caused the break begins to wait.', source: 'INFERRED; FSA:2.1.4.12 gives no order' },
  { id: 'OPL-011', values: ['buffer-too-small', 'invalid-parameter'], implemented: ['buffer-too-small', 'invalid-parameter'], sentence: 'A buffer of FSCTL_REQUEST_OPLOCK that is too small answers STATUS_BUFFER_TOO_SMALL.', source: 'INFERRED; SDK:request_oplock_input_buffer names no status' },
  { id: 'OPL-012', values: ['as-listed', 'present-oplocks-first'], implemented: ['as-listed', 'present-oplocks-first'], sentence: 'A request for an oplock is checked against handle and stream first and against the oplocks that are present last.', source: 'INFERRED; order of rows in FSA:2.1.5.18' },
  { id: 'OPL-014', values: ['new-level-0', 'new-level'], implemented: ['new-level-0', 'new-level'], sentence: 'A request whose oplock was switched to another handle ends with NewOplockLevel 0.', source: 'INFERRED; FSA:2.1.5.18.2 does not say what the old request is told' },
  { id: 'OPL-020', values: ['no-check', 'breaks-handle'], implemented: ['no-check', 'breaks-handle'], sentence: 'SET_SECURITY breaks no handle caching.', source: 'only the newest MS-FSA breaks it; off by default in the table' },
  { id: 'OPL-026', values: ['waits', 'goes-on'], implemented: ['waits', 'goes-on'], sentence: 'A byte-range lock waits for the acknowledgement of the RWH oplock it breaks.', source: 'INFERRED; FSA:2.1.4.12 against IFS:irp-mj-lock-control2' },
  { id: 'OPL-028', values: ['oldest-first', 'newest-first'], implemented: ['oldest-first', 'newest-first'], sentence: 'Several holders are told of a break in the order in which their oplocks were granted.', source: 'INFERRED' },
  { id: 'OPL-032', values: ['access-or-share', 'access-and-share'], implemented: ['access-or-share', 'access-and-share'], sentence: 'A create breaks FILTER when it asks for more than reading or does not share reading; either is enough.', source: 'INFERRED; IFS:irp-mj-create2 can be read as requiring both' },
  { id: 'OPL-034', values: ['sharing-violation', 'waits'], implemented: ['sharing-violation', 'waits'], sentence: 'With FILE_COMPLETE_IF_OPLOCKED a create that had to break handle caching to settle a share conflict fails with STATUS_SHARING_VIOLATION at once.', source: 'INFERRED; IFS:irp-mj-create2' },
  { id: 'OPL-035', values: ['others-wait', 'others-go-on'], implemented: ['others-wait', 'others-go-on'], sentence: 'Other creates of a stream wait until whoever opened it with FILE_OPEN_REQUIRING_OPLOCK has asked for its oplock.', source: 'INFERRED; DDI:nf-fltkernel-fltcreatefileex2 only says that the opener must ask next' },
  { id: 'OPL-041', values: ['checks-again', 'goes-on'], implemented: ['checks-again', 'goes-on'], sentence: 'An operation that has waited for a break repeats its check from the start.', source: 'INFERRED; FSA:2.1.4.12' },
  { id: 'OPL-042', values: ['arrival', 'newest-first'], implemented: ['arrival', 'newest-first'], sentence: 'Operations that wait for a break go on in the order in which they arrived.', source: 'INFERRED' },
  { id: 'OPL-060', values: ['information-8', 'information-0'], implemented: ['information-8', 'information-0'], sentence: 'The request of an L1, BATCH or FILTER oplock whose handle is closed ends with Information FILE_OPLOCK_BROKEN_TO_NONE.', source: 'INFERRED; FSA:2.1.5.5 gives the status' },
  { id: 'OPL-073', values: ['complete', 'go-on'], implemented: ['complete', 'go-on'], sentence: 'An oplock check outside the operations it is meant for returns FLT_PREOP_COMPLETE with STATUS_INVALID_PARAMETER.', source: 'INFERRED; DDI:nf-fltkernel-fltcheckoplock names no result' },
];

/** INFERRED rules that no other reading could make the engine behave otherwise by. */
export const undecidable: Readonly<Record<string, string>> = {
  'OPL-002': 'names of states for display and vectors',
  'OPL-004': 'one simulated thread runs at a time, so a check and its effect cannot be parted',
};

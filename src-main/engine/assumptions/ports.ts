/**
 * Communication ports: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 7 (COM).
 */
import type { Assumption } from './assumption.ts';

const both = <T extends readonly [string, ...string[]]>(values: T): Pick<Assumption, 'values' | 'implemented'> => ({ values, implemented: values });

export const portsAssumptions: readonly Assumption[] = [
  { id: 'COM-010', ...both(['refused', 'accepted']), sentence: 'A port with MaxConnections 0 or without a connect or disconnect callback is refused with STATUS_INVALID_PARAMETER.', source: 'status INFERRED; FltCreateCommunicationPort' },
  { id: 'COM-011', ...both(['no-disconnect', 'disconnect']), sentence: 'A connection that the connect callback has refused gets no disconnect callback.', source: 'INFERRED; FltCreateCommunicationPort' },
  { id: 'COM-012', ...both(['copy', 'program-memory']), sentence: 'The connection context is a copy in system memory.', source: 'INFERRED; FilterConnectCommunicationPort' },
  { id: 'COM-014', ...both(['at-program-close', 'at-once']), sentence: 'After FltCloseClientPort has cut a connection, the disconnect callback comes when the program closes its handle.', source: 'INFERRED; FltCloseClientPort, sample: minispy' },
  { id: 'COM-017', ...both(['not-supported', 'invalid-device-request']), sentence: 'FilterSendMessage to a port without a message callback fails with STATUS_NOT_SUPPORTED.', source: 'status INFERRED; FltCreateCommunicationPort' },
  { id: 'COM-021', ...both(['oldest-first', 'newest-first']), sentence: 'Messages of one connection are delivered in the order of the FltSendMessage calls.', source: 'order INFERRED; FltSendMessage' },
  { id: 'COM-022', ...both(['past', 'no-limit']), sentence: 'A pointer to a zero time-out is a time in the past, and not "no limit".', source: 'INFERRED; FltSendMessage says "no limit", which fits the NULL pointer' },
  { id: 'COM-023', ...both(['what-fits', 'nothing']), sentence: 'Of a reply that is too long, the part that fits is copied.', source: 'INFERRED; FltSendMessage' },
  { id: 'COM-025', ...both(['reported', 'not-reported']), sentence: 'A send without a limit that waits for the very process whose request it holds up is reported (OV-084).', source: 'INFERRED; sample: scanner' },
  { id: 'COM-030', ...both(['insufficient-buffer', 'more-data']), sentence: 'FilterGetMessage with too small a buffer fails with ERROR_INSUFFICIENT_BUFFER and leaves the message in the queue.', source: 'code INFERRED; FilterGetMessage' },
  { id: 'COM-032', ...both(['payload', 'header-too']), sentence: 'The reply length of FltSendMessage counts the payload only, not the 16 bytes of the reply header.', source: 'INFERRED; FltSendMessage counts the header in, samples scanner and avscan do not' },
  { id: 'COM-033', ...both(['per-connection', 'one-count']), sentence: 'Message ids begin at 1 for each connection and grow by 1.', source: 'INFERRED' },
  { id: 'COM-034', ...both(['status-first', 'overflow-first']), sentence: 'When a reply is too long and its status is an error, FltSendMessage returns that status and not STATUS_BUFFER_OVERFLOW.', source: 'precedence INFERRED; FILTER_REPLY_HEADER' },
  { id: 'COM-035', ...both(['no-waiter', 'accepted']), sentence: 'A reply to a message that wants none fails with ERROR_FLT_NO_WAITER_FOR_REPLY.', source: 'INFERRED; FilterReplyMessage' },
  { id: 'COM-037', ...both(['calls-first', 'disconnect-first']), sentence: 'When a filter is unregistered, waiting calls of the program end before the disconnect callback runs.', source: 'order INFERRED; FltCreateCommunicationPort' },
];

/**
 * The rule each row of the event log follows from.
 *
 * Source: filter-manager-core.md and filter-manager-objects.md; the rules themselves are in engine/rules.ts.
 */
import type { Activation, Operation } from '../engine/index.ts';
import { IRP_MJ_CREATE, STATUS_PENDING } from '../nt/values.generated.ts';
import { activationTable, queueRules } from './activationTable.ts';

export const issueRule = (operation: Operation): string => (operation.initiator === null ? 'R-1.1' : 'R-1.13');

/** Why this routine is called now. */
export function callbackRule(activation: Activation): string {
  const { kind, operation } = activation;
  if (kind === 'pre') return operation === null || operation.thread === activation.thread ? 'R-1.4' : 'R-2.12';
  if (kind === 'post') return operation === null ? 'R-1.5' : postRule(activation, operation);
  if (kind === 'status') return operation === null ? 'R-5.14' : statusRule(activation, operation);
  if (kind === 'unload') return activation.flags === 0 ? 'REG-031' : 'REG-032';
  if (kind === 'queue') return queueRules[activation.name] ?? 'R-4.22';
  return activationTable[kind].rule;
}

function postRule(activation: Activation, operation: Operation): string {
  if (activation.filter.entries[operation.major]?.pre === null) return 'R-1.8';
  if (operation.kind === 'fsfilter') return 'R-3.11';
  if (operation.kind === 'fastio') return 'R-3.5';
  if (operation.major === IRP_MJ_CREATE) return 'R-3.8';
  const hold = operation.hold;
  if ((hold?.node?.synchronized ?? null) !== null) return 'R-2.5';
  if (hold?.frameCall.startThread !== null && hold?.frameCall.startThread === activation.thread) return 'R-3.7';
  return operation.completedBy === null ? 'R-3.6' : 'R-3.9';
}

function statusRule(activation: Activation, operation: Operation): string {
  if (activation.thread !== operation.thread) return 'R-5.18';
  return operation.major === IRP_MJ_CREATE ? 'R-5.16' : 'R-5.14';
}

/** The file system completes it: inside the call, later, or without being an IRP at all. */
export function doneRule({ kind, current }: Operation): string {
  if (kind !== 'irp') return 'R-1.5';
  return current !== null && !current.inLowerCall && current.lowerStatus === STATUS_PENDING ? 'R-3.6' : 'R-1.18';
}

/** The file system's dispatch routine returns: it has kept the IRP, or completed it inside the call. */
export const returnRule = (status: number): string => (status === STATUS_PENDING ? 'R-1.4' : 'R-1.18');

/** How an operation ended: a filter completed it, or the drivers below did. */
export const completionRule = (operation: Operation): string => (operation.completedBy === null ? 'R-1.5' : 'R-2.7');

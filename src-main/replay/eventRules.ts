/**
 * The rule each row of the event log follows from.
 *
 * Source: filter-manager-core.md and filter-manager-objects.md; the rules themselves are in engine/rules.ts.
 */
import type { Activation, Operation } from '../engine/index.ts';
import { IRP_MJ_CREATE, STATUS_PENDING } from '../nt/values.generated.ts';
import { activationTable, queueRules } from './activationTable.ts';
import { pageWord, type PageWord } from './eventPage.ts';

/** Rules of rows that every operation has. */
const rules = {
  issued: pageWord('R-1.1'), generated: pageWord('R-1.13'), pre: pageWord('R-1.4'), preLater: pageWord('R-2.12'), post: pageWord('R-1.5'), postOnly: pageWord('R-1.8'), fsFilter: pageWord('R-3.11'), fastIo: pageWord('R-3.5'), create: pageWord('R-3.8'),
  synchronized: pageWord('R-2.5'), startThread: pageWord('R-3.7'), lower: pageWord('R-3.6'), filter: pageWord('R-3.9'), status: pageWord('R-5.14'), statusLater: pageWord('R-5.18'), statusOfCreate: pageWord('R-5.16'), inside: pageWord('R-1.18'), completedBy: pageWord('R-2.7'),
} as const;

export const issueRule = (operation: Operation): PageWord => (operation.initiator === null ? rules.issued : rules.generated);

/** Why a pre callback is called now, and a post callback. */
export const preRule = (operation: Operation, { thread }: Activation): PageWord => (operation.thread === thread ? rules.pre : rules.preLater);

/** Why this routine is called now. */
export function callbackRule(activation: Activation): PageWord {
  const { kind, operation } = activation;
  if (kind === 'pre') return operation === null ? rules.pre : preRule(operation, activation);
  if (kind === 'post') return operation === null ? rules.post : postRule(operation, activation);
  if (kind === 'status') return operation === null ? rules.status : statusRule(activation, operation);
  if (kind === 'unload') return pageWord(activation.flags === 0 ? 'REG-031' : 'REG-032');
  if (kind === 'queue') return pageWord(queueRules[activation.name] ?? 'R-4.22');
  return pageWord(activationTable[kind].rule);
}

export function postRule(operation: Operation, activation: Activation): PageWord {
  const { hold, kind } = operation;
  if (activation.filter.entries[operation.major]?.pre === null) return rules.postOnly;
  if (kind === 'fsfilter') return rules.fsFilter;
  if (kind === 'fastio') return rules.fastIo;
  if (operation.major === IRP_MJ_CREATE) return rules.create;
  if ((hold?.node?.synchronized ?? null) !== null) return rules.synchronized;
  if (hold?.frameCall.startThread !== null && hold?.frameCall.startThread === activation.thread) return rules.startThread;
  return operation.completedBy === null ? rules.lower : rules.filter;
}

function statusRule(activation: Activation, operation: Operation): PageWord {
  if (activation.thread !== operation.thread) return rules.statusLater;
  return operation.major === IRP_MJ_CREATE ? rules.statusOfCreate : rules.status;
}

/** The file system completes it: inside the call, later, or without being an IRP at all. */
export function doneRule({ isIrp, current }: Operation): PageWord {
  if (!isIrp) return rules.post;
  return current !== null && !current.inLowerCall && current.lowerStatus === STATUS_PENDING ? rules.lower : rules.inside;
}

/** The file system's dispatch routine returns: it has kept the IRP, or completed it inside the call. */
export const returnRule = (status: number): PageWord => (status === STATUS_PENDING ? rules.pre : rules.inside);

/** The lowest frame calls the file system. */
export const lowerRule = rules.pre;

/** How an operation ended: a filter completed it, or the drivers below did. */
export const completionRule = (operation: Operation): PageWord => (operation.completedBy === null ? rules.post : rules.completedBy);

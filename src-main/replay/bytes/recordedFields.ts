/** Reading the numbers of a record's `detail`. */
import { ntError } from '../../nt/ntStatus.ts';
import type { NumberedOperation } from '../../trace/record.ts';

/** A number of `detail`; 0 where it was not recorded. */
export function numberIn(op: NumberedOperation, key: string): number {
  const value = op.detail[key];
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : 0;
}

/** A 64-bit number of `detail`, exactly. */
export function wideIn(op: NumberedOperation, key: string): bigint | null {
  const value = op.detail[key];
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
}

/** Whether the recording says or suggests that it was answered: a warning answers too. */
export const wasAnswered = (op: NumberedOperation): boolean => op.status === null || !ntError(op.status);

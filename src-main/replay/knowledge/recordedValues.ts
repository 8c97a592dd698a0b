/** Reading `detail` of a record: numbers may be bigint, and anything may be missing. */
import type { DetailValue } from '../../trace/record.ts';

/** 0 where it is no number. */
export const numberIn = (value: DetailValue | undefined): number => (typeof value === 'number' ? value : typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : 0);

/** Null where it was not recorded. */
export const bigintIn = (value: DetailValue | undefined): bigint | null => (typeof value === 'number' ? BigInt(value) : typeof value === 'bigint' ? value : null);

/**
 * FLT_CONTEXT_REGISTRATION: what contexts a filter may allocate.
 *
 * CTX-004 to CTX-009, CTX-011 of filter-manager-objects.md (FLT_CONTEXT_REGISTRATION; creating-contexts).
 */
import {
  FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH, FLT_CONTEXT_END, STATUS_FLT_INVALID_CONTEXT_REGISTRATION,
} from '../../../nt/values.generated.ts';
import type { FLT_REGISTRATION, PFLT_CONTEXT_ALLOCATE_CALLBACK, PFLT_CONTEXT_CLEANUP_CALLBACK, PFLT_CONTEXT_FREE_CALLBACK } from '../../wdk.ts';
import { isContextType } from './contextType.ts';

/** SIZE_T with all bits set, in the form a driver may write it. */
export const FLT_VARIABLE_SIZED_CONTEXTS = 0xffff_ffff_ffff_ffffn;

export interface ContextDefinition {
  readonly type: number;
  /** Null: variable. */
  readonly size: number | null;
  /** FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH */
  readonly servesSmaller: boolean;
  readonly tag: string;
  readonly cleanup: PFLT_CONTEXT_CLEANUP_CALLBACK | null;
  readonly allocate: PFLT_CONTEXT_ALLOCATE_CALLBACK | null;
  readonly free: PFLT_CONTEXT_FREE_CALLBACK | null;
}

/** One row, read from the object or the array that C would write. */
interface Row {
  readonly type: unknown;
  readonly flags: unknown;
  readonly cleanup: unknown;
  readonly size: unknown;
  readonly tag: unknown;
  readonly allocate: unknown;
  readonly free: unknown;
}

function rowOf(row: unknown): Row {
  if (Array.isArray(row)) {
    const [type, flags, cleanup, size, tag, allocate, free] = row as readonly unknown[];
    return { type, flags, cleanup, size, tag, allocate, free };
  }
  const fields = (typeof row === 'object' && row !== null ? row : {}) as Readonly<Record<string, unknown>>;
  return {
    type: fields['ContextType'], flags: fields['Flags'], cleanup: fields['ContextCleanupCallback'], size: fields['Size'], tag: fields['PoolTag'], allocate: fields['ContextAllocateCallback'],
    free: fields['ContextFreeCallback'],
  };
}

/** A number of bytes, `null` for a variable size; undefined for what is neither. */
function sizeOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'bigint') return value === FLT_VARIABLE_SIZED_CONTEXTS || value === -1n ? null : value >= 0n && value <= 0xffff_ffffn ? Number(value) : undefined;
  // As a double the 64 bits round up; a driver ported from 32 bits may write that many.
  if (typeof value === 'number') return value === -1 || value === 0xffff_ffff || value >= 2 ** 63 ? null : Number.isInteger(value) && value >= 0 ? value : undefined;
  // A structure class knows its own size.
  if ((typeof value === 'object' || typeof value === 'function') && 'size' in value && typeof value.size === 'number') return value.size;
  return undefined;
}

const routineOf = <T>(value: unknown): T | null | undefined => (value === null || value === undefined ? null : typeof value === 'function' ? (value as T) : undefined);

const tagOf = (value: unknown): string => (value === undefined || value === null || value === 0 ? '' : String(value));

function definitionOf(row: Row, acceptHalf: boolean): ContextDefinition | null {
  const size = sizeOf(row.size);
  const cleanup = routineOf<PFLT_CONTEXT_CLEANUP_CALLBACK>(row.cleanup);
  const allocate = routineOf<PFLT_CONTEXT_ALLOCATE_CALLBACK>(row.allocate);
  const free = routineOf<PFLT_CONTEXT_FREE_CALLBACK>(row.free);
  if (!isContextType(row.type) || size === undefined || cleanup === undefined || allocate === undefined || free === undefined) return null;
  if ((allocate === null) !== (free === null) && !acceptHalf) return null;
  const tag = tagOf(row.tag);
  if (allocate === null && tag === '') return null;
  return { type: row.type, size, servesSmaller: (Number(row.flags ?? 0) & FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH) !== 0, tag, cleanup, allocate, free };
}

/** CTX-004, CTX-005. */
function countsAllowed(definitions: readonly ContextDefinition[]): boolean {
  const byType = Map.groupBy(definitions, ({ type }) => type);
  for (const group of byType.values()) {
    const variable = group.filter(({ size }) => size === null).length;
    if (variable > 1 || group.length - variable > 3) return false;
    if (group.length > 1 && group.some(({ allocate }) => allocate !== null)) return false;
  }
  return true;
}

/** The context definitions of a registration, or STATUS_FLT_INVALID_CONTEXT_REGISTRATION. `is` asks for assumptions. */
export function settleContextRegistration(registration: FLT_REGISTRATION, is: (id: string, word: string) => boolean = () => false): readonly ContextDefinition[] | number {
  const rows: unknown = registration.ContextRegistration ?? [];
  if (!Array.isArray(rows)) return STATUS_FLT_INVALID_CONTEXT_REGISTRATION;
  const definitions: ContextDefinition[] = [];
  for (const given of rows as readonly unknown[]) {
    const row = rowOf(given);
    if (row.type === FLT_CONTEXT_END) break;
    const definition = definitionOf(row, is('CTX-008', 'accepted'));
    if (definition === null) return STATUS_FLT_INVALID_CONTEXT_REGISTRATION;
    definitions.push(definition);
  }
  return countsAllowed(definitions) ? definitions : STATUS_FLT_INVALID_CONTEXT_REGISTRATION;
}

/** CTX-011: the definition an allocation uses. Of two with the same size the first (CTX-007). */
export function fittingDefinition(definitions: readonly ContextDefinition[], type: number, size: number, registrationOrder: boolean): ContextDefinition | null {
  const fitting = definitions.filter((one) => one.type === type && (one.size === null || one.size === size || (one.servesSmaller && one.size > size)));
  const [first = null] = registrationOrder ? fitting : fitting.toSorted((a, b) => (a.size ?? Infinity) - (b.size ?? Infinity));
  return first;
}

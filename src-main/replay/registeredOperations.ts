/** What a filter registered, read from the table it passed to FltRegisterFilter, for the event log. */
import { IRP_MJ_OPERATION_END } from '../nt/values.generated.ts';

export interface RegisteredOperation {
  readonly major: number;
  /** FLTFL_OPERATION_REGISTRATION_* */
  readonly flags: number;
  readonly pre: boolean;
  readonly post: boolean;
}

/** Rows in either of the two forms; what is no row is left out, as the table comes from driver code. */
export function registeredOperations(table: unknown): RegisteredOperation[] {
  if (!Array.isArray(table)) return [];
  const rows: RegisteredOperation[] = [];
  for (const row of table as unknown[]) {
    const one = registeredOperation(row);
    if (one === null) continue;
    if (one.major === IRP_MJ_OPERATION_END) break;
    rows.push(one);
  }
  return rows;
}

function registeredOperation(row: unknown): RegisteredOperation | null {
  if (typeof row !== 'object' || row === null) return null;
  const { MajorFunction, Flags, PreOperation, PostOperation } = Array.isArray(row)
    ? { MajorFunction: row[0] as unknown, Flags: row[1] as unknown, PreOperation: row[2] as unknown, PostOperation: row[3] as unknown }
    : (row as Readonly<Record<string, unknown>>);
  if (typeof MajorFunction !== 'number') return null;
  return { major: MajorFunction & 0xff, flags: typeof Flags === 'number' ? Flags : 0, pre: typeof PreOperation === 'function', post: typeof PostOperation === 'function' };
}

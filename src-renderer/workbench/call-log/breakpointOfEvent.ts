/** The breakpoint for "stop at things like this", from a line of the call log. */
import type { BreakpointDraft, DriverInfo, EventRow } from '../../../src-preload/contract/index.ts';

/** Null where there is no kind of breakpoint for it. `operation`: what is known of the operation it belongs to. */
export function breakpointOfEvent(row: EventRow, drivers: readonly DriverInfo[], operation: { readonly major: number | null; readonly path: string | null } | undefined): BreakpointDraft | null {
  const driverId = drivers.find(({ name }) => name === row.layerName)?.id ?? null;
  const where = operation === undefined ? {} : { major: operation.major, path: operation.path ?? '' };
  switch (row.kind) {
    case 'pre': case 'post': case 'status': return { at: { kind: 'callback', callbacks: [row.kind] }, driverId, where };
    case 'issue': case 'complete': return { at: { kind: 'operation', step: row.kind }, where };
    case 'violation': case 'hint': return row.violation === null ? null : { at: { kind: 'violation', id: row.violation, severity: '', except: [] } };
    case 'api': {
      const routine = /^(\w+)\(/.exec(row.text)?.[1];
      return routine === undefined ? null : { at: { kind: 'api', routine }, driverId };
    }
    case 'change': {
      const field = /^([\w.]+): /.exec(row.text)?.[1];
      return field === undefined ? null : { at: { kind: 'change', field } };
    }
    default: return null;
  }
}

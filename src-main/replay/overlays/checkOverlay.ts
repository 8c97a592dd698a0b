/** What is wrong with an overlay before it runs, in one sentence. */
import { irpMjName } from '../../nt/names.ts';
import { IRP_MJ_CLEANUP, IRP_MJ_CLOSE } from '../../nt/values.generated.ts';
import type { NumberedOperation, TraceProcess } from '../../trace/record.ts';
import type { Overlay } from '../runPlan.ts';
import { withArguments } from './argumentEdits.ts';

export interface CheckedAgainst {
  /** A recorded operation of the trace. */
  readonly operation: (index: number) => NumberedOperation | undefined;
  readonly processes: readonly TraceProcess[];
  /** Drivers of the run. */
  readonly drivers: readonly { readonly id: number; readonly name: string }[];
  /** A sentence for an altitude that is none, or null. */
  readonly altitude: (altitude: string) => string | null;
}

/** Null where it can be tried. */
export function overlayProblem(overlay: Overlay, against: CheckedAgainst): string | null {
  switch (overlay.kind) {
    case 'assign': return overlay.expression.trim() === '' ? 'There is no expression: write one that changes something, for example Data.Iopb.Parameters.Read.Length = 512.' : null;
    case 'return': return null;
    case 'skip':
    case 'ioStatus': return issued(overlay.operation, against).problem;
    case 'duplicate': return again(overlay.operation, against).problem;
    case 'arguments': {
      const { record, problem } = issued(overlay.operation, against);
      return record === undefined ? problem : argumentsProblem(record, overlay.values, against);
    }
    case 'insert': {
      if (against.operation(overlay.after) === undefined) return missing(overlay.after);
      const { record, problem } = again(overlay.like, against);
      return record === undefined ? problem : argumentsProblem(record, overlay.values, against);
    }
    case 'off': return driverProblem(overlay.driver, against);
    case 'altitude': return driverProblem(overlay.driver, against) ?? against.altitude(overlay.altitude);
  }
}

type Found = { readonly record: NumberedOperation; readonly problem: null } | { readonly record: undefined; readonly problem: string };

const missing = (index: number): string => `The trace has no operation #${index}.`;

function issued(index: number, { operation }: CheckedAgainst): Found {
  const record = operation(index);
  if (record === undefined) return { record, problem: missing(index) };
  if (record.major === null || record.kind === 'other') return { record: undefined, problem: `#${index} (${record.operation}) is no request, so it is not issued: choose another operation.` };
  return { record, problem: null };
}

/** An operation that is to be issued once more. */
function again(index: number, against: CheckedAgainst): Found {
  const found = issued(index, against);
  const major = found.record?.major;
  if (major !== IRP_MJ_CLEANUP && major !== IRP_MJ_CLOSE) return found;
  return { record: undefined, problem: `#${index} (${irpMjName(major)}) cannot be issued once more: a handle ends once. Insert a copy of the open to have another handle.` };
}

function argumentsProblem(record: NumberedOperation, values: Readonly<Record<string, string | number | null>>, { processes }: CheckedAgainst): string | null {
  const edited = withArguments(record, values, processes);
  return edited.kind === 'problem' ? edited.sentence : null;
}

const driverProblem = (id: number, { drivers }: CheckedAgainst): string | null => (drivers.some((driver) => driver.id === id) ? null : 'This driver is not in the run: choose one of its stack.');

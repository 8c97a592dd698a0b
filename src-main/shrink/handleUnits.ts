/**
 * What of a trace can be left out so that it stays one that could have been: a handle from its open to its close as a whole, or of a handle that stays single
 * operations, but never its open, and its cleanup and close only together.
 *
 * Which operations are of one handle is told by the same rules as in a replay (replay/fileObjects.ts).
 */
import type { FILE_OBJECT } from '../engine/index.ts';
import { IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE } from '../nt/values.generated.ts';
import { FileObjects } from '../replay/fileObjects.ts';
import type { NumberedOperation } from '../trace/record.ts';

/** Operations that go or stay together, in order. */
export interface Part {
  readonly operations: readonly number[];
}

export interface HandleUnit {
  /** The operation that opened it; null for one that was open before the trace began, or for an operation without a handle. */
  readonly open: number | null;
  /** What can be left out by itself. */
  readonly parts: readonly Part[];
}

export function handleUnits(operations: Iterable<NumberedOperation>, pidOf: (op: NumberedOperation) => number): HandleUnit[] {
  const files = new FileObjects();
  const found = new Map<FILE_OBJECT, { open: number | null; readonly parts: Part[]; readonly end: number[] }>();
  for (const op of operations) {
    const pid = pidOf(op);
    const { fileObject } = files.forOperation(op, pid);
    files.afterOperation(op, pid, fileObject, null);
    let unit = found.get(fileObject);
    if (unit === undefined) found.set(fileObject, (unit = { open: null, parts: [], end: [] }));
    if (op.major === IRP_MJ_CREATE && unit.open === null && unit.parts.length === 0) unit.open = op.index;
    else if (op.major === IRP_MJ_CLEANUP || op.major === IRP_MJ_CLOSE) unit.end.push(op.index);
    else unit.parts.push({ operations: [op.index] });
  }
  return [...found.values()].map(({ open, parts, end }) => ({ open, parts: end.length === 0 ? parts : [...parts, { operations: end }] }));
}

/** The numbers of what is kept, upwards. */
export function selectionOf(units: readonly HandleUnit[]): Uint32Array {
  return Uint32Array.from(units.flatMap(({ open, parts }) => [...(open === null ? [] : [open]), ...parts.flatMap(({ operations }) => operations)])).sort();
}

/** The same units with only some of their parts. One that was open before and has nothing left is gone. */
export function withParts(units: readonly HandleUnit[], kept: ReadonlySet<Part>): HandleUnit[] {
  return units.map(({ open, parts }) => ({ open, parts: parts.filter((part) => kept.has(part)) })).filter(({ open, parts }) => open !== null || parts.length > 0);
}

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

/** Operations are added in order. */
export class HandleUnits {
  readonly #pidOf: (op: NumberedOperation) => number;
  readonly #files = new FileObjects();
  readonly #found = new Map<FILE_OBJECT, { open: number | null; readonly parts: Part[]; readonly end: number[] }>();

  constructor(pidOf: (op: NumberedOperation) => number) {
    this.#pidOf = pidOf;
  }

  add(op: NumberedOperation): void {
    const pid = this.#pidOf(op);
    const { fileObject } = this.#files.forOperation(op, pid);
    this.#files.afterOperation(op, pid, fileObject, null);
    let unit = this.#found.get(fileObject);
    if (unit === undefined) this.#found.set(fileObject, (unit = { open: null, parts: [], end: [] }));
    if (op.major === IRP_MJ_CREATE && unit.open === null && unit.parts.length === 0) unit.open = op.index;
    else if (op.major === IRP_MJ_CLEANUP || op.major === IRP_MJ_CLOSE) unit.end.push(op.index);
    else unit.parts.push({ operations: [op.index] });
  }

  get units(): HandleUnit[] {
    return [...this.#found.values()].map(({ open, parts, end }) => ({ open, parts: end.length === 0 ? parts : [...parts, { operations: end }] }));
  }
}

/** The numbers of what is kept, upwards. */
export function selectionOf(units: readonly HandleUnit[]): Uint32Array {
  let count = 0;
  for (const { open, parts } of units) {
    if (open !== null) count++;
    for (const { operations } of parts) count += operations.length;
  }
  const numbers = new Uint32Array(count);
  let at = 0;
  for (const { open, parts } of units) {
    if (open !== null) numbers[at++] = open;
    for (const { operations } of parts) for (const index of operations) numbers[at++] = index;
  }
  return numbers.sort();
}

/** The same units with only some of their parts. One that was open before and has nothing left is gone. */
export function withParts(units: readonly HandleUnit[], kept: ReadonlySet<Part>): HandleUnit[] {
  return units.map(({ open, parts }) => ({ open, parts: parts.filter((part) => kept.has(part)) })).filter(({ open, parts }) => open !== null || parts.length > 0);
}

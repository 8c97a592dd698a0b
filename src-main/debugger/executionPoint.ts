/**
 * Execution points: a moment of a run, as a pair of numbers, or more for a line of driver code.
 *
 * `18204:7` is the seventh event since operation 18204 was issued; `18204:7:29` is line 29, reached behind that event; `18204:7:29.3` is the
 * third time since then that the run came to the line; `18204:7:names.ts:29` is a line of another file of the driver that runs there. Every place that
 * shows or takes a point uses this text.
 */
import type { ExecutionPoint } from './stop.ts';

const pointPattern = /^\s*#?(\d{1,10}):(\d{1,10})(?::(?:([A-Za-z_][\w/-]*\.ts):)?(\d{1,9})(?:\.(\d{1,9}))?)?\s*$/;
const highest = 0xffffffff;

export function pointText({ operation, sequence, line, visit }: ExecutionPoint): string {
  const inside = line === null ? '' : `:${line}${visit === undefined || visit <= 1 ? '' : `.${visit}`}`;
  return `${operation}:${sequence}${inside}`;
}

/** As it was written. */
export interface WrittenPoint extends ExecutionPoint {
  /** The file that `line` is in; absent: that of the driver's entry, or a line of the driver as a whole. */
  readonly file?: string;
}

/** Null where the text is no point. */
export function parsePoint(text: string): WrittenPoint | null {
  const [, operation, sequence, file, line, visit] = pointPattern.exec(text) ?? [];
  if (operation === undefined || sequence === undefined) return null;
  const point = { operation: Number(operation), sequence: Number(sequence), line: line === undefined ? null : Number(line), ...(visit !== undefined && Number(visit) > 1 && { visit: Number(visit) }), ...(file !== undefined && { file }) };
  if (point.operation > highest || point.sequence > highest || point.sequence === 0 || point.line === 0 || visit === '0') return null;
  return point;
}

/** Negative where `a` comes first. Lines behind one event are not ordered by their numbers: only the event before its lines is known. */
export function comparePoints(a: ExecutionPoint, b: ExecutionPoint): number {
  return a.operation - b.operation || a.sequence - b.sequence || Number(a.line !== null) - Number(b.line !== null);
}

/** The same moment, the line and the visit too. */
export const isSamePoint = (a: ExecutionPoint, b: ExecutionPoint): boolean =>
  a.operation === b.operation && a.sequence === b.sequence && a.line === b.line && (a.visit ?? 1) === (b.visit ?? 1);

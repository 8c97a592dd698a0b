/** A difference as a line of text, for the command line and exports. */
import type { CompareRow, ExecutionPoint } from '../../src-preload/contract/index.ts';

const pointText = (point: ExecutionPoint | null): string => (point === null ? '-' : point.sequence === 0 ? (point.operation === 0 ? '-' : `#${point.operation}`) : `${point.operation}:${point.sequence}`);

/** `12:7  12:9  ReadFile C:\a  final status: STATUS_SUCCESS / 4096 -> STATUS_ACCESS_DENIED` */
export function differenceLine({ operation, path, what, a, b, pointA, pointB }: CompareRow): string {
  const change = a === null ? `+ ${what}${b === null ? '' : `: ${b}`}` : b === null ? `- ${what}: ${a}` : `${what}: ${a} -> ${b}`;
  return `${pointText(pointA).padEnd(10)} ${pointText(pointB).padEnd(10)} ${operation}${path === null ? '' : ` ${path}`}  ${change}`;
}

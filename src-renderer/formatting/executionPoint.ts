import type { ExecutionPoint } from '../../src-preload/contract/index.ts';

/** `18204:7`, with the line as a third number inside a callback. */
export function formatPoint(point: ExecutionPoint): string {
  return `${point.operation}:${point.sequence}${point.line === null ? '' : `:${point.line}`}`;
}

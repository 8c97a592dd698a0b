import type { ExecutionPoint } from '../../src-preload/contract/index.ts';

/** `18204:7`; `18204:7:29` for a line behind it, `18204:7:29.3` for the third time that the line is come to. */
export function formatPoint(point: ExecutionPoint): string {
  return `${point.operation}:${point.sequence}${point.line === null ? '' : `:${point.line}${(point.visit ?? 1) > 1 ? `.${point.visit}` : ''}`}`;
}

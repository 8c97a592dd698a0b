import type { ExecutionPoint } from '../../../src-preload/contract/index.ts';
import { formatPoint } from '../../formatting/executionPoint.ts';

/** `12:7`, or `#12` for an operation as such. */
export const pointText = (point: ExecutionPoint | null): string => (point === null ? '' : point.sequence > 0 ? formatPoint(point) : point.operation === 0 ? '' : `#${point.operation}`);

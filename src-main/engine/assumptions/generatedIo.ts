/**
 * Generated I/O, fast I/O and FsFilter operations: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 6 and 9 (GEN, FIO).
 */
import type { Assumption } from './assumption.ts';

export const generatedIoAssumptions: readonly Assumption[] = [];

/**
 * Contexts: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 4 (CTX).
 */
import type { Assumption } from './assumption.ts';

export const contextsAssumptions: readonly Assumption[] = [];

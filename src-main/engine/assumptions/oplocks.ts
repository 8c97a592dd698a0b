/**
 * Oplocks: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 8 (OPL).
 */
import type { Assumption } from './assumption.ts';

export const oplocksAssumptions: readonly Assumption[] = [];

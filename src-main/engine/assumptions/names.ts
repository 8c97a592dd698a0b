/**
 * File names: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 5 (NAM).
 */
import type { Assumption } from './assumption.ts';

export const namesAssumptions: readonly Assumption[] = [];

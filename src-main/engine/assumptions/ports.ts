/**
 * Communication ports: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 7 (COM).
 */
import type { Assumption } from './assumption.ts';

export const portsAssumptions: readonly Assumption[] = [];

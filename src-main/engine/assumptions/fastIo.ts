/**
 * Fast I/O and FsFilter operations: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 9 (FIO); filter-manager-core.md.
 */
import type { Assumption } from './assumption.ts';

const both = <T extends readonly [string, ...string[]]>(values: T): Pick<Assumption, 'values' | 'implemented'> => ({ values, implemented: values });

export const fastIoAssumptions: readonly Assumption[] = [
  { id: 'FIO-011', ...both(['comes-again', 'issuer-decides']), sentence: 'After a refused fast I/O or query-open call the I/O manager comes again with IRPs (FIO-011, FIO-013, R-2.32).', source: 'per-operation list INFERRED; PFLT_PRE_OPERATION_CALLBACK' },
  { id: 'FIO-023', ...both(['ignored', 'obeyed']), sentence: 'An error status that a filter gives a release operation is ignored.', source: 'treatment INFERRED; flt-parameters-for-irp-mj-release-for-mod-write' },
  { id: 'FIO-028', ...both(['not-called', 'called']), sentence: 'Where the file system offers no such fast I/O call, no filter is called, and the I/O manager builds an IRP at once.', source: 'INFERRED' },
];

/** INFERRED rules that no other reading could make the engine behave otherwise by. */
export const undecidable: Readonly<Record<string, string>> = {
  'FIO-024': 'what the memory manager sends comes from whoever issues the operations',
  'FIO-025': 'what the cache manager sends comes from whoever issues the operations',
};

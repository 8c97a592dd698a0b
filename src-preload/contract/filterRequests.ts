/** Requests about filters of the operation list. */
import type { FilterCount, FilterField, FilterReading, FilterValue, ImportedFilter, SavedFilter } from './filterValues.ts';

type None = Record<string, never>;

export interface FilterRequests {
  /** What an expression says, or what is wrong with it and where. Empty: everything. */
  'filter.read': { params: { text: string }; result: FilterReading };
  /** Values of a field that have `text` in them (no case; empty: all), the most frequent first. */
  'filter.values': { params: { traceId: number; field: FilterField; text: string; limit: number }; result: { values: readonly FilterValue[] } };
  'filter.saved': { params: None; result: readonly SavedFilter[] };
  /** Keeps a filter in the session; one of the same name is replaced. */
  'filter.save': { params: { name: string; text: string }; result: readonly SavedFilter[] };
  'filter.remove': { params: { id: number }; result: readonly SavedFilter[] };
  /** Reads the filter of a file that Process Monitor exported (.PMF), or of its configuration (.PMC). */
  'filter.import': { params: { fileName: string; bytes: Uint8Array }; result: ImportedFilter };
}

export interface FilterEvents {
  /** A filter that somebody looks through was counted further. */
  'filter.counted': FilterCount;
  'filter.savedChanged': readonly SavedFilter[];
}

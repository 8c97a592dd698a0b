/** Requests about comparing two sides. A comparison belongs to the open session and is kept until there are newer ones. */
import type { CompareGroup, CompareInfo, CompareRow, DifferenceKind, SideRef } from './compareValues.ts';

type None = Record<string, never>;

export interface CompareRequests {
  /** Answers at once; `compare.changed` tells the first divergence as soon as it is certain, and the end. */
  'compare.start': { params: { a: SideRef; b: SideRef }; result: CompareInfo };
  'compare.info': { params: { id: number }; result: CompareInfo };
  /** Of the kinds (null: all), of one cause, with `text` in operation, path, process or what differs (no case; empty: all). `count` of those that fit. */
  'compare.page': {
    params: { id: number; offset: number; limit: number; kinds: readonly DifferenceKind[] | null; text: string; cause: number | null };
    result: { rows: readonly CompareRow[]; count: number };
  };
  'compare.groups': { params: { id: number }; result: { groups: readonly CompareGroup[] } };
  /** The whole list, a piece at a time: `from` 0 first, then `next` until that is null. */
  'compare.export': { params: { id: number; format: 'text' | 'json'; from: number }; result: { text: string; next: number | null } };
  /** What was found stays. */
  'compare.cancel': { params: { id: number }; result: None };
}

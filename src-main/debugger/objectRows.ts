/** Parts of a snapshot's rows: lists with their counts, places, names of operations. */
import type { Operation } from '../engine/index.ts';
import { irpMjName } from '../nt/names.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import type { ObjectList, ObjectPlace } from './objectsData.ts';

/** Rows of one list; of what is more only the count is told. */
const mostRows = 500;

export function listOf<Row, Item>(items: readonly Item[], row: (item: Item) => Row): ObjectList<Row> {
  return { count: items.length, rows: items.slice(0, mostRows).map(row) };
}

export const placeOf = (site: { readonly driver: string; readonly line: number } | null): ObjectPlace | null => (site === null ? null : { driver: site.driver, line: site.line });

export const pathOfOperation = (operation: Operation): string | null => replayTagOf(operation)?.record.path ?? (operation.iopb.TargetFileObject?.FileName.Buffer || null);
export const nameOfOperation = (operation: Operation): string => replayTagOf(operation)?.record.operation ?? irpMjName(operation.major);

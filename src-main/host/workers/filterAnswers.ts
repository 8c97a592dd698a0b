/** What the query worker knows of filters: what they let through, kept from question to question, and the values that occur. */
import { irpMjName } from '../../nt/names.ts';
import { ntStatusShortName } from '../../nt/ntStatus.ts';
import type { FilterValue } from '../../../src-preload/contract/index.ts';
import { asciiLower, compileWhere, type FilteredRows, type OperationResult, type SessionReader } from '../../session/index.ts';
import type { FilterStanding, QueryMap } from './messages.ts';

/** Filters that are kept. Ten million operations take 1.25 MB at most. */
const mostKept = 6;
/** Distinct values that are looked at for a suggestion. */
const mostValues = 50_000;

type Tallied = Parameters<SessionReader['traces']['eachTally']>[1];
const columnOf: Readonly<Record<string, Tallied>> = { operation: 'operation', path: 'path', status: 'status', major: 'major', tid: 'tid', process: 'process', pid: 'process' };
/** How far a field has been looked through. */
interface Values {
  readonly key: string;
  readonly counts: Map<string, number>;
  readonly processes: ReadonlyMap<number, string>;
  /** Number of the operation to go on from; null where all have been looked at. */
  next: number | null;
}

const noResults: ReadonlyMap<number, OperationResult> = new Map();

export class FilterAnswers {
  #reader: SessionReader | null = null;
  readonly #kept = new Map<string, FilteredRows>();
  /** The field whose values were asked for last. */
  #values: Values | null = null;

  page(reader: SessionReader, p: QueryMap['filtered']['params']): QueryMap['filtered']['result'] {
    return reader.traces.reading(() => {
      const rows = this.#rows(reader, p.trace, p.where);
      const isLate = deadline(p.milliseconds);
      const end = p.offset + p.limit;
      const isEnough = (): boolean => (p.limit > 0 && rows.count >= end) || isLate();
      if (p.limit === 0 || rows.count < end) rows.scan(isEnough);
      const numbers = p.limit === 0 ? [] : rows.numbers(p.offset, p.limit);
      const results = p.run === null || numbers.length === 0 ? noResults : reader.runs.resultsAt(p.run, numbers);
      return { rows: reader.traces.listedAt(p.trace, numbers), results, ...standing(rows) };
    });
  }

  position(reader: SessionReader, p: QueryMap['position']['params']): QueryMap['position']['result'] {
    return reader.traces.reading(() => {
      const rows = this.#rows(reader, p.trace, p.where);
      let place = rows.position(p.index);
      if (place === undefined) {
        const isLate = deadline(p.milliseconds);
        const before = rows.count;
        // Nothing new has been let through: it is as unknown as it was.
        rows.scan(() => isLate() || (rows.count > before && rows.scanned >= p.index));
        place = rows.position(p.index);
      }
      return { place };
    });
  }

  values(reader: SessionReader, { session, trace, field, text, limit, milliseconds }: QueryMap['values']['params']): QueryMap['values']['result'] {
    const column = columnOf[field];
    if (column === undefined) return { values: [], exact: true };
    const key = `${session} ${trace} ${field} ${reader.traces.trace(trace)?.state ?? ''}`;
    if (this.#values?.key !== key) {
      const processes = reader.traces.processes(trace).map(({ index, name, pid }) => [index as number, field === 'pid' ? String(pid) : name] as const);
      this.#values = { key, counts: new Map(), processes: new Map(processes), next: 1 };
    }
    lookFurther(reader, trace, column, this.#values, deadline(milliseconds));
    return { values: mostFrequent(this.#values.counts, text, limit), exact: this.#values.next === null };
  }

  #rows(reader: SessionReader, trace: number, where: string): FilteredRows {
    if (this.#reader !== reader) this.#kept.clear();
    this.#reader = reader;
    const key = `${trace} ${where}`;
    const rows = this.#kept.get(key) ?? reader.traces.filteredRows(trace, compileWhere(where));
    this.#kept.delete(key);
    this.#kept.set(key, rows);
    for (const oldest of [...this.#kept.keys()].slice(0, -mostKept)) this.#kept.delete(oldest);
    rows.refresh();
    return rows;
  }
}

const standing = (rows: FilteredRows): FilterStanding => ({ count: rows.count, exact: rows.isExact, scanned: rows.scanned });

function deadline(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() >= end;
}

function lookFurther(reader: SessionReader, trace: number, column: Tallied, values: Values, isLate: () => boolean): void {
  const { counts, processes, next } = values;
  if (next === null) return;
  values.next = reader.traces.eachTally(trace, column, next, (value, count, page) => {
    const text = wordOf(column, value, page.texts, processes);
    if (text !== '' && (counts.has(text) || counts.size < mostValues)) counts.set(text, (counts.get(text) ?? 0) + count);
  }, isLate);
}

/** Few of many: they are not all put in order. */
function mostFrequent(counts: ReadonlyMap<string, number>, part: string, limit: number): FilterValue[] {
  if (limit <= 0) return [];
  const wanted = asciiLower(part);
  const found: FilterValue[] = [];
  for (const [text, count] of counts) {
    const isAfter = (other: FilterValue | undefined): boolean => other !== undefined && (other.count > count || (other.count === count && other.text < text));
    if ((found.length === limit && isAfter(found.at(-1))) || !asciiLower(text).includes(wanted)) continue;
    const at = found.findLastIndex(isAfter) + 1;
    found.splice(at, 0, { text, count });
    if (found.length > limit) found.pop();
  }
  return found;
}

function wordOf(column: Tallied, value: number, texts: readonly string[], processes: ReadonlyMap<number, string>): string {
  switch (column) {
    case 'operation':
    case 'path':
      return texts[value - 1] ?? '';
    case 'status':
      return ntStatusShortName(value);
    case 'major':
      return irpMjName(value).replace(/^IRP_MJ_/, '');
    case 'process':
      return processes.get(value) ?? '';
    case 'tid':
      return String(value);
  }
}

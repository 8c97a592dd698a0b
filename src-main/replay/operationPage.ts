/**
 * Operations in pages: columns of numbers with lists of texts. One form for the store and for the engine host.
 *
 * Rows are in order of their number. Times are 100 ns ticks. `detail` and `provenance` are JSON texts, so that the store and the
 * way to the engine host hand them through, and the replayer parses only what it uses.
 */
import type { NTSTATUS } from '../nt/ntStatus.ts';
import type { DetailValue, NumberedOperation, OperationIndex, OperationKind, OperationRecord, ProcessIndex, TraceTime } from '../trace/record.ts';
import { emptyColumns, type ColumnsOf } from './pages/columns.ts';
import { PageBuilder, type Page } from './pages/pageBuilder.ts';

/** Index is the number in column `kind`. Append only: stored pages keep their numbers. */
export const operationKindNames: readonly OperationKind[] = ['irp', 'fastio', 'fsfilter', 'other'];
const kindCodes: Readonly<Record<OperationKind, number>> = { irp: 0, fastio: 1, fsfilter: 2, other: 3 };

/** "None" in the columns `duration`, `major`, `status`, `information`, `offset` and `length`, told apart from a value by `flags`. */
export const operationFlags = { hasDuration: 1, hasMajor: 2, hasStatus: 4, hasInformation: 8, hasOffset: 16, hasLength: 32 } as const;

/** Columns in storage order. `stack`: number of the recorded stack within the trace, 0 for none. */
export const operationSchema = {
  time: 'i64', duration: 'i64', offset: 'i64', sourceIndex: 'f64', information: 'f64', length: 'f64',
  process: 'u32', tid: 'u32', status: 'u32', irpFlags: 'u32', operation: 'text', path: 'text', detail: 'detail', provenance: 'detail', stack: 'u32',
  major: 'u8', minor: 'u8', kind: 'u8', flags: 'u8',
} as const;
export type OperationColumns = ColumnsOf<typeof operationSchema>;

/** A page as the engine host gets it; `index` holds the numbers of its operations. */
export interface OperationPage extends Page<typeof operationSchema> {
  readonly index: Uint32Array;
}

export class OperationPageBuilder extends PageBuilder<typeof operationSchema> {
  constructor(capacity: number) {
    super(operationSchema, capacity);
  }

  /** Adds one operation; `detailJson` and `provenanceJson` as made by `detailToJson`. */
  add(op: Omit<OperationRecord, 'detail' | 'provenance' | 'stack'>, detailJson: string, provenanceJson: string, stack: number): void {
    const c = this.columns;
    const row = this.count;
    const { texts, details } = this;
    c.time[row] = op.time;
    c.sourceIndex[row] = op.sourceIndex;
    c.process[row] = op.process;
    c.tid[row] = op.tid;
    c.irpFlags[row] = op.irpFlags;
    c.operation[row] = texts.add(op.operation);
    c.path[row] = op.path === null ? 0 : texts.add(op.path);
    c.detail[row] = detailJson === '{}' ? 0 : details.add(detailJson);
    c.provenance[row] = provenanceJson === '{}' ? 0 : details.add(provenanceJson);
    c.stack[row] = stack;
    c.minor[row] = op.minor;
    c.kind[row] = kindCodes[op.kind];
    c.flags[row] = optionals(c, row, op);
    this.added(op.time, op.sourceIndex);
  }
}

function optionals(c: OperationColumns, row: number, op: Omit<OperationRecord, 'detail' | 'provenance' | 'stack'>): number {
  const has = operationFlags;
  c.duration[row] = op.duration ?? 0n;
  c.offset[row] = op.offset ?? 0n;
  c.major[row] = op.major ?? 0;
  c.status[row] = op.status ?? 0;
  c.information[row] = op.information ?? 0;
  c.length[row] = op.length ?? 0;
  return (op.duration === null ? 0 : has.hasDuration) | (op.major === null ? 0 : has.hasMajor) | (op.status === null ? 0 : has.hasStatus)
    | (op.information === null ? 0 : has.hasInformation) | (op.offset === null ? 0 : has.hasOffset) | (op.length === null ? 0 : has.hasLength);
}

/** Packs operations that are at hand as objects. */
export function packOperations(operations: readonly NumberedOperation[]): OperationPage {
  const builder = new OperationPageBuilder(operations.length);
  // Numbers say the order here, and they are in order.
  for (const op of operations) builder.add(op, detailToJson(op.detail), JSON.stringify(op.provenance), 0);
  const { count, columns } = builder;
  return { count, columns, index: Uint32Array.from(operations, (op) => op.index), texts: builder.texts.list, details: builder.details.list };
}

/** Some rows of a page as a page of their own; `numbers` are those of the operations. The lists of texts stay whole. */
export function pageOfRows(page: Page<typeof operationSchema>, rows: readonly number[], numbers: Uint32Array): OperationPage {
  const columns = emptyColumns(operationSchema, rows.length);
  for (const name of Object.keys(operationSchema) as (keyof typeof operationSchema)[]) {
    const from = page.columns[name] as Uint32Array;
    const to = columns[name] as Uint32Array;
    for (const [at, row] of rows.entries()) to[at] = from[row] as number;
  }
  return { count: rows.length, columns, index: numbers, texts: page.texts, details: page.details };
}

/** Rows `start` to `end`, exclusive, without copying them. */
export function pageOfRange(page: Page<typeof operationSchema>, start: number, end: number, firstNumber: number): OperationPage {
  const columns = Object.fromEntries(Object.entries(page.columns).map(([name, column]) => [name, column.subarray(start, end)])) as unknown as OperationColumns;
  const index = new Uint32Array(end - start);
  for (let at = 0; at < index.length; at++) index[at] = firstNumber + at;
  return { count: end - start, columns, index, texts: page.texts, details: page.details };
}

/** One row of a page as an object again. Equal details of a page are one object. */
export function operationAt(page: OperationPage, row: number): NumberedOperation {
  return operationOf(page, row, page.index[row] ?? 0);
}

/** The same where the number is known otherwise. */
export function operationOf(page: Page<typeof operationSchema>, row: number, number: number): NumberedOperation {
  const { columns: c, details } = page;
  const parsed = parsedOf(details);
  const detail = parsed.get(c.detail[row] ?? 0);
  const provenance = parsed.get(c.provenance[row] ?? 0) as NumberedOperation['provenance'];
  return operationFields(c, page.texts, row, number, detail, provenance);
}

/** The same number; from a column of doubles V8 would make an object of each, also of small whole ones. */
const whole = (value: number): number => ((value | 0) === value ? value | 0 : value);

/** A row whose details are at hand, or not wanted. */
export function operationFields(
  c: OperationColumns, texts: readonly string[], row: number, index: number, detail: NumberedOperation['detail'], provenance: NumberedOperation['provenance'],
): NumberedOperation {
  const flags = c.flags[row] ?? 0;
  const has = operationFlags;
  const path = c.path[row] ?? 0;
  return {
    index: index as OperationIndex,
    sourceIndex: whole(c.sourceIndex[row] ?? 0),
    time: (c.time[row] ?? 0n) as TraceTime,
    duration: flags & has.hasDuration ? (c.duration[row] ?? 0n) : null,
    process: (c.process[row] ?? 0) as ProcessIndex,
    tid: c.tid[row] ?? 0,
    operation: texts[(c.operation[row] ?? 0) - 1] ?? '',
    major: flags & has.hasMajor ? (c.major[row] ?? 0) : null,
    minor: c.minor[row] ?? 0,
    kind: operationKindNames[c.kind[row] ?? 3] ?? 'other',
    path: path === 0 ? null : (texts[path - 1] ?? ''),
    status: flags & has.hasStatus ? ((c.status[row] ?? 0) as NTSTATUS) : null,
    information: flags & has.hasInformation ? whole(c.information[row] ?? 0) : null,
    irpFlags: c.irpFlags[row] ?? 0,
    offset: flags & has.hasOffset ? (c.offset[row] ?? 0n) : null,
    length: flags & has.hasLength ? whole(c.length[row] ?? 0) : null,
    detail,
    provenance,
  };
}

/** The object behind a number in column `detail`. */
export const detailAt = ({ details }: Pick<Page<typeof operationSchema>, 'details'>, number: number): NumberedOperation['detail'] => parsedOf(details).get(number);

type DetailObject = NumberedOperation['detail'];
const nothing: DetailObject = {};

/** The objects behind a page's list of details, each parsed when first asked for. */
class ParsedDetails {
  readonly #texts: readonly string[];
  readonly #objects: (DetailObject | undefined)[] = [];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  get(number: number): DetailObject {
    if (number === 0) return nothing;
    return (this.#objects[number] ??= objectOf(this.#texts[number - 1]));
  }
}

const parsedLists = new WeakMap<readonly string[], ParsedDetails>();

function parsedOf(texts: readonly string[]): ParsedDetails {
  let parsed = parsedLists.get(texts);
  if (parsed === undefined) parsedLists.set(texts, (parsed = new ParsedDetails(texts)));
  return parsed;
}

/** An empty object for text that is none, because a session file may hold anything. */
function objectOf(text: string | undefined): DetailObject {
  if (text === undefined) return nothing;
  try {
    const value: unknown = detailFromJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as DetailObject) : nothing;
  } catch {
    return nothing;
  }
}

/** JSON text of a detail object; a bigint becomes `{"$bigint":"123"}`. */
export function detailToJson(detail: { readonly [key: string]: DetailValue }): string {
  return JSON.stringify(detail, (_key, value: unknown) => (typeof value === 'bigint' ? { $bigint: value.toString() } : value));
}

/** The inverse of `detailToJson`. */
export function detailFromJson(text: string): { readonly [key: string]: DetailValue } {
  if (!text.includes('"$bigint"')) return JSON.parse(text) as { readonly [key: string]: DetailValue };
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && '$bigint' in value) return BigInt(String(value.$bigint));
    return value;
  }) as { readonly [key: string]: DetailValue };
}

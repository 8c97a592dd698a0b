/**
 * Operations on their way to the engine host: columns of numbers with a heap of texts.
 *
 * Rows are in order of their number. Times are 100 ns ticks. `detail` and `provenance` travel as JSON text, so that a store that
 * keeps them as text hands them through and the replayer parses only what it uses.
 */
import type { NTSTATUS } from '../nt/ntStatus.ts';
import type { DetailValue, NumberedOperation, OperationIndex, OperationKind, ProcessIndex, Provenance, TraceTime } from '../trace/record.ts';

export const operationKindNames: readonly OperationKind[] = ['irp', 'fastio', 'fsfilter', 'other'];

/** "None" in the columns `major`, `status`, `length` and `information`, told apart from a value by `flags`. */
export const operationFlags = { hasDuration: 1, hasMajor: 2, hasStatus: 4, hasInformation: 8, hasOffset: 16, hasLength: 32 } as const;

export interface OperationPage {
  readonly count: number;
  readonly index: Uint32Array;
  readonly sourceIndex: Float64Array;
  readonly time: BigInt64Array;
  readonly duration: BigInt64Array;
  readonly process: Uint32Array;
  readonly tid: Uint32Array;
  readonly major: Uint8Array;
  readonly minor: Uint8Array;
  readonly kind: Uint8Array;
  readonly status: Uint32Array;
  readonly information: Float64Array;
  readonly irpFlags: Uint32Array;
  readonly offset: BigInt64Array;
  readonly length: Float64Array;
  /** Which of the optional columns hold a value: `operationFlags`. */
  readonly flags: Uint8Array;
  /** Index + 1 into `texts`; 0: none. */
  readonly operation: Uint32Array;
  readonly path: Uint32Array;
  readonly detail: Uint32Array;
  readonly provenance: Uint32Array;
  readonly texts: readonly string[];
}

/** Collects rows; `finish` hands out the page. */
export class OperationPageBuilder {
  readonly #capacity: number;
  readonly #page: { -readonly [K in keyof OperationPage]: OperationPage[K] };
  readonly #texts: string[] = [];
  readonly #textIndex = new Map<string, number>();

  constructor(capacity: number) {
    this.#capacity = capacity;
    const u32 = (): Uint32Array => new Uint32Array(capacity);
    const u8 = (): Uint8Array => new Uint8Array(capacity);
    const f64 = (): Float64Array => new Float64Array(capacity);
    const i64 = (): BigInt64Array => new BigInt64Array(capacity);
    this.#page = {
      count: 0, index: u32(), sourceIndex: f64(), time: i64(), duration: i64(), process: u32(), tid: u32(), major: u8(), minor: u8(), kind: u8(),
      status: u32(), information: f64(), irpFlags: u32(), offset: i64(), length: f64(), flags: u8(),
      operation: u32(), path: u32(), detail: u32(), provenance: u32(), texts: this.#texts,
    };
  }

  get full(): boolean {
    return this.#page.count === this.#capacity;
  }

  get count(): number {
    return this.#page.count;
  }

  /** Adds one operation; `detailJson` and `provenanceJson` as made by `detailToJson`, empty for none. */
  add(op: Omit<NumberedOperation, 'detail' | 'provenance'>, detailJson: string, provenanceJson: string): void {
    const p = this.#page;
    const row = p.count++;
    const has = operationFlags;
    p.index[row] = op.index;
    p.sourceIndex[row] = op.sourceIndex;
    p.time[row] = op.time;
    p.duration[row] = op.duration ?? 0n;
    p.process[row] = op.process;
    p.tid[row] = op.tid;
    p.major[row] = op.major ?? 0;
    p.minor[row] = op.minor;
    p.kind[row] = operationKindNames.indexOf(op.kind);
    p.status[row] = op.status ?? 0;
    p.information[row] = op.information ?? 0;
    p.irpFlags[row] = op.irpFlags;
    p.offset[row] = op.offset ?? 0n;
    p.length[row] = op.length ?? 0;
    p.flags[row] = (op.duration === null ? 0 : has.hasDuration) | (op.major === null ? 0 : has.hasMajor) | (op.status === null ? 0 : has.hasStatus)
      | (op.information === null ? 0 : has.hasInformation) | (op.offset === null ? 0 : has.hasOffset) | (op.length === null ? 0 : has.hasLength);
    p.operation[row] = this.#text(op.operation);
    p.path[row] = op.path === null ? 0 : this.#text(op.path) || this.#empty();
    p.detail[row] = detailJson === '{}' ? 0 : this.#text(detailJson);
    p.provenance[row] = provenanceJson === '{}' ? 0 : this.#text(provenanceJson);
  }

  /** The page, cut to what was added. The builder must not be used afterwards. */
  finish(): OperationPage {
    const page = this.#page;
    const entries = Object.entries(page).map(([name, column]) => [name, ArrayBuffer.isView(column) ? (column as Uint32Array).slice(0, page.count) : column]);
    return Object.fromEntries(entries) as OperationPage;
  }

  #text(value: string): number {
    if (value === '') return 0;
    return this.#intern(value);
  }

  /** An empty path is not the same as no path. */
  #empty(): number {
    return this.#intern('');
  }

  #intern(value: string): number {
    const known = this.#textIndex.get(value);
    if (known !== undefined) return known;
    this.#texts.push(value);
    this.#textIndex.set(value, this.#texts.length);
    return this.#texts.length;
  }
}

/** Packs operations that are at hand as objects. */
export function packOperations(operations: readonly NumberedOperation[]): OperationPage {
  const builder = new OperationPageBuilder(operations.length);
  for (const op of operations) builder.add(op, detailToJson(op.detail), JSON.stringify(op.provenance));
  return builder.finish();
}

/** One row of a page as an object again. */
export function operationAt(page: OperationPage, row: number): NumberedOperation {
  const flags = page.flags[row] ?? 0;
  const has = operationFlags;
  const text = (column: Uint32Array): string => page.texts[(column[row] ?? 0) - 1] ?? '';
  const pathIndex = page.path[row] ?? 0;
  const detail = text(page.detail);
  const provenance = text(page.provenance);
  return {
    index: (page.index[row] ?? 0) as OperationIndex,
    sourceIndex: page.sourceIndex[row] ?? 0,
    time: (page.time[row] ?? 0n) as TraceTime,
    duration: flags & has.hasDuration ? (page.duration[row] ?? 0n) : null,
    process: (page.process[row] ?? 0) as ProcessIndex,
    tid: page.tid[row] ?? 0,
    operation: text(page.operation),
    major: flags & has.hasMajor ? (page.major[row] ?? 0) : null,
    minor: page.minor[row] ?? 0,
    kind: operationKindNames[page.kind[row] ?? 3] ?? 'other',
    path: pathIndex === 0 ? null : (page.texts[pathIndex - 1] ?? ''),
    status: flags & has.hasStatus ? ((page.status[row] ?? 0) as NTSTATUS) : null,
    information: flags & has.hasInformation ? (page.information[row] ?? 0) : null,
    irpFlags: page.irpFlags[row] ?? 0,
    offset: flags & has.hasOffset ? (page.offset[row] ?? 0n) : null,
    length: flags & has.hasLength ? (page.length[row] ?? 0) : null,
    detail: detail === '' ? {} : detailFromJson(detail),
    provenance: provenance === '' ? {} : (JSON.parse(provenance) as Record<string, Provenance>),
  };
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

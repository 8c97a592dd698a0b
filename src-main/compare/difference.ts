/**
 * What comparing two sides gives: differences, each with its moment in both, kept in columns with a table of texts.
 *
 * A side is a run, the recording of a trace, or a trace by itself.
 */

/** Index is the number in the column of kinds. */
export const differenceKinds = ['status', 'information', 'issued', 'parameter', 'event', 'violation'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** The `sequence`-th event since operation `issued`; sequence 0: the operation as such. */
export interface Moment {
  readonly issued: number;
  readonly sequence: number;
}

export interface Difference {
  readonly kind: DifferenceKind;
  /** Numbers of the operation in either side; 0 where it is not there. Generated I/O has the number of the operation that was issued last. */
  readonly operationA: number;
  readonly operationB: number;
  /** What differs: `final status`, `pre of statusWatch`, `Parameters.Read.Length`, `FV-084`. */
  readonly what: string;
  /** Null where the side does not have it. */
  readonly a: string | null;
  readonly b: string | null;
  readonly pointA: Moment | null;
  readonly pointB: Moment | null;
  /** Index into the groups. */
  readonly group: number;
}

/** Differences with one cause. */
export type Cause =
  /** A run says that what became of the operation is because of another one. */
  | { readonly kind: 'operation'; readonly side: 'a' | 'b'; readonly operation: number }
  /** It came in at this driver. */
  | { readonly kind: 'driver'; readonly name: string }
  /** An edit of a run's plan is about this operation. */
  | { readonly kind: 'edit' }
  /** The operation was left out by a run's plan, or is in one of the traces only. */
  | { readonly kind: 'selection' }
  /** It came in at the file system or the I/O manager. */
  | { readonly kind: 'system' };

export interface DifferenceGroup {
  readonly cause: Cause;
  count: number;
  readonly counts: Record<DifferenceKind, number>;
}

/** So many are kept for the list; all are counted. */
export const mostDifferences = 2_000_000;
/** Characters of texts kept. */
const mostCharacters = 64_000_000;
const columnNames = ['operationA', 'operationB', 'what', 'a', 'b', 'issuedA', 'sequenceA', 'issuedB', 'sequenceB', 'group'] as const;
type ColumnName = (typeof columnNames)[number];
const none = 0xffffffff;

export class Differences {
  readonly groups: DifferenceGroup[] = [];
  readonly counts: Record<DifferenceKind, number> = noCounts();
  count = 0;
  /** The earliest so far, by its execution point. */
  first: Difference | null = null;
  readonly #most: number;
  readonly #groupIndex = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #textIndex = new Map<string, number>();
  #characters = 0;
  #kept = 0;
  #kinds = new Uint8Array(1024);
  #columns = Object.fromEntries(columnNames.map((name) => [name, new Uint32Array(1024)])) as Record<ColumnName, Uint32Array>;
  #order: Uint32Array | null = null;

  constructor(most = mostDifferences) {
    this.#most = most;
  }

  /** How many are kept for the list. */
  get kept(): number {
    return this.#kept;
  }

  groupOf(cause: Cause): number {
    const key = cause.kind === 'operation' ? `${cause.side} ${cause.operation}` : cause.kind === 'driver' ? `driver ${cause.name}` : cause.kind;
    let index = this.#groupIndex.get(key);
    if (index === undefined) {
      index = this.groups.push({ cause, count: 0, counts: noCounts() }) - 1;
      this.#groupIndex.set(key, index);
    }
    return index;
  }

  add(d: Difference): void {
    this.count++;
    this.counts[d.kind]++;
    const group = this.groups[d.group];
    if (group !== undefined) {
      group.count++;
      group.counts[d.kind]++;
    }
    if (this.first === null || orderOf(d) < orderOf(this.first)) this.first = d;
    if (this.#kept >= this.#most) return;
    if (this.#kept === this.#kinds.length) this.#grow();
    const at = this.#kept++;
    const c = this.#columns;
    this.#kinds[at] = differenceKinds.indexOf(d.kind);
    c.operationA[at] = d.operationA;
    c.operationB[at] = d.operationB;
    c.what[at] = this.#text(d.what);
    c.a[at] = d.a === null ? none : this.#text(d.a);
    c.b[at] = d.b === null ? none : this.#text(d.b);
    c.issuedA[at] = d.pointA?.issued ?? none;
    c.sequenceA[at] = d.pointA?.sequence ?? 0;
    c.issuedB[at] = d.pointB?.issued ?? none;
    c.sequenceB[at] = d.pointB?.sequence ?? 0;
    c.group[at] = d.group;
  }

  /** Puts the list into the order of execution points; before that it is in the order in which differences were found. */
  sort(): void {
    const keys = Float64Array.from({ length: this.#kept }, (_, at) => orderOf(this.at(at)));
    this.#order = Uint32Array.from({ length: this.#kept }, (_, at) => at).sort((one, other) => (keys[one] as number) - (keys[other] as number) || one - other);
  }

  /** The difference at a position of the list. */
  at(position: number): Difference {
    const at = this.#order?.[position] ?? position;
    const c = this.#columns;
    const value = (name: ColumnName): number => c[name][at] as number;
    const text = (id: number): string | null => (id === none ? null : (this.#texts[id] ?? ''));
    const point = (issued: number, sequence: number): Moment | null => (issued === none ? null : { issued, sequence });
    return {
      kind: differenceKinds[this.#kinds[at] as number] ?? 'event', operationA: value('operationA'), operationB: value('operationB'), what: text(value('what')) ?? '', a: text(value('a')), b: text(value('b')),
      pointA: point(value('issuedA'), value('sequenceA')), pointB: point(value('issuedB'), value('sequenceB')), group: value('group'),
    };
  }

  /** Kind and group at a position, for filters. */
  kindAt(position: number): number {
    return this.#kinds[this.#order?.[position] ?? position] as number;
  }

  groupAt(position: number): number {
    return this.#columns.group[this.#order?.[position] ?? position] as number;
  }

  #text(text: string): number {
    const known = this.#textIndex.get(text);
    if (known !== undefined) return known;
    const kept = this.#characters > mostCharacters ? 'too long a list to keep its text' : text;
    this.#characters += kept.length;
    const id = this.#texts.push(kept) - 1;
    this.#textIndex.set(kept, id);
    return id;
  }

  #grow(): void {
    const kinds = new Uint8Array(this.#kinds.length * 2);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    for (const name of columnNames) {
      const larger = new Uint32Array(kinds.length);
      larger.set(this.#columns[name]);
      this.#columns[name] = larger;
    }
  }
}

export const noCounts = (): Record<DifferenceKind, number> => ({ status: 0, information: 0, issued: 0, parameter: 0, event: 0, violation: 0 });

/** Execution points order like numbers; of both sides the earlier one counts. */
export function orderOf({ pointA, pointB }: Pick<Difference, 'pointA' | 'pointB'>): number {
  return Math.min(momentOrder(pointA), momentOrder(pointB));
}

export const momentOrder = (point: Moment | null): number => (point === null ? Number.MAX_SAFE_INTEGER : point.issued * 1_000_000 + Math.min(point.sequence, 999_999));

/** A parsed FMO/1 vector. Source of the notation: filter-manager-objects.md 0.4. */

/** A value as written: a number, a quoted string, or a bare word (`A.V`, `READ+WRITE/4`, `BATCH>L2`). */
export type Value =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'string'; readonly value: string; readonly text: string }
  | { readonly kind: 'word'; readonly value: string; readonly text: string };

export interface Option {
  readonly key: string;
  readonly value: Value;
}

export interface Argument {
  /** Null: given by its position. */
  readonly key: string | null;
  readonly value: Value;
}

export interface Call {
  readonly actor: string;
  readonly routine: string;
  readonly args: readonly Argument[];
  /** As written, for messages. */
  readonly text: string;
}

/** `A.pre.READ`, `A.setup`, `A.cleanup.STREAM` */
export interface EventName {
  readonly filter: string;
  readonly callback: string;
  readonly detail: string | null;
  readonly text: string;
}

export type SetupLine = { readonly line: number } & (
  | { readonly kind: 'trace' }
  /** Not in the grammar of the page: the readings of assumptions under which this vector is written. */
  | { readonly kind: 'assume'; readonly options: readonly Option[] }
  | { readonly kind: 'volume' | 'filter' | 'port'; readonly name: string; readonly options: readonly Option[] }
  | { readonly kind: 'file'; readonly path: string; readonly options: readonly Option[] }
  | { readonly kind: 'open'; readonly name: string; readonly path: string; readonly options: readonly Option[] }
  | { readonly kind: 'start'; readonly filters: readonly string[] }
  | { readonly kind: 'script'; readonly event: EventName; readonly call: Call; readonly result: Value; readonly names: readonly string[] }
  | { readonly kind: 'returns'; readonly event: EventName; readonly result: Value });

/** `oplock("\f")`, `last.info`, `d.IoStatus.Status` */
export type Expression =
  | { readonly kind: 'oplock'; readonly path: string; readonly text: string }
  | { readonly kind: 'path'; readonly parts: readonly string[]; readonly text: string };

export type ExpectLine = { readonly line: number; readonly text: string } & (
  | { readonly kind: 'cb'; readonly event: EventName; readonly options: readonly Option[] }
  | { readonly kind: 'fs'; readonly major: string }
  | { readonly kind: 'done'; readonly op: string; readonly result: Value; readonly options: readonly Option[] }
  | { readonly kind: 'viol'; readonly id: string }
  | { readonly kind: 'rc'; readonly name: string; readonly count: number }
  | { readonly kind: 'gone'; readonly name: string }
  | { readonly kind: 'st'; readonly object: string; readonly state: string }
  | { readonly kind: 'eq'; readonly expression: Expression; readonly value: Value }
  | { readonly kind: 'pend'; readonly op: string }
  | { readonly kind: 'none' });

export interface Step {
  readonly number: number;
  readonly line: number;
  readonly call: Call;
  readonly result: Value;
  readonly names: readonly string[];
  readonly expects: readonly ExpectLine[];
}

export interface ObjectVector {
  readonly id: string;
  readonly slug: string;
  readonly sources: readonly string[];
  readonly setup: readonly SetupLine[];
  readonly steps: readonly Step[];
}

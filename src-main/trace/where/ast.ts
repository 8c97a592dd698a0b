/** A filter expression over operations, parsed. `docs/command-line.md` shows the language. */

export type TextField = 'process' | 'operation' | 'path' | 'kind';
export type NumberField = 'index' | 'time' | 'duration' | 'pid' | 'tid' | 'major' | 'minor' | 'status' | 'information' | 'irpFlags' | 'offset' | 'length';
export type Field = TextField | NumberField;

/** Procmon's eight relations, under their own names and as signs. */
export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'excludes' | 'begins with' | 'ends with';

/** Severity of a status, where its name is asked for instead of a value. */
export type StatusClass = 'error' | 'warning' | 'information';

export type Value = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'number'; readonly number: bigint } | { readonly kind: 'class'; readonly name: StatusClass } | { readonly kind: 'null' };

export type Where =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Where[] }
  | { readonly kind: 'not'; readonly term: Where }
  | { readonly kind: 'compare'; readonly field: Field; readonly relation: Relation; readonly value: Value };

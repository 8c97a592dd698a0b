/** Filters of the operation list as they cross between page and host. The language: docs/command-line.md. */

/** A column that a filter can ask about, by its name in the language. */
export type FilterField =
  | 'index' | 'time' | 'duration' | 'process' | 'pid' | 'tid' | 'operation' | 'major' | 'minor' | 'kind' | 'path' | 'status' | 'information' | 'irpFlags' | 'offset' | 'length';

export type FilterRelation = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'excludes' | 'begins with' | 'ends with';

/** One comparison. The value as it is written: `ACCESS_DENIED`, `5ms`; null: none is known. */
export interface FilterCondition {
  readonly kind: 'compare';
  readonly field: FilterField;
  readonly relation: FilterRelation;
  readonly value: string | null;
}

/** An expression, read. */
export type FilterTerm =
  | FilterCondition
  | { readonly kind: 'and' | 'or'; readonly terms: readonly FilterTerm[] }
  | { readonly kind: 'not'; readonly term: FilterTerm };

/** What is wrong with an expression, and where: characters `start` to `end`, exclusive, from 0. */
export interface FilterProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface FilterReading {
  /** Null where there is a problem, or nothing is asked. */
  readonly term: FilterTerm | null;
  readonly problem: FilterProblem | null;
}

/** A value that occurs in a trace, as an expression writes it. */
export interface FilterValue {
  readonly text: string;
  /** How often, in the part that was looked at. */
  readonly count: number;
}

/** How far a filter has been counted. */
export interface FilterCount {
  readonly traceId: number;
  readonly where: string;
  readonly count: number;
  readonly exact: boolean;
  /** Operations looked at. */
  readonly scanned: number;
}

/** A filter kept in the session. */
export interface SavedFilter {
  readonly id: number;
  readonly name: string;
  readonly text: string;
}

/** A filter out of a file of Process Monitor. */
export interface ImportedFilter {
  readonly name: string;
  readonly text: string;
  /** Rules that ask for what a trace of file operations does not have, in words. */
  readonly leftOut: readonly string[];
}

/** One kind of violation. */
import type { Severity } from '../observer.ts';

export interface ViolationKind {
  /** `FV-084` */
  readonly id: string;
  readonly severity: Severity;
  /** `R-5.9`; a bare number is a section of the page. The first is meant where a report names none. */
  readonly rules: readonly [string, ...string[]];
  readonly source: string;
  /** Parameter 1 of bug check 0xF5, for severity B. */
  readonly bugCheckParameter: number;
  readonly template: string;
}

/** `rules`: joined by `, `. */
export type ViolationRow = readonly [id: string, severity: Severity, rules: string, source: string, bugCheckParameter: number, template: string];

/** One decision the documents leave open. */
export interface Assumption {
  /** The rule, e.g. `R-5.15`, `CTX-040`; the first one where a decision covers several. */
  readonly id: string;
  readonly sentence: string;
  /** Default first. */
  readonly values: readonly [string, ...string[]];
  readonly implemented: readonly string[];
  /** Every rule the switch covers, and why the default was taken. */
  readonly source: string;
}

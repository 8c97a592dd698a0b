/** What reducing a run to a minimal trace is about, and how far it is. */

/** What must still show. */
export type ShrinkTarget =
  /** A violation or a hint, at the same place of the same driver; `line` null: anywhere in it. */
  | { readonly kind: 'violation'; readonly id: string; readonly driver: string; readonly line: number | null }
  /** An operation that ends otherwise than recorded, as it does in the run. */
  | { readonly kind: 'divergence'; readonly operation: number };

export interface ShrinkReport {
  readonly runId: number;
  readonly target: ShrinkTarget;
  /** `FV-084 in statusWatch:40` */
  readonly title: string;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  /** What is being tried. */
  readonly doing: string;
  readonly attempts: number;
  readonly operations: { readonly before: number; readonly now: number };
  /** By name. */
  readonly drivers: { readonly before: readonly string[]; readonly now: readonly string[] };
  /** Changes without code, and of code in the middle of the run. */
  readonly edits: { readonly before: number; readonly now: number };
  /** Why it failed. */
  readonly problem: string | null;
  /** The smallest so far can be saved. */
  readonly canSave: boolean;
}

/** A parsed FMV/1 vector. Source of the notation: filter-manager-core.md 9.1. */
import type { Irql, OperationKind } from '../../engine/index.ts';

export interface StatusWord {
  readonly status: number;
  readonly information: number;
}

export interface StackInstance {
  readonly filter: string;
  readonly altitude: string;
}

export interface StackLine {
  /** `V1`, `V2` */
  readonly volume: string;
  /** Upper frame first. */
  readonly frames: readonly (readonly StackInstance[])[];
}

export interface RegistrationLine {
  readonly filter: string;
  /** Null: every major. */
  readonly major: number | null;
  readonly pre: boolean;
  readonly post: boolean;
  readonly flags: number;
}

/** One action of a routine: its words, and the action it guards for `if-got` and `if-clear`. */
export interface Action {
  readonly name: string;
  readonly args: readonly string[];
  readonly guarded: Action | null;
}

export interface Script {
  readonly actions: readonly Action[];
  /** As written; null where the line has no `=>`. */
  readonly returns: string | null;
}

export type FsdLine =
  | ({ readonly kind: 'complete' } & StatusWord)
  | { readonly kind: 'pend' }
  | ({ readonly kind: 'pend-early'; readonly thread: string; readonly irql: Irql } & StatusWord)
  | { readonly kind: 'decline' }
  | { readonly kind: 'none' };

export interface OperationLine {
  readonly kind: OperationKind;
  readonly major: number;
  /** As written, or the default of the major; null where the major has none. */
  readonly sub: string | null;
  readonly thread: string;
  readonly irql: Irql;
  readonly flags: ReadonlySet<string>;
}

export type EventLine =
  | { readonly kind: 'op'; readonly operation: OperationLine }
  | ({ readonly kind: 'complete'; readonly operation: number; readonly thread: string; readonly irql: Irql } & StatusWord)
  | { readonly kind: 'work'; readonly filter: string; readonly name: string; readonly thread: string }
  | { readonly kind: 'run'; readonly filter: string; readonly name: string; readonly thread: string; readonly irql: Irql }
  | { readonly kind: 'cancel'; readonly thread: string; readonly irql: Irql }
  | { readonly kind: 'teardown'; readonly filter: string; readonly thread: string }
  | { readonly kind: 'attach'; readonly filter: string; readonly altitude: string };

export interface VectorOptions {
  reissue: boolean;
  cancelclean: boolean;
  fileObjectFlags: number;
  mutexQueues: Set<string>;
}

export interface Vector {
  readonly id: string;
  readonly title: string;
  readonly stacks: readonly StackLine[];
  readonly registrations: readonly RegistrationLine[];
  readonly options: Readonly<VectorOptions>;
  /** By `F.routine` or `F.routine#n`. */
  readonly scripts: ReadonlyMap<string, Script>;
  readonly fsd: ReadonlyMap<number, FsdLine>;
  readonly timeline: readonly EventLine[];
  readonly log: readonly string[];
  readonly final: string;
  readonly violations: readonly string[];
}

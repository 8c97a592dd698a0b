/** Branches: what a run does otherwise than the run it comes from. */
import type { RunSettings } from './runSettings.ts';
import type { RunInfo } from './values.ts';

/** A moment of the parent run: the `sequence`-th event since operation `issued`; `line` and how often it has come to it since (from 1), where it is a line. */
export interface PlanPoint {
  readonly issued: number;
  readonly sequence: number;
  readonly line: number | null;
  readonly visit: number;
}

/** Arguments of an operation by name; numbers beyond 2^53 as decimal text. */
export type ArgumentValues = Readonly<Record<string, string | number | null>>;

/** One change without code. */
export type Overlay =
  /** An expression evaluated in the driver's frame when the run comes to that moment. */
  | { readonly kind: 'assign'; readonly point: PlanPoint; readonly driver: string; readonly expression: string }
  | {
      /** What the callback at that event returns, and with which status where that is given; `what` and `name` are words for the callback and the value. */
      readonly kind: 'return'; readonly point: PlanPoint; readonly value: number; readonly status?: number; readonly information?: number; readonly what?: string; readonly name?: string;
    }
  /** How the file system answers an operation. */
  | { readonly kind: 'ioStatus'; readonly operation: number; readonly status: number; readonly information: number }
  | { readonly kind: 'arguments'; readonly operation: number; readonly values: ArgumentValues }
  | { readonly kind: 'skip'; readonly operation: number }
  | { readonly kind: 'duplicate'; readonly operation: number }
  /** A copy of operation `like`, with other arguments, right behind operation `after`. */
  | { readonly kind: 'insert'; readonly after: number; readonly like: number; readonly values: ArgumentValues }
  | { readonly kind: 'altitude'; readonly driver: number; readonly altitude: string }
  | { readonly kind: 'off'; readonly driver: number };

export type BranchChange =
  | { readonly kind: 'overlay'; readonly overlay: Overlay }
  | { readonly kind: 'seed'; readonly seed: number }
  | { readonly kind: 'settings'; readonly settings: Partial<RunSettings> }
  | { readonly kind: 'assumption'; readonly id: string; readonly word: string }
  /** Another version of a driver's source; null: the newest. From where the branch begins: from operation N on, or from the start. */
  | { readonly kind: 'driver'; readonly driver: number; readonly version: number | null }
  /** The stack as it is switched on now, in its newest versions. */
  | { readonly kind: 'stack' };

/** What became of an edit; `note`: why it had no effect. Before the end of the run nothing is known of it: null. */
export interface RunEdit {
  readonly text: string;
  readonly applied: boolean | null;
  readonly note: string;
}

/** Runs as a tree, by `RunInfo.parentId`; deleted ones are not in it. */
export interface RunTree {
  readonly runs: readonly RunInfo[];
  /** What undoing would undo, in words; null: nothing. */
  readonly undo: string | null;
  readonly redo: string | null;
}

/** An argument of a recorded operation that a branch can change. */
export interface ArgumentInfo {
  readonly name: string;
  readonly kind: 'number' | 'wide' | 'text' | 'boolean';
  /** As recorded: numbers in decimal, bits and codes in hexadecimal; null where it was not. */
  readonly recorded: string | null;
}

export interface DriverVersionInfo {
  readonly version: number;
  readonly savedAt: bigint;
  /** Of all its files together. */
  readonly lines: number;
  /** Runs that have used it, from the start or from some operation on. */
  readonly runs: readonly number[];
}

/**
 * FMV/1 vectors as data. Source: filter-manager-core.md 9.1.
 */

/** One action of a scripted routine, e.g. `set Read.Length=512`: the verb and what follows it. */
export interface Action {
  readonly verb: string;
  readonly args: readonly string[];
}

/** `A.pre = get dirty; dirty => WITH_CB`. `returns` is null for routines that return nothing. */
export interface Script {
  readonly actions: readonly Action[];
  readonly returns: string | null;
}

export interface FilterPlace {
  readonly filter: string;
  readonly altitude: string;
}

/** One volume's stack: frames from the upper one down, with a legacy filter between each two. */
export interface VolumeStack {
  readonly volume: string;
  readonly frames: readonly (readonly FilterPlace[])[];
}

/** `reg: F CBS [FLAGS]` or `reg: F/MAJOR CBS [FLAGS]`; `major` null is for every major. */
export interface RegistrationLine {
  readonly filter: string;
  readonly major: string | null;
  readonly pre: boolean;
  readonly post: boolean;
  readonly flags: readonly string[];
}

/** What the lower driver does with an operation: `sync S/I`, `pend`, `pend-early T I S/I`, `fast S/I`, `fast-false`, `fsf S/I`, `none`. */
export type DeviceScript =
  | { readonly kind: 'complete'; readonly status: string; readonly information: number }
  | { readonly kind: 'pend' | 'decline' | 'none' }
  | { readonly kind: 'pend-early'; readonly thread: string; readonly irql: string; readonly status: string; readonly information: number };

export type Step =
  | { readonly kind: 'op'; readonly operationKind: string; readonly major: string; readonly sub: string | null; readonly thread: string; readonly irql: string; readonly flags: readonly string[] }
  | { readonly kind: 'complete'; readonly operation: number; readonly thread: string; readonly irql: string; readonly status: string; readonly information: number }
  | { readonly kind: 'work'; readonly filter: string; readonly name: string; readonly thread: string }
  | { readonly kind: 'run'; readonly filter: string; readonly name: string; readonly thread: string; readonly irql: string }
  | { readonly kind: 'cancel'; readonly thread: string; readonly irql: string }
  | { readonly kind: 'teardown'; readonly filter: string; readonly thread: string }
  | { readonly kind: 'attach'; readonly place: FilterPlace };

export interface Vector {
  readonly id: string;
  readonly title: string;
  readonly stacks: readonly VolumeStack[];
  readonly registrations: readonly RegistrationLine[];
  readonly reissue: boolean;
  readonly cancelClean: boolean;
  readonly fileObjectFlags: readonly string[];
  /** `Q` names that are guarded by a mutex. */
  readonly mutexQueues: readonly string[];
  /** By `F.routine` and `F.routine#n`. */
  readonly scripts: ReadonlyMap<string, Script>;
  readonly device: ReadonlyMap<number, DeviceScript>;
  readonly timeline: readonly Step[];
  readonly log: readonly string[];
  readonly final: string;
  readonly violations: string;
}

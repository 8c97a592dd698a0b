/**
 * The breakpoints of a run: which there are for each kind of thing, how often each was hit, and what a hit comes to.
 *
 * Conditions and log messages are code of the driver's language; whoever runs the driver evaluates them.
 */
import { CompiledBreakpoint } from './breakpointMatch.ts';
import { breakpointJson, type Breakpoint, type BreakpointAt } from './breakpointSpec.ts';
import { compileHitCondition } from './hitCondition.ts';

/** A condition that threw is a reason to stop and to say so. */
export type Verdict = { readonly kind: 'holds'; readonly holds: boolean } | { readonly kind: 'throws'; readonly message: string };

export interface BreakpointCode<Subject> {
  condition(breakpoint: Breakpoint, subject: Subject): Verdict;
  log(breakpoint: Breakpoint, subject: Subject): void;
}

/** A breakpoint that stops the run. `problem`: because its condition threw. */
export interface Hit {
  readonly id: number;
  readonly problem: string | null;
}

interface Kept {
  readonly compiled: CompiledBreakpoint;
  readonly json: string;
  readonly acts: ((hits: number) => boolean) | null;
}

type Kind = BreakpointAt['kind'];

export class BreakpointSet<Subject> {
  readonly #code: BreakpointCode<Subject>;
  #kept = new Map<number, Kept>();
  #byKind = new Map<Kind, readonly CompiledBreakpoint[]>();
  /** One-shot breakpoints that were hit. */
  readonly #spent = new Set<number>();
  /** Breakpoints that have stopped or logged: those that depend on them are armed. */
  readonly #acted = new Set<number>();
  /** By id, since the start of the run. */
  readonly hits: Record<number, number> = {};

  constructor(code: BreakpointCode<Subject>) {
    this.#code = code;
  }

  /** Replaces them all. Hits of those that stay go on being counted. */
  set(breakpoints: readonly Breakpoint[]): void {
    const kept = new Map<number, Kept>();
    for (const one of breakpoints) {
      const json = breakpointJson(one.spec);
      const known = this.#kept.get(one.id);
      if (known?.json !== json) this.#spent.delete(one.id);
      kept.set(one.id, known?.json === json ? known : { compiled: new CompiledBreakpoint(one), json, acts: compileHitCondition(one.spec.hitCondition) });
    }
    this.#kept = kept;
    this.#byKind = Map.groupBy([...kept.values()].map(({ compiled }) => compiled), ({ spec }) => spec.at.kind);
  }

  of(kind: Kind): readonly CompiledBreakpoint[] {
    return this.#byKind.get(kind) ?? [];
  }

  byId(id: number): CompiledBreakpoint | undefined {
    return this.#kept.get(id)?.compiled;
  }

  /** Something happened that the breakpoint is for. Null: the run goes on. */
  reached(breakpoint: CompiledBreakpoint, subject: Subject): Hit | null {
    const { id, spec } = breakpoint;
    const kept = this.#kept.get(id);
    if (kept === undefined || this.#spent.has(id) || (spec.dependsOn !== null && !this.#acted.has(spec.dependsOn))) return null;
    const verdict = spec.condition === '' ? null : this.#code.condition(breakpoint, subject);
    if (verdict?.kind === 'holds' && !verdict.holds) return null;
    const hits = (this.hits[id] ?? 0) + 1;
    this.hits[id] = hits;
    if (verdict?.kind === 'throws') return { id, problem: verdict.message };
    if (kept.acts !== null && !kept.acts(hits)) return null;
    this.#acted.add(id);
    if (spec.once) this.#spent.add(id);
    if (spec.logMessage === '') return { id, problem: null };
    this.#code.log(breakpoint, subject);
    return null;
  }
}

/**
 * What the user answers to a violation that has stopped the run: stop for it no more, or always.
 *
 * Of the answers that Driver Verifier offers at its break (break, ignore, zap, remove; filter-manager-core.md, section 8), going on is "ignore" and leaving it
 * out is "zap": it is still found and listed. The answers are kept with the breakpoints and decide only whether a run stops, so they change nothing in
 * it. "Remove", which would, is none of them.
 */
import { CompiledBreakpoint, exceptionText, isStopping } from './breakpointMatch.ts';
import { breakpointSpec, anyOperation, type BreakpointSeverity, type BreakpointSpec } from './breakpointSpec.ts';

export interface AnsweredViolation {
  readonly id: string;
  readonly severity: BreakpointSeverity;
  /** Null: nobody's. */
  readonly driver: { readonly id: number; readonly name: string } | null;
}

export interface KeptBreakpoint {
  readonly id: number;
  readonly enabled: boolean;
  readonly spec: BreakpointSpec;
}

/** Every breakpoint that would stop for it leaves it out: those that are changed. */
export function ignoreViolation(violation: AnsweredViolation, breakpoints: readonly KeptBreakpoint[]): readonly KeptBreakpoint[] {
  const text = exceptionText(violation.id, violation.driver?.name ?? null);
  return breakpoints.flatMap((one) => {
    const { at } = one.spec;
    return at.kind === 'violation' && isFor(one, violation) ? [{ ...one, spec: { ...one.spec, at: { ...at, except: [...at.except, text] } } }] : [];
  });
}

/** Breakpoints that left it out do so no more, and one is `added` where none would stop each time. */
export function alwaysStopAtViolation(violation: AnsweredViolation, breakpoints: readonly KeptBreakpoint[]): { readonly changed: readonly KeptBreakpoint[]; readonly added: BreakpointSpec | null } {
  const texts = [exceptionText(violation.id, violation.driver?.name ?? null), violation.id];
  const after = breakpoints.map((one) => {
    const { at } = one.spec;
    if (at.kind !== 'violation' || !at.except.some((text) => texts.includes(text))) return one;
    return { ...one, spec: { ...one.spec, at: { ...at, except: at.except.filter((text) => !texts.includes(text)) } } };
  });
  const isThere = after.some((one) => one.enabled && isFor(one, violation) && isPlain(one.spec));
  const added = isThere ? null : breakpointSpec({ at: { kind: 'violation', id: violation.id, severity: '', except: [] }, driverId: violation.driver?.id ?? null });
  return { changed: after.filter((one, at) => one !== breakpoints[at]), added };
}

function isFor({ id, spec }: KeptBreakpoint, { id: violation, severity, driver }: AnsweredViolation): boolean {
  return (spec.driverId === null || spec.driverId === driver?.id) && new CompiledBreakpoint({ id, spec }).violation(violation, severity, driver?.name ?? null);
}

/** It stops whenever there is such a violation. */
const isPlain = (spec: BreakpointSpec): boolean =>
  isStopping(spec) && spec.condition === '' && spec.hitCondition === '' && !spec.once && spec.dependsOn === null && JSON.stringify(spec.where) === JSON.stringify({ ...anyOperation });

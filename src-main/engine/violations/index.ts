/**
 * What the engine reports: the violations catalogue.
 *
 * Severity: B bug check, V Filter Verifier error, W warning, I information. In the sentences {f} is filter and instance, {op}
 * operation and major function; the other words in braces come with the report.
 */
import { flowViolations } from './flow.ts';
import { objectViolations } from './objects.ts';
import type { ViolationKind } from './violationKind.ts';

export type { ViolationKind } from './violationKind.ts';

export const violationKinds: ReadonlyMap<string, ViolationKind> = new Map(
  [...flowViolations, ...objectViolations].map(([id, severity, rule, source, bugCheckParameter, template]) => [id, { id, severity, rule, source, bugCheckParameter, template }]),
);

/** Fills a sentence; words without a value stay as they are, so that a forgotten one is seen. */
export function fillTemplate(template: string, words: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole);
}

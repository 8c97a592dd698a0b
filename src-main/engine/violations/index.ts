/**
 * What the engine reports: the violations catalogue.
 *
 * Severity: B bug check, V Filter Verifier error, W warning, I information. In the sentences {f} is filter and instance, {op}
 * operation and major function; the other words in braces come with the report.
 */
import { flowViolations } from './flow.ts';
import { objectViolations } from './objects.ts';
import type { ViolationKind, ViolationRow } from './violationKind.ts';

export type { ViolationKind } from './violationKind.ts';

function kindOf([id, severity, rules, source, bugCheckParameter, template]: ViolationRow): ViolationKind {
  const [first = '', ...others] = rules.split(', ');
  return { id, severity, rules: [first, ...others], source, bugCheckParameter, template };
}

export const violationKinds: ReadonlyMap<string, ViolationKind> = new Map([...flowViolations, ...objectViolations].map((row) => [row[0], kindOf(row)]));

/** Fills a sentence; words without a value stay as they are, so that a forgotten one is seen. An operation may begin a sentence. */
export function fillTemplate(template: string, words: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole: string, word: string, at: number) => {
    const value = words[word];
    if (value === undefined) return whole;
    return word === 'op' && /(?:^|\. )$/.test(template.slice(0, at)) ? value.charAt(0).toUpperCase() + value.slice(1) : value;
  });
}

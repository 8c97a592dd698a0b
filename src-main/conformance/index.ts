/** Runs the vectors of a Markdown page. */
import { parseObjectVector } from './fmo/parseVector.ts';
import { runObjectVector } from './fmo/runVector.ts';
import { findVectors, type VectorBlock } from './markdown.ts';
import { parseVector } from './fmv/parseVector.ts';
import { runVector } from './fmv/runVector.ts';

export interface VectorResult {
  readonly id: string;
  readonly title: string;
  readonly heading: string;
  /** Line of the vector in its page. */
  readonly line: number;
  readonly passed: boolean;
  /** Log, final status and violations, line by line; empty when the vector could not be read. */
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  /** Why it could not be read or run. */
  readonly problem: string | null;
}

export interface ConformanceReport {
  readonly results: readonly VectorResult[];
  readonly subtotals: readonly { readonly heading: string; readonly passed: number; readonly failed: number }[];
  readonly passed: number;
  readonly failed: number;
}

/** What cannot be parsed counts as failed. */
export function runConformance(markdown: string): ConformanceReport {
  const results = findVectors(markdown).map((block) => runBlock(block));
  const headings = [...new Set(results.map((result) => result.heading))];
  const count = (heading: string | null, passed: boolean): number => results.filter((result) => (heading === null || result.heading === heading) && result.passed === passed).length;
  return {
    results,
    subtotals: headings.map((heading) => ({ heading, passed: count(heading, true), failed: count(heading, false) })),
    passed: count(null, true),
    failed: count(null, false),
  };
}

const ending = ({ final, violations }: { readonly final: string; readonly violations: readonly string[] }): string[] =>
  [`final: ${final}`, `viol: ${violations.length === 0 ? 'none' : violations.join(' ')}`];

/** `assumptions`: readings to run under, by rule; the vectors themselves are written for the defaults. */
export function runBlock(block: VectorBlock, assumptions: Readonly<Record<string, string>> = {}): VectorResult {
  const { id, title, heading, line } = block;
  const unread = (problem: string): VectorResult => ({ id, title, heading, line, passed: false, expected: [], actual: [], problem });
  try {
    if (block.notation === 'fmo') {
      const { expected, actual, problem } = runObjectVector(parseObjectVector(block.text, line), assumptions);
      const passed = problem === null && expected.join('\n') === actual.join('\n');
      return { id, title, heading, line, passed, expected, actual, problem };
    }
    const vector = parseVector(block.text);
    const expected = [...vector.log, ...ending(vector)];
    const outcome = runVector(vector, assumptions);
    const actual = [...outcome.log, ...ending(outcome)];
    const passed = outcome.problem === null && expected.join('\n') === actual.join('\n');
    return { id, title, heading, line, passed, expected, actual, problem: outcome.problem };
  } catch (error) {
    return unread(error instanceof Error ? error.message : String(error));
  }
}

/** What comes out of a run, so that two runs can be told apart: final results, kinds of violations, how it ended. */
import { textHash } from '../../replay/eventHash.ts';
import type { RunProblem } from '../stop.ts';
import type { ResultPage } from '../../replay/eventPage.ts';

/** A kind of finding: the same id at the same place of a driver, however often. */
export interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly hint: boolean;
  readonly driver: string;
  readonly line: number | null;
  /** Of the first one. */
  readonly sentence: string;
  readonly operation: number;
  readonly issued: number;
  readonly sequence: number;
}

export interface RunOutcome {
  readonly results: ReadonlyMap<number, ResultPage>;
  readonly findings: ReadonlyMap<string, Finding>;
  /** Why it ended early; null where it came to its end. */
  readonly problem: Pick<RunProblem, 'kind' | 'message' | 'driver' | 'line' | 'operation'> | null;
  /** Equal for equal outcomes. */
  readonly signature: string;
}

export const findingKey = ({ id, driver, line }: Pick<Finding, 'id' | 'driver' | 'line'>): string => `${id} ${driver}:${line ?? 0}`;

export function runOutcome(results: RunOutcome['results'], found: readonly Finding[], problem: RunOutcome['problem']): RunOutcome {
  const findings = new Map<string, Finding>();
  for (const finding of found) {
    const key = findingKey(finding);
    if (!findings.has(key)) findings.set(key, finding);
  }
  const end = problem === null ? '' : `${problem.kind} ${problem.driver ?? ''}:${problem.line ?? 0} ${problem.operation ?? 0}`;
  const kinds = [...findings.keys()].sort().join('\n');
  return { results, findings, problem, signature: `${resultsHash(results)} ${textHash(`${kinds}\n\n${end}`).toString(16)}` };
}

/** Two lanes of multiply and add over statuses and states, in order of the operations. */
function resultsHash(results: RunOutcome['results']): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (const [, page] of [...results].sort(([one], [other]) => one - other)) {
    for (let at = 0; at < page.states.length; at++) {
      const state = page.states[at] ?? 0;
      const status = state === completed ? (page.statuses[at] ?? 0) : 0;
      a = Math.imul(a ^ status, 0x01000193) ^ state;
      b = Math.imul(b ^ state, 0x85ebca6b) + status | 0;
      b ^= b >>> 15;
    }
  }
  return `${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}

/** Index into `replayedStates`. */
const completed = 1;

/** Operations that ended otherwise than in `base`: how many, and the first of them. */
export function differingResults(base: RunOutcome, other: RunOutcome): { readonly count: number; readonly first: number | null } {
  let count = 0;
  let first: number | null = null;
  for (const [from, page] of [...other.results].sort(([one], [two]) => one - two)) {
    const before = base.results.get(from);
    for (let at = 0; at < page.states.length; at++) {
      const same = before !== undefined && before.states[at] === page.states[at] && (page.states[at] !== completed || before.statuses[at] === page.statuses[at]);
      if (same || (before === undefined && page.states[at] === 0)) continue;
      count++;
      first ??= from + at;
    }
  }
  return { count, first };
}

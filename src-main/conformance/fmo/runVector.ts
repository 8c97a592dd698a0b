/** Runs one FMO/1 vector: engine, model file system and scripted filters from a fresh state (rules 1 to 5). */
import { BugCheck, DriverException } from '../../engine/index.ts';
import { counts, happeningMatches, isEventLine, resultMatches, showHappening, showResult } from './compare.ts';
import { stateLine } from './checks.ts';
import { NotationError } from './lineReader.ts';
import type { Outcome } from './outcome.ts';
import { settled } from './outcome.ts';
import { VectorSystem } from './system.ts';
import type { ObjectVector, SetupLine, Step } from './vector.ts';

export interface ObjectOutcome {
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  /** Every violation, remarks that no line has to list included. */
  readonly violations: readonly string[];
  readonly problem: string | null;
}

class ObjectRun {
  readonly #vector: ObjectVector;
  readonly #system: VectorSystem;
  readonly #expected: string[] = [];
  readonly #actual: string[] = [];
  readonly #violations: string[] = [];
  #problem: string | null = null;

  constructor(vector: ObjectVector, assumptions: Readonly<Record<string, string>>) {
    this.#vector = vector;
    const own = vector.setup.flatMap((line) => (line.kind === 'assume' ? line.options.map(({ key, value }) => [key, value.text] as const) : []));
    this.#system = new VectorSystem({ assumptions: { ...assumptions, ...Object.fromEntries(own) }, traceFileSystem: vector.setup.some(({ kind }) => kind === 'trace'), defaultVolume: !vector.setup.some((line) => line.kind === 'volume' && line.name === 'none') });
  }

  run(): ObjectOutcome {
    let at: SetupLine | Step | undefined;
    try {
      for (const line of this.#vector.setup) {
        at = line;
        this.#system.setUp(line);
      }
      this.#system.beginSteps();
      for (const step of this.#vector.steps) {
        at = step;
        if (!this.#step(step)) break;
      }
    } catch (error) {
      this.#problem ??= placed(reasonOf(error), at?.line);
    }
    return { expected: this.#expected, actual: this.#actual, violations: this.#violations, problem: this.#problem ?? this.#system.problem };
  }

  /** False when the simulated system has bug-checked and nothing can follow. */
  #step(step: Step): boolean {
    const { world, journal } = this.#system;
    let outcome: Outcome | null = null;
    let stopped = false;
    try {
      outcome = this.#system.perform(step);
      this.#system.settle();
      outcome = settled(outcome);
    } catch (error) {
      if (!(error instanceof BugCheck) && !isDeadlock(error)) throw error;
      stopped = true;
    }
    if (outcome?.kind === 'waiting') this.#system.isBlocked(outcome.pending);
    const listed = new Set(step.expects.flatMap((line) => (line.kind === 'viol' ? [line.id] : [])));
    const taken = journal.take();
    this.#violations.push(...taken.flatMap((one) => (one.kind === 'viol' ? [one.id] : [])));
    const happenings = taken.filter((one) => counts(one, listed));
    const hung = happenings.some((one) => one.kind === 'viol' && one.id === 'OV-002');
    // A call in which the system stops has no result.
    const asExpected = outcome === null || resultMatches(step.result, outcome, hung, world);
    const head = `${step.number} ${step.call.text}`;
    this.#expected.push(`${head} -> ${step.result.text}`);
    this.#actual.push(`${head} -> ${asExpected ? step.result.text : outcome === null ? 'bug check' : showResult(outcome, hung, world)}`);
    if (outcome !== null && outcome.kind !== 'waiting') this.#system.assign(step.names, outcome.results);
    this.#compareEvents(step, happenings);
    for (const line of step.expects) {
      if (isEventLine(line) || line.kind === 'none') continue;
      this.#expected.push(`  ${line.text}`);
      this.#actual.push(`  ${stateLine(line, world, this.#system)}`);
    }
    return !stopped;
  }

  #compareEvents(step: Step, happenings: ReturnType<VectorSystem['journal']['take']>): void {
    const { world } = this.#system;
    const wanted = step.expects.filter(isEventLine);
    for (const line of wanted) this.#expected.push(`  ${line.text}`);
    for (const [at, happening] of happenings.entries()) {
      const beside = wanted[at];
      this.#actual.push(`  ${beside !== undefined && happeningMatches(beside, happening, world) ? beside.text : showHappening(happening, beside, world)}`);
    }
  }
}

const isDeadlock = (error: unknown): boolean => error instanceof Error && error.name === 'Deadlock';

/** What a script could not do is the vector's fault, wherever it happened. */
function reasonOf(error: unknown): string {
  const cause = error instanceof DriverException && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof NotationError) return cause.message;
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

const placed = (reason: string, line: number | undefined): string => (line === undefined || reason.startsWith('Line ') ? reason : `Line ${line}: ${reason}`);

/** Runs a parsed vector under the given readings of the assumptions. */
export function runObjectVector(vector: ObjectVector, assumptions: Readonly<Record<string, string>> = {}): ObjectOutcome {
  return new ObjectRun(vector, assumptions).run();
}

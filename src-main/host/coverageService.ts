/**
 * Which lines of the drivers of a stored run ran, and how often.
 *
 * The run that is stored is not slowed by it: it is run once more, aside, with nothing recorded and its lines counted. The same run comes to the
 * same lines.
 */
import type { CoveredDriver } from '../../src-preload/contract/index.ts';
import { hostErrors } from './errors.ts';
import { followRequest } from './followRequest.ts';
import { headlessRun } from './headlessRun.ts';
import type { HostContext } from './hostContext.ts';
import { planOf, runDriversOf } from './storedRuns.ts';

const goingStates: ReadonlySet<string> = new Set(['starting', 'running', 'stopped']);
/** Runs whose counts are kept. */
const mostKept = 8;

export class CoverageService {
  readonly #context: HostContext;
  readonly #kept = new Map<number, readonly CoveredDriver[]>();
  #cancel: () => void = () => undefined;

  constructor(context: HostContext) {
    this.#context = context;
  }

  async ofRun(id: number): Promise<readonly CoveredDriver[]> {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const run = this.#context.session.reader.runs.run(id);
    if (run === undefined) throw hostErrors.noRun(id);
    if (goingStates.has(run.state)) throw hostErrors.coverageOfGoing();
    const { request, readOperations } = followRequest(this.#context, run);
    this.#cancel();
    // As far as it came: what was stopped early is not run to the end.
    const lastOperation = planOf(run).where === null ? Math.min(request.lastOperation, run.firstOperation + run.operations - 1) : request.lastOperation;
    const versions = new Map(runDriversOf(run).map(({ driver, version }) => [driver, version]));
    const { outcome, cancel } = headlessRun({ ...request, recordEvents: false, lastOperation }, readOperations, { coverage: true });
    this.#cancel = cancel;
    const { coverage, problem } = await outcome;
    if (coverage === undefined) throw hostErrors.coverageEnded(problem?.message ?? 'Counting the lines was cancelled.');
    const switches = [...(request.plan?.switches ?? [])].sort((a, b) => a.from - b.from);
    const found = coverage.map(({ driver, order, lines }): CoveredDriver => {
      const id = request.drivers.find(({ name }) => name === driver)?.id ?? 0;
      const version = order === 0 ? versions.get(id) : switches.filter((one) => one.driver === id)[order - 1]?.version;
      return { driver, lines, version: version ?? 0 };
    });
    this.#kept.set(id, found);
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(old);
    }
    return found;
  }

  cancel(): void {
    this.#cancel();
  }

  /** Another session begins. */
  reset(): void {
    this.#cancel();
    this.#kept.clear();
  }
}

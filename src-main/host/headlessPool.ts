/**
 * Runs that nobody looks at, in engine hosts that take one after the other.
 *
 * A run gives there what it gives in a process of its own: each has realms of its own, and a process in which a run has left something
 * behind takes no other one. What needs an inspector (values that edits change) or an explanation (a child that died) is run by itself.
 */
import type { RunProblem, RunRequest, RunSummary } from '../engine-host/messages.ts';
import type { EngineHostOptions, HeadlessProcess } from '../engine-host/process.ts';
import type { ResultPage } from '../replay/eventPage.ts';
import type { StoredViolation } from '../session/index.ts';
import { headlessRun, type HeadlessOutcome, type HeadlessRun } from './headlessRun.ts';
import { pageViolations } from './pageViolations.ts';

/** After so many deaths each run gets a process of its own at once: it dies there again and says why. */
const mostDeaths = 2;

type ReadOperations = EngineHostOptions['readOperations'];

export class HeadlessPool {
  readonly #idle: HeadlessProcess[] = [];
  #deaths = 0;
  #disposed = false;
  /** Engine hosts started so far, for figures. */
  started = 0;

  run(request: RunRequest, readOperations: ReadOperations): HeadlessRun {
    const needsInspector = request.plan?.overlays.some(({ kind }) => kind === 'assign') === true;
    if (needsInspector || this.#deaths >= mostDeaths) {
      this.started++;
      return headlessRun(request, readOperations);
    }
    return this.#pooled(request, readOperations);
  }

  /** Ends the processes that wait; those of runs that go on end with them. */
  dispose(): void {
    this.#disposed = true;
    for (const one of this.#idle.splice(0)) one.dispose();
  }

  #pooled(request: RunRequest, readOperations: ReadOperations): HeadlessRun {
    let finish: (outcome: HeadlessOutcome) => void = () => undefined;
    const outcome = new Promise<HeadlessOutcome>((resolve) => (finish = resolve));
    const found = new Found();
    let again: HeadlessRun | null = null;
    let used: HeadlessProcess | null = null;
    let isOver = false;
    const end = (told: HeadlessOutcome): void => {
      isOver = true;
      finish(told);
    };
    const alone = (): void => {
      this.#deaths++;
      this.started++;
      again = headlessRun(request, readOperations);
      void again.outcome.then(end);
    };
    const begin = async (): Promise<void> => {
      const one = await this.#ready();
      if (isOver) return this.#giveBack(one);
      used = one;
      one.run(request, readOperations, {
        loaded: (layers) => void (found.layerNames = layers.map(({ name }) => name)),
        eventPage: (page) => void found.violations.push(...pageViolations(page, found.layerNames)),
        resultPage: (page) => void found.results.set(page.firstOperation, page),
        problem: (problem) => void (found.problem ??= problem),
        ended: (summary) => {
          this.#giveBack(one);
          end(found.outcome(summary));
        },
        gone: () => {
          if (!isOver) alone();
        },
      });
    };
    begin().catch(() => {
      if (!isOver) alone();
    });
    return {
      outcome,
      cancel: () => {
        if (isOver) return;
        end(found.outcome(null));
        again?.cancel();
        used?.dispose();
      },
    };
  }

  async #ready(): Promise<HeadlessProcess> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const { HeadlessProcess: Process } = await import('../engine-host/process.ts');
    this.started++;
    return new Process();
  }

  #giveBack(one: HeadlessProcess): void {
    if (one.isReady && !this.#disposed) this.#idle.push(one);
    else one.dispose();
  }
}

/** What has been heard of a run. */
class Found {
  readonly results = new Map<number, ResultPage>();
  readonly violations: StoredViolation[] = [];
  layerNames: readonly string[] = [];
  problem: RunProblem | null = null;

  outcome(summary: RunSummary | null): HeadlessOutcome {
    return { summary, problem: this.problem, results: this.results, violations: this.violations };
  }
}

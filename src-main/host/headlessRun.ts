/** A run that nobody looks at: no breakpoints, nothing stored; what came out of it is told when it has ended. */
import type { DriverCoverage, EngineHostOptions } from '../engine-host/process.ts';
import type { RunProblem, RunRequest, RunSummary } from '../engine-host/messages.ts';
import type { ResultPage } from '../replay/eventPage.ts';
import type { StoredViolation } from '../session/index.ts';
import { pageViolations } from './pageViolations.ts';

export interface HeadlessOutcome {
  /** Null where the engine host did not live to tell. */
  readonly summary: RunSummary | null;
  readonly problem: RunProblem | null;
  /** By first operation. */
  readonly results: ReadonlyMap<number, ResultPage>;
  /** Hints among them. */
  readonly violations: readonly StoredViolation[];
  /** Where it was asked for. */
  readonly coverage?: readonly DriverCoverage[];
}

export interface HeadlessRun {
  readonly outcome: Promise<HeadlessOutcome>;
  /** Ends it at once; the outcome is what was reached. */
  cancel(): void;
}

/** `options.coverage`: lines of drivers are counted. */
export function headlessRun(request: RunRequest, readOperations: EngineHostOptions['readOperations'], options: Pick<EngineHostOptions, 'coverage'> = {}): HeadlessRun {
  let cancelled = false;
  let dispose = (): void => undefined;
  let finish: (outcome: HeadlessOutcome) => void = () => undefined;
  const outcome = new Promise<HeadlessOutcome>((resolve) => (finish = resolve));
  const results = new Map<number, ResultPage>();
  const violations: StoredViolation[] = [];
  let layerNames: readonly string[] = [];
  let coverage: readonly DriverCoverage[] | undefined;
  let problem: RunProblem | null = null;
  const end = (summary: RunSummary | null): void => {
    finish({ summary, problem, results, violations, ...(coverage !== undefined && { coverage }) });
    dispose();
  };
  const start = async (): Promise<void> => {
    const { EngineHostProcess } = await import('../engine-host/process.ts');
    if (cancelled) return;
    const host = new EngineHostProcess({
      ...options,
      readOperations,
      listener: {
        sandbox: () => undefined,
        loaded: (layers) => void (layerNames = layers.map(({ name }) => name)),
        eventPage: (page) => void violations.push(...pageViolations(page, layerNames)),
        resultPage: (page) => void results.set(page.firstOperation, page),
        progress: () => undefined, stopped: () => undefined, continued: () => undefined, breakpointVerified: () => undefined,
        problem: (told) => void (problem ??= told),
        coverage: (drivers) => void (coverage = drivers),
        ended: end,
      },
    });
    dispose = () => host.dispose();
    await host.start(request);
  };
  start().catch((error: unknown) => {
    problem ??= { kind: 'host-died', message: error instanceof Error ? error.message : String(error), driver: null, line: null, column: null, operation: null, stack: [] };
    end(null);
  });
  return {
    outcome,
    cancel: () => {
      if (cancelled) return;
      cancelled = true;
      end(null);
    },
  };
}

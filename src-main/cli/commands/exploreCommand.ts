import type { ExploredFinding, ExploredOutcome, ExploreReport, RunSettings } from '../../../src-preload/contract/index.ts';
import { UserError } from '../../base/userError.ts';
import { DriverPlaces } from '../driverPlaces.ts';
import { exitCodes, grouped, message, print, printJson, progress } from '../output.ts';
import { assumptionsOf, openWithStack, type StackOptions } from '../stackFlags.ts';
import { withHost } from '../withHost.ts';

export interface ExploreOptions extends StackOptions {
  readonly runs: number;
  readonly seeds: number;
  readonly depth: string;
  readonly where?: string;
  readonly seed?: number;
  readonly answers?: RunSettings['answers'];
  readonly completion?: RunSettings['completion'];
  readonly json?: boolean;
}

/** `fltreplay explore FILE`: the same trace under many schedules; distinct outcomes with what reproduces each. Ctrl+C ends it with what was found. */
export function exploreCommand(file: string, options: ExploreOptions): Promise<number> {
  const assumptions = assumptionsOf(options);
  if (options.runs < 1) throw new UserError('runs', '--runs takes 1 or more; the first run is the plain one.');
  return withHost(async (api, _host, onInterrupt) => {
    const { traceId } = await openWithStack(api, file, options);
    const ended = new Promise<ExploreReport>((resolve) => {
      api.listen('explore.changed', (report) => {
        const parts = report.tried.parts;
        progress(`explored ${grouped(report.runs - parts)} of ${grouped(report.limits.runs)} runs${parts === 0 ? '' : `, ${grouped(parts)} to make schedules short`}: ${grouped(report.outcomes.length)} ${report.outcomes.length === 1 ? 'outcome' : 'outcomes'}`);
        if (report.state !== 'running') resolve(report);
      });
    });
    onInterrupt(() => api.request('explore.cancel', {}));
    await api.request('explore.start', {
      traceId, where: options.where ?? null, assumptions, limits: { runs: options.runs, seeds: options.seeds, depth: options.depth === '1' ? 1 : 2 },
      settings: { ...(options.answers !== undefined && { answers: options.answers }), ...(options.completion !== undefined && { completion: options.completion }) },
      ...(options.seed !== undefined && { seed: options.seed }),
    });
    const report = await ended;
    const places = await DriverPlaces.of(api);
    progress('');
    if (options.json === true) {
      for (const outcome of report.outcomes) await printJson(places.json({ type: 'outcome', ...outcome }));
      const { outcomes, ...summary } = report;
      await printJson({ type: 'summary', ...summary, outcomes: outcomes.length });
    } else for (const line of reportLines(report, places)) await print(line);
    if (report.state === 'cancelled') message('Cancelled: what was found so far.');
    return exitCode(report);
  });
}

function reportLines(report: ExploreReport, places: DriverPlaces): string[] {
  const { runs, outcomes, choices, single, tried, seed } = report;
  return [
    `runs         ${grouped(runs)}, seed ${seed}`,
    `outcomes     ${grouped(outcomes.length)}`,
    ...outcomes.flatMap((outcome) => outcomeLines(outcome, places)),
    `explored     ${grouped(choices)} places where Windows could go another way${report.classes.length === 0 ? '' : ':'}`,
    ...report.classes.map(({ kind, group, count }) => `  ${grouped(count)} x ${kind}: ${group}`),
    `  ${boundText(report)}`,
    `  ${grouped(tried.single)} of ${grouped(single)} single deviations, ${grouped(tried.pairs)} pairs, ${grouped(tried.policies)} completion policies, ${grouped(tried.chance)} schedules by chance${tried.parts === 0 ? '' : `, ${grouped(tried.parts)} parts of schedules, to make them short`}`,
  ];
}

/** `all schedules with up to 2 deviations among 41 choices: 861; 200 run, 23 %` */
function boundText({ choices, bound: { deviations, schedules, run } }: ExploreReport): string {
  const which = deviations === 1 ? 'one deviation' : `up to ${deviations} deviations`;
  return `all schedules with ${which} among ${grouped(choices)} ${choices === 1 ? 'choice' : 'choices'}: ${grouped(schedules)}; ${grouped(run)} run${schedules === 0 ? '' : `, ${percent(run, schedules)} %`}`;
}

/** Not 100 before all are done. */
const percent = (part: number, whole: number): string => (part >= whole ? '100' : String(Math.floor((part / whole) * 100)));

function outcomeLines(outcome: ExploredOutcome, places: DriverPlaces): string[] {
  const { id, runs, title, reduced, changed, firstChanged, findings, problem } = outcome;
  const isPlain = id === 1;
  return [
    `  ${id}. ${grouped(runs)} ${runs === 1 ? 'run' : 'runs'}, first ${title}${isPlain ? '' : `; again: ${againText(outcome)}`}`,
    ...(reduced === null ? [] : [`     ${reducedText(reduced)}`]),
    ...(changed === 0 ? [] : [`     ${grouped(changed)} ${changed === 1 ? 'operation ends' : 'operations end'} otherwise, the first #${firstChanged ?? 0}`]),
    ...findings.filter(({ isNew }) => isPlain || isNew).map((finding) => findingLine(finding, places)),
    ...(problem === null ? [] : [`     ends: ${problem.message}`]),
  ];
}

function reducedText({ words, before, now, isMinimal }: NonNullable<ExploredOutcome['reduced']>): string {
  return `${grouped(now)} of ${grouped(before)} deviations come out the same${isMinimal ? '' : ' (perhaps fewer would)'}: ${words}`;
}

const findingLine = ({ id, severity, hint, driver, line, issued, sequence, sentence }: ExploredFinding, places: DriverPlaces): string =>
  `     ${id}${hint ? '' : ` (${severity})`} at ${issued}:${sequence} in ${places.text(driver, line)}: ${sentence}`;

function againText({ schedule, settings }: ExploredOutcome): string {
  return [...(schedule === '' ? [] : [`--schedule ${schedule}`]), `--completion ${settings.completion}`].join(' ');
}

/** One outcome without findings is clean. */
function exitCode({ outcomes }: ExploreReport): number {
  const [plain] = outcomes;
  if (plain?.problem?.kind === 'load' || plain?.problem?.kind === 'host-died') return exitCodes.unusable;
  const bad = (finding: ExploredFinding): boolean => finding.severity === 'B' || (finding.severity === 'V' && !finding.hint) || finding.id.startsWith('OV-');
  return outcomes.length > 1 || outcomes.some(({ findings, problem }) => problem !== null || findings.some(bad)) ? exitCodes.findings : exitCodes.clean;
}

/** What became of a recording under a stack of drivers, a line an operation. */
import type { DriverSource, RunRequest, RunSummary } from '../../../src-main/engine-host/messages.ts';
import { ntStatusShortName } from '../../../src-main/nt/ntStatus.ts';
import { IRP_MJ_READ, IRP_MJ_WRITE } from '../../../src-main/nt/values.generated.ts';
import { answerSources, effects, replayedStates } from '../../../src-main/replay/eventPage.ts';
import { type AnswerMode, defaultRunSettings } from '../../../src-main/replay/runSettings.ts';
import { assertExists } from '../../../src-main/base/assert.ts';
import { runHere } from '../engine-host/runHere.ts';
import { eventsOf, type LoggedEvent } from '../engine-host/runs.ts';
import { processes, type Recording } from './recording.ts';

export interface Outcomes {
  /** `3 WriteFile SUCCESS info=10 recorded`, `4 ReadFile END_OF_FILE model, consequence of 2`, `5 CloseFile not issued because of 2`. */
  readonly lines: readonly string[];
  readonly affected: RunSummary['report']['affected'];
  readonly answers: RunSummary['report']['answers'];
  readonly events: readonly LoggedEvent[];
  readonly summary: RunSummary;
}

export function run(recording: Recording, drivers: readonly DriverSource[], answers: AnswerMode = defaultRunSettings.answers, request: Partial<RunRequest> = {}): Outcomes {
  const { operations } = recording;
  const log = runHere({ drivers, operations, request: { processes, settings: { ...defaultRunSettings, answers }, ...request } });
  if (log.problems.length > 0) throw new Error(log.problems.map(({ message }) => message).join('\n'));
  const summary = assertExists(log.summary);
  const events = eventsOf(log);
  const lines = operations.map(({ index, operation, major }) => {
    const page = assertExists([...log.results.values()].find(({ firstOperation, statuses }) => index >= firstOperation && index < firstOperation + statuses.length));
    const at = index - page.firstOperation;
    const state = replayedStates[page.states[at] ?? 0];
    const effect = effects[page.effects[at] ?? 0];
    const cause = page.causes[at] ?? 0;
    if (state === 'not-issued') return `${index} ${operation} not issued because of ${cause}`;
    const transfers = major === IRP_MJ_READ || major === IRP_MJ_WRITE;
    const information = transfers ? (events.findLast((event) => event.operation === index && event.kind === 'complete')?.information ?? 0) : 0;
    const end = state === 'pending' ? 'pending' : `${ntStatusShortName(page.statuses[at] ?? 0)}${information === 0 ? '' : ` info=${information}`}`;
    return `${index} ${operation} ${end} ${answerSources[page.answers[at] ?? 0]}${effect === 'none' ? '' : effect === 'changed' ? ', changed' : `, ${effect} of ${cause}`}`;
  });
  return { lines, affected: summary.report.affected, answers: summary.report.answers, events, summary };
}

/** Without those that ended as recorded, which is what nobody has to look at. */
export const notAsRecorded = ({ lines }: Outcomes): string[] => lines.filter((line) => !line.endsWith(' recorded'));

/** Says what happens in the window and is not where the focus is: imports, runs, stops, counts, notices, chords. */
import { watch } from 'vue';
import { formatCount } from '../../formatting/numbers.ts';
import { importEnded, quarterOf, runEnded, stopText } from '../../formatting/spokenText.ts';
import { useAnnouncer } from '../../stores/announcer.ts';
import { useConnection } from '../../stores/connection.ts';
import { useDebugger } from '../../stores/debugger.ts';
import { useFilter } from '../../stores/filter.ts';
import { useImports } from '../../stores/imports.ts';
import { useKeymap } from '../../stores/keymap.ts';
import { useNotices } from '../../stores/notices.ts';
import { useOperations } from '../../stores/operations.ts';
import { useSession } from '../../stores/session.ts';

/** A way that is gone in less than this is told by its end alone. */
const longMilliseconds = 1000;

function announceImports(): void {
  const imports = useImports();
  const { say } = useAnnouncer();
  /** Last quarter that was told, by job. */
  const told = new Map<number, number>();
  watch(() => imports.views, (views) => {
    for (const view of views) {
      if (view.kind !== 'running') continue;
      const quarter = view.progress === null ? 0 : quarterOf(view.progress);
      const last = told.get(view.jobId);
      if (last === undefined) say(`Importing ${view.name}.`);
      else if (quarter > last) say(`${view.name}: ${quarter * 25} percent.`);
      told.set(view.jobId, Math.max(quarter, last ?? 0));
    }
  }, { immediate: true });
  watch(() => imports.finished, (finished, before) => {
    for (const [traceId, { trace, outcome }] of finished) if (before.get(traceId) !== finished.get(traceId)) say(importEnded(trace.name, outcome, trace.report.operations));
  });
}

function announceRuns(): void {
  const debug = useDebugger();
  const session = useSession();
  const { say } = useAnnouncer();
  /** The run that goes on, whose end is still to be told. */
  let going: number | null = null;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  watch(() => debug.state, (state, before) => {
    clearTimeout(waiting);
    if (state.kind === 'starting' && state.rebuilding === undefined && before.kind !== 'starting') say('Run started.');
    if (debug.isActive) going = debug.currentRunId;
    if (state.kind === 'travelling') waiting = setTimeout(() => say(`${state.what}…`), longMilliseconds);
  });
  // How it ended is complete only when the run itself says that it has ended.
  watch(() => (debug.state.kind === 'ended' ? session.runs.find(({ id, state }) => id === debug.currentRunId && state === 'ended') : undefined), (run) => {
    if (run === undefined || debug.state.kind !== 'ended' || going !== run.id) return;
    going = null;
    say(runEnded(debug.state.outcome, run), debug.state.outcome === 'failed' ? 'assertive' : 'polite');
  });
  watch(() => debug.stopCount, () => {
    if (debug.stop !== null) say(stopText(debug.stop));
  });
}

/** How many operations a changed filter leaves, when that is known. */
function announceFilter(): void {
  const filter = useFilter();
  const operations = useOperations();
  /** How many lists had come when the filter was changed; null: nothing is to be told. */
  let before: number | null = null;
  watch(() => filter.text, () => {
    before = operations.renewed;
  });
  watch([() => operations.isExact, () => operations.count, () => operations.renewed], () => {
    if (before === null || operations.renewed === before || !operations.isExact) return;
    before = null;
    useAnnouncer().say(filter.isActive ? `${formatCount(operations.count)} of ${formatCount(operations.total)} operations shown.` : `All ${formatCount(operations.count)} operations shown.`);
  }, { flush: 'post' });
}

function announceMessages(): void {
  const { say } = useAnnouncer();
  watch(() => useNotices().list.at(-1), (notice, before) => {
    if (notice === undefined || (notice.id === before?.id && notice.times === before.times)) return;
    if (before === undefined || notice.id >= before.id) say(notice.message, notice.severity === 'error' ? 'assertive' : 'polite');
  });
  watch(() => useConnection().state, (state, before) => {
    if (state === 'lost') say('The connection to the program is lost.', 'assertive');
    else if (state === 'open' && before === 'lost') say('Connected again.');
  });
  watch(() => useKeymap().chordText, (text) => say(text));
}

export function announceEvents(): void {
  announceImports();
  announceRuns();
  announceFilter();
  announceMessages();
}

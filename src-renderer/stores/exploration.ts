import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { ExploredFinding, ExploredOutcome, ExploreReport, RunState } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';
import { useDrivers } from './drivers.ts';
import { useNotices } from './notices.ts';
import { useRunSettings } from './runSettings.ts';
import { useSelection } from './selection.ts';

/** The same trace under many schedules: what came out, and how to see it again. */
export const useExploration = defineStore('exploration', () => {
  const report = shallowRef<ExploreReport | null>(null);
  const runs = ref(100);
  const seeds = ref(20);
  const depth = ref<1 | 2>(2);
  const isRunning = computed(() => report.value?.state === 'running');
  /** Outcomes beside that of the plain run. */
  const others = computed(() => Math.max(0, (report.value?.outcomes.length ?? 0) - 1));

  function listen(): void {
    host().listen('explore.changed', (value) => {
      report.value = value;
    });
  }

  async function load(): Promise<void> {
    report.value = await host().request('explore.report', {});
  }

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      useNotices().report(error);
    }
  }

  const start = (): Promise<void> => attempt(async () => {
    const { traceId } = useSelection();
    if (traceId === null) return;
    await useDrivers().saveAll();
    const { chosen: settings, seed, unknownFolder } = useRunSettings();
    report.value = await host().request('explore.start', { traceId, limits: { runs: runs.value, seeds: Math.min(seeds.value, runs.value - 1), depth: depth.value }, settings, ...(seed !== null && { seed }), ...(unknownFolder !== '' && { unknownFolder }) });
  });

  const cancel = (): Promise<void> => attempt(() => host().request('explore.cancel', {}));

  /** Runs the trace as the first run with this outcome did, recorded and with breakpoints. */
  const show = (outcome: ExploredOutcome): Promise<void> => useDebugger().start(null, { settings: outcome.settings, schedule: outcome.schedule, ...(report.value !== null && { seed: report.value.seed }) });

  /** Runs it again, and goes to the moment of a finding when that has been recorded. */
  const showFinding = (outcome: ExploredOutcome, { issued, sequence }: Pick<ExploredFinding, 'issued' | 'sequence'>): Promise<void> => attempt(async () => {
    const ended = new Promise<RunState & { readonly kind: 'ended' }>((resolve) => {
      const listener = host().listen('run.state', (state) => {
        if (state.kind !== 'ended') return;
        listener.dispose();
        resolve(state);
      });
    });
    await useDebugger().start(null, { settings: outcome.settings, schedule: outcome.schedule, breakpoints: false, ...(report.value !== null && { seed: report.value.seed }) });
    const { runId } = await ended;
    await useDebugger().travel('debug.goTo', { runId, target: { kind: 'point', point: { operation: issued, sequence, line: null } } });
  });

  /** What was found, as JSON Lines: an outcome each, and what was explored. */
  function exported(): string {
    if (report.value === null) return '';
    const { outcomes, ...summary } = report.value;
    return [...outcomes.map((outcome) => ({ type: 'outcome', ...outcome })), { type: 'summary', ...summary, outcomes: outcomes.length }].map((line) => `${JSON.stringify(line)}\n`).join('');
  }

  return { report, runs, seeds, depth, isRunning, others, listen, load, start, cancel, show, showFinding, exported };
});

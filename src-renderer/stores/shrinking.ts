import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { RequestResult, ShrinkReport, ShrinkTarget } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDialogs } from './dialogs.ts';
import { useNotices } from './notices.ts';
import { useSelection } from './selection.ts';

/** A run reduced to what still shows a violation or a difference. */
export const useShrinking = defineStore('shrinking', () => {
  const report = shallowRef<ShrinkReport | null>(null);
  const saved = shallowRef<RequestResult<'shrink.save'> | null>(null);
  /** Why it could not be saved. */
  const problem = ref<string | null>(null);
  const isRunning = computed(() => report.value?.state === 'running');

  function listen(): void {
    host().listen('shrink.changed', (value) => {
      report.value = value;
    });
  }

  /** Begins, and shows how far it is. */
  async function start(runId: number, target: ShrinkTarget): Promise<void> {
    try {
      saved.value = null;
      problem.value = null;
      report.value = await host().request('shrink.start', { runId, target });
      useDialogs().show('shrink');
    } catch (error) {
      useNotices().report(error);
    }
  }

  async function cancel(): Promise<void> {
    try {
      await host().request('shrink.cancel', {});
    } catch (error) {
      useNotices().report(error);
    }
  }

  async function save(folder: string): Promise<void> {
    try {
      problem.value = null;
      saved.value = await host().request('shrink.save', { folder });
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  /** Runs it here, where its moments can be looked at. */
  async function run(): Promise<void> {
    try {
      problem.value = null;
      const started = await host().request('shrink.run', {});
      useSelection().chosenRunId = started.id;
      useDialogs().close();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  return { report, saved, problem, isRunning, listen, start, cancel, save, run };
});

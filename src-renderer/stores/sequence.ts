import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { SequenceView } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';
import { useSelection } from './selection.ts';

/** The sequence of the selected operation, else of the one at the stop. */
export const useSequence = defineStore('sequence', () => {
  const view = shallowRef<SequenceView | null>(null);
  const problem = ref<string | null>(null);
  const index = computed(() => useSelection().operation ?? useDebugger().stop?.operation.index ?? null);
  /** Only the answer to the last question counts. */
  let asked = 0;

  async function load(): Promise<void> {
    const question = ++asked;
    const { traceId, runId } = useSelection();
    if (traceId === null || index.value === null) {
      view.value = null;
      return;
    }
    try {
      const answer = await host().request('sequence.get', { traceId, index: index.value, runId });
      // A run that has not come to it yet shows what was recorded.
      const shown = answer.boxes.length > 0 || runId === null ? answer : await host().request('sequence.get', { traceId, index: index.value, runId: null });
      if (question !== asked) return;
      view.value = shown;
      problem.value = null;
    } catch (error) {
      if (question !== asked) return;
      view.value = null;
      problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  return { view, problem, index, load };
});
